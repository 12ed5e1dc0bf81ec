//! # Quota: who may send transactions, and how much
//!
//! Members pay nothing. Instead each account has a quota of weight that recovers with time, and
//! who was not let in can send nothing at all. The pallet has no calls: all it does is done by its
//! transaction extension, [`CheckQuota`].
//!
//! ## Terminology
//!
//! - **Class**: what an account is to the chain, as the runtime's
//!   [`Admission`](salus_primitives::traits::Admission) tells: uninvited, invited, member or
//!   authority.
//! - **Cost** of a transaction: its weight with all extensions, the base weight of an extrinsic, and
//!   its length as proof size, for it travels in the block's proof. This is what it takes of a
//!   block.
//! - **Limit**: the most that an account of a class may have in use.
//! - **Use**: what an account's transactions cost less what has recovered since. It recovers
//!   linearly, by the limit in a [`Period`](Config::Period).
//! - **Gap**: how far a transaction's nonce is ahead of its account's, which is how many of the
//!   account's transactions must come before it.
//!
//! ## Scenarios
//!
//! 1. **A stranger** sends a transaction: the pool refuses it as
//!    [`Uninvited`](Refusal::Uninvited).
//! 2. **An invited account** registers. Anything else is refused as
//!    [`NotRegistered`](Refusal::NotRegistered).
//! 3. **A member** sends transactions. Each is charged at its highest cost before it runs, and what
//!    it did not need is given back. One whose cost no longer fits the limit is refused as
//!    [`OverQuota`](Refusal::OverQuota), until enough has recovered.
//! 4. **A member floods.** The pool checks every waiting transaction against the same state, so it
//!    does not see what those before it will use. Therefore a transaction may be no more than
//!    [`MaxNonceGap`](Config::MaxNonceGap) ahead ([`NonceTooFar`](Refusal::NonceTooFar)), and its
//!    priority is the share of the limit that it leaves, divided by the gap and one. A full pool
//!    drops what has the lowest priority: what waits at the end of a flood, however small, and not
//!    the next transaction of another member.
//! 5. **An upgrade.** The code of an authorized upgrade is larger than quotas are made for: any member
//!    or authority may send `System::apply_authorized_upgrade` with the very code that is
//!    authorized outside of its quota, as its next transaction. If the code can't be applied, it is
//!    charged like any other.
//!
//! ## Data structures
//!
//! [`Usages`] holds one [`Usage`] for each account that ever sent a transaction: as many as were let
//! in.
//!
//! ## Wiring
//!
//! The extension stands in the place of `frame_system::CheckNonce`, which it wraps, and looks the
//! same from outside: the same identifier, type and bytes, and nothing of its own. So every wallet
//! knows how to fill it in.
//!
//! ```
//! use salus_runtime_common::{constants, quota};
//!
//! // The quotas that the runtimes use: a member may fill six blocks an hour.
//! assert_eq!(constants::MEMBER_QUOTA, constants::MAXIMUM_BLOCK_WEIGHT * 6);
//! assert_eq!(quota::Refusal::OverQuota.code(), 103);
//! ```

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod extension;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	traits::{Get, Time},
	weights::Weight,
};
use salus_primitives::{
	traits::{Admission, Class},
	Moment,
};
use scale_info::TypeInfo;

pub use extension::CheckQuota;
pub use pallet::*;
pub use salus_primitives::Refusal;
pub use weights::WeightInfo;

/// What an account has in use of its quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Usage {
	/// The weight in use.
	pub used: Weight,
	/// When that was so, in Unix milliseconds. It has recovered since.
	pub at: Moment,
}

// In what the macros expand to.
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
		/// Who may send transactions, and of which class each account is.
		type Admission: Admission<Self::AccountId, Self::RuntimeCall>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The time in which a whole quota recovers, in milliseconds.
		#[pallet::constant]
		type Period: Get<Moment>;

		/// The quota of an account that was invited and has not registered.
		#[pallet::constant]
		type InvitedQuota: Get<Weight>;

		/// The quota of a member.
		#[pallet::constant]
		type MemberQuota: Get<Weight>;

		/// The quota of an authority.
		#[pallet::constant]
		type AuthorityQuota: Get<Weight>;

		/// How far ahead of its account's nonce a transaction's may be.
		#[pallet::constant]
		type MaxNonceGap: Get<u32>;

		/// The weight of the transaction extension.
		type WeightInfo: WeightInfo;
	}

	/// What each account had in use when it last sent a transaction.
	#[pallet::storage]
	pub type Usages<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Usage, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Period::get() > 0, "a quota must recover");
			let (invited, member) = (T::InvitedQuota::get(), T::MemberQuota::get());
			assert!(
				invited.all_gt(Weight::zero()),
				"an invited account must be able to register"
			);
			assert!(
				member.all_gte(invited),
				"a member has at least what an invited account has"
			);
			assert!(
				T::AuthorityQuota::get().all_gte(member),
				"an authority has at least that too"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}

impl<T: Config> Pallet<T> {
	/// What an account has in use now, and its limit; `None` when it can send nothing.
	pub fn usage(account: &T::AccountId) -> Option<(Weight, Weight)> {
		let limit = Self::limit(T::Admission::class(account))?;
		Some((Self::in_use(account, limit), limit))
	}

	/// The limit of a class; `None` for those who can send nothing.
	fn limit(class: Class) -> Option<Weight> {
		match class {
			Class::Uninvited => None,
			Class::Invited => Some(T::InvitedQuota::get()),
			Class::Member => Some(T::MemberQuota::get()),
			Class::Authority => Some(T::AuthorityQuota::get()),
		}
	}

	/// Notes what an account has in use from now on.
	fn set_use(account: &T::AccountId, used: Weight) {
		let at = T::Time::now();
		Usages::<T>::insert(account, Usage { used, at });
	}

	/// What of an account's use has not recovered, by the limit that it has now.
	fn in_use(account: &T::AccountId, limit: Weight) -> Weight {
		let Usage { used, at } = Usages::<T>::get(account);
		let elapsed = T::Time::now().saturating_sub(at);
		let period = T::Period::get();
		used.saturating_sub(Weight::from_parts(
			part(limit.ref_time(), elapsed, period),
			part(limit.proof_size(), elapsed, period),
		))
	}
}

/// `whole * num / den`, rounded down; the highest there is if that is too high or `den` is zero.
fn part(whole: u64, num: u64, den: u64) -> u64 {
	u128::from(whole)
		.saturating_mul(num.into())
		.checked_div(den.into())
		.and_then(|part| part.try_into().ok())
		.unwrap_or(u64::MAX)
}

#[cfg(any(test, feature = "try-runtime"))]
impl<T: Config> Pallet<T> {
	/// What holds at all times: no use is of a time to come.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		let now = T::Time::now();
		frame_support::ensure!(
			Usages::<T>::iter_values().all(|usage| usage.at <= now),
			"an account's use is of a time to come"
		);
		Ok(())
	}
}
