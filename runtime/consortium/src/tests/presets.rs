//! The genesis presets.

use pallet_governance::NoticePeriod;
use salus_runtime_common::{
	constants::{DAY, MINUTE},
	testing::{assert_authorities, assert_storage_version},
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Eve, Ferdie};

use super::genesis;
use crate::{
	genesis_config_presets::{preset_names, CONSORTIUM_2000, DEVELOPMENT},
	Consortium, Governance, ParachainInfo, Quota, Runtime,
};

#[test]
fn each_preset_has_its_own_authorities_and_the_para_id_of_the_consortium() {
	for (preset, authorities, notice) in [
		(DEVELOPMENT, vec![Alice, Bob, Charlie], 7 * DAY),
		(CONSORTIUM_2000, vec![Eve, Ferdie], MINUTE),
	] {
		assert!(preset_names().contains(&preset.into()));
		genesis(preset).execute_with(|| {
			assert_eq!(u32::from(ParachainInfo::parachain_id()), 2000);
			assert_eq!(NoticePeriod::<Runtime>::get(), notice);
			assert_authorities::<Runtime>(&authorities);
			assert!(Consortium::api_regions(None, 1).items.is_empty());
		});
	}
	assert_eq!(preset_names().len(), 2);
}

#[test]
fn genesis_sets_the_storage_version_of_each_pallet() {
	genesis(DEVELOPMENT).execute_with(|| {
		assert_storage_version::<Quota>(1);
		assert_storage_version::<Governance>(1);
		assert_storage_version::<Consortium>(1);
	});
}
