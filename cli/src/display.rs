//! Values as people read them.

use chrono::DateTime;
use salus_client::{address::to_address, provider_text, standing_text};
use salus_primitives::{
	text::is_unprintable, views::AuthorView, AccountEntry, AccountId, AccountRight, Hash256,
	Moment, Purpose, Standing, Via,
};
use serde_json::{json, Value};

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
		Some(Standing::UnverifiedSuspended) => {
			"suspended, and the authorities withdrew its verification"
		}
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

/// Who gave a grant.
pub fn given_by(via: Via) -> &'static str {
	match via {
		Via::Patient => "the patient",
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
