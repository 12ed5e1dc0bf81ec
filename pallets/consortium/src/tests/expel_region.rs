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
		assert!(!is_admitted(HOME) && Consortium::is_known(HOME));
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
fn only_the_authorities_can_expel_a_region() {
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
fn only_an_admitted_region_can_be_expelled() {
	run(|| {
		assert_noop!(expel(STRANGER), Error::<Test>::NotFound);
		assert_noop!(expel(OWN), Error::<Test>::NotFound);
		assert_ok!(expel(HOME));
		assert_noop!(expel(HOME), Error::<Test>::AlreadyExpelled);
	});
}
