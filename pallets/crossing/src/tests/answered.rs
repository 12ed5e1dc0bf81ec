//! `answered`.

use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use salus_primitives::{traits::ToConsortium, Answer, Failure, Reason};
use sp_runtime::{DispatchError, ModuleError};
use xcm::latest::prelude::*;

use crate::{mock::*, Awaited, Error, Event, Queries};

fn consortium() -> RuntimeOrigin {
	RuntimeOrigin::signed(CONSORTIUM_ACCOUNT)
}

fn done() -> Response {
	Response::DispatchResult(MaybeErrorCode::Success)
}

fn refused(reason: Reason) -> Response {
	let error = DispatchError::Module(ModuleError {
		index: 50,
		error: [0, reason.encode()[0], 0, 0],
		message: None,
	});
	Response::DispatchResult(error.encode().into())
}

#[test]
fn each_kind_of_answer_is_passed_on() {
	run(|| {
		let failed = Response::ExecutionResult(Some((2, XcmError::BadOrigin)));
		let bad_origin = DispatchError::BadOrigin.encode();
		let dispatch = Response::DispatchResult(bad_origin.clone().into());
		let truncated = Response::DispatchResult(vec![3; 500].into());
		for (query, (response, answer)) in (0u64..).zip([
			(done(), Answer::Done),
			(
				refused(Reason::GranteeSuspended),
				Answer::Refused(Reason::GranteeSuspended),
			),
			(
				failed,
				Answer::Failed(Failure::program(&XcmError::BadOrigin.encode())),
			),
			(dispatch, Answer::Failed(Failure::call(&bad_origin))),
			(truncated, Answer::Failed(Failure::call(&[3; 500]))),
		]) {
			Answers::set(vec![]);
			Crossing::send(call(7, query)).unwrap();
			assert_ok!(Crossing::answered(consortium(), query, response));
			assert_eq!(Answers::get(), [(about(7), query, answer.clone())]);
			System::assert_last_event(
				Event::Answered {
					about: about(7),
					sequence: query,
					query,
					answer,
				}
				.into(),
			);
			assert!(!Queries::<Test>::contains_key(query));
			assert!(!Awaited::<Test>::contains_key(about(7)));
		}
	});
}

#[test]
fn late_answers_in_any_order_keep_their_sequence_numbers() {
	run(|| {
		for sequence in [1, 1, 2] {
			Crossing::send(call(7, sequence)).unwrap();
		}
		System::set_block_number(1_000_000);
		for query in [1, 2, 0] {
			assert_ok!(Crossing::answered(consortium(), query, done()));
		}
		let sequences: Vec<_> = Answers::get()
			.iter()
			.map(|(_, sequence, _)| *sequence)
			.collect();
		assert_eq!(sequences, [1, 2, 1]);
		assert_eq!(Awaited::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_answer_to_an_unknown_query_is_refused() {
	run(|| {
		Crossing::send(call(7, 1)).unwrap();
		assert_noop!(
			Crossing::answered(consortium(), 1, done()),
			Error::<Test>::NotFound
		);
		// A query is answered once.
		assert_ok!(Crossing::answered(consortium(), 0, done()));
		assert_noop!(
			Crossing::answered(consortium(), 0, done()),
			Error::<Test>::NotFound
		);
		// A query that newer calls replaced is unknown.
		for sequence in 1..=4 {
			Crossing::send(call(7, sequence)).unwrap();
		}
		assert_noop!(
			Crossing::answered(consortium(), 1, done()),
			Error::<Test>::NotFound
		);
		assert_eq!(Answers::get().len(), 1);
	});
}

#[test]
fn only_the_consortium_can_answer() {
	run(|| {
		Crossing::send(call(7, 1)).unwrap();
		for origin in [
			RuntimeOrigin::none(),
			RuntimeOrigin::root(),
			RuntimeOrigin::signed(1),
		] {
			assert_noop!(
				Crossing::answered(origin, 0, done()),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_response_that_is_not_an_answer_ends_the_query_and_is_not_passed_on() {
	run(|| {
		for (query, response) in (0u64..).zip([
			Response::Null,
			Response::Version(5),
			Response::Assets(Assets::new()),
			Response::ExecutionResult(None),
		]) {
			Crossing::send(call(7, 1)).unwrap();
			assert_ok!(Crossing::answered(consortium(), query, response));
			System::assert_last_event(
				Event::Unreadable {
					about: about(7),
					sequence: 1,
					query,
				}
				.into(),
			);
			assert!(!Queries::<Test>::contains_key(query));
		}
		assert!(Answers::get().is_empty());
	});
}

/// `pallet-xcm` builds the call from these bytes.
#[test]
fn the_call_is_encoded_as_its_indices_and_arguments() {
	let call: RuntimeCall = crate::Call::answered {
		query_id: 5,
		response: done(),
	}
	.into();
	assert_eq!(call.encode(), (44u8, 0u8, 5u64, done()).encode());
}
