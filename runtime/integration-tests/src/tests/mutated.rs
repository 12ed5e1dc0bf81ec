//! Mutated programs: a limited number of the cases that the fuzz target in `fuzz/` tries.

use core::cell::RefCell;
use std::thread_local;

use proptest::prelude::*;

use crate::invariants::{Chains, Effect};

thread_local! {
	/// Preparing the chains takes longer than many cases.
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

	#[test]
	fn the_rules_hold_for_mutated_programs_from_any_sender(
		choices in prop::collection::vec(any::<u8>(), 0..64),
	) {
		check(&choices);
	}

	/// The barrier accepts most programs of the region and the consortium.
	#[test]
	fn the_rules_hold_for_mutated_programs_from_a_known_sender(
		origin in 0..2u8,
		choices in prop::collection::vec(any::<u8>(), 0..64),
	) {
		check(&[&[origin], &choices[..]].concat());
	}
}

/// So if a mutated program has no effect, the mutation is the reason.
#[test]
fn the_valid_programs_have_an_effect() {
	// From the first origin: the four crossing calls, and a call of the authorities.
	let effects = [0, 1, 2, 3, 4].map(|kind| check(&[0, kind]).0);
	assert_eq!(effects[..4], [Effect::Changed; 4]);
	assert_eq!(effects[4], Effect::Unchanged);
	// At the region: a remark, a call of `answered`, and an answer.
	let effects = [0, 1, 2].map(|kind| check(&[0, kind]).1);
	assert_eq!(
		effects,
		[Effect::NotExecuted, Effect::NotExecuted, Effect::Changed]
	);
}

/// So the tests above check executed programs too.
#[test]
fn mutated_programs_have_every_effect() {
	let mut at_consortium = vec![];
	let mut at_region = vec![];
	for seed in 0..600u32 {
		let choices: Vec<u8> = (0..24u32)
			.map(|at| (seed.wrapping_mul(2_654_435_761) >> (at % 25)) as u8 ^ (at * 7) as u8)
			.collect();
		let origin = (seed % 2) as u8;
		let (consortium, region) = check(&[&[origin], &choices[..]].concat());
		at_consortium.push(consortium);
		at_region.push(region);
	}
	for effect in [Effect::NotExecuted, Effect::Unchanged, Effect::Changed] {
		assert!(
			at_consortium.contains(&effect),
			"no program was {effect:?} at the consortium"
		);
	}
	for effect in [Effect::NotExecuted, Effect::Changed] {
		assert!(
			at_region.contains(&effect),
			"no program was {effect:?} at the region"
		);
	}
}
