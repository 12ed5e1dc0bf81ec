use super::*;
use frame_support::traits::{GetStorageVersion, Hooks, StorageVersion};

#[test]
fn lets_in_those_it_names_and_nobody_else() {
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
fn names_an_account_twice_to_no_effect() {
	use sp_runtime::BuildStorage;
	let config = crate::GenesisConfig::<Test> {
		invited: vec![account(1), account(1)],
	};
	let mut ext = sp_io::TestExternalities::new(config.build_storage().unwrap());
	ext.execute_with(|| assert_eq!(System::providers(&account(1)), 1));
}

#[test]
fn integrity_test_passes() {
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MinModulusBits")]
fn integrity_test_sees_an_impossible_modulus() {
	MinModulusBits::set(4097);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "InvitationPeriod")]
fn integrity_test_sees_a_period_of_no_length() {
	InvitationPeriod::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MaxAuthorities")]
fn integrity_test_sees_that_nobody_can_vote() {
	MaxAuthorities::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "AuthorityInvitationsPerPeriod")]
fn integrity_test_sees_that_nobody_gets_in() {
	AuthorityInvitationsPerPeriod::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "AnswerTime must not be 0")]
fn integrity_test_sees_answers_that_are_overdue_at_once() {
	AnswerTime::set(0);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MaxRetryTime")]
fn integrity_test_sees_retries_before_the_answer_is_overdue() {
	MaxRetryTime::set(AnswerTime::get() - 1);
	Registry::integrity_test();
}

#[test]
#[should_panic(expected = "MaxInFlight")]
fn integrity_test_sees_that_nothing_can_be_sent() {
	MaxInFlight::set(0);
	Registry::integrity_test();
}
