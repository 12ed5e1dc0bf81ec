//! The off-chain worker of a pinner.
//!
//! It runs at every block, on a node whose keystore holds a key of [`Pinners`]. A lock that fails
//! at once keeps it to one run at a time; a run starts nothing new after [`RUN`] milliseconds, and
//! every call to Kubo has a deadline, so workers never pile up and blocks never wait.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use codec::{Decode, Encode};
use core::fmt;
use frame_support::traits::{Get, Time, ValidatorSet};
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use salus_primitives::{
	local_storage::{DEFAULT_IPFS_API, IPFS_API_KEY, RECHECK_KEY},
	traits::Records,
	Cid, Moment, RecordId,
};
use sp_core::{bounded::BoundedVec, offchain::Duration};
use sp_io::offchain;
use sp_runtime::{
	offchain::{
		storage::StorageValueRef,
		storage_lock::{StorageLock, Time as Clock},
	},
	RuntimeAppPublic,
};

use crate::{
	crypto::PinnerId,
	dag::{Budget, Inner, MAX_BLOCK_LEN, MAX_INNER_LEN},
	kubo::{Blocks, Error, Kubo},
	Call, Config, Due, LastReport, Pallet, Pinners, ReportOf,
};

/// The target of the worker's log lines.
pub const LOG_TARGET: &str = "salus::pinning";

const NOTES_KEY: &[u8] = b"salus:pinning:notes:v1";
const LOCK_KEY: &[u8] = b"salus:pinning:lock";

/// Milliseconds after which a run starts nothing new.
const RUN: u64 = 8_000;
/// The most milliseconds that any call to Kubo may take.
const LONGEST_CALL: u64 = 30_000;
/// Milliseconds of the longest run: [`RUN`], then a last record whose blocks are checked, whose
/// inner nodes are read, which is pinned and checked again, with the short calls between. A lock is
/// respected for so long, if its worker has died.
pub(crate) const LONGEST_RUN: u64 = RUN + 5 * LONGEST_CALL;
/// Records whose pins one run looks up in the state.
const SCAN: u64 = 1_000;
/// Records that are remembered to be tried again later. Of any more, those that are due are found again in rotation.
const MAX_LATER: usize = 256;
/// Bytes of the longest address of Kubo that is accepted.
const MAX_API_LEN: usize = 128;

/// What the worker remembers between runs. It can be lost without harm.
#[derive(Encode, Decode, Default)]
struct Notes {
	/// All records below were looked at since they were added.
	next: RecordId,
	/// Where the rotation over those goes on.
	rotation: RecordId,
	/// The session and time of a report that may still be on its way.
	in_flight: Option<(u32, Moment)>,
	/// Kubo's own pause.
	kubo: Pause,
	/// Records to try again later.
	later: Vec<(RecordId, Pause)>,
	/// Where the look that the operator asked for goes on, if there is one.
	look: Option<RecordId>,
}

/// A pause that doubles with each failure in a row.
#[derive(Clone, Copy, Encode, Decode, Default)]
struct Pause {
	failures: u8,
	/// Node's time.
	until: u64,
}

impl Pause {
	fn after(self, first: u64, longest: u64, now: u64) -> Self {
		let times = 1u64.checked_shl(self.failures.into()).unwrap_or(u64::MAX);
		let pause = first.saturating_mul(times).min(longest);
		Self {
			failures: self.failures.saturating_add(1).min(32),
			until: now.saturating_add(pause),
		}
	}
}

impl Notes {
	fn load() -> Self {
		StorageValueRef::persistent(NOTES_KEY)
			.get()
			.ok()
			.flatten()
			.unwrap_or_default()
	}

	fn save(&self) {
		StorageValueRef::persistent(NOTES_KEY).set(self);
	}

	fn pause_of(&self, record: RecordId) -> Option<Pause> {
		self.later
			.iter()
			.find(|(id, _)| *id == record)
			.map(|(_, pause)| *pause)
	}

	fn forget(&mut self, record: RecordId) {
		self.later.retain(|(id, _)| *id != record);
	}

	fn try_later(&mut self, record: RecordId, reason: &Reason, now: u64) {
		let (first, longest) = reason.pauses();
		let pause = self
			.pause_of(record)
			.unwrap_or_default()
			.after(first, longest, now);
		self.forget(record);
		if self.later.len() >= MAX_LATER {
			let last = self
				.later
				.iter()
				.max_by_key(|(_, pause)| pause.until)
				.map(|(id, _)| *id);
			last.into_iter().for_each(|id| self.forget(id));
		}
		self.later.push((record, pause));
	}
}

/// Why a record is left for later.
#[derive(Debug)]
enum Reason {
	/// Kubo could not, or not in time.
	Kubo(Error),
	/// A block went missing right after it was pinned.
	Incomplete,
	/// It has more blocks or bytes than the record's size allows.
	TooLarge,
	/// It is no envelope.
	NotAnEnvelope,
}

impl Reason {
	/// The first pause and the longest, in milliseconds.
	fn pauses(&self) -> (u64, u64) {
		match self {
			// Kubo keeps what it fetched: it may be through the next time.
			Self::Kubo(Error::Timeout) | Self::Incomplete => (5_000, 120_000),
			Self::Kubo(_) => (10_000, 3_600_000),
			// Bytes behind a CID never change; the reading of them may have failed.
			Self::TooLarge | Self::NotAnEnvelope => (6 * 3_600_000, 24 * 3_600_000),
		}
	}
}

impl fmt::Display for Reason {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Kubo(error) => error.fmt(f),
			Self::Incomplete => f.write_str("blocks are missing"),
			Self::TooLarge => f.write_str("it is larger than the record says"),
			Self::NotAnEnvelope => f.write_str("it is no envelope"),
		}
	}
}

impl From<Error> for Reason {
	fn from(error: Error) -> Self {
		Self::Kubo(error)
	}
}

enum Tended {
	/// All blocks are there, and Kubo keeps them.
	Kept,
	/// A block of a claimed pin is missing.
	Lost,
}

/// The pinner whose key this node holds.
struct Pinner<AccountId> {
	place: u32,
	account: AccountId,
	key: PinnerId,
}

/// One run, at one block.
pub(crate) fn run<T: Config>() {
	let Some(pinner) = own_pinner::<T>() else {
		return;
	};
	let mut lock =
		StorageLock::<Clock>::with_deadline(LOCK_KEY, Duration::from_millis(LONGEST_RUN));
	let Ok(_guard) = lock.try_lock() else {
		log::debug!(target: LOG_TARGET, "an earlier run is not over");
		return;
	};
	let mut notes = Notes::load();
	if recheck_asked_for() {
		notes.look = Some(0);
		notes.save();
	}
	let now = T::Time::now();
	let session = T::Session::session_index();
	let last = LastReport::<T>::get(&pinner.account);
	if let Some((in_session, at)) = notes.in_flight {
		let expired = now > at.saturating_add(T::ReportLifetime::get());
		if in_session == session && !expired && last < Some(at) {
			return;
		}
		// It arrived or never will. The pool is given this block's time to notice.
		notes.in_flight = None;
		notes.save();
		return;
	}
	if last >= Some(now) || clock() < notes.kubo.until {
		return;
	}
	let Some(api) = api() else { return };
	let mut round = Round::<T> {
		kubo: Kubo { api: &api },
		pinner: &pinner,
		now,
		scans_left: SCAN,
		seen: BTreeSet::new(),
		claimed: BTreeSet::new(),
		lost: BTreeSet::new(),
	};
	round.go(&mut notes);
	let (claimed, lost) = (round.claimed, round.lost);
	let reports = !(claimed.is_empty() && lost.is_empty());
	if reports && submit::<T>(&pinner, session, now, claimed, lost) {
		notes.in_flight = Some((session, now));
	}
	notes.save();
}

struct Round<'a, T: Config> {
	kubo: Kubo<'a>,
	pinner: &'a Pinner<T::AccountId>,
	now: Moment,
	scans_left: u64,
	seen: BTreeSet<RecordId>,
	claimed: BTreeSet<RecordId>,
	lost: BTreeSet<RecordId>,
}

impl<T: Config> Round<'_, T> {
	/// Tends to records until the time or the room in a report is used up: in turn a new one, one
	/// that waited, one of the rotation and one that the operator wants looked at, so that no kind
	/// keeps the others waiting.
	fn go(&mut self, notes: &mut Notes) {
		let end = clock().saturating_add(RUN);
		let room = usize::try_from(T::MaxBatch::get()).unwrap_or(usize::MAX);
		let next_id = T::Records::next_id();
		notes.next = notes.next.min(next_id);
		let mut greeted = false;
		let mut idle = 0u8;
		for turn in [0u8, 1, 2, 3].iter().cycle() {
			if idle == 4 || self.claimed.len() >= room || self.lost.len() >= room || clock() > end {
				break;
			}
			let candidate = match turn {
				0 => self.next_new(notes, next_id),
				1 => self.next_waiting(notes),
				2 => self.next_in_rotation(notes),
				_ => self.next_to_look_at(notes, next_id),
			};
			let Some((record, due)) = candidate else {
				idle = idle.saturating_add(1);
				continue;
			};
			idle = 0;
			self.seen.insert(record);
			if !greeted {
				if let Err(error) = self.kubo.version() {
					notes.try_later(record, &Error::Timeout.into(), clock());
					return self.kubo_failed(notes, &error);
				}
				greeted = true;
			}
			match self.tend(record, due) {
				Ok(Tended::Kept) => {
					notes.forget(record);
					if due != Due::Nothing {
						self.claimed.insert(record);
					}
				}
				Ok(Tended::Lost) => {
					log::warn!(target: LOG_TARGET, "record {record}: Kubo has lost blocks of its envelope; fetching them again");
					self.lost.insert(record);
					// Until the report is in a block nothing is due for it, and a report may never get there.
					notes.forget(record);
					notes.try_later(record, &Reason::Incomplete, clock());
				}
				Err(reason) => {
					log::warn!(target: LOG_TARGET, "record {record}: not pinned for now: {reason}");
					notes.try_later(record, &reason, clock());
					if let Reason::Kubo(error @ (Error::Unreachable | Error::Nonsense(_))) = &reason
					{
						return self.kubo_failed(notes, error);
					}
				}
			}
		}
		if greeted {
			notes.kubo = Pause::default();
		}
	}

	/// No call to Kubo for a while.
	fn kubo_failed(&self, notes: &mut Notes, error: &Error) {
		let now = clock();
		notes.kubo = notes.kubo.after(5_000, 300_000, now);
		let pause = notes.kubo.until.saturating_sub(now).div_ceil(1_000);
		log::warn!(target: LOG_TARGET, "Kubo at {}: {error}. Trying again in {pause} s.", self.kubo.api);
	}

	/// What is due for a record, if anything is.
	fn due(&mut self, record: RecordId) -> Option<(RecordId, Due)> {
		let (record, due) = self.scan(record)?;
		(due != Due::Nothing).then_some((record, due))
	}

	fn scan(&mut self, record: RecordId) -> Option<(RecordId, Due)> {
		self.scans_left = self.scans_left.checked_sub(1)?;
		let due = Pallet::<T>::due(record, &self.pinner.account, self.now)?;
		(!self.seen.contains(&record)).then_some((record, due))
	}

	fn next_new(&mut self, notes: &mut Notes, next_id: RecordId) -> Option<(RecordId, Due)> {
		while notes.next < next_id && self.scans_left > 0 {
			let record = notes.next;
			notes.next = record.saturating_add(1);
			let found = self.due(record);
			if found.is_some() {
				return found;
			}
		}
		None
	}

	fn next_waiting(&mut self, notes: &mut Notes) -> Option<(RecordId, Due)> {
		let now = clock();
		while self.scans_left > 0 {
			let ready = notes
				.later
				.iter()
				.filter(|(id, pause)| pause.until <= now && !self.seen.contains(id))
				.min_by_key(|(_, pause)| pause.until)
				.map(|(id, _)| *id)?;
			// Also when nothing is due: a look may have failed.
			let found = self.scan(ready);
			if found.is_some() {
				return found;
			}
			notes.forget(ready);
		}
		None
	}

	fn next_in_rotation(&mut self, notes: &mut Notes) -> Option<(RecordId, Due)> {
		let mut left = notes.next;
		while left > 0 && self.scans_left > 0 {
			left = left.saturating_sub(1);
			let record = if notes.rotation < notes.next {
				notes.rotation
			} else {
				0
			};
			notes.rotation = record.saturating_add(1);
			let found = self.due(record);
			if found.is_some() && notes.pause_of(record).is_none() {
				return found;
			}
		}
		None
	}

	fn next_to_look_at(&mut self, notes: &mut Notes, next_id: RecordId) -> Option<(RecordId, Due)> {
		while self.scans_left > 0 {
			let record = notes.look.filter(|record| *record < next_id);
			notes.look = record.map(|record| record.saturating_add(1));
			// What is due gets its turn without this.
			let found = self.scan(record?);
			if let Some((_, Due::Nothing)) = found {
				return found;
			}
		}
		None
	}

	fn tend(&self, record: RecordId, due: Due) -> Result<Tended, Reason> {
		let (cid, size) = T::Records::envelope_of(record).ok_or(Reason::NotAnEnvelope)?;
		if due != Due::Pin {
			if self.check_blocks(&cid, size)? == Blocks::Hole {
				return Ok(Tended::Lost);
			}
			if self.kubo.is_pinned(&cid)? {
				return Ok(Tended::Kept);
			}
		}
		self.inspect(&cid, size)?;
		self.kubo.pin(&cid, patience(size))?;
		match self.check_blocks(&cid, size)? {
			Blocks::Whole(_) => Ok(Tended::Kept),
			Blocks::Hole => Err(Reason::Incomplete),
		}
	}

	/// Whether all blocks are there, and together as long as the record says.
	fn check_blocks(&self, cid: &Cid, size: u64) -> Result<Blocks, Reason> {
		let blocks = self.kubo.blocks(cid, patience(size))?;
		match blocks {
			Blocks::Whole(len) if len < size => Err(Reason::NotAnEnvelope),
			Blocks::Whole(len) if len > Budget::of(size).max_len(size) => {
				self.kubo.unpin(cid)?;
				Err(Reason::TooLarge)
			}
			_ => Ok(blocks),
		}
	}

	/// Reads the inner nodes and the first block before anything is pinned: a tree can be far
	/// larger than its root says.
	fn inspect(&self, cid: &Cid, size: u64) -> Result<(), Reason> {
		let end = clock().saturating_add(patience(size));
		let budget = Budget::of(size);
		let (mut leaves, mut inner) = (0u64, 0u64);
		// The first leaf in the file's order: the leftmost path is walked first.
		let mut first = None;
		let mut open = Vec::new();
		// No part of an envelope is there twice, as each segment has an IV of its own.
		let mut known = BTreeSet::new();
		if cid.is_dag_pb() {
			open.push(*cid);
		} else {
			leaves = 1;
			first = Some(*cid);
		}
		while let Some(node) = open.pop() {
			if clock() > end {
				return Err(Error::Timeout.into());
			}
			inner = inner.saturating_add(1);
			let waiting = u64::try_from(open.len()).unwrap_or(u64::MAX);
			if inner.saturating_add(waiting) > budget.inner {
				return Err(Reason::TooLarge);
			}
			if !known.insert(node) {
				return Err(Reason::NotAnEnvelope);
			}
			let block = self.read(&node, MAX_INNER_LEN)?;
			let read = Inner::decode(&block).ok_or(Reason::NotAnEnvelope)?;
			if inner == 1 && read.file_size != size {
				return Err(Reason::TooLarge);
			}
			if first.is_none() {
				first = read.links.first().copied().filter(|link| !link.is_dag_pb());
			}
			for link in read.links.into_iter().rev() {
				if link.is_dag_pb() {
					open.push(link);
				} else {
					leaves = leaves.saturating_add(1);
				}
			}
			if leaves > budget.leaves {
				return Err(Reason::TooLarge);
			}
		}
		let first = self.read(
			&first.ok_or(Reason::NotAnEnvelope)?,
			size.min(MAX_BLOCK_LEN),
		)?;
		let is_envelope = first.starts_with(T::EnvelopeMagic::get());
		is_envelope.then_some(()).ok_or(Reason::NotAnEnvelope)
	}

	fn read(&self, cid: &Cid, max_len: u64) -> Result<Vec<u8>, Reason> {
		let len = self.kubo.block_len(cid)?;
		if len > max_len {
			return Err(Reason::TooLarge);
		}
		Ok(self.kubo.block(cid, len)?)
	}
}

/// Milliseconds for a call that goes over all blocks of an envelope: 5 s, and 1 s for each 64 MiB.
fn patience(size: u64) -> u64 {
	let more = size
		.checked_shr(26)
		.unwrap_or_default()
		.saturating_mul(1_000);
	more.saturating_add(5_000).min(LONGEST_CALL)
}

fn clock() -> u64 {
	offchain::timestamp().unix_millis()
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
	let ((account, key), place) = found?;
	Some(Pinner {
		place,
		account,
		key,
	})
}

/// Whether the operator asked for a look at all pins since the last run.
fn recheck_asked_for() -> bool {
	let kind = sp_core::offchain::StorageKind::PERSISTENT;
	let asked = offchain::local_storage_get(kind, RECHECK_KEY).is_some();
	if asked {
		offchain::local_storage_clear(kind, RECHECK_KEY);
	}
	asked
}

/// The address of Kubo's RPC interface, as the operator set it.
fn api() -> Option<String> {
	let kind = sp_core::offchain::StorageKind::PERSISTENT;
	let Some(bytes) = offchain::local_storage_get(kind, IPFS_API_KEY) else {
		return Some(DEFAULT_IPFS_API.into());
	};
	let api = parse_api(&bytes);
	if api.is_none() {
		log::warn!(
			target: LOG_TARGET,
			"The address of Kubo's RPC interface that was set for this node is none: it must be \
			 http://HOST:PORT, at most {MAX_API_LEN} bytes of UTF-8. Nothing is pinned until it is.",
		);
	}
	api
}

/// `http://HOST:PORT`, with or without a slash at the end.
pub(crate) fn parse_api(bytes: &[u8]) -> Option<String> {
	let text = core::str::from_utf8(bytes).ok()?.trim();
	let text = text.strip_suffix('/').unwrap_or(text);
	let host = text.strip_prefix("http://")?;
	let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
	let fine = !host.is_empty() && text.len() <= MAX_API_LEN && host.chars().all(plain);
	fine.then(|| text.into())
}

/// Signs a report and hands it to the pool.
fn submit<T: Config>(
	pinner: &Pinner<T::AccountId>,
	session: u32,
	at: Moment,
	claimed: BTreeSet<RecordId>,
	lost: BTreeSet<RecordId>,
) -> bool {
	let (claims, losses) = (claimed.len(), lost.len());
	let report = ReportOf::<T> {
		pinner: pinner.place,
		session,
		at,
		claimed: BoundedVec::truncate_from(claimed.into_iter().collect()),
		lost: BoundedVec::truncate_from(lost.into_iter().collect()),
	};
	let Some(signature) = pinner.key.sign(&Pallet::<T>::payload(&report)) else {
		log::error!(target: LOG_TARGET, "the keystore does not sign with the pinner's key");
		return false;
	};
	let call = Call::<T>::claim_pins { report, signature };
	let transaction =
		<T as CreateAuthorizedTransaction<Call<T>>>::create_authorized_transaction(call.into());
	match SubmitTransaction::<T, Call<T>>::submit_transaction(transaction) {
		Ok(()) => {
			log::info!(target: LOG_TARGET, "reported {claims} pins claimed, {losses} lost");
			true
		}
		Err(()) => {
			log::warn!(target: LOG_TARGET, "the pool took no report of {claims} pins claimed, {losses} lost");
			false
		}
	}
}
