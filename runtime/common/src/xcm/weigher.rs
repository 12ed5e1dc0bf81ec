//! The weight of messages.

use core::marker::PhantomData;

use codec::Decode;
use frame_support::{dispatch::GetDispatchInfo, traits::Get, weights::Weight};
use xcm::latest::prelude::*;
use xcm_executor::traits::WeightBounds;

use super::weights::{SubstrateWeight, WeightInfo as _};

/// The most instructions of a message, nested ones included. A crossing call has six.
pub const MAX_INSTRUCTIONS: u32 = 16;

/// The weight of an instruction without effect.
const NO_EFFECT: Weight = Weight::from_parts(2_000_000, 0);

/// Weighs a message that consists of the instructions that Salus' chains use, with at most
/// [`MAX_INSTRUCTIONS`] instructions and a weight of `Limit` at most.
///
/// Any other message has no weight, so it is dropped before the barrier. (With a very high weight
/// it would stay in the queue of overweight messages.)
pub struct Weigher<Runtime, Limit>(PhantomData<(Runtime, Limit)>);

impl<Runtime, Limit> WeightBounds<Runtime::RuntimeCall> for Weigher<Runtime, Limit>
where
	Runtime: frame_system::Config,
	Runtime::RuntimeCall: Decode + GetDispatchInfo,
	Limit: Get<Weight>,
{
	fn weight(
		message: &mut Xcm<Runtime::RuntimeCall>,
		limit: Weight,
	) -> Result<Weight, InstructionError> {
		let mut left = MAX_INSTRUCTIONS;
		weigh::<Runtime>(message, &mut left, limit.min(Limit::get()))
	}

	fn instr_weight(
		instruction: &mut Instruction<Runtime::RuntimeCall>,
	) -> Result<Weight, XcmError> {
		let mut left = MAX_INSTRUCTIONS;
		weigh_instruction::<Runtime>(instruction, &mut left, Limit::get())
	}
}

fn weigh<Runtime: frame_system::Config>(
	message: &mut Xcm<Runtime::RuntimeCall>,
	left: &mut u32,
	limit: Weight,
) -> Result<Weight, InstructionError>
where
	Runtime::RuntimeCall: Decode + GetDispatchInfo,
{
	let mut total = Weight::zero();
	for (index, instruction) in (0u8..=u8::MAX).zip(message.inner_mut()) {
		let failed = |error| InstructionError { index, error };
		*left = left
			.checked_sub(1)
			.ok_or(failed(XcmError::ExceedsStackLimit))?;
		let weight = weigh_instruction::<Runtime>(instruction, left, limit).map_err(failed)?;
		total = total.saturating_add(weight);
		if total.any_gt(limit) {
			return Err(failed(XcmError::WeightLimitReached(total)));
		}
	}
	Ok(total)
}

fn weigh_instruction<Runtime: frame_system::Config>(
	instruction: &mut Instruction<Runtime::RuntimeCall>,
	left: &mut u32,
	limit: Weight,
) -> Result<Weight, XcmError>
where
	Runtime::RuntimeCall: Decode + GetDispatchInfo,
{
	type Measured<Runtime> = SubstrateWeight<Runtime>;
	Ok(match instruction {
		UnpaidExecution { .. } => Measured::<Runtime>::unpaid_execution(),
		SetTopic(_) => Measured::<Runtime>::set_topic(),
		SetErrorHandler(program) => weigh::<Runtime>(program, left, limit)
			.map_err(|failed| failed.error)?
			.saturating_add(Measured::<Runtime>::set_error_handler()),
		Transact { call, .. } => call
			.ensure_decoded()
			.map_err(|()| XcmError::FailedToDecode)?
			.get_dispatch_info()
			.call_weight
			.saturating_add(Measured::<Runtime>::transact()),
		ReportError(_) => Measured::<Runtime>::report_error(),
		ReportTransactStatus(_) => Measured::<Runtime>::report_transact_status(),
		// The querier set the most that its call may weigh.
		QueryResponse { max_weight, .. } => {
			Measured::<Runtime>::query_response().saturating_add(*max_weight)
		}
		SubscribeVersion { .. } => Measured::<Runtime>::subscribe_version(),
		UnsubscribeVersion => Measured::<Runtime>::unsubscribe_version(),
		// Notices of the relay chain: they appear in events only.
		HrmpNewChannelOpenRequest { .. }
		| HrmpChannelAccepted { .. }
		| HrmpChannelClosing { .. } => NO_EFFECT,
		_ => return Err(XcmError::WeightNotComputable),
	})
}
