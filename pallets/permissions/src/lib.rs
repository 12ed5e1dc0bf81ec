//! # Permissions: grants that a patient gives and takes back
//!
//! A grant is a record key that the record's patient wrapped for a third party, and the terms on
//! which it may be used. Nobody but the record's patient gives or takes back one: not its author,
//! not an authority, not root.
//!
//! ## Terminology
//!
//! - **Record key**: the random 256-bit key of one record, with which its envelope is encrypted.
//! - **Wrapped key**: the record key, encrypted to one member's encryption key.
//! - **Grant**: a wrapped key that a patient gave to a third party, with a purpose, the time it was
//!   given and the time when it ends by itself, if any.
//! - **Grantee**: the third party of a grant. It is known by its member id, never by an account.
//! - **Inter-regional grant**: a grant to a provider of another region, carried to the consortium by
//!   XCM. Each has a state that a person can read ([`InterregionalState`]) and a sequence number
//!   that only grows.
//!
//! ## Scenarios
//!
//! ### 1. Granting
//!
//! 1. The patient unwraps the record key, and opens and checks the envelope with it.
//! 2. It reads the grantee's current encryption key from the registry and wraps the record key for
//!    it.
//! 3. It calls [`grant`](Call::grant), once or for many records in one batch of `pallet-utility`.
//! 4. The grantee finds what is granted to it by [`Pallet::api_granted_to`].
//!
//! ### 2. New terms
//!
//! 1. The patient calls [`grant`](Call::grant) again for the same record and grantee. The new grant
//!    takes the place of the old one: another key version, purpose or end.
//!
//! ### 3. Revoking
//!
//! 1. The patient calls [`revoke`](Call::revoke). The wrapped key leaves the state at once.
//!
//! This stops handing out the key. Who has read the record has read it, and the history of blocks
//! keeps the wrapped key.
//!
//! ### 4. Expiry
//!
//! 1. From `expires_at` on no view shows the grant.
//! 2. The first block with room after that removes it ([`Hooks::on_idle`]), the earliest first.
//!
//! [`Hooks::on_idle`]: frame_support::traits::Hooks::on_idle
//!
//! A grantee that is suspended or retires later keeps its grants: only the patient takes them back.
//!
//! ### 5. Granting across regions
//!
//! 1. The patient gets the encryption key of a provider of another region from the consortium's
//!    directory, compares it with what the provider itself gave, wraps the record key for it and
//!    calls [`grant_interregional`](Call::grant_interregional).
//! 2. Any verified provider of the region finds it by [`Pallet::api_waiting`] and calls
//!    [`forward`](Call::forward), which sends it to the consortium.
//! 3. The consortium answers, and the grant is `Delivered` or `Refused`. Without an answer by the
//!    deadline it is `Overdue`: it may have arrived or not, and forwarding it again is safe. An
//!    answer that comes late is taken.
//!
//! ### 6. Revoking across regions
//!
//! 1. The patient calls [`revoke_interregional`](Call::revoke_interregional). The wrapped key leaves
//!    this chain's state at once. If anything was ever sent, so is the revocation, at once; messages
//!    in flight are bounded, but never keep a patient from this.
//! 2. The grant is `Revoking` until the consortium confirms that the key is gone there too, and may
//!    be revoked again when the deadline has passed without an answer.
//!
//! The page `docs/interregional.md` has every state with everything that can happen in it.
//!
//! ## Data structures
//!
//! - [`Grants`]: the grants, by record and grantee.
//! - [`GrantedTo`]: an index by grantee, oldest record first.
//! - [`Expiries`]: an index of the grants that end by themselves, earliest first.
//! - [`GrantCount`]: the grants of each record, of which there are at most
//!   [`Config::MaxGrantsPerRecord`].
//! - [`InterregionalGrants`]: the inter-regional grants, by record and grantee. What was revoked or
//!   has ended stays as a few bytes, so that its sequence number only grows.
//! - [`InterregionalKeys`]: their wrapped keys, of those that live.
//! - [`InterregionalCount`], [`InterregionalExpiries`]: as for the others, with the same bound.
//! - [`GivenBy`], [`Unanswered`]: indices by patient, and of those that wait to be forwarded or
//!   answered, oldest record first.
//! - [`Deadlines`], [`InFlight`]: the deliveries whose answers are waited for, earliest deadline
//!   first, and how many there are: at most [`Config::MaxInFlight`].
//!
//! ## Calls
//!
//! - [`grant`](Call::grant)
//! - [`revoke`](Call::revoke)
//! - [`grant_interregional`](Call::grant_interregional)
//! - [`forward`](Call::forward)
//! - [`revoke_interregional`](Call::revoke_interregional)
//!
//! ## Example
//!
//! Whether a grant stands depends on the chain's clock:
//!
//! ```
//! use pallet_permissions::Grant;
//! use salus_primitives::{Purpose, WrappedKey};
//!
//! let grant = Grant {
//!     wrapped_key: WrappedKey::RsaOaep { key_version: 0, ciphertext: Default::default() },
//!     purpose: Purpose::Treatment,
//!     granted_at: 1_000,
//!     expires_at: Some(2_000),
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
mod functions;
mod interregional;
#[cfg(test)]
mod mock;
#[cfg(any(test, feature = "try-runtime"))]
mod state;
#[cfg(test)]
mod tests;
mod types;
mod views;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	traits::{Members, RecordContents, ToConsortium},
	Cause, InterregionalGrantId, MemberId, MessageId, Moment, PatientId, ProfessionalNumber,
	Purpose, RecordId, RemoteProvider, SendError, WrappedKey,
};

pub use interregional::{
	Deadline, Held, InterregionalExpiry, InterregionalGrant, Message, OrderedGrantId, Stage,
};
pub use pallet::*;
#[cfg(doc)]
use salus_primitives::InterregionalState;
pub use types::{AccountIdOf, Expiry, Grant, OrderedId};
pub use views::MAX_LOOKED_AT;
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
		type Records: RecordContents<salus_primitives::AccountId>;

		/// The way to the consortium.
		type Consortium: ToConsortium;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The most grants that one record may have at a time to members of the region, and the most
		/// to providers of other regions.
		#[pallet::constant]
		type MaxGrantsPerRecord: Get<u32>;

		/// How long an answer of the consortium is waited for, in milliseconds.
		#[pallet::constant]
		type AnswerTime: Get<Moment>;

		/// The most deliveries whose answers may be waited for at a time.
		#[pallet::constant]
		type MaxInFlight: Get<u32>;

		/// Weights of the calls and of the sweep.
		type WeightInfo: WeightInfo;
	}

	/// The grants, by record and grantee. One that has expired is kept until it is swept.
	#[pallet::storage]
	pub type Grants<T> = StorageDoubleMap<_, Identity, RecordId, Twox64Concat, MemberId, Grant>;

	/// The records granted to each grantee, oldest record first: the id is big-endian and not
	/// hashed.
	#[pallet::storage]
	pub type GrantedTo<T> = StorageDoubleMap<_, Twox64Concat, MemberId, Identity, OrderedId, ()>;

	/// The grants that end by themselves, earliest first.
	#[pallet::storage]
	pub type Expiries<T> = StorageMap<_, Identity, Expiry, ()>;

	/// How many entries each record has in [`Grants`]. A record without any has none here.
	#[pallet::storage]
	pub type GrantCount<T> = StorageMap<_, Identity, RecordId, u32, ValueQuery>;

	/// The grants to providers of other regions, by record and grantee. None is ever removed.
	#[pallet::storage]
	pub type InterregionalGrants<T> =
		StorageDoubleMap<_, Identity, RecordId, Twox64Concat, RemoteProvider, InterregionalGrant>;

	/// The wrapped keys of the inter-regional grants that are neither revoked nor swept.
	#[pallet::storage]
	pub type InterregionalKeys<T> =
		StorageDoubleMap<_, Identity, RecordId, Twox64Concat, RemoteProvider, WrappedKey>;

	/// How many entries each record has in [`InterregionalKeys`]. A record without any has none here.
	#[pallet::storage]
	pub type InterregionalCount<T> = StorageMap<_, Identity, RecordId, u32, ValueQuery>;

	/// The inter-regional grants that end by themselves, earliest first.
	#[pallet::storage]
	pub type InterregionalExpiries<T> = StorageMap<_, Identity, InterregionalExpiry, ()>;

	/// The inter-regional grants that each patient gave and that have not ended by themselves, oldest
	/// record first. The chain assigns patients' ids.
	#[pallet::storage]
	pub type GivenBy<T> = StorageDoubleMap<_, Identity, PatientId, Identity, OrderedGrantId, ()>;

	/// The inter-regional grants that wait to be forwarded or answered, oldest record first.
	#[pallet::storage]
	pub type Unanswered<T> = StorageMap<_, Identity, OrderedGrantId, ()>;

	/// The deliveries whose answers are waited for, earliest deadline first. One whose deadline has
	/// passed is kept until it is swept.
	#[pallet::storage]
	pub type Deadlines<T> = StorageMap<_, Identity, Deadline, ()>;

	/// How many entries there are in [`Deadlines`].
	#[pallet::storage]
	pub type InFlight<T> = StorageValue<_, u32, ValueQuery>;

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
			expires_at: Option<Moment>,
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
		/// A patient granted a record to a provider of another region, for the first time or on new
		/// terms.
		InterregionalGrantAdded {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The grant's sequence number.
			sequence: u64,
			/// What it is for.
			purpose: Purpose,
			/// When it ends by itself, in Unix milliseconds, if it does.
			expires_at: Option<Moment>,
		},
		/// A provider forwarded an inter-regional grant to the consortium.
		GrantForwarded {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The grant's sequence number.
			sequence: u64,
			/// The provider that forwarded it.
			by: ProfessionalNumber,
			/// The message's id.
			message: MessageId,
		},
		/// The consortium took an inter-regional grant.
		GrantDelivered {
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The sequence number of what it took.
			sequence: u64,
		},
		/// The consortium did not take an inter-regional grant.
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
		/// A patient took an inter-regional grant back, and the consortium was told so.
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
		/// An inter-regional grant is taken back: the consortium confirmed it, or was never told of
		/// the grant.
		InterregionalGrantRevoked {
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: RemoteProvider,
			/// The sequence number of the region's last word on it.
			sequence: u64,
		},
		/// The wrapped key of an inter-regional grant that has ended by itself was removed.
		InterregionalGrantExpired {
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
		/// The account does not act for the record's patient.
		NotAuthorized,
		/// There is no such record.
		RecordNotFound,
		/// The grantee is no member of this region.
		GranteeNotFound,
		/// There is no such grant.
		NotFound,
		/// The grantee is suspended or has retired.
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
		/// The grantee is a provider of this region: grant it the record as to a member.
		GranteeOfThisRegion,
		/// The grantee's professional number is malformed.
		GranteeNumberMalformed,
		/// What the consortium was sent earlier ends later: revoke that first.
		EndsBeforeSentTerms,
		/// The consortium has not confirmed that the earlier grant is taken back.
		RevocationPending,
		/// The consortium has not answered, and the deadline has not passed.
		AwaitingAnswer,
		/// The consortium has the grant already.
		AlreadyDelivered,
		/// The patient took the grant back already.
		AlreadyRevoked,
		/// The record's author is suspended.
		AuthorNotInGoodStanding,
		/// There are no sequence numbers left for this record and grantee.
		SequencesUsedUp,
		/// The message to the consortium could not be sent.
		NotSent(SendError),
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Grants a record to a member of the region, the `grantee`: to another patient, or to a
		/// verified provider. If it was granted to that member before, the new grant takes the place
		/// of the old one.
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
			expires_at: Option<Moment>,
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
			let grant = Grant {
				wrapped_key,
				purpose,
				granted_at: now,
				expires_at,
			};
			Self::do_grant(record, grantee, grant)?;
			Ok(())
		}

		/// Takes the grant of a record to a grantee back: its wrapped key leaves the state. Also
		/// removes one that has expired and is not swept yet.
		///
		/// May be called by the account that acts for the record's patient.
		///
		/// Emits [`Event::GrantRevoked`]. The weight is constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::revoke())]
		pub fn revoke(origin: OriginFor<T>, record: RecordId, grantee: MemberId) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			let grant = Grants::<T>::get(record, &grantee).ok_or(Error::<T>::NotFound)?;
			Self::do_remove(record, &grantee, &grant);
			Self::deposit_event(Event::GrantRevoked { record, grantee });
			Ok(())
		}

		/// Grants a record to a provider of another region, the `grantee`. If it was granted to that
		/// provider before, the new terms take the place of the old ones here; the consortium hands
		/// out the old ones until the new ones are forwarded. So they may not end earlier than what
		/// was sent: that has to be revoked. Nor may they be given while a revocation is pending.
		///
		/// May be called by the account that acts for the record's patient. `wrapped_key` is the
		/// record key, wrapped for the current version of the grantee's encryption key, which the
		/// consortium checks; `expires_at` and `purpose` are as for [`grant`](Call::grant).
		///
		/// Emits [`Event::InterregionalGrantAdded`]. The weight is constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::grant_interregional())]
		pub fn grant_interregional(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
			wrapped_key: WrappedKey,
			expires_at: Option<Moment>,
			purpose: Purpose,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::ensure_elsewhere(&grantee)?;
			Self::ensure_plausible(&wrapped_key)?;
			let granted_at = T::Time::now();
			ensure!(
				expires_at.is_none_or(|at| at > granted_at),
				Error::<T>::ExpiryNotInFuture
			);
			let terms = Grant {
				wrapped_key,
				purpose,
				granted_at,
				expires_at,
			};
			Self::do_grant_interregional(InterregionalGrantId { record, grantee }, terms)?;
			Ok(())
		}

		/// Sends the inter-regional grant of `record` to `grantee` to the consortium: one that was never
		/// sent on these terms, one that was refused, or one whose answer is overdue. Sending again is
		/// safe.
		///
		/// May be called by the account that acts for any verified provider of the region. If the
		/// message can't be sent, the call fails with [`Error::NotSent`] and nothing changes.
		///
		/// Emits [`Event::GrantForwarded`]. The weight is constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::forward())]
		pub fn forward(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			let by = Self::ensure_provider(&account)?;
			Self::do_forward(InterregionalGrantId { record, grantee }, by)?;
			Ok(())
		}

		/// Takes the inter-regional grant of `record` to `grantee` back: its wrapped key leaves the
		/// state. If anything was ever sent, the consortium is told at once. If it has not confirmed
		/// that by the deadline, or did not take it, the call may be made again.
		///
		/// May be called by the account that acts for the record's patient. If the message can't be
		/// sent, the call fails with [`Error::NotSent`] and nothing changes.
		///
		/// Emits [`Event::RevocationSent`] or [`Event::InterregionalGrantRevoked`]. The weight is
		/// constant.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::revoke_interregional())]
		pub fn revoke_interregional(
			origin: OriginFor<T>,
			record: RecordId,
			grantee: RemoteProvider,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::ensure_patient(&account, record)?;
			Self::do_revoke_interregional(InterregionalGrantId { record, grantee })?;
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
				T::AnswerTime::get() > 0,
				"AnswerTime must not be 0: every answer would be overdue"
			);
			assert!(
				T::MaxInFlight::get() > 0,
				"MaxInFlight must not be 0: nothing could be forwarded"
			);
		}

		/// Ends the wait for answers that are overdue and removes expired grants, the earliest first,
		/// as far as the weight goes.
		fn on_idle(_block: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::do_sweep(&mut meter);
			meter.consumed()
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
