//! # Permissions: grants that a patient gives and takes back
//!
//! A grant is a record key that the record's patient wrapped for a third party, and the terms on
//! which it may be used. Nobody but the record's patient gives or takes back one: not its author,
//! not an authority, not root. Grants to providers of other regions are in `pallet-interregional`.
//!
//! ## Terminology
//!
//! - **Record key**: the random 256-bit key of one record, with which its envelope is encrypted.
//! - **Wrapped key**: the record key, encrypted to one member's encryption key.
//! - **Grant**: a wrapped key that a patient gave to a third party, with a purpose, the time it was
//!   given and the time when it ends by itself, if any.
//! - **Grantee**: the third party of a grant. It is known by its member id, never by an account.
//!
//! ## Scenarios
//!
//! ### 1. Granting
//!
//! 1. The patient unwraps the record key, and opens and checks the envelope with it.
//! 2. It reads the grantee's current encryption key from the registry and wraps the record key for
//!    it.
//! 3. It calls [`grant`](Call::grant), once or for many records in one batch of `pallet-utility`.
//! 4. The grantee finds what is granted to it by [`Pallet::api_granted_to`], newest grant first.
//!
//! ### 2. New terms
//!
//! 1. The patient calls [`grant`](Call::grant) again for the same record and grantee. The new grant
//!    takes the place of the old one: another key version, purpose or end. In lists it is new.
//!
//! ### 3. Revoking
//!
//! 1. The patient calls [`revoke`](Call::revoke). The wrapped key leaves the state at once. Only the
//!    patient's history still has the grant.
//!
//! This stops handing out the key. Who has read the record has read it, and the history of blocks
//! keeps the wrapped key.
//!
//! ### 4. Expiry
//!
//! 1. From `expires_at` on no view shows the grant.
//! 2. The next block removes it before any transaction ([`Hooks::on_poll`]), the earliest first. If many
//!    have expired, blocks with room remove more after the last one ([`Hooks::on_idle`]).
//!
//! [`Hooks::on_idle`]: frame_support::traits::Hooks::on_idle
//! [`Hooks::on_poll`]: frame_support::traits::Hooks::on_poll
//!
//! A grantee that is suspended, retires or loses its verification later keeps its grants: only the
//! patient takes them back. A grant is to a provider, never to its professional number: the next
//! holder of the number gets none of them.
//!
//! ## Data structures
//!
//! - [`Grants`]: the grants, by record and grantee.
//! - [`WrappedKeys`]: their wrapped keys. A view reads one last, when the grant stands.
//! - [`Lists`]: the grants of each record, by each patient and to each grantee, newest first.
//! - [`Expiries`]: an index of the grants that end by themselves, earliest first.
//! - [`GrantCount`]: the grants of each record, of which there are at most
//!   [`Config::MaxGrantsPerRecord`].
//!
//! ## Calls
//!
//! - [`grant`](Call::grant)
//! - [`revoke`](Call::revoke)
//!
//! ## Example
//!
//! Whether a grant stands depends on the chain's clock:
//!
//! ```
//! use pallet_permissions::Grant;
//! use salus_primitives::{Purpose, Via};
//!
//! let grant = Grant {
//!     key_version: 0,
//!     via: Via::Patient,
//!     purpose: Purpose::Treatment,
//!     granted_at: 1_000,
//!     expires_at: Some(2_000),
//!     history: 0,
//! };
//! assert!(!grant.has_expired(1_999));
//! assert!(grant.has_expired(2_000));
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
mod grant;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
mod revoke;
mod sweep;
#[cfg(test)]
mod tests;
mod types;
mod views;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	poll,
	traits::{History, Members, RecordViews},
	MemberId, Moment, NewestFirst, Purpose, RecordId, UnixMilliseconds, Via, WrappedKey,
};

pub use pallet::*;
use types::Terms;
pub use types::{AccountIdOf, Expiry, Grant, GrantId, List, OrderedId};
pub use weights::WeightInfo;

// What the pallet macros write trips these.
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
		/// The members of the region: patients, providers and their encryption keys.
		type Members: Members<Self::AccountId>;

		/// The records of the region.
		type Records: RecordViews<Self::AccountId>;

		/// The patients' histories.
		type History: History<Self::AccountId>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The most grants that one record may have at a time.
		#[pallet::constant]
		type MaxGrantsPerRecord: Get<u32>;

		/// The most weight for the sweep before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

		/// Weights of the calls and of the sweep.
		type WeightInfo: WeightInfo;
	}

	/// The grants, by record and grantee. One that has expired is kept until it is swept.
	#[pallet::storage]
	pub type Grants<T> = StorageDoubleMap<_, Identity, RecordId, Twox64Concat, MemberId, Grant>;

	/// The record keys of the grants, wrapped for their grantees, by record and grantee.
	#[pallet::storage]
	pub type WrappedKeys<T> =
		StorageDoubleMap<_, Identity, RecordId, Twox64Concat, MemberId, WrappedKey>;

	/// The lists of grants, newest first: by [`Grant::history`].
	#[pallet::storage]
	pub type Lists<T> = StorageDoubleMap<_, Twox64Concat, List, Identity, NewestFirst, GrantId>;

	/// The grants that end by themselves, earliest first.
	#[pallet::storage]
	pub type Expiries<T> = StorageMap<_, Identity, Expiry, ()>;

	/// How many entries each record has in [`Grants`]. A record without any has none here.
	#[pallet::storage]
	pub type GrantCount<T> = StorageMap<_, Identity, RecordId, u32, ValueQuery>;

	/// The events of this pallet.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A patient granted a record, for the first time or on new terms.
		GrantAdded {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: MemberId,
			/// What it is for.
			purpose: Purpose,
			/// When it ends by itself, in Unix milliseconds, if it does.
			expires_at: Option<UnixMilliseconds>,
		},
		/// A patient took a grant back.
		GrantRevoked {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: MemberId,
		},
		/// A grant that has ended by itself was removed.
		GrantExpired {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: MemberId,
		},
	}

	/// Why a call is refused.
	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The account does not act for the record's patient.
		NotAuthorized,
		/// There is no such record.
		RecordNotFound,
		/// The grantee is no member of this region.
		GranteeNotFound,
		/// There is no such grant.
		NotFound,
		/// The grantee is suspended, has retired, or the authorities withdrew its verification.
		GranteeNotInGoodStanding,
		/// The record's patient and its author have wrapped keys of their own.
		AlreadyReads,
		/// The wrapped key was not made for the current version of the grantee's encryption key.
		StaleKeyVersion,
		/// The wrapped key is not as long as the modulus of the grantee's encryption key.
		WrappedKeyMisfit,
		/// The grant would have ended already.
		ExpiryNotInFuture,
		/// The record has as many grants as it may have. Expired ones count until they are swept.
		MaxGrantsPerRecordExceeded,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Grants a record to a member of the region.
		///
		/// The `grantee` is another patient, or a verified provider. If the record was granted to that
		/// member before, the new grant takes the place of the old one.
		///
		/// May be called by the account that acts for the record's patient. `wrapped_key` is the
		/// record key, wrapped for the current version of the grantee's encryption key;
		/// `expires_at` the time, in Unix milliseconds, from which the grant counts as gone;
		/// `purpose` what it is for.
		///
		/// Emits [`Event::GrantAdded`]. The weight is constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::grant())]
		pub fn grant(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: MemberId,
			wrapped_key: WrappedKey,
			expires_at: Option<UnixMilliseconds>,
			purpose: Purpose,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::ensure_third_party(record, &grantee)?;
			Self::ensure_fits(&grantee, &wrapped_key)?;
			let now = T::Time::now();
			ensure!(
				expires_at.is_none_or(|at| at > now),
				Error::<T>::ExpiryNotInFuture
			);
			let terms = Terms {
				via: Via::Patient,
				purpose,
				granted_at: now,
				expires_at,
			};
			Self::do_grant(&account, GrantId { record, grantee }, terms, wrapped_key)?;
			Ok(())
		}

		/// Takes the grant of a record to a grantee back.
		///
		/// Its wrapped key leaves the state. Also removes one that has expired and is not swept yet.
		///
		/// May be called by the account that acts for the record's patient.
		///
		/// Emits [`Event::GrantRevoked`]. The weight is constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::revoke())]
		pub fn revoke(origin: OriginFor<T>, record: RecordId, grantee: MemberId) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::do_revoke(&account, GrantId { record, grantee })?;
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::MaxGrantsPerRecord::get() > 0,
				"MaxGrantsPerRecord must not be 0"
			);
			let least = T::WeightInfo::sweep_nothing().saturating_add(T::WeightInfo::sweep_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for a grant"
			);
		}

		/// Removes expired grants, the earliest first.
		fn on_poll(_block: BlockNumberFor<T>, block: &mut WeightMeter) {
			poll::within(block, T::PollWeight::get(), Self::do_sweep);
		}

		/// Removes more of them if the block has room.
		fn on_idle(_block: BlockNumberFor<T>, left: Weight) -> Weight {
			poll::with_the_rest(left, T::PollWeight::get(), Self::do_sweep)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
