//! # Interregional: grants to providers of other regions
//!
//! A patient grants a record to a provider of another region. The grant is kept on the record's
//! own chain. A message by XCM takes it to the consortium, where the grantee reads it.
//!
//! ## Terminology
//!
//! - **Record key**: the random 256-bit key of one record, with which its envelope is encrypted.
//! - **Wrapped key**: the record key, encrypted to one member's encryption key.
//! - **Grantee**: the provider of another region that a record is granted to. It is known by its
//!   region and professional number, never by an account.
//! - **Grant**: a wrapped key for a grantee, with a purpose, the time when it was given and the
//!   time when it ends by itself, if any. A person can read its state ([`InterregionalState`]).
//! - **Sequence number**: each record and grantee has one. It only grows, so that a late or
//!   repeated message or answer cannot undo a later one.
//!
//! ## Scenarios
//!
//! ### 1. Granting
//!
//! 1. The patient gets the grantee's encryption key from the consortium's directory, compares it
//!    with the key that the grantee itself showed, wraps the record key for it and calls
//!    [`grant`](Call::grant).
//! 2. Any verified provider of the region finds the grant by [`Pallet::api_waiting`] and calls
//!    [`forward`](Call::forward), which sends it to the consortium.
//! 3. The consortium answers, and the grant is `Delivered` or `Refused`. If no answer comes by the
//!    deadline, it is `Overdue`: the message may have arrived or not, and it is safe to forward
//!    the grant again. The pallet still takes an answer that comes late.
//!
//! ### 2. New terms
//!
//! 1. The patient calls [`grant`](Call::grant) again for the same record and grantee.
//! 2. A provider forwards the new terms. Until then the grantee reads the old ones.
//!
//! ### 3. Revoking
//!
//! 1. The patient calls [`revoke`](Call::revoke). The wrapped key leaves this chain's state at
//!    once. If a provider ever forwarded the grant, the pallet sends the revocation at once. The
//!    bound on messages in flight does not apply, so that it cannot keep a patient from revoking.
//! 2. The grant is `Revoking` until the consortium confirms that the wrapped key is gone there
//!    too. If no confirmation comes by the deadline, the patient may revoke it again.
//!
//! ### 4. Expiry
//!
//! 1. From `expires_at` on no view shows the grant, here and at the consortium. No message is
//!    needed.
//! 2. The next block removes the wrapped key before any transaction ([`Hooks::on_poll`]), the
//!    earliest first. If many have expired, blocks with room remove more after the last one
//!    ([`Hooks::on_idle`]).
//!
//! [`Hooks::on_idle`]: frame_support::traits::Hooks::on_idle
//! [`Hooks::on_poll`]: frame_support::traits::Hooks::on_poll
//!
//! `docs/interregional.md` lists every state with every event, and says where each step is in the
//! code.
//!
//! ## Data structures
//!
//! - [`Grants`]: the grants, by record and grantee. A grant that was revoked or has ended stays as
//!   a few bytes, so that its sequence number only grows.
//! - [`WrappedKeys`]: the wrapped keys of the live grants.
//! - [`GrantCount`]: the live grants of each record, at most [`Config::MaxGrantsPerRecord`].
//! - [`WaitingCount`]: the grants of each patient that wait to be forwarded or answered, at most
//!   [`Config::MaxWaitingPerPatient`].
//! - [`Expiries`]: an index of the grants that end by themselves, earliest first.
//! - [`Lists`]: the grants of each record, by each patient, and those that wait to be forwarded or
//!   answered, newest first.
//!
//! ## Calls
//!
//! - [`grant`](Call::grant)
//! - [`forward`](Call::forward)
//! - [`revoke`](Call::revoke)
//!
//! ## Example
//!
//! The state that a person reads depends on the chain's clock, and on whether the region waits for an
//! answer:
//!
//! ```
//! use pallet_interregional::{ConsortiumHolds, Grant, SentMessage, StoredState};
//! use salus_primitives::{InterregionalState, Purpose, Via};
//!
//! let grant = Grant {
//!     state: StoredState::Forwarded,
//!     sequence: 1,
//!     key_version: 0,
//!     via: Via::Patient,
//!     purpose: Purpose::Treatment,
//!     granted_at: 1_000,
//!     expires_at: Some(9_000),
//!     message: Some(SentMessage { id: [0; 32], sent_at: 2_000 }),
//!     consortium_holds: ConsortiumHolds::Until(9_000),
//!     history: 0,
//! };
//! assert_eq!(grant.state_at(3_000, true), Some(InterregionalState::Forwarded));
//! assert_eq!(grant.state_at(3_000, false), Some(InterregionalState::Overdue));
//! assert_eq!(grant.state_at(9_000, false), None);
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

mod answers;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod forward;
mod grant;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
mod revoke;
mod send;
mod store;
mod sweep;
#[cfg(test)]
mod tests;
mod types;
mod views;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	poll,
	traits::{History, Members, RecordContents, ToConsortium},
	Cause, InterregionalGrantId, MessageId, Moment, NewestFirst, PatientId, ProviderId, Purpose, RecordId,
	RemoteProvider, SendError, UnixMilliseconds, Via, WrappedKey,
};

pub use pallet::*;
#[cfg(doc)]
use salus_primitives::InterregionalState;
pub use types::{
	AccountIdOf, ConsortiumHolds, Expiry, Grant, GrantKey, List, SentMessage, StoredState, Terms,
};
pub use weights::WeightInfo;

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
		/// The members of the region: patients and providers.
		type Members: Members<Self::AccountId>;

		/// The records of the region.
		type Records: RecordContents<salus_primitives::AccountId>;

		/// The patients' histories.
		type History: History<Self::AccountId>;

		/// The way to the consortium.
		type Consortium: ToConsortium;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The most live grants that one record may have at a time.
		#[pallet::constant]
		type MaxGrantsPerRecord: Get<u32>;

		/// The most grants of one patient that may wait to be forwarded or answered.
		#[pallet::constant]
		type MaxWaitingPerPatient: Get<u32>;

		/// The most weight for the sweep before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

		/// Weights of the calls and of the sweep.
		type WeightInfo: WeightInfo;
	}

	/// The grants, by record and grantee. A grant is never removed.
	#[pallet::storage]
	pub type Grants<T> =
		StorageDoubleMap<_, Identity, RecordId, Twox64Concat, RemoteProvider, Grant>;

	/// The wrapped keys of the live grants: those that are neither revoked nor swept.
	#[pallet::storage]
	pub type WrappedKeys<T> =
		StorageDoubleMap<_, Identity, RecordId, Twox64Concat, RemoteProvider, WrappedKey>;

	/// How many entries each record has in [`WrappedKeys`]. A record without any has none here.
	#[pallet::storage]
	pub type GrantCount<T> = StorageMap<_, Identity, RecordId, u32, ValueQuery>;

	/// How many grants of each patient wait to be forwarded or answered. A patient without any has
	/// none here.
	#[pallet::storage]
	pub type WaitingCount<T> = StorageMap<_, Identity, PatientId, u32, ValueQuery>;

	/// The grants that end by themselves, earliest first.
	#[pallet::storage]
	pub type Expiries<T> = StorageMap<_, Identity, Expiry, ()>;

	/// The lists of grants, newest first: by [`Grant::history`].
	#[pallet::storage]
	pub type Lists<T> =
		StorageDoubleMap<_, Twox64Concat, List, Identity, NewestFirst, InterregionalGrantId>;

	/// The events of this pallet.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A patient granted a record to a provider of another region, for the first time or on new
		/// terms.
		GrantAdded {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The grant's sequence number.
			sequence: u64,
			/// What it is for.
			purpose: Purpose,
			/// When it ends by itself, in Unix milliseconds, if it does.
			expires_at: Option<UnixMilliseconds>,
		},
		/// A provider forwarded a grant to the consortium.
		GrantForwarded {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The grant's sequence number.
			sequence: u64,
			/// The provider that forwarded it.
			by: ProviderId,
			/// The message's id.
			message: MessageId,
		},
		/// The consortium took a grant.
		GrantDelivered {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The sequence number of what it took.
			sequence: u64,
		},
		/// The consortium did not take a grant.
		GrantRefused {
			/// The record.
			record: RecordId,
			/// Who was to read it.
			grantee: RemoteProvider,
			/// The sequence number of what it refused.
			sequence: u64,
			/// Why.
			cause: Cause,
		},
		/// The consortium did not answer a delivery by its deadline.
		AnswerOverdue {
			/// The record.
			record: RecordId,
			/// Who is to read it.
			grantee: RemoteProvider,
			/// The sequence number of what was forwarded.
			sequence: u64,
		},
		/// A patient took a grant back, and the consortium was told so.
		RevocationSent {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: RemoteProvider,
			/// The revocation's sequence number.
			sequence: u64,
			/// The message's id.
			message: MessageId,
		},
		/// The consortium did not take a revocation: the patient has to send it again.
		RevocationRefused {
			/// The record.
			record: RecordId,
			/// Who can read it.
			grantee: RemoteProvider,
			/// The revocation's sequence number.
			sequence: u64,
			/// Why.
			cause: Cause,
		},
		/// A grant is revoked: the consortium confirmed it, or never knew the grant.
		GrantRevoked {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: RemoteProvider,
			/// The sequence number of the region's last update.
			sequence: u64,
		},
		/// The wrapped key of a grant that has ended by itself was removed.
		GrantExpired {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: RemoteProvider,
		},
	}

	/// Why a call is refused.
	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The account does not act for the record's patient or, to forward, for a verified provider.
		NotAuthorized,
		/// There is no such record.
		RecordNotFound,
		/// The grantee is a provider of this region: grant it the record as to a member.
		GranteeOfThisRegion,
		/// The wrapped key is empty, or longer than the modulus of any encryption key.
		WrappedKeyMisfit,
		/// The grant would have ended already.
		ExpiryNotInFuture,
		/// The consortium has not confirmed the revocation of the earlier grant.
		RevocationPending,
		/// The terms sent to the consortium earlier expire later: revoke the grant first.
		EndsBeforeSentTerms,
		/// There are no sequence numbers left for this record and grantee.
		SequencesUsedUp,
		/// The record has as many grants as it may have. Expired ones count until they are swept.
		MaxGrantsPerRecordExceeded,
		/// There is no such grant.
		NotFound,
		/// The consortium has not answered, and the deadline has not passed.
		AwaitingAnswer,
		/// The consortium has the grant already.
		AlreadyDelivered,
		/// The patient took the grant back already.
		AlreadyRevoked,
		/// The record's author is suspended.
		AuthorNotInGoodStanding,
		/// Nothing was sent: there is no channel to the consortium.
		NotConnected,
		/// Nothing was sent: too many messages to the consortium wait for their answers.
		TooManyInFlight,
		/// Nothing was sent: the message is too long, or the consortium does not read its version.
		Undeliverable,
		/// Nothing was sent: too many grants that this provider forwarded wait for their answers.
		TooManyForwarded,
		/// As many grants of the patient wait to be forwarded or answered as may. Expired ones count
		/// until they are swept.
		MaxWaitingPerPatientExceeded,
	}

	impl<T> From<SendError> for Error<T> {
		fn from(error: SendError) -> Self {
			match error {
				SendError::NotConnected => Self::NotConnected,
				SendError::TooManyInFlight => Self::TooManyInFlight,
				SendError::Undeliverable => Self::Undeliverable,
				SendError::TooManyOfProvider => Self::TooManyForwarded,
			}
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Grants a record to a provider of another region.
		///
		/// If it was granted to the `grantee` before, the new terms take the place of the old ones
		/// here; the consortium hands out the old ones until the new ones are forwarded. So they may
		/// not end earlier than what was sent: that has to be revoked. Nor may they be given while a
		/// revocation is pending.
		///
		/// May be called by the account that acts for the record's patient. `wrapped_key` is the
		/// record key, wrapped for the current version of the grantee's encryption key, which the
		/// consortium checks; `expires_at` the time, in Unix milliseconds, from which the grant counts
		/// as gone; `purpose` what it is for.
		///
		/// Emits [`Event::GrantAdded`]. The weight is constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::grant())]
		pub fn grant(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
			wrapped_key: WrappedKey,
			expires_at: Option<UnixMilliseconds>,
			purpose: Purpose,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::ensure_other_region(&grantee)?;
			Self::ensure_possible_length(&wrapped_key)?;
			let granted_at = T::Time::now();
			ensure!(
				expires_at.is_none_or(|at| at > granted_at),
				Error::<T>::ExpiryNotInFuture
			);
			let terms = Terms {
				wrapped_key,
				via: Via::Patient,
				purpose,
				granted_at,
				expires_at,
			};
			Self::do_grant(&account, InterregionalGrantId { record, grantee }, terms)?;
			Ok(())
		}

		/// Sends the grant of a record to the consortium.
		///
		/// That of `record` to `grantee` was never sent on these terms, or it was refused, or its answer
		/// is overdue. Sending it again is safe.
		///
		/// May be called by the account that acts for any verified provider of the region. If the
		/// message can't be sent, the call fails and nothing changes.
		///
		/// Emits [`Event::GrantForwarded`]. The weight is constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::forward())]
		pub fn forward(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			let by = Self::ensure_provider(&account)?;
			Self::do_forward(&account, InterregionalGrantId { record, grantee }, by)?;
			Ok(())
		}

		/// Takes the grant of a record back.
		///
		/// The key of `record` that is wrapped for `grantee` leaves the state. If anything was ever
		/// sent, the consortium is told at once. If it has not confirmed that by the deadline, or did
		/// not take it, the call may be made again.
		///
		/// May be called by the account that acts for the record's patient. If the message can't be
		/// sent, the call fails and nothing changes.
		///
		/// Emits [`Event::RevocationSent`] or [`Event::GrantRevoked`]. The weight is constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::revoke())]
		pub fn revoke(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::do_revoke(&account, InterregionalGrantId { record, grantee })?;
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
			assert!(
				T::MaxWaitingPerPatient::get() > 0,
				"MaxWaitingPerPatient must not be 0"
			);
			let least = T::WeightInfo::sweep_nothing().saturating_add(T::WeightInfo::sweep_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for a grant"
			);
		}

		/// Removes the wrapped keys of expired grants, the earliest first.
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
