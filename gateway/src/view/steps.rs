//! The steps of the relay chain, from the network file's checkpoint to now.
//!
//! A node that synced by warp cannot prove the finality of blocks before its sync. So the gateway keeps
//! each step that it has verified in a file: one for each change of the relay chain's authorities. A
//! client gets those after its own checkpoint.

use std::{
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
};

use codec::{Decode, Encode};
use salus_light::{limits::MAX_STEP_BYTES, Checkpoint, Clock, Header, Step, StepError};

use super::digits;

/// The most steps in an answer.
pub const MAX_STEPS: usize = 256;

/// The verified steps.
pub struct Steps {
	path: PathBuf,
	/// Those that change the authorities, each with the number of its block, in SCALE, as hexadecimal
	/// digits: answers have them as they are.
	changes: Vec<(u32, String)>,
	/// The newest checkpoint.
	newest: Checkpoint,
	/// The step to it, if it does not change the authorities.
	last: Option<String>,
}

/// Why a file of steps cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StepsError {
	/// There is nothing that the first step could follow.
	#[error(
		"relay.checkpoint is not a checkpoint: {0}. Write the network file's there: `salus-gateway check` prints \
		 the command"
	)]
	Checkpoint(String),
	/// The file cannot be read or written.
	#[error(
		"cannot use the file of steps {0}: {1}. relay.steps names it: the gateway's user must be able to \
		 write it"
	)]
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
	pub fn open(
		path: &Path,
		checkpoint: Checkpoint,
		slot_duration: u64,
	) -> Result<Self, StepsError> {
		let failed = |error| StepsError::File(path.display().to_string(), error);
		let mut bytes = Vec::new();
		let mut file = OpenOptions::new()
			.read(true)
			.append(true)
			.create(true)
			.open(path)
			.map_err(failed)?;
		file.read_to_end(&mut bytes).map_err(failed)?;
		let (steps, whole) = Self::replay(path, &bytes, checkpoint, slot_duration)?;
		if whole < bytes.len() {
			cut(&file, whole).map_err(failed)?;
		}
		Ok(steps)
	}

	/// The newest checkpoint to which the steps in a file lead. Changes nothing, also while a gateway
	/// adds steps.
	///
	/// # Errors
	///
	/// [`StepsError`].
	pub fn look(
		path: &Path,
		checkpoint: Checkpoint,
		slot_duration: u64,
	) -> Result<Checkpoint, StepsError> {
		let bytes = match fs::read(path) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
			read => read.map_err(|error| StepsError::File(path.display().to_string(), error))?,
		};
		let (steps, _) = Self::replay(path, &bytes, checkpoint, slot_duration)?;
		Ok(steps.newest)
	}

	/// The steps in a file's bytes, and how many bytes they have.
	///
	/// Each was checked by the clock when it came. Now its own time is the clock's: a checkpoint of years
	/// ago still leads to the steps after it.
	fn replay(
		path: &Path,
		bytes: &[u8],
		checkpoint: Checkpoint,
		slot_duration: u64,
	) -> Result<(Self, usize), StepsError> {
		let mut steps = Self {
			path: path.to_owned(),
			changes: Vec::new(),
			newest: checkpoint,
			last: None,
		};
		let mut rest = bytes;
		let mut whole = 0;
		while let Ok(step) = Step::decode(&mut rest) {
			whole = bytes.len().saturating_sub(rest.len());
			let header = header(&step);
			let number = header.as_ref().map(Header::number);
			// Those before a newer checkpoint of the network file are of no use any more.
			if number.is_some_and(|number| number <= steps.newest.number) {
				continue;
			}
			let slot = header.and_then(|header| header.babe_slot());
			let mut clock = Clock {
				now: 0,
				slot_duration,
			};
			clock.now = clock.time(slot.unwrap_or_default().max(steps.newest.slot));
			let next = steps.newest.step(&step, &clock);
			let next = next.map_err(|error| StepsError::Step(path.display().to_string(), error))?;
			steps.changes.push((next.number, digits(&step.encode())));
			steps.newest = next;
		}
		Ok((steps, whole))
	}

	/// The newest checkpoint.
	pub fn newest(&self) -> &Checkpoint {
		&self.newest
	}

	/// The number of the set that finalizes the blocks after this one.
	pub fn set_id(&self, number: u32) -> u64 {
		let later = u64::try_from(self.later(number).len()).unwrap_or(u64::MAX);
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
		let bytes = step.encode();
		if next.set_id == self.newest.set_id {
			self.last = Some(digits(&bytes));
		} else {
			let failed = |error| StepsError::File(name(), error);
			let mut file = OpenOptions::new()
				.append(true)
				.open(&self.path)
				.map_err(failed)?;
			file.write_all(&bytes).map_err(failed)?;
			file.sync_data().map_err(failed)?;
			self.changes.push((next.number, digits(&bytes)));
			self.last = None;
		}
		self.newest = next;
		Ok(())
	}

	/// The steps from a client's checkpoint, by its number, and whether they lead to the newest one.
	/// Otherwise the client takes these, and asks again.
	pub fn after(&self, number: u32) -> (Vec<String>, bool) {
		let last = self.last.iter().filter(|_| number < self.newest.number);
		let later = self.later(number).iter().map(|(_, step)| step);
		let mut steps = later.chain(last);
		let some = steps.by_ref().take(MAX_STEPS).cloned().collect();
		(some, steps.next().is_none())
	}

	/// The steps after this block that change the authorities.
	fn later(&self, number: u32) -> &[(u32, String)] {
		let from = self
			.changes
			.partition_point(|(change, _)| *change <= number);
		self.changes.get(from..).unwrap_or_default()
	}
}

fn header(step: &Step) -> Option<Header> {
	let short = step.header.len() <= MAX_STEP_BYTES;
	short.then(|| Header::decode(&step.header).ok())?
}

fn cut(file: &File, length: usize) -> io::Result<()> {
	file.set_len(u64::try_from(length).unwrap_or(u64::MAX))?;
	file.sync_data()
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use codec::Compact;
	use salus_light::{Authorities, DEFAULT_MAX_AGE, H256};
	use serde_json::Value;
	use sp_core::{ed25519, Pair};

	/// What nodes of a real network answered.
	fn answers() -> Value {
		let recorded = std::fs::read_to_string("../light/tests/network.json").unwrap();
		serde_json::from_str(&recorded).unwrap()
	}

	fn bytes(value: &Value) -> Vec<u8> {
		hex::decode(value.as_str().unwrap()).unwrap()
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

	fn number(step: &Step) -> u32 {
		header(step).unwrap().number()
	}

	pub const SLOT: u64 = 6_000;

	/// A checkpoint of 1970, and two steps that change the authorities, each 60 days later.
	pub fn long_ago() -> (Checkpoint, Vec<Step>) {
		let key = ed25519::Pair::from_seed(&[1; 32]);
		let authorities = vec![(key.public(), 1_u64)];
		let change = (1_u8, &authorities, 0_u32).encode();
		let header = |number: u32| {
			let slot = (2_u8, 0_u32, u64::from(number)).encode();
			let digest = vec![(6_u8, *b"BABE", slot), (4, *b"FRNK", change.clone())];
			let zero = H256::zero();
			(zero, Compact(number), zero, zero, digest).encode()
		};
		let step = |number: u32, set_id: u64| {
			let header = header(number);
			let hash = Header::decode(&header).unwrap().hash();
			let signature = key.sign(&(1_u8, hash, number, 5_u64, set_id).encode());
			let votes = vec![(hash, number, signature, key.public())];
			let justification = (5_u64, hash, number, votes, Vec::<()>::new()).encode();
			Step {
				header,
				justification,
			}
		};
		let first = Header::decode(&header(1)).unwrap();
		let authorities = Authorities::new(authorities.clone()).unwrap();
		let checkpoint = Checkpoint::new(H256::zero(), &first, 7, authorities, 0).unwrap();
		let slots = 60 * 24 * 60 * 10;
		(checkpoint, vec![step(slots, 7), step(2 * slots, 8)])
	}

	#[test]
	fn steps_are_kept_over_a_restart_and_lead_each_client_to_the_newest_block() {
		let (checkpoint, all, clock) = recorded();
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("steps");
		let mut steps = Steps::open(&path, checkpoint.clone(), clock.slot_duration).unwrap();
		for step in &all {
			steps.add(step.clone(), &clock).unwrap();
		}
		let newest = steps.newest().clone();
		// A client can be at the checkpoint, at a change, or at the newest block.
		let mut client = checkpoint.clone();
		for place in 0..=all.len() {
			let (given, whole) = steps.after(client.number);
			assert!(whole);
			let led = given.iter().fold(client.clone(), |at, step| {
				let step = hex::decode(&step[2..]).unwrap();
				let step = Step::decode(&mut &*step).unwrap();
				at.step(&step, &clock).unwrap()
			});
			assert_eq!(led, newest, "{place}");
			if let Some(step) = all.get(place) {
				client = client.step(step, &clock).unwrap();
			}
		}
		// After a restart, the changes are there.
		let looked = Steps::look(&path, checkpoint.clone(), clock.slot_duration).unwrap();
		let mut again = Steps::open(&path, checkpoint, clock.slot_duration).unwrap();
		assert_eq!(*again.newest(), looked);
		assert!(again.newest().number <= newest.number);
		assert_eq!(again.newest().set_id, newest.set_id);
		for step in &all {
			if number(step) > again.newest().number {
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
		let open = |checkpoint| Steps::open(&path, checkpoint, clock.slot_duration);
		let looked = Steps::look(&path, checkpoint.clone(), clock.slot_duration).unwrap();
		assert_eq!(looked.number, number(&all[0]));
		assert!(std::fs::read(&path).unwrap().len() > whole.len());
		let steps = open(checkpoint.clone()).unwrap();
		assert_eq!(steps.newest().number, number(&all[0]));
		assert_eq!(std::fs::read(&path).unwrap(), whole);

		let mut false_one = all[0].clone();
		*false_one.justification.last_mut().unwrap() ^= 1;
		std::fs::write(&path, false_one.encode()).unwrap();
		let error = open(checkpoint).err().unwrap();
		assert!(matches!(error, StepsError::Step(..)), "{error}");
	}

	#[test]
	fn steps_that_were_checked_when_they_came_are_read_at_any_time() {
		let (checkpoint, all) = long_ago();
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("steps");
		std::fs::write(
			&path,
			all.iter().flat_map(Encode::encode).collect::<Vec<_>>(),
		)
		.unwrap();
		let steps = Steps::open(&path, checkpoint.clone(), SLOT).unwrap();
		assert_eq!(steps.newest().number, number(&all[1]));
		// They were never checked if there were more than 90 days between two.
		std::fs::write(&path, all[1].encode()).unwrap();
		let error = Steps::open(&path, checkpoint, SLOT).err().unwrap();
		assert!(matches!(error, StepsError::Step(..)), "{error}");
	}
}
