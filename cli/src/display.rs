//! Values as people read them.

use salus_client::{address::to_address, provider_text, standing_text};
use salus_primitives::{
	views::AuthorView, AccountEntry, AccountId, AccountRight, Hash256, Moment, Purpose, Standing,
};
use serde_json::{json, Value};

/// A text from elsewhere. Characters that move the cursor or hide or reorder text are escaped.
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

/// Whether it is a line separator, or a format character that hides or reorders others.
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
pub fn date(day: u64) -> (u64, u64, u64) {
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

/// When a grant ends.
pub fn grant_end(expires_at: Option<Moment>) -> String {
	expires_at.map_or_else(|| "when revoked".into(), time)
}

/// A hash as `0x` and 64 hexadecimal digits.
pub fn hash(bytes: &Hash256) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// The author of a record: the patient, or a provider with its standing.
pub fn author(author: &AuthorView) -> String {
	let AuthorView::Provider {
		number,
		name,
		standing,
		..
	} = author
	else {
		return "the patient".into();
	};
	let standing = match standing {
		Some(Standing::Unverified) => "the authorities withdrew its verification",
		Some(standing) => standing_text(*standing),
		None => "not in the directory",
	};
	format!("{number} {} ({standing})", clean(name.as_str()))
}

/// The author in a column: the patient, or a provider's number.
pub fn author_number(author: &AuthorView) -> String {
	match author {
		AuthorView::Patient => "the patient".into(),
		AuthorView::Provider {
			id,
			number,
			standing,
			..
		} => provider_text(number, *id, *standing),
	}
}

/// The author as JSON values: `by_patient`, and the provider's id, number, name and standing.
pub fn author_json(author: &AuthorView) -> Value {
	match author {
		AuthorView::Patient => json!({
			"by_patient": true,
			"author": null,
			"author_id": null,
			"author_name": null,
			"author_standing": null,
		}),
		AuthorView::Provider {
			id,
			number,
			name,
			standing,
		} => json!({
			"by_patient": false,
			"author": number.to_string(),
			"author_id": id,
			"author_name": name.as_str(),
			"author_standing": standing.map(standing_text),
		}),
	}
}

/// The account that acts for a member now, by the member's history.
pub fn acting(accounts: &[AccountEntry<AccountId>]) -> String {
	let last = accounts.last().map(|entry| to_address(&entry.account));
	last.unwrap_or_default()
}

/// An account of a member's history as JSON.
pub fn account_json(entry: &AccountEntry<AccountId>) -> Value {
	let right = match entry.right {
		AccountRight::Founding => "founding",
	};
	json!({ "account": to_address(&entry.account), "since": entry.since, "right": right })
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
	}

	#[test]
	fn a_size_has_a_unit() {
		assert_eq!(size(1023), "1023 bytes");
		assert_eq!(size(1536), "1.5 KiB");
		assert_eq!(size(256 << 20), "256.0 MiB");
	}
}
