//! The genesis presets build, and are what they say.

use frame_support::traits::{GetStorageVersion, StorageVersion};
use pallet_governance::NoticePeriod;
use salus_runtime_common::constants::{DAY, MINUTE};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Eve, Ferdie};

use super::genesis;
use crate::{
	genesis_config_presets::{preset_names, CONSORTIUM_2000, DEVELOPMENT},
	AccountId, Authorities, Consortium, Governance, ParachainInfo, Quota, Runtime, Session, System,
};

#[test]
fn each_preset_has_its_own_authorities_and_the_consortiums_para_id() {
	for (preset, authorities, notice) in [
		(DEVELOPMENT, vec![Alice, Bob, Charlie], 7 * DAY),
		(CONSORTIUM_2000, vec![Eve, Ferdie], MINUTE),
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
			assert_eq!(u32::from(ParachainInfo::parachain_id()), 2000);
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
			assert!(expected
				.iter()
				.all(|account| System::providers(account) > 0));
			assert!(Consortium::api_regions(None, 1).is_empty());
		});
	}
	assert_eq!(preset_names().len(), 2);
}

#[test]
fn the_consortium_starts_with_the_storage_versions_of_its_code() {
	genesis(DEVELOPMENT).execute_with(|| {
		for (on_chain, in_code) in [
			versions::<Quota>(),
			versions::<Governance>(),
			versions::<Consortium>(),
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
