//! Sending in `on_poll`: order, weight, limits and retries.

use super::*;

const NUMBERS: [&str; 4] = ["A00001", "A00002", "A00003", "A00004"];

/// Four providers that ask to be enlisted, a millisecond apart.
fn four_ask() {
	for (who, text) in (1..).zip(NUMBERS) {
		verify(who, text);
		assert_ok!(Registry::enlist(signed(who)));
		advance(1);
	}
	events();
}

fn ids() -> Vec<ProviderId> {
	let all = take_sent().into_iter();
	all.map(|call| match call.about() {
		About::Provider(id) => id,
		other => panic!("{other:?} is no provider"),
	})
	.collect()
}

fn nothing() -> Weight {
	<() as WeightInfo>::outbox_nothing()
}

fn one() -> Weight {
	<() as WeightInfo>::outbox_one()
}

#[test]
fn at_most_max_in_flight_wait_and_the_first_is_sent_first() {
	run(|| {
		four_ask();
		// The third is tried in vain.
		assert_eq!(poll(), nothing() + one() * 3);
		assert_eq!(ids(), [id("A00001"), id("A00002")]);
		assert_eq!(poll(), nothing() + one());
		assert!(take_sent().is_empty());
		answer("A00002", 1, Answer::Done);
		poll();
		assert_eq!(ids(), [id("A00003")]);
		answer("A00001", 1, Answer::Refused(Reason::InvalidKey));
		poll();
		assert_eq!(ids(), [id("A00004")]);
	});
}

#[test]
fn a_pass_stays_within_its_weight_and_continues_in_the_next_block() {
	run(|| {
		four_ask();
		assert_eq!(polled(Weight::zero()), Weight::zero());
		let too_little = nothing() - Weight::from_parts(1, 0);
		assert_eq!(polled(too_little), Weight::zero());
		assert_eq!(polled(nothing()), nothing());
		let almost = nothing() + one() - Weight::from_parts(0, 1);
		assert_eq!(polled(almost), nothing());
		assert!(take_sent().is_empty());
		assert_eq!(polled(nothing() + one()), nothing() + one());
		assert_eq!(ids(), [id("A00001")]);

		// No other weight in the block lifts the pallet's own limit.
		MaxInFlight::set(9);
		PollWeight::set(nothing() + one() * 2);
		assert_eq!(polled(Weight::MAX), nothing() + one() * 2);
		assert_eq!(ids(), [id("A00002"), id("A00003")]);
	});
}

/// A full block sends what it must, and a block with room sends a backlog.
#[test]
fn a_block_with_room_sends_more_than_a_full_one() {
	run(|| {
		four_ask();
		MaxInFlight::set(9);
		PollWeight::set(nothing() + one());
		assert_eq!(polled(Weight::MAX), nothing() + one());
		assert_eq!(Registry::on_idle(1, Weight::zero()), Weight::zero());
		assert_eq!(ids(), [id("A00001")]);
		let almost_two = nothing() + one() * 2 - Weight::from_parts(0, 1);
		assert_eq!(Registry::on_idle(1, almost_two), nothing() + one());
		assert_eq!(ids(), [id("A00002")]);
		assert_eq!(Registry::on_idle(1, Weight::MAX), nothing() + one() * 2);
		assert_eq!(ids(), [id("A00003"), id("A00004")]);
	});
}

#[test]
fn an_unanswered_entry_is_sent_again_after_growing_pauses() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::enlist(signed(1)));
		poll();
		assert_eq!(sent().len(), 1);
		let mut last = START;
		// Twice as long each time, and never longer than the most.
		for minutes in [5, 10, 20, 40, 40] {
			let view = Registry::api_enlistment(id(UPIN)).unwrap();
			assert_eq!(view.deadline, Some(last + minutes * MINUTE));
			Now::set(last + minutes * MINUTE - 1);
			poll();
			assert!(take_sent().is_empty(), "{minutes}");
			// The same is shown when the answer is overdue and its time has not come.
			let view = Registry::api_enlistment(id(UPIN)).unwrap();
			assert_eq!(view.deadline, Some(last + minutes * MINUTE));
			assert_eq!(view.state, EnlistmentState::Sent);
			advance(1);
			poll();
			assert_eq!(sent(), [(Standing::Verified, 1, true)]);
			last = Now::get();
		}
	});
}

#[test]
fn an_overdue_entry_makes_room_for_others() {
	run(|| {
		four_ask();
		poll();
		let deadline = Now::get() + AnswerTime::get();
		ids();
		Now::set(deadline - 1);
		poll();
		assert!(take_sent().is_empty());
		advance(1);
		events();
		poll();
		// Those that wait for their first sending are due before those that are sent again.
		assert_eq!(ids(), [id("A00003"), id("A00004")]);
		let overdue = |text| Event::AnswerOverdue {
			id: id(text),
			sequence: 1,
			retry_at: deadline,
		};
		assert_eq!(events()[..2], [overdue("A00001"), overdue("A00002")]);
	});
}

#[test]
fn a_change_is_sent_without_waiting_for_the_earlier_answer() {
	run(|| {
		enlist(1, UPIN);
		rotate(1, 1, 50);
		poll();
		for _ in 0..3 {
			advance(MaxRetryTime::get());
			poll();
			poll();
		}
		sent();
		carry(&suspend(UPIN));

		poll();
		assert_eq!(sent(), [(Standing::Suspended, 3, false)]);
		let view = Registry::api_enlistment(id(UPIN)).unwrap();
		assert_eq!(view.deadline, Some(Now::get() + AnswerTime::get()));
	});
}

#[test]
fn a_suspension_holds_without_a_channel_and_is_sent_later() {
	run(|| {
		enlist(1, UPIN);
		enlist(2, NPI);
		SendFailure::set(Some(SendError::NotConnected));
		carry(&suspend(UPIN));
		assert_eq!(standing(UPIN), Some(Standing::Suspended));
		carry(&suspend(NPI));
		events();
		let mut last = Now::get();
		// One fails for both in the same block, as the other would fail too.
		assert_eq!(poll(), nothing() + one());
		assert_eq!(poll(), nothing() + one());
		let retry_at = last + 5 * MINUTE;
		let not_sent = |text| Event::DirectoryEntryNotSent {
			id: id(text),
			sequence: 2,
			error: SendError::NotConnected,
			retry_at,
		};
		let failed = events();
		assert_eq!(failed.len(), 2);
		assert!(failed.contains(&not_sent(UPIN)) && failed.contains(&not_sent(NPI)));
		for minutes in [5, 10, 20, 40, 40] {
			Now::set(last + minutes * MINUTE - 1);
			assert_eq!(poll(), nothing());
			advance(1);
			poll();
			poll();
			assert_eq!(events().len(), 2);
			assert_eq!(enlistment(UPIN).state, EnlistmentState::Waiting);
			assert_eq!(Registry::api_enlistment(id(UPIN)).unwrap().deadline, None);
			last = Now::get();
		}
		SendFailure::set(None);
		Now::set(last + 40 * MINUTE);
		poll();
		assert_eq!(
			sent(),
			[
				(Standing::Suspended, 2, false),
				(Standing::Suspended, 2, false)
			]
		);
	});
}

#[test]
fn an_entry_that_cannot_be_sent_does_not_block_the_others() {
	run(|| {
		four_ask();
		SendFailure::set(Some(SendError::Undeliverable));
		assert_eq!(poll(), nothing() + one() * 4);
		SendFailure::set(None);
		assert_eq!(poll(), nothing());
		advance(AnswerTime::get());
		poll();
		assert_eq!(ids().len(), 2);
	});
}

#[test]
fn an_entry_stays_first_while_too_many_are_in_flight() {
	run(|| {
		four_ask();
		SendFailure::set(Some(SendError::TooManyInFlight));
		for _ in 0..10 {
			assert_eq!(poll(), nothing() + one(), "one is tried");
		}
		assert!(events().is_empty());
		SendFailure::set(None);
		poll();
		assert_eq!(ids(), [id("A00001"), id("A00002")]);
	});
}

#[test]
fn several_changes_of_a_provider_are_sent_as_one_entry() {
	run(|| {
		enlist(1, UPIN);
		for _ in 0..5 {
			carry(&suspend(UPIN));
			carry(&reinstate(UPIN));
			assert_eq!(Outbox::<Test>::iter().count(), 1);
		}
		poll();
		assert_eq!(sent(), [(Standing::Verified, 11, false)]);
	});
}
