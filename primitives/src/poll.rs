//! Work that a pallet does in each block before any transaction.

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
