//! The leaves of an envelope, checked as they arrive in CARs.

use super::car::{CarPiece, CarPieces};
use bytes::Bytes;
use salus_envelope::{CidBytes, LeafPath, OpenError};
use salus_primitives::Cid;
use std::{collections::HashMap, ops::RangeInclusive};

/// Checks each block of a CAR against an envelope's CID and size, and gives out the leaves in their
/// order. A transfer that is cut goes on with another CAR, from [`next`](Self::next) on. Memory
/// holds one block, and the nodes.
#[derive(Debug)]
pub struct ArrivingLeaves {
	cid: CidBytes,
	size: u64,
	path: Option<LeafPath>,
	next: u64,
	last: u64,
	nodes: HashMap<CidBytes, Vec<u8>>,
	pieces: CarPieces,
	/// The block that arrives, and how many bytes of it are to come.
	block: Vec<u8>,
	left: usize,
	/// Whether it is a node that is known.
	known: bool,
}

impl ArrivingLeaves {
	/// Awaits these leaves of an envelope.
	///
	/// # Errors
	///
	/// The envelope has no such leaf, or this is no envelope's CID.
	pub fn new(cid: &Cid, size: u64, leaves: RangeInclusive<u64>) -> Result<Self, OpenError> {
		let (next, last) = leaves.into_inner();
		LeafPath::new(cid.as_bytes(), size, last)?;
		Ok(Self {
			cid: *cid.as_bytes(),
			size,
			path: Some(LeafPath::new(cid.as_bytes(), size, next)?),
			next,
			last,
			nodes: HashMap::new(),
			pieces: CarPieces::default(),
			block: Vec::new(),
			left: 0,
			known: false,
		})
	}

	/// The number of the leaf that comes next. `None`: all have arrived.
	pub fn next(&self) -> Option<u64> {
		(self.next <= self.last).then_some(self.next)
	}

	/// Another CAR begins, with the next leaf. What arrived of a block is forgotten.
	pub fn resume(&mut self) {
		self.pieces = CarPieces::default();
		self.block.clear();
		self.left = 0;
	}

	/// Takes the next bytes of the CAR off the start of `bytes`, until a leaf is whole. Returns the
	/// leaf. `None`: more bytes are needed, or all leaves have arrived.
	///
	/// # Errors
	///
	/// These are not the blocks of this envelope. Nothing more can be taken.
	pub fn take(&mut self, bytes: &mut Bytes) -> Result<Option<Vec<u8>>, OpenError> {
		loop {
			let piece = self.pieces.next(bytes);
			match piece.map_err(|_| OpenError::WrongBlock)? {
				None => return Ok(None),
				Some(CarPiece::Block(cid, len)) => {
					self.known = self.nodes.contains_key(&cid);
					if !self.known && self.awaits()? != Some(cid) {
						return Err(OpenError::WrongBlock);
					}
					self.block.reserve(len);
					self.left = len;
				}
				Some(CarPiece::Data(data)) => {
					if !self.known {
						self.block.extend(&data);
					}
					self.left = self.left.saturating_sub(data.len());
				}
			}
			if self.left == 0 && !self.known {
				if let Some(leaf) = self.close()? {
					return Ok(Some(leaf));
				}
			}
		}
	}

	/// The CID of the block that comes next.
	fn awaits(&mut self) -> Result<Option<CidBytes>, OpenError> {
		let Some(path) = &mut self.path else {
			return Ok(None);
		};
		// Nodes come once, but for those that another CAR has again.
		while let Some(node) = self.nodes.get(path.next()) {
			path.take(node.clone())?;
		}
		Ok(Some(*path.next()))
	}

	/// Checks the block that has arrived.
	fn close(&mut self) -> Result<Option<Vec<u8>>, OpenError> {
		let block = std::mem::take(&mut self.block);
		let path = self.path.as_mut().ok_or(OpenError::WrongBlock)?;
		let name = *path.next();
		let node = (path.left() > 1).then(|| block.clone());
		match path.take(block)? {
			// Only blocks whose hash is right are kept.
			None => {
				self.nodes.extend(node.map(|node| (name, node)));
				Ok(None)
			}
			Some(leaf) => {
				self.next = self.next.saturating_add(1);
				self.path = match self.next() {
					Some(next) => Some(LeafPath::new(&self.cid, self.size, next)?),
					None => None,
				};
				Ok(Some(leaf))
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::ipfs::{car_block, car_header};
	use salus_envelope::{TreeBuilder, LEAF_LEN};
	use sha2::{Digest, Sha256};

	const SIZE: u64 = 3 * LEAF_LEN as u64 + 100;

	fn leaf(number: u64) -> Vec<u8> {
		let len = (SIZE - number * LEAF_LEN as u64).min(LEAF_LEN as u64);
		vec![number as u8; len as usize]
	}

	/// The blocks of the envelope: the root, then the leaves.
	fn blocks() -> Vec<(CidBytes, Vec<u8>)> {
		let mut tree = TreeBuilder::new();
		let mut leaves = Vec::new();
		for number in 0..4 {
			let leaf = leaf(number);
			let hash = Sha256::digest(&leaf).into();
			tree.leaf(hash, leaf.len() as u64);
			leaves.push((*Cid::from_digest(false, hash).as_bytes(), leaf));
		}
		let (root, mut nodes) = tree.finish().unwrap();
		leaves.insert(0, (root, nodes.pop().unwrap().block));
		leaves
	}

	fn root() -> Cid {
		Cid::from_bytes(&blocks()[0].0).unwrap()
	}

	fn car(blocks: &[(CidBytes, Vec<u8>)]) -> Vec<u8> {
		let mut car = car_header(&root());
		for (cid, block) in blocks {
			car.extend(car_block(cid, block.len()));
			car.extend(block);
		}
		car
	}

	/// Takes all of a CAR that arrives in pieces.
	fn arrive(
		leaves: &mut ArrivingLeaves,
		car: &[u8],
		piece: usize,
	) -> Result<Vec<Vec<u8>>, OpenError> {
		let mut found = Vec::new();
		for piece in car.chunks(piece) {
			let mut piece = Bytes::copy_from_slice(piece);
			while let Some(leaf) = leaves.take(&mut piece)? {
				found.push(leaf);
			}
		}
		Ok(found)
	}

	fn of(range: RangeInclusive<u64>) -> ArrivingLeaves {
		ArrivingLeaves::new(&root(), SIZE, range).unwrap()
	}

	#[test]
	fn leaves_come_in_order_however_they_arrive() {
		let all = blocks();
		for piece in [1000, LEAF_LEN, 10 * LEAF_LEN] {
			let mut leaves = of(0..=3);
			let found = arrive(&mut leaves, &car(&all), piece).unwrap();
			assert!(found == (0..4).map(leaf).collect::<Vec<_>>());
			assert_eq!(leaves.next(), None);
		}
		let mut some = of(1..=2);
		let part = [&all[..1], &all[2..4]].concat();
		assert!(arrive(&mut some, &car(&part), 5000).unwrap() == [leaf(1), leaf(2)]);
		assert!(ArrivingLeaves::new(&root(), SIZE, 0..=4).is_err());
	}

	/// The next CAR has the nodes again.
	#[test]
	fn a_cut_transfer_goes_on_at_its_leaf() {
		let all = blocks();
		let whole = car(&all);
		for cut in [
			0,
			1,
			50,
			300,
			LEAF_LEN,
			LEAF_LEN + 300,
			2 * LEAF_LEN + 600,
			whole.len() - 1,
		] {
			let mut leaves = of(0..=3);
			let mut found = arrive(&mut leaves, &whole[..cut], 7000).unwrap();
			let next = leaves.next().unwrap() as usize;
			leaves.resume();
			let rest = [&all[..1], &all[1 + next..]].concat();
			found.extend(arrive(&mut leaves, &car(&rest), 7000).unwrap());
			assert!(found == (0..4).map(leaf).collect::<Vec<_>>(), "{cut}");
			assert_eq!(leaves.next(), None);
		}
	}

	#[test]
	fn other_blocks_are_refused() {
		let all = blocks();
		let wrong = |blocks: &[(CidBytes, Vec<u8>)]| {
			let error = arrive(&mut of(0..=3), &car(blocks), 5000).unwrap_err();
			assert!(matches!(error, OpenError::WrongBlock), "{error}");
		};
		// Leaves swapped, or left out; no node.
		wrong(&[all[0].clone(), all[2].clone()]);
		wrong(&all[1..]);
		// A flipped bit, in a node and in a leaf; a leaf that is shorter.
		for block in [0, 2] {
			let mut flipped = all.clone();
			flipped[block].1[60] ^= 1;
			wrong(&flipped);
		}
		let mut short = all.clone();
		short[1].1.pop();
		wrong(&short);
		// More than was asked for.
		wrong(&[&all[..], &all[1..2]].concat());
		// Not a CAR.
		let mut leaves = of(0..=3);
		assert!(arrive(&mut leaves, &[0; 100], 9).is_err());
	}
}
