//! # Quota: who may send transactions, and how many
//!
//! Members pay no fees. Instead, each account has a quota of weight that recovers with time, and an
//! account that was not invited cannot send transactions. The pallet has no calls: its transaction
//! extension, [`CheckQuota`], does the work.
//!
//! ## Terminology
//!
//! - **Class** of an account: a [`Class`](salus_primitives::admission::Class), as the runtime's
//!   [`Classes`] says. The [table](salus_primitives::admission::TABLE) says which class may send
//!   which call.
//! - **Cost** of a transaction: the part of a block that it fills. That is its weight with all
//!   extensions, the base weight of an extrinsic, and its length as proof size, because a block's
//!   proof contains the transaction.
//!   A second part of the cost is the bytes that its calls can add to the state
//!   ([`state_bytes`](SendableCall::state_bytes)).
//! - **Limit**: the most that an account of a class may have in use.
//! - **Use**: the cost of an account's transactions, less what has recovered since. Use recovers
//!   linearly, by the limit in one [`Period`](Config::Period), and bytes in one
//!   [`StatePeriod`](Config::StatePeriod).
//! - **Gap**: how far the nonce of a transaction is ahead of its account's nonce. That many
//!   transactions of the account must come first.
//!
//! ## Scenarios
//!
//! 1. **An account** sends a call. If its class may not send this call, or a call in it, the pool
//!    refuses the transaction as [`NotAllowed`](Refusal::NotAllowed).
//! 2. **An authority** proposes a motion. Its threshold is two thirds of the authorities,
//!    and its call is short and one that motions may make. If not, the pool refuses it.
//! 3. **A member** sends transactions. Each is charged its highest cost before it runs, and the
//!    unused part is given back. A transaction that does not fit the limit is refused as
//!    [`OverQuota`](Refusal::OverQuota) until enough has recovered. One that costs more than
//!    [`MaxCost`](Config::MaxCost) is refused as `ExhaustsResources`.
//! 4. **A member adds much to the state.** A transaction whose bytes do not fit the limit is refused as
//!    [`OverStateQuota`](Refusal::OverStateQuota) until enough has recovered. If the call fails, its
//!    bytes are given back. A call that adds nothing, such as a revocation, never fails for it.
//! 5. **A member floods the pool.** The pool checks each waiting transaction against the same
//!    state, so the check does not see the cost of those that come first. Two rules limit the
//!    flood. The gap may be [`MaxNonceGap`](Config::MaxNonceGap) at most, else the transaction is
//!    refused as [`NonceTooFar`](Refusal::NonceTooFar). The priority is the share of the limit that
//!    the transaction leaves unused, divided by the gap plus one. A full pool drops the lowest
//!    priority: the end of a flood, and not the next transaction of another member. Those of an
//!    authority come before all of members: votes must pass a flood of many accounts.
//! 6. **An upgrade.** The code of a runtime is too large for the quota of a member. An
//!    authority may send `System::apply_authorized_upgrade` outside its quota, if the code is the
//!    one that is authorized and the gap is 0. If the code cannot be applied, the transaction is
//!    charged like any other.
//!
//! ## Data structures
//!
//! - [`Usages`]: one [`Usage`] for each account that ever sent a transaction.
//!
//! ## Configuration
//!
//! The extension takes the place of `frame_system::CheckNonce` in the runtime's transaction
//! extensions. It contains `CheckNonce` and has the same identifier, type and bytes, so a wallet
//! needs no settings for it.
//!
//! ## Example
//!
//! ```
//! use frame_support::weights::Weight;
//! use pallet_quota::{Config, Pallet};
//!
//! /// The weight that an account may still use.
//! fn left<T: Config>(account: &T::AccountId) -> Weight {
//!     let (used, limit) = Pallet::<T>::usage(account);
//!     limit.weight.saturating_sub(used.weight)
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
mod extension;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;
mod usage;
pub mod weights;

use frame_support::traits::Time;
use salus_primitives::{
	admission::SendableCall,
	traits::{Authorities, Classes},
	Moment,
};

pub use extension::CheckQuota;
pub use pallet::*;
pub use salus_primitives::Refusal;
pub use types::{Amount, Usage};
pub use weights::WeightInfo;

// The pallet macros expand to code that these lints deny.
#[allow(clippy::expect_used, clippy::as_conversions)]
#[frame_support::pallet]
pub mod pallet {
	use alloc::{
		string::{String, ToString},
		vec::Vec,
	};

	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The configuration of this pallet.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeCall: SendableCall> {
		/// The classes of each account.
		type Classes: Classes<Self::AccountId>;

		/// The authorities: their number decides which threshold a motion needs.
		type Authorities: Authorities<Self::AccountId>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The time in which a whole limit recovers, in milliseconds.
		#[pallet::constant]
		type Period: Get<Moment>;

		/// The limit of an account that was invited and has not registered.
		#[pallet::constant]
		type InvitedQuota: Get<Weight>;

		/// The limit of a member.
		#[pallet::constant]
		type MemberQuota: Get<Weight>;

		/// The limit of an authority.
		#[pallet::constant]
		type AuthorityQuota: Get<Weight>;

		/// The time in which a whole limit of bytes recovers, in milliseconds.
		#[pallet::constant]
		type StatePeriod: Get<Moment>;

		/// The bytes that an account that was invited and has not registered may add to the state.
		#[pallet::constant]
		type InvitedStateQuota: Get<u64>;

		/// The bytes that a member may add to the state.
		#[pallet::constant]
		type MemberStateQuota: Get<u64>;

		/// The bytes that an authority may add to the state.
		#[pallet::constant]
		type AuthorityStateQuota: Get<u64>;

		/// The highest cost of a transaction, the code of an authorized upgrade excepted.
		#[pallet::constant]
		type MaxCost: Get<Weight>;

		/// The largest gap that a transaction may have.
		#[pallet::constant]
		type MaxNonceGap: Get<u32>;

		/// The weight of the transaction extension.
		type WeightInfo: WeightInfo;
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Why the pool refuses a transaction: each code, which a node gives as "Custom error", and its
		/// words.
		#[pallet::constant_name(Refusals)]
		fn refusals() -> Vec<(u8, String)> {
			let all = Refusal::all();
			all.map(|refusal| (refusal.code(), refusal.to_string()))
				.collect()
		}
	}

	/// The use of each account when it last sent a transaction.
	#[pallet::storage]
	pub type Usages<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Usage, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Period::get() > 0, "Period must not be 0");
			assert!(T::StatePeriod::get() > 0, "StatePeriod must not be 0");
			let bytes = [
				0,
				T::InvitedStateQuota::get(),
				T::MemberStateQuota::get(),
				T::AuthorityStateQuota::get(),
			];
			assert!(
				bytes.is_sorted() && bytes.get(1) > bytes.first(),
				"the quotas of bytes must not be 0, and grow from invited accounts to authorities"
			);
			let (invited, member) = (T::InvitedQuota::get(), T::MemberQuota::get());
			assert!(invited.all_gt(Weight::zero()), "InvitedQuota must not be 0");
			assert!(
				member.all_gte(invited),
				"MemberQuota must not be less than InvitedQuota"
			);
			assert!(
				T::AuthorityQuota::get().all_gte(member),
				"AuthorityQuota must not be less than MemberQuota"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
