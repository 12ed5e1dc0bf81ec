//! Which bytes of an envelope a client asks for.

use std::ops::RangeInclusive;

use axum::http::StatusCode;

use crate::http::Failure;

/// The query of a download, in the words of the trustless gateway
/// (<https://specs.ipfs.tech/http-gateways/trustless-gateway/>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
	entity_bytes: Option<String>,
}

impl Asked {
	/// Reads the query. There is only the format `car`, and both `dag-scope=entity` and `dag-scope=all` are the
	/// whole envelope. `None`: something else, or one of them twice.
	pub fn read(query: &str) -> Option<Self> {
		let mut known = vec!["format", "dag-scope", "entity-bytes"];
		let mut asked = Self::default();
		for (key, value) in form_urlencoded::parse(query.as_bytes()) {
			let place = known.iter().position(|known| *known == key)?;
			match (known.swap_remove(place), &*value) {
				("format", "car") | ("dag-scope", "entity" | "all") => {}
				("entity-bytes", range) => asked.entity_bytes = Some(range.to_owned()),
				_ => return None,
			}
		}
		Some(asked)
	}

	/// The bytes that are asked for of an envelope of this size: all, `entity-bytes=FROM:TO` with both
	/// counted from 0 and included, or `entity-bytes=FROM:*`. An end beyond the last byte is the last
	/// byte.
	///
	/// # Errors
	///
	/// 400: not a range. 416: it begins beyond the last byte.
	pub fn bytes(&self, size: u64) -> Result<RangeInclusive<u64>, Failure> {
		let Some(last) = size.checked_sub(1) else {
			return Err(Self::beyond());
		};
		let Some(range) = &self.entity_bytes else {
			return Ok(0..=last);
		};
		let malformed = || {
			Failure::new(
				StatusCode::BAD_REQUEST,
				"entity-bytes must be FROM:TO or FROM:*, two numbers from 0 on, the first not above \
				 the second",
			)
		};
		let (from, to) = range.split_once(':').ok_or_else(malformed)?;
		let from = number(from).ok_or_else(malformed)?;
		let to = match to {
			"*" => last,
			to => number(to).filter(|to| from <= *to).ok_or_else(malformed)?,
		};
		if from > last {
			return Err(Self::beyond());
		}
		Ok(from..=to.min(last))
	}

	fn beyond() -> Failure {
		Failure::new(
			StatusCode::RANGE_NOT_SATISFIABLE,
			"entity-bytes begins beyond the end of the envelope",
		)
	}
}

fn number(text: &str) -> Option<u64> {
	let digits = text.bytes().all(|byte| byte.is_ascii_digit());
	digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn asked(range: Option<&str>) -> Asked {
		let entity_bytes = range.map(Into::into);
		Asked { entity_bytes }
	}

	#[test]
	fn a_query_is_read() {
		for (query, range) in [
			("", None),
			("format=car", None),
			("dag-scope=all&format=car", None),
			("entity-bytes=0:*", Some("0:*")),
			("entity-bytes=5%3A%2A&dag-scope=entity", Some("5:*")),
		] {
			assert_eq!(Asked::read(query), Some(asked(range)), "{query}");
		}
	}

	#[test]
	fn other_queries_are_refused() {
		for query in [
			"format=raw",
			"format",
			"dag-scope=block",
			"cid=f0155",
			"entity_bytes=0:*",
			"format=car&format=car",
			"entity-bytes=0:1&entity-bytes=2:3",
			"&x",
		] {
			assert_eq!(Asked::read(query), None, "{query}");
		}
	}

	#[test]
	fn a_range_is_within_the_envelope() {
		for (range, bytes) in [
			(None, 0..=99),
			(Some("0:*"), 0..=99),
			(Some("0:0"), 0..=0),
			(Some("99:99"), 99..=99),
			(Some("99:*"), 99..=99),
			(Some("5:1000"), 5..=99),
			(Some("0:18446744073709551615"), 0..=99),
		] {
			assert_eq!(asked(range).bytes(100), Ok(bytes), "{range:?}");
		}
	}

	#[test]
	fn other_ranges_are_refused() {
		for range in [
			"",
			":",
			"5",
			"5:",
			":5",
			"*:5",
			"-5:*",
			"0:-1",
			"6:5",
			"+1:5",
			"1:5:6",
			" 1:5",
			"1:5,7:8",
			"0x1:5",
			"1:18446744073709551616",
		] {
			let refused = asked(Some(range)).bytes(100).unwrap_err();
			assert_eq!(refused.0, StatusCode::BAD_REQUEST, "{range:?}");
		}
		for (range, size) in [
			(Some("100:*"), 100),
			(Some("100:100"), 100),
			(None, 0),
			(Some("0:0"), 0),
		] {
			let refused = asked(range).bytes(size).unwrap_err();
			assert_eq!(
				refused.0,
				StatusCode::RANGE_NOT_SATISFIABLE,
				"{range:?} {size}"
			);
		}
	}
}
