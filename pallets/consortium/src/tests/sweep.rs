//! Expired grants.

use super::*;

fn ending(record: RecordId, at: Moment) -> DeliveredGrant {
	DeliveredGrant {
		record,
		..grant_until(at)
	}
}

/// The weight for this many grants.
fn room_for(grants: u64) -> Weight {
	let one = <() as WeightInfo>::sweep_one();
	<() as WeightInfo>::sweep_nothing().saturating_add(one.saturating_mul(grants))
}

fn live() -> Vec<RecordId> {
	let mut records: Vec<_> = Grants::<Test>::iter_keys()
		.map(|(_, record, _)| RecordId::from_be_bytes(record))
		.collect();
	records.sort();
	records
}

#[test]
fn an_expired_grant_is_not_shown() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		Now::set(START + 9);
		assert!(handed_out().is_some());
		Now::set(START + 10);
		assert_eq!(handed_out(), None);
		assert!(all_handed_out().is_empty());
		assert_eq!(live(), [RECORD]);
	});
}

#[test]
fn the_sweep_removes_an_expired_grant_and_keeps_the_last_update() {
	run(|| {
		let delivered = grant_until(START + 10);
		assert_ok!(deliver(delivered.clone()));
		System::reset_events();
		Now::set(START + 9);
		polled(Weight::MAX);
		assert_eq!((live(), events().len()), (vec![RECORD], 0));
		Now::set(START + 10);
		polled(Weight::MAX);
		assert!(live().is_empty());
		let last = LastUpdates::<Test>::get(key_of_grant());
		assert_eq!(last, Some(Update::of_grant(&delivered)));
		let event = Event::GrantExpired {
			region: HOME,
			record: RECORD,
			grantee: grantee(),
		};
		assert_eq!(events(), [event]);
		// A late one revives nothing, a later one is new.
		assert_noop!(deliver(grant_at(0)), refused(Reason::Superseded));
		assert_ok!(deliver(grant_at(2)));
	});
}

#[test]
fn the_earliest_expired_grants_are_swept_first_within_the_weight() {
	run(|| {
		assert_ok!(deliver(ending(1, START + 30)));
		assert_ok!(deliver(ending(2, START + 10)));
		assert_ok!(deliver(ending(3, START + 20)));
		assert_ok!(deliver(grant_of(4)));
		Now::set(START + 30);
		assert_eq!(polled(room_for(1)), room_for(1));
		assert_eq!(live(), [1, 3, 4]);
		assert_eq!(polled(room_for(2)), room_for(2));
		assert_eq!(live(), [4]);
		assert_eq!(polled(Weight::MAX), room_for(0));
	});
}

#[test]
fn without_weight_nothing_is_swept() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 1)));
		Now::set(START + 1);
		assert_eq!(polled(Weight::zero()), Weight::zero());
		let little = room_for(0).saturating_sub(Weight::from_parts(1, 0));
		assert_eq!(polled(little), Weight::zero());
		assert_eq!(polled(room_for(0)), room_for(0));
		let almost = room_for(1).saturating_sub(Weight::from_parts(1, 0));
		assert_eq!(polled(almost), room_for(0));
		assert_eq!(live(), [RECORD]);
	});
}

/// The end of terms that were replaced ends nothing.
#[test]
fn the_expiry_of_earlier_terms_does_not_end_later_ones() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 1)));
		let longer = DeliveredGrant {
			sequence: 2,
			..grant_until(START + 10)
		};
		assert_ok!(deliver(longer));
		Now::set(START + 1);
		polled(Weight::MAX);
		assert_eq!(handed_out().map(|view| view.sequence), Some(2));
	});
}

/// Nor does an entry that is left over from anything else.
#[test]
fn an_outdated_expiry_removes_no_grant() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		Expiries::<Test>::insert(Expiry::new(START + 1, key_of_grant()), ());
		Now::set(START + 1);
		polled(Weight::MAX);
		assert_eq!(live(), [RECORD]);
	});
}

/// Withheld grants expire as well.
#[test]
fn grants_of_expelled_regions_and_suspended_grantees_are_swept_too() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_ok!(Consortium::expel_region(authorities(), HOME));
		Now::set(START + 10);
		polled(Weight::MAX);
		assert!(live().is_empty());
		assert_eq!(Consortium::region(HOME).unwrap().live_grants, 0);
	});
}

/// The sweep has a limit of its own, which no load takes away and which no flood exceeds.
#[test]
fn a_sweep_stays_within_its_limit() {
	run(|| {
		for record in 0..4 {
			assert_ok!(deliver(ending(record, START + 1)));
		}
		PollWeight::set(room_for(2));
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), room_for(2));
		assert_eq!(live().len(), 2);
	});
}

/// A full block removes what it must, and a block with room removes a backlog.
#[test]
fn a_block_with_room_sweeps_more_than_a_full_one() {
	run(|| {
		for record in 0..4 {
			assert_ok!(deliver(ending(record, START + 1)));
		}
		PollWeight::set(room_for(1));
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), room_for(1));
		assert_eq!(Consortium::on_idle(1, Weight::zero()), Weight::zero());
		assert_eq!(live().len(), 3);
		let almost = room_for(2).saturating_sub(Weight::from_parts(0, 1));
		assert_eq!(Consortium::on_idle(1, almost), room_for(1));
		assert_eq!(live().len(), 2);
		assert_eq!(Consortium::on_idle(1, Weight::MAX), room_for(2));
		assert!(live().is_empty());
	});
}
