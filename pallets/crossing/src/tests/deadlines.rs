//! Deadlines, and the bounds on calls that wait for their answers.

use frame_support::{
	assert_ok, assert_storage_noop,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use salus_primitives::{
	poll::IDLE_TIMES,
	testing::{Now, START},
	traits::ToConsortium,
	ProviderId, SendError,
};
use xcm::latest::prelude::*;

use crate::{mock::*, Deadlines, Event, InFlight, InFlightOf, Kind, Queries, WeightInfo};

fn consortium() -> RuntimeOrigin {
	RuntimeOrigin::signed(CONSORTIUM_ACCOUNT)
}

fn done() -> Response {
	Response::DispatchResult(MaybeErrorCode::Success)
}

fn nothing() -> Weight {
	<() as WeightInfo>::deadlines_nothing()
}

fn one() -> Weight {
	<() as WeightInfo>::deadlines_one()
}

/// What a block uses that has this weight left.
fn poll(left: Weight) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	Crossing::on_poll(1, &mut block);
	block.consumed()
}

/// So many blocks that all deadlines that have passed are served, whatever the weights are.
fn poll_all() {
	for _ in 0..MAX_IN_FLIGHT {
		poll(Weight::MAX);
	}
}

#[test]
fn an_answer_is_overdue_at_its_deadline() {
	run(|| {
		Crossing::send(delivery(7, 1)).unwrap();
		assert_eq!(
			Crossing::awaited_until(&about(7), 1),
			Some(START + ANSWER_WITHIN)
		);
		Now::set(START + ANSWER_WITHIN - 1);
		assert_eq!(poll(Weight::MAX), nothing());
		assert_eq!(Overdue::get(), []);
		Now::set(START + ANSWER_WITHIN);
		assert_eq!(poll(Weight::MAX), nothing() + one());
		assert_eq!(Overdue::get(), [(about(7), 1, START + ANSWER_WITHIN)]);
		System::assert_last_event(
			Event::Overdue {
				about: about(7),
				sequence: 1,
				query: 0,
			}
			.into(),
		);
		assert_eq!(InFlight::<Test>::get(Kind::Delivery), 0);
		// Once.
		assert_eq!(poll(Weight::MAX), nothing());
		assert_eq!(Overdue::get().len(), 1);
	});
}

#[test]
fn an_overdue_answer_is_still_passed_on() {
	run(|| {
		Crossing::send(delivery(7, 1)).unwrap();
		Now::set(START + ANSWER_WITHIN);
		poll(Weight::MAX);
		assert_ok!(Crossing::answered(consortium(), 0, done()));
		assert_eq!(Answers::get().len(), 1);
		assert_eq!(Crossing::awaited_until(&about(7), 1), None);
	});
}

#[test]
fn an_answer_in_time_is_not_overdue_later() {
	run(|| {
		Crossing::send(delivery(7, 1)).unwrap();
		assert_ok!(Crossing::answered(consortium(), 0, done()));
		assert_eq!(Deadlines::<Test>::iter().count(), 0);
		Now::set(START + ANSWER_WITHIN);
		poll(Weight::MAX);
		assert_eq!(Overdue::get(), []);
	});
}

#[test]
fn a_response_that_is_not_an_answer_makes_the_call_overdue_at_once() {
	run(|| {
		Crossing::send(delivery(7, 1)).unwrap();
		assert_ok!(Crossing::answered(consortium(), 0, Response::Null));
		assert_eq!(Overdue::get(), [(about(7), 1, START)]);
		assert_eq!(InFlight::<Test>::get(Kind::Delivery), 0);
	});
}

/// The full blocks of others do not take the weight away, and a flood of deadlines takes no more.
#[test]
fn deadlines_have_a_limit_of_their_own_and_the_earliest_come_first() {
	run(|| {
		for (record, at) in [(1, 2), (2, 0), (3, 1)] {
			Now::set(START + at);
			Crossing::send(delivery(record, 1)).unwrap();
		}
		Now::set(START + 2 + ANSWER_WITHIN);
		let records = || {
			let overdue = Overdue::get().into_iter();
			overdue.map(|(about, ..)| about).collect::<Vec<_>>()
		};
		let two = nothing() + one() * 2;
		assert_eq!(poll(two), two);
		assert_eq!(records(), [about(2), about(3)]);
		assert_eq!(
			poll(nothing() + one() - Weight::from_parts(1, 0)),
			nothing()
		);
		assert_eq!(poll(Weight::MAX), nothing() + one());

		let most = PollWeight::get();
		for record in 0..2_000 {
			Crossing::send(call(record, 1)).unwrap();
		}
		Now::set(START + 2 + ANSWER_WITHIN * 2);
		let used = poll(Weight::MAX);
		assert!(used.all_lte(most) && used.all_gt(one()), "{used:?}");
		assert!(!(used + one()).all_lte(most), "{used:?}");
	});
}

/// A full block ends the waits that it must, and a block with room ends a backlog.
#[test]
fn a_block_with_room_ends_more_waits_than_a_full_one() {
	run(|| {
		for record in 0..2_000 {
			Crossing::send(call(record, 1)).unwrap();
		}
		Now::set(START + ANSWER_WITHIN);
		poll(Weight::MAX);
		let full = Overdue::take().len();
		assert_eq!(Crossing::on_idle(1, Weight::zero()), Weight::zero());
		let three = nothing() + one() * 3;
		let almost_four = three + one() - Weight::from_parts(0, 1);
		assert_eq!(Crossing::on_idle(1, almost_four), three);
		assert_eq!(Overdue::take().len(), 3);
		let used = Crossing::on_idle(1, Weight::MAX);
		let most = PollWeight::get() * IDLE_TIMES;
		assert!(used.all_lte(most), "{used:?}");
		assert!(!(used + one()).all_lte(most), "{used:?}");
		let with_room = Overdue::take().len();
		assert!(with_room > full * 15, "{with_room}, {full}");
	});
}

#[test]
fn the_calls_of_a_kind_that_wait_for_their_answers_are_bounded() {
	run(|| {
		for record in 0..u64::from(MAX_IN_FLIGHT) {
			Crossing::send(delivery(record, 1)).unwrap();
		}
		let full = || Crossing::send(delivery(99, 1));
		assert_storage_noop!(assert_eq!(full(), Err(SendError::TooManyInFlight)));
		// Other kinds have room: entries, and revocations without a bound.
		Crossing::send(entry(1)).unwrap();
		for record in 0..u64::from(MAX_IN_FLIGHT) * 2 {
			Crossing::send(call(record, 2)).unwrap();
		}
		// An answer makes room.
		assert_ok!(Crossing::answered(consortium(), 0, done()));
		full().unwrap();
		assert_storage_noop!(assert_eq!(full(), Err(SendError::TooManyInFlight)));
		// So does a deadline that has passed.
		Now::set(START + ANSWER_WITHIN);
		poll_all();
		assert_eq!(InFlight::<Test>::iter_values().sum::<u32>(), 0);
		full().unwrap();
	});
}

/// A provider cannot take the places of all others.
#[test]
fn the_calls_of_a_provider_that_wait_for_their_answers_are_bounded() {
	run(|| {
		let send = |by, record| Crossing::send_for(ProviderId(by), delivery(record, 1));
		for record in 0..u64::from(MAX_IN_FLIGHT_OF_PROVIDER) {
			send(1, record).unwrap();
		}
		let full = || send(1, 98);
		assert_storage_noop!(assert_eq!(full(), Err(SendError::TooManyOfProvider)));
		// Other providers have room, until all places are taken.
		for record in u64::from(MAX_IN_FLIGHT_OF_PROVIDER)..u64::from(MAX_IN_FLIGHT) {
			send(2, record).unwrap();
		}
		assert_eq!(send(2, 99), Err(SendError::TooManyInFlight));
		// An answer makes room, and so does a deadline that has passed.
		assert_ok!(Crossing::answered(consortium(), 0, done()));
		full().unwrap();
		assert_storage_noop!(assert_eq!(full(), Err(SendError::TooManyOfProvider)));
		Now::set(START + ANSWER_WITHIN);
		poll_all();
		assert_eq!(InFlightOf::<Test>::iter().count(), 0);
		full().unwrap();
	});
}

/// Sending again about one subject cannot hold places that nothing waits for.
#[test]
fn a_call_that_is_no_longer_awaited_makes_room() {
	run(|| {
		for sequence in 0..u64::from(MAX_IN_FLIGHT) * 2 {
			Crossing::send(delivery(7, sequence)).unwrap();
		}
		assert_eq!(InFlight::<Test>::get(Kind::Delivery), 3);
		assert_eq!(Queries::<Test>::iter().count(), 3);
	});
}

#[test]
fn the_last_call_with_a_sequence_number_counts() {
	run(|| {
		Crossing::send(delivery(7, 1)).unwrap();
		Now::set(START + 5);
		Crossing::send(delivery(7, 1)).unwrap();
		Crossing::send(delivery(7, 2)).unwrap();
		let until = |sequence| Crossing::awaited_until(&about(7), sequence);
		assert_eq!(until(1), Some(START + 5 + ANSWER_WITHIN));
		assert_ok!(Crossing::answered(consortium(), 1, done()));
		assert_eq!(until(1), Some(START + ANSWER_WITHIN));
		assert_eq!(
			(until(3), Crossing::awaited_until(&about(8), 1)),
			(None, None)
		);
	});
}
