//! The tree of an envelope's blocks: built over its leaves, and the way from its CID to a leaf.

use sha2::{Digest, Sha256};

use crate::{check::Check, format::leaf_count, open::OpenError};

/// The bytes of a CID.
const CID_LEN: usize = 36;
/// The links of each node but the last of its level.
const LINKS: u64 = 1024;
/// The code of a raw block, a leaf.
pub(crate) const RAW: u8 = 0x55;
/// The code of a node.
pub(crate) const DAG_PB: u8 = 0x70;

/// The binary form of a CID.
pub type CidBytes = [u8; CID_LEN];

/// Finds a leaf, and checks each block on the way: its hash, and its place in the tree of an
/// envelope of this size. It fetches nothing: whoever uses it gets the blocks from somewhere.
///
/// ```
/// # use salus_envelope::{LeafPath, OpenError};
/// # fn fetch(cid: &[u8; 36]) -> Vec<u8> { unreachable!() }
/// # fn leaf(cid: &[u8; 36], size: u64, leaf: u64) -> Result<Vec<u8>, OpenError> {
/// let mut path = LeafPath::new(cid, size, leaf)?;
/// loop {
///     let block = fetch(path.next());
///     if let Some(leaf) = path.take(block)? {
///         return Ok(leaf);
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LeafPath {
	next: CidBytes,
	leaves: u64,
	leaf: u64,
	/// The level of the next block: 0 for the leaf.
	level: u32,
}

impl LeafPath {
	/// The way to the leaf of this number in an envelope with this CID and size on chain.
	pub fn new(cid: &[u8], size: u64, leaf: u64) -> Result<Self, OpenError> {
		let leaves = leaf_count(size);
		if leaf >= leaves {
			return Err(OpenError::Truncated);
		}
		let levels = (0..).take_while(|level| nodes(leaves, *level) > 1).count();
		let malformed = OpenError::Malformed(Check::Cid);
		let Ok(next) = cid.try_into() else {
			return Err(malformed);
		};
		let path = Self {
			next,
			leaves,
			leaf,
			level: levels as u32,
		};
		if path.names_a_block(&next) {
			Ok(path)
		} else {
			Err(malformed)
		}
	}

	/// The CID of the block to fetch next.
	pub fn next(&self) -> &CidBytes {
		&self.next
	}

	/// How many blocks are to be fetched, the leaf too.
	pub fn left(&self) -> u32 {
		self.level + 1
	}

	/// Checks the block of [`next`](Self::next). Returns it if it is the leaf.
	pub fn take(&mut self, block: Vec<u8>) -> Result<Option<Vec<u8>>, OpenError> {
		if Sha256::digest(&block)[..] != self.next[4..] {
			return Err(OpenError::WrongBlock);
		}
		let Some(below) = self.level.checked_sub(1) else {
			return Ok(Some(block));
		};
		// The hash is right, so whoever added the record made this node.
		let malformed = OpenError::Malformed(Check::Node);
		let Some(links) = links(&block) else {
			return Err(malformed);
		};
		self.level = below;
		let child = index(self.leaf, below);
		let first = child / LINKS * LINKS;
		let count = (nodes(self.leaves, below) - first).min(LINKS);
		let fits = links.len() as u64 == count && links.iter().all(|cid| self.names_a_block(cid));
		if !fits {
			return Err(malformed);
		}
		self.next = links[(child - first) as usize];
		Ok(None)
	}

	/// Whether this can be the CID of a block of the level.
	fn names_a_block(&self, cid: &CidBytes) -> bool {
		let codec = if self.level == 0 { RAW } else { DAG_PB };
		cid[..4] == [1, codec, 0x12, 0x20]
	}
}

/// A node of an envelope's tree, to be stored as a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
	/// Its CID.
	pub cid: CidBytes,
	/// Its bytes.
	pub block: Vec<u8>,
}

/// Builds the nodes above the leaves of an envelope. Memory holds the links of the open nodes only.
///
/// ```
/// use salus_envelope::TreeBuilder;
///
/// let mut tree = TreeBuilder::new();
/// assert!(tree.leaf([7; 32], 1 << 20).is_empty());
/// assert!(tree.leaf([8; 32], 64).is_empty());
/// let (root, nodes) = tree.finish().unwrap();
/// assert_eq!(nodes.len(), 1);
/// assert_eq!(nodes[0].cid, root);
/// ```
#[derive(Clone, Debug)]
pub struct TreeBuilder {
	/// The most links of a node.
	links: usize,
	/// The open node of each level; the first level holds leaves.
	levels: Vec<Vec<Child>>,
}

/// A child of a node.
#[derive(Clone, Copy, Debug)]
struct Child {
	cid: CidBytes,
	/// Bytes of the envelope below it.
	content: u64,
	/// Bytes of all blocks of its tree.
	blocks: u64,
}

impl Default for TreeBuilder {
	fn default() -> Self {
		Self::with_links(LINKS as usize)
	}
}

impl TreeBuilder {
	/// Begins the tree of an envelope.
	pub fn new() -> Self {
		Self::default()
	}

	/// Begins a tree whose nodes have at most so many links. An envelope's have 1,024.
	#[doc(hidden)]
	pub fn with_links(links: usize) -> Self {
		Self {
			links,
			levels: vec![Vec::new()],
		}
	}

	/// Adds the next leaf, by its SHA-256 and its length. Returns the nodes that were full before it,
	/// the lowest first: none, but for one leaf in 1,024.
	pub fn leaf(&mut self, hash: [u8; 32], len: u64) -> Vec<Node> {
		let mut full = Vec::new();
		let leaf = Child {
			cid: cid(RAW, hash),
			content: len,
			blocks: len,
		};
		self.push(0, leaf, &mut full);
		full
	}

	/// The root's CID, and the nodes that are not full yet, the root as the last. An envelope of one
	/// leaf has no node. `None`: there is no leaf.
	pub fn finish(mut self) -> Option<(CidBytes, Vec<Node>)> {
		let mut nodes = Vec::new();
		let mut level = 0;
		loop {
			let top = level + 1 == self.levels.len();
			match self.levels[level].as_slice() {
				[] => return None,
				[root] if top => return Some((root.cid, nodes)),
				_ => {}
			}
			let child = close(&std::mem::take(&mut self.levels[level]), &mut nodes);
			level += 1;
			self.push(level, child, &mut nodes);
		}
	}

	fn push(&mut self, level: usize, child: Child, nodes: &mut Vec<Node>) {
		if self.levels.len() == level {
			self.levels.push(Vec::new());
		}
		if self.levels[level].len() == self.links {
			let full = close(&std::mem::take(&mut self.levels[level]), nodes);
			self.push(level + 1, full, nodes);
		}
		self.levels[level].push(child);
	}
}

/// Makes the node of these children.
fn close(children: &[Child], nodes: &mut Vec<Node>) -> Child {
	let block = encode(children);
	let below: u64 = children.iter().map(|child| child.blocks).sum();
	let node = Child {
		cid: cid(DAG_PB, Sha256::digest(&block).into()),
		content: children.iter().map(|child| child.content).sum(),
		blocks: block.len() as u64 + below,
	};
	nodes.push(Node {
		cid: node.cid,
		block,
	});
	node
}

/// A node's bytes: dag-pb and UnixFS, as `docs/envelope.md` has them.
fn encode(children: &[Child]) -> Vec<u8> {
	let mut block = Vec::with_capacity(children.len() * 56 + 16);
	let content = children.iter().map(|child| child.content).sum();
	let mut data = vec![8, 2, 0x18];
	put_varint(content, &mut data);
	for child in children {
		let mut link = vec![0x0a, CID_LEN as u8];
		link.extend(child.cid);
		link.extend([0x12, 0, 0x18]);
		put_varint(child.blocks, &mut link);
		block.push(0x12);
		put_varint(link.len() as u64, &mut block);
		block.extend(link);
		data.push(0x20);
		put_varint(child.content, &mut data);
	}
	block.push(0x0a);
	put_varint(data.len() as u64, &mut block);
	block.extend(data);
	block
}

/// The CID of the block with this SHA-256.
fn cid(codec: u8, hash: [u8; 32]) -> CidBytes {
	let mut cid = [0; CID_LEN];
	cid[..4].copy_from_slice(&[1, codec, 0x12, 0x20]);
	cid[4..].copy_from_slice(&hash);
	cid
}

/// The number of a leaf, or of the node of a level above it.
fn index(leaf: u64, level: u32) -> u64 {
	leaf.checked_shr(10 * level).unwrap_or(0)
}

/// How many leaves there are, or nodes on a level above them.
fn nodes(leaves: u64, level: u32) -> u64 {
	index(leaves - 1, level) + 1
}

/// The links of a node, in the one form that `docs/envelope.md` gives.
fn links(mut block: &[u8]) -> Option<Vec<CidBytes>> {
	let mut links = Vec::new();
	while let Some(rest) = block.strip_prefix(&[0x12]) {
		let (link, rest) = bytes(rest)?;
		let (cid, size) = link.strip_prefix(&[0x0a, 36])?.split_first_chunk()?;
		let (_, end) = varint(size.strip_prefix(&[0x12, 0, 0x18])?)?;
		end.is_empty().then_some(())?;
		links.push(*cid);
		block = rest;
	}
	let (data, end) = bytes(block.strip_prefix(&[0x0a])?)?;
	let (_, mut sizes) = varint(data.strip_prefix(&[8, 2, 0x18])?)?;
	for _ in &links {
		sizes = varint(sizes.strip_prefix(&[0x20])?)?.1;
	}
	(end.is_empty() && sizes.is_empty()).then_some(links)
}

/// Bytes after their length, and what follows them.
fn bytes(from: &[u8]) -> Option<(&[u8], &[u8])> {
	let (len, rest) = varint(from)?;
	rest.split_at_checked(usize::try_from(len).ok()?)
}

/// A number, in as few bytes as it takes.
fn varint(from: &[u8]) -> Option<(u64, &[u8])> {
	let mut number = 0u64;
	for (place, byte) in from.iter().enumerate().take(9) {
		number |= u64::from(byte & 0x7f) << (7 * place);
		if byte & 0x80 == 0 {
			let fewest = place == 0 || *byte != 0;
			return fewest.then_some((number, &from[place + 1..]));
		}
	}
	None
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
	while number >= 0x80 {
		out.push(number as u8 | 0x80);
		number >>= 7;
	}
	out.push(number as u8);
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::LEAF_LEN;
	use std::collections::HashMap;

	const MIB: u64 = LEAF_LEN as u64;

	fn put(number: u64, out: &mut Vec<u8>) {
		let mut left = number;
		while left > 0x7f {
			out.push(left as u8 | 0x80);
			left >>= 7;
		}
		out.push(left as u8);
	}

	pub fn cid_of(codec: u8, block: &[u8]) -> CidBytes {
		let mut cid = [1, codec, 0x12, 0x20].to_vec();
		cid.extend(Sha256::digest(block));
		cid.try_into().unwrap()
	}

	/// A child: its CID, the envelope's bytes below it, the bytes of its blocks.
	pub type Child = (CidBytes, u64, u64);

	pub fn node(children: &[Child]) -> Vec<u8> {
		let mut block = Vec::new();
		let mut data = vec![8, 2, 0x18];
		put(children.iter().map(|child| child.1).sum(), &mut data);
		for (cid, size, blocks) in children {
			let mut link = vec![0x0a, 36];
			link.extend(cid);
			link.extend([0x12, 0, 0x18]);
			put(*blocks, &mut link);
			block.push(0x12);
			put(link.len() as u64, &mut block);
			block.extend(link);
			data.push(0x20);
			put(*size, &mut data);
		}
		block.push(0x0a);
		put(data.len() as u64, &mut block);
		block.extend(data);
		block
	}

	/// All blocks of a tree over these leaves, and the root. The leaves are said to be of `size`
	/// bytes together.
	pub fn tree(leaves: &[Vec<u8>], size: u64) -> (HashMap<CidBytes, Vec<u8>>, CidBytes) {
		let mut blocks = HashMap::new();
		let mut left = size;
		let mut level: Vec<Child> = Vec::new();
		for leaf in leaves {
			let cid = cid_of(RAW, leaf);
			blocks.insert(cid, leaf.clone());
			let len = left.min(MIB);
			left -= len;
			level.push((cid, len, len));
		}
		while level.len() > 1 {
			let above = above(&level);
			level = above.iter().map(|(child, _)| *child).collect();
			blocks.extend(above.into_iter().map(|(child, block)| (child.0, block)));
		}
		(blocks, level[0].0)
	}

	/// The nodes of the level above these children, and their blocks.
	pub fn above(level: &[Child]) -> Vec<(Child, Vec<u8>)> {
		let runs = level.chunks(LINKS as usize);
		runs.map(|children| {
			let block = node(children);
			let size = children.iter().map(|child| child.1).sum();
			let below: u64 = children.iter().map(|child| child.2).sum();
			let child = (cid_of(DAG_PB, &block), size, below + block.len() as u64);
			(child, block)
		})
		.collect()
	}

	fn small(count: u64) -> Vec<Vec<u8>> {
		(0..count).map(|leaf| leaf.to_le_bytes().to_vec()).collect()
	}

	fn walk(
		blocks: &HashMap<CidBytes, Vec<u8>>,
		root: &CidBytes,
		size: u64,
		leaf: u64,
	) -> Result<Vec<u8>, OpenError> {
		let mut path = LeafPath::new(root, size, leaf)?;
		loop {
			let left = path.left();
			if let Some(leaf) = path.take(blocks[path.next()].clone())? {
				assert_eq!(left, 1);
				return Ok(leaf);
			}
			assert_eq!(path.left(), left - 1);
		}
	}

	#[test]
	fn every_leaf_is_found() {
		for count in [1, 2, 3, 1023, 1024, 1025, 2048, 2049] {
			let leaves = small(count);
			for size in [(count - 1) * MIB + 64, count * MIB] {
				let (blocks, root) = tree(&leaves, size);
				for leaf in [0, 1, count / 2, 1023, 1024, count - 1] {
					if leaf < count {
						let found = walk(&blocks, &root, size, leaf).unwrap();
						assert_eq!(found, leaves[leaf as usize], "{leaf} of {count}");
					}
				}
				let beyond = walk(&blocks, &root, size, count).unwrap_err();
				assert_eq!(beyond.check(), Some(Check::SegmentLength));
			}
		}
	}

	/// The builder makes the same blocks as the tests' own.
	#[test]
	fn a_tree_is_built_from_the_hashes_of_its_leaves() {
		assert!(TreeBuilder::new().finish().is_none());
		for count in [1, 2, 1023, 1024, 1025, 2048, 2049] {
			let leaves = small(count);
			for size in [(count - 1) * MIB + 64, count * MIB] {
				let (mut blocks, root) = tree(&leaves, size);
				let mut built = TreeBuilder::new();
				let mut nodes = Vec::new();
				for (at, leaf) in (0..).zip(&leaves) {
					let len = (size - at * MIB).min(MIB);
					nodes.extend(built.leaf(Sha256::digest(leaf).into(), len));
				}
				let (found, rest) = built.finish().unwrap();
				nodes.extend(rest);
				assert_eq!(found, root, "{count}");
				assert!(nodes.last().is_none_or(|last| last.cid == root));
				blocks.retain(|cid, _| cid[1] == DAG_PB);
				assert_eq!(nodes.len(), blocks.len(), "{count}");
				assert!(nodes.iter().all(|node| blocks[&node.cid] == node.block));
			}
		}
	}

	/// Nodes of two links, so that all levels fill.
	#[test]
	fn each_node_comes_once_and_after_its_children() {
		for count in 1..40_u8 {
			let mut built = TreeBuilder::with_links(2);
			let mut nodes = Vec::new();
			for leaf in 0..count {
				nodes.extend(built.leaf([leaf; 32], MIB));
			}
			let (root, rest) = built.finish().unwrap();
			nodes.extend(rest);
			let mut known: Vec<_> = (0..count).map(|leaf| cid(RAW, [leaf; 32])).collect();
			for node in nodes {
				let children = links(&node.block).unwrap();
				assert!((1..=2).contains(&children.len()));
				assert!(children.iter().all(|child| known.contains(child)));
				assert!(!known.contains(&node.cid));
				known.push(node.cid);
			}
			assert_eq!(known.last(), Some(&root));
		}
	}

	#[test]
	fn a_leaf_of_256_mib_is_two_blocks_away() {
		let cid = cid_of(DAG_PB, b"");
		for (mib, blocks) in [(2, 2), (256, 2), (1024, 2), (1025, 3), (1 << 20, 3)] {
			assert_eq!(LeafPath::new(&cid, mib * MIB, 1).unwrap().left(), blocks);
		}
		let path = LeafPath::new(&cid, u64::MAX, 1 << 40).unwrap();
		assert_eq!(path.left(), 6);
	}

	fn refused(blocks: &HashMap<CidBytes, Vec<u8>>, root: &CidBytes, size: u64) -> Option<Check> {
		walk(blocks, root, size, 1).unwrap_err().check()
	}

	#[test]
	fn a_tree_of_another_shape_is_refused() {
		let size = 3 * MIB;
		let (mut blocks, root) = tree(&small(3), size);
		// More leaves or fewer than the size needs.
		for other in [2 * MIB, 3 * MIB + 1] {
			assert_eq!(refused(&blocks, &root, other), Some(Check::Node));
		}
		// The size of one leaf, or of a tree of two levels.
		let path = LeafPath::new(&root, MIB, 0).unwrap_err();
		assert_eq!(path.check(), Some(Check::Cid));
		assert_eq!(refused(&blocks, &root, 1025 * MIB), Some(Check::Node));
		// A node where a leaf belongs, and a leaf where a node does.
		let child = (root, MIB, MIB);
		let block = node(&[child, child, child]);
		let odd = cid_of(DAG_PB, &block);
		blocks.insert(odd, block);
		assert_eq!(refused(&blocks, &odd, size), Some(Check::Node));
		let raw = cid_of(RAW, b"");
		let found = LeafPath::new(&raw, size, 0).unwrap_err();
		assert_eq!(found.check(), Some(Check::Cid));
	}

	#[test]
	fn other_cids_are_refused() {
		let good = cid_of(RAW, b"");
		assert!(LeafPath::new(&good, 100, 0).is_ok());
		for (place, byte) in [(0, 0), (1, DAG_PB), (1, 0x71), (2, 0), (3, 0x1f)] {
			let mut other = good;
			other[place] = byte;
			let error = LeafPath::new(&other, 100, 0).unwrap_err();
			assert_eq!(error.check(), Some(Check::Cid));
		}
		for other in [&good[1..], &good[..35], &[&good[..], &[0]].concat(), &[]] {
			let error = LeafPath::new(other, 100, 0).unwrap_err();
			assert_eq!(error.check(), Some(Check::Cid));
		}
	}

	#[test]
	fn changed_blocks_are_refused() {
		let (blocks, root) = tree(&small(3), 3 * MIB);
		for bit in 0..blocks[&root].len() * 8 {
			let mut block = blocks[&root].clone();
			block[bit / 8] ^= 1 << (bit % 8);
			let error = LeafPath::new(&root, 3 * MIB, 1)
				.unwrap()
				.take(block)
				.unwrap_err();
			assert_eq!(error.check(), Some(Check::Block));
		}
		let mut path = LeafPath::new(&root, 3 * MIB, 1).unwrap();
		path.take(blocks[&root].clone()).unwrap();
		let error = path.take(small(3)[2].clone()).unwrap_err();
		assert_eq!(error.check(), Some(Check::Block));
	}

	/// Whoever adds a record chooses the blocks, and so their hashes.
	#[test]
	fn nodes_of_another_form_are_refused() {
		let leaf = (cid_of(RAW, b"x"), MIB, MIB);
		let good = node(&[leaf, leaf]);
		assert_eq!(links(&good), Some(vec![leaf.0, leaf.0]));
		for len in 0..good.len() {
			assert_eq!(links(&good[..len]), None, "{len}");
		}
		assert_eq!(links(&[&good[..], &[0]].concat()), None);
		assert_eq!(links(&[&good[..], &good].concat()), None);
		let data = good.len() - 17;
		assert_eq!(good[data], 0x0a);
		// A directory, a name in a link, data of its own.
		for (at, byte) in [(data + 3, 1), (41, 1), (data + 2, 0x12)] {
			let mut other = good.clone();
			other[at] = byte;
			assert_eq!(links(&other), None, "{at}");
		}
		assert_eq!(links(&[]), None);
		assert_eq!(varint(&[0xff; 20]), None);
		assert_eq!(varint(&[0x80, 1]), Some((128, &[][..])));
		assert_eq!(varint(&[0]), Some((0, &[][..])));
		for longer in [&[0x80, 0][..], &[0x81, 0], &[0x80, 0x80, 0]] {
			assert_eq!(varint(longer), None);
		}
	}

	proptest::proptest! {
		#[test]
		fn any_bytes_do_not_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
			let _ = links(&bytes);
		}
	}
}
