//! The genesis presets build, and are what they say.

use frame_support::traits::{GetStorageVersion, StorageVersion};
use pallet_governance::NoticePeriod;
use salus_runtime_common::constants::{DAY, MINUTE};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};

use super::genesis;
use crate::{
	genesis_config_presets::{preset_names, DEVELOPMENT, REGION_2001, REGION_2002},
	AccountId, Authorities, Crossing, Emr, Governance, Interregional, ParachainInfo, Permissions,
	Pinning, Quota, Registry, Runtime, Session, System,
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
			let mut expected: Vec<_> = authorities
				.iter()
				.map(|authority| authority.to_account_id())
				.collect();
			expected.sort();
			let sorted = |mut accounts: Vec<AccountId>| {
				accounts.sort();
				accounts
			};
			assert_eq!(u32::from(ParachainInfo::parachain_id()), para);
			assert_eq!(NoticePeriod::<Runtime>::get(), notice);
			assert_eq!(Authorities::members().to_vec(), expected);
			assert_eq!(
				sorted(pallet_collective::Members::<
					Runtime,
					frame_support::instances::Instance1,
				>::get()),
				expected
			);
			assert_eq!(sorted(Session::validators()), expected);
			let pinners = pallet_pinning::Pinners::<Runtime>::get();
			let pinners = pinners.into_iter().map(|(account, _)| account).collect();
			assert_eq!(sorted(pinners), expected);
			assert!(expected
				.iter()
				.all(|account| System::providers(account) > 0));
		});
	}
	assert_eq!(preset_names().len(), 3);
}

#[test]
fn a_region_starts_with_the_storage_versions_of_its_code() {
	genesis(DEVELOPMENT).execute_with(|| {
		for (on_chain, in_code) in [
			versions::<Quota>(),
			versions::<Governance>(),
			versions::<Crossing>(),
			versions::<Registry>(),
			versions::<Emr>(),
			versions::<Permissions>(),
			versions::<Interregional>(),
			versions::<Pinning>(),
		] {
			assert_eq!(on_chain, in_code);
			assert_eq!(on_chain, StorageVersion::new(1));
		}
	});
}

fn versions<Pallet>() -> (StorageVersion, StorageVersion)
where
	Pallet: GetStorageVersion<InCodeStorageVersion = StorageVersion>,
{
	(
		Pallet::on_chain_storage_version(),
		Pallet::in_code_storage_version(),
	)
}
