use super::*;
use frame_support::traits::{GetStorageVersion, Hooks, StorageVersion};

#[test]
fn genesis_invites_the_named_accounts_only() {
	run(|| {
		for who in INVITED {
			assert!(Invited::<Test>::contains_key(account(who)));
			assert_eq!(System::providers(&account(who)), 1);
		}
		assert!(!Invited::<Test>::contains_key(account(STRANGER)));
		assert_eq!(System::providers(&account(STRANGER)), 0);
		assert_eq!(Registry::on_chain_storage_version(), StorageVersion::new(1));
	});
}

#[test]
fn a_repeated_account_in_genesis_counts_once() {
	use sp_runtime::BuildStorage;
	let config = crate::GenesisConfig::<Test> {
		invited: vec![account(1), account(1)],
	};
	let mut ext = sp_io::TestExternalities::new(config.build_storage().unwrap());
	ext.execute_with(|| assert_eq!(System::providers(&account(1)), 1));
}

#[test]
fn the_mock_configuration_is_valid() {
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MinModulusBits")]
fn an_impossible_modulus_is_an_invalid_configuration() {
	MinModulusBits::set(4097);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "InvitationPeriod")]
fn a_period_of_zero_is_an_invalid_configuration() {
	InvitationPeriod::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MaxAuthorities")]
fn zero_authorities_are_an_invalid_configuration() {
	MaxAuthorities::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "AuthorityInvitationsPerPeriod")]
fn zero_invitations_are_an_invalid_configuration() {
	AuthorityInvitationsPerPeriod::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "AnswerTime must not be 0")]
fn an_answer_time_of_zero_is_an_invalid_configuration() {
	AnswerTime::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MaxRetryTime")]
fn a_retry_time_below_the_answer_time_is_an_invalid_configuration() {
	MaxRetryTime::set(AnswerTime::get() - 1);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "PollWeight must have room")]
fn a_weight_without_room_for_an_entry_is_an_invalid_configuration() {
	PollWeight::set(<() as WeightInfo>::outbox_one());
	Registry::integrity_test();
}
