use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use salus_primitives::{poll::IDLE_TIMES, GrantEvent, MemberId, Moment, RecordId};

use crate::{mock::*, Event, Expiries, GrantCount, Grants, Lists, WeightInfo, WrappedKeys};

fn nothing() -> Weight {
	<() as WeightInfo>::sweep_nothing()
}

fn one() -> Weight {
	<() as WeightInfo>::sweep_one()
}

/// What a block uses that has this weight left.
fn polled(left: Weight) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	Permissions::on_poll(1, &mut block);
	block.consumed()
}

/// What the end of a block uses that has this weight left.
fn idled(left: Weight) -> Weight {
	Permissions::on_idle(1, left)
}

/// Grants a record for each of these ends.
fn granted_until(ends: &[Moment]) {
	for (record, at) in (100..).zip(ends) {
		add_record(record, PATIENT);
		assert_ok!(NewGrant {
			record,
			..NewGrant::until(*at)
		}
		.by_patient());
	}
	System::reset_events();
}

fn swept() -> Vec<RecordId> {
	let expired = |event| match event {
		Event::GrantExpired { record, grantee } => {
			assert_eq!(grantee, provider());
			record
		}
		other => panic!("{other:?}"),
	};
	events().into_iter().map(expired).collect()
}

#[test]
fn a_sweep_removes_an_expired_grant_from_all_storage() {
	run(|| {
		granted_until(&[START + 10]);
		Now::set(START + 10);
		assert_eq!(polled(Weight::MAX), nothing() + one());
		assert_eq!(swept(), [100]);
		assert_eq!(Grants::<Test>::iter().count(), 0);
		assert_eq!(Lists::<Test>::iter().count(), 0);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
		assert_eq!(history().last(), Some(&GrantEvent::Expired));
		assert_eq!(HistoryList::last_by(), None);
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_sweep_removes_only_expired_grants_the_earliest_first() {
	run(|| {
		// Little-endian times would have another order.
		granted_until(&[
			START + 300,
			START + 2,
			START + 256,
			START + 257,
			START + 70_000,
		]);
		assert_ok!(NewGrant::default().by_patient());
		System::reset_events();
		Now::set(START + 299);
		assert_eq!(polled(Weight::MAX), nothing() + one() * 3);
		assert_eq!(swept(), [101, 102, 103]);
		assert!(Grants::<Test>::contains_key(100, provider()));
		assert!(Grants::<Test>::contains_key(104, provider()));
		assert!(Grants::<Test>::contains_key(RECORD, provider()));
	});
}

#[test]
fn a_sweep_stays_within_its_weight_and_continues_in_the_next_block() {
	run(|| {
		granted_until(&[START + 1, START + 2, START + 3, START + 4, START + 5]);
		Now::set(START + 10);
		let few = nothing() + one() * 2;
		assert_eq!(polled(few), few);
		assert_eq!(swept(), [100, 101]);
		let almost_three = few + one() - Weight::from_parts(1, 0);
		assert_eq!(polled(almost_three), few);
		let almost_three_by_proof = few + one() - Weight::from_parts(0, 1);
		assert_eq!(polled(almost_three_by_proof), nothing() + one());
		assert_eq!(swept(), [100, 101, 102, 103, 104]);
		assert_eq!(polled(Weight::MAX), nothing());
	});
}

#[test]
fn a_sweep_without_weight_does_nothing() {
	run(|| {
		granted_until(&[START + 1]);
		Now::set(START + 10);
		assert_eq!(polled(Weight::zero()), Weight::zero());
		assert_eq!(polled(nothing() - Weight::from_parts(1, 0)), Weight::zero());
		assert_eq!(polled(nothing()), nothing());
		assert_eq!(polled(one()), nothing());
		assert!(Grants::<Test>::contains_key(100, provider()));
	});
}

#[test]
fn a_sweep_follows_the_newest_terms() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(NewGrant::until(START + 20).by_patient());
		Now::set(START + 19);
		assert_eq!(polled(Weight::MAX), nothing());
		assert!(Grants::<Test>::contains_key(RECORD, provider()));
		// Granted again after its end, before the sweep.
		Now::set(START + 20);
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(polled(Weight::MAX), nothing());
		assert!(Grants::<Test>::contains_key(RECORD, provider()));
	});
}

#[test]
fn a_sweep_removes_all_grants_that_end_at_the_same_time() {
	run(|| {
		let grantees: [MemberId; 3] = [provider(), other_provider(), OTHER_PATIENT.into()];
		for grantee in &grantees {
			let grant = NewGrant {
				grantee: grantee.clone(),
				..NewGrant::until(START + 1)
			};
			assert_ok!(grant.by_patient());
		}
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), nothing() + one() * 3);
		assert_eq!(Grants::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::iter().count(), 0);
	});
}

#[test]
fn swept_grants_make_room() {
	run(|| {
		MaxGrantsPerRecord::set(1);
		assert_ok!(NewGrant::until(START + 1).by_patient());
		Now::set(START + 1);
		frame_support::assert_noop!(
			NewGrant::to(other_provider()).by_patient(),
			crate::Error::<Test>::MaxGrantsPerRecordExceeded
		);
		polled(Weight::MAX);
		assert_ok!(NewGrant::to(other_provider()).by_patient());
	});
}

/// The sweep has a limit of its own, which no load takes away and which no flood exceeds.
#[test]
fn a_sweep_stays_within_its_limit() {
	run(|| {
		granted_until(&[START + 1; 9]);
		let two = nothing() + one() * 2;
		PollWeight::set(two);
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), two);
		assert_eq!(swept().len(), 2);
	});
}

/// A full block removes what it must, and a block with room removes a backlog.
#[test]
fn a_block_with_room_sweeps_more_than_a_full_one() {
	run(|| {
		granted_until(&[START + 1; 60]);
		let floor = nothing() + one();
		PollWeight::set(floor);
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), floor);
		assert_eq!(idled(Weight::zero()), Weight::zero());
		assert_eq!(swept().len(), 1);
		// Never more than is left, nor more than the limit.
		let three = nothing() + one() * 3;
		assert_eq!(idled(three + one() - Weight::from_parts(0, 1)), three);
		assert_eq!(swept().len(), 4);
		let used = idled(Weight::MAX);
		assert!(used.all_lte(floor * IDLE_TIMES), "{used:?}");
		assert!(!(used + one()).all_lte(floor * IDLE_TIMES), "{used:?}");
		assert!((24..60).contains(&swept().len()));
		assert_eq!(polled(Weight::MAX), floor);
	});
}
