//! The genesis presets build, and are what they say.

use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};

use super::genesis;
use crate::{
	genesis_config_presets::{preset_names, DEVELOPMENT, REGION_2001, REGION_2002},
	Authorities, Council, ParachainInfo, Session, System,
};

#[test]
fn each_preset_has_its_own_authorities_and_para_id() {
	for (preset, para, authorities) in [
		(DEVELOPMENT, 2001, vec![Alice, Bob, Charlie]),
		(REGION_2001, 2001, vec![Alice, Bob]),
		(REGION_2002, 2002, vec![Charlie, Dave]),
	] {
		assert!(preset_names().contains(&preset.into()));
		genesis(preset).execute_with(|| {
			let mut expected: Vec<_> = authorities
				.iter()
				.map(|authority| authority.to_account_id())
				.collect();
			expected.sort();
			let sorted = |mut accounts: Vec<crate::AccountId>| {
				accounts.sort();
				accounts
			};
			assert_eq!(u32::from(ParachainInfo::parachain_id()), para);
			assert_eq!(Authorities::members().to_vec(), expected);
			assert_eq!(
				sorted(pallet_collective::Members::<
					crate::Runtime,
					frame_support::instances::Instance1,
				>::get()),
				expected
			);
			assert_eq!(sorted(Session::validators()), expected);
			assert!(expected
				.iter()
				.all(|account| System::providers(account) > 0));
			let _ = core::marker::PhantomData::<Council>;
		});
	}
	assert_eq!(preset_names().len(), 3);
}
