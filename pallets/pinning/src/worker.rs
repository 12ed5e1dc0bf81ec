//! The off-chain worker of a pinner.
//!
//! It runs at every block, on a node whose keystore holds a key of [`Pinners`]. Only one run is
//! active at a time: a lock ends any other at once. A run starts nothing new after [`RUN_TIME`],
//! and every call to Kubo has a deadline. So workers never pile up, and blocks never wait.

pub(crate) mod envelope;
mod notes;
pub(crate) mod operator;

use alloc::{collections::BTreeSet, string::ToString};

use frame_support::traits::{Get, Time, ValidatorSet};
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use salus_primitives::{traits::Records, Moment, RecordId};
use sp_core::{bounded::BoundedVec, offchain::Duration};
use sp_runtime::{
	offchain::{
		storage::StorageValueRef,
		storage_lock::{StorageLock, Time as Clock},
	},
	RuntimeAppPublic,
};

use self::{
	envelope::{Envelope, Failure, Rechecked, MAX_CALL_TIME},
	notes::{InFlight, Notes, Pause},
	operator::{kubo_address, kubo_secret, take_recheck_request},
};
use crate::{
	crypto::PinnerId,
	kubo::{node_time, Error, Kubo},
	Call, Config, Due, Pallet, Pinners, ReportOf, Reports, LOG_TARGET,
};

const LOCK_KEY: &[u8] = b"salus:pinning:lock";

/// Milliseconds after which a run starts nothing new.
const RUN_TIME: u64 = 8_000;
/// The longest run in milliseconds: [`RUN_TIME`], then a last record, with a check of its blocks
/// and of some leaves, a read of its inner nodes, the pinning and a second check of blocks and
/// leaves, and the short calls between. If a worker dies, its lock holds for this long.
pub(crate) const MAX_RUN_TIME: u64 = RUN_TIME + 7 * MAX_CALL_TIME;
/// The most records whose pins a run looks up in the state, for each queue.
const MAX_LOOKUPS: u64 = 1_000;

/// The refusals of Kubo in a row, of different records, after which it is Kubo's trouble.
const MAX_REFUSALS: u32 = 3;
/// The pauses of a Kubo that cannot be used, and of one that refuses: the first one and the
/// longest, in milliseconds.
const DOWN: (u64, u64) = (5_000, 300_000);
const REFUSING: (u64, u64) = (5_000, 60_000);

/// The pinner whose key this node holds.
struct Pinner<AccountId> {
	/// Its index in [`Pinners`].
	index: u32,
	account: AccountId,
	key: PinnerId,
}

/// Where the next record comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Queue {
	/// Records that no run has looked at.
	New,
	/// Records that failed and whose pause is over.
	Retries,
	/// All older records without a pin of this node, in rotation.
	Unpinned,
	/// All pins of this node, in rotation.
	Rechecks,
	/// All records, if the operator requested a recheck.
	FullRecheck,
}

/// The number of queues.
const QUEUES: usize = 5;

impl Queue {
	const ALL: [Self; QUEUES] = [
		Self::New,
		Self::Retries,
		Self::Unpinned,
		Self::Rechecks,
		Self::FullRecheck,
	];
}

/// A queue in one run.
struct Turn {
	queue: Queue,
	lookups_left: u64,
	is_empty: bool,
}

/// Runs at one block.
pub(crate) fn run<T: Config>() {
	let Some(pinner) = own_pinner::<T>() else {
		return;
	};
	let mut lock =
		StorageLock::<Clock>::with_deadline(LOCK_KEY, Duration::from_millis(MAX_RUN_TIME));
	let _guard = match lock.try_lock() {
		Ok(guard) => guard,
		Err(until) => {
			if until.unix_millis() > node_time().saturating_add(MAX_RUN_TIME) {
				log::warn!(
					target: LOG_TARGET,
					"Removed a lock that ends later than any run can. Check the clock of this node.",
				);
				StorageValueRef::persistent(LOCK_KEY).clear();
			} else {
				log::debug!(target: LOG_TARGET, "Nothing done at this block: the previous run is still active.");
			}
			return;
		}
	};
	let mut notes = Notes::load(node_time());
	if take_recheck_request() {
		notes.full_recheck = Some(0);
		// What failed before may succeed now.
		notes.retries.clear();
		notes.kubo_pause = Pause::default();
		notes.save();
	}
	let now = T::Time::now();
	let session = T::Session::session_index();
	let index = usize::try_from(pinner.index).ok();
	let numbers = Reports::<T>::get();
	let Some(number) = index.and_then(|index| numbers.get(index).copied()) else {
		return;
	};
	if let Some(sent) = notes.in_flight {
		// A report from the future is one from before the clock was corrected.
		let lifetime = T::ReportLifetime::get();
		let expired = now > sent.at.saturating_add(lifetime) || sent.at > now;
		if sent.session == session && !expired && number == sent.number {
			return;
		}
		// The report arrived, or it never will. The pool has this block's time to notice.
		notes.in_flight = None;
		notes.save();
		return;
	}
	if node_time() < notes.kubo_pause.until {
		return;
	}
	let Some(address) = kubo_address() else {
		return;
	};
	let secret = kubo_secret();
	let mut run = Run::<T> {
		kubo: Kubo {
			address: &address,
			secret: secret.as_deref(),
		},
		pinner: &pinner,
		now,
		lookups_left: 0,
		seen: BTreeSet::new(),
		claimed: BTreeSet::new(),
		lost: BTreeSet::new(),
	};
	run.process_records(&mut notes);
	let (claimed, lost) = (run.claimed, run.lost);
	let reports = !(claimed.is_empty() && lost.is_empty());
	let sent = InFlight {
		session,
		number,
		at: now,
	};
	if reports && submit::<T>(&pinner, sent, claimed, lost) {
		notes.in_flight = Some(sent);
	}
	notes.save();
}

struct Run<'a, T: Config> {
	kubo: Kubo<'a>,
	pinner: &'a Pinner<T::AccountId>,
	now: Moment,
	/// The lookups that the queue may still make whose turn it is.
	lookups_left: u64,
	seen: BTreeSet<RecordId>,
	claimed: BTreeSet<RecordId>,
	lost: BTreeSet<RecordId>,
}

impl<T: Config> Run<'_, T> {
	/// Processes records until the time is over or the report is full. Takes the next record from
	/// the [`Queue`] that took the least time of late, so that none holds up the others: a record
	/// that never arrives costs its queue all the time that Kubo looks for it.
	fn process_records(&mut self, notes: &mut Notes) {
		let end = node_time().saturating_add(RUN_TIME);
		let max_batch = usize::try_from(T::MaxBatch::get()).unwrap_or(usize::MAX);
		let next_id = T::Records::next_id();
		notes.next_new = notes.next_new.min(next_id);
		// A queue that was empty for long, or took very long once, is at most a run ahead or behind.
		let least = notes.spent.iter().min().copied().unwrap_or_default();
		for spent in &mut notes.spent {
			*spent = spent.saturating_sub(least).min(RUN_TIME);
		}
		let mut kubo_answers = false;
		let mut refusals = 0u32;
		let mut turns = Queue::ALL.map(|queue| Turn {
			queue,
			lookups_left: MAX_LOOKUPS,
			is_empty: false,
		});
		while self.claimed.len() < max_batch && self.lost.len() < max_batch && node_time() <= end {
			let open = turns.iter_mut().zip(&mut notes.spent);
			let next = open
				.filter(|(turn, _)| !turn.is_empty)
				.min_by_key(|(_, spent)| **spent);
			let Some((turn, _)) = next else {
				break;
			};
			let begin = node_time();
			self.lookups_left = turn.lookups_left;
			let candidate = match turn.queue {
				Queue::New => self.next_new(notes, next_id),
				Queue::Retries => self.next_retry(notes),
				Queue::Unpinned => self.next_in_rotation(notes, Due::Pin, |n| &mut n.unpinned),
				Queue::Rechecks => self.next_in_rotation(notes, Due::Recheck, |n| &mut n.rechecks),
				Queue::FullRecheck => self.next_in_full_recheck(notes, next_id),
			};
			turn.lookups_left = self.lookups_left;
			let Some((record, due)) = candidate else {
				turn.is_empty = true;
				continue;
			};
			let queue = turn.queue;
			self.seen.insert(record);
			if !kubo_answers {
				if let Err(error) = self.kubo.version() {
					let pauses = Failure::from(Error::Timeout).pauses();
					notes.retry_later(record, pauses, "", node_time());
					return self.pause_kubo(notes, DOWN, &error);
				}
				kubo_answers = true;
			}
			let result = self.process(record, due);
			let took = node_time().saturating_sub(begin).saturating_add(1);
			for (one, spent) in Queue::ALL.into_iter().zip(&mut notes.spent) {
				if one == queue {
					*spent = spent.saturating_add(took);
				}
			}
			match self.note(notes, record, due, result) {
				Some(Error::Refused(message)) => {
					refusals = refusals.saturating_add(1);
					if refusals >= MAX_REFUSALS || notes.kubo_pause.in_trouble() {
						return self.pause_kubo(notes, REFUSING, &Error::Refused(message));
					}
				}
				Some(
					error @ (Error::Unreachable
					| Error::Cut
					| Error::Forbidden
					| Error::InvalidAnswer(_)),
				) => {
					return self.pause_kubo(notes, DOWN, &error);
				}
				_ => {
					refusals = 0;
					if notes.kubo_pause.in_trouble() {
						notes.kubo_pause = Pause::default();
						log::info!(target: LOG_TARGET, "Kubo at {} works again.", self.kubo.address);
					}
				}
			}
		}
	}

	/// Notes the result of a record, and logs what is news. Returns the error if Kubo failed.
	fn note(
		&mut self,
		notes: &mut Notes,
		record: RecordId,
		due: Due,
		result: Result<Rechecked, Failure>,
	) -> Option<Error> {
		let now = node_time();
		match result {
			Ok(Rechecked::Kept) => {
				notes.forget(record);
				if due != Due::Nothing {
					self.claimed.insert(record);
				}
				None
			}
			Ok(Rechecked::Lost(failure)) => {
				log::warn!(
					target: LOG_TARGET,
					"Kubo does not keep the envelope of record {record}: {failure}. The pin is \
					 reported as lost, and pinned again if it can be. If this repeats, check the disk of Kubo.",
				);
				self.lost.insert(record);
				// Nothing is due for the record until a block includes the report, and that may
				// never happen.
				notes.forget(record);
				notes.retry_later(record, failure.pauses(), &failure.to_string(), now);
				None
			}
			Err(failure) => {
				let cause = failure.to_string();
				let (pause, news) = notes.retry_later(record, failure.pauses(), &cause, now);
				log::log!(
					target: LOG_TARGET,
					if news { log::Level::Warn } else { log::Level::Debug },
					"Cannot pin the envelope of record {record}: {failure}. Retrying in {} s. {}",
					pause.seconds_left(now),
					failure.advice(),
				);
				match failure {
					Failure::Kubo(error) => Some(error),
					_ => None,
				}
			}
		}
	}

	/// Pins the envelope of a record, or checks it again.
	fn process(&self, record: RecordId, due: Due) -> Result<Rechecked, Failure> {
		let (cid, size) = T::Records::envelope_of(record).ok_or(Failure::NotAnEnvelope)?;
		let envelope = Envelope {
			kubo: &self.kubo,
			cid,
			size,
			magic: T::EnvelopeMagic::get(),
		};
		match due {
			Due::Pin => envelope.pin().map(|()| Rechecked::Kept),
			Due::Recheck | Due::Nothing => envelope.recheck(),
		}
	}

	/// Makes no call to Kubo for a while.
	fn pause_kubo(&self, notes: &mut Notes, pauses: (u64, u64), error: &Error) {
		let now = node_time();
		let before = notes.kubo_pause;
		notes.kubo_pause = before.after_failure(pauses, &error.to_string(), now);
		let news = notes.kubo_pause.cause != before.cause;
		log::log!(
			target: LOG_TARGET,
			if news { log::Level::Warn } else { log::Level::Debug },
			"Cannot use Kubo at {}: {error}. Nothing is pinned until this ends. Retrying in {} s. \
			 Check that Kubo runs, that its disk is not full, and that this is the address of its \
			 RPC interface.",
			self.kubo.address,
			notes.kubo_pause.seconds_left(now),
		);
	}

	/// Looks up what is due for a record. `None` if nothing is.
	fn look_up_due(&mut self, record: RecordId) -> Option<(RecordId, Due)> {
		let (record, due) = self.look_up(record)?;
		(due != Due::Nothing).then_some((record, due))
	}

	/// Looks up a record that this run has not processed yet.
	fn look_up(&mut self, record: RecordId) -> Option<(RecordId, Due)> {
		self.lookups_left = self.lookups_left.checked_sub(1)?;
		let due = Pallet::<T>::due(record, &self.pinner.account, self.now)?;
		(!self.seen.contains(&record)).then_some((record, due))
	}

	fn next_new(&mut self, notes: &mut Notes, next_id: RecordId) -> Option<(RecordId, Due)> {
		while notes.next_new < next_id && self.lookups_left > 0 {
			let record = notes.next_new;
			notes.next_new = record.saturating_add(1);
			let found = self.look_up_due(record);
			if found.is_some() {
				return found;
			}
		}
		None
	}

	fn next_retry(&mut self, notes: &mut Notes) -> Option<(RecordId, Due)> {
		let now = node_time();
		while self.lookups_left > 0 {
			let ready = notes
				.retries
				.iter()
				.filter(|(id, pause)| pause.until <= now && !self.seen.contains(id))
				.min_by_key(|(_, pause)| pause.until)
				.map(|(id, _)| *id)?;
			// Also if nothing is due: a full recheck may have failed.
			let found = self.look_up(ready);
			if found.is_some() {
				return found;
			}
			notes.forget(ready);
		}
		None
	}

	/// The next old record for which this is due. `place` is where the rotation continues.
	fn next_in_rotation(
		&mut self,
		notes: &mut Notes,
		wanted: Due,
		place: fn(&mut Notes) -> &mut RecordId,
	) -> Option<(RecordId, Due)> {
		let mut left = notes.next_new;
		while left > 0 && self.lookups_left > 0 {
			left = left.saturating_sub(1);
			let end = notes.next_new;
			let place = place(notes);
			let record = if *place < end { *place } else { 0 };
			*place = record.saturating_add(1);
			let found = self.look_up(record).filter(|(_, due)| *due == wanted);
			if found.is_some() && notes.pause_of(record).is_none() {
				return found;
			}
		}
		None
	}

	fn next_in_full_recheck(
		&mut self,
		notes: &mut Notes,
		next_id: RecordId,
	) -> Option<(RecordId, Due)> {
		while self.lookups_left > 0 {
			let record = notes.full_recheck.filter(|record| *record < next_id);
			notes.full_recheck = record.map(|record| record.saturating_add(1));
			// The other queues process the records for which something is due.
			let found = self.look_up(record?);
			if let Some((_, Due::Nothing)) = found {
				return found;
			}
		}
		None
	}
}

fn own_pinner<T: Config>() -> Option<Pinner<T::AccountId>> {
	let own = PinnerId::all();
	if own.is_empty() {
		return None;
	}
	let found = Pinners::<T>::get()
		.into_iter()
		.zip(0u32..)
		.find(|((_, key), _)| own.contains(key));
	let ((account, key), index) = found?;
	Some(Pinner {
		index,
		account,
		key,
	})
}

/// Signs a report and submits it to the transaction pool. Returns whether the pool accepted it.
fn submit<T: Config>(
	pinner: &Pinner<T::AccountId>,
	InFlight {
		session,
		number,
		at,
	}: InFlight,
	claimed: BTreeSet<RecordId>,
	lost: BTreeSet<RecordId>,
) -> bool {
	let (claims, losses) = (claimed.len(), lost.len());
	let report = ReportOf::<T> {
		pinner: pinner.index,
		session,
		number,
		at,
		claimed: BoundedVec::truncate_from(claimed.into_iter().collect()),
		lost: BoundedVec::truncate_from(lost.into_iter().collect()),
	};
	let Some(signature) = pinner.key.sign(&Pallet::<T>::payload(&report)) else {
		log::error!(
			target: LOG_TARGET,
			"Cannot report {claims} claimed and {losses} lost pins: the keystore cannot sign with the \
			 pinner key of this node. Insert the key (type {}) again, or set new session keys.",
			core::str::from_utf8(&crate::KEY_TYPE.0).unwrap_or_default(),
		);
		return false;
	};
	let call = Call::<T>::claim_pins { report, signature };
	let transaction =
		<T as CreateAuthorizedTransaction<Call<T>>>::create_authorized_transaction(call.into());
	match SubmitTransaction::<T, Call<T>>::submit_transaction(transaction) {
		Ok(()) => {
			log::info!(target: LOG_TARGET, "Reported {claims} claimed and {losses} lost pins.");
			true
		}
		Err(()) => {
			log::warn!(
				target: LOG_TARGET,
				"Cannot report {claims} claimed and {losses} lost pins: the transaction pool refused \
				 the report. The next run makes a new one. If this goes on, check that the node is synced.",
			);
			false
		}
	}
}
