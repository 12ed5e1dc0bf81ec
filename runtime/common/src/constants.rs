//! Times, quotas and the limits of a block.

use frame_support::{
	dispatch::DispatchClass,
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
pub use salus_primitives::blocks::{
	blocks_in, BLOCKS_PER_RELAY_SLOT, BLOCK_TIME, RELAY_SLOT, SLOT_DURATION,
};
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

/// The relay chain's slot, in the type that its hook needs.
pub const RELAY_SLOT_MILLIS: u32 = 6_000;
/// The most blocks that wait for the relay chain to include them: those of at least six of its slots. A block
/// usually waits for three or four. A bundle that exceeds it is lost.
pub const UNINCLUDED_SEGMENT_CAPACITY: u32 = BLOCKS_PER_RELAY_SLOT * 6;
/// The most hashes of earlier blocks that a chain knows: those of at least 6.8 hours.
pub const BLOCK_HASHES: u32 = BLOCKS_PER_RELAY_SLOT * 4096;
/// The length of a session, in milliseconds. It ends with the bundle of blocks that reaches it.
pub const SESSION_LENGTH: Moment = 10 * MINUTE;
/// The length of a session on the test network: five slots of the relay chain.
pub const TEST_SESSION_LENGTH: Moment = MINUTE / 2;

/// The ParaId of the consortium.
pub const CONSORTIUM: ParaId = 2000;
/// The most authorities that a chain can have. An added or removed one is looked up in all motions, so the
/// motions of more authorities would not fit into the weight of a motion.
pub const MAX_AUTHORITIES: u32 = 64;
/// The time that a motion of the authorities stays open, in blocks: at least three days.
pub const MOTION_BLOCKS: u32 = blocks_in(3 * DAY);
/// The most motions that one authority has open at a time.
pub const MAX_MOTIONS_OF_ONE: u32 = 2;
/// The most motions that are open at a time. All authorities together cannot use them up.
pub const MAX_MOTIONS: u32 = MAX_AUTHORITIES * MAX_MOTIONS_OF_ONE;
/// The most that the call of a motion may weigh.
pub const MAX_MOTION_WEIGHT: Weight = BLOCK_WEIGHT.saturating_div(2);

/// The notice period of runtime upgrades on the test network. Genesis can set a shorter one than
/// the authorities can.
pub const TEST_NOTICE_PERIOD: Moment = MINUTE;

/// The time in which the consortium should answer a message. An answer normally takes a minute.
pub const ANSWER_TIME: Moment = 10 * MINUTE;
/// The most messages to the consortium without an answer, of each kind.
pub const MAX_IN_FLIGHT: u32 = 256;
/// The most of the deliveries that one provider forwarded.
pub const MAX_IN_FLIGHT_OF_PROVIDER: u32 = MAX_IN_FLIGHT / 8;
/// The most calls about one subject whose answers are awaited.
pub const MAX_AWAITED: u32 = 4;

/// What a core of the relay chain gives in one of its slots: two seconds of execution, and 10 MiB of
/// proof.
pub const CORE_WEIGHT: Weight = Weight::from_parts(
	WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2),
	10 * 1024 * 1024,
);

/// The limit of a block, if the chain has one core. The first block on a core may take all of it for
/// an operational transaction, such as a new runtime. Then it is the only one there.
pub const BLOCK_WEIGHT: Weight = CORE_WEIGHT.saturating_div(RELAY_SLOT / BLOCK_TIME);

/// The most of a block that serves queued messages, when the block begins and again when it is idle.
pub const MESSAGE_WEIGHT: Weight = BLOCK_WEIGHT.saturating_div(5);
/// The most of a block that queues the relay chain's messages, and as much for those of other chains.
pub const RESERVED_WEIGHT: Weight = BLOCK_WEIGHT.saturating_div(8);
/// The most of a core that queues the messages of other chains in the first block on it. Messages
/// come with that block, and it may take all of the core. So a page of each sender finds room. A later
/// block has messages only if there were more than a third of a core's proof.
pub const FIRST_RESERVED_WEIGHT: Weight = CORE_WEIGHT.saturating_div(4);

/// The most of a block for each of these, before any transaction, and as much again
/// [some times](salus_primitives::poll::IDLE_TIMES) after the last one if there is room: the deadlines of answers, the
/// directory entries to send, the grants of each kind that end by themselves, and the end of histories.
pub const POLL_WEIGHT: Weight = BLOCK_WEIGHT.saturating_div(40);

/// The share of a block for normal transactions. The rest is reserved for operational ones.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// The assumed share of block initialization, on average.
const ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(5);

/// The most bytes of transactions in a block: half of a core's proof, for the code of an upgrade. The
/// bytes count as proof too, so normal transactions reach the limit of [`block_weights`] first.
// 5 MiB fit.
#[allow(clippy::as_conversions)]
const MAXIMUM_BLOCK_LENGTH: u32 = CORE_WEIGHT.saturating_div(2).proof_size() as u32;

/// The weight limits for each class of transactions, of a block with this limit.
// A share below 100 % cannot overflow.
#[allow(clippy::arithmetic_side_effects)]
pub fn block_weights(limit: Weight) -> BlockWeights {
	let normal = NORMAL_DISPATCH_RATIO * limit;
	BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(normal);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(limit);
			weights.reserved = Some(limit.saturating_sub(normal));
		})
		.avg_block_initialization(ON_INITIALIZE_RATIO)
		.build_or_panic()
}

/// The highest cost of a transaction that fits into a block of [`BLOCK_WEIGHT`].
pub fn max_cost() -> Weight {
	let weights = block_weights(BLOCK_WEIGHT);
	let operational = weights.get(DispatchClass::Operational);
	let most = operational.max_extrinsic.unwrap_or_default();
	most.saturating_add(operational.base_extrinsic)
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
/// The quota of an invited account, for its registration: a quarter of a core.
pub const INVITED_QUOTA: Weight = CORE_WEIGHT.saturating_div(4);
/// The quota of a member: 6 of the 600 cores in a period.
pub const MEMBER_QUOTA: Weight = CORE_WEIGHT.saturating_mul(6);
/// The quota of an authority: 30 of the 600 cores in a period.
pub const AUTHORITY_QUOTA: Weight = CORE_WEIGHT.saturating_mul(30);
/// The bytes that an invited account may add to the state in a day: enough for some registrations.
pub const INVITED_STATE_QUOTA: u64 = 64 * 1024;
/// The bytes that a member may add to the state in a day: some 2,000 records, or 2,700 grants.
pub const MEMBER_STATE_QUOTA: u64 = 4 * 1024 * 1024;
/// The bytes that an authority may add to the state in a day.
pub const AUTHORITY_STATE_QUOTA: u64 = 8 * 1024 * 1024;
/// How long the entries of members' histories stay: three years, with a leap day.
pub const HISTORY_TIME: Moment = 1_096 * DAY;
/// The most that the nonce of a transaction may be ahead of its account's nonce. It counts
/// transactions that wait in the pool, however many blocks they wait.
pub const MAX_NONCE_GAP: u32 = 63;

#[cfg(test)]
mod tests {
	use salus_primitives::{
		blocks::{LONG_LAG, MORTAL_BLOCKS, REPORT_BLOCKS, STATE_BLOCKS},
		poll::IDLE_TIMES,
	};

	use super::*;

	#[test]
	fn the_limits_of_a_block_follow_from_its_weight() {
		for limit in [BLOCK_WEIGHT, CORE_WEIGHT] {
			let weights = block_weights(limit);
			assert!(weights.clone().validate().is_ok());
			assert_eq!(weights.max_block, limit);
			let normal = weights.get(DispatchClass::Normal);
			assert_eq!(normal.max_total, Some(NORMAL_DISPATCH_RATIO * limit));
		}
		let length = block_length();
		assert_eq!(MAXIMUM_BLOCK_LENGTH, 5 * 1024 * 1024);
		// No number of normal transactions reaches it.
		let normal = u64::from(*length.max.get(DispatchClass::Normal));
		assert!(normal > BLOCK_WEIGHT.proof_size());
		assert_eq!(
			*length.max.get(DispatchClass::Operational),
			MAXIMUM_BLOCK_LENGTH
		);
	}

	/// All that counts blocks, as the time that it means at least.
	///
	/// `MAX_NONCE_GAP` counts the waiting transactions of an account. The batches of the client
	/// (`MOST_CALLS`) and of the pinners (`MaxBatch`) are sizes of a transaction: that they fit into a
	/// block is a test of the regional runtime (`limits`).
	#[test]
	fn what_counts_blocks_follows_from_their_rate() {
		for (count, time) in [
			(MOTION_BLOCKS, 3 * DAY),
			(BLOCK_HASHES, 409 * MINUTE + 36 * SECOND),
			(UNINCLUDED_SEGMENT_CAPACITY, 36 * SECOND),
			(MORTAL_BLOCKS, 512 * SECOND),
			(REPORT_BLOCKS, 192 * SECOND),
			(STATE_BLOCKS, HOUR),
			(LONG_LAG, 128 * SECOND),
		] {
			assert_eq!(u64::from(count) * BLOCK_TIME, time, "{count} blocks");
		}
		assert_eq!(u64::from(RELAY_SLOT_MILLIS), RELAY_SLOT);
		assert_eq!(QUOTA_PERIOD / RELAY_SLOT, 600);
		const { assert!(MORTAL_BLOCKS < BLOCK_HASHES) }
	}

	/// All that is a share of a block. What a block begins with is a test of the runtimes (`blocks`).
	#[test]
	fn what_is_a_share_of_a_block_fits_into_it() {
		assert_eq!(BLOCK_WEIGHT, Weight::from_parts(333_333_333_333, 1_747_626));
		assert!(MAX_MOTION_WEIGHT.all_lt(BLOCK_WEIGHT));
		assert!((POLL_WEIGHT * IDLE_TIMES).all_lte(BLOCK_WEIGHT.saturating_div(2)));
		assert!((FIRST_RESERVED_WEIGHT + RESERVED_WEIGHT + BLOCK_WEIGHT).all_lt(CORE_WEIGHT));
	}
}
