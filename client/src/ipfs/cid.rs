//! IPFS's CID of a file, computed as the file is written.
//!
//! The layout is Kubo's profile `unixfs-v1-2025`: CID version 1, SHA-256, raw leaves, chunks of
//! 1 MiB, a balanced tree with at most 1,024 links in a node (UnixFS and dag-pb, as specified at
//! <https://specs.ipfs.tech/unixfs/>). Memory holds only the links of the open nodes.

use salus_envelope::{TreeBuilder, LEAF_LEN};
use salus_primitives::Cid;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Computes the CID of the bytes that are written to it.
pub struct CidWriter {
	/// Bytes in a leaf.
	chunk: u64,
	leaf: Sha256,
	leaf_len: u64,
	len: u64,
	tree: TreeBuilder,
}

impl Default for CidWriter {
	fn default() -> Self {
		Self::with_layout(LEAF_LEN as u64, TreeBuilder::new())
	}
}

impl CidWriter {
	/// Creates a writer.
	pub fn new() -> Self {
		Self::default()
	}

	fn with_layout(chunk: u64, tree: TreeBuilder) -> Self {
		Self {
			chunk,
			leaf: Sha256::new(),
			leaf_len: 0,
			len: 0,
			tree,
		}
	}

	/// The number of bytes written.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Whether no byte was written.
	pub fn is_empty(&self) -> bool {
		self.len == 0
	}

	/// The CID of the written bytes.
	pub fn finish(mut self) -> Cid {
		if self.leaf_len > 0 || self.len == 0 {
			self.close_leaf();
		}
		let root = self.tree.finish().map(|(root, _)| root);
		let root = root.expect("there is a leaf");
		Cid::from_bytes(&root).expect("a tree's root has an envelope's CID")
	}

	fn close_leaf(&mut self) {
		let hash = self.leaf.finalize_reset().into();
		let len = std::mem::take(&mut self.leaf_len);
		// Who needs the nodes builds the tree.
		self.tree.leaf(hash, len);
	}
}

impl Write for CidWriter {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		let mut rest = bytes;
		while !rest.is_empty() {
			if self.leaf_len == self.chunk {
				self.close_leaf();
			}
			let room = usize::try_from(self.chunk - self.leaf_len).unwrap_or(usize::MAX);
			let (now, later) = rest.split_at(rest.len().min(room));
			self.leaf.update(now);
			self.leaf_len += now.len() as u64;
			self.len += now.len() as u64;
			rest = later;
		}
		Ok(bytes.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}

/// The root node of a file of a few leaves.
#[cfg(test)]
pub(super) fn root_of(file: &[u8]) -> Vec<u8> {
	let mut tree = TreeBuilder::new();
	for leaf in file.chunks(LEAF_LEN) {
		tree.leaf(Sha256::digest(leaf).into(), leaf.len() as u64);
	}
	let (_, mut nodes) = tree.finish().unwrap();
	nodes.pop().unwrap().block
}

/// Formats a CID in base 32 (`b…`), as IPFS tools print it.
pub fn to_base32(cid: &Cid) -> String {
	const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
	let mut text = String::from("b");
	let (mut bits, mut held) = (0u32, 0u32);
	for byte in cid.as_bytes() {
		bits = (bits << 8 | u32::from(*byte)) & 0xfff;
		held += 8;
		while held >= 5 {
			held -= 5;
			text.push(ALPHABET[(bits >> held & 31) as usize].into());
		}
	}
	if held > 0 {
		text.push(ALPHABET[(bits << (5 - held) & 31) as usize].into());
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;

	const CHUNK: u64 = LEAF_LEN as u64;
	const LINKS: usize = 1024;

	/// Bytes that differ from chunk to chunk.
	fn content(len: usize) -> Vec<u8> {
		let mut state = 1u32;
		let mut bytes = Vec::with_capacity(len + 4);
		while bytes.len() < len {
			state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
			bytes.extend(state.to_le_bytes());
		}
		bytes.truncate(len);
		bytes
	}

	fn cid(bytes: &[u8], chunk: u64, links: usize) -> String {
		let mut writer = CidWriter::with_layout(chunk, TreeBuilder::with_links(links));
		for piece in bytes.chunks(777) {
			writer.write_all(piece).unwrap();
		}
		assert_eq!(writer.len(), bytes.len() as u64);
		to_base32(&writer.finish())
	}

	/// The CIDs of Kubo 0.43.0 from `ipfs add --only-hash --cid-version=1 --raw-leaves
	/// --chunker=size-… --max-file-links=…`.
	const VECTORS: &[(usize, u64, usize, &str)] = &[
		(
			0,
			CHUNK,
			LINKS,
			"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
		),
		(
			1,
			CHUNK,
			LINKS,
			"bafkreifmvsdmbzqjzkig6yzlbyw2ztfsw56sfmdcd4qox3hbusbvxe7w6a",
		),
		(
			1048575,
			CHUNK,
			LINKS,
			"bafkreic5povvrftut6wycyq3wrxlbkn5y3ktz6dg3ecnkokpbralhricju",
		),
		(
			1048576,
			CHUNK,
			LINKS,
			"bafkreib47m5akaokdltww7josogdfqde3ul5frjepcdddg25rhmuj2sega",
		),
		(
			1048577,
			CHUNK,
			LINKS,
			"bafybeicagyvo4njydrgg7nvuicv6ozlrus4n4jyolo3lgrspa6jgwngki4",
		),
		(
			2097152,
			CHUNK,
			LINKS,
			"bafybeigmc7o5f2ej4epimp7dj6modic53pmtu5mt2o2m5fa72cl6gx52oy",
		),
		(
			5242897,
			CHUNK,
			LINKS,
			"bafybeigqyywjs6fdf3pncu3f2ne7espfnxc6zn272pxnbujnrdmx5d55ku",
		),
		(
			3072,
			1024,
			3,
			"bafybeidahmornv2ddf3pznyqzwqg67oya7awqlc2pjl7hwjtkugaznueie",
		),
		(
			3073,
			1024,
			3,
			"bafybeicplnq4xofmvvyexud6cwks3fhzmmxruzsbzijka4cyxoern2nxqy",
		),
		(
			9216,
			1024,
			3,
			"bafybeicftxymi44kzulcavuvusozh7jfmjkg6s7ewgwxdvddf5ohjqvw6m",
		),
		(
			9217,
			1024,
			3,
			"bafybeiczlgwwecpmikjgiyxe6tz5fmwxsbo3fvd5kf534ifu6bflx3amvi",
		),
		(
			27649,
			1024,
			3,
			"bafybeiczmk4ml77cff7n7je574w6feitmcae3ewsbltxwy3ba2v3k3tfeu",
		),
		(
			30000,
			1024,
			3,
			"bafybeiglbvyfwfdcnh2cefkqbni2heqsztvcdoxxph4xo525af6r65yc7u",
		),
	];

	#[test]
	fn a_cid_is_the_same_as_kubos() {
		assert!(!VECTORS.is_empty());
		for (len, chunk, links, expected) in VECTORS {
			assert_eq!(
				&cid(&content(*len), *chunk, *links),
				expected,
				"{len} {chunk} {links}"
			);
		}
	}

	#[test]
	fn a_changed_byte_changes_the_cid() {
		let mut bytes = content(5000);
		let before = cid(&bytes, 1024, 3);
		bytes[4999] ^= 1;
		assert_ne!(cid(&bytes, 1024, 3), before);
	}
}
