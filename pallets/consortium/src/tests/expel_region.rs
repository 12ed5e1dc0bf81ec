//! `expel_region`.

use super::*;

fn expel(region: ParaId) -> DispatchResult {
	Consortium::expel_region(authorities(), region)
}

#[test]
fn a_region_is_expelled() {
	run(|| {
		let before = Consortium::region(HOME).unwrap();
		Now::set(START + 3);
		assert_ok!(expel(HOME));
		assert!(!Consortium::is_admitted(HOME));
		let expected = Region {
			standing: RegionStanding::Expelled,
			since: START + 3,
			..before
		};
		assert_eq!(Consortium::region(HOME), Some(expected));
		assert_eq!(events(), [Event::RegionExpelled { region: HOME }]);
	});
}

#[test]
fn by_the_authorities_alone() {
	run(|| {
		for origin in plain_origins()
			.into_iter()
			.chain([HOME, AWAY].map(of_region))
		{
			assert_noop!(
				Consortium::expel_region(origin, HOME),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn only_one_that_is_in() {
	run(|| {
		assert_noop!(expel(STRANGER), Error::<Test>::NotFound);
		assert_noop!(expel(OWN), Error::<Test>::NotFound);
		assert_ok!(expel(HOME));
		assert_noop!(expel(HOME), Error::<Test>::AlreadyExpelled);
	});
}

/// An expelled region's messages are refused, whatever they say, and others' are not.
#[test]
fn it_says_nothing_any_more() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(expel(HOME));
		let not_a_region = refused(Reason::NotARegion);
		assert_noop!(deliver(grant()), not_a_region);
		assert_noop!(deliver(grant_at(2)), not_a_region);
		assert_noop!(revoke(2), not_a_region);
		let entry = || entry(HOME, AUTHOR, 2);
		let enlisted = || Consortium::enlist_provider(of_region(HOME), entry());
		assert_noop!(enlisted(), not_a_region);
		let updated = || Consortium::update_provider(of_region(HOME), entry());
		assert_noop!(updated(), not_a_region);
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
	});
}
