//! The worker's notes between runs, in the node's local storage.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use salus_primitives::{Moment, RecordId};
use sp_runtime::offchain::storage::StorageValueRef;

use super::QUEUES;
use crate::LOG_TARGET;

const NOTES_KEY: &[u8] = b"salus:pinning:notes:v1";

/// The most records that are remembered for a retry. The rotation finds any others again when they
/// are due.
const MAX_RETRIES: usize = 256;

/// The longest pause, in milliseconds.
pub const LONGEST_PAUSE: u64 = 24 * 3_600_000;

/// The worker's notes. Losing them does no harm.
#[derive(Encode, Decode, Default)]
pub struct Notes {
	/// The first record that no run has looked at yet.
	pub next_new: RecordId,
	/// Where the rotation over the older records without a pin continues.
	pub unpinned: RecordId,
	/// Where the rotation over the pins continues.
	pub rechecks: RecordId,
	/// A report that may still be on its way.
	pub in_flight: Option<InFlight>,
	/// The pause before the next call to Kubo.
	pub kubo_pause: Pause,
	/// Records to try again later.
	pub retries: Vec<(RecordId, Pause)>,
	/// Where the recheck of all pins continues, if the operator requested one.
	pub full_recheck: Option<RecordId>,
	/// The time that each queue of records took of late, in milliseconds.
	pub spent: [u64; QUEUES],
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
	/// A hash of the last failure's message. Only a change is logged.
	pub cause: [u8; 8],
}

impl Pause {
	/// The pause after one more failure, in milliseconds: `first` after the first failure, then
	/// twice as long each time, up to `longest`.
	pub fn after_failure(self, (first, longest): (u64, u64), cause: &str, now: u64) -> Self {
		let times = 1u64.checked_shl(self.failures.into()).unwrap_or(u64::MAX);
		let pause = first.saturating_mul(times).min(longest);
		Self {
			failures: self.failures.saturating_add(1).min(32),
			until: now.saturating_add(pause),
			cause: sp_io::hashing::twox_64(cause.as_bytes()),
		}
	}

	/// Whether something failed, and nothing has succeeded since.
	pub fn in_trouble(self) -> bool {
		self.failures > 0
	}

	/// The seconds that are left of it.
	pub fn seconds_left(self, now: u64) -> u64 {
		self.until.saturating_sub(now).div_ceil(1_000)
	}
}

impl Notes {
	/// Reads the notes. Missing or damaged ones are empty. A pause that ends later than any pause
	/// can, because the clock was wrong, ends now.
	pub fn load(now: u64) -> Self {
		let notes = StorageValueRef::persistent(NOTES_KEY).get::<Self>();
		let mut notes = notes.ok().flatten().unwrap_or_default();
		let latest = now.saturating_add(LONGEST_PAUSE);
		let pauses = notes.retries.iter_mut().map(|(_, pause)| pause);
		let mut absurd = false;
		for pause in pauses.chain([&mut notes.kubo_pause]) {
			if pause.until > latest {
				pause.until = now;
				absurd = true;
			}
		}
		if absurd {
			log::warn!(
				target: LOG_TARGET,
				"Ignored pauses that end more than a day from now. Check the clock of this node.",
			);
		}
		notes
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

	/// Adds a record to those to try again, after a pause as [`Pause::after_failure`] makes it. If
	/// there are too many, the one with the longest wait goes. Returns the pause, and whether the
	/// cause is news: neither the record's last one nor Kubo's present trouble.
	pub fn retry_later(
		&mut self,
		record: RecordId,
		pauses: (u64, u64),
		cause: &str,
		now: u64,
	) -> (Pause, bool) {
		let before = self.pause_of(record).unwrap_or_default();
		let pause = before.after_failure(pauses, cause, now);
		let news = pause.cause != before.cause && pause.cause != self.kubo_pause.cause;
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
		(pause, news)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_a_change_of_the_cause_is_news() {
		let mut notes = Notes::default();
		let mut news = |record, cause| notes.retry_later(record, (1, 1), cause, 0).1;
		assert!(news(1, "disk full"));
		assert!(!news(1, "disk full"));
		assert!(news(1, "timeout"));
		assert!(news(2, "disk full"));
		// While Kubo itself is in this trouble, a record's failure says nothing new.
		notes.kubo_pause = Pause::default().after_failure((1, 1), "disk full", 0);
		assert!(!notes.retry_later(3, (1, 1), "disk full", 0).1);
		assert!(notes.retry_later(3, (1, 1), "timeout", 0).1);
	}
}
