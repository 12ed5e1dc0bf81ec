//! One envelope: pinning it with Kubo, and checking its blocks.

use alloc::{collections::BTreeSet, vec::Vec};
use core::{cmp::Ordering, fmt};

use salus_primitives::Cid;

use super::notes::LONGEST_PAUSE;
use crate::{
	dag::{Budget, Inner, FAN_OUT, LEAF_LEN, MAX_BLOCK_LEN, MAX_INNER_LEN},
	kubo::{node_time, Blocks, Error, Kubo},
};

/// The most milliseconds that any call to Kubo may take.
pub const MAX_CALL_TIME: u64 = 30_000;

/// The leaves that are read at each check of a pin.
const SAMPLES: usize = 4;

/// Why an envelope is not pinned for now.
#[derive(Debug)]
pub enum Failure {
	/// Kubo failed, or did not answer in time.
	Kubo(Error),
	/// A block is missing right after pinning, or Kubo has no pin.
	Incomplete,
	/// Kubo says another size of all blocks than they should have. Nothing proves it.
	WrongSize,
	/// A block is longer than the record's size allows, or there are too many. The blocks with
	/// their hashes prove it.
	TooLarge,
	/// The tree is not an envelope. The blocks with their hashes prove it.
	NotAnEnvelope,
}

impl Failure {
	/// The first pause before a retry and the longest one, in milliseconds.
	pub fn pauses(&self) -> (u64, u64) {
		match self {
			// Kubo keeps the blocks that it fetched, so the next try may complete them.
			Self::Kubo(Error::Timeout) | Self::Incomplete => (5_000, 120_000),
			Self::Kubo(_) | Self::WrongSize => (10_000, 300_000),
			// The bytes of a CID never change.
			Self::TooLarge | Self::NotAnEnvelope => (6 * 3_600_000, LONGEST_PAUSE),
		}
	}

	/// The advice to an operator.
	pub fn advice(&self) -> &'static str {
		match self {
			Self::Kubo(_) | Self::Incomplete => {
				"If this goes on, check that Kubo is connected to a node that has the envelope, \
				 and that its disk is not full."
			}
			Self::WrongSize => "If this goes on, check Kubo and its disk.",
			Self::TooLarge | Self::NotAnEnvelope => {
				"No action is needed on this node: the record is wrong."
			}
		}
	}
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Kubo(error) => error.fmt(f),
			Self::Incomplete => f.write_str("blocks are missing"),
			Self::WrongSize => f.write_str("Kubo says that its blocks have another size"),
			Self::TooLarge => f.write_str("it is larger than the record says"),
			Self::NotAnEnvelope => f.write_str("the CID is not that of an envelope"),
		}
	}
}

impl From<Error> for Failure {
	fn from(error: Error) -> Self {
		Self::Kubo(error)
	}
}

/// The state of a pin after a recheck.
pub enum Rechecked {
	/// Kubo has all blocks and keeps them.
	Kept,
	/// Kubo does not keep the envelope.
	Lost(Failure),
}

/// The envelope of a record, and the Kubo that pins it.
pub struct Envelope<'a> {
	pub kubo: &'a Kubo<'a>,
	pub cid: Cid,
	/// The bytes of the envelope, as the record says.
	pub size: u64,
	/// The first bytes of every envelope.
	pub magic: &'static [u8],
}

impl Envelope<'_> {
	/// Checks the tree, has Kubo pin it, and checks what Kubo has.
	pub fn pin(&self) -> Result<(), Failure> {
		self.check_tree()?;
		self.kubo.pin(&self.cid, time_limit(self.size))?;
		let checked = self.check_blocks();
		if matches!(checked, Err(Failure::TooLarge | Failure::NotAnEnvelope)) {
			self.kubo.unpin(&self.cid)?;
		}
		checked?;
		self.kubo
			.is_pinned(&self.cid)?
			.then_some(())
			.ok_or(Failure::Incomplete)
	}

	/// Checks that Kubo still has all blocks. Pins the envelope again if Kubo no longer keeps it.
	pub fn recheck(&self) -> Result<Rechecked, Failure> {
		match self.check_blocks() {
			Ok(()) if self.kubo.is_pinned(&self.cid)? => Ok(Rechecked::Kept),
			Ok(()) => self.pin().map(|()| Rechecked::Kept),
			// A pin is given up on proof alone.
			Err(proven @ (Failure::TooLarge | Failure::NotAnEnvelope)) => {
				self.kubo.unpin(&self.cid)?;
				Ok(Rechecked::Lost(proven))
			}
			Err(Failure::Incomplete) => Ok(Rechecked::Lost(Failure::Incomplete)),
			Err(failure) => Err(failure),
		}
	}

	/// Checks that Kubo has all blocks, by its word, and some random ones by their hashes.
	fn check_blocks(&self) -> Result<(), Failure> {
		let blocks = self.kubo.blocks(&self.cid, time_limit(self.size))?;
		let Blocks::Complete(len) = blocks else {
			return Err(Failure::Incomplete);
		};
		let end = node_time().saturating_add(MAX_CALL_TIME);
		let leaves = Budget::of(self.size).leaves;
		let random = sp_io::offchain::random_seed();
		let samples = usize::try_from(leaves).unwrap_or(SAMPLES).min(SAMPLES);
		for bytes in random.chunks_exact(8).take(samples) {
			let random = bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
			self.check_leaf(random.checked_rem(leaves).unwrap_or_default(), end)?;
		}
		// After the samples, as those can prove what is wrong.
		let fits = (self.size..=Budget::of(self.size).max_len(self.size)).contains(&len);
		fits.then_some(()).ok_or(Failure::WrongSize)
	}

	/// Reads the leaf at this place of the file, with the nodes above it, from Kubo's own disk.
	/// Checks their hashes and the leaf's length.
	fn check_leaf(&self, place: u64, end: u64) -> Result<(), Failure> {
		let leaves = Budget::of(self.size).leaves;
		let mut below = 1u64;
		while below < leaves {
			below = below.saturating_mul(FAN_OUT);
		}
		let (mut cid, mut left) = (self.cid, place);
		while below > 1 {
			below = below.checked_div(FAN_OUT).unwrap_or_default();
			let node = Inner::decode(&self.stored(&cid, end)?).ok_or(Failure::NotAnEnvelope)?;
			let child = left.checked_div(below).unwrap_or_default();
			left = left.checked_rem(below).unwrap_or_default();
			let child = usize::try_from(child)
				.ok()
				.and_then(|child| node.links.get(child));
			cid = *child.ok_or(Failure::NotAnEnvelope)?;
		}
		if cid.is_dag_pb() {
			return Err(Failure::NotAnEnvelope);
		}
		let before = place.saturating_mul(LEAF_LEN);
		let expected = self.size.saturating_sub(before).min(LEAF_LEN);
		let found = u64::try_from(self.stored(&cid, end)?.len()).unwrap_or(u64::MAX);
		match found.cmp(&expected) {
			Ordering::Less => Err(Failure::NotAnEnvelope),
			Ordering::Equal => Ok(()),
			Ordering::Greater => Err(Failure::TooLarge),
		}
	}

	/// A block from Kubo's own disk, before `end`.
	fn stored(&self, cid: &Cid, end: u64) -> Result<Vec<u8>, Failure> {
		if node_time() > end {
			return Err(Error::Timeout.into());
		}
		self.kubo.stored_block(cid)?.ok_or(Failure::Incomplete)
	}

	/// Reads the inner nodes and the first block. This comes before pinning, as a tree can be far
	/// larger than its root says. And what is refused before has no pin to remove: something else
	/// may have pinned the envelope in the same Kubo.
	fn check_tree(&self) -> Result<(), Failure> {
		let end = node_time().saturating_add(time_limit(self.size));
		let budget = Budget::of(self.size);
		let (mut leaves, mut inner) = (0u64, 0u64);
		// The first leaf in the file's order, as the leftmost path is read first.
		let mut first = None;
		let mut open = Vec::new();
		// An envelope never repeats a part: each segment has a different IV.
		let mut seen = BTreeSet::new();
		if self.cid.is_dag_pb() {
			open.push(self.cid);
		} else {
			leaves = 1;
			first = Some(self.cid);
		}
		while let Some(node) = open.pop() {
			if node_time() > end {
				return Err(Error::Timeout.into());
			}
			inner = inner.saturating_add(1);
			let waiting = u64::try_from(open.len()).unwrap_or(u64::MAX);
			if inner.saturating_add(waiting) > budget.inner {
				return Err(Failure::TooLarge);
			}
			if !seen.insert(node) {
				return Err(Failure::NotAnEnvelope);
			}
			let block = self.read(&node, MAX_INNER_LEN)?;
			let read = Inner::decode(&block).ok_or(Failure::NotAnEnvelope)?;
			if inner == 1 && read.file_size != self.size {
				return Err(Failure::TooLarge);
			}
			if first.is_none() {
				first = read.links.first().copied().filter(|link| !link.is_dag_pb());
			}
			for link in read.links.into_iter().rev() {
				if link.is_dag_pb() {
					open.push(link);
				} else {
					leaves = leaves.saturating_add(1);
				}
			}
			if leaves > budget.leaves {
				return Err(Failure::TooLarge);
			}
		}
		let first = self.read(
			&first.ok_or(Failure::NotAnEnvelope)?,
			self.size.min(MAX_BLOCK_LEN),
		)?;
		let len = u64::try_from(first.len()).unwrap_or(u64::MAX);
		// The root of a tree says its size.
		let has_size = self.cid.is_dag_pb() || len == self.size;
		let is_envelope = has_size && first.starts_with(self.magic);
		is_envelope.then_some(()).ok_or(Failure::NotAnEnvelope)
	}

	fn read(&self, cid: &Cid, max_len: u64) -> Result<Vec<u8>, Failure> {
		let block = self.kubo.block(cid)?;
		let fits = u64::try_from(block.len()).is_ok_and(|len| len <= max_len);
		fits.then_some(block).ok_or(Failure::TooLarge)
	}
}

/// Milliseconds for a call that reads all blocks of an envelope: 5 s, and 1 s for each 64 MiB.
fn time_limit(size: u64) -> u64 {
	let more = size
		.checked_shr(26)
		.unwrap_or_default()
		.saturating_mul(1_000);
	more.saturating_add(5_000).min(MAX_CALL_TIME)
}
