//! Many texts looked for at once, each in all the forms in which it may be stored.

use aho_corasick::AhoCorasick;
use serde::Serialize;
use std::io::{self, Read};

/// A text of fewer bytes would be found by chance in random bytes.
pub const MIN_LEN: usize = 6;

/// A form in which a text may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
	Utf8,
	Utf16Le,
	Utf16Be,
	/// The UTF-8 bytes as hexadecimal digits, small or capital ones all through.
	Hex,
}

/// The texts to look for.
pub struct Patterns {
	texts: Vec<String>,
	/// What each needle of the automaton stands for: the index of a text, and the form.
	needles: Vec<(usize, Encoding)>,
	automaton: AhoCorasick,
	/// Length of the longest needle, in bytes.
	longest: usize,
}

impl Patterns {
	/// One text a line; empty lines and repeated ones count for nothing. With `ignore_case`, A to Z
	/// match a to z.
	pub fn from_lines(lines: &str, ignore_case: bool) -> Result<Self, String> {
		let mut texts: Vec<String> = lines
			.lines()
			.filter(|line| !line.trim().is_empty())
			.map(Into::into)
			.collect();
		texts.sort();
		texts.dedup();
		if texts.is_empty() {
			return Err("there is no text to look for".into());
		}
		if let Some(short) = texts.iter().find(|text| text.len() < MIN_LEN) {
			return Err(format!(
				"{short:?} would be found by chance: give {MIN_LEN} bytes or more"
			));
		}
		let (mut needles, mut forms) = (Vec::new(), Vec::new());
		for (index, text) in texts.iter().enumerate() {
			for (encoding, form) in forms_of(text) {
				needles.push((index, encoding));
				forms.push(form);
			}
		}
		let longest = forms.iter().map(Vec::len).max().unwrap_or_default();
		let automaton = AhoCorasick::builder()
			.ascii_case_insensitive(ignore_case)
			.build(&forms)
			.map_err(|error| format!("too much to look for at once: {error}"))?;
		Ok(Self {
			texts,
			needles,
			automaton,
			longest,
		})
	}

	pub fn texts(&self) -> &[String] {
		&self.texts
	}

	/// Calls `found` with a text's index and its form, at each place where it stands in `bytes`;
	/// places may overlap.
	pub fn search(&self, bytes: &[u8], found: impl FnMut(usize, Encoding)) {
		self.search_past(bytes, 0, found);
	}

	/// The same for what may not fit into memory: reads `window` bytes at a time. Says how many
	/// bytes there were.
	pub fn search_stream(
		&self,
		mut stream: impl Read,
		window: usize,
		mut found: impl FnMut(usize, Encoding),
	) -> io::Result<u64> {
		let (mut buffer, mut total) = (Vec::new(), 0);
		loop {
			// What is kept of the window before is too short for a match of its own.
			let kept = buffer.len().min(self.longest.saturating_sub(1));
			buffer.drain(..buffer.len() - kept);
			let read = stream
				.by_ref()
				.take(window as u64)
				.read_to_end(&mut buffer)?;
			if read == 0 {
				return Ok(total);
			}
			total += read as u64;
			self.search_past(&buffer, kept, &mut found);
		}
	}

	/// Matches that end within the first `seen` bytes were told before.
	fn search_past(&self, bytes: &[u8], seen: usize, mut found: impl FnMut(usize, Encoding)) {
		for place in self.automaton.find_overlapping_iter(bytes) {
			if place.end() > seen {
				let (text, encoding) = self.needles[place.pattern().as_usize()];
				found(text, encoding);
			}
		}
	}
}

fn forms_of(text: &str) -> Vec<(Encoding, Vec<u8>)> {
	let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
	vec![
		(Encoding::Utf8, text.as_bytes().to_vec()),
		(
			Encoding::Utf16Le,
			text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
		),
		(
			Encoding::Utf16Be,
			text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
		),
		(Encoding::Hex, hex.to_uppercase().into_bytes()),
		(Encoding::Hex, hex.into_bytes()),
	]
}
