//! Values as people read them.

use chrono::DateTime;
use salus_primitives::{text::is_unprintable, Hash256, MemberId, Moment, Purpose};

/// A text from elsewhere. Characters that move the cursor or hide or reorder text are escaped.
pub fn clean(text: &str) -> String {
	let mut out = String::with_capacity(text.len());
	for c in text.chars() {
		if is_unprintable(c) {
			out.extend(c.escape_unicode());
		} else {
			out.push(c);
		}
	}
	out
}

/// A time of the chain as `2027-01-31 12:00:00 UTC`.
pub fn time(moment: Moment) -> String {
	let time = i64::try_from(moment).ok();
	match time.and_then(DateTime::from_timestamp_millis) {
		Some(time) => time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
		None => format!("{moment} ms after 1970"),
	}
}

/// When a grant ends.
pub fn grant_end(expires_at: Option<Moment>) -> String {
	expires_at.map_or_else(|| "when revoked".into(), time)
}

/// A hash as `0x` and 64 hexadecimal digits.
pub fn hash(bytes: &Hash256) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A member's id or number alone, as `parse::member` reads it.
pub fn member(member: &MemberId) -> String {
	match member {
		MemberId::Patient(id) => id.to_string(),
		MemberId::Provider(number) => number.to_string(),
	}
}

/// A purpose's name, as `parse::purpose` reads it.
pub fn purpose_name(purpose: Purpose) -> &'static str {
	match purpose {
		Purpose::Treatment => "treatment",
		Purpose::EmergencyTreatment => "emergency-treatment",
		Purpose::Payment => "payment",
		Purpose::Operations => "operations",
		Purpose::Research => "research",
		Purpose::PublicHealth => "public-health",
		Purpose::PatientRequest => "patient-request",
		Purpose::FamilyRequest => "family-request",
	}
}

/// A size in bytes, KiB, MiB, GiB or TiB.
pub fn size(bytes: u64) -> String {
	const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
	if bytes < 1024 {
		return format!("{bytes} bytes");
	}
	let mut value = bytes as f64 / 1024.0;
	let mut unit = 0;
	while value >= 1024.0 && unit + 1 < UNITS.len() {
		value /= 1024.0;
		unit += 1;
	}
	format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn characters_that_move_the_cursor_are_escaped() {
		let hostile = "Dr \u{1b}[2J\u{202e}evil\r\n\u{200b}é";
		let safe = clean(hostile);
		assert_eq!(safe, "Dr \\u{1b}[2J\\u{202e}evil\\u{d}\\u{a}\\u{200b}é");
	}

	#[test]
	fn a_time_is_shown_in_utc() {
		assert_eq!(time(0), "1970-01-01 00:00:00 UTC");
		assert_eq!(time(951_782_400_000), "2000-02-29 00:00:00 UTC");
		assert_eq!(time(1_801_137_599_999), "2027-01-28 11:59:59 UTC");
		assert_eq!(time(u64::MAX), "18446744073709551615 ms after 1970");
	}

	#[test]
	fn a_size_has_a_unit() {
		assert_eq!(size(1023), "1023 bytes");
		assert_eq!(size(1536), "1.5 KiB");
		assert_eq!(size(256 << 20), "256.0 MiB");
	}
}
