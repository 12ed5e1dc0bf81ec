//! Messages that no runtime of ours sends, and how chains handle them.

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

use crate::network::{pallet_entries, Chain, Consortium, Net};

/// How a chain handled a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
	/// It was executed to its end.
	Complete,
	/// It was stopped, by the barrier or by an error during execution.
	Stopped,
	/// It was dropped before the barrier.
	Dropped(ProcessMessageError),
	/// It is in the queue of overweight messages.
	Overweight,
}

/// How a chain handled the messages since its last block.
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

/// How the consortium handled the last message.
pub fn fate_at_consortium() -> Fate {
	let fates = Consortium::read(fates::<consortium::Runtime>);
	fates.last().cloned().expect("a message arrived")
}

/// How a region handled the last message.
pub fn fate_at_region<R: Chain>() -> Fate {
	let fates = R::read(fates::<regional::Runtime>);
	fates.last().cloned().expect("a message arrived")
}

/// A parachain sends these bytes as a message to another one. They pass the real queues and are
/// executed at once.
pub fn send_as_sibling(from: ParaId, to: ParaId, message: Vec<u8>) {
	let page = (XcmpMessageFormat::ConcatenatedOpaqueVersionedXcm, message).encode();
	let sent_at = Net::relay_block_number();
	Net::send_horizontal_messages(to, std::iter::once((from.into(), sent_at, page)));
	Net::process_messages();
}

/// The relay chain sends these bytes as a message to a parachain.
pub fn send_as_relay(to: ParaId, message: Vec<u8>) {
	// The emulator drops a repetition of the same bytes in the same block.
	let sent_at = Net::relay_block_number().saturating_add(1);
	Net::set_relay_block_number(sent_at);
	Net::send_downward_messages(to, std::iter::once((sent_at, message)));
	Net::process_messages();
}

/// The bytes of a program.
pub fn bytes(program: &[Instruction<()>]) -> Vec<u8> {
	VersionedXcm::from(Xcm(program.to_vec())).encode()
}

/// The destination and the query of an answer.
pub fn answer_to(destination: Location, query_id: u64) -> QueryResponseInfo {
	QueryResponseInfo {
		destination,
		query_id,
		max_weight: Weight::from_parts(1_000_000_000, 100_000),
	}
}

/// The program in which a region sends a crossing call. The answer names the query.
pub fn crossing_program(from: ParaId, call: Vec<u8>, query: u64) -> Vec<Instruction<()>> {
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

/// The program of an answer to a query.
pub fn answer_program(
	query_id: u64,
	response: Response,
	max_weight: Weight,
) -> Vec<Instruction<()>> {
	vec![QueryResponse {
		query_id,
		response,
		max_weight,
		querier: Some(Location::here()),
	}]
}

/// The executor's outcome of a program at the consortium. The state is reverted.
pub fn outcome_at_consortium(from: &Location, program: &[Instruction<()>]) -> Outcome {
	let program = Xcm(program.to_vec()).into();
	Consortium::read(|| dry_run::<consortium::configs::messages::XcmConfig>(from, program))
}

/// The executor's outcome of a program at a region. The state is reverted.
pub fn outcome_at<R: Chain>(from: &Location, program: &[Instruction<()>]) -> Outcome {
	let program = Xcm(program.to_vec()).into();
	R::read(|| dry_run::<regional::configs::messages::XcmConfig>(from, program))
}

fn dry_run<Config: xcm_executor::Config>(
	from: &Location,
	program: Xcm<Config::RuntimeCall>,
) -> Outcome {
	with_transaction_unchecked(|| {
		TransactionOutcome::Rollback(testing::execute::<Config>(from, program.0))
	})
}

/// Whether the barrier stopped a program.
pub fn is_barred(outcome: &Outcome) -> bool {
	matches!(outcome, Outcome::Incomplete { error, .. } if error.error == XcmError::Barrier)
}

/// The answers that the consortium will send with its next block: destination, query and response.
pub fn consortium_answers() -> Vec<(ParaId, u64, Response)> {
	use xcm_builder::InspectMessageQueues;
	let queues = Consortium::read(consortium::configs::messages::XcmRouter::get_messages);
	let mut answers = vec![];
	for (to, messages) in queues {
		let to = Location::try_from(to).expect("the version is known");
		let para = salus_runtime_common::xcm::para_of(&to);
		for message in messages {
			let program = Xcm::<()>::try_from(message).expect("the version is known");
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

/// The consortium's state of regions, providers and grants.
pub fn consortium_state() -> Vec<(Vec<u8>, Vec<u8>)> {
	Consortium::read(|| pallet_entries("Consortium"))
}

/// Asserts that `run` does not change the consortium's state, and causes no answer.
pub fn assert_no_change(what: &str, run: impl FnOnce()) {
	let before = (consortium_state(), consortium_answers());
	run();
	let after = (consortium_state(), consortium_answers());
	assert!(before.0 == after.0, "{what} changed the consortium's state");
	assert_eq!(before.1, after.1, "{what} got an answer");
}
