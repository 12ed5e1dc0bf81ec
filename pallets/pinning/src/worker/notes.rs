//! The worker's notes between runs, in the node's local storage.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use salus_primitives::{Moment, RecordId};
use sp_runtime::offchain::storage::StorageValueRef;

const NOTES_KEY: &[u8] = b"salus:pinning:notes:v1";

/// The most records that are remembered for a retry. The rotation finds any others again when they
/// are due.
const MAX_RETRIES: usize = 256;

/// The worker's notes. Losing them does no harm.
#[derive(Encode, Decode, Default)]
pub struct Notes {
	/// The first record that no run has looked at yet.
	pub next_new: RecordId,
	/// Where the rotation over the older records continues.
	pub rotation: RecordId,
	/// A report that may still be on its way.
	pub in_flight: Option<InFlight>,
	/// The pause before the next call to Kubo.
	pub kubo_pause: Pause,
	/// Records to try again later.
	pub retries: Vec<(RecordId, Pause)>,
	/// Where the recheck of all pins continues, if the operator requested one.
	pub full_recheck: Option<RecordId>,
}

/// A report that may still be on its way.
#[derive(Clone, Copy, Encode, Decode)]
pub struct InFlight {
	/// The session for which it is valid.
	pub session: u32,
	/// Its number.
	pub number: u32,
	/// Its time.
	pub at: Moment,
}

/// A pause that doubles with each failure in a row.
#[derive(Clone, Copy, Encode, Decode, Default)]
pub struct Pause {
	failures: u8,
	/// When it ends, by the node's clock.
	pub until: u64,
}

impl Pause {
	/// The pause after one more failure, in milliseconds: `first` after the first failure, then
	/// twice as long each time, up to `longest`.
	pub fn after_failure(self, first: u64, longest: u64, now: u64) -> Self {
		let times = 1u64.checked_shl(self.failures.into()).unwrap_or(u64::MAX);
		let pause = first.saturating_mul(times).min(longest);
		Self {
			failures: self.failures.saturating_add(1).min(32),
			until: now.saturating_add(pause),
		}
	}

	/// The seconds that are left of it.
	pub fn seconds_left(self, now: u64) -> u64 {
		self.until.saturating_sub(now).div_ceil(1_000)
	}
}

impl Notes {
	/// Reads the notes. Missing or damaged ones are empty.
	pub fn load() -> Self {
		StorageValueRef::persistent(NOTES_KEY)
			.get()
			.ok()
			.flatten()
			.unwrap_or_default()
	}

	/// Writes the notes.
	pub fn save(&self) {
		StorageValueRef::persistent(NOTES_KEY).set(self);
	}

	/// The pause of a record that waits for a retry.
	pub fn pause_of(&self, record: RecordId) -> Option<Pause> {
		self.retries
			.iter()
			.find(|(id, _)| *id == record)
			.map(|(_, pause)| *pause)
	}

	/// Removes a record from those to try again.
	pub fn forget(&mut self, record: RecordId) {
		self.retries.retain(|(id, _)| *id != record);
	}

	/// Adds a record to those to try again, with its first pause and its longest one in
	/// milliseconds. If there are too many, the one with the longest wait goes.
	pub fn retry_later(
		&mut self,
		record: RecordId,
		(first, longest): (u64, u64),
		now: u64,
	) -> Pause {
		let pause = self
			.pause_of(record)
			.unwrap_or_default()
			.after_failure(first, longest, now);
		self.forget(record);
		if self.retries.len() >= MAX_RETRIES {
			let last = self
				.retries
				.iter()
				.max_by_key(|(_, pause)| pause.until)
				.map(|(id, _)| *id);
			last.into_iter().for_each(|id| self.forget(id));
		}
		self.retries.push((record, pause));
		pause
	}
}
