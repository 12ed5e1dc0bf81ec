//! How old a block is, by the slot in its header.

use core::fmt;

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
	#[error(
		"the newest block is of {}, the clock says {}: more than {} s",
		Time(*block), Time(*clock), max / 1000
	)]
	Old {
		/// The time of the block's slot.
		block: u64,
		/// The client's clock.
		clock: u64,
		/// The highest age, in milliseconds.
		max: u64,
	},
	/// It is of the future: the client's clock is wrong, or the block's.
	#[error("the newest block is of {}, but the clock says {}", Time(*block), Time(*clock))]
	Ahead {
		/// The time of the block's slot.
		block: u64,
		/// The client's clock.
		clock: u64,
	},
}

/// A time in Unix milliseconds, formatted as `2027-01-31 12:00:00 UTC`.
pub(crate) struct Time(pub u64);

impl fmt::Display for Time {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		const DAY: u64 = 24 * 60 * 60;
		// A common era of the calendar: it begins with March, and repeats itself.
		const DAYS_OF_ERA: u64 = 146_097;
		const MARCH_0_TO_1970: u64 = 719_468;
		let seconds = self.0 / 1000;
		let (day, second) = (seconds / DAY + MARCH_0_TO_1970, seconds % DAY);
		let (era, day) = (day / DAYS_OF_ERA, day % DAYS_OF_ERA);
		let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
		let day = day - (365 * year + year / 4 - year / 100);
		let month = (5 * day + 2) / 153;
		let day = day - (153 * month + 2) / 5 + 1;
		let (year, month) = match month {
			0..10 => (era * 400 + year, month + 3),
			_ => (era * 400 + year + 1, month - 9),
		};
		let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
		write!(
			f,
			"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
		)
	}
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
