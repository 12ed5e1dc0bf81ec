//! The vectors of blocks, and of single leaves that are read through them.

use std::collections::BTreeMap;

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::{
	vectors::{check as compare, stored},
	*,
};
use crate::{
	format::TAG_LEN,
	tree::{
		tests::{above, cid_of, node, tree, Child},
		DAG_PB, RAW,
	},
	CidBytes, LeafPath, LeafReader, Part, FIRST_LEAF_CAPACITY,
};

const MIB: u64 = LEAF_LEN as u64;
/// The document of the vector of a long envelope.
const LONG: usize = 2_090_000;

/// Blocks by the CID under which they are found.
type Blocks = BTreeMap<Vec<u8>, Vec<u8>>;

/// Reads a leaf as docs/envelope.md says: the way to the leaf, then that to the first one.
fn read(cid: &[u8], size: u64, leaf: u64, blocks: &Blocks) -> Result<Part, OpenError> {
	let bytes = fetch(cid, size, leaf, blocks)?.1;
	let first = fetch(cid, size, 0, blocks)?.1;
	LeafReader::new(&first, size, &key())?.open(leaf, &bytes)
}

/// A leaf, and the CIDs on the way to it.
fn fetch(
	cid: &[u8],
	size: u64,
	leaf: u64,
	blocks: &Blocks,
) -> Result<(Vec<CidBytes>, Vec<u8>), OpenError> {
	let mut path = LeafPath::new(cid, size, leaf)?;
	let mut way = Vec::new();
	loop {
		let next = *path.next();
		way.push(next);
		if let Some(leaf) = path.take(blocks[&next[..]].clone())? {
			return Ok((way, leaf));
		}
	}
}

fn long() -> Vec<u8> {
	let plain: Vec<_> = (0..LONG).map(|at| (at % 251) as u8).collect();
	sealed_with_nonce(&plain, &NONCE).0
}

/// The blocks of an envelope, and its CID.
fn blocks(envelope: &[u8]) -> (Blocks, CidBytes) {
	let leaves: Vec<_> = envelope.chunks(LEAF_LEN).map(<[u8]>::to_vec).collect();
	let (blocks, cid) = tree(&leaves, envelope.len() as u64);
	let blocks = blocks.into_iter().map(|(cid, block)| (cid.to_vec(), block));
	(blocks.collect(), cid)
}

#[test]
fn blocks_match_the_vectors() {
	let short = hex::decode(stored("envelope.json")["envelope"].as_str().unwrap()).unwrap();
	let (short_blocks, short_cid) = blocks(&short);
	let part = read(&short_cid, short.len() as u64, 0, &short_blocks).unwrap();
	assert!(part.bytes == vectors::PLAIN && part.start == 0 && part.ends);

	let long = long();
	let (blocks, cid) = blocks(&long);
	let size = long.len() as u64;
	let parts: Vec<_> = (0..3)
		.map(|leaf| {
			let (way, _) = fetch(&cid, size, leaf, &blocks).unwrap();
			let part = read(&cid, size, leaf, &blocks).unwrap();
			let way: Vec<_> = way.iter().map(hex::encode).collect();
			json!({
				"leaf": leaf,
				"way": way,
				"start": part.start,
				"length": part.bytes.len(),
				"sha256": hex::encode(Sha256::digest(&part.bytes)),
				"ends": part.ends,
			})
		})
		.collect();
	compare(
		"blocks.json",
		json!({
			"short": {
				"envelope": "that of envelope.json",
				"size": short.len(),
				"cid": hex::encode(short_cid),
			},
			"long": {
				"envelope": "that of long_envelope.json",
				"size": size,
				"cid": hex::encode(cid),
				"root": hex::encode(&blocks[&cid[..]]),
				"parts": parts,
			},
			"trees": trees(),
		}),
	);
}

/// The nodes of trees over many leaves. Only the hashes of these leaves are there.
fn trees() -> Vec<Value> {
	let sizes = [MIB + 1, 1024 * MIB, 1024 * MIB + 64, 1_048_577 * MIB];
	let levels = |size: u64| {
		let mut left = size;
		let mut level: Vec<Child> = Vec::new();
		while left > 0 {
			let len = left.min(MIB);
			left -= len;
			let leaf = (level.len() as u64).to_le_bytes();
			level.push((cid_of(RAW, &leaf), len, len));
		}
		let mut levels = Vec::new();
		while level.len() > 1 {
			level = above(&level).into_iter().map(|(child, _)| child).collect();
			let cids: Vec<_> = level.iter().map(|child| hex::encode(child.0)).collect();
			// The first and the last: with all leaves below them, they hold for the others.
			let shown = [cids[0].clone(), cids[cids.len() - 1].clone()];
			levels.push(json!({ "nodes": cids.len(), "first": shown[0], "last": shown[1] }));
		}
		levels
	};
	let trees = sizes.map(|size| json!({ "size": size, "levels": levels(size) }));
	trees.into()
}

/// Cases of parts that are refused.
struct Cases(Vec<Value>);

impl Cases {
	fn add(
		&mut self,
		what: &str,
		check: Check,
		(cid, size, leaf): (&[u8], u64, u64),
		blocks: &[(&[u8], &[u8])],
	) {
		let all = blocks
			.iter()
			.map(|(cid, block)| (cid.to_vec(), block.to_vec()));
		let all: Blocks = all.collect();
		let found = read(cid, size, leaf, &all).map_err(|error| error.check().unwrap().name());
		assert_eq!(found.err(), Some(check.name()), "{what}");
		let all: BTreeMap<_, _> = all
			.iter()
			.map(|(cid, block)| (hex::encode(cid), hex::encode(block)))
			.collect();
		self.0.push(json!({
			"what": what,
			"check": check.name(),
			"cid": hex::encode(cid),
			"size": size,
			"leaf": leaf,
			"blocks": all,
		}));
	}
}

/// A short last leaf behind a first one of which there is only the header.
struct Short {
	first: Vec<u8>,
	last: Vec<u8>,
}

const LAST: u64 = 2;

impl Short {
	/// The last leaf has this plaintext.
	fn new(plaintext: &[u8]) -> Self {
		Self::sealed(plaintext, LAST, true)
	}

	fn sealed(plaintext: &[u8], number: u64, last: bool) -> Self {
		let first = header(&NONCE);
		let mut segment = Segment {
			number,
			last,
			data: [&[7; IV_LEN][..], plaintext].concat(),
			opened: Ok(()),
		};
		Cipher::new(&key(), &NONCE, &first).seal(core::slice::from_mut(&mut segment));
		Self {
			first: first.to_vec(),
			last: segment.data,
		}
	}

	fn size(&self) -> u64 {
		LAST * MIB + self.last.len() as u64
	}

	/// The root, and the CIDs of first and last leaf.
	fn root(&self) -> (Vec<u8>, CidBytes, CidBytes) {
		let (first, last) = (cid_of(RAW, &self.first), cid_of(RAW, &self.last));
		let other = cid_of(RAW, b"a leaf that nobody reads");
		let len = self.last.len() as u64;
		let block = node(&[(first, MIB, MIB), (other, MIB, MIB), (last, len, len)]);
		(block, first, last)
	}

	fn refused(&self, cases: &mut Cases, what: &str, check: Check) {
		self.refused_with_size(cases, what, check, self.size());
	}

	fn refused_with_size(&self, cases: &mut Cases, what: &str, check: Check, size: u64) {
		let (block, first, last) = self.root();
		let root = cid_of(DAG_PB, &block);
		let blocks = [
			(&root[..], &block[..]),
			(&first[..], &self.first[..]),
			(&last[..], &self.last[..]),
		];
		cases.add(what, check, (&root, size, LAST), &blocks);
	}
}

#[test]
fn parts_are_refused_as_the_vectors_say() {
	let plaintext = [&4u32.to_le_bytes()[..], b"part and zeros\0\0"].concat();
	let good = Short::new(&plaintext);
	let (block, first, last) = good.root();
	let root = cid_of(DAG_PB, &block);
	let all: Blocks = [(root, &block), (first, &good.first), (last, &good.last)]
		.map(|(cid, block)| (cid.to_vec(), block.clone()))
		.into();
	let part = read(&root, good.size(), LAST, &all).unwrap();
	assert_eq!((&part.bytes[..], part.ends), (&b"part"[..], true));
	let mut cases = Cases(Vec::new());
	cids(&mut cases, &root, good.size());
	hashes(&mut cases, &good);
	nodes(&mut cases, &good);
	deep_nodes(&mut cases);
	leaves(&mut cases, &good, &plaintext);
	let all: BTreeMap<_, _> = all
		.iter()
		.map(|(cid, block)| (hex::encode(cid), hex::encode(block)))
		.collect();
	compare(
		"refused_parts.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"good": {
				"cid": hex::encode(root),
				"size": good.size(),
				"leaf": LAST,
				"blocks": all,
				"start": part.start,
				"part": hex::encode(&part.bytes),
			},
			"cases": cases.0,
		}),
	);
}

fn cids(cases: &mut Cases, root: &CidBytes, size: u64) {
	let with = |at: usize, value: u8| {
		let mut other = *root;
		other[at] = value;
		other
	};
	for (what, cid) in [
		("a CID of version 0", &root[2..]),
		("a CID without its last byte", &root[..35]),
		("a byte after the CID", &[&root[..], &[0]].concat()[..]),
		("version 2", &with(0, 2)[..]),
		("the codec of a leaf", &with(1, RAW)[..]),
		("another codec", &with(1, 0x71)[..]),
		("another hash", &with(2, 0x1b)[..]),
		("a shorter hash", &with(3, 0x1f)[..]),
	] {
		cases.add(what, Check::Cid, (cid, size, LAST), &[]);
	}
	let one = "the codec of a node for an envelope of one leaf";
	cases.add(one, Check::Cid, (root, MIB, 0), &[]);
}

/// Blocks whose bytes are other ones than the CID says.
fn hashes(cases: &mut Cases, good: &Short) {
	let (block, first, last) = good.root();
	let root = cid_of(DAG_PB, &block);
	let flipped = |block: &[u8]| {
		let mut other = block.to_vec();
		other[block.len() / 2] ^= 1;
		other
	};
	let (other_block, other_first, other_last) =
		(flipped(&block), flipped(&good.first), flipped(&good.last));
	let at = (&root[..], good.size(), LAST);
	let of = |root_block, first_block, last_block| {
		[
			(&root[..], root_block),
			(&first[..], first_block),
			(&last[..], last_block),
		]
	};
	for (what, blocks) in [
		(
			"another root",
			of(&other_block[..], &good.first[..], &good.last[..]),
		),
		("another leaf", of(&block, &good.first, &other_last)),
		("another first leaf", of(&block, &other_first, &good.last)),
		(
			"the first leaf in place of the last",
			of(&block, &good.first, &good.first),
		),
		(
			"nothing in place of the root",
			of(&[], &good.first, &good.last),
		),
	] {
		cases.add(what, Check::Block, at, &blocks);
	}
}

/// Roots with a right hash, of another form.
fn nodes(cases: &mut Cases, good: &Short) {
	let (block, first, last) = good.root();
	let len = good.last.len() as u64;
	let mut case = |what: &str, block: &[u8]| {
		let root = cid_of(DAG_PB, block);
		let blocks = [
			(&root[..], block),
			(&first[..], &good.first[..]),
			(&last[..], &good.last[..]),
		];
		cases.add(what, Check::Node, (&root, good.size(), LAST), &blocks);
	};
	let leaf = (first, MIB, MIB);
	let end = (last, len, len);
	case("nothing", &[]);
	case("text", b"a node");
	case("too few links", &node(&[leaf, end]));
	case("too many links", &node(&[leaf, leaf, leaf, end]));
	let of_node = (cid_of(DAG_PB, b""), MIB, MIB);
	case("a node in place of a leaf", &node(&[leaf, of_node, end]));
	case("a byte after the node", &[&block[..], &[0]].concat());
	case("a node without its last byte", &block[..block.len() - 1]);
	case("two nodes", &[&block[..], &block].concat());

	let ends = link_ends(&block);
	let (links, data) = block.split_at(ends[2]);
	case("data before links", &[data, links].concat());
	case("no data", links);
	case("data twice", &[links, data, data].concat());
	let with = |at: usize, value: u8| {
		let mut other = block.clone();
		other[at] = value;
		other
	};
	let at = links.len();
	case("a directory", &with(at + 3, 1));
	case("a raw UnixFS node", &with(at + 3, 0));
	case("bytes of its own", &with(at + 4, 0x12));
	case(
		"another field in place of a size",
		&with(block.len() - 2, 0x28),
	);
	let len = data[1];
	case("a byte more as the length of data", &with(at + 1, len + 1));
	case("a byte less as the length of data", &with(at + 1, len - 1));
	let last_size = &data[data.len() - 2..];
	let more = [links, &[0x0a, len + 2], &data[2..], last_size].concat();
	case("a size too many", &more);
	let fewer = [links, &[0x0a, len - 2], &data[2..data.len() - 2]].concat();
	case("a size too few", &fewer);
	// In the first link.
	let link = &links[..ends[0]];
	assert_eq!(link[..4], [0x12, (ends[0] - 2) as u8, 0x0a, 36]);
	let rest = &block[ends[0]..];
	let first_link = |content: &[u8]| {
		let len = [0x12, content.len() as u8];
		[&len[..], content, rest].concat()
	};
	let (hash, name_and_size) = link[2..].split_at(38);
	assert_eq!(name_and_size[..3], [0x12, 0, 0x18]);
	case(
		"a link with a name",
		&first_link(&[hash, &[0x12, 1, b'x'], &name_and_size[2..]].concat()),
	);
	case(
		"a link without a name",
		&first_link(&[hash, &name_and_size[2..]].concat()),
	);
	case(
		"a link without a size",
		&first_link(&[hash, &name_and_size[..2]].concat()),
	);
	case(
		"a link of a CID of version 0",
		&first_link(&[&[0x0a, 34][..], &hash[4..], name_and_size].concat()),
	);
	let mut longer = name_and_size.to_vec();
	*longer.last_mut().unwrap() |= 0x80;
	longer.push(0);
	case(
		"a size in more bytes than it needs",
		&first_link(&[hash, &longer].concat()),
	);
	case(
		"a byte after the size of a link",
		&first_link(&[hash, name_and_size, &[0]].concat()),
	);
	case("a byte more as the length of a link", &with(1, link[1] + 1));
	case("a byte less as the length of a link", &with(1, link[1] - 1));
	let long_length = [&[0x12, link[1] | 0x80, 0][..], &link[2..], rest].concat();
	case("a length in more bytes than it needs", &long_length);
	let endless = [&name_and_size[..3], &[0xff; 9], &[1]].concat();
	case(
		"a size of ten bytes",
		&first_link(&[hash, &endless].concat()),
	);
}

/// Where each link of a node of short links ends.
fn link_ends(block: &[u8]) -> Vec<usize> {
	let mut ends = Vec::new();
	let mut at = 0;
	while block[at] == 0x12 {
		at += 2 + usize::from(block[at + 1]);
		ends.push(at);
	}
	ends
}

/// Trees of two levels: the last of 1,025 leaves is alone below its node.
fn deep_nodes(cases: &mut Cases) {
	let leaf = cid_of(RAW, b"the last leaf");
	let child = (leaf, 64, 64);
	let full = (cid_of(DAG_PB, b"1,024 leaves"), 1024 * MIB, 1024 * MIB);
	let mut case = |what: &str, below: &[u8], codec: u8| {
		let end = (cid_of(codec, below), 64, 64);
		let block = node(&[full, end]);
		let root = cid_of(DAG_PB, &block);
		let blocks = [(&root[..], &block[..]), (&end.0[..], below)];
		cases.add(what, Check::Node, (&root, 1024 * MIB + 64, 1024), &blocks);
	};
	case("a leaf in place of a node", b"the last leaf", RAW);
	case(
		"two leaves below a node of one",
		&node(&[child, child]),
		DAG_PB,
	);
	case("no leaf below a node", &node(&[]), DAG_PB);
	let inner = (cid_of(DAG_PB, b""), 64, 64);
	case("a level more", &node(&[inner]), DAG_PB);
	// A tree whose root has the leaves' links, as one of a level less.
	let block = node(&[child, child]);
	let root = cid_of(DAG_PB, &block);
	cases.add(
		"a level less",
		Check::Node,
		(&root, 1024 * MIB + 64, 1024),
		&[(&root[..], &block[..])],
	);
}

/// Leaves that the chain names, and that do not open.
fn leaves(cases: &mut Cases, good: &Short, plaintext: &[u8]) {
	let changed = |at: usize, value: u8| {
		let mut first = good.first.clone();
		first[at] = value;
		let last = good.last.clone();
		Short { first, last }
	};
	for (what, at, check) in [
		("another magic", 0, Check::Magic),
		("version 2", 8, Check::Version),
		("suite 2", 10, Check::Suite),
		("another nonce", 12, Check::Tag),
		("a reserved byte", 47, Check::Reserved),
	] {
		changed(at, 2).refused(cases, what, check);
	}
	let short = Short {
		first: good.first[..47].to_vec(),
		last: good.last.clone(),
	};
	short.refused(cases, "a first leaf of 47 bytes", Check::Magic);
	for (what, more) in [("16 bytes more on chain", 16), ("a byte more on chain", 1)] {
		good.refused_with_size(cases, what, Check::SegmentLength, good.size() + more);
	}
	good.refused_with_size(
		cases,
		"a byte less on chain",
		Check::SegmentLength,
		good.size() - 1,
	);
	let cut = |len: usize| Short {
		first: good.first.clone(),
		last: good.last[..len].to_vec(),
	};
	let len = good.last.len();
	for len in [48, 65, len - 1] {
		let what = format!("a leaf of {len} bytes, as on chain");
		cut(len).refused(cases, &what, Check::SegmentLength);
	}
	cut(len - 16).refused(cases, "a leaf without its last block", Check::Tag);
	let other = Short::sealed(plaintext, LAST - 1, true);
	other.refused(cases, "another segment's number", Check::Tag);
	let other = Short::sealed(plaintext, LAST, false);
	other.refused(cases, "a last leaf without its mark", Check::Tag);
	let mut tag = Short::new(plaintext);
	let at = tag.last.len() - TAG_LEN;
	tag.last[at] ^= 1;
	tag.refused(cases, "another tag", Check::Tag);
	let empty = Short::new(&[0; COUNT_LEN]);
	empty.refused(cases, "a leaf without payload", Check::SegmentPadding);
	let mut over = plaintext.to_vec();
	over[0] = (plaintext.len() - COUNT_LEN + 1) as u8;
	Short::new(&over).refused(cases, "a count over the payload", Check::Count);
}

/// Every bit of a short envelope and of its root, by way of its blocks.
#[test]
fn any_flipped_bit_of_a_block_is_refused() {
	let good = Short::new(b"\x04\0\0\0part and zeros");
	let (block, first, last) = good.root();
	let root = cid_of(DAG_PB, &block);
	let all: Blocks = [(root, &block), (first, &good.first), (last, &good.last)]
		.map(|(cid, block)| (cid.to_vec(), block.clone()))
		.into();
	assert!(read(&root, good.size(), LAST, &all).is_ok());
	for (cid, block) in &all {
		for bit in 0..block.len() * 8 {
			let mut changed = all.clone();
			changed.get_mut(cid).unwrap()[bit / 8] ^= 1 << (bit % 8);
			let error = read(&root, good.size(), LAST, &changed).unwrap_err();
			assert_eq!(error.check(), Some(Check::Block), "bit {bit}");
		}
	}
}

/// Leaves of a long envelope in other places of its tree: the hashes of all blocks are right.
#[test]
fn leaves_in_another_order_are_refused() {
	let long = long();
	let own: Vec<_> = long.chunks(LEAF_LEN).map(<[u8]>::to_vec).collect();
	let size = long.len() as u64;
	for order in [[1, 0, 2], [0, 0, 2], [1, 1, 2], [0, 2, 1], [2, 1, 0]] {
		let leaves = order.map(|at: usize| own[at].clone());
		let (blocks, cid) = tree(&leaves, size);
		let blocks: Blocks = blocks
			.into_iter()
			.map(|(cid, block)| (cid.to_vec(), block))
			.collect();
		for (leaf, from) in order.into_iter().enumerate() {
			let found = read(&cid, size, leaf as u64, &blocks);
			let check = found.as_ref().err().and_then(OpenError::check);
			let expected = match (order[0], leaf == from) {
				(0, true) => None,
				(0, false) if (leaf == 2) != (from == 2) => Some(Check::SegmentLength),
				(0, false) => Some(Check::Tag),
				// The first leaf has no header.
				_ => Some(Check::Magic),
			};
			assert_eq!(check, expected, "{order:?}, {leaf}");
			if let Ok(part) = found {
				assert_eq!(part.start == 0, leaf == 0);
				assert!(leaf > 0 || part.bytes.len() == FIRST_LEAF_CAPACITY);
			}
		}
	}
}
