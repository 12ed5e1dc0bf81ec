//! Malformed messages, messages over a limit, and unknown versions of XCM.

use codec::Encode;
use frame_support::weights::Weight;
use salus_consortium_runtime as consortium;
use salus_primitives::InterregionalState;
use salus_runtime_common::xcm::{sibling, MaxMessageWeight, MAX_INSTRUCTIONS};
use xcm::prelude::*;

use super::forged::crossing_calls;
use crate::{
	members::{directory_entry, fixture},
	messages::{
		answer_program, assert_no_change, bytes, consortium_answers, crossing_program,
		fate_at_consortium, fate_at_region, outcome_at_consortium, send_as_relay, send_as_sibling,
		Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, REGION},
};

#[test]
fn junk_is_dropped_and_the_next_message_is_executed() {
	let fixture = fixture();
	fixture.grant();
	let good = bytes(&crossing_program(
		REGION,
		crossing_calls(&fixture).revoke.encode_call(),
		77,
	));
	let cut = good[..good.len() - 1].to_vec();
	let long = [&good[..], &[0]].concat();
	for junk in [vec![], vec![0xff; 64], vec![0; 4_096], vec![5], cut, long] {
		assert_no_change("junk", || {
			send_as_sibling(REGION, CONSORTIUM, junk.clone());
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)), "{junk:?}");
			send_as_relay(CONSORTIUM, junk.clone());
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)), "{junk:?}");
		});
		send_as_sibling(CONSORTIUM, REGION, junk.clone());
		assert!(
			matches!(fate_at_region::<Region>(), Fate::Dropped(_)),
			"{junk:?}"
		);
	}
	// No queue is blocked.
	fixture.forward();
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

/// The version is the first byte.
#[test]
fn a_message_with_an_unknown_version_is_dropped() {
	let fixture = fixture();
	let mut message = bytes(&crossing_program(
		REGION,
		crossing_calls(&fixture).enlist.encode_call(),
		77,
	));
	let known = message[0];
	assert_eq!(u32::from(known), XCM_VERSION);
	for unknown in [0, 1, 2, known + 1, 0xff] {
		message[0] = unknown;
		assert_no_change("an unknown version", || {
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
	assert_eq!(consortium_answers().len(), 1);
}

#[test]
fn a_message_with_an_older_known_version_is_executed() {
	let fixture = fixture();
	let program = crossing_program(REGION, crossing_calls(&fixture).enlist.encode_call(), 77);
	let program: Xcm<consortium::RuntimeCall> = Xcm(program).into();
	let older = VersionedXcm::from(program).into_version(4);
	let older = older.expect("version 4 has the same instructions").encode();
	assert_eq!(older[0], 4);
	send_as_sibling(REGION, CONSORTIUM, older);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	let done = Response::DispatchResult(MaybeErrorCode::Success);
	assert_eq!(consortium_answers(), [(REGION, 77, done)]);
}

/// No part of it is executed. A lighter message with the same call is.
#[test]
fn a_message_over_the_weight_limit_is_dropped() {
	let fixture = fixture();
	let enlist = crossing_calls(&fixture).enlist.encode_call();
	// The weight of a program includes the maximum weight of an answer in it.
	let program = |max_weight| {
		let mut program = crossing_program(REGION, enlist.clone(), 77);
		program.splice(4..4, answer_program(5, Response::Null, max_weight));
		program
	};
	for heavy in [MaxMessageWeight::get(), Weight::MAX] {
		let program = program(heavy);
		let Outcome::Error(failed) = outcome_at_consortium(&sibling(REGION), &program) else {
			panic!("the message is not too heavy");
		};
		assert!(
			matches!(failed.error, XcmError::WeightLimitReached(_)),
			"{failed:?}"
		);
		assert_no_change("a heavy message", || {
			send_as_sibling(REGION, CONSORTIUM, bytes(&program));
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
		});
	}
	assert!(directory_entry(&fixture.author.remote).is_none());
	send_as_sibling(
		REGION,
		CONSORTIUM,
		bytes(&program(Weight::from_parts(1, 1))),
	);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	assert!(directory_entry(&fixture.author.remote).is_some());
}

#[test]
fn a_program_with_too_many_instructions_is_dropped() {
	let fixture = fixture();
	let good = crossing_program(REGION, crossing_calls(&fixture).enlist.encode_call(), 77);
	let with = |more: usize| {
		let mut program = good.clone();
		program.splice(4..4, std::iter::repeat_n(SetTopic([1; 32]), more));
		program
	};
	// The instruction inside the error handler counts too.
	let most = MAX_INSTRUCTIONS as usize - good.len() - 1;
	assert_no_change("a long program", || {
		send_as_sibling(REGION, CONSORTIUM, bytes(&with(most + 1)));
		assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
	});
	send_as_sibling(REGION, CONSORTIUM, bytes(&with(most)));
	assert_eq!(fate_at_consortium(), Fate::Complete);
}
