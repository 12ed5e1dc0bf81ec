use super::*;

#[test]
fn a_removed_account_is_not_an_authority() {
	run(|| {
		assert_ok!(Governance::remove_authority(two_thirds(), 2));
		assert_eq!(last_event(), Event::AuthorityRemoved { account: 2 });
		assert_eq!(Governance::authorities(), [1, 3]);
		assert_eq!(
			pallet_collective::Members::<Test, CouncilInstance>::get(),
			[1, 3]
		);
	});
}

#[test]
fn the_minimum_of_authorities_stays() {
	run(|| {
		assert_ok!(Governance::remove_authority(two_thirds(), 2));
		assert_noop!(
			Governance::remove_authority(two_thirds(), 1),
			Error::<Test>::MinAuthoritiesReached
		);
	});
}

#[test]
fn an_account_that_is_not_an_authority_cannot_be_removed() {
	run(|| {
		assert_noop!(
			Governance::remove_authority(two_thirds(), 9),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::remove_authority(origin, 2), BadOrigin);
		}
	});
}
