//! A GRANDPA justification: the signed votes that make a block of the relay chain final.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use codec::{Compact, Decode, Encode};
use finality_grandpa::{
	validate_commit, voter_set::VoterSet, Chain, Commit, Error as NotDescendent, Precommit,
	SignedPrecommit,
};
use sp_core::{ed25519, Pair, H256};
use thiserror::Error;

use crate::{
	limits::{MAX_HEADERS, MAX_PRECOMMITS_PER_AUTHORITY},
	Authorities, AuthoritiesError, AuthorityKey, Header, HeaderError,
};

/// Why a justification does not make a block final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JustificationError {
	/// The bytes are not a justification.
	#[error("the bytes are not a justification")]
	Unreadable,
	/// It has more precommits than its authorities can make.
	#[error("it has {found} precommits; its authorities can make {max}")]
	TooManyPrecommits {
		/// How many it has.
		found: u32,
		/// How many it can have.
		max: usize,
	},
	/// It has more headers than a justification can have.
	#[error("it has {found} headers; {max} are the most", max = MAX_HEADERS)]
	TooManyHeaders {
		/// How many it has.
		found: u32,
	},
	/// It is for another block.
	#[error("it is for another block")]
	OtherBlock,
	/// Someone else voted.
	#[error("one of its votes is not of an authority of this set")]
	NotAnAuthority,
	/// A vote is for a block that the votes' headers do not link to the finalized one.
	#[error("its headers do not link its votes, or it has headers that no vote needs")]
	Ancestry,
	/// A vote names a block by a number that is not the block's.
	#[error("one of its blocks has another number than it says")]
	Number,
	/// The votes are too few, or not for this block.
	#[error("its votes do not finalize the block")]
	NotFinal,
	/// A signature is false: forged, or made for another round, set or block.
	#[error("one of its signatures is false")]
	Signature,
	/// The checkpoint's authorities have no votes.
	#[error(transparent)]
	Authorities(#[from] AuthoritiesError),
}

impl From<HeaderError> for JustificationError {
	fn from(_: HeaderError) -> Self {
		Self::Unreadable
	}
}

impl From<codec::Error> for JustificationError {
	fn from(_: codec::Error) -> Self {
		Self::Unreadable
	}
}

/// Checks that `bytes` are votes of `authorities`, as set `set_id`, that finalize the block of
/// `header`.
pub(crate) fn verify(
	bytes: &[u8],
	header: &Header,
	authorities: &Authorities,
	set_id: u64,
) -> Result<(), JustificationError> {
	let voters = authorities.voters()?;
	let justification = Justification::decode(bytes, &voters)?;
	let commit = &justification.commit;
	if (commit.target_hash, commit.target_number) != (header.hash(), header.number()) {
		return Err(JustificationError::OtherBlock);
	}
	if !commit
		.precommits
		.iter()
		.all(|vote| voters.contains(&vote.id))
	{
		return Err(JustificationError::NotAnAuthority);
	}
	// The ancestry before the count, because finality-grandpa relies on it: with numbers that are
	// not the blocks' it would panic.
	justification.check_ancestry()?;
	match validate_commit(commit, &voters, &justification.headers) {
		Ok(result) if result.is_valid() => (),
		_ => return Err(JustificationError::NotFinal),
	}
	justification.check_signatures(set_id)
}

struct Justification {
	round: u64,
	commit: Commit<H256, u32, ed25519::Signature, AuthorityKey>,
	headers: Headers,
}

impl Justification {
	/// Reads a justification, and stops at a number of votes or headers above the limit.
	fn decode(
		mut input: &[u8],
		voters: &VoterSet<AuthorityKey>,
	) -> Result<Self, JustificationError> {
		let input = &mut input;
		let (round, target_hash, target_number) = Decode::decode(input)?;
		let Compact(found) = Compact::<u32>::decode(input)?;
		let max = voters
			.len()
			.get()
			.saturating_mul(MAX_PRECOMMITS_PER_AUTHORITY);
		if found as usize > max {
			return Err(JustificationError::TooManyPrecommits { found, max });
		}
		let mut precommits = Vec::with_capacity(found as usize);
		for _ in 0..found {
			let (target_hash, target_number, signature, id) = Decode::decode(input)?;
			let precommit = Precommit {
				target_hash,
				target_number,
			};
			precommits.push(SignedPrecommit {
				precommit,
				signature,
				id,
			});
		}
		let Compact(found) = Compact::<u32>::decode(input)?;
		if found as usize > MAX_HEADERS {
			return Err(JustificationError::TooManyHeaders { found });
		}
		let mut headers = BTreeMap::new();
		for _ in 0..found {
			let header = Header::read(input)?;
			if headers.insert(header.hash(), header).is_some() {
				return Err(JustificationError::Ancestry);
			}
		}
		if !input.is_empty() {
			return Err(JustificationError::Unreadable);
		}
		let commit = Commit {
			target_hash,
			target_number,
			precommits,
		};
		Ok(Self {
			round,
			commit,
			headers: Headers(headers),
		})
	}

	/// Checks that the headers are exactly those from the lowest vote to the others, and that the
	/// votes and headers have the numbers of their blocks.
	fn check_ancestry(&self) -> Result<(), JustificationError> {
		let votes = || {
			self.commit
				.precommits
				.iter()
				.map(|signed| &signed.precommit)
		};
		let Some(base) = votes().min_by_key(|vote| vote.target_number) else {
			return Err(JustificationError::NotFinal);
		};
		let mut used = BTreeSet::new();
		for vote in votes() {
			let (mut hash, mut number) = (vote.target_hash, vote.target_number);
			while hash != base.target_hash {
				let header = self
					.headers
					.0
					.get(&hash)
					.ok_or(JustificationError::Ancestry)?;
				if header.number() != number {
					return Err(JustificationError::Number);
				}
				if !used.insert(hash) {
					// An earlier vote's way: it leads to the base.
					break;
				}
				hash = header.parent_hash();
				number = number.checked_sub(1).ok_or(JustificationError::Number)?;
			}
			if hash == base.target_hash && number != base.target_number {
				return Err(JustificationError::Number);
			}
		}
		if used.len() != self.headers.0.len() {
			return Err(JustificationError::Ancestry);
		}
		Ok(())
	}

	fn check_signatures(&self, set_id: u64) -> Result<(), JustificationError> {
		/// The variant of a vote that is a precommit.
		const PRECOMMIT: u8 = 1;
		for SignedPrecommit {
			precommit: vote,
			signature,
			id,
		} in &self.commit.precommits
		{
			let signed = (
				PRECOMMIT,
				vote.target_hash,
				vote.target_number,
				self.round,
				set_id,
			)
				.encode();
			if !ed25519::Pair::verify(signature, signed, id) {
				return Err(JustificationError::Signature);
			}
		}
		Ok(())
	}
}

/// The headers of a justification, by hash.
struct Headers(BTreeMap<H256, Header>);

impl Chain<H256, u32> for Headers {
	fn ancestry(&self, base: H256, block: H256) -> Result<Vec<H256>, NotDescendent> {
		let mut route = Vec::new();
		let mut hash = block;
		while hash != base {
			hash = self
				.0
				.get(&hash)
				.ok_or(NotDescendent::NotDescendent)?
				.parent_hash();
			route.push(hash);
		}
		// Without the base.
		route.pop();
		Ok(route)
	}
}
