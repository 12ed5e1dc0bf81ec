//! What a command prints: text or JSON, a result or an error.

use crate::display::{clean, hash};
use salus_client::{chain::Included, Error, Kind, Result};
use serde_json::{json, Value};
use std::{
	io::{self, Write},
	process::ExitCode,
};

/// The result of a command.
pub struct Output {
	/// The result with `--json`. Null: the command wrote its result to standard output itself.
	pub json: Value,
	/// The result without `--json`: lines without control characters.
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

	/// Nothing more: the command wrote its result to standard output itself.
	pub fn printed() -> Self {
		Self {
			json: Value::Null,
			lines: Vec::new(),
		}
	}

	/// Names and values in two columns.
	pub fn fields(json: Value, fields: Vec<(&str, String)>) -> Self {
		let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
		let line = |(name, value): (&str, String)| format!("{name:width$}  {value}");
		Self {
			json,
			lines: fields.into_iter().map(line).collect(),
		}
	}

	/// Prints the result. A closed pipe is not an error.
	pub fn print(&self, json: bool) -> Result<()> {
		let mut text = match json {
			true if self.json.is_null() => String::new(),
			true => self.json.to_string(),
			false => self.lines.join("\n"),
		};
		if !text.is_empty() {
			text.push('\n');
		}
		let mut out = io::stdout().lock();
		match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
			Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
				Err(Error::write("standard output")(error))
			}
			_ => Ok(()),
		}
	}

	/// Prints the result of a command that succeeded. An error says so.
	pub fn print_result(&self, json: bool) -> Result<()> {
		self.print(json).map_err(|error| Error::Noted {
			error: Box::new(error),
			note: "the command itself succeeded".into(),
			next: "what it did took effect: see it with a command that shows it".into(),
		})
	}

	/// A table with a row of headings. Without rows: the line `empty`.
	pub fn table(json: Value, headings: &[&str], rows: Vec<Vec<String>>, empty: &str) -> Self {
		Self {
			json,
			lines: if rows.is_empty() {
				vec![empty.into()]
			} else {
				table(headings, rows)
			},
		}
	}
}

/// The last line of a command that changed a key file.
pub fn backup_reminder(name: &str) -> String {
	format!("the key file changed: make a new backup with salus key export {name} FILE")
}

/// Writes a line to standard error. Nobody can be told if that fails.
pub fn to_stderr(text: &str) {
	let _ = writeln!(io::stderr(), "{text}");
}

/// Tells the user something beside the result, on standard error.
pub fn note(text: &str, json: bool) {
	to_stderr(&match json {
		true => json!({ "note": text }).to_string(),
		false => format!("note: {text}"),
	});
}

fn table(headings: &[&str], rows: Vec<Vec<String>>) -> Vec<String> {
	Table::new(headings).lines(rows)
}

/// A table that is printed in parts. The first part decides how wide its columns are.
pub struct Table {
	headings: Vec<String>,
	widths: Vec<usize>,
}

impl Table {
	/// A table with these headings.
	pub fn new(headings: &[&str]) -> Self {
		Self {
			headings: headings.iter().map(|cell| cell.to_uppercase()).collect(),
			widths: Vec::new(),
		}
	}

	/// Whether a part was made.
	pub fn is_begun(&self) -> bool {
		!self.widths.is_empty()
	}

	/// The lines of the next rows, after the headings if they are the first.
	pub fn lines(&mut self, mut rows: Vec<Vec<String>>) -> Vec<String> {
		if !self.is_begun() {
			rows.insert(0, self.headings.clone());
			let width = |column: usize| {
				let cells = rows.iter().filter_map(|row| row.get(column));
				cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
			};
			self.widths = (0..self.headings.len()).map(width).collect();
		}
		rows.iter().map(|row| self.line(row)).collect()
	}

	fn line(&self, row: &[String]) -> String {
		let mut line = String::new();
		for (cell, width) in row.iter().zip(&self.widths) {
			line.push_str(cell);
			let gap = width.saturating_sub(cell.chars().count()) + 2;
			line.extend(std::iter::repeat_n(' ', gap));
		}
		line.trim_end().to_owned()
	}
}

/// A transaction's hash and block, as JSON.
pub fn transaction_json(included: &Included) -> Value {
	json!({ "transaction": hash(&included.hash), "block": hash(&included.block) })
}

/// One JSON object with the fields of both.
pub fn merged(mut first: Value, second: Value) -> Value {
	if let (Some(first), Value::Object(second)) = (first.as_object_mut(), second) {
		first.extend(second);
	}
	first
}

/// Prints an error with the next step. Returns its exit code.
pub fn report_error(error: &Error, json: bool) -> ExitCode {
	let (message, next) = (error.to_string(), error.next());
	let exit = exit_status(error.kind());
	let Some(sent) = error.sent().filter(|_| json) else {
		return report(exit, &message, next.as_deref(), error.code(), json);
	};
	// All that it takes to learn the fate.
	let value = json!({ "error": {
		"kind": exit.0, "exit": exit.1, "message": clean(&message), "next": next, "code": null,
		"transaction": sent.hash, "nonce": sent.nonce, "last_block": sent.last_block,
		"cids": sent.cids,
	} });
	to_stderr(&value.to_string());
	ExitCode::from(exit.1)
}

/// Prints why a command failed. `exit` is the failure's name and exit code, `chain_error` the
/// pallet's error, such as `Registry.NotFound`. Returns the exit code.
pub fn report(
	exit: (&str, u8),
	message: &str,
	next: Option<&str>,
	chain_error: Option<&str>,
	json: bool,
) -> ExitCode {
	let (name, code) = exit;
	let message = clean(message);
	let next = next.map(clean);
	if json {
		let value = json!({ "error": {
			"kind": name, "exit": code, "message": message, "next": next, "code": chain_error,
		} });
		to_stderr(&value.to_string());
	} else {
		to_stderr(&format!("salus: {message}"));
		if let Some(next) = next {
			to_stderr(&format!("  next: {next}"));
		}
	}
	ExitCode::from(code)
}

/// The name and exit code of a kind of error, as `salus --help` lists them.
pub fn exit_status(kind: Kind) -> (&'static str, u8) {
	match kind {
		Kind::Other => ("other", 1),
		Kind::Input => ("usage", 2),
		Kind::Refused => ("refused", 3),
		Kind::NotFound => ("not-found", 4),
		Kind::Verification => ("verification", 5),
		Kind::Ipfs => ("ipfs", 6),
		Kind::Connection => ("connection", 7),
		Kind::KeyFile => ("key-file", 8),
		Kind::Unknown => ("unknown-fate", 9),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_columns_of_a_table_are_aligned() {
		let rows = vec![
			vec!["1".into(), "ä".into(), "x".into()],
			vec!["22".into(), "bb".into()],
		];
		let lines = table(&["id", "name", "end"], rows);
		assert_eq!(lines, ["ID  NAME  END", "1   ä     x", "22  bb"]);
	}

	#[test]
	fn the_next_part_of_a_table_has_no_headings_and_the_same_columns() {
		let mut table = Table::new(&["id", "name"]);
		assert!(!table.is_begun());
		let first = table.lines(vec![vec!["100".into(), "a".into()]]);
		assert_eq!(first, ["ID   NAME", "100  a"]);
		let next = table.lines(vec![vec!["1".into(), "longer".into()]]);
		assert_eq!(next, ["1    longer"]);
	}
}
