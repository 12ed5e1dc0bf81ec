use super::*;

fn with_keys(account: AccountId) {
	WithKeys::mutate(|keys| keys.insert(account));
}

#[test]
fn a_new_authority_can_vote_and_send_transactions() {
	run(|| {
		with_keys(4);
		assert_eq!(System::providers(&4), 0);
		assert_ok!(Governance::add_authority(two_thirds(), 4));
		assert_eq!(last_event(), Event::AuthorityAdded { account: 4 });
		assert_eq!(Governance::authorities(), [1, 2, 3, 4]);
		let council = pallet_collective::Members::<Test, CouncilInstance>::get();
		assert_eq!(council, [1, 2, 3, 4]);
		assert_eq!(System::providers(&4), 1);
	});
}

#[test]
fn an_authority_that_returns_keeps_its_nonce() {
	run(|| {
		with_keys(4);
		assert_ok!(Governance::add_authority(two_thirds(), 4));
		System::inc_account_nonce(4);
		assert_ok!(Governance::remove_authority(two_thirds(), 4));
		assert_ok!(Governance::add_authority(two_thirds(), 4));
		assert_eq!(System::account_nonce(4), 1);
		assert_eq!(System::providers(&4), 1, "one reference is enough");
	});
}

#[test]
fn an_account_without_session_keys_is_refused() {
	run(|| {
		assert_noop!(
			Governance::add_authority(two_thirds(), 4),
			Error::<Test>::SessionKeysNotSet
		);
	});
}

#[test]
fn an_authority_cannot_be_added_twice() {
	run(|| {
		assert_noop!(
			Governance::add_authority(two_thirds(), 3),
			Error::<Test>::AlreadyExists
		);
	});
}

#[test]
fn the_number_of_authorities_is_limited() {
	run(|| {
		for account in 4..=6 {
			with_keys(account);
		}
		assert_ok!(Governance::add_authority(two_thirds(), 4));
		assert_ok!(Governance::add_authority(two_thirds(), 5));
		assert_noop!(
			Governance::add_authority(two_thirds(), 6),
			Error::<Test>::MaxAuthoritiesExceeded
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		with_keys(4);
		for origin in too_little() {
			assert_noop!(Governance::add_authority(origin, 4), BadOrigin);
		}
	});
}
