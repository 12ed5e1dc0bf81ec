//! Answers of the consortium: in time, late, repeated, and about something else.

use frame_support::{assert_ok, assert_storage_noop};
#[cfg(feature = "runtime-benchmarks")]
use salus_primitives::traits::OnAnswer;
use salus_primitives::{About, Answer, Cause, Failure, InterregionalGrantId, ProviderId, Reason};

use crate::{mock::*, Event, List, Lists, StoredState, WrappedKeys};

fn forwarded() {
	assert_ok!(NewGrant::default().by_patient());
	assert_ok!(forward());
	System::reset_events();
}

fn state() -> StoredState {
	grant_of(&grant_id()).state
}

fn refused(reason: Reason) -> StoredState {
	StoredState::Refused(Cause::Reason(reason))
}

#[test]
fn an_answer_of_success_delivers_a_grant() {
	run(|| {
		forwarded();
		answer(Answer::Done);
		assert_eq!(state(), StoredState::Delivered);
		assert_eq!(in_flight(), 0);
		assert_eq!(Lists::<Test>::iter_prefix(List::Unanswered).count(), 0);
		assert_eq!(
			events(),
			[Event::GrantDelivered {
				record: RECORD,
				grantee: remote(),
				sequence: 1,
			}]
		);
	});
}

#[test]
fn a_refusal_keeps_its_cause() {
	let failed = [Failure::call(&[3, 50, 1, 0, 0, 0]), Failure::program(&[24])];
	let answers = (Reason::ALL.map(Answer::Refused).into_iter()).chain(failed.map(Answer::Failed));
	for given in answers {
		run(|| {
			forwarded();
			let cause = given.clone().into_result().unwrap_err();
			answer(given.clone());
			assert_eq!(state(), StoredState::Refused(cause.clone()));
			assert_eq!(in_flight(), 0);
			assert_eq!(Lists::<Test>::iter_prefix(List::Unanswered).count(), 0);
			assert!(WrappedKeys::<Test>::contains_key(RECORD, remote()));
			assert_eq!(
				events(),
				[Event::GrantRefused {
					record: RECORD,
					grantee: remote(),
					sequence: 1,
					cause,
				}]
			);
		});
	}
}

#[test]
fn a_late_answer_counts() {
	for (given, expected) in [
		(Answer::Done, StoredState::Delivered),
		(
			Answer::Refused(Reason::GranteeUnknown),
			refused(Reason::GranteeUnknown),
		),
	] {
		run(|| {
			forwarded();
			Now::set(START + ANSWER_WITHIN * 100);
			answer(given);
			assert_eq!(state(), expected);
		});
	}
}

#[test]
fn a_late_confirmation_of_a_revocation_counts() {
	run(|| {
		forwarded();
		assert_ok!(revoke());
		Now::set(START + ANSWER_WITHIN * 100);
		answer(Answer::Done);
		assert_eq!(state(), StoredState::Revoked);
	});
}

#[test]
fn a_repeated_answer_changes_nothing() {
	run(|| {
		forwarded();
		let unknown = Answer::Refused(Reason::GranteeUnknown);
		answer(unknown.clone());
		assert_storage_noop!(answer(unknown.clone()));
		answer(Answer::Done);
		assert_storage_noop!(answer(Answer::Done));
		// A refusal after a delivery changes nothing either.
		assert_storage_noop!(answer(unknown.clone()));
		assert_ok!(revoke());
		answer(Answer::Refused(Reason::NotARegion));
		assert_storage_noop!(answer(Answer::Refused(Reason::NotARegion)));
		answer(Answer::Done);
		assert_storage_noop!(answer(Answer::Done));
		assert_storage_noop!(answer(unknown));
	});
}

#[test]
fn the_answers_to_a_repeated_message_may_come_in_any_order() {
	let unknown = || Answer::Refused(Reason::GranteeUnknown);
	for answers in [[unknown(), Answer::Done], [Answer::Done, unknown()]] {
		run(|| {
			forwarded();
			pass_deadline();
			assert_ok!(forward());
			answers.into_iter().for_each(answer);
			assert_eq!(state(), StoredState::Delivered);
			assert_eq!(in_flight(), 0);
		});
	}
}

#[test]
fn an_answer_to_an_older_sequence_number_is_ignored() {
	run(|| {
		forwarded();
		assert_ok!(NewGrant::default().by_patient());
		let both = [Answer::Done, Answer::Refused(Reason::Expired)];
		for given in both.clone() {
			assert_storage_noop!(answer_to(1, given));
		}
		assert_ok!(forward());
		for given in both.clone() {
			assert_storage_noop!(answer_to(1, given));
		}
		// The answer to the delivery, while the revocation is in flight.
		assert_ok!(revoke());
		for given in both {
			assert_storage_noop!(answer_to(2, given));
		}
		assert_eq!(state(), StoredState::Revoking);
	});
}

#[test]
fn an_answer_to_an_unsent_sequence_number_is_ignored() {
	run(|| {
		assert_storage_noop!(answer_to(1, Answer::Done));
		assert_ok!(NewGrant::default().by_patient());
		assert_storage_noop!(answer_to(1, Answer::Done));
		assert_storage_noop!(answer_to(0, Answer::Done));
		assert_ok!(forward());
		assert_storage_noop!(answer_to(2, Answer::Done));
	});
}

#[test]
fn an_answer_about_something_else_is_ignored() {
	run(|| {
		forwarded();
		let others = [
			About::Provider(ProviderId(7)),
			About::Grant(InterregionalGrantId {
				record: OTHER_RECORD,
				grantee: remote(),
			}),
			About::Grant(InterregionalGrantId {
				record: RECORD,
				grantee: provider_of(OTHER_REGION + 1, 7),
			}),
		];
		for about in others {
			assert_storage_noop!(deliver_answer::<Interregional>(&about, 1, &Answer::Done));
		}
	});
}

#[test]
fn an_answer_about_an_ended_grant_is_ignored() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(forward());
		Now::set(START + 10);
		assert_storage_noop!(answer(Answer::Done));
		assert_storage_noop!(answer(Answer::Refused(Reason::Expired)));
	});
}

#[test]
fn a_refused_revocation_keeps_its_cause() {
	run(|| {
		forwarded();
		assert_ok!(revoke());
		System::reset_events();
		let failure = Failure::program(&[24]);
		answer(Answer::Failed(failure.clone()));
		assert_eq!(
			events(),
			[Event::RevocationRefused {
				record: RECORD,
				grantee: remote(),
				sequence: 2,
				cause: Cause::Failure(failure),
			}]
		);
		assert_eq!(grant_of(&grant_id()).sequence, 2);
	});
}

#[cfg(feature = "runtime-benchmarks")]
#[test]
fn the_benchmark_of_answers_finds_a_waiting_delivery() {
	run(|| {
		let (about, sequence) = Interregional::benchmark_awaiting().unwrap();
		assert_eq!(in_flight(), 1);
		deliver_answer::<Interregional>(&about, sequence, &Answer::Done);
		assert_eq!(in_flight(), 0);
		assert_eq!(Lists::<Test>::iter_prefix(List::Unanswered).count(), 0);
	});
}
