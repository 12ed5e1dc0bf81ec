//! The rate of blocks, and what the node, the client and the chain count in blocks.
//!
//! [`BLOCKS_PER_RELAY_SLOT`] is the one number that sets the rate.

use crate::Moment;

/// The relay chain's slot, in milliseconds.
pub const RELAY_SLOT: Moment = 6_000;

/// The blocks that a chain makes in a slot of the relay chain, all of them on one core. Everything
/// that counts blocks, or is a share of one, follows from it.
pub const BLOCKS_PER_RELAY_SLOT: u32 = 6;

/// The time between two blocks, in milliseconds.
pub const BLOCK_TIME: Moment = RELAY_SLOT / BLOCKS_PER_RELAY_SLOT as Moment;

/// The time for which one authority makes the blocks, in milliseconds. All blocks of a slot have
/// the timestamp with which the slot begins.
///
/// It can never change: `pallet-aura` refuses another value than that of the genesis.
pub const SLOT_DURATION: Moment = RELAY_SLOT;

/// The blocks that can be made in this time. The collator leaves out the last block of a slot, so that
/// they take a fifth longer: what counts blocks lasts at least the time that is named.
pub const fn blocks_in(time: Moment) -> u32 {
	(time / BLOCK_TIME) as u32
}

/// The blocks for which a member's transaction is valid: those of at least eight minutes. A power of
/// two, as the format of a transaction wants.
pub const MORTAL_BLOCKS: u32 = blocks_in(8 * 60_000).next_power_of_two();

/// The blocks for which the pool keeps a pinner's report: those of at least three minutes.
pub const REPORT_BLOCKS: u32 = blocks_in(192_000);

/// The final blocks whose state a node keeps: those of at least an hour.
pub const STATE_BLOCKS: u32 = blocks_in(60 * 60_000);

/// The blocks by which finality can lag before the client says so: those of at least two minutes.
pub const LONG_LAG: u32 = blocks_in(128_000);

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_counts_blocks_follows_from_their_rate() {
		assert_eq!(BLOCK_TIME * u64::from(BLOCKS_PER_RELAY_SLOT), RELAY_SLOT);
		assert_eq!(
			SLOT_DURATION % RELAY_SLOT,
			0,
			"a slot ends with a relay slot"
		);
		for (count, time) in [
			(MORTAL_BLOCKS, 512_000),
			(REPORT_BLOCKS, 192_000),
			(STATE_BLOCKS, 3_600_000),
			(LONG_LAG, 128_000),
		] {
			assert_eq!(u64::from(count) * BLOCK_TIME, time);
		}
	}
}
