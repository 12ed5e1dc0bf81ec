//! # History: what happened to members' grants and keys
//!
//! A revoked or expired grant leaves the state, and nodes forget the events of old blocks. So this
//! pallet keeps, for three years, what a patient wants to know later: who could read which record,
//! from when to when, and who acted. It also keeps when a member's encryption key changed.
//!
//! ## Terminology
//!
//! - **Entry**: one [`HistoryEvent`] of one member, with its time and the account that acted.
//! - **Head**: a member's newest entry.
//!
//! ## Scenarios
//!
//! 1. Another pallet changes a grant or a key, and adds an entry through the trait
//!    [`History`](salus_primitives::traits::History). The entry names the member's previous one.
//! 2. A patient reads their history by [`Pallet::api_history`], newest first: it follows those links
//!    from the head.
//! 3. After [`Config::Lifetime`] the chain deletes an entry ([`Hooks::on_poll`]). Entries are numbered
//!    in the order of time, so the oldest has the lowest number and no index by time is needed.
//!
//! [`Hooks::on_poll`]: frame_support::traits::Hooks::on_poll
//!
//! ## Data structures
//!
//! - [`Entries`]: the entries, by number. No call changes one.
//! - [`Heads`]: the head of each member that has an entry.
//! - [`NextId`] and [`FirstId`]: the numbers from the first to before the next have an entry each.
//!
//! The pallet has no calls and no events.
//!
//! ## Example
//!
//! ```
//! use salus_primitives::{traits::History, HistoryEvent, MemberId};
//!
//! /// Adds an entry for a new key.
//! fn key_changed<AccountId, H: History<AccountId>>(member: MemberId, by: &AccountId) {
//!     H::add(member, HistoryEvent::Key { version: 1 }, Some(by));
//! }
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::as_conversions
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod entries;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod views;
pub mod weights;

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{poll, HistoryEvent, HistoryId, MemberId, Moment};
use scale_info::TypeInfo;

pub use pallet::*;
pub use weights::WeightInfo;

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// An entry of a member's history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Entry<AccountId> {
	/// Whose history it is in.
	pub member: MemberId,
	/// The member's entry before it. It may be deleted by now.
	pub previous: Option<HistoryId>,
	/// What happened.
	pub event: HistoryEvent,
	/// When, in Unix milliseconds.
	pub at: Moment,
	/// The account that acted. `None`: the chain or the consortium did.
	pub by: Option<AccountId>,
}

// The code that the pallet macros generate breaks these lints.
#[allow(clippy::expect_used, clippy::as_conversions)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The configuration of this pallet.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// How long an entry stays, in milliseconds.
		#[pallet::constant]
		type Lifetime: Get<Moment>;

		/// The most weight for deleting old entries before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

		/// Weights of adding an entry and of deleting old ones.
		type WeightInfo: WeightInfo;
	}

	/// The number that the next entry gets.
	#[pallet::storage]
	pub type NextId<T> = StorageValue<_, HistoryId, ValueQuery>;

	/// The number of the oldest entry. All below it are deleted.
	#[pallet::storage]
	pub type FirstId<T> = StorageValue<_, HistoryId, ValueQuery>;

	/// The entries. The chain assigns the numbers, so none needs hashing.
	#[pallet::storage]
	pub type Entries<T: Config> = StorageMap<_, Identity, HistoryId, Entry<AccountIdOf<T>>>;

	/// The newest entry of each member that has one.
	#[pallet::storage]
	pub type Heads<T> = StorageMap<_, Twox64Concat, MemberId, HistoryId>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Lifetime::get() > 0, "Lifetime must not be 0");
			let least = T::WeightInfo::sweep_nothing().saturating_add(T::WeightInfo::sweep_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for an entry"
			);
		}

		/// Deletes the entries whose time is over, the oldest first.
		fn on_poll(_block: BlockNumberFor<T>, block: &mut WeightMeter) {
			poll::within(block, T::PollWeight::get(), Self::do_sweep);
		}

		/// Deletes more of them if the block has room.
		fn on_idle(_block: BlockNumberFor<T>, left: Weight) -> Weight {
			poll::with_the_rest(left, T::PollWeight::get(), Self::do_sweep)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
