//! Reading the inner nodes of an envelope's tree: dag-pb (ipld.io/specs/codecs/dag-pb) holding
//! UnixFS (specs.ipfs.tech/unixfs), as Kubo's profile `unixfs-v1-2025` makes them: leaves are raw
//! blocks of 1 MiB, inner nodes have up to 1,024 links and no bytes of the file.
//!
//! Everything here reads hostile bytes: no recursion, no allocation beyond the input's length.

use alloc::vec::Vec;
use salus_primitives::Cid;

/// Bytes of every leaf but the last.
pub const LEAF_LEN: u64 = 1 << 20;
/// Links of every inner node but the last of its level.
pub const FAN_OUT: u64 = 1024;
/// The longest inner node that is read. One with 1,024 links of ours has some 55 kB.
pub const MAX_INNER_LEN: u64 = 128 << 10;
/// The longest block that IPFS nodes exchange.
pub const MAX_BLOCK_LEN: u64 = 2 << 20;

/// How many blocks an envelope of some size may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
	/// Blocks with bytes of the envelope.
	pub leaves: u64,
	/// Blocks with links.
	pub inner: u64,
}

impl Budget {
	/// The blocks that the profile's chunker makes of an envelope of this size.
	pub fn of(size: u64) -> Self {
		let leaves = size.div_ceil(LEAF_LEN).max(1);
		let mut level = leaves;
		let mut inner: u64 = 0;
		while level > 1 {
			level = level.div_ceil(FAN_OUT);
			inner = inner.saturating_add(level);
		}
		Self { leaves, inner }
	}

	/// The most bytes of all blocks together.
	pub fn max_len(&self, size: u64) -> u64 {
		size.saturating_add(self.inner.saturating_mul(MAX_INNER_LEN))
	}
}

/// An inner node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
	/// Its children, in the file's order.
	pub links: Vec<Cid>,
	/// Bytes of the file below it, as it says.
	pub file_size: u64,
}

impl Inner {
	/// Reads a node. `None`: not an inner node of a file in the form described above.
	pub fn decode(block: &[u8]) -> Option<Self> {
		let mut links = Vec::new();
		let mut data = None;
		let mut fields = Fields(block);
		while let Some(field) = fields.next()? {
			match field {
				(1, Value::Bytes(bytes)) if data.is_none() => data = Some(bytes),
				(2, Value::Bytes(bytes)) => links.push(link(bytes)?),
				_ => return None,
			}
		}
		let count = u64::try_from(links.len()).ok()?;
		let (file_size, blocks) = unix_fs(data?)?;
		(count > 0 && count <= FAN_OUT && count == blocks).then_some(Self { links, file_size })
	}
}

/// PBLink: the child's CID (1), a name (2, empty in files), the bytes below it (3, not relied on).
fn link(bytes: &[u8]) -> Option<Cid> {
	let mut cid = None;
	let mut fields = Fields(bytes);
	while let Some(field) = fields.next()? {
		match field {
			(1, Value::Bytes(bytes)) if cid.is_none() => cid = Some(Cid::from_bytes(bytes).ok()?),
			(2, Value::Bytes([])) => {}
			(3, Value::Number(_)) => {}
			_ => return None,
		}
	}
	cid
}

/// UnixFS Data: type (1, 2 for a file), its own bytes (2, none in inner nodes), the file's size
/// (3), the size below each link (4), mode and time (7, 8). Gives the size and the count of links.
fn unix_fs(bytes: &[u8]) -> Option<(u64, u64)> {
	let (mut is_file, mut file_size) = (false, None);
	let (mut below, mut blocks) = (0u64, 0u64);
	let mut add = |size: u64| {
		below = below.checked_add(size)?;
		blocks = blocks.checked_add(1)?;
		Some(())
	};
	let mut fields = Fields(bytes);
	while let Some(field) = fields.next()? {
		match field {
			(1, Value::Number(2)) => is_file = true,
			(2, Value::Bytes([])) => {}
			(3, Value::Number(size)) => file_size = Some(size),
			(4, Value::Number(size)) => add(size)?,
			(4, Value::Bytes(packed)) => {
				let mut rest = Fields(packed);
				while !rest.0.is_empty() {
					add(rest.varint()?)?;
				}
			}
			(7, Value::Number(_)) | (8, Value::Bytes(_)) => {}
			_ => return None,
		}
	}
	(is_file && file_size == Some(below)).then_some((below, blocks))
}

/// The fields of a protobuf message.
struct Fields<'a>(&'a [u8]);

enum Value<'a> {
	Number(u64),
	Bytes(&'a [u8]),
}

impl<'a> Fields<'a> {
	/// `Some(None)` at the end. `None`: the rest is not a field of the two kinds in use.
	fn next(&mut self) -> Option<Option<(u64, Value<'a>)>> {
		if self.0.is_empty() {
			return Some(None);
		}
		let tag = self.varint()?;
		let value = match tag & 7 {
			0 => Value::Number(self.varint()?),
			2 => {
				let len = usize::try_from(self.varint()?).ok()?;
				let (bytes, rest) = self.0.split_at_checked(len)?;
				self.0 = rest;
				Value::Bytes(bytes)
			}
			_ => return None,
		};
		Some(Some((tag >> 3, value)))
	}

	fn varint(&mut self) -> Option<u64> {
		let mut number = 0u64;
		for shift in (0u32..64).step_by(7) {
			let (byte, rest) = self.0.split_first()?;
			self.0 = rest;
			let bits = u64::from(byte & 0x7f);
			// The tenth byte has room for one bit.
			if shift == 63 && bits > 1 {
				return None;
			}
			number |= bits.checked_shl(shift)?;
			if byte & 0x80 == 0 {
				return Some(number);
			}
		}
		None
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;

	fn varint(mut number: u64, out: &mut Vec<u8>) {
		while number > 0x7f {
			out.push(number as u8 | 0x80);
			number >>= 7;
		}
		out.push(number as u8);
	}

	fn bytes_field(field: u8, bytes: &[u8], out: &mut Vec<u8>) {
		out.push(field << 3 | 2);
		varint(bytes.len() as u64, out);
		out.extend(bytes);
	}

	fn number_field(field: u8, number: u64, out: &mut Vec<u8>) {
		out.push(field << 3);
		varint(number, out);
	}

	/// An inner node as Kubo writes it: links first, then data.
	pub fn encode(children: &[(Cid, u64)]) -> Vec<u8> {
		encode_with(children, children.iter().map(|(_, size)| size).sum(), 2)
	}

	pub fn encode_with(children: &[(Cid, u64)], file_size: u64, kind: u64) -> Vec<u8> {
		let mut out = Vec::new();
		let mut data = Vec::new();
		number_field(1, kind, &mut data);
		number_field(3, file_size, &mut data);
		for (cid, size) in children {
			let mut link = Vec::new();
			bytes_field(1, cid.as_bytes(), &mut link);
			bytes_field(2, b"", &mut link);
			number_field(3, *size, &mut link);
			bytes_field(2, &link, &mut out);
			number_field(4, *size, &mut data);
		}
		bytes_field(1, &data, &mut out);
		out
	}

	fn leaf(seed: u8) -> (Cid, u64) {
		(Cid::from_digest(false, [seed; 32]), 1 << 20)
	}

	#[test]
	fn the_budget_is_that_of_the_unixfs_profile() {
		let budget = |size| {
			let Budget { leaves, inner } = Budget::of(size);
			(leaves, inner)
		};
		assert_eq!(budget(0), (1, 0));
		assert_eq!(budget(1 << 20), (1, 0));
		assert_eq!(budget((1 << 20) + 1), (2, 1));
		assert_eq!(budget(1 << 30), (1024, 1));
		assert_eq!(budget((1 << 30) + 1), (1025, 3));
		assert_eq!(budget(1 << 40), (1 << 20, 1025));
		assert!(Budget::of(u64::MAX).max_len(u64::MAX) == u64::MAX);
	}

	#[test]
	fn inner_nodes_are_read() {
		let node = Inner::decode(&encode(&[leaf(1), leaf(2)])).unwrap();
		assert_eq!(node.file_size, 2 << 20);
		assert_eq!(node.links, [leaf(1).0, leaf(2).0]);
		// An inner node with every link used fits the bound.
		let full = encode(&vec![leaf(7); 1024]);
		assert!(full.len() as u64 <= MAX_INNER_LEN);
		assert_eq!(Inner::decode(&full).unwrap().links.len(), 1024);
	}

	#[test]
	fn other_nodes_are_refused() {
		let two = [leaf(1), leaf(2)];
		let good = encode(&two);
		// A directory, and a size that is not the sum of its parts.
		assert_eq!(Inner::decode(&encode_with(&two, 2 << 20, 1)), None);
		assert_eq!(Inner::decode(&encode_with(&two, 3 << 20, 2)), None);
		// Sizes that overflow.
		let huge = [(leaf(1).0, u64::MAX), (leaf(2).0, 2)];
		assert_eq!(Inner::decode(&encode_with(&huge, 1, 2)), None);
		// No links, one link too many, no data, data twice.
		assert_eq!(Inner::decode(&encode(&[])), None);
		assert_eq!(Inner::decode(&encode(&vec![leaf(7); 1025])), None);
		assert_eq!(Inner::decode(&[]), None);
		assert_eq!(Inner::decode(&[good.clone(), good.clone()].concat()), None);
		// A link to something that is not a SHA-256 raw or dag-pb CID.
		let mut other = good.clone();
		let at = other
			.windows(2)
			.position(|pair| pair == [0x12, 0x20])
			.unwrap();
		other[at] = 0x00;
		assert_eq!(Inner::decode(&other), None);
		// Cut anywhere.
		for len in 0..good.len() {
			assert_eq!(Inner::decode(&good[..len]), None, "{len}");
		}
	}

	proptest! {
		#[test]
		fn random_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
			let _ = Inner::decode(&bytes);
		}

		#[test]
		fn a_flipped_bit_does_not_panic(at in 0usize..200, bit in 0u8..8) {
			let mut node = encode(&[leaf(1), leaf(2), leaf(3)]);
			let at = at % node.len();
			node[at] ^= 1 << bit;
			if let Some(node) = Inner::decode(&node) {
				prop_assert!(node.links.len() as u64 <= FAN_OUT);
			}
		}
	}
}
