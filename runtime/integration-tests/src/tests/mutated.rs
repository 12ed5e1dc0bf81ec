//! Mutated programs: what the fuzz target in `fuzz/` does without end, for a while.

use core::cell::RefCell;
use std::thread_local;

use proptest::prelude::*;

use crate::invariants::{Chains, Effect};

thread_local! {
	/// Setting the chains up takes longer than a try.
	static CHAINS: RefCell<Chains> = RefCell::default();
}

fn check(choices: &[u8]) -> (Effect, Effect) {
	CHAINS.with(|chains| chains.borrow_mut().check(choices))
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: 2_048,
		failure_persistence: None,
		..ProptestConfig::default()
	})]

	/// Any bytes.
	#[test]
	fn no_mutated_program_does_what_it_may_not(choices in prop::collection::vec(any::<u8>(), 0..64)) {
		check(&choices);
	}

	/// From the region's own place and the consortium's, where most gets past the barrier.
	#[test]
	fn nor_does_one_of_an_admitted_sender(
		origin in 0..2u8,
		choices in prop::collection::vec(any::<u8>(), 0..64),
	) {
		check(&[&[origin], &choices[..]].concat());
	}
}

/// The good programs, which the mutated ones are made from, do what they say: so a guard is what stops
/// the others.
#[test]
fn the_programs_that_are_mutated_have_an_effect() {
	// By the first origin: the four crossing calls, and the authorities' own.
	let effects = [0, 1, 2, 3, 4].map(|kind| check(&[0, kind]).0);
	assert_eq!(effects[..4], [Effect::Changed; 4]);
	assert_eq!(effects[4], Effect::Harmless);
	// The region's good programs: a remark, the taking of an answer, and an answer.
	let effects = [0, 1, 2].map(|kind| check(&[0, kind]).1);
	assert_eq!(effects, [Effect::Kept, Effect::Kept, Effect::Changed]);
}

/// The guards would be seen to fail: a mutation often gets past them, and often does not.
#[test]
fn mutations_reach_every_outcome() {
	let mut at_consortium = vec![];
	let mut at_region = vec![];
	for seed in 0..600u32 {
		let choices: Vec<u8> = (0..24u32)
			.map(|at| (seed.wrapping_mul(2_654_435_761) >> (at % 25)) as u8 ^ (at * 7) as u8)
			.collect();
		let origin = (seed % 2) as u8;
		let (one, other) = check(&[&[origin], &choices[..]].concat());
		at_consortium.push(one);
		at_region.push(other);
	}
	for effect in [Effect::Kept, Effect::Harmless, Effect::Changed] {
		assert!(
			at_consortium.contains(&effect),
			"none was {effect:?} at the consortium"
		);
	}
	for effect in [Effect::Kept, Effect::Changed] {
		assert!(
			at_region.contains(&effect),
			"none was {effect:?} at the region"
		);
	}
}
