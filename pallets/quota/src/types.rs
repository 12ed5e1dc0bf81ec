//! What the pallet stores.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use salus_primitives::Moment;
use scale_info::TypeInfo;

/// What an account has in use of its quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Usage {
	/// The weight in use at that time.
	pub used: Weight,
	/// The bytes of state in use at that time.
	pub bytes: u64,
	/// The time, in Unix milliseconds. The use has recovered since.
	pub at: Moment,
}

/// An amount of what a quota bounds: a limit, a cost or a use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
	/// The weight of transactions.
	pub weight: Weight,
	/// The bytes that they add to the state.
	pub bytes: u64,
}
