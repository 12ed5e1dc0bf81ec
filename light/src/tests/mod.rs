//! A relay chain made by the tests, with keys that they know, and one that was recorded.

mod checkpoints;
mod clocks;
mod heads;
#[cfg(feature = "network")]
mod networks;
mod properties;
mod recorded;
mod states;
mod steps;
mod tampered;
mod transactions;

use alloc::{vec, vec::Vec};
use codec::{Compact, Encode};
use sp_core::{ed25519, Pair, H256};

use crate::{
	header::{DigestItem, Fields},
	Authorities, Checkpoint, Clock, Header, Step,
};

/// The slot of block 0 in these tests. Block n has slot `FIRST_SLOT + n`.
pub const FIRST_SLOT: u64 = 300_000_000;

/// A clock some hours after block 0.
pub const CLOCK: Clock = Clock {
	now: (FIRST_SLOT + 10_000) * 6000,
	slot_duration: 6000,
};

/// Authorities whose keys are made from the numbers in a range.
pub fn keys(numbers: core::ops::Range<u8>) -> Vec<ed25519::Pair> {
	numbers
		.map(|number| ed25519::Pair::from_seed(&[number; 32]))
		.collect()
}

pub fn authorities(keys: &[ed25519::Pair]) -> Authorities {
	Authorities::new(keys.iter().map(|key| (key.public(), 1)).collect()).unwrap()
}

/// The GRANDPA log of a change to these keys.
pub fn change(keys: &[ed25519::Pair], delay: u32) -> DigestItem {
	grandpa((1u8, authorities(keys), delay).encode())
}

pub fn grandpa(log: Vec<u8>) -> DigestItem {
	DigestItem::Consensus(*b"FRNK", log)
}

/// A BABE digest of this slot, by the second validator without a VRF.
pub fn babe(slot: u64) -> DigestItem {
	DigestItem::PreRuntime(*b"BABE", (2u8, 1u32, slot).encode())
}

/// A block of the relay chain with these logs in addition to its slot.
pub fn block(parent: H256, number: u32, logs: Vec<DigestItem>) -> Header {
	let mut digest = vec![babe(FIRST_SLOT + u64::from(number))];
	digest.extend(logs);
	header(Fields {
		parent_hash: parent,
		number,
		state_root: H256::repeat_byte(1),
		extrinsics_root: H256::repeat_byte(2),
		digest,
	})
}

pub fn header(fields: Fields) -> Header {
	Header::decode(&fields.encode()).unwrap()
}

/// The checkpoint at block 100, set 7, of these authorities.
pub fn checkpoint(keys: &[ed25519::Pair]) -> Checkpoint {
	let header = block(H256::zero(), 100, vec![]);
	Checkpoint::new(H256::repeat_byte(9), &header, 7, authorities(keys), 0).unwrap()
}

/// A vote: who, for which block, with the signature.
pub type Vote = (H256, u32, ed25519::Signature, ed25519::Public);

/// A round's precommit.
pub const ROUND: u64 = 5;

pub fn vote(key: &ed25519::Pair, block: &Header, set_id: u64) -> Vote {
	let (hash, number) = (block.hash(), block.number());
	let signature = key.sign(&(1u8, hash, number, ROUND, set_id).encode());
	(hash, number, signature, key.public())
}

/// All votes for this block.
pub fn votes(keys: &[ed25519::Pair], block: &Header, set_id: u64) -> Vec<Vote> {
	keys.iter().map(|key| vote(key, block, set_id)).collect()
}

pub fn step(target: &Header, votes: Vec<Vote>, ancestry: &[&Header]) -> Step {
	let headers: Vec<_> = ancestry.iter().flat_map(|header| header.encode()).collect();
	let count = Compact(ancestry.len() as u32);
	let mut justification = (ROUND, target.hash(), target.number(), votes, count).encode();
	justification.extend(headers);
	Step {
		header: target.encode(),
		justification,
	}
}
