//! What a command prints: lines for people, or JSON.

use crate::text::clean;
use salus_client::{Error, Kind};
use serde_json::{json, Value};
use std::process::ExitCode;

/// The result of a command, in both forms.
pub struct Output {
	/// For `--json`.
	pub json: Value,
	/// For people: lines, without control characters.
	pub lines: Vec<String>,
}

impl Output {
	/// One line.
	pub fn line(json: Value, line: impl Into<String>) -> Self {
		Self {
			json,
			lines: vec![line.into()],
		}
	}

	/// Names and values, aligned.
	pub fn fields(json: Value, fields: Vec<(&str, String)>) -> Self {
		let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
		let line = |(name, value): (&str, String)| format!("{name:width$}  {value}");
		Self {
			json,
			lines: fields.into_iter().map(line).collect(),
		}
	}

	/// A table; `empty` if it has no rows.
	pub fn table(json: Value, head: &[&str], rows: Vec<Vec<String>>, empty: &str) -> Self {
		Self {
			json,
			lines: if rows.is_empty() {
				vec![empty.into()]
			} else {
				table(head, rows)
			},
		}
	}
}

/// Rows with aligned columns under a head.
pub fn table(head: &[&str], rows: Vec<Vec<String>>) -> Vec<String> {
	let mut all = vec![head
		.iter()
		.map(|cell| cell.to_uppercase())
		.collect::<Vec<_>>()];
	all.extend(rows);
	let width = |column: usize| {
		let cells = all.iter().filter_map(|row| row.get(column));
		cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
	};
	let widths: Vec<_> = (0..head.len()).map(width).collect();
	let line = |row: &Vec<String>| {
		let mut line = String::new();
		for (cell, width) in row.iter().zip(&widths) {
			line.push_str(cell);
			let gap = width.saturating_sub(cell.chars().count()) + 2;
			line.extend(std::iter::repeat_n(' ', gap));
		}
		line.trim_end().to_owned()
	};
	all.iter().map(line).collect()
}

/// Prints an error with the next step, and gives its exit code.
pub fn fail(error: &Error, json: bool) -> ExitCode {
	let detail = match error {
		Error::Refused { code, .. } => Some(code.as_str()),
		_ => None,
	};
	let (message, next) = (error.to_string(), error.next());
	report(kind(error.kind()), &message, next.as_deref(), detail, json)
}

/// Prints why a command did not do its work, by its kind's name and exit code.
pub fn report(
	(name, code): (&str, u8),
	message: &str,
	next: Option<&str>,
	detail: Option<&str>,
	json: bool,
) -> ExitCode {
	let message = clean(message);
	let next = next.map(clean);
	if json {
		let value = json!({ "error": {
			"kind": name, "exit": code, "message": message, "next": next, "code": detail,
		} });
		eprintln!("{value}");
	} else {
		eprintln!("salus: {message}");
		if let Some(next) = next {
			eprintln!("  next: {next}");
		}
	}
	ExitCode::from(code)
}

/// A kind's name and exit code, as the help lists them.
pub fn kind(kind: Kind) -> (&'static str, u8) {
	match kind {
		Kind::Other => ("other", 1),
		Kind::Input => ("usage", 2),
		Kind::Refused => ("refused", 3),
		Kind::NotFound => ("not-found", 4),
		Kind::Verification => ("verification", 5),
		Kind::Ipfs => ("ipfs", 6),
		Kind::Connection => ("connection", 7),
		Kind::KeyFile => ("key-file", 8),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_line_up() {
		let rows = vec![
			vec!["1".into(), "ä".into(), "x".into()],
			vec!["22".into(), "bb".into()],
		];
		let lines = table(&["id", "name", "end"], rows);
		assert_eq!(lines, ["ID  NAME  END", "1   ä     x", "22  bb"]);
	}
}
