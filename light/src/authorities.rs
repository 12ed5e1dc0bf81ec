//! The authorities whose votes finalize the relay chain's blocks.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use finality_grandpa::voter_set::VoterSet;
use sp_core::ed25519;
use thiserror::Error;

/// An authority's GRANDPA key.
pub type AuthorityKey = ed25519::Public;

/// The authorities of one set, each with the weight of its vote.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Authorities(Vec<(AuthorityKey, u64)>);

/// Why a list of authorities is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the list of authorities has no votes, or more than 2^64")]
pub struct AuthoritiesError;

impl Authorities {
	/// The authorities with these keys and weights. On the relay chain each weight is 1.
	///
	/// # Errors
	///
	/// [`AuthoritiesError`] if the weights sum to zero, or to more than `u64::MAX`.
	pub fn new(weights: Vec<(AuthorityKey, u64)>) -> Result<Self, AuthoritiesError> {
		VoterSet::new(weights.iter().copied()).ok_or(AuthoritiesError)?;
		Ok(Self(weights))
	}

	/// Each authority's key, and the weight of its vote.
	pub fn weights(&self) -> &[(AuthorityKey, u64)] {
		&self.0
	}

	pub(crate) fn voters(&self) -> Result<VoterSet<AuthorityKey>, AuthoritiesError> {
		VoterSet::new(self.0.iter().copied()).ok_or(AuthoritiesError)
	}
}

impl Decode for Authorities {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		Self::new(Vec::decode(input)?).map_err(|_| "a list of authorities without votes".into())
	}
}
