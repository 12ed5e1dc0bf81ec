//! Messages that no runtime of ours would send, and what becomes of them.

use codec::Encode;
use cumulus_primitives_core::XcmpMessageFormat;
use frame_support::{
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::ProcessMessageError,
	weights::Weight,
};
use salus_consortium_runtime as consortium;
use salus_primitives::ParaId;
use salus_regional_runtime as regional;
use salus_runtime_common::{testing, xcm::sibling};
use xcm::prelude::*;
use xcm_emulator::Network;

use crate::network::{entries_of, Chain, Consortium, Net};

/// What became of a message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
	/// It was executed to its end.
	Complete,
	/// It was stopped: by the barrier, or by an error on the way.
	Stopped,
	/// It was thrown away before the barrier.
	Dropped(ProcessMessageError),
	/// It lies in the queue of messages that are too heavy.
	Overweight,
}

/// The fates of the messages that came to a chain since its last block.
pub fn fates<T>() -> Vec<Fate>
where
	T: pallet_message_queue::Config,
	<T as frame_system::Config>::RuntimeEvent: TryInto<pallet_message_queue::Event<T>>,
{
	use pallet_message_queue::Event;
	frame_system::Pallet::<T>::read_events_for_pallet::<Event<T>>()
		.into_iter()
		.filter_map(|event| match event {
			Event::Processed { success: true, .. } => Some(Fate::Complete),
			Event::Processed { success: false, .. } => Some(Fate::Stopped),
			Event::ProcessingFailed { error, .. } => Some(Fate::Dropped(error)),
			Event::OverweightEnqueued { .. } => Some(Fate::Overweight),
			_ => None,
		})
		.collect()
}

/// What became of the last message that came to the consortium.
pub fn fate_at_consortium() -> Fate {
	let fates = Consortium::read(fates::<consortium::Runtime>);
	fates.last().cloned().expect("a message came")
}

/// What became of the last message that came to a region.
pub fn fate_at<R: Chain>() -> Fate {
	let fates = R::read(fates::<regional::Runtime>);
	fates.last().cloned().expect("a message came")
}

/// A parachain sends these bytes as a message to another one: the real queues take them, and they
/// are executed at once.
pub fn send_as_sibling(from: ParaId, to: ParaId, message: Vec<u8>) {
	let page = (XcmpMessageFormat::ConcatenatedOpaqueVersionedXcm, message).encode();
	let sent_at = Net::relay_block_number();
	Net::send_horizontal_messages(to, std::iter::once((from.into(), sent_at, page)));
	Net::process_messages();
}

/// The relay chain sends these bytes as a message to a parachain.
pub fn send_as_relay(to: ParaId, message: Vec<u8>) {
	// The emulator takes the same bytes of the same block for the same message.
	let sent_at = Net::relay_block_number().saturating_add(1);
	Net::set_relay_block_number(sent_at);
	Net::send_downward_messages(to, std::iter::once((sent_at, message)));
	Net::process_messages();
}

/// The bytes of a program.
pub fn bytes(program: &[Instruction<()>]) -> Vec<u8> {
	VersionedXcm::from(Xcm(program.to_vec())).encode()
}

/// Where an answer goes, and by which query it is known.
pub fn answer_to(destination: Location, query_id: u64) -> QueryResponseInfo {
	QueryResponseInfo {
		destination,
		query_id,
		max_weight: Weight::from_parts(1_000_000_000, 100_000),
	}
}

/// The program by which a parachain's runtime crosses with a call, answered by a query's number.
pub fn crossing(from: ParaId, call: Vec<u8>, query: u64) -> Vec<Instruction<()>> {
	let answer = answer_to(sibling(from), query);
	vec![
		UnpaidExecution {
			weight_limit: Unlimited,
			check_origin: None,
		},
		SetErrorHandler(Xcm(vec![ReportError(answer.clone())])),
		Transact {
			origin_kind: OriginKind::Xcm,
			fallback_max_weight: None,
			call: call.into(),
		},
		ReportTransactStatus(answer),
		SetTopic([7; 32]),
	]
}

/// An answer to a query that a chain asked.
pub fn answer(query_id: u64, response: Response, max_weight: Weight) -> Vec<Instruction<()>> {
	vec![QueryResponse {
		query_id,
		response,
		max_weight,
		querier: Some(Location::here()),
	}]
}

/// What would become of a program at the consortium, with the executor's own error: nothing is kept.
pub fn outcome_at_consortium(from: &Location, program: &[Instruction<()>]) -> Outcome {
	let program = Xcm(program.to_vec()).into();
	Consortium::read(|| tried::<consortium::configs::messages::XcmConfig>(from, program))
}

/// What would become of a program at a region, with the executor's own error: nothing is kept.
pub fn outcome_at<R: Chain>(from: &Location, program: &[Instruction<()>]) -> Outcome {
	let program = Xcm(program.to_vec()).into();
	R::read(|| tried::<regional::configs::messages::XcmConfig>(from, program))
}

fn tried<Config: xcm_executor::Config>(
	from: &Location,
	program: Xcm<Config::RuntimeCall>,
) -> Outcome {
	with_transaction_unchecked(|| {
		TransactionOutcome::Rollback(testing::execute::<Config>(from, program.0))
	})
}

/// Whether the barrier is what stops a program.
pub fn is_barred(outcome: &Outcome) -> bool {
	matches!(outcome, Outcome::Incomplete { error, .. } if error.error == XcmError::Barrier)
}

/// The answers that wait in the consortium's queues for its next block: to whom, to which query, and
/// what.
pub fn answers_of_consortium() -> Vec<(ParaId, u64, Response)> {
	use xcm_builder::InspectMessageQueues;
	let queues = Consortium::read(consortium::configs::messages::XcmRouter::get_messages);
	let mut answers = vec![];
	for (to, messages) in queues {
		let to = Location::try_from(to).expect("of a version that is known");
		let para = salus_runtime_common::xcm::para_of(&to);
		for message in messages {
			let program = Xcm::<()>::try_from(message).expect("of a version that is known");
			answers.extend(
				program
					.0
					.into_iter()
					.filter_map(|instruction| match instruction {
						QueryResponse {
							query_id, response, ..
						} => Some((para?, query_id, response)),
						_ => None,
					}),
			);
		}
	}
	answers
}

/// All that the consortium holds of regions, providers and grants.
pub fn held_by_consortium() -> Vec<(Vec<u8>, Vec<u8>)> {
	Consortium::read(|| entries_of("Consortium"))
}

/// Asserts that something changes nothing of what the consortium holds, and has it answer nobody.
pub fn changes_nothing(what: &str, does: impl FnOnce()) {
	let before = (held_by_consortium(), answers_of_consortium());
	does();
	let after = (held_by_consortium(), answers_of_consortium());
	assert!(
		before.0 == after.0,
		"{what} changed what the consortium holds"
	);
	assert_eq!(before.1, after.1, "{what} is answered");
}
