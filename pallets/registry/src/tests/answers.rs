//! The consortium's answers.

use super::*;

fn refused(reason: Reason) -> EnlistmentState {
	EnlistmentState::Refused(Cause::Reason(reason))
}

/// A provider whose entry waits for its answer.
fn asks(who: u8, text: &str) {
	verify(who, text);
	assert_ok!(Registry::enlist(signed(who)));
	poll();
	take_sent();
	events();
}

#[test]
fn the_answer_done_enlists_the_provider() {
	run(|| {
		asks(1, UPIN);
		answer(UPIN, 1, Answer::Done);
		assert_eq!(
			events(),
			[Event::ProviderEnlisted {
				id: id(UPIN),
				sequence: 1
			}]
		);
		let value = enlistment(UPIN);
		assert_eq!(value.state, EnlistmentState::Enlisted);
		assert_eq!((value.enlisted, value.step), (Some(1), Step::Rest));
		assert!(in_flight() == 0);
		advance(10 * MaxRetryTime::get());
		poll();
		assert!(take_sent().is_empty());
	});
}

#[test]
fn a_refusal_stops_sending_until_the_provider_acts() {
	run(|| {
		asks(1, UPIN);
		answer(UPIN, 1, Answer::Refused(Reason::MaxProvidersExceeded));
		assert_eq!(
			events(),
			[Event::EnlistmentRefused {
				id: id(UPIN),
				sequence: 1,
				cause: Cause::Reason(Reason::MaxProvidersExceeded),
			}]
		);
		let value = enlistment(UPIN);
		assert_eq!(value.state, refused(Reason::MaxProvidersExceeded));
		assert_eq!(value.enlisted, None);
		advance(10 * MaxRetryTime::get());
		poll();
		assert!(take_sent().is_empty());
		// Until something changes.
		rotate(1, 1, 50);
		poll();
		assert_eq!(sent(), [(Standing::Verified, 2, true)]);
	});
}

#[test]
fn a_refused_entry_of_a_suspended_provider_is_sent_again() {
	run(|| {
		enlist(1, UPIN);
		carry(&suspend(UPIN));
		for sequence in 2..5 {
			poll();
			assert_eq!(sent(), [(Standing::Suspended, sequence, false)]);
			answer(UPIN, sequence, Answer::Refused(Reason::NotARegion));
			assert_eq!(enlistment(UPIN).state, refused(Reason::NotARegion));
			assert_eq!(enlistment(UPIN).enlisted, Some(1));
			advance(MaxRetryTime::get() - 1);
			poll();
			assert!(take_sent().is_empty());
			advance(1);
		}
		assert_ok!(Registry::retire(signed(1)));
		poll();
		assert_eq!(sent(), [(Standing::RetiredSuspended, 5, false)]);
		answer(UPIN, 5, Answer::Refused(Reason::NotARegion));
		advance(MaxRetryTime::get());
		poll();
		assert_eq!(sent(), [(Standing::RetiredSuspended, 6, false)]);
	});
}

#[test]
fn an_entry_refused_because_of_the_expelled_region_is_sent_again() {
	run(|| {
		asks(1, UPIN);
		answer(UPIN, 1, Answer::Refused(Reason::NotARegion));
		assert_eq!(enlistment(UPIN).state, refused(Reason::NotARegion));
		advance(MaxRetryTime::get() - 1);
		poll();
		assert!(take_sent().is_empty());
		advance(1);
		poll();
		assert_eq!(sent(), [(Standing::Verified, 2, true)]);
		answer(UPIN, 2, Answer::Done);
		assert_eq!(enlistment(UPIN).state, EnlistmentState::Enlisted);
	});
}

#[test]
fn an_entry_that_failed_is_sent_again() {
	run(|| {
		enlist(1, UPIN);
		rotate(1, 1, 50);
		poll();
		sent();
		let failure = Failure::program(&[24]);
		answer(UPIN, 2, Answer::Failed(failure.clone()));
		let state = EnlistmentState::Refused(Cause::Failure(failure));
		assert_eq!(enlistment(UPIN).state, state);
		advance(MaxRetryTime::get() - 1);
		poll();
		assert!(take_sent().is_empty());
		advance(1);
		poll();
		assert_eq!(sent(), [(Standing::Verified, 3, false)]);
		answer(UPIN, 3, Answer::Done);
		assert_eq!(enlistment(UPIN).enlisted, Some(3));
	});
}

#[test]
fn an_entry_unknown_to_the_consortium_is_enlisted_again() {
	run(|| {
		enlist(1, UPIN);
		rotate(1, 1, 50);
		poll();
		assert_eq!(sent(), [(Standing::Verified, 2, false)]);
		answer(UPIN, 2, Answer::Refused(Reason::NotEnlisted));
		assert_eq!(enlistment(UPIN).enlisted, None);
		poll();
		assert_eq!(sent(), [(Standing::Verified, 3, true)]);
		// No entry was updated this time, so this makes no sense, and does not go on for ever.
		answer(UPIN, 3, Answer::Refused(Reason::NotEnlisted));
		poll();
		assert!(take_sent().is_empty());
	});
}

#[test]
fn an_answer_to_an_earlier_update_is_ignored() {
	run(|| {
		asks(1, UPIN);
		carry(&suspend(UPIN));
		for late in [Answer::Done, Answer::Refused(Reason::InvalidKey)] {
			let before = enlistment(UPIN);
			answer(UPIN, 1, late);
			assert_eq!(enlistment(UPIN), before);
		}
		poll();
		let before = enlistment(UPIN);
		events();
		answer(UPIN, 1, Answer::Refused(Reason::Superseded));
		answer(UPIN, 0, Answer::Done);
		answer(UPIN, 3, Answer::Done);
		assert_eq!(enlistment(UPIN), before);
		assert!(events().is_empty());
	});
}

#[test]
fn an_answer_to_an_unsent_update_is_ignored() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::enlist(signed(1)));
		let before = enlistment(UPIN);
		answer(UPIN, 1, Answer::Done);
		assert_eq!(enlistment(UPIN), before);
		answer(NPI, 1, Answer::Done);
		let grant = About::Grant(salus_primitives::InterregionalGrantId {
			record: 1,
			grantee: salus_primitives::RemoteProvider {
				region: 2001,
				id: id(UPIN),
			},
		});
		poll();
		let before = enlistment(UPIN);
		Registry::on_answer(&grant, 1, &Answer::Done);
		assert_eq!(enlistment(UPIN), before);
		assert_eq!(Enlistments::<Test>::iter().count(), 1);
	});
}

#[test]
fn a_late_answer_counts() {
	run(|| {
		asks(1, UPIN);
		// Overdue, and its time to be sent again has not come.
		advance(AnswerTime::get());
		poll();
		advance(AnswerTime::get());
		poll();
		assert_eq!(Outbox::<Test>::iter().count(), 1);
		answer(UPIN, 1, Answer::Done);
		assert_eq!(enlistment(UPIN).state, EnlistmentState::Enlisted);
		assert_eq!(Outbox::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_last_answer_to_an_update_counts() {
	run(|| {
		asks(1, UPIN);
		answer(UPIN, 1, Answer::Refused(Reason::NotARegion));
		answer(UPIN, 1, Answer::Done);
		assert_eq!(enlistment(UPIN).state, EnlistmentState::Enlisted);
		events();
		answer(UPIN, 1, Answer::Done);
		assert!(events().is_empty(), "no news");
		answer(UPIN, 1, Answer::Refused(Reason::NotARegion));
		assert_eq!(enlistment(UPIN).state, refused(Reason::NotARegion));
		assert_eq!(enlistment(UPIN).enlisted, Some(1));
		events();
		answer(UPIN, 1, Answer::Refused(Reason::NotARegion));
		assert!(events().is_empty(), "no news");
	});
}
