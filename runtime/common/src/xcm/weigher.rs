//! What the instructions of messages weigh, estimated by hand.

use core::marker::PhantomData;

use codec::Decode;
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::Get,
	weights::{constants::RocksDbWeight, Weight},
};
use xcm::latest::prelude::*;
use xcm_executor::traits::WeightBounds;

/// The most instructions that a message may have, those within others counted too. A crossing call
/// comes in six.
pub const MAX_INSTRUCTIONS: u32 = 16;

/// The bytes of proof that sending an answer may take: a page of the outbound queue, and the state
/// of channels and versions.
const ANSWER_PROOF: u64 = 32 * 1024;

/// The bytes of proof that a few small values take.
const SMALL_PROOF: u64 = 8 * 1024;

/// Weighs a message if it is made of the instructions that Salus' chains use, and is no longer than
/// [`MAX_INSTRUCTIONS`] and no heavier than `Limit`.
///
/// Any other message has no weight at all, so that it is dropped before the barrier sees it. (A
/// very high weight would leave it lying in the queue of overweight messages.)
pub struct Weigher<Call, Limit>(PhantomData<(Call, Limit)>);

impl<Call, Limit> WeightBounds<Call> for Weigher<Call, Limit>
where
	Call: Decode + GetDispatchInfo,
	Limit: Get<Weight>,
{
	fn weight(message: &mut Xcm<Call>, limit: Weight) -> Result<Weight, InstructionError> {
		let mut left = MAX_INSTRUCTIONS;
		weigh(message, &mut left, limit.min(Limit::get()))
	}

	fn instr_weight(instruction: &mut Instruction<Call>) -> Result<Weight, XcmError> {
		let mut left = MAX_INSTRUCTIONS;
		weigh_instruction(instruction, &mut left, Limit::get())
	}
}

fn weigh<Call: Decode + GetDispatchInfo>(
	message: &mut Xcm<Call>,
	left: &mut u32,
	limit: Weight,
) -> Result<Weight, InstructionError> {
	let mut total = Weight::zero();
	for (index, instruction) in (0u8..=u8::MAX).zip(message.inner_mut()) {
		let failed = |error| InstructionError { index, error };
		*left = left
			.checked_sub(1)
			.ok_or(failed(XcmError::ExceedsStackLimit))?;
		let weight = weigh_instruction(instruction, left, limit).map_err(failed)?;
		total = total.saturating_add(weight);
		if total.any_gt(limit) {
			return Err(failed(XcmError::WeightLimitReached(total)));
		}
	}
	Ok(total)
}

fn weigh_instruction<Call: Decode + GetDispatchInfo>(
	instruction: &mut Instruction<Call>,
	left: &mut u32,
	limit: Weight,
) -> Result<Weight, XcmError> {
	let db = RocksDbWeight::get();
	Ok(match instruction {
		// It tells no more than the barrier has seen.
		UnpaidExecution { .. } | SetTopic(_) => Weight::from_parts(1_000_000, 0),
		SetErrorHandler(program) => weigh(program, left, limit)
			.map_err(|failed| failed.error)?
			.saturating_add(Weight::from_parts(1_000_000, 0)),
		Transact { call, .. } => call
			.ensure_decoded()
			.map_err(|()| XcmError::FailedToDecode)?
			.get_dispatch_info()
			.call_weight
			.saturating_add(Weight::from_parts(15_000_000, 0)),
		// Versions, channels, the outbound queue and its last page.
		ReportError(_) | ReportTransactStatus(_) => {
			Weight::from_parts(60_000_000, ANSWER_PROOF).saturating_add(db.reads_writes(6, 4))
		}
		// Whoever asked said what the taking of the answer may weigh.
		QueryResponse { max_weight, .. } => Weight::from_parts(40_000_000, SMALL_PROOF)
			.saturating_add(db.reads_writes(2, 2))
			.saturating_add(*max_weight),
		SubscribeVersion { .. } => {
			Weight::from_parts(60_000_000, ANSWER_PROOF).saturating_add(db.reads_writes(7, 5))
		}
		UnsubscribeVersion => {
			Weight::from_parts(10_000_000, SMALL_PROOF).saturating_add(db.reads_writes(1, 1))
		}
		// Nobody acts on them: they are there to be seen.
		HrmpNewChannelOpenRequest { .. }
		| HrmpChannelAccepted { .. }
		| HrmpChannelClosing { .. } => Weight::from_parts(2_000_000, 0),
		_ => return Err(XcmError::WeightNotComputable),
	})
}
