//! `admit_region`.

use super::*;

fn admit(region: ParaId) -> DispatchResult {
	Consortium::admit_region(authorities(), region, genesis(region))
}

fn expel(region: ParaId) {
	assert_ok!(Consortium::expel_region(authorities(), region));
}

#[test]
fn a_region_is_admitted() {
	run(|| {
		assert!(!is_admitted(2_003) && !Consortium::is_known(2_003));
		assert_ok!(admit(2_003));
		assert!(is_admitted(2_003) && Consortium::is_known(2_003));
		let expected = Region {
			genesis_hash: genesis(2_003),
			standing: RegionStanding::Admitted,
			since: START,
			providers: 0,
			live_grants: 0,
		};
		assert_eq!(Consortium::region(2_003), Some(expected));
		let event = Event::RegionAdmitted {
			region: 2_003,
			genesis_hash: genesis(2_003),
		};
		assert_eq!(events(), [event]);
	});
}

#[test]
fn only_the_authorities_can_admit_a_region() {
	run(|| {
		for origin in plain_origins()
			.into_iter()
			.chain([HOME, 2_003].map(of_region))
		{
			assert_noop!(
				Consortium::admit_region(origin, 2_003, genesis(2_003)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn the_consortium_cannot_be_a_region() {
	run(|| {
		assert_noop!(admit(OWN), Error::<Test>::IsConsortium);
	});
}

#[test]
fn a_region_cannot_be_admitted_twice() {
	run(|| {
		assert_noop!(admit(HOME), Error::<Test>::AlreadyAdmitted);
		let other = || Consortium::admit_region(authorities(), HOME, genesis(5));
		assert_noop!(other(), Error::<Test>::AlreadyAdmitted);
	});
}

#[test]
fn two_regions_cannot_have_the_same_genesis_hash() {
	run(|| {
		let same = || Consortium::admit_region(authorities(), 2_003, genesis(HOME));
		assert_noop!(same(), Error::<Test>::GenesisHashTaken);
		// Of one that was expelled neither.
		expel(HOME);
		assert_noop!(same(), Error::<Test>::GenesisHashTaken);
	});
}

#[test]
fn expelled_regions_count_towards_the_limit() {
	run(|| {
		assert_ok!(admit(2_003));
		assert_noop!(admit(2_004), Error::<Test>::MaxRegionsExceeded);
		expel(2_003);
		assert_noop!(admit(2_004), Error::<Test>::MaxRegionsExceeded);
		assert_ok!(admit(2_003));
	});
}

#[test]
fn an_expelled_region_is_admitted_again_as_the_same_chain_with_its_entries() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(Consortium::enlist_provider(
			of_region(HOME),
			entry(HOME, AUTHOR, 2)
		));
		let before = Consortium::region(HOME).unwrap();
		assert_eq!((before.providers, before.live_grants), (1, 1));
		expel(HOME);
		assert_eq!(handed_out(), None);

		let other = || Consortium::admit_region(authorities(), HOME, genesis(5));
		assert_noop!(other(), Error::<Test>::GenesisHashMismatch);
		Now::set(START + 3);
		assert_ok!(admit(HOME));
		let since = START + 3;
		assert_eq!(Consortium::region(HOME), Some(Region { since, ..before }));
		assert_eq!(handed_out().map(|view| view.sequence), Some(1));
	});
}
