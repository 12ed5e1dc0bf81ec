//! What the pallet stores.

// The derives of an enum trip this lint.
#![allow(clippy::as_conversions)]

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{
	HistoryId, KeyVersion, MemberId, Moment, PatientId, Purpose, RecordId, Via,
};
use scale_info::TypeInfo;

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// A patient's grant of a record to a third party, without its wrapped key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// How it came about.
	pub via: Via,
	/// What it is for.
	pub purpose: Purpose,
	/// When it was given, in Unix milliseconds.
	pub granted_at: Moment,
	/// When it ends by itself, in Unix milliseconds; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
	/// The number of its entry in the patient's history, which is its place in lists.
	pub history: HistoryId,
}

/// The terms of a new grant.
pub(crate) struct Terms {
	/// How it came about.
	pub via: Via,
	/// What it is for.
	pub purpose: Purpose,
	/// When it is given.
	pub granted_at: Moment,
	/// When it ends by itself; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
}

impl Grant {
	/// Whether it has ended by itself at a time.
	pub fn has_expired(&self, now: Moment) -> bool {
		self.expires_at.is_some_and(|at| at <= now)
	}
}

/// Which grant: there is one for each record and grantee.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct GrantId {
	/// The record.
	pub record: RecordId,
	/// Who may read it.
	pub grantee: MemberId,
}

/// A list that a grant is in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum List {
	/// The grants of a record.
	Of(RecordId),
	/// The grants that a patient gave.
	By(PatientId),
	/// The grants to a member.
	To(MemberId),
}

/// A record's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedId = [u8; 8];

/// When which grant expires, as a storage key: numbers are big-endian, so that the order of keys
/// is the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Expiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The record, big-endian.
	pub record: OrderedId,
	/// The grantee.
	pub grantee: MemberId,
}

impl Expiry {
	/// The entry of one grant.
	pub fn new(at: Moment, record: RecordId, grantee: MemberId) -> Self {
		Self {
			at: at.to_be_bytes(),
			record: record.to_be_bytes(),
			grantee,
		}
	}

	/// When the grant expires.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}

	/// The record that was granted.
	pub fn record(&self) -> RecordId {
		RecordId::from_be_bytes(self.record)
	}
}
