use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use salus_primitives::{
	poll::IDLE_TIMES, About, Answer, InterregionalGrantId, InterregionalState, Moment, RecordId,
};

use crate::{
	mock::*, Event, Expiries, GrantCount, Grants, Lists, StoredState, WeightInfo, WrappedKeys,
};

fn nothing() -> Weight {
	<() as WeightInfo>::sweep_nothing()
}

fn one_end() -> Weight {
	<() as WeightInfo>::sweep_one()
}

/// What a block uses that has this weight left.
fn polled(left: Weight) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	Interregional::on_poll(1, &mut block);
	block.consumed()
}

/// What the end of a block uses that has this weight left.
fn idled(left: Weight) -> Weight {
	Interregional::on_idle(1, left)
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

fn forward_record(record: RecordId) {
	let provider = signed(PROVIDER_ACCOUNT);
	assert_ok!(Interregional::forward(provider, record, remote()));
	System::reset_events();
}

/// The records in the events of ended grants and overdue answers.
fn swept() -> Vec<(&'static str, RecordId)> {
	let name = |event| match event {
		Event::GrantExpired { record, .. } => ("ended", record),
		Event::AnswerOverdue { record, .. } => ("overdue", record),
		other => panic!("{other:?}"),
	};
	events().into_iter().map(name).collect()
}

#[test]
fn a_sweep_keeps_only_the_number_and_terms_of_an_ended_grant() {
	run(|| {
		granted_until(&[START + 10]);
		Now::set(START + 10);
		assert_eq!(polled(Weight::MAX), nothing() + one_end());
		assert_eq!(swept(), [("ended", 100)]);
		let grant = Grants::<Test>::get(100, remote()).unwrap();
		assert_eq!(grant.state, StoredState::Ended);
		assert_eq!(grant.sequence, 1);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::iter().count(), 0);
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		assert_eq!(Lists::<Test>::iter().count(), 0);
		assert!(SentCalls::get().is_empty());
	});
}

#[test]
fn a_sweep_starts_with_the_earliest_and_stays_within_its_weight() {
	run(|| {
		granted_until(&[
			START + 300,
			START + 2,
			START + 256,
			START + 257,
			START + 999,
		]);
		Now::set(START + 300);
		let few = nothing() + one_end() * 2;
		assert_eq!(polled(few), few);
		assert_eq!(swept(), [("ended", 101), ("ended", 102)]);
		let almost = nothing() + one_end() - Weight::from_parts(1, 0);
		assert_eq!(polled(almost), nothing());
		assert_eq!(polled(Weight::MAX), few);
		assert_eq!(polled(Weight::MAX), nothing());
		assert!(WrappedKeys::<Test>::contains_key(104, remote()));
		assert_eq!(WrappedKeys::<Test>::iter().count(), 1);
	});
}

#[test]
fn an_overdue_answer_emits_an_event() {
	run(|| {
		granted_until(&[START + 99_999; 2]);
		forward_record(100);
		Now::set(START + 1);
		forward_record(101);
		Now::set(START + ANSWER_WITHIN);
		poll();
		assert_eq!(swept(), [("overdue", 100)]);
		let state = |record| Interregional::api_grant(record, remote());
		assert_eq!(state(100).unwrap().state, InterregionalState::Overdue);
		assert_eq!(state(101).unwrap().state, InterregionalState::Forwarded);
	});
}

/// The sweep has a limit of its own, which no load takes away and which no flood exceeds.
#[test]
fn a_sweep_stays_within_its_limit() {
	run(|| {
		granted_until(&[START + 1; 9]);
		let two = nothing() + one_end() * 2;
		PollWeight::set(two);
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), two);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 7);
	});
}

/// A full block removes what it must, and a block with room removes a backlog.
#[test]
fn a_block_with_room_sweeps_more_than_a_full_one() {
	run(|| {
		granted_until(&[START + 1; 60]);
		let floor = nothing() + one_end();
		PollWeight::set(floor);
		Now::set(START + 1);
		assert_eq!(polled(Weight::MAX), floor);
		assert_eq!(idled(Weight::zero()), Weight::zero());
		assert_eq!(swept().len(), 1);
		// Never more than is left, nor more than the limit.
		let three = nothing() + one_end() * 3;
		assert_eq!(idled(three + one_end() - Weight::from_parts(0, 1)), three);
		assert_eq!(swept().len(), 4);
		let used = idled(Weight::MAX);
		assert!(used.all_lte(floor * IDLE_TIMES), "{used:?}");
		assert!(!(used + one_end()).all_lte(floor * IDLE_TIMES), "{used:?}");
		assert!((24..60).contains(&swept().len()));
		assert_eq!(polled(Weight::MAX), floor);
	});
}

#[test]
fn a_deadline_that_no_longer_matters_emits_no_event() {
	run(|| {
		// The grants have new terms, are revoked, and have ended.
		granted_until(&[START + 99_999, START + 99_999, START + 10]);
		(100..103).for_each(forward_record);
		let again = NewGrant {
			record: 100,
			..NewGrant::until(START + 99_999)
		};
		assert_ok!(again.by_patient());
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient, 101, remote()));
		System::reset_events();
		Now::set(START + ANSWER_WITHIN);
		poll();
		assert_eq!(swept(), [("ended", 102)]);
	});
}

#[test]
fn a_delivered_grant_expires_and_a_revoked_one_does_not() {
	run(|| {
		granted_until(&[START + 10, START + 10]);
		forward_record(100);
		forward_record(101);
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient, 101, remote()));
		let about = About::Grant(InterregionalGrantId {
			record: 100,
			grantee: remote(),
		});
		deliver_answer::<Interregional>(&about, 1, &Answer::Done);
		System::reset_events();
		Now::set(START + 10);
		polled(Weight::MAX);
		assert_eq!(swept(), [("ended", 100)]);
	});
}

#[test]
fn a_sweep_follows_the_newest_terms() {
	run(|| {
		granted_until(&[START + 10]);
		granted_until(&[START + 20]);
		Now::set(START + 19);
		assert_eq!(polled(Weight::MAX), nothing());
		assert!(WrappedKeys::<Test>::contains_key(100, remote()));
	});
}
