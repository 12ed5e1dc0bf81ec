//! A block of the relay chain that a client trusts, and the steps from it to newer ones.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_core::H256;
use thiserror::Error;

use crate::{
	clock::Time, header::ChangeError, justification, limits::MAX_STEP_BYTES, AgeError, Authorities,
	Clock, Header, HeaderError, JustificationError, MAX_CHECKPOINT_AGE,
};

/// The version of the format of an encoded [`Checkpoint`].
const VERSION: u8 = 1;

/// A final block of the relay chain, and who finalizes the blocks after it.
///
/// The first comes from the network file. After each [`step`](Self::step) a client keeps the newer
/// one, and never goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
	/// The hash of the relay chain's first block.
	pub genesis: H256,
	/// The block's number.
	pub number: u32,
	/// The block's hash.
	pub hash: H256,
	/// The root of the relay chain's state after the block.
	pub state_root: H256,
	/// The block's BABE slot.
	pub slot: u64,
	/// The number of the set of authorities that finalizes the blocks after this one.
	pub set_id: u64,
	/// That set.
	pub authorities: Authorities,
	/// How often the network's signers have replaced the checkpoint against its order, because the
	/// relay chain was restarted or its authorities were changed by force.
	pub reset: u32,
}

/// All fields of a checkpoint, in the order of its encoding.
type Fields = (H256, u32, H256, H256, u64, u64, Authorities, u32);

/// One step to a newer block: the block's header and its justification, as a node has them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Step {
	/// The encoded header.
	pub header: Vec<u8>,
	/// The encoded GRANDPA justification.
	pub justification: Vec<u8>,
}

/// Why bytes are not a checkpoint, or a block cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
	/// They have another version.
	#[error("the checkpoint has version {0}, and this program knows version {VERSION} only")]
	Version(u8),
	/// They cannot be read.
	#[error("the bytes are not a checkpoint")]
	Unreadable,
	/// The block has no BABE slot, as the first one.
	#[error("block {0} has no BABE slot")]
	NoSlot(u32),
}

/// Why a step does not lead to a newer checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StepError {
	/// It has too many bytes.
	#[error("the step has {0} bytes; {MAX_STEP_BYTES} are the most")]
	TooLarge(usize),
	/// The checkpoint is too old to be believed. Times are Unix milliseconds.
	#[error(
		"the checkpoint is of {}, the clock says {}: it is too old, so get the newest network file",
		Time(*checkpoint), Time(*clock)
	)]
	CheckpointTooOld {
		/// The time of the checkpoint's slot.
		checkpoint: u64,
		/// The client's clock.
		clock: u64,
	},
	/// Its header cannot be read.
	#[error(transparent)]
	Header(#[from] HeaderError),
	/// It leads to an older block, or to the same.
	#[error("the step leads to block {step}, but block {checkpoint} is known")]
	NotNewer {
		/// The number of the step's block.
		step: u32,
		/// The number of the checkpoint's block.
		checkpoint: u32,
	},
	/// Its block has no BABE slot.
	#[error("block {0} has no BABE slot")]
	NoSlot(u32),
	/// Its slot is too low. Each block has a slot of its own.
	#[error("block {number} has slot {slot}; its number needs slot {least} or later")]
	Slot {
		/// The number of the step's block.
		number: u32,
		/// Its slot.
		slot: u64,
		/// The lowest slot that it can have.
		least: u64,
	},
	/// It is of the future.
	#[error(transparent)]
	Age(#[from] AgeError),
	/// Its justification does not make it final.
	#[error("the justification of block {number} is refused: {error}")]
	Justification {
		/// The number of the step's block.
		number: u32,
		/// Why.
		error: JustificationError,
	},
	/// It changes the authorities in a way that cannot be followed.
	#[error(transparent)]
	Change(#[from] ChangeError),
}

/// Why two checkpoints contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
	/// They are of different relay chains.
	#[error("the checkpoints are of two relay chains: {0:?} and {1:?}")]
	Genesis(H256, H256),
	/// They are two blocks with one number: the relay chain finalized both.
	#[error("two blocks with number {0} were finalized: {1:?} and {2:?}")]
	Fork(u32, H256, H256),
}

impl Checkpoint {
	/// The checkpoint at a block that the caller trusts.
	///
	/// # Errors
	///
	/// [`CheckpointError::NoSlot`] for the first block of a chain.
	pub fn new(
		genesis: H256,
		header: &Header,
		set_id: u64,
		authorities: Authorities,
		reset: u32,
	) -> Result<Self, CheckpointError> {
		let number = header.number();
		let slot = header.babe_slot().ok_or(CheckpointError::NoSlot(number))?;
		let (hash, state_root) = (header.hash(), header.state_root());
		Ok(Self {
			genesis,
			number,
			hash,
			state_root,
			slot,
			set_id,
			authorities,
			reset,
		})
	}

	/// Follows a step to a newer block, after which the caller can store the new checkpoint.
	///
	/// # Errors
	///
	/// [`StepError`] says what is wrong with the step. The checkpoint stays as it is.
	pub fn step(&self, step: &Step, clock: &Clock) -> Result<Self, StepError> {
		let size = step.header.len().saturating_add(step.justification.len());
		if size > MAX_STEP_BYTES {
			return Err(StepError::TooLarge(size));
		}
		match clock.age(self.slot, MAX_CHECKPOINT_AGE) {
			Err(AgeError::Old {
				block: checkpoint,
				clock,
				..
			}) => return Err(StepError::CheckpointTooOld { checkpoint, clock }),
			age => age?,
		};
		let header = Header::decode(&step.header)?;
		let (number, hash, state_root) = (header.number(), header.hash(), header.state_root());
		if number <= self.number {
			return Err(StepError::NotNewer {
				step: number,
				checkpoint: self.number,
			});
		}
		let slot = header.babe_slot().ok_or(StepError::NoSlot(number))?;
		let least = self
			.slot
			.saturating_add(number.saturating_sub(self.number).into());
		if slot < least {
			return Err(StepError::Slot {
				number,
				slot,
				least,
			});
		}
		clock.not_ahead(slot)?;
		justification::verify(&step.justification, &header, &self.authorities, self.set_id)
			.map_err(|error| StepError::Justification { number, error })?;
		let (set_id, authorities) = match header.next_authorities()? {
			Some(next) => (self.set_id.saturating_add(1), next),
			None => (self.set_id, self.authorities.clone()),
		};
		let Self { genesis, reset, .. } = *self;
		Ok(Self {
			genesis,
			number,
			hash,
			state_root,
			slot,
			set_id,
			authorities,
			reset,
		})
	}

	/// Which of two checkpoints a client keeps: that with the higher reset number, then that of the
	/// newer block.
	///
	/// # Errors
	///
	/// [`Conflict`] if both cannot be true.
	pub fn newer(self, other: Self) -> Result<Self, Conflict> {
		if self.reset != other.reset {
			return Ok(if self.reset > other.reset {
				self
			} else {
				other
			});
		}
		if self.genesis != other.genesis {
			return Err(Conflict::Genesis(self.genesis, other.genesis));
		}
		if self.number == other.number && self.hash != other.hash {
			return Err(Conflict::Fork(self.number, self.hash, other.hash));
		}
		Ok(if self.number >= other.number {
			self
		} else {
			other
		})
	}

	/// The checkpoint as bytes: a version, then the fields in SCALE.
	pub fn encode(&self) -> Vec<u8> {
		let Self {
			genesis,
			number,
			hash,
			state_root,
			slot,
			set_id,
			authorities,
			reset,
		} = self;
		(
			VERSION,
			(
				genesis,
				number,
				hash,
				state_root,
				slot,
				set_id,
				authorities,
				reset,
			),
		)
			.encode()
	}

	/// Reads the bytes of [`encode`](Self::encode).
	///
	/// # Errors
	///
	/// [`CheckpointError`] for another version or other bytes.
	pub fn decode(bytes: &[u8]) -> Result<Self, CheckpointError> {
		let (&version, mut rest) = bytes.split_first().ok_or(CheckpointError::Unreadable)?;
		if version != VERSION {
			return Err(CheckpointError::Version(version));
		}
		let (genesis, number, hash, state_root, slot, set_id, authorities, reset) =
			Fields::decode_all(&mut rest).map_err(|_| CheckpointError::Unreadable)?;
		Ok(Self {
			genesis,
			number,
			hash,
			state_root,
			slot,
			set_id,
			authorities,
			reset,
		})
	}
}
