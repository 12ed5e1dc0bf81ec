//! Single leaves of an envelope.

use crate::{
	cipher::{Cipher, Segment},
	format::{leaf_count, leaf_start, parse_header, HEADER_LEN, LEAF_LEN},
	open::{contents, OpenError},
	RecordKey,
};

/// Opens single leaves of an envelope, without the others.
///
/// It proves less than [`open`](crate::open). Every reader of the record knows the keys of the
/// segments, so a leaf that opens is not proof of its author. **Check the leaf's bytes against the
/// record's CID first**, through the nodes of its tree: then the chain names these bytes, and they
/// are as trustworthy as the chain. Only [`open`](crate::open) checks the author's signature, as it
/// covers the whole document.
pub struct LeafReader {
	cipher: Cipher,
	header: [u8; HEADER_LEN],
	size: u64,
}

/// What a leaf holds of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
	/// The place of the first byte in the document. Says nothing if the part is empty.
	pub start: u64,
	/// The bytes of the document.
	pub bytes: Vec<u8>,
	/// Whether the document ends in this leaf or before it.
	pub ends: bool,
}

impl LeafReader {
	/// A reader of the envelope that begins with this leaf, and has `size` bytes on chain.
	pub fn new(first_leaf: &[u8], size: u64, key: &RecordKey) -> Result<Self, OpenError> {
		let header = first_leaf
			.first_chunk::<HEADER_LEN>()
			.ok_or(OpenError::NotAnEnvelope)?;
		Ok(Self {
			cipher: Cipher::new(key, parse_header(header)?, header),
			header: *header,
			size,
		})
	}

	/// How many leaves the envelope has.
	pub fn leaves(&self) -> u64 {
		leaf_count(self.size)
	}

	/// Checks and decrypts the leaf of this number, from 0.
	pub fn open(&self, leaf: u64, bytes: &[u8]) -> Result<Part, OpenError> {
		let before = leaf.checked_mul(LEAF_LEN as u64);
		let left = before.and_then(|before| self.size.checked_sub(before));
		let fits = left.is_some_and(|left| left.min(LEAF_LEN as u64) == bytes.len() as u64);
		let start = leaf_start(leaf).filter(|_| fits);
		let start = start.ok_or(OpenError::Truncated)?;
		let data = match leaf {
			0 => bytes
				.strip_prefix(&self.header)
				.ok_or(OpenError::Damaged { segment: 0 })?,
			_ => bytes,
		};
		let mut segment = Segment {
			number: leaf,
			last: leaf + 1 == self.leaves(),
			data: data.to_vec(),
			opened: Ok(()),
		};
		self.cipher.open(core::slice::from_mut(&mut segment));
		let (document, rest) = contents(&segment)?;
		Ok(Part {
			start,
			bytes: document.to_vec(),
			ends: !rest.is_empty(),
		})
	}
}
