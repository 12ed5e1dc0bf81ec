//! The genesis presets.

use pallet_governance::NoticePeriod;
use salus_runtime_common::{
	constants::{DAY, MINUTE},
	presets::accounts,
	testing::{assert_authorities, assert_storage_version},
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};

use super::genesis;
use crate::{
	genesis_config_presets::{preset_names, DEVELOPMENT, REGION_2001, REGION_2002},
	Crossing, Emr, Governance, History, Interregional, ParachainInfo, Permissions, Pinning, Quota,
	Registry, Runtime,
};

#[test]
fn each_preset_has_its_own_authorities_and_para_id() {
	for (preset, para, authorities, notice) in [
		(DEVELOPMENT, 2001, vec![Alice, Bob, Charlie], 7 * DAY),
		(REGION_2001, 2001, vec![Alice, Bob], MINUTE),
		(REGION_2002, 2002, vec![Charlie, Dave], MINUTE),
	] {
		assert!(preset_names().contains(&preset.into()));
		genesis(preset).execute_with(|| {
			assert_eq!(u32::from(ParachainInfo::parachain_id()), para);
			assert_eq!(NoticePeriod::<Runtime>::get(), notice);
			assert_authorities::<Runtime>(&authorities);
			let pinners = pallet_pinning::Pinners::<Runtime>::get();
			let mut pinners: Vec<_> = pinners.into_iter().map(|(account, _)| account).collect();
			let mut expected = accounts(&authorities);
			pinners.sort();
			expected.sort();
			assert_eq!(pinners, expected);
		});
	}
	assert_eq!(preset_names().len(), 3);
}

#[test]
fn genesis_sets_the_storage_version_of_each_pallet() {
	genesis(DEVELOPMENT).execute_with(|| {
		assert_storage_version::<Quota>(1);
		assert_storage_version::<Governance>(1);
		assert_storage_version::<Crossing>(1);
		assert_storage_version::<Registry>(1);
		assert_storage_version::<Emr>(1);
		assert_storage_version::<Permissions>(1);
		assert_storage_version::<History>(1);
		assert_storage_version::<Interregional>(1);
		assert_storage_version::<Pinning>(1);
	});
}
