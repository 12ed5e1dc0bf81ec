//! What the pallet stores of a grant. `docs/interregional.md` has the state machine.

// The derives of an enum trip this lint.
#![allow(clippy::as_conversions)]

use alloc::vec::Vec;

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{
	newest_first, Cause, HistoryId, InterregionalGrantId, InterregionalState, KeyVersion,
	MessageId, Moment, NewestFirst, PatientId, Purpose, RecordId, RemoteProvider, Via, WrappedKey,
};
use scale_info::TypeInfo;

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// The terms on which a patient grants a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
	/// The record key, wrapped for the grantee.
	pub wrapped_key: WrappedKey,
	/// How the grant came about.
	pub via: Via,
	/// What the grant is for.
	pub purpose: Purpose,
	/// When the patient gives it.
	pub granted_at: Moment,
	/// When it ends by itself; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
}

/// The state of a grant, as stored. Whether the answer is overdue or the grant has ended depends on
/// the clock: [`Grant::state_at`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum StoredState {
	/// The patient gave it. It is not forwarded on these terms.
	Granted,
	/// A provider forwarded it, and the consortium has not answered.
	Forwarded,
	/// The consortium took it.
	Delivered,
	/// The consortium refused it.
	Refused(Cause),
	/// The region sent a revocation, and the consortium has not confirmed it.
	Revoking,
	/// The patient revoked it, and the consortium holds nothing of it.
	Revoked,
	/// It ended by itself and was swept.
	Ended,
}

/// The most that the consortium may hold of a grant, ordered by when that ends. A grant here never
/// ends before what the consortium holds, so one that has ended here has ended there.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
pub enum ConsortiumHolds {
	/// It holds no wrapped key.
	Nothing,
	/// What it holds ends by itself at this time at the latest.
	Until(Moment),
	/// What it holds ends when it is revoked.
	UntilRevoked,
}

impl ConsortiumHolds {
	/// What it holds of a grant with this end.
	pub fn until(expires_at: Option<Moment>) -> Self {
		expires_at.map_or(Self::UntilRevoked, Self::Until)
	}
}

/// The last message that the region sent about a grant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SentMessage {
	/// Its id.
	pub id: MessageId,
	/// When the region sent it.
	pub sent_at: Moment,
}

/// A grant to a provider of another region, without its wrapped key. It is never removed, so that
/// its sequence number only grows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// Its state.
	pub state: StoredState,
	/// Its sequence number: that of the last message, or of the terms that nobody has forwarded.
	pub sequence: u64,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// How it came about.
	pub via: Via,
	/// What it is for.
	pub purpose: Purpose,
	/// When the patient gave it.
	pub granted_at: Moment,
	/// When it ends by itself; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
	/// The last message about it, on these terms or earlier ones; `None`: there was none.
	pub message: Option<SentMessage>,
	/// What the consortium may hold of it.
	pub consortium_holds: ConsortiumHolds,
	/// The number of its entry in the patient's history, which is its place in lists.
	pub history: HistoryId,
}

impl Grant {
	/// Whether its wrapped key is stored: it is neither revoked nor swept.
	pub fn is_live(&self) -> bool {
		!matches!(
			self.state,
			StoredState::Revoking | StoredState::Revoked | StoredState::Ended
		)
	}

	/// Whether it waits to be forwarded or answered.
	pub fn waits(&self) -> bool {
		matches!(self.state, StoredState::Granted | StoredState::Forwarded)
	}

	/// Whether it has ended by itself at a time, swept or not. A revoked grant stays revoked.
	pub fn has_ended(&self, now: Moment) -> bool {
		let expired = self.is_live() && self.expires_at.is_some_and(|at| at <= now);
		expired || self.state == StoredState::Ended
	}

	/// Whether its last message was sent on these terms and not answered.
	pub fn was_sent(&self) -> bool {
		matches!(self.state, StoredState::Forwarded | StoredState::Revoking)
	}

	/// The state that a person reads at a time, by whether the region waits for an answer; `None` once
	/// the grant has ended by itself.
	pub fn state_at(&self, now: Moment, awaits_answer: bool) -> Option<InterregionalState> {
		if self.has_ended(now) {
			return None;
		}
		Some(match &self.state {
			StoredState::Granted => InterregionalState::Granted,
			StoredState::Forwarded if awaits_answer => InterregionalState::Forwarded,
			StoredState::Forwarded => InterregionalState::Overdue,
			StoredState::Delivered => InterregionalState::Delivered,
			StoredState::Refused(cause) => InterregionalState::Refused(cause.clone()),
			StoredState::Revoking => InterregionalState::Revoking,
			StoredState::Revoked => InterregionalState::Revoked,
			StoredState::Ended => return None,
		})
	}

	/// Its places in lists, if its record is this patient's.
	pub(crate) fn places(
		&self,
		id: &InterregionalGrantId,
		patient: Option<PatientId>,
	) -> Vec<(List, NewestFirst)> {
		let listed = self.state != StoredState::Ended;
		let lists = [
			listed.then_some(List::Of(id.record)),
			patient.filter(|_| listed).map(List::By),
			self.waits().then_some(List::Unanswered),
		];
		let place = newest_first(self.history);
		lists
			.into_iter()
			.flatten()
			.map(|list| (list, place))
			.collect()
	}

	/// Its entry in the index of the grants that end by themselves.
	pub(crate) fn expiry(&self, id: &InterregionalGrantId) -> Option<Expiry> {
		let at = self.expires_at.filter(|_| self.is_live())?;
		Some(Expiry::new(at, id))
	}
}

/// A list that a grant is in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum List {
	/// The grants of a record that have not ended by themselves.
	Of(RecordId),
	/// The grants that a patient gave and that have not ended by themselves.
	By(PatientId),
	/// The grants that wait to be forwarded or answered.
	Unanswered,
}

/// A grant's id as a storage key: the record's id is big-endian, so that the order of keys is the
/// order of records.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct GrantKey {
	/// The record, big-endian.
	pub record: [u8; 8],
	/// Who may read it.
	pub grantee: RemoteProvider,
}

impl From<&InterregionalGrantId> for GrantKey {
	fn from(id: &InterregionalGrantId) -> Self {
		Self {
			record: id.record.to_be_bytes(),
			grantee: id.grantee.clone(),
		}
	}
}

impl From<GrantKey> for InterregionalGrantId {
	fn from(key: GrantKey) -> Self {
		Self {
			record: RecordId::from_be_bytes(key.record),
			grantee: key.grantee,
		}
	}
}

/// When a grant expires, as a storage key in the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Expiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The grant.
	pub grant: GrantKey,
}

impl Expiry {
	/// The entry of one grant.
	pub fn new(at: Moment, id: &InterregionalGrantId) -> Self {
		Self {
			at: at.to_be_bytes(),
			grant: id.into(),
		}
	}

	/// When the grant expires.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}
}
