//! Reads the values that people write: members, regions, accounts, hashes, times.

use crate::display::{clean, purpose_name};
use chrono::{DateTime, Local, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use salus_client::{address::parse_account, authority::Offer, vote::Candidate, Error, Result};
use salus_primitives::{AccountId, Hash256, Moment, ParaId, PatientId, Purpose};
use std::ops::RangeInclusive;

/// The result of a value parser: an error is the text that clap prints.
type Parsed<T> = std::result::Result<T, String>;

/// An account: an address, or 0x and 64 hexadecimal digits.
pub fn account(text: &str) -> Parsed<AccountId> {
	parse_account(text).map_err(|error| error.to_string())
}

/// An offer to be an authority, in hexadecimal digits.
pub fn offer(text: &str) -> Parsed<Offer> {
	Offer::parse(text).map_err(|error| error.to_string())
}

/// A hash: 64 hexadecimal digits, with or without 0x.
pub fn hash(text: &str) -> Parsed<Hash256> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|_| "a hash is 0x and 64 hexadecimal digits".to_owned())?;
	Ok(bytes)
}

/// A patient's id.
pub fn patient(text: &str) -> Parsed<PatientId> {
	text.parse()
		.map_err(|_| "a patient's id is 32 hexadecimal digits".into())
}

/// A region's number: its parachain id.
pub fn region(text: &str) -> Parsed<ParaId> {
	let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
	let region = digits.then(|| text.parse().ok()).flatten();
	region.ok_or_else(|| "a region is a number (its parachain id), such as 2001".into())
}

/// The first and the last byte of a part: `0-99`.
pub fn range(text: &str) -> Parsed<RangeInclusive<u64>> {
	let number = |text: &str| {
		let digits = text.bytes().all(|byte| byte.is_ascii_digit());
		digits.then(|| text.parse::<u64>().ok()).flatten()
	};
	text.split_once('-')
		.and_then(|(first, last)| Some(number(first)?..=number(last)?))
		.filter(|range| !range.is_empty())
		.ok_or_else(|| "a range is the first and the last byte, such as 0-99".into())
}

/// The applicant to vote on: a professional number or an account.
pub fn candidate(text: &str) -> Parsed<Candidate> {
	if let Ok(number) = text.parse() {
		return Ok(Candidate::Number(number));
	}
	parse_account(text).map(Candidate::Account).map_err(|_| {
		format!(
			"{} is neither a professional number nor an account",
			clean(text)
		)
	})
}

/// A purpose by its name.
pub fn purpose(text: &str) -> Parsed<Purpose> {
	const ALL: [Purpose; 8] = [
		Purpose::Treatment,
		Purpose::EmergencyTreatment,
		Purpose::Payment,
		Purpose::Operations,
		Purpose::Research,
		Purpose::PublicHealth,
		Purpose::PatientRequest,
		Purpose::FamilyRequest,
	];
	ALL.into_iter()
		.find(|purpose| purpose_name(*purpose) == text)
		.ok_or_else(|| {
			let names: Vec<_> = ALL.into_iter().map(purpose_name).collect();
			format!("a purpose is one of {}", names.join(", "))
		})
}

/// The time when a grant ends: `30d`, `12h`, `90m` or `45s` after `now`, or the end of a day in
/// the person's time zone.
pub fn expiry(text: &str, now: Moment) -> Result<Moment> {
	let wrong = || {
		Error::Input(format!(
			"cannot read the time {}: write a period (30d, 12h, 90m, 45s) or a day (2027-01-31)",
			clean(text)
		))
	};
	if let Some(end) = end_of_day(text, &Local) {
		return Ok(end);
	}
	now.checked_add(duration(text).ok_or_else(wrong)?)
		.ok_or_else(wrong)
}

/// The end of a day like `2027-01-31` in a time zone: when the next day begins.
fn end_of_day(text: &str, zone: &impl TimeZone) -> Option<Moment> {
	let day: NaiveDate = text.parse().ok()?;
	start_of_day(day.succ_opt()?, zone)
}

fn start_of_day(day: NaiveDate, zone: &impl TimeZone) -> Option<Moment> {
	let next = day.and_time(NaiveTime::MIN);
	// A day can begin later than midnight where the clocks go forward then.
	let mut starts = (0..4).filter_map(|hours| {
		let start = next.checked_add_signed(TimeDelta::hours(hours))?;
		zone.from_local_datetime(&start).earliest()
	});
	starts.next()?.timestamp_millis().try_into().ok()
}

/// A time in the past: a date, from its start here; a time with its zone; or a duration before `now`.
pub fn since(text: &str, now: Moment) -> Result<Moment> {
	let date = || start_of_day(text.parse().ok()?, &Local);
	let time = || {
		DateTime::parse_from_rfc3339(text)
			.ok()?
			.timestamp_millis()
			.try_into()
			.ok()
	};
	let before = || Some(now.saturating_sub(duration(text)?));
	before().or_else(time).or_else(date).ok_or_else(|| {
		Error::Input(format!(
			"cannot read the time {}: write a period (30d, 12h), a day (2026-10-31) or a time \
			 (2026-10-31T12:00:00Z)",
			clean(text)
		))
	})
}

/// Milliseconds of `30d`, `12h`, `90m` or `45s`.
pub fn duration(text: &str) -> Option<u64> {
	let unit = match text.chars().last()? {
		'd' => 86_400_000,
		'h' => 3_600_000,
		'm' => 60_000,
		's' => 1000,
		_ => return None,
	};
	text[..text.len() - 1]
		.parse::<u64>()
		.ok()?
		.checked_mul(unit)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::display::time;
	use chrono::FixedOffset;

	#[test]
	fn a_range_has_a_first_and_a_last_byte() {
		assert_eq!(range("0-0"), Ok(0..=0));
		assert_eq!(range("5-99"), Ok(5..=99));
		assert_eq!(range("0-18446744073709551615"), Ok(0..=u64::MAX));
		for wrong in [
			"",
			"-",
			"5",
			"5-",
			"-5",
			"6-5",
			"+1-2",
			"1-+2",
			"1-2-3",
			"a-b",
			" 1-2",
			"0-18446744073709551616",
		] {
			assert!(range(wrong).is_err(), "{wrong:?}");
		}
	}

	#[test]
	fn a_time_in_the_past_is_a_period_a_day_or_a_time() {
		let now = 1_800_000_000_000;
		assert_eq!(since("2h", now).unwrap(), now - 7_200_000);
		assert_eq!(since("90000d", now).unwrap(), 0);
		let noon = since("2026-10-31T12:00:00Z", now).unwrap();
		assert_eq!(time(noon), "2026-10-31 12:00:00 UTC");
		let day = since("2026-10-31", now).unwrap();
		assert!(noon.abs_diff(day) <= 27 * 3_600_000);
		for wrong in ["", "yesterday", "2026-13-01", "-1d", "\u{1b}[2J"] {
			let error = since(wrong, now).unwrap_err().to_string();
			assert!(
				!error.contains('\u{1b}') && error.contains("cannot read"),
				"{error}"
			);
		}
	}

	#[test]
	fn an_expiry_is_a_period_or_a_day() {
		let now = 1_000_000;
		assert_eq!(expiry("2d", now).unwrap(), now + 172_800_000);
		for (day, zone, end) in [
			("2027-01-31", 0, "2027-02-01 00:00:00 UTC"),
			("2400-02-29", 0, "2400-03-01 00:00:00 UTC"),
			// East of Greenwich a day ends earlier.
			("2027-01-31", 5, "2027-01-31 19:00:00 UTC"),
			("2027-01-31", -8, "2027-02-01 08:00:00 UTC"),
		] {
			let zone = FixedOffset::east_opt(zone * 3600).unwrap();
			assert_eq!(time(end_of_day(day, &zone).unwrap()), end, "{day} {zone}");
		}
		assert_eq!(
			expiry("2027-01-31", now).unwrap(),
			end_of_day("2027-01-31", &Local).unwrap()
		);
		for wrong in [
			"",
			"d",
			"2",
			"-1d",
			"2w",
			"2027-02-30",
			"2027-13-01",
			"1969-01-01",
			"ä",
		] {
			assert!(expiry(wrong, now).is_err(), "{wrong}");
		}
		assert!(expiry(&format!("{}d", u64::MAX), now).is_err());
	}

	#[test]
	fn a_region_is_a_positive_number() {
		for (text, number) in [("1", 1), ("2001", 2001), ("4294967295", u32::MAX)] {
			assert_eq!(region(text), Ok(number));
		}
		for wrong in [
			"",
			"0",
			"02001",
			"+1",
			"-1",
			" 1",
			"1 ",
			"0x7d1",
			"4294967296",
			"\u{0661}",
		] {
			assert!(region(wrong).is_err(), "{wrong:?}");
		}
	}
}
