//! The traits that the runtime implements for this pallet, and what it stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::DispatchResult;
use salus_primitives::{traits::Authorities, Moment};
use scale_info::TypeInfo;
use sp_core::H256;

/// Who the authorities are, and the way to change it.
///
/// The runtime implements it by `pallet-membership`, whose add and remove origins are
/// [`EnsureAuthoritiesDecided`](crate::EnsureAuthoritiesDecided).
pub trait Membership<AccountId>: Authorities<AccountId> {
	/// Makes an account an authority.
	fn add(account: &AccountId) -> DispatchResult;

	/// Makes an authority one no more.
	fn remove(account: &AccountId) -> DispatchResult;
}

/// Whose session keys are known: without them an authority can make no blocks.
pub trait SessionKeys<AccountId> {
	/// Whether the account's session keys are set.
	fn are_set(account: &AccountId) -> bool;

	/// Sets some keys for an account. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(_account: &AccountId) {}
}

/// A runtime upgrade that was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Announcement {
	/// The hash of the new runtime's code.
	pub code_hash: H256,
	/// The time from which it may be authorized.
	pub enact_after: Moment,
}

/// A value that the authorities may set, within bounds that the runtime fixes.
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
pub enum Parameter {
	/// The time in milliseconds between the announcement of an upgrade and its authorization.
	/// Upgrades that are announced already keep the time that they were given.
	NoticePeriod(Moment),
	/// How many pins each record's envelope should have.
	ReplicationTarget(u32),
}
