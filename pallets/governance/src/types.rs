//! The traits that the runtime implements for this pallet, and the types of its storage.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::DispatchResult, BoundedVec};
use salus_primitives::{traits::Authorities, MessageId, Moment, ParaId};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};

/// The authorities, and how to add and remove one.
///
/// The runtime implements it by `pallet-membership`, whose add and remove origins are
/// [`EnsureAuthoritiesDecided`](crate::EnsureAuthoritiesDecided).
pub trait Membership<AccountId>: Authorities<AccountId> {
	/// Makes an account an authority.
	fn add(account: &AccountId) -> DispatchResult;

	/// Makes an authority one no more.
	fn remove(account: &AccountId) -> DispatchResult;
}

/// The session keys of the authorities' nodes: without them an authority can make no blocks.
pub trait SessionKeys<AccountId> {
	/// Whether the account's session keys are set.
	fn are_set(account: &AccountId) -> bool;

	/// Sets an account's session keys: their bytes, as the node returns them. Fails if these are
	/// not session keys, if `proof` does not show that the node has them for this account, or if
	/// another account has one of them.
	fn set(account: &AccountId, keys: &[u8], proof: Vec<u8>) -> DispatchResult;

	/// Removes an account's session keys, if there are any.
	fn remove(account: &AccountId);

	/// New keys for an account, with their proof. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_keys(account: &AccountId) -> (Vec<u8>, Vec<u8>);
}

/// The motions of the authorities. The runtime implements it by `pallet-collective`.
pub trait Motions<AccountId> {
	/// The hashes of the open motions, the newest last.
	fn open() -> Vec<H256>;

	/// Drops a motion, which is not carried.
	fn drop(motion: H256);

	/// Opens this number of motions, for which all these accounts have voted. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_open(count: u32, voters: &[AccountId]);
}

/// The chain's sessions, whose collators are the authorities. The runtime implements it by
/// `pallet-session`, which must not end sessions by itself.
pub trait Sessions {
	/// Whether a session may end in this block. The blocks of a bundle have one author, so that the
	/// collators may change only between two bundles: in the last block of the last core.
	fn may_end() -> bool;

	/// Ends the session and begins the next.
	fn rotate();
}

/// The most bytes of session keys, and of the proof that a node has them.
pub const MAX_KEYS_LEN: u32 = 1_024;

/// Session keys, or the proof that a node has them, as the node returns them.
pub type KeyBytes = BoundedVec<u8, ConstU32<MAX_KEYS_LEN>>;

/// The way to the relay chain's HRMP channels. Each function sends one message there, by which the
/// relay chain's `hrmp` pallet is called in the name of this chain. On an error nothing was sent.
pub trait Channels {
	/// This chain.
	fn this_chain() -> ParaId;

	/// `hrmp_init_open_channel`.
	fn open(
		recipient: ParaId,
		max_capacity: u32,
		max_message_size: u32,
	) -> Result<MessageId, ChannelError>;

	/// `hrmp_accept_open_channel`.
	fn accept(sender: ParaId) -> Result<MessageId, ChannelError>;

	/// `hrmp_close_channel`.
	fn close(sender: ParaId, recipient: ParaId) -> Result<MessageId, ChannelError>;

	/// Makes the next messages to the relay chain succeed, where there is a way. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() -> Result<(), ChannelError> {
		Ok(())
	}
}

/// Why the relay chain was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelError {
	/// The runtime has no way to the relay chain's channels.
	Unsupported,
	/// The message could not be sent.
	NotSent,
}

/// No way.
impl Channels for () {
	fn this_chain() -> ParaId {
		0
	}

	fn open(_: ParaId, _: u32, _: u32) -> Result<MessageId, ChannelError> {
		Err(ChannelError::Unsupported)
	}

	fn accept(_: ParaId) -> Result<MessageId, ChannelError> {
		Err(ChannelError::Unsupported)
	}

	fn close(_: ParaId, _: ParaId) -> Result<MessageId, ChannelError> {
		Err(ChannelError::Unsupported)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() -> Result<(), ChannelError> {
		Err(ChannelError::Unsupported)
	}
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
