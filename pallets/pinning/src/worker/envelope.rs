//! One envelope: pinning it with Kubo, and checking its blocks.

use alloc::{collections::BTreeSet, vec::Vec};
use core::fmt;

use salus_primitives::Cid;

use crate::{
	dag::{Budget, Inner, MAX_BLOCK_LEN, MAX_INNER_LEN},
	kubo::{node_time, Blocks, Error, Kubo},
};

/// The most milliseconds that any call to Kubo may take.
pub const MAX_CALL_TIME: u64 = 30_000;

/// Why an envelope is not pinned for now.
#[derive(Debug)]
pub enum Failure {
	/// Kubo failed, or did not answer in time.
	Kubo(Error),
	/// A block is missing right after pinning.
	Incomplete,
	/// The tree has more blocks or bytes than the record's size allows.
	TooLarge,
	/// The tree is not an envelope.
	NotAnEnvelope,
}

impl Failure {
	/// The first pause before a retry and the longest one, in milliseconds.
	pub fn pauses(&self) -> (u64, u64) {
		match self {
			// Kubo keeps the blocks that it fetched, so the next try may complete them.
			Self::Kubo(Error::Timeout) | Self::Incomplete => (5_000, 120_000),
			Self::Kubo(_) => (10_000, 3_600_000),
			// The bytes of a CID never change, but reading them may have failed.
			Self::TooLarge | Self::NotAnEnvelope => (6 * 3_600_000, 24 * 3_600_000),
		}
	}

	/// The advice to an operator.
	pub fn advice(&self) -> &'static str {
		match self {
			Self::Kubo(_) | Self::Incomplete => {
				"If this goes on, check that Kubo is connected to a node that has the envelope, \
				 and that its disk is not full."
			}
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
	/// A block is missing.
	Lost,
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
	/// Checks the tree, has Kubo pin it, and checks that all blocks are there.
	pub fn pin(&self) -> Result<(), Failure> {
		self.check_tree()?;
		self.kubo.pin(&self.cid, time_limit(self.size))?;
		match self.check_blocks()? {
			Blocks::Complete(_) => Ok(()),
			Blocks::Missing => Err(Failure::Incomplete),
		}
	}

	/// Checks that all blocks are still there. Pins the envelope again if Kubo no longer keeps it.
	pub fn recheck(&self) -> Result<Rechecked, Failure> {
		if self.check_blocks()? == Blocks::Missing {
			return Ok(Rechecked::Lost);
		}
		if !self.kubo.is_pinned(&self.cid)? {
			self.pin()?;
		}
		Ok(Rechecked::Kept)
	}

	/// Whether all blocks are there. Fails unless their total length fits the record's size.
	fn check_blocks(&self) -> Result<Blocks, Failure> {
		let blocks = self.kubo.blocks(&self.cid, time_limit(self.size))?;
		match blocks {
			Blocks::Complete(len) if len < self.size => Err(Failure::NotAnEnvelope),
			Blocks::Complete(len) if len > Budget::of(self.size).max_len(self.size) => {
				self.kubo.unpin(&self.cid)?;
				Err(Failure::TooLarge)
			}
			_ => Ok(blocks),
		}
	}

	/// Reads the inner nodes and the first block. This comes before pinning, as a tree can be far
	/// larger than its root says.
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
		let is_envelope = first.starts_with(self.magic);
		is_envelope.then_some(()).ok_or(Failure::NotAnEnvelope)
	}

	fn read(&self, cid: &Cid, max_len: u64) -> Result<Vec<u8>, Failure> {
		let len = self.kubo.block_len(cid)?;
		if len > max_len {
			return Err(Failure::TooLarge);
		}
		Ok(self.kubo.block(cid, len)?)
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
