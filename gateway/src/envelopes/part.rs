//! A part of an upload, as it arrives: in a file without a name, with the hashes of its leaves.

use std::{
	fs::File,
	io::{self, Write},
	path::Path,
};

use salus_envelope::{HEADER_LEN, LEAF_LEN};
use salus_primitives::Hash256;
use sha2::{Digest, Sha256};

use super::tus::{Checksum, Summing};

/// The most bytes of a part: whole leaves.
pub const MAX_PART: u64 = 16 * LEAF_LEN as u64;

/// A part that arrives.
pub struct Part {
	file: File,
	len: u64,
	leaf: Sha256,
	/// How many bytes of the leaf have arrived.
	in_leaf: usize,
	leaves: Vec<Hash256>,
	start: Vec<u8>,
	sum: Option<Summing>,
}

/// A part that has arrived.
pub struct Arrived {
	/// Its bytes. Leaves that are not whole are at the end.
	pub file: File,
	/// The SHA-256 of each whole leaf.
	pub leaves: Vec<Hash256>,
	/// The SHA-256 and the length of what is left after the last whole leaf.
	pub rest: Option<(Hash256, usize)>,
	/// Its first bytes: those of a header, if there are so many.
	pub start: Vec<u8>,
	/// Whether it has its checksum, or has none to have.
	pub is_right: bool,
}

impl Part {
	/// Nothing has arrived. The file is in this folder.
	///
	/// # Errors
	///
	/// The folder cannot be written.
	pub fn new(folder: &Path, checksum: Option<&Checksum>) -> io::Result<Self> {
		Ok(Self {
			file: tempfile::tempfile_in(folder)?,
			len: 0,
			leaf: Sha256::new(),
			in_leaf: 0,
			leaves: Vec::new(),
			start: Vec::new(),
			sum: checksum.map(Checksum::begin),
		})
	}

	/// How many bytes have arrived.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Takes the next bytes.
	///
	/// # Errors
	///
	/// The disk is full, or fails.
	pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
		self.file.write_all(bytes)?;
		let missing = HEADER_LEN.saturating_sub(self.start.len());
		self.start.extend(bytes.iter().take(missing));
		if let Some(sum) = &mut self.sum {
			sum.update(bytes);
		}
		let mut rest = bytes;
		while !rest.is_empty() {
			let room = LEAF_LEN.saturating_sub(self.in_leaf);
			let (now, later) = rest.split_at(rest.len().min(room));
			self.leaf.update(now);
			self.in_leaf = self.in_leaf.saturating_add(now.len());
			if self.in_leaf == LEAF_LEN {
				self.leaves.push(self.leaf.finalize_reset().into());
				self.in_leaf = 0;
			}
			rest = later;
		}
		self.len = self.len.saturating_add(bytes.len() as u64);
		Ok(())
	}

	/// All has arrived that comes.
	pub fn finish(self) -> Arrived {
		let rest = (self.in_leaf > 0).then(|| (self.leaf.finalize().into(), self.in_leaf));
		Arrived {
			file: self.file,
			leaves: self.leaves,
			rest,
			start: self.start,
			is_right: self.sum.is_none_or(Summing::is_right),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::io::{Read, Seek};

	fn arrive(bytes: &[u8], piece: usize, checksum: Option<Checksum>) -> Arrived {
		let folder = tempfile::tempdir().unwrap();
		let mut part = Part::new(folder.path(), checksum.as_ref()).unwrap();
		for piece in bytes.chunks(piece) {
			part.write(piece).unwrap();
		}
		assert_eq!(part.len(), bytes.len() as u64);
		// Nothing is left of it if the gateway is killed.
		assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
		part.finish()
	}

	fn content(len: usize) -> Vec<u8> {
		(0..len).map(|place| (place / 251 + place) as u8).collect()
	}

	#[test]
	fn a_part_is_cut_into_leaves_however_it_arrives() {
		for len in [
			0,
			1,
			47,
			48,
			LEAF_LEN - 1,
			LEAF_LEN,
			LEAF_LEN + 1,
			3 * LEAF_LEN + 5,
		] {
			let bytes = content(len);
			for piece in [1000, LEAF_LEN, LEAF_LEN + 1, 10 * LEAF_LEN] {
				let mut arrived = arrive(&bytes, piece, None);
				let (whole, rest) = bytes.split_at(len / LEAF_LEN * LEAF_LEN);
				let hash = |leaf: &[u8]| Hash256::from(Sha256::digest(leaf));
				let leaves: Vec<_> = whole.chunks(LEAF_LEN).map(hash).collect();
				assert_eq!(arrived.leaves, leaves);
				let rest = (!rest.is_empty()).then(|| (hash(rest), rest.len()));
				assert_eq!(arrived.rest, rest);
				assert_eq!(arrived.start, bytes[..len.min(HEADER_LEN)]);
				assert!(arrived.is_right);
				let mut stored = Vec::new();
				arrived.file.rewind().unwrap();
				arrived.file.read_to_end(&mut stored).unwrap();
				assert!(stored == bytes);
			}
		}
	}

	#[test]
	fn one_flipped_bit_is_found() {
		let mut bytes = content(LEAF_LEN + 100);
		let sum = Checksum::Sha256(Sha256::digest(&bytes).into());
		assert!(arrive(&bytes, 999, Some(sum.clone())).is_right);
		for place in [0, LEAF_LEN, LEAF_LEN + 99] {
			bytes[place] ^= 0x10;
			assert!(!arrive(&bytes, 999, Some(sum.clone())).is_right);
			bytes[place] ^= 0x10;
		}
		assert!(!arrive(&bytes[1..], 999, Some(sum)).is_right);
	}
}
