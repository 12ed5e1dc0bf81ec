//! Recorded answers with damage: each bit flipped, each node left out.

use super::recorded::Recorded;
use super::*;
use crate::{head, State};

/// All copies of `bytes` with one bit flipped.
fn flipped(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
	(0..bytes.len() * 8).map(|bit| {
		let mut copy = bytes.to_vec();
		copy[bit / 8] ^= 1 << (bit % 8);
		copy
	})
}

#[test]
fn every_bit_of_a_step_counts() {
	let recorded = Recorded::load();
	let (from, clock) = (recorded.checkpoint(), recorded.clock());
	let good = recorded.steps().remove(0);
	assert!(from.step(&good, &clock).is_ok());
	let refused = |step: Step| from.step(&step, &clock).is_err();
	let cut =
		|bytes: &[u8]| -> Vec<_> { (0..bytes.len()).map(|end| bytes[..end].to_vec()).collect() };
	for header in flipped(&good.header).chain(cut(&good.header)) {
		assert!(refused(Step {
			header,
			..good.clone()
		}));
	}
	for justification in flipped(&good.justification).chain(cut(&good.justification)) {
		assert!(refused(Step {
			justification,
			..good.clone()
		}));
	}
}

#[test]
fn every_bit_of_the_checkpoints_trust_counts() {
	let recorded = Recorded::load();
	let (from, clock) = (recorded.checkpoint(), recorded.clock());
	let good = recorded.steps().remove(0);
	for set_id in [from.set_id.wrapping_sub(1), from.set_id + 1] {
		assert!(Checkpoint {
			set_id,
			..from.clone()
		}
		.step(&good, &clock)
		.is_err());
	}
	for at in 0..from.authorities.weights().len() {
		let mut weights = from.authorities.weights().to_vec();
		weights[at].0 = keys(1..2)[0].public();
		let authorities = Authorities::new(weights).unwrap();
		assert!(Checkpoint {
			authorities,
			..from.clone()
		}
		.step(&good, &clock)
		.is_err());
	}
}

#[test]
fn every_bit_of_the_heads_proof_counts() {
	let recorded = Recorded::load();
	let root = recorded.newest().state_root;
	let good = recorded.head_proof();
	let read = |nodes: &[Vec<u8>]| head(&State::new(root, nodes).unwrap(), 2001);
	assert!(read(&good).is_ok());
	for at in 0..good.len() {
		for node in flipped(&good[at]) {
			let mut bad = good.clone();
			bad[at] = node;
			assert!(read(&bad).is_err());
		}
		let mut bad = good.clone();
		bad.remove(at);
		assert!(read(&bad).is_err());
	}
}

#[test]
fn every_bit_of_the_states_proof_counts() {
	let recorded = Recorded::load();
	let root = recorded.head().state_root();
	let good = recorded.state_proof();
	let read = |nodes: &[Vec<u8>]| recorded.read(&State::new(root, nodes).unwrap());
	assert!(read(&good).is_ok());
	for at in 0..good.len() {
		for node in flipped(&good[at]) {
			let mut bad = good.clone();
			bad[at] = node;
			assert!(read(&bad).is_err());
		}
		let mut bad = good.clone();
		bad.remove(at);
		assert!(read(&bad).is_err());
	}
}
