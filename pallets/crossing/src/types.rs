//! What the pallet stores.

// The derived code of an enum breaks this lint.
#![allow(clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use salus_primitives::{About, ConsortiumCall, Moment, ProviderId, QueryId};
use scale_info::TypeInfo;

/// A call that was sent and has no answer yet, by its query.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Query {
	/// The subject of the call.
	pub about: About,
	/// Its sequence number.
	pub sequence: u64,
	/// From this time on the answer is overdue.
	pub deadline: Moment,
}

/// The kinds of calls. The calls of a kind that wait for their answers are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Kind {
	/// Deliveries of grants.
	Delivery,
	/// Revocations of grants. Their number has no bound of its own, so that others cannot keep a
	/// patient from revoking.
	Revocation,
	/// Directory entries.
	Entry,
}

/// The place that a call takes while it waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Place {
	/// The kind of the call.
	pub kind: Kind,
	/// The provider that sent it. `None`: the chain sent it by itself, or for a patient.
	pub by: Option<ProviderId>,
}

impl From<&ConsortiumCall> for Kind {
	fn from(call: &ConsortiumCall) -> Self {
		match call {
			ConsortiumCall::DeliverGrant { .. } => Self::Delivery,
			ConsortiumCall::RevokeGrant { .. } => Self::Revocation,
			ConsortiumCall::EnlistProvider { .. } | ConsortiumCall::UpdateProvider { .. } => {
				Self::Entry
			}
		}
	}
}

/// When the answer to a query is overdue, as a storage key. The time is big-endian, so that the
/// order of keys is the order of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Deadline {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The query.
	pub query: QueryId,
}

impl Deadline {
	/// The key of a query's deadline.
	pub fn new(at: Moment, query: QueryId) -> Self {
		Self {
			at: at.to_be_bytes(),
			query,
		}
	}

	/// The time.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}
}

/// A call that was sent and has no answer yet.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct AwaitedCall {
	/// The query that its answer will name.
	pub query: QueryId,
	/// The call's sequence number.
	pub sequence: u64,
}
