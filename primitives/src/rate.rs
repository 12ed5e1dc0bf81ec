//! How often something may be done.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Moment;

/// An allowance that refills with time: a burst at once, and one more in each interval.
///
/// ```
/// use salus_primitives::{Minutes, Rate};
///
/// let rate = Rate { burst: 2, interval: 60_000 };
/// let now = 1_700_000_000_000;
/// let one = rate.take(0, now).unwrap();
/// let two = rate.take(one, now).unwrap();
/// assert_eq!(rate.take(two, now), Err(Minutes(1)));
/// assert!(rate.take(two, now + 60_000).is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Rate {
	/// How many at once, after a long rest.
	pub burst: u32,
	/// The time in which one more becomes possible, in milliseconds.
	pub interval: Moment,
}

impl Rate {
	/// Uses the allowance once. Takes the time at which it is full, 0 if it never was used, and
	/// returns the new one. On an error, that many minutes remain until one more is possible.
	pub fn take(self, full_at: Moment, now: Moment) -> Result<Moment, Minutes> {
		let full_at = full_at.max(now).saturating_add(self.interval);
		let whole = self.interval.saturating_mul(self.burst.into());
		let possible_at = full_at.saturating_sub(whole);
		if possible_at > now {
			return Err(Minutes::between(now, possible_at));
		}
		Ok(full_at)
	}
}

/// A time to wait, in minutes: short enough for a pallet's error.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Minutes(pub u16);

impl Minutes {
	/// The minutes from one time to another, rounded up.
	pub fn between(from: Moment, to: Moment) -> Self {
		let minutes = to.saturating_sub(from).div_ceil(60_000);
		Self(u16::try_from(minutes).unwrap_or(u16::MAX))
	}
}

#[cfg(feature = "frame")]
impl frame_support::traits::PalletError for Minutes {
	const MAX_ENCODED_SIZE: usize = 2;
}

#[cfg(test)]
mod tests {
	use super::*;

	const NOW: Moment = 1_700_000_000_000;
	const RATE: Rate = Rate {
		burst: 3,
		interval: 60_000,
	};

	#[test]
	fn a_burst_is_possible_at_once_and_one_more_in_each_interval() {
		let mut full_at = 0;
		for _ in 0..3 {
			full_at = RATE.take(full_at, NOW).unwrap();
		}
		assert_eq!(RATE.take(full_at, NOW), Err(Minutes(1)));
		assert_eq!(RATE.take(full_at, NOW + 59_999), Err(Minutes(1)));
		let again = RATE.take(full_at, NOW + 60_000).unwrap();
		assert_eq!(RATE.take(again, NOW + 60_000), Err(Minutes(1)));
	}

	#[test]
	fn a_long_rest_refills_the_burst_and_no_more() {
		let mut full_at = 0;
		for _ in 0..3 {
			full_at = RATE.take(full_at, NOW).unwrap();
		}
		let later = NOW + 1_000_000_000;
		for _ in 0..3 {
			full_at = RATE.take(full_at, later).unwrap();
		}
		assert_eq!(RATE.take(full_at, later), Err(Minutes(1)));
	}

	#[test]
	fn a_clock_that_went_back_locks_nobody_out_for_longer_than_the_burst() {
		let full_at = RATE.take(0, NOW).unwrap();
		assert_eq!(RATE.take(full_at, NOW - 120_000), Err(Minutes(1)));
	}

	#[test]
	fn minutes_are_rounded_up_and_never_overflow() {
		assert_eq!(Minutes::between(0, 1), Minutes(1));
		assert_eq!(Minutes::between(0, 60_000), Minutes(1));
		assert_eq!(Minutes::between(0, 60_001), Minutes(2));
		assert_eq!(Minutes::between(0, Moment::MAX), Minutes(u16::MAX));
		assert_eq!(Minutes::between(1, 0), Minutes(0));
	}
}
