//! Forged answers: replayed, from another responder, to another querier, too heavy.

use frame_support::weights::Weight;
use salus_primitives::InterregionalState;
use salus_regional_runtime::{Runtime, System};
use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::{fixture, Fixture},
	messages::{
		answer_program, bytes, fate_at_region, is_barred, outcome_at, send_as_relay,
		send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER_REGION, REGION},
};

/// The query whose answer the region awaits.
fn awaited_query() -> u64 {
	let queries: Vec<_> =
		Region::read(|| pallet_crossing::Queries::<Runtime>::iter_keys().collect());
	let [query] = queries.try_into().expect("one answer is awaited");
	query
}

fn done(query: u64) -> Vec<Instruction<()>> {
	let response = Response::DispatchResult(MaybeErrorCode::Success);
	answer_program(query, response, Weight::from_parts(2_000_000_000, 20_000))
}

/// The grant is forwarded, and the consortium has not answered yet.
fn forwarded_grant() -> (Fixture, u64) {
	let fixture = fixture();
	fixture.grant();
	fixture.forward();
	let query = awaited_query();
	(fixture, query)
}

/// From the consortium, the same bytes are accepted.
#[test]
fn an_answer_from_another_responder_is_refused() {
	let (fixture, query) = forwarded_grant();
	let forged = bytes(&done(query));
	send_as_sibling(OTHER_REGION, REGION, forged.clone());
	assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
	assert!(is_barred(&outcome_at::<Region>(
		&sibling(OTHER_REGION),
		&done(query)
	)));
	send_as_relay(REGION, forged.clone());
	assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
	send_as_sibling(3000, REGION, forged.clone());
	assert_eq!(fixture.state(), InterregionalState::Forwarded);

	send_as_sibling(CONSORTIUM, REGION, forged);
	assert_eq!(fate_at_region::<Region>(), Fate::Complete);
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

#[test]
fn a_replayed_answer_is_refused() {
	let (fixture, query) = forwarded_grant();
	let refused = answer_program(
		query,
		Response::DispatchResult(MaybeErrorCode::Error(
			vec![3, 50, 0, 9, 0, 0].try_into().expect("is short"),
		)),
		Weight::from_parts(2_000_000_000, 20_000),
	);
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	for replay in [done(query), refused] {
		send_as_sibling(CONSORTIUM, REGION, bytes(&replay));
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
		assert!(is_barred(&outcome_at::<Region>(
			&sibling(CONSORTIUM),
			&replay
		)));
	}
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	let answered = Region::read(|| {
		let events = System::read_events_for_pallet::<pallet_crossing::Event<Runtime>>();
		let is_answered = |event: &&_| matches!(event, pallet_crossing::Event::Answered { .. });
		events.iter().filter(is_answered).count()
	});
	assert_eq!(answered, 1);
}

#[test]
fn an_answer_to_another_querier_is_refused() {
	let (fixture, query) = forwarded_grant();
	for querier in [None, Some(sibling(OTHER_REGION)), Some(Location::parent())] {
		let mut program = done(query);
		let [QueryResponse { querier: asked, .. }] = &mut program[..] else {
			unreachable!("an answer is one instruction");
		};
		*asked = querier;
		send_as_sibling(CONSORTIUM, REGION, bytes(&program));
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
	}
	assert_eq!(fixture.state(), InterregionalState::Forwarded);
	send_as_sibling(CONSORTIUM, REGION, bytes(&done(query)));
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

#[test]
fn an_answer_to_an_unknown_query_is_refused() {
	let (fixture, query) = forwarded_grant();
	for other in [query + 1, u64::MAX] {
		send_as_sibling(CONSORTIUM, REGION, bytes(&done(other)));
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
	}
	assert_eq!(fixture.state(), InterregionalState::Forwarded);
}

/// A lighter answer to the same query is accepted afterwards.
#[test]
fn an_answer_over_the_weight_limit_is_dropped() {
	let (fixture, query) = forwarded_grant();
	for heavy in [
		Weight::MAX,
		salus_runtime_common::xcm::MaxMessageWeight::get(),
	] {
		let response = Response::DispatchResult(MaybeErrorCode::Success);
		let program = answer_program(query, response, heavy);
		send_as_sibling(CONSORTIUM, REGION, bytes(&program));
		assert!(matches!(fate_at_region::<Region>(), Fate::Dropped(_)));
		let outcome = outcome_at::<Region>(&sibling(CONSORTIUM), &program);
		let Outcome::Error(InstructionError { error, .. }) = outcome else {
			panic!("{outcome:?}");
		};
		assert!(
			matches!(error, XcmError::WeightLimitReached(_)),
			"{error:?}"
		);
	}
	assert_eq!(fixture.state(), InterregionalState::Forwarded);
	send_as_sibling(CONSORTIUM, REGION, bytes(&done(query)));
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}
