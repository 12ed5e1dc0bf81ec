use super::*;

#[test]
fn a_removed_account_is_not_an_authority() {
	run(|| {
		assert_ok!(Governance::remove_authority(two_thirds(), account(2)));
		assert_eq!(
			last_event(),
			Event::AuthorityRemoved {
				account: account(2)
			}
		);
		assert_eq!(Governance::authorities(), accounts([1, 3]));
		assert_eq!(
			pallet_collective::Members::<Test, CouncilInstance>::get(),
			accounts([1, 3])
		);
		assert!(!NodeKeys::get().contains_key(&account(2)));
		assert!(!Terms::<Test>::get().contains_key(&account(2)));
	});
}

#[test]
fn the_minimum_of_authorities_stays() {
	run(|| {
		assert_ok!(Governance::remove_authority(two_thirds(), account(2)));
		assert_noop!(
			Governance::remove_authority(two_thirds(), account(1)),
			Error::<Test>::MinAuthoritiesReached
		);
	});
}

#[test]
fn an_account_that_is_not_an_authority_cannot_be_removed() {
	run(|| {
		assert_noop!(
			Governance::remove_authority(two_thirds(), account(9)),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::remove_authority(origin, account(2)), BadOrigin);
		}
	});
}
