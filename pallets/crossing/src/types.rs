//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use salus_primitives::QueryId;
use scale_info::TypeInfo;

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
