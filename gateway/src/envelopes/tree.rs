//! The nodes over the leaves of an upload, read from its journal, and the block that holds its pin.

use std::io;

use salus_envelope::{CidBytes, Node, TreeBuilder, LEAF_LEN};
use salus_primitives::{Cid, Hash256};
use sha2::{Digest, Sha256};

use super::journal::UploadId;

/// Builds the nodes over leaves.
pub struct Nodes<I> {
	leaves: I,
	tree: TreeBuilder,
	left: u64,
}

/// What comes next.
pub enum Next<I> {
	/// Nodes that are full.
	Nodes(Vec<Node>, Nodes<I>),
	/// The last nodes, and the root's CID.
	Root(Vec<Node>, CidBytes),
	/// There is no leaf.
	Nothing,
}

impl<I: Iterator<Item = io::Result<Hash256>>> Nodes<I> {
	/// Over the leaves of an envelope of this size. All but the last are full.
	pub fn over(leaves: I, size: u64) -> Self {
		Self {
			leaves,
			tree: TreeBuilder::new(),
			left: size,
		}
	}

	/// The next nodes.
	///
	/// # Errors
	///
	/// A leaf cannot be read.
	pub fn next(mut self) -> io::Result<Next<I>> {
		for leaf in self.leaves.by_ref() {
			let len = self.left.min(LEAF_LEN as u64);
			self.left = self.left.saturating_sub(len);
			let full = self.tree.leaf(leaf?, len);
			if !full.is_empty() {
				return Ok(Next::Nodes(full, self));
			}
		}
		Ok(match self.tree.finish() {
			Some((root, nodes)) => Next::Root(nodes, root),
			None => Next::Nothing,
		})
	}

	/// The root's CID, without its nodes.
	///
	/// # Errors
	///
	/// A leaf cannot be read.
	pub fn root(self) -> io::Result<Option<CidBytes>> {
		let mut nodes = self;
		loop {
			match nodes.next()? {
				Next::Nodes(_, rest) => nodes = rest,
				Next::Root(_, root) => return Ok(Some(root)),
				Next::Nothing => return Ok(None),
			}
		}
	}
}

/// A block that links to an envelope, for one upload alone. The gateway pins this one, as a CID has
/// one pin: that of the envelope is for the worker of an authority that uses the same Kubo.
pub fn hold(envelope: &Cid, upload: UploadId) -> Node {
	// dag-pb: one link without a name, and data.
	let mut link = vec![0x0a, 36];
	link.extend(envelope.as_bytes());
	link.extend([0x12, 0, 0x18, 0]);
	let mut data = b"salus-gateway ".to_vec();
	data.extend(upload.0);
	let mut block = Vec::new();
	for (tag, bytes) in [(0x12, link), (0x0a, data)] {
		block.push(tag);
		// Both are shorter than 128 bytes.
		block.push(bytes.len() as u8);
		block.extend(bytes);
	}
	let cid = Cid::from_digest(true, Sha256::digest(&block).into());
	Node {
		cid: *cid.as_bytes(),
		block,
	}
}

/// The CID of a leaf, or of a part of leaves, as Kubo adds it.
pub fn cid_of(leaves: &[Hash256], size: u64) -> Option<Cid> {
	let leaves = leaves.iter().map(|leaf| Ok(*leaf));
	let root = Nodes::over(leaves, size).root().ok().flatten()?;
	Cid::from_bytes(&root).ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::envelopes::journal::{Header, Journal};
	use salus_client::ipfs::CidWriter;
	use salus_primitives::AccountId;
	use std::{cell::Cell, io::Write};

	const MIB: usize = LEAF_LEN;

	#[test]
	fn the_root_is_the_cid_of_the_bytes() {
		for len in [1, MIB - 1, MIB, MIB + 1, 5 * MIB + 64] {
			let bytes: Vec<u8> = (0..len).map(|place| (place / 251 + place) as u8).collect();
			let leaves: Vec<Hash256> = bytes
				.chunks(MIB)
				.map(|leaf| Sha256::digest(leaf).into())
				.collect();
			let mut writer = CidWriter::new();
			writer.write_all(&bytes).unwrap();
			assert_eq!(cid_of(&leaves, len as u64), Some(writer.finish()), "{len}");
		}
		assert_eq!(cid_of(&[], 0), None);
	}

	#[test]
	fn nodes_come_before_the_root_each_once() {
		let leaves = |count: u64| (0..count).map(|leaf| Ok([leaf as u8; 32]));
		for (count, levels) in [
			(1, vec![0]),
			(2, vec![1]),
			(1024, vec![1]),
			(1025, vec![1, 2]),
		] {
			let mut nodes = Nodes::over(leaves(count), count * MIB as u64);
			let mut found = Vec::new();
			let root = loop {
				match nodes.next().unwrap() {
					Next::Nodes(full, rest) => {
						found.push(full.len());
						nodes = rest;
					}
					Next::Root(last, root) => {
						assert!(last.last().is_none_or(|last| last.cid == root));
						found.push(last.len());
						break root;
					}
					Next::Nothing => panic!("no leaves"),
				}
			};
			assert_eq!(found, levels, "{count}");
			let again = Nodes::over(leaves(count), count * MIB as u64)
				.root()
				.unwrap();
			assert_eq!(again, Some(root));
		}
		let broken = [Err(io::Error::other("a disk"))].into_iter();
		assert!(Nodes::over(broken, 1).root().is_err());
	}

	/// The notes of 100 GB are 4 MB on the disk. In memory are a buffer of them, and two open nodes.
	#[test]
	fn the_tree_of_a_hundred_gigabytes_is_never_in_memory() {
		const LINKS: u64 = 1024;
		let size: u64 = 100_000_000_000 + 64;
		let count = size.div_ceil(MIB as u64);
		let folder = tempfile::tempdir().unwrap();
		let envelope = (Cid::from_digest(true, [1; 32]), size);
		let id = UploadId([9; 16]);
		let header = Header::new(AccountId::new([2; 32]), envelope, 0, [3; 32]);
		let mut journal = Journal::create(folder.path(), id, header).unwrap();
		let mut left = count;
		while left > 0 {
			let some = left.min(10 * LINKS);
			journal.append(&vec![[7; 32]; some as usize]).unwrap();
			left -= some;
		}
		drop(journal);
		let notes = std::fs::read_dir(folder.path()).unwrap();
		let bytes: u64 = notes
			.map(|note| note.unwrap().metadata().unwrap().len())
			.sum();
		assert!(bytes < 4_000_000, "{bytes} bytes of notes");

		let journal = Journal::open(folder.path(), id).unwrap();
		assert_eq!(journal.count(), count);
		let read = Cell::new(0);
		let leaves = journal
			.leaves()
			.unwrap()
			.inspect(|_| read.set(read.get() + 1));
		let mut nodes = Nodes::over(leaves, size);
		let mut full = 0;
		let root = loop {
			match nodes.next().unwrap() {
				Next::Nodes(some, rest) => {
					full += some.len() as u64;
					// It comes with the first leaf after it, and has at most 64 bytes for each of its own.
					assert_eq!((some.len(), read.get()), (1, full * LINKS + 1));
					assert!(some[0].block.len() < 64 * LINKS as usize);
					let open = rest.tree.clone().finish().unwrap().1;
					let open: usize = open.iter().map(|node| node.block.len()).sum();
					assert!(
						open < 64 * full as usize + 1024,
						"{open} bytes of open nodes"
					);
					nodes = rest;
				}
				Next::Root(last, root) => {
					full += last.len() as u64;
					break root;
				}
				Next::Nothing => panic!("no leaves"),
			}
		};
		assert_eq!((read.get(), full), (count, count.div_ceil(LINKS) + 1));
		let all = (0..count).map(|_| Ok([7; 32]));
		assert_eq!(Nodes::over(all, size).root().unwrap(), Some(root));
	}

	/// Bytes as Kubo's own encoder of dag-pb has them, and another one for each upload.
	#[test]
	fn the_holding_block_is_one_of_dag_pb() {
		let envelope = Cid::from_digest(true, [7; 32]);
		let node = hold(&envelope, UploadId([9; 16]));
		let link = format!("0a2401701220{}12001800", "07".repeat(32));
		let data = format!("{}{}", hex::encode("salus-gateway "), "09".repeat(16));
		assert_eq!(hex::encode(&node.block), format!("122a{link}0a1e{data}"));
		assert_ne!(node.cid, hold(&envelope, UploadId([8; 16])).cid);
		assert_eq!(node.cid[..4], [1, 0x70, 0x12, 0x20]);
	}
}
