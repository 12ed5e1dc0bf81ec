//! Messages of junk, too heavy ones, and those in a version that no chain knows.

use codec::Encode;
use frame_support::weights::Weight;
use salus_consortium_runtime as consortium;
use salus_primitives::InterregionalState;
use salus_runtime_common::xcm::{sibling, MaxMessageWeight, MAX_INSTRUCTIONS};
use xcm::prelude::*;

use super::forged::crossing_calls;
use crate::{
	members::{cast, directory},
	messages::{
		answer, answers_of_consortium, bytes, changes_nothing, crossing, fate_at,
		fate_at_consortium, outcome_at_consortium, send_as_relay, send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, REGION},
};

#[test]
fn junk_is_dropped_and_what_comes_after_it_is_taken() {
	let cast = cast();
	cast.grant();
	let good = bytes(&crossing(
		REGION,
		crossing_calls(&cast).revoke.encode_call(),
		77,
	));
	let cut = good[..good.len() - 1].to_vec();
	let long = [&good[..], &[0]].concat();
	for junk in [vec![], vec![0xff; 64], vec![0; 4_096], vec![5], cut, long] {
		changes_nothing("junk", || {
			send_as_sibling(REGION, CONSORTIUM, junk.clone());
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)), "{junk:?}");
			send_as_relay(CONSORTIUM, junk.clone());
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)), "{junk:?}");
		});
		send_as_sibling(CONSORTIUM, REGION, junk.clone());
		assert!(matches!(fate_at::<Region>(), Fate::Dropped(_)), "{junk:?}");
	}
	// No queue is stuck.
	cast.forward();
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

/// The version is the only thing in the way: it is the first byte.
#[test]
fn a_version_that_no_chain_knows_is_dropped() {
	let cast = cast();
	let mut message = bytes(&crossing(
		REGION,
		crossing_calls(&cast).enlist.encode_call(),
		77,
	));
	let known = message[0];
	assert_eq!(u32::from(known), XCM_VERSION);
	for unknown in [0, 1, 2, known + 1, 0xff] {
		message[0] = unknown;
		changes_nothing("another version", || {
			send_as_sibling(REGION, CONSORTIUM, message.clone());
			assert!(
				matches!(fate_at_consortium(), Fate::Dropped(_)),
				"{unknown}"
			);
		});
	}
	message[0] = known;
	send_as_sibling(REGION, CONSORTIUM, message);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	assert_eq!(answers_of_consortium().len(), 1);
}

/// An older version that chains still know is read as what it says.
#[test]
fn an_older_version_says_the_same() {
	let cast = cast();
	let program = crossing(REGION, crossing_calls(&cast).enlist.encode_call(), 77);
	let program: Xcm<consortium::RuntimeCall> = Xcm(program).into();
	let older = VersionedXcm::from(program).into_version(4);
	let older = older.expect("it can be said in version 4").encode();
	assert_eq!(older[0], 4);
	send_as_sibling(REGION, CONSORTIUM, older);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	let done = Response::DispatchResult(MaybeErrorCode::Success);
	assert_eq!(answers_of_consortium(), [(REGION, 77, done)]);
}

/// The weight is the only thing in the way: a message that is too heavy is dropped whole, and its call
/// is not made.
#[test]
fn a_message_over_the_weight_limit_is_dropped() {
	let cast = cast();
	let enlist = crossing_calls(&cast).enlist.encode_call();
	// An answer that nobody awaits, at the end, has the weight that it says.
	let program = |max_weight| {
		let mut program = crossing(REGION, enlist.clone(), 77);
		program.splice(4..4, answer(5, Response::Null, max_weight));
		program
	};
	for heavy in [MaxMessageWeight::get(), Weight::MAX] {
		let program = program(heavy);
		let Outcome::Error(failed) = outcome_at_consortium(&sibling(REGION), &program) else {
			panic!("it is not too heavy");
		};
		assert!(
			matches!(failed.error, XcmError::WeightLimitReached(_)),
			"{failed:?}"
		);
		changes_nothing("a heavy message", || {
			send_as_sibling(REGION, CONSORTIUM, bytes(&program));
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
		});
	}
	assert!(directory(&cast.author.remote).is_none());
	send_as_sibling(
		REGION,
		CONSORTIUM,
		bytes(&program(Weight::from_parts(1, 1))),
	);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	assert!(directory(&cast.author.remote).is_some());
}

#[test]
fn a_program_of_too_many_instructions_is_dropped() {
	let cast = cast();
	let good = crossing(REGION, crossing_calls(&cast).enlist.encode_call(), 77);
	let with = |more: usize| {
		let mut program = good.clone();
		program.splice(4..4, std::iter::repeat_n(SetTopic([1; 32]), more));
		program
	};
	// The one within the error handler counts too.
	let most = MAX_INSTRUCTIONS as usize - good.len() - 1;
	changes_nothing("a long program", || {
		send_as_sibling(REGION, CONSORTIUM, bytes(&with(most + 1)));
		assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
	});
	send_as_sibling(REGION, CONSORTIUM, bytes(&with(most)));
	assert_eq!(fate_at_consortium(), Fate::Complete);
}
