//! Text for a terminal, and the forms in which people write values.

use salus_client::{address::parse_account, vote::Candidate, Error, Result};
use salus_primitives::{MemberId, Moment, ParaId, PatientId, ProfessionalNumber, Purpose};

/// A text from elsewhere, with what could move the cursor or reorder the line made visible.
pub fn clean(text: &str) -> String {
	let mut out = String::with_capacity(text.len());
	for c in text.chars() {
		if c.is_control() || hides(c) {
			out.extend(c.escape_unicode());
		} else {
			out.push(c);
		}
	}
	out
}

/// Separators, and characters of format that hide or reorder others.
fn hides(c: char) -> bool {
	matches!(c,
		'\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
		| '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
		| '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A time of the chain as `2027-01-31 12:00:00 UTC`.
pub fn time(moment: Moment) -> String {
	let seconds = moment / 1000;
	let (year, month, day) = date(seconds / 86_400);
	let rest = seconds % 86_400;
	format!(
		"{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
		rest / 3600,
		rest / 60 % 60,
		rest % 60
	)
}

/// Year, month and day of a day since 1970, after Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn date(day: u64) -> (u64, u64, u64) {
	let shifted = day + 719_468;
	let era = shifted / 146_097;
	let of_era = shifted % 146_097;
	let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
	let of_year = of_era - (365 * year + year / 4 - year / 100);
	let month = (5 * of_year + 2) / 153;
	let day = of_year - (153 * month + 2) / 5 + 1;
	let month = if month < 10 { month + 3 } else { month - 9 };
	(year + era * 400 + u64::from(month <= 2), month, day)
}

/// The first millisecond of a day like `2027-01-31`.
fn parse_date(text: &str) -> Option<Moment> {
	let mut parts = text.splitn(3, '-').map(|part| part.parse::<u64>().ok());
	let wanted = (parts.next()??, parts.next()??, parts.next()??);
	// No day of this year is more than 366 days from here.
	let first = wanted.0.checked_sub(1970)?.checked_mul(365)?;
	if wanted.0 > 9999 {
		return None;
	}
	(first..first + 2500)
		.find(|day| date(*day) == wanted)
		.map(|day| day * 86_400_000)
}

/// The end of a grant: `30d`, `12h`, `90m` or `45s` from the chain's time, or a day.
pub fn parse_end(text: &str, now: Moment) -> Result<Moment> {
	let wrong = || {
		Error::Input(format!(
			"{} is no end of a grant: write 30d, 12h, 90m, 45s or 2027-01-31",
			clean(text)
		))
	};
	if let Some(day) = parse_date(text) {
		return Ok(day);
	}
	now.checked_add(parse_duration(text).ok_or_else(wrong)?)
		.ok_or_else(wrong)
}

/// Milliseconds of `30d`, `12h`, `90m` or `45s`.
pub fn parse_duration(text: &str) -> Option<u64> {
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

/// A member: a professional number, or a patient's id.
pub fn parse_member(text: &str) -> std::result::Result<MemberId, String> {
	let bare = text.strip_prefix("0x").unwrap_or(text);
	if bare.len() == 32 {
		return text
			.parse::<PatientId>()
			.map(MemberId::Patient)
			.map_err(|_| "a patient's id is 32 hexadecimal digits".into());
	}
	text.parse::<ProfessionalNumber>()
		.map(MemberId::Provider)
		.map_err(|error| format!("{error}; a patient's id is 32 hexadecimal digits"))
}

/// A region's number: its parachain id.
pub fn parse_region(text: &str) -> std::result::Result<ParaId, String> {
	let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
	let region = digits.then(|| text.parse().ok()).flatten();
	region.ok_or_else(|| "a region is a number, its parachain id, such as 2001".into())
}

/// A member in the form that [`parse_member`] reads.
pub fn member(member: &MemberId) -> String {
	match member {
		MemberId::Patient(id) => id.to_string(),
		MemberId::Provider(number) => number.to_string(),
	}
}

/// Whom a vote is on: a professional number or an account.
pub fn parse_candidate(text: &str) -> std::result::Result<Candidate, String> {
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

/// A purpose as people write it.
pub fn purpose(purpose: Purpose) -> &'static str {
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

/// A purpose from text.
pub fn parse_purpose(text: &str) -> std::result::Result<Purpose, String> {
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
		.find(|one| purpose(*one) == text)
		.ok_or_else(|| {
			let names: Vec<_> = ALL.into_iter().map(purpose).collect();
			format!("one of {}", names.join(", "))
		})
}

/// A size for people.
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
	fn nothing_from_elsewhere_moves_the_cursor() {
		let hostile = "Dr \u{1b}[2J\u{202e}evil\r\n\u{200b}é";
		let safe = clean(hostile);
		assert_eq!(safe, "Dr \\u{1b}[2J\\u{202e}evil\\u{d}\\u{a}\\u{200b}é");
	}

	#[test]
	fn times() {
		assert_eq!(time(0), "1970-01-01 00:00:00 UTC");
		assert_eq!(time(951_782_400_000), "2000-02-29 00:00:00 UTC");
		assert_eq!(time(1_801_137_599_999), "2027-01-28 11:59:59 UTC");
		let now = 1_000_000;
		assert_eq!(parse_end("2d", now).unwrap(), now + 172_800_000);
		assert_eq!(
			time(parse_end("2027-01-31", now).unwrap()),
			"2027-01-31 00:00:00 UTC"
		);
		assert_eq!(
			time(parse_end("2400-02-29", now).unwrap()),
			"2400-02-29 00:00:00 UTC"
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
			assert!(parse_end(wrong, now).is_err(), "{wrong}");
		}
		assert!(parse_end(&format!("{}d", u64::MAX), now).is_err());
	}

	#[test]
	fn members() {
		assert!(matches!(parse_member("A12345"), Ok(MemberId::Provider(_))));
		let id = "00112233445566778899aabbccddeeff";
		assert!(matches!(parse_member(id), Ok(MemberId::Patient(_))));
		for wrong in ["", "A1234", "1234567890", "0x0011", &id.replace('f', "g")] {
			assert!(parse_member(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn regions() {
		for (text, region) in [("1", 1), ("2001", 2001), ("4294967295", u32::MAX)] {
			assert_eq!(parse_region(text), Ok(region));
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
			assert!(parse_region(wrong).is_err(), "{wrong:?}");
		}
	}

	#[test]
	fn sizes() {
		assert_eq!(size(1023), "1023 bytes");
		assert_eq!(size(1536), "1.5 KiB");
		assert_eq!(size(256 << 20), "256.0 MiB");
	}
}
