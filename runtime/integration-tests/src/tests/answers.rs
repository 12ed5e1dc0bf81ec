//! Answers that nobody gave: replayed, from another responder, to another's question, too heavy.

use frame_support::weights::Weight;
use salus_primitives::InterregionalState;
use salus_regional_runtime::{Runtime, System};
use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::{cast, Cast},
	messages::{
		answer, bytes, fate_at, is_barred, outcome_at, send_as_relay, send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER, REGION},
};

/// The query by which the answer about the grant is awaited.
fn awaited() -> u64 {
	let queries: Vec<_> =
		Region::read(|| pallet_crossing::Queries::<Runtime>::iter_keys().collect());
	let [query] = queries.try_into().expect("one answer is awaited");
	query
}

fn done(query: u64) -> Vec<Instruction<()>> {
	let response = Response::DispatchResult(MaybeErrorCode::Success);
	answer(query, response, Weight::from_parts(2_000_000_000, 200_000))
}

/// The grant is forwarded; the consortium's answer is held back.
fn forwarded() -> (Cast, u64) {
	let cast = cast();
	cast.grant();
	cast.forward();
	let query = awaited();
	(cast, query)
}

/// The responder is the only thing in the way: from the consortium the same bytes are taken.
#[test]
fn an_answer_of_another_responder_is_barred() {
	let (cast, query) = forwarded();
	let forged = bytes(&done(query));
	send_as_sibling(OTHER, REGION, forged.clone());
	assert_eq!(fate_at::<Region>(), Fate::Stopped);
	assert!(is_barred(&outcome_at::<Region>(
		&sibling(OTHER),
		&done(query)
	)));
	send_as_relay(REGION, forged.clone());
	assert_eq!(fate_at::<Region>(), Fate::Stopped);
	send_as_sibling(3000, REGION, forged.clone());
	assert_eq!(cast.state(), InterregionalState::Forwarded);

	send_as_sibling(CONSORTIUM, REGION, forged);
	assert_eq!(fate_at::<Region>(), Fate::Complete);
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

/// That it was answered is the only thing in the way of a replay.
#[test]
fn a_replayed_answer_is_barred() {
	let (cast, query) = forwarded();
	let refused = answer(
		query,
		Response::DispatchResult(MaybeErrorCode::Error(
			vec![3, 50, 0, 9, 0, 0].try_into().expect("it is short"),
		)),
		Weight::from_parts(2_000_000_000, 200_000),
	);
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
	for replay in [done(query), refused] {
		send_as_sibling(CONSORTIUM, REGION, bytes(&replay));
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
		assert!(is_barred(&outcome_at::<Region>(
			&sibling(CONSORTIUM),
			&replay
		)));
	}
	assert_eq!(cast.state(), InterregionalState::Delivered);
	let told = Region::read(|| {
		let events = System::read_events_for_pallet::<pallet_crossing::Event<Runtime>>();
		let told = |event: &&_| matches!(event, pallet_crossing::Event::Answered { .. });
		events.iter().filter(told).count()
	});
	assert_eq!(told, 1);
}

/// Who asked is the only thing in the way.
#[test]
fn an_answer_to_another_s_question_is_barred() {
	let (cast, query) = forwarded();
	for querier in [None, Some(sibling(OTHER)), Some(Location::parent())] {
		let mut program = done(query);
		let [QueryResponse { querier: asked, .. }] = &mut program[..] else {
			unreachable!("it is one instruction");
		};
		*asked = querier;
		send_as_sibling(CONSORTIUM, REGION, bytes(&program));
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
	}
	assert_eq!(cast.state(), InterregionalState::Forwarded);
	send_as_sibling(CONSORTIUM, REGION, bytes(&done(query)));
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

#[test]
fn an_answer_to_a_query_that_nobody_made_is_barred() {
	let (cast, query) = forwarded();
	for other in [query + 1, u64::MAX] {
		send_as_sibling(CONSORTIUM, REGION, bytes(&done(other)));
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
	}
	assert_eq!(cast.state(), InterregionalState::Forwarded);
}

/// The weight is the only thing in the way, and the answer that fits is taken after it.
#[test]
fn an_answer_over_the_weight_limit_is_dropped() {
	let (cast, query) = forwarded();
	for heavy in [
		Weight::MAX,
		salus_runtime_common::xcm::MaxMessageWeight::get(),
	] {
		let response = Response::DispatchResult(MaybeErrorCode::Success);
		let program = answer(query, response, heavy);
		send_as_sibling(CONSORTIUM, REGION, bytes(&program));
		assert!(matches!(fate_at::<Region>(), Fate::Dropped(_)));
		let outcome = outcome_at::<Region>(&sibling(CONSORTIUM), &program);
		let Outcome::Error(InstructionError { error, .. }) = outcome else {
			panic!("{outcome:?}");
		};
		assert!(
			matches!(error, XcmError::WeightLimitReached(_)),
			"{error:?}"
		);
	}
	assert_eq!(cast.state(), InterregionalState::Forwarded);
	send_as_sibling(CONSORTIUM, REGION, bytes(&done(query)));
	assert_eq!(cast.state(), InterregionalState::Delivered);
}
