//! Times, quotas and the limits of a block.

use frame_support::{
	dispatch::DispatchClass,
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use salus_primitives::{Moment, ParaId};
use sp_runtime::Perbill;

/// A second in milliseconds.
pub const SECOND: Moment = 1_000;
/// A minute in milliseconds.
pub const MINUTE: Moment = 60 * SECOND;
/// An hour in milliseconds.
pub const HOUR: Moment = 60 * MINUTE;
/// A day in milliseconds.
pub const DAY: Moment = 24 * HOUR;

/// The time between two blocks, in milliseconds: one relay chain slot.
pub const SLOT_DURATION: Moment = 6 * SECOND;

/// The relay chain's slot in milliseconds.
pub const RELAY_SLOT_MILLIS: u32 = 6_000;
/// The blocks of a chain for each block of the relay chain.
pub const BLOCK_PROCESSING_VELOCITY: u32 = 1;
/// The most blocks that wait for the relay chain to include them.
pub const UNINCLUDED_SEGMENT_CAPACITY: u32 = 3;
/// The length of a session in blocks: ten minutes.
pub const SESSION_BLOCKS: u32 = 100;

/// The ParaId of the consortium.
pub const CONSORTIUM: ParaId = 2000;
/// The most authorities that a chain can have.
pub const MAX_AUTHORITIES: u32 = 100;
/// The time that a motion of the authorities stays open, in blocks: three days.
pub const MOTION_BLOCKS: u32 = 43_200;
/// The most motions that are open at a time.
pub const MAX_MOTIONS: u32 = 32;
/// The most that the call of a motion may weigh.
pub const MAX_MOTION_WEIGHT: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(2);

/// The notice period of runtime upgrades on the test network. Genesis can set a shorter one than
/// the authorities can.
pub const TEST_NOTICE_PERIOD: Moment = MINUTE;

/// The time in which the consortium should answer a message. An answer normally takes a minute.
pub const ANSWER_TIME: Moment = 10 * MINUTE;
/// The most messages to the consortium without an answer, of each kind.
pub const MAX_IN_FLIGHT: u32 = 256;
/// The most calls about one subject whose answers are awaited.
pub const MAX_AWAITED: u32 = 4;

/// The limit of a block: two seconds of execution, which the relay chain allows for a backed
/// candidate, and 5 MiB of proof, which every relay chain accepts.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(
	WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2),
	5 * 1024 * 1024,
);

/// The share of a block for normal transactions. The rest is reserved for operational ones.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// The assumed share of block initialization.
const ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(5);

/// The most bytes of transactions in a block.
const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

/// The weight limits of a block for each class of transactions.
// A share below 100 % cannot overflow.
#[allow(clippy::arithmetic_side_effects)]
pub fn block_weights() -> BlockWeights {
	let normal = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT;
	BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(normal);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
			weights.reserved = Some(MAXIMUM_BLOCK_WEIGHT.saturating_sub(normal));
		})
		.avg_block_initialization(ON_INITIALIZE_RATIO)
		.build_or_panic()
}

/// The most bytes of transactions in a block, for each class.
// As above.
#[allow(clippy::arithmetic_side_effects)]
pub fn block_length() -> BlockLength {
	BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |max| {
			*max = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH;
		})
		.build()
}

/// The period in which a quota recovers.
pub const QUOTA_PERIOD: Moment = HOUR;
/// The quota of an invited account, for its registration: a quarter of a block.
pub const INVITED_QUOTA: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(4);
/// The quota of a member: 6 of the 600 blocks in a period.
pub const MEMBER_QUOTA: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_mul(6);
/// The quota of an authority: 30 of the 600 blocks in a period.
pub const AUTHORITY_QUOTA: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_mul(30);
/// The most that the nonce of a transaction may be ahead of its account's nonce.
pub const MAX_NONCE_GAP: u32 = 63;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_limits_of_a_block_follow_from_the_constants() {
		let weights = block_weights();
		assert!(weights.clone().validate().is_ok());
		assert_eq!(weights.max_block, MAXIMUM_BLOCK_WEIGHT);
		let normal = weights.get(DispatchClass::Normal);
		assert_eq!(
			normal.max_total,
			Some(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT)
		);
		let length = block_length();
		assert_eq!(*length.max.get(DispatchClass::Normal), 3_932_160);
		assert_eq!(
			*length.max.get(DispatchClass::Operational),
			MAXIMUM_BLOCK_LENGTH
		);
	}

	#[test]
	fn times_in_blocks_agree_with_the_slot_duration() {
		assert_eq!(QUOTA_PERIOD / SLOT_DURATION, 600);
		assert_eq!(u64::from(MOTION_BLOCKS), 3 * DAY / SLOT_DURATION);
		assert_eq!(u64::from(RELAY_SLOT_MILLIS), SLOT_DURATION);
		assert_eq!(u64::from(SESSION_BLOCKS) * SLOT_DURATION, 10 * MINUTE);
	}
}
