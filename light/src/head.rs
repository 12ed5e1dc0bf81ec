//! The newest block of a parachain, as the relay chain's state has it.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_core::H256;
use thiserror::Error;

use crate::{
	state::{head_key, State, StateError},
	Header, HeaderError,
};

/// The newest head of a chain that a client has seen. It stores one for each chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KnownHead {
	/// The head's number.
	pub number: u32,
	/// Its hash.
	pub hash: H256,
}

/// Why a head is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeadError {
	/// The relay chain's state is not shown.
	#[error(transparent)]
	State(#[from] StateError),
	/// The relay chain does not know the parachain.
	#[error("the relay chain has no head of parachain {0}")]
	NoHead(u32),
	/// The head cannot be read.
	#[error(transparent)]
	Header(#[from] HeaderError),
	/// The chain went back.
	#[error("the chain went back from block {known} to block {head}")]
	Back {
		/// The number of the newest head seen before.
		known: u32,
		/// The number of this head.
		head: u32,
	},
	/// The chain has two blocks with one number.
	#[error("the chain replaced block {number}, {known:?}, by {head:?}")]
	Replaced {
		/// The blocks' number.
		number: u32,
		/// The block seen before.
		known: H256,
		/// This block.
		head: H256,
	},
}

/// The head of a parachain in the relay chain's proven state. The proof must show
/// [`head_key`].
///
/// # Errors
///
/// [`HeadError`]: it is not shown, not there, or not a header.
pub fn head(relay: &State, para: u32) -> Result<Header, HeadError> {
	let head: Vec<u8> = relay
		.value(&head_key(para))?
		.ok_or(HeadError::NoHead(para))?;
	Ok(Header::decode(&head)?)
}

impl KnownHead {
	/// The head that a client keeps after it has seen `head`.
	///
	/// # Errors
	///
	/// [`HeadError::Back`] and [`HeadError::Replaced`]. Finality does not allow either, but the
	/// relay chain's governance can set a parachain's head. A person must decide what to do then.
	pub fn follow(known: Option<Self>, head: &Header) -> Result<Self, HeadError> {
		let next = Self {
			number: head.number(),
			hash: head.hash(),
		};
		match known {
			Some(known) if next.number < known.number => Err(HeadError::Back {
				known: known.number,
				head: next.number,
			}),
			Some(known) if next.number == known.number && next.hash != known.hash => {
				let Self { number, hash } = next;
				Err(HeadError::Replaced {
					number,
					known: known.hash,
					head: hash,
				})
			}
			_ => Ok(next),
		}
	}
}
