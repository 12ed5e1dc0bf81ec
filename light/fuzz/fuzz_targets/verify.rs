//! Hostile answers to everything of the library that reads them: checkpoints, steps, states,
//! transactions and network files.
//!
//! Bytes as they come would hardly pass the first check of a justification, so this target also
//! makes votes of the authorities for linked blocks. Their signatures are false.
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
	Authorities, Checkpoint, Clock, Header, Inclusion, State, Step, H256,
};
use sp_crypto_hashing::blake2_256;

const CLOCK: Clock = Clock {
	now: u64::MAX,
	slot_duration: 6000,
};

#[derive(Arbitrary, Debug)]
enum Answer {
	Checkpoint(Vec<u8>),
	Step {
		header: Vec<u8>,
		justification: Vec<u8>,
	},
	/// Headers, each with its parent among those before and a number; and votes, each with its
	/// authority, its block among the headers and a number. The last header is the target.
	Votes {
		headers: Vec<(u8, u32)>,
		votes: Vec<(u8, u8, Option<u32>)>,
	},
	State {
		nodes: Vec<Vec<u8>>,
		key: Vec<u8>,
	},
	Inclusion(Vec<u8>),
	NetworkFile(Vec<u8>),
}

fn header(parent: H256, number: u32) -> Vec<u8> {
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
	let keys = (0..3_u8)
		.map(|key| ([key; 32], 1_u64))
		.collect::<Vec<_>>()
		.encode();
	let authorities = Authorities::decode(&mut &*keys).unwrap();
	let block = Header::decode(&header(H256::zero(), 1)).unwrap();
	Checkpoint::new(H256::zero(), &block, 1, authorities, 0).unwrap()
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
		Answer::Votes { headers, votes } => {
			let mut blocks = vec![Header::decode(&header(H256::zero(), 1)).unwrap()];
			let mut encoded = vec![];
			for (parent, number) in headers {
				let parent = blocks[usize::from(parent) % blocks.len()].hash();
				encoded.push(header(parent, number));
				blocks.push(Header::decode(encoded.last().unwrap()).unwrap());
			}
			let target = blocks.last().unwrap();
			let votes: Vec<_> = votes
				.iter()
				.map(|(who, at, number)| {
					let block = &blocks[usize::from(*at) % blocks.len()];
					let number = number.unwrap_or(block.number());
					(block.hash(), number, [0_u8; 64], [who % 3; 32])
				})
				.collect();
			let count = Compact(encoded.len() as u32);
			let mut justification = (0_u64, target.hash(), target.number(), votes, count).encode();
			let header = encoded.last().cloned().unwrap_or_default();
			justification.extend(encoded.concat());
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
