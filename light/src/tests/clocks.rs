//! How old a block may be.

use crate::{clock::Time, AgeError, Clock, DEFAULT_MAX_AGE, HIGHEST_MAX_AGE, MAX_AHEAD};

#[test]
fn a_block_is_at_most_as_old_as_the_client_allows() {
	let clock = Clock {
		now: 10_000_000,
		slot_duration: 6000,
	};
	for max in [DEFAULT_MAX_AGE, HIGHEST_MAX_AGE] {
		let oldest = (clock.now - max).div_ceil(6000);
		assert_eq!(clock.age(oldest, max), Ok(clock.now - oldest * 6000));
		let block = (oldest - 1) * 6000;
		let old = AgeError::Old {
			block,
			clock: clock.now,
			max,
		};
		assert_eq!(clock.age(oldest - 1, max), Err(old));
	}
	assert!(matches!(
		clock.age(0, DEFAULT_MAX_AGE),
		Err(AgeError::Old { .. })
	));
}

#[test]
fn a_block_is_at_most_a_minute_ahead() {
	let clock = Clock {
		now: 600_000,
		slot_duration: 6000,
	};
	assert_eq!(MAX_AHEAD, 60_000);
	assert_eq!(clock.age(100, 0), Ok(0));
	assert_eq!(clock.age(110, 0), Ok(0));
	let ahead = AgeError::Ahead {
		block: 666_000,
		clock: 600_000,
	};
	assert_eq!(clock.age(111, DEFAULT_MAX_AGE), Err(ahead));
	let ahead = AgeError::Ahead {
		block: u64::MAX,
		clock: 600_000,
	};
	assert_eq!(clock.age(u64::MAX, DEFAULT_MAX_AGE), Err(ahead));
}

#[test]
fn an_error_names_both_times() {
	let clock = Clock {
		now: 10_000_000,
		slot_duration: 6000,
	};
	let text = alloc::format!("{}", clock.age(1, DEFAULT_MAX_AGE).unwrap_err());
	let times = ["1970-01-01 00:00:06 UTC", "1970-01-01 02:46:40 UTC"];
	assert!(times.iter().all(|time| text.contains(time)), "{text}");
}

#[test]
fn a_time_is_told_by_the_calendar() {
	for (seconds, text) in [
		(0, "1970-01-01 00:00:00"),
		(951_782_400, "2000-02-29 00:00:00"),
		(951_868_800, "2000-03-01 00:00:00"),
		(1_798_761_599, "2026-12-31 23:59:59"),
		(1_798_761_600, "2027-01-01 00:00:00"),
		(1_835_395_200, "2028-02-29 00:00:00"),
		(4_107_542_400, "2100-03-01 00:00:00"),
	] {
		assert_eq!(
			alloc::format!("{}", Time(seconds * 1000)),
			alloc::format!("{text} UTC")
		);
	}
	// Whatever a block says is a time.
	assert!(alloc::format!("{}", Time(u64::MAX)).ends_with(" UTC"));
}
