//! `revoke_grant`.

use codec::Encode;

use super::*;

#[test]
fn a_grant_is_revoked() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		System::reset_events();
		assert_ok!(revoke(2));
		assert_eq!(handed_out(), None);
		assert_eq!(Grants::<Test>::iter().count(), 0);
		assert_eq!(GrantedTo::<Test>::iter().count(), 0);
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		assert_eq!(GrantCounts::<Test>::iter().count(), 0);
		assert_eq!(Consortium::region(HOME).unwrap().live_grants, 0);
		let event = Event::GrantRevoked {
			region: HOME,
			record: RECORD,
			grantee: grantee(),
			sequence: 2,
		};
		assert_eq!(events(), [event]);
	});
}

/// The wrapped key leaves the state. The last update that stays is small.
#[test]
fn the_wrapped_key_leaves_the_state() {
	run(|| {
		let has_key = || {
			let telltale = [0xe7; 16];
			let holds = |value: &Vec<u8>| value.windows(16).any(|part| part == telltale);
			storage().values().any(holds)
		};
		assert_ok!(deliver(grant()));
		System::reset_events();
		assert!(has_key());
		assert_ok!(revoke(2));
		System::reset_events();
		assert!(!has_key());
		let word = LastUpdates::<Test>::get(key_of_grant()).unwrap();
		assert_eq!(word, Update::of_revocation(&revocation(2)));
		assert_eq!(word.encode().len(), 40);
	});
}

#[test]
fn a_region_can_revoke_grants_of_its_own_records_only() {
	run(|| {
		assert_ok!(deliver(grant()));
		let by_another = Consortium::revoke_grant(of_region(THIRD), revocation(9));
		assert_ok!(by_another);
		assert_eq!(handed_out().map(|view| view.sequence), Some(1));
		// Nor does the grantee's region.
		let by_grantees = Consortium::revoke_grant(of_region(AWAY), revocation(9));
		assert_ok!(by_grantees);
		assert_eq!(handed_out().map(|view| view.sequence), Some(1));
	});
}

#[test]
fn other_grants_stay() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(deliver(grant_of(RECORD + 1)));
		assert_ok!(revoke(2));
		let views = all_handed_out();
		let records: Vec<_> = views.iter().map(|view| view.record).collect();
		assert_eq!(records, [RECORD + 1]);
		assert_eq!(Consortium::region(HOME).unwrap().live_grants, 1);
	});
}

#[test]
fn a_grant_that_never_arrived_is_revoked_too() {
	run(|| {
		assert_ok!(revoke(2));
		assert_eq!(events().len(), 1);
		assert_noop!(deliver(grant()), refused(Reason::Superseded));
		assert_eq!(handed_out(), None);
		assert_ok!(deliver(grant_at(3)));
	});
}

/// A revocation does not depend on the grantee: it may be unknown or suspended.
#[test]
fn a_grant_to_an_unknown_grantee_is_revoked_too() {
	run(|| {
		let to = |grantee| GrantRevocation {
			grantee,
			..revocation(2)
		};
		for unknown in [
			provider_of(AWAY, AUTHOR),
			provider_of(STRANGER, GRANTEE),
			provider_of(OWN, GRANTEE),
		] {
			assert_ok!(Consortium::revoke_grant(of_region(HOME), to(unknown)));
		}
		assert_ok!(deliver(grant()));
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_ok!(Consortium::expel_region(authorities(), AWAY));
		assert_ok!(revoke(2));
		assert_eq!(Grants::<Test>::iter().count(), 0);
	});
}

#[test]
fn late_repeated_and_conflicting_revocations() {
	run(|| {
		assert_ok!(deliver(grant_at(2)));
		assert_noop!(revoke(1), refused(Reason::Superseded));
		assert_noop!(revoke(2), refused(Reason::Conflict));
		assert_eq!(handed_out().map(|view| view.sequence), Some(2));
		assert_ok!(revoke(3));
		assert_repeated(|| revoke(3));
		assert_noop!(revoke(2), refused(Reason::Superseded));
	});
}

/// A late revocation does not revoke a newer grant.
#[test]
fn a_late_revocation_is_refused() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(deliver(grant_at(3)));
		assert_noop!(revoke(2), refused(Reason::Superseded));
		assert_eq!(handed_out().map(|view| view.sequence), Some(3));
	});
}

#[test]
fn an_expired_grant_is_revoked_too() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 1)));
		Now::set(START + 1);
		assert_ok!(revoke(2));
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		polled(Weight::MAX);
		assert_ok!(revoke(3));
	});
}

/// A sequence number can have any value.
#[test]
fn the_highest_sequence_number_is_accepted() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(revoke(u64::MAX));
		assert_repeated(|| revoke(u64::MAX));
		assert_noop!(deliver(grant_at(u64::MAX)), refused(Reason::Conflict));
	});
}
