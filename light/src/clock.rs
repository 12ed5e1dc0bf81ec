//! How old a block is, by the slot in its header.

use thiserror::Error;

/// The age in milliseconds from which a chain's head is refused, unless a client sets another.
pub const DEFAULT_MAX_AGE: u64 = 5 * 60 * 1000;

/// The highest age in milliseconds that a client can set.
pub const HIGHEST_MAX_AGE: u64 = 30 * 60 * 1000;

/// How far in milliseconds a block can be ahead of the client's clock.
pub const MAX_AHEAD: u64 = 60 * 1000;

/// The age in milliseconds from which a checkpoint is refused: 90 days. Whoever has the GRANDPA
/// keys of validators that have retired since then could show another history, so operators
/// destroy them. A network file with a newer checkpoint helps.
pub const MAX_CHECKPOINT_AGE: u64 = 90 * 24 * 60 * 60 * 1000;

/// The client's clock, and the length of a chain's slots, which says when a slot is.
///
/// A node can only show old blocks, because it cannot make new ones. So the time of the newest
/// block tells whether the node hides newer ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
	/// The time, in Unix milliseconds.
	pub now: u64,
	/// The length of a slot of this chain in milliseconds. It comes from the network file.
	pub slot_duration: u64,
}

/// Why a block is not taken for a chain's newest. Times are Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AgeError {
	/// It is too old: the node hides newer blocks, or the chain has stopped.
	#[error("the newest block is of {block}, the clock says {clock}: more than {max} ms")]
	Old {
		/// The time of the block's slot.
		block: u64,
		/// The client's clock.
		clock: u64,
		/// The highest age, in milliseconds.
		max: u64,
	},
	/// It is of the future: the client's clock is wrong, or the block's.
	#[error("the newest block is of {block}, but the clock says {clock}")]
	Ahead {
		/// The time of the block's slot.
		block: u64,
		/// The client's clock.
		clock: u64,
	},
}

impl Clock {
	/// The time at which a slot begins, in Unix milliseconds.
	pub fn time(&self, slot: u64) -> u64 {
		slot.saturating_mul(self.slot_duration)
	}

	/// The age in milliseconds of a block of this slot.
	///
	/// # Errors
	///
	/// [`AgeError`] if it is older than `max` milliseconds, or more than [`MAX_AHEAD`] ahead.
	pub fn age(&self, slot: u64, max: u64) -> Result<u64, AgeError> {
		self.not_ahead(slot)?;
		let (block, clock) = (self.time(slot), self.now);
		let age = clock.saturating_sub(block);
		if age > max {
			return Err(AgeError::Old { block, clock, max });
		}
		Ok(age)
	}

	/// Checks that a slot is at most [`MAX_AHEAD`] in the future.
	pub(crate) fn not_ahead(&self, slot: u64) -> Result<(), AgeError> {
		let (block, clock) = (self.time(slot), self.now);
		if block > clock.saturating_add(MAX_AHEAD) {
			return Err(AgeError::Ahead { block, clock });
		}
		Ok(())
	}
}
