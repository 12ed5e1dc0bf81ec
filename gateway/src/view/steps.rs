//! The steps of the relay chain, from the network file's checkpoint to now.
//!
//! A node that synced by warp cannot prove the finality of blocks before its sync. So the gateway keeps
//! each step that it has verified in a file: one for each change of the relay chain's authorities. A
//! client gets those after its own checkpoint.

use std::{
	fs::{File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
};

use codec::{Decode, Encode};
use salus_light::{limits::MAX_STEP_BYTES, Checkpoint, Clock, Step, StepError};

/// The most steps in an answer.
pub const MAX_STEPS: usize = 256;

/// The verified steps.
pub struct Steps {
	path: PathBuf,
	/// Those that change the authorities, each with the number of its block.
	changes: Vec<(u32, Step)>,
	/// The newest checkpoint.
	newest: Checkpoint,
	/// The step to it, if it does not change the authorities.
	last: Option<Step>,
}

/// Why a file of steps cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StepsError {
	/// The file cannot be read or written.
	#[error("cannot use the file of steps {0}: {1}")]
	File(String, io::Error),
	/// A step does not follow the one before.
	#[error(
		"the file of steps {0} does not follow the checkpoint: {1}. Move it away, and let a node that \
		 has synced in full give the steps again"
	)]
	Step(String, StepError),
}

impl Steps {
	/// The steps in a file after a checkpoint. A step at the end that was not written whole is cut off.
	///
	/// # Errors
	///
	/// [`StepsError`].
	pub fn open(path: &Path, checkpoint: Checkpoint, clock: &Clock) -> Result<Self, StepsError> {
		let name = || path.display().to_string();
		let failed = |error| StepsError::File(name(), error);
		let mut bytes = Vec::new();
		let mut file = OpenOptions::new()
			.read(true)
			.append(true)
			.create(true)
			.open(path)
			.map_err(failed)?;
		file.read_to_end(&mut bytes).map_err(failed)?;
		let mut steps = Self {
			path: path.to_owned(),
			changes: Vec::new(),
			newest: checkpoint,
			last: None,
		};
		let mut rest = &*bytes;
		let mut whole = 0;
		while let Ok(step) = Step::decode(&mut rest) {
			whole = bytes.len().saturating_sub(rest.len());
			// Those before a newer checkpoint of the network file are of no use any more.
			if number(&step).is_some_and(|number| number <= steps.newest.number) {
				continue;
			}
			let next = steps.newest.step(&step, clock);
			let next = next.map_err(|error| StepsError::Step(name(), error))?;
			steps.changes.push((next.number, step));
			steps.newest = next;
		}
		if whole < bytes.len() {
			cut(&file, whole).map_err(failed)?;
		}
		Ok(steps)
	}

	/// The newest checkpoint.
	pub fn newest(&self) -> &Checkpoint {
		&self.newest
	}

	/// The number of the set that finalizes the blocks after this one.
	pub fn set_id(&self, number: u32) -> u64 {
		let later = self
			.changes
			.iter()
			.filter(|(change, _)| *change > number)
			.count();
		let later = u64::try_from(later).unwrap_or(u64::MAX);
		self.newest.set_id.saturating_sub(later)
	}

	/// Takes a step from the newest checkpoint that changes the authorities, or, if there is one, from the
	/// last change.
	///
	/// # Errors
	///
	/// [`StepsError`].
	pub fn add(&mut self, step: Step, clock: &Clock) -> Result<(), StepsError> {
		let name = || self.path.display().to_string();
		let next = self.newest.step(&step, clock);
		let next = next.map_err(|error| StepsError::Step(name(), error))?;
		if next.set_id == self.newest.set_id {
			self.last = Some(step);
		} else {
			let failed = |error| StepsError::File(name(), error);
			let mut file = OpenOptions::new()
				.append(true)
				.open(&self.path)
				.map_err(failed)?;
			file.write_all(&step.encode()).map_err(failed)?;
			file.sync_data().map_err(failed)?;
			self.changes.push((next.number, step));
			self.last = None;
		}
		self.newest = next;
		Ok(())
	}

	/// The steps from a client's checkpoint, by its number, and whether they lead to the newest one.
	/// Otherwise the client takes these, and asks again.
	pub fn after(&self, number: u32) -> (Vec<Step>, bool) {
		let from = self
			.changes
			.partition_point(|(change, _)| *change <= number);
		let later = self.changes.get(from..).unwrap_or_default().iter();
		let last = self.last.iter().filter(|_| number < self.newest.number);
		let mut steps: Vec<_> = later.map(|(_, step)| step).chain(last).cloned().collect();
		let all = steps.len() <= MAX_STEPS;
		steps.truncate(MAX_STEPS);
		(steps, all)
	}
}

fn number(step: &Step) -> Option<u32> {
	let short = step.header.len() <= MAX_STEP_BYTES;
	let header = short.then(|| salus_light::Header::decode(&step.header).ok())?;
	header.map(|header| header.number())
}

fn cut(file: &File, length: usize) -> io::Result<()> {
	file.set_len(u64::try_from(length).unwrap_or(u64::MAX))?;
	file.sync_data()
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use salus_light::DEFAULT_MAX_AGE;
	use serde_json::Value;

	/// What nodes of a real network answered.
	fn answers() -> Value {
		let recorded = std::fs::read_to_string("../light/tests/network.json").unwrap();
		serde_json::from_str(&recorded).unwrap()
	}

	fn bytes(value: &Value) -> Vec<u8> {
		hex::decode(value.as_str().unwrap()).unwrap()
	}

	/// The nodes that show the head of the region 2001 after the last step.
	pub fn recorded_head() -> Vec<Vec<u8>> {
		let answers = answers();
		let nodes = answers["head_proof"].as_array().unwrap();
		nodes.iter().map(bytes).collect()
	}

	/// A real network's checkpoint and its steps, and a clock of their time.
	pub fn recorded() -> (Checkpoint, Vec<Step>, Clock) {
		let recorded = answers();
		let steps = recorded["steps"]
			.as_array()
			.unwrap()
			.iter()
			.map(|step| Step {
				header: bytes(&step["header"]),
				justification: bytes(&step["justification"]),
			});
		let clock = Clock {
			now: recorded["recorded_at"].as_u64().unwrap() + DEFAULT_MAX_AGE / 10,
			slot_duration: 6_000,
		};
		let checkpoint = Checkpoint::decode(&bytes(&recorded["checkpoint"])).unwrap();
		(checkpoint, steps.collect(), clock)
	}

	#[test]
	fn steps_are_kept_over_a_restart_and_lead_each_client_to_the_newest_block() {
		let (checkpoint, all, clock) = recorded();
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("steps");
		let mut steps = Steps::open(&path, checkpoint.clone(), &clock).unwrap();
		for step in &all {
			steps.add(step.clone(), &clock).unwrap();
		}
		let newest = steps.newest().clone();
		// A client can be at the checkpoint, at a change, or at the newest block.
		let mut client = checkpoint.clone();
		for place in 0..=all.len() {
			let (given, whole) = steps.after(client.number);
			assert!(whole);
			let led = given
				.iter()
				.fold(client.clone(), |at, step| at.step(step, &clock).unwrap());
			assert_eq!(led, newest, "{place}");
			if let Some(step) = all.get(place) {
				client = client.step(step, &clock).unwrap();
			}
		}
		// After a restart, the changes are there.
		let mut again = Steps::open(&path, checkpoint, &clock).unwrap();
		assert!(again.newest().number <= newest.number);
		assert_eq!(again.newest().set_id, newest.set_id);
		for step in &all {
			if number(step).unwrap() > again.newest().number {
				again.add(step.clone(), &clock).unwrap();
			}
		}
		assert_eq!(*again.newest(), newest);
	}

	#[test]
	fn a_step_that_was_not_written_whole_is_cut_off_and_a_false_one_is_refused() {
		let (checkpoint, all, clock) = recorded();
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("steps");
		let whole = all[0].encode();
		std::fs::write(&path, [&whole[..], &all[1].encode()[..100]].concat()).unwrap();
		let steps = Steps::open(&path, checkpoint.clone(), &clock).unwrap();
		assert_eq!(steps.newest().number, number(&all[0]).unwrap());
		assert_eq!(std::fs::read(&path).unwrap(), whole);

		let mut false_one = all[0].clone();
		*false_one.justification.last_mut().unwrap() ^= 1;
		std::fs::write(&path, false_one.encode()).unwrap();
		let error = Steps::open(&path, checkpoint, &clock).err().unwrap();
		assert!(matches!(error, StepsError::Step(..)), "{error}");
	}
}
