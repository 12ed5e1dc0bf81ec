//! The header of a block, of the relay chain or of a parachain.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use thiserror::Error;

use crate::{
	state::{State, StateError},
	Authorities, AuthoritiesError,
};

type Engine = [u8; 4];

const AURA: Engine = *b"aura";
const BABE: Engine = *b"BABE";
const GRANDPA: Engine = *b"FRNK";

/// A block's header, as its chain encodes it.
///
/// Whoever knows a header's hash knows its block: the hash covers all that the header has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
	fields: Fields,
	hash: H256,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Fields {
	pub parent_hash: H256,
	#[codec(compact)]
	pub number: u32,
	pub state_root: H256,
	pub extrinsics_root: H256,
	pub digest: Vec<DigestItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum DigestItem {
	#[codec(index = 0)]
	Other(Vec<u8>),
	#[codec(index = 4)]
	Consensus(Engine, Vec<u8>),
	#[codec(index = 5)]
	Seal(Engine, Vec<u8>),
	#[codec(index = 6)]
	PreRuntime(Engine, Vec<u8>),
	#[codec(index = 8)]
	RuntimeEnvironmentUpdated,
}

/// Why bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the bytes are not the header of a block")]
pub struct HeaderError;

/// Why a header says nothing certain about the authorities after its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChangeError {
	/// A forced or delayed change, a pause, or two changes at once.
	#[error(
		"the block changes the relay chain's authorities in a way that a light client cannot \
		 follow: a network file with a new checkpoint is needed"
	)]
	NotFollowed,
	/// A change that cannot be read.
	#[error("the block's change of authorities cannot be read")]
	Unreadable,
	/// A change to authorities without any vote.
	#[error(transparent)]
	Authorities(#[from] AuthoritiesError),
}

impl Header {
	/// Reads a header. The bytes must be one header and nothing else.
	///
	/// # Errors
	///
	/// [`HeaderError`] for all other bytes.
	pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
		let fields = Fields::decode_all(&mut &*bytes).map_err(|_| HeaderError)?;
		Ok(Self {
			fields,
			hash: blake2_256(bytes).into(),
		})
	}

	/// Reads one header from the start of `input`.
	pub(crate) fn read(input: &mut &[u8]) -> Result<Self, HeaderError> {
		let before = *input;
		let fields = Fields::decode(input).map_err(|_| HeaderError)?;
		let length = before.len().saturating_sub(input.len());
		let bytes = before.get(..length).ok_or(HeaderError)?;
		Ok(Self {
			fields,
			hash: blake2_256(bytes).into(),
		})
	}

	/// The header's bytes.
	pub fn encode(&self) -> Vec<u8> {
		self.fields.encode()
	}

	/// The block's hash: BLAKE2b-256 of the encoded header.
	pub fn hash(&self) -> H256 {
		self.hash
	}

	/// The hash of the block before.
	pub fn parent_hash(&self) -> H256 {
		self.fields.parent_hash
	}

	/// The block's number.
	pub fn number(&self) -> u32 {
		self.fields.number
	}

	/// The root of the chain's state after the block.
	pub fn state_root(&self) -> H256 {
		self.fields.state_root
	}

	/// The root of the trie of the block's transactions.
	pub fn extrinsics_root(&self) -> H256 {
		self.fields.extrinsics_root
	}

	/// The BABE slot in which a validator made this block of the relay chain.
	pub fn babe_slot(&self) -> Option<u64> {
		// A variant, the author's index, and the slot.
		match self.pre_runtime(BABE)? {
			[1..=3, _, _, _, _, slot @ ..] => Some(u64::from_le_bytes(*slot.first_chunk()?)),
			_ => None,
		}
	}

	/// The Aura slot in which a collator made this block of a parachain.
	pub fn aura_slot(&self) -> Option<u64> {
		let slot = self.pre_runtime(AURA)?;
		Some(u64::from_le_bytes(slot.try_into().ok()?))
	}

	/// Whether the block replaced the chain's runtime. Its state has the new code, but the storage
	/// of the old one, so views must not be run on it: wait for the next block.
	pub fn replaces_runtime(&self) -> bool {
		self.fields
			.digest
			.contains(&DigestItem::RuntimeEnvironmentUpdated)
	}

	/// The part of the state after this block that `nodes` prove.
	///
	/// # Errors
	///
	/// As [`State::new`]; and [`StateError::RuntimeReplaced`], see
	/// [`replaces_runtime`](Self::replaces_runtime).
	pub fn state(&self, nodes: &[Vec<u8>]) -> Result<State, StateError> {
		if self.replaces_runtime() {
			return Err(StateError::RuntimeReplaced(self.number()));
		}
		State::new(self.state_root(), nodes)
	}

	/// The authorities that finalize the blocks after this one, if it changes them.
	pub(crate) fn next_authorities(&self) -> Result<Option<Authorities>, ChangeError> {
		let mut next = None;
		let logs = self.fields.digest.iter().filter_map(|item| match item {
			DigestItem::Consensus(GRANDPA, log) => Some(log.as_slice()),
			_ => None,
		});
		for log in logs {
			match log {
				[1, change @ ..] if next.is_none() => {
					let (authorities, delay) = <(Vec<_>, u32)>::decode_all(&mut &*change)
						.map_err(|_| ChangeError::Unreadable)?;
					if delay != 0 {
						return Err(ChangeError::NotFollowed);
					}
					next = Some(Authorities::new(authorities)?);
				}
				// An authority is disabled. It still has its vote.
				[3, ..] => (),
				_ => return Err(ChangeError::NotFollowed),
			}
		}
		Ok(next)
	}

	/// The only pre-runtime digest of this engine.
	fn pre_runtime(&self, engine: Engine) -> Option<&[u8]> {
		let mut found = self.fields.digest.iter().filter_map(|item| match item {
			DigestItem::PreRuntime(of, data) if *of == engine => Some(data.as_slice()),
			_ => None,
		});
		let first = found.next()?;
		found.next().is_none().then_some(first)
	}
}

#[cfg(test)]
impl Header {
	pub(crate) fn fields(&self) -> &Fields {
		&self.fields
	}
}
