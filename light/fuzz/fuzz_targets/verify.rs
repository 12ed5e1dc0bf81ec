//! Hostile answers to everything of the library that reads them: checkpoints, steps, states,
//! transactions and network files.
//!
//! Bytes as they come would hardly pass the first check of a justification, so this target also
//! makes votes of the authorities for linked blocks. Some of their signatures are false. Nothing
//! else is wrong with such a step, so that it fails by its votes or not at all.
//!
//! `cargo +nightly fuzz run verify` in `light/`, by cargo-fuzz.

#![no_main]

use libfuzzer_sys::{
	arbitrary::{self, Arbitrary},
	fuzz_target,
};
use parity_scale_codec::{Compact, Decode, Encode};
use salus_light::{
	head,
	network::{SignedFile, Trusted},
	Authorities, Checkpoint, Clock, Header, Inclusion, State, Step, StepError, H256,
};
use sp_core::{ed25519, Pair};
use sp_crypto_hashing::blake2_256;
use std::{collections::BTreeSet, sync::LazyLock};

/// Eighty days after slot 0: the checkpoint is not too old, and no block is of the future.
const CLOCK: Clock = Clock {
	now: 80 * 24 * 60 * 60 * 1000,
	slot_duration: 6000,
};

/// The numbers of blocks are below this. A block's slot is its number.
const NUMBERS: u32 = 1_000_000;

/// The set of the checkpoint, and the round of the votes.
const SET: u64 = 1;
const ROUND: u64 = 5;

/// How many of the authorities finalize a block.
const ENOUGH: usize = 3;

static KEYS: LazyLock<[ed25519::Pair; 4]> =
	LazyLock::new(|| [1, 2, 3, 4].map(|key| ed25519::Pair::from_seed(&[key; 32])));

#[derive(Arbitrary, Debug)]
enum Answer {
	Checkpoint(Vec<u8>),
	Step {
		header: Vec<u8>,
		justification: Vec<u8>,
	},
	/// Headers, each with its parent among those before, a number, and whether it links votes; the
	/// target among them; and votes, each with its authority, its block among the headers, a number,
	/// and whether its signature is right. Without votes, all authorities vote for the target.
	Votes {
		headers: Vec<(u8, u32, bool)>,
		target: u8,
		votes: Vec<(u8, u8, Option<u32>, bool)>,
	},
	State {
		nodes: Vec<Vec<u8>>,
		key: Vec<u8>,
	},
	Inclusion(Vec<u8>),
	NetworkFile(Vec<u8>),
}

fn header(parent: H256, number: u32) -> Vec<u8> {
	let number = number % NUMBERS;
	let mut header = (parent, Compact(number), H256::zero(), H256::zero()).encode();
	// One digest: a BABE slot.
	header.extend(
		(
			Compact(1_u32),
			6_u8,
			*b"BABE",
			(2_u8, 0_u32, u64::from(number)).encode(),
		)
			.encode(),
	);
	header
}

fn checkpoint() -> Checkpoint {
	let keys = KEYS.iter().map(|key| (key.public(), 1)).collect();
	let authorities = Authorities::new(keys).unwrap();
	let block = Header::decode(&header(H256::zero(), 1)).unwrap();
	Checkpoint::new(H256::zero(), &block, SET, authorities, 0).unwrap()
}

/// A vote of an authority for a block by its hash and number.
fn vote(key: &ed25519::Pair, (hash, number): (H256, u32), right: bool) -> impl Encode {
	let signature = match right {
		true => key.sign(&(1_u8, hash, number, ROUND, SET).encode()),
		false => ed25519::Signature::from_raw([0; 64]),
	};
	(hash, number, signature, key.public())
}

/// Follows a step whose headers are good, and that has these votes of authorities.
fn follow(headers: &[(u8, u32, bool)], target: u8, votes: &[(u8, u8, Option<u32>, bool)]) {
	let mut blocks = vec![Header::decode(&header(H256::zero(), 1)).unwrap()];
	let mut ancestry = vec![];
	for (parent, number, links) in headers {
		let parent = blocks[usize::from(*parent) % blocks.len()].hash();
		let encoded = header(parent, *number);
		blocks.push(Header::decode(&encoded).unwrap());
		if *links && !votes.is_empty() {
			ancestry.push(encoded);
		}
	}
	let target = &blocks[usize::from(target) % blocks.len()];
	let block = (target.hash(), target.number());
	let all = votes.is_empty();
	let votes: Vec<_> = match all {
		true => (0..KEYS.len()).map(|key| (key, block, true)).collect(),
		false => votes
			.iter()
			.map(|(key, at, number, right)| {
				let at = &blocks[usize::from(*at) % blocks.len()];
				let number = number.unwrap_or(at.number());
				(usize::from(*key) % KEYS.len(), (at.hash(), number), *right)
			})
			.collect(),
	};
	let signed: Vec<_> = votes
		.iter()
		.map(|(key, block, right)| vote(&KEYS[*key], *block, *right))
		.collect();
	let count = Compact(ancestry.len() as u32);
	let mut justification = (ROUND, block.0, block.1, signed, count).encode();
	justification.extend(ancestry.concat());
	let step = Step {
		header: target.encode(),
		justification,
	};
	match checkpoint().step(&step, &CLOCK) {
		Ok(next) => {
			let voters: BTreeSet<_> = votes.iter().map(|(key, ..)| key).collect();
			assert_eq!(
				(next.hash, next.number, next.set_id),
				(block.0, block.1, SET)
			);
			assert!(votes.iter().all(|(.., right)| *right) && voters.len() >= ENOUGH);
		}
		Err(StepError::NotNewer { .. }) => assert!(block.1 <= 1),
		Err(StepError::Justification { .. }) => assert!(!all),
		Err(other) => panic!("{other}"),
	}
}

fuzz_target!(|answer: Answer| {
	match answer {
		Answer::Checkpoint(bytes) => {
			if let Ok(checkpoint) = Checkpoint::decode(&bytes) {
				assert_eq!(checkpoint.encode(), bytes);
			}
		}
		Answer::Step {
			header,
			justification,
		} => {
			assert!(checkpoint()
				.step(
					&Step {
						header,
						justification
					},
					&CLOCK
				)
				.is_err());
		}
		Answer::Votes {
			headers,
			target,
			votes,
		} => follow(&headers, target, &votes),
		Answer::State { nodes, key } => {
			// A hostile runtime can root its state in any bytes.
			let root = nodes
				.first()
				.map_or(H256::zero(), |node| blake2_256(node).into());
			let state = State::new(root, &nodes).unwrap();
			let _ = (
				state.get(&key),
				state.next_key(&key),
				state.keys(&key),
				head(&state, 2001),
			);
		}
		Answer::Inclusion(bytes) => {
			if let Ok(inclusion) = Inclusion::decode(&mut &*bytes) {
				let head = Header::decode(&header(H256::zero(), 1)).unwrap();
				assert!(inclusion.verify(&head).is_err());
			}
		}
		Answer::NetworkFile(json) => {
			if let Ok(file) = SignedFile::parse(&json) {
				assert!(Trusted::first(file).is_err());
			}
		}
	}
});
