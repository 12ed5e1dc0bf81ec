//! Pins and reports.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::Get, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use salus_primitives::{Moment, RecordId};
use scale_info::TypeInfo;
use sp_core::bounded::BoundedVec;

/// One pinner's claim to keep the envelope of one record.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Pin<AccountId> {
	/// The authority whose node is the pinner.
	pub pinner: AccountId,
	/// The chain's time at which the pinner last found all blocks of the envelope.
	pub checked_at: Moment,
}

/// A report of a pinner. The pinner's session key signs it, see
/// [`Pallet::payload`](crate::Pallet::payload).
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(MaxBatch))]
pub struct Report<MaxBatch: Get<u32>> {
	/// The pinner's index in [`Pinners`](crate::Pinners).
	pub pinner: u32,
	/// The session for which the report is valid.
	pub session: u32,
	/// How many reports the pinner has made in this session before.
	pub number: u32,
	/// The chain's time when the pinner checked.
	pub at: Moment,
	/// Records whose envelopes the pinner keeps, in ascending order.
	pub claimed: BoundedVec<RecordId, MaxBatch>,
	/// Records whose envelopes miss blocks at the pinner, in ascending order.
	pub lost: BoundedVec<RecordId, MaxBatch>,
}

/// The work of a pinner that is due for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
	/// It has no pin of the record: pin the envelope.
	Pin,
	/// Its pin was last checked [`RecheckPeriod`](crate::Config::RecheckPeriod) ago or earlier:
	/// check that all blocks are still there.
	Recheck,
	/// Its pin was checked recently: nothing to claim.
	Nothing,
}
