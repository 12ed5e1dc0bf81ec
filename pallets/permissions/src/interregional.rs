//! Grants to providers of other regions: what is stored of them, and what each of their states
//! means. `docs/interregional.md` has the whole state machine; a test compares it with the code.

// What is derived for an enum trips it.
#![allow(clippy::as_conversions)]

mod answers;
mod calls;
mod sweep;
mod views;

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{
	Cause, InterregionalGrantId, InterregionalState, KeyVersion, MessageId, Moment, Purpose,
	RecordId, RemoteProvider,
};
use scale_info::TypeInfo;

use crate::OrderedId;

/// How far an inter-regional grant came, as stored. That an answer is overdue or that the grant has
/// ended follows from the clock: [`InterregionalGrant::state`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage {
	/// The patient gave it on terms of which the consortium was told nothing.
	Granted,
	/// It was sent and is not answered.
	Forwarded,
	/// The consortium took it.
	Delivered,
	/// The consortium did not take it.
	Refused(Cause),
	/// A revocation was sent, and the consortium has not confirmed it.
	Revoking,
	/// The patient took it back, and the consortium holds nothing of it.
	Revoked,
	/// It ended by itself and was swept.
	Ended,
}

/// The latest end of what the consortium may hold of a grant. No grant ends before what it holds, so
/// one that has ended here has ended there.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
pub enum Held {
	/// It holds nothing that it hands out.
	Nothing,
	/// What it may hold ends by itself at this time at the latest.
	Until(Moment),
	/// What it may hold ends when it is revoked.
	Unended,
}

impl Held {
	/// What it may hold of terms that end at a time, or when they are revoked.
	pub fn of(expires_at: Option<Moment>) -> Self {
		expires_at.map_or(Self::Unended, Self::Until)
	}
}

/// The last message that was sent about a grant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Message {
	/// Its id.
	pub id: MessageId,
	/// When it was sent.
	pub sent_at: Moment,
	/// From when on its answer is not waited for.
	pub deadline: Moment,
}

/// A grant to a provider of another region, without its wrapped key. It is never removed: its
/// sequence number only grows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct InterregionalGrant {
	/// How far it came.
	pub stage: Stage,
	/// The number of the region's last word on it.
	pub sequence: u64,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// What it is for.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it ends by itself; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
	/// The last message about it, on these terms or earlier ones; `None`: none was ever sent.
	pub message: Option<Message>,
	/// What the consortium may hold of it.
	pub held: Held,
}

impl InterregionalGrant {
	/// Whether its wrapped key is stored: neither revoked nor swept.
	pub fn is_live(&self) -> bool {
		!matches!(self.stage, Stage::Revoking | Stage::Revoked | Stage::Ended)
	}

	/// Whether it has ended by itself at a time, swept or not. What was revoked before stays
	/// revoked.
	pub fn has_ended(&self, now: Moment) -> bool {
		let expired = self.is_live() && self.expires_at.is_some_and(|at| at <= now);
		expired || self.stage == Stage::Ended
	}

	/// Whether an answer is waited for at a time.
	pub fn awaits_answer(&self, now: Moment) -> bool {
		let sent = matches!(self.stage, Stage::Forwarded | Stage::Revoking);
		sent && self
			.message
			.as_ref()
			.is_some_and(|last| last.deadline > now)
	}

	/// The state that a person reads at a time; nothing once it has ended by itself.
	pub fn state(&self, now: Moment) -> Option<InterregionalState> {
		if self.has_ended(now) {
			return None;
		}
		Some(match &self.stage {
			Stage::Granted => InterregionalState::Granted,
			Stage::Forwarded if self.awaits_answer(now) => InterregionalState::Forwarded,
			Stage::Forwarded => InterregionalState::Overdue,
			Stage::Delivered => InterregionalState::Delivered,
			Stage::Refused(cause) => InterregionalState::Refused(cause.clone()),
			Stage::Revoking => InterregionalState::Revoking,
			Stage::Revoked => InterregionalState::Revoked,
			Stage::Ended => return None,
		})
	}

	/// Whether it is in the index of its patient.
	pub(crate) fn is_listed(&self) -> bool {
		self.stage != Stage::Ended
	}

	/// Whether it is in the index of those that wait to be forwarded or answered.
	pub(crate) fn is_unanswered(&self) -> bool {
		matches!(self.stage, Stage::Granted | Stage::Forwarded)
	}

	/// Its entry in the index of those that end by themselves.
	pub(crate) fn expiry(&self, id: &InterregionalGrantId) -> Option<InterregionalExpiry> {
		let at = self.expires_at.filter(|_| self.is_live())?;
		Some(InterregionalExpiry::new(at, id))
	}

	/// The entry of its last message among those that are in flight.
	pub(crate) fn deadline(&self, id: &InterregionalGrantId) -> Option<Deadline> {
		let at = self.message.as_ref()?.deadline;
		Some(Deadline {
			at: at.to_be_bytes(),
			grant: id.into(),
			sequence: self.sequence,
		})
	}
}

/// Which inter-regional grant, as a storage key: the record's id is big-endian, so that the order
/// of keys is the order of records.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OrderedGrantId {
	/// The record, big-endian.
	pub record: OrderedId,
	/// Who may read it.
	pub grantee: RemoteProvider,
}

impl From<&InterregionalGrantId> for OrderedGrantId {
	fn from(id: &InterregionalGrantId) -> Self {
		Self {
			record: id.record.to_be_bytes(),
			grantee: id.grantee.clone(),
		}
	}
}

impl From<OrderedGrantId> for InterregionalGrantId {
	fn from(id: OrderedGrantId) -> Self {
		Self {
			record: RecordId::from_be_bytes(id.record),
			grantee: id.grantee,
		}
	}
}

/// When which inter-regional grant expires, as a storage key in the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct InterregionalExpiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The grant.
	pub grant: OrderedGrantId,
}

impl InterregionalExpiry {
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

/// Until when the answer to which delivery is waited for, as a storage key in the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Deadline {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The grant.
	pub grant: OrderedGrantId,
	/// The sequence number with which it was sent.
	pub sequence: u64,
}

impl Deadline {
	/// From when on the answer is not waited for.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}
}
