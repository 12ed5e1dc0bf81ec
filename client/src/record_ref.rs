//! References to records.

use salus_primitives::{ParaId, RecordId};
use std::{fmt, str::FromStr};

/// A record's number, alone or with its region's number: `7` or `2001/7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef {
	/// The record's region; `None` means the connected one.
	pub region: Option<ParaId>,
	/// The record's number in that region.
	pub record: RecordId,
}

/// The error for a text that is not a [`RecordRef`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a record as its number, such as 7, or with its region's number, such as 2001/7")]
pub struct ParseRecordRefError;

impl From<RecordId> for RecordRef {
	fn from(record: RecordId) -> Self {
		Self {
			region: None,
			record,
		}
	}
}

impl fmt::Display for RecordRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.region {
			Some(region) => write!(f, "{region}/{}", self.record),
			None => write!(f, "{}", self.record),
		}
	}
}

impl FromStr for RecordRef {
	type Err = ParseRecordRefError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let (region, record) = match text.split_once('/') {
			Some((region, record)) => (number(region).map(Some), record),
			None => (Some(None), text),
		};
		match (region, number(record)) {
			(Some(region), Some(record)) => Ok(Self { region, record }),
			_ => Err(ParseRecordRefError),
		}
	}
}

/// Parses digits alone; the standard library's parser also takes a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
	let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_record_is_named_with_or_without_its_region() {
		for text in ["0", "7", "2001/7", "4294967295/18446744073709551615"] {
			assert_eq!(text.parse::<RecordRef>().unwrap().to_string(), text);
		}
		for wrong in [
			"",
			"/",
			"7/",
			"/7",
			"2001/7/1",
			"2001:7",
			"+7",
			"-7",
			" 7",
			"2001/ 7",
			"0x7",
			"4294967296/1",
			"18446744073709551616",
			"\u{0667}",
			"one",
		] {
			assert!(
				matches!(wrong.parse::<RecordRef>(), Err(ParseRecordRefError)),
				"{wrong:?}"
			);
		}
	}
}
