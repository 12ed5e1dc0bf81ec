//! The answers of a real network's nodes. `examples/record_chain.rs` recorded them.

use super::*;
use crate::{head, head_key, Included, Inclusion, KnownHead, State, DEFAULT_MAX_AGE};
use codec::Decode;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Recorded {
	pub recorded_at: u64,
	checkpoint: String,
	steps: Vec<RecordedStep>,
	region: u32,
	region_genesis: String,
	head_proof: Vec<String>,
	state_proof: Vec<String>,
	list: String,
	listed: Vec<String>,
	transaction: String,
	inclusion: String,
	events_proof: Vec<String>,
}

#[derive(Deserialize)]
struct RecordedStep {
	header: String,
	justification: String,
}

fn unhex(text: &String) -> Vec<u8> {
	hex::decode(text).unwrap()
}

fn unhex_all(texts: &[String]) -> Vec<Vec<u8>> {
	texts.iter().map(unhex).collect()
}

impl Recorded {
	pub fn load() -> Self {
		serde_json::from_str(include_str!("../../tests/network.json")).unwrap()
	}

	pub fn checkpoint(&self) -> Checkpoint {
		Checkpoint::decode(&unhex(&self.checkpoint)).unwrap()
	}

	pub fn clock(&self) -> Clock {
		Clock {
			now: self.recorded_at,
			slot_duration: 6000,
		}
	}

	pub fn steps(&self) -> Vec<Step> {
		let step = |step: &RecordedStep| Step {
			header: unhex(&step.header),
			justification: unhex(&step.justification),
		};
		self.steps.iter().map(step).collect()
	}

	/// The newest checkpoint.
	pub fn newest(&self) -> Checkpoint {
		let clock = self.clock();
		self.steps().iter().fold(self.checkpoint(), |from, step| {
			from.step(step, &clock).unwrap()
		})
	}

	pub fn head_proof(&self) -> Vec<Vec<u8>> {
		unhex_all(&self.head_proof)
	}

	pub fn head(&self) -> Header {
		let relay = State::new(self.newest().state_root, &self.head_proof()).unwrap();
		head(&relay, self.region).unwrap()
	}

	pub fn state_proof(&self) -> Vec<Vec<u8>> {
		unhex_all(&self.state_proof)
	}

	/// All values that the proof of the state was made for.
	pub fn read(&self, state: &State) -> Result<Vec<Option<Vec<u8>>>, crate::StateError> {
		let genesis = state.genesis()?;
		let mut values = vec![Some(genesis.encode())];
		for key in state.keys(&unhex(&self.list))? {
			values.push(state.get(&key)?);
		}
		Ok(values)
	}

	pub fn inclusion(&self) -> Inclusion {
		Inclusion::decode(&mut &*unhex(&self.inclusion)).unwrap()
	}
}

#[test]
fn the_relay_chain_is_followed_over_changes_of_the_set() {
	let recorded = Recorded::load();
	let (first, newest) = (recorded.checkpoint(), recorded.newest());
	assert!(
		newest.set_id >= first.set_id + 3,
		"from set {} to {}",
		first.set_id,
		newest.set_id
	);
	assert!(newest.number > first.number);
	assert_eq!(newest.authorities.weights().len(), 2);
	recorded.clock().age(newest.slot, DEFAULT_MAX_AGE).unwrap();
}

#[test]
fn a_step_cannot_be_left_out() {
	let recorded = Recorded::load();
	let steps = recorded.steps();
	for without in 0..steps.len() - 1 {
		let mut at = recorded.checkpoint();
		for step in &steps[..without] {
			at = at.step(step, &recorded.clock()).unwrap();
		}
		let refused = at.step(&steps[without + 1], &recorded.clock());
		assert!(
			matches!(refused, Err(crate::StepError::Justification { .. })),
			"{refused:?}"
		);
	}
}

#[test]
fn the_regions_state_is_read_from_its_proven_head() {
	let recorded = Recorded::load();
	let head = recorded.head();
	recorded
		.clock()
		.age(head.aura_slot().unwrap(), DEFAULT_MAX_AGE)
		.unwrap();
	let state = head.state(&recorded.state_proof()).unwrap();
	assert_eq!(
		state.genesis().unwrap().as_bytes(),
		unhex(&recorded.region_genesis)
	);
	let listed = unhex_all(&recorded.listed);
	assert!(listed.len() > 3);
	assert_eq!(state.keys(&unhex(&recorded.list)), Ok(listed.clone()));
	for key in listed {
		assert!(state.get(&key).unwrap().is_some());
	}
}

#[test]
fn another_region_is_not_shown() {
	let recorded = Recorded::load();
	let relay = State::new(recorded.newest().state_root, &recorded.head_proof()).unwrap();
	assert!(relay.get(&head_key(recorded.region)).is_ok());
	for other in [2000, 2002] {
		let refused = head(&relay, other);
		assert!(refused.as_ref() != Ok(&recorded.head()), "{refused:?}");
	}
}

#[test]
fn an_older_block_of_the_relay_chain_shows_no_head() {
	let recorded = Recorded::load();
	let old = State::new(recorded.checkpoint().state_root, &recorded.head_proof()).unwrap();
	assert!(head(&old, recorded.region).is_err());
}

#[test]
fn a_transaction_and_its_blocks_events_are_final() {
	let recorded = Recorded::load();
	let head = recorded.head();
	let Included {
		block, transaction, ..
	} = recorded.inclusion().verify(&head).unwrap();
	assert_eq!(transaction, unhex(&recorded.transaction));
	assert_eq!(block.number(), head.number() - 3);
	let included = recorded.inclusion().verify(&head).unwrap();
	let events = included.events(&unhex_all(&recorded.events_proof)).unwrap();
	assert!(events.len() > 10);
	// Nor does another head prove it.
	assert!(recorded.inclusion().verify(&block).is_err());
	let known = KnownHead::follow(None, &head).unwrap();
	assert!(KnownHead::follow(Some(known), &block).is_err());
}

#[test]
fn a_refresh_is_small() {
	let recorded = Recorded::load();
	let steps = recorded.steps();
	let step = steps.last().unwrap();
	let head: usize = recorded.head_proof().iter().map(Vec::len).sum();
	let bytes = step.header.len() + step.justification.len() + head;
	assert!(bytes < 5000, "{bytes} bytes");
}
