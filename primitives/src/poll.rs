//! Work that a pallet does in each block by itself: some before any transaction, whatever else is in
//! the block, and more after the last one, if there is room.

use frame_support::weights::{Weight, WeightMeter};

/// Does work with a limit of its own, whatever else is in the block, and charges it to the block.
///
/// ```
/// use frame_support::weights::{Weight, WeightMeter};
/// use salus_primitives::poll::within;
///
/// let mut block = WeightMeter::with_limit(Weight::from_parts(100, 100));
/// within(&mut block, Weight::from_parts(10, 10), |meter| {
///     assert_eq!(meter.remaining(), Weight::from_parts(10, 10));
///     meter.consume(Weight::from_parts(7, 7));
/// });
/// assert_eq!(block.consumed(), Weight::from_parts(7, 7));
/// ```
pub fn within(block: &mut WeightMeter, limit: Weight, work: impl FnOnce(&mut WeightMeter)) {
	let mut meter = WeightMeter::with_limit(limit.min(block.remaining()));
	work(&mut meter);
	block.consume(meter.consumed());
}

/// How many times its limit the work may take after the last transaction.
pub const IDLE_TIMES: u64 = 20;

/// Does the same work after the last transaction, with what is left of the block, and returns what it
/// used. Its limit is larger then, so that a backlog shrinks while blocks have room.
///
/// ```
/// use frame_support::weights::{Weight, WeightMeter};
/// use salus_primitives::poll::{with_the_rest, IDLE_TIMES};
///
/// let limit = Weight::from_parts(10, 10);
/// let all = |meter: &mut WeightMeter| meter.consume(meter.remaining());
/// assert_eq!(with_the_rest(Weight::from_parts(7, 7), limit, all), Weight::from_parts(7, 7));
/// assert_eq!(with_the_rest(Weight::MAX, limit, all), limit * IDLE_TIMES);
/// ```
pub fn with_the_rest(left: Weight, limit: Weight, work: impl FnOnce(&mut WeightMeter)) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	within(&mut block, limit.saturating_mul(IDLE_TIMES), work);
	block.consumed()
}
