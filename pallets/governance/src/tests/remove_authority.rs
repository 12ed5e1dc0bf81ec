use super::*;

#[test]
fn makes_the_account_an_authority_no_more() {
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
fn refused_when_too_few_would_be_left() {
	run(|| {
		assert_ok!(Governance::remove_authority(two_thirds(), 2));
		assert_noop!(
			Governance::remove_authority(two_thirds(), 1),
			Error::<Test>::MinAuthoritiesReached
		);
	});
}

#[test]
fn refused_for_an_account_that_is_none() {
	run(|| {
		assert_noop!(
			Governance::remove_authority(two_thirds(), 9),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn refused_to_other_origins() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::remove_authority(origin, 2), BadOrigin);
		}
	});
}
