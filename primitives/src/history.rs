//! The entries of members' histories.

// The derives of an enum trip this lint.
#![allow(clippy::as_conversions)]

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{KeyVersion, MemberId, Purpose, RecordId, RemoteProvider, UnixMilliseconds, Via};

/// The number of a history's entry. A later entry of the region has a higher number.
pub type HistoryId = u64;

/// Who a record was granted to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Grantee {
	/// A member of the region.
	Member(MemberId),
	/// A provider of another region.
	Remote(RemoteProvider),
}

impl From<MemberId> for Grantee {
	fn from(member: MemberId) -> Self {
		Self::Member(member)
	}
}

impl From<RemoteProvider> for Grantee {
	fn from(provider: RemoteProvider) -> Self {
		Self::Remote(provider)
	}
}

/// What a member's history keeps.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum HistoryEvent {
	/// Something about a grant of one of the patient's records.
	Grant {
		/// The record.
		record: RecordId,
		/// Who it was granted to.
		grantee: Grantee,
		/// How the grant came about.
		via: Via,
		/// What happened.
		event: GrantEvent,
	},
	/// The member has a new encryption key.
	Key {
		/// The key's version.
		version: KeyVersion,
	},
}

/// What happened to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum GrantEvent {
	/// It was given, for the first time or on new terms.
	Granted {
		/// What for.
		purpose: Purpose,
		/// When it expires, in Unix milliseconds. `None`: it lasts until it is revoked.
		expires_at: Option<UnixMilliseconds>,
	},
	/// A provider forwarded it to the consortium. From then on the grantee may be able to read the
	/// record. If the patient changes or revokes the grant before the consortium answers, no delivery
	/// follows.
	Forwarded,
	/// The consortium took it: the grantee can read the record.
	Delivered,
	/// The patient revoked it. The consortium has not confirmed that it hands the key out no more.
	Revoking,
	/// It is revoked: the key is handed out no more.
	Revoked,
	/// It ended by itself. The entry is made when the chain removes the grant, a little later.
	Expired,
}
