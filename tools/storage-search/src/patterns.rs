//! Searches for many texts at once, each in every encoding in which it may be stored.

use aho_corasick::AhoCorasick;
use serde::Serialize;
use std::io::{self, Read};

/// The minimum length of a text in bytes. A shorter one would be found by chance in random bytes.
pub const MIN_LEN: usize = 6;

/// How a text may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
	Utf8,
	Utf16Le,
	Utf16Be,
	/// The UTF-8 bytes as hexadecimal digits, all lower case or all upper case.
	Hex,
}

/// The texts to look for.
pub struct Patterns {
	texts: Vec<String>,
	/// The text's index and the encoding of each needle in the automaton.
	needles: Vec<(usize, Encoding)>,
	automaton: AhoCorasick,
	/// Length of the longest needle, in bytes.
	longest: usize,
}

impl Patterns {
	/// Takes one text from each line. Ignores empty and repeated lines. With `ignore_case`, A to Z
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
			return Err("there is no text to search for".into());
		}
		if let Some(short) = texts.iter().find(|text| text.len() < MIN_LEN) {
			return Err(format!(
				"{short:?} is too short and would be found by chance: give {MIN_LEN} bytes or more"
			));
		}
		let (mut needles, mut encoded) = (Vec::new(), Vec::new());
		for (index, text) in texts.iter().enumerate() {
			for (encoding, bytes) in encodings_of(text) {
				needles.push((index, encoding));
				encoded.push(bytes);
			}
		}
		let longest = encoded.iter().map(Vec::len).max().unwrap_or_default();
		let automaton = AhoCorasick::builder()
			.ascii_case_insensitive(ignore_case)
			.build(&encoded)
			.map_err(|error| format!("too many texts to search for at once: {error}"))?;
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

	/// Calls `found` with a text's index and encoding, for each match in `bytes`. Matches may
	/// overlap.
	pub fn search(&self, bytes: &[u8], found: impl FnMut(usize, Encoding)) {
		self.search_past(bytes, 0, found);
	}

	/// Does the same for a stream that may not fit into memory: reads `window` bytes at a time.
	/// Returns the number of bytes.
	pub fn search_stream(
		&self,
		mut stream: impl Read,
		window: usize,
		mut found: impl FnMut(usize, Encoding),
	) -> io::Result<u64> {
		let (mut buffer, mut total) = (Vec::new(), 0);
		loop {
			// The part kept of the previous window is too short to hold a whole match.
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

	/// Skips matches that end within the first `seen` bytes: these were reported before.
	fn search_past(&self, bytes: &[u8], seen: usize, mut found: impl FnMut(usize, Encoding)) {
		for place in self.automaton.find_overlapping_iter(bytes) {
			if place.end() > seen {
				let (text, encoding) = self.needles[place.pattern().as_usize()];
				found(text, encoding);
			}
		}
	}
}

fn encodings_of(text: &str) -> Vec<(Encoding, Vec<u8>)> {
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
