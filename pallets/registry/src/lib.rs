//! # Registry
//!
//! The patients and providers of a region: who they are, which account acts for each, which
//! encryption keys they hold and how they stand. The other pallets of the region ask it through
//! [`Members`](salus_primitives::traits::Members); the transaction extensions ask it through
//! [`Admission`](salus_primitives::traits::Admission) whether an account may send anything at all.
//!
//! ## Terminology
//!
//! - **authority**: runs a collator of the region, and votes on who is a genuine provider.
//! - **member**: a registered patient, or a provider that was verified once. A member is known by
//!   its id, never by the account that acts for it.
//! - **invitation**: what lets an account in: it gains a provider reference, for good, and so can
//!   send transactions. Until it registers it can do nothing else.
//! - **application**: what an account wants to be verified as: number, name and encryption key. It
//!   reserves neither number nor key: others may claim the same until one of them is verified.
//! - **motion**: what authorities vote on: to verify an application, to suspend a verified
//!   provider, to reinstate a suspended one.
//! - **standing**: verified, suspended or retired. Retired is for good.
//! - **cool-down**: the time after a motion fell, in which the same cannot be moved again.
//!
//! ## Scenario: a patient registers
//!
//! 1. A verified provider calls [`invite`](Call::invite) with the patient's account.
//! 2. The patient's client makes an RSA key pair, signs the public key with the account, and calls
//!    [`register_patient`](Call::register_patient) with a salted commitment to the patient's name.
//! 3. The chain gives the patient an id that says nothing about it.
//!
//! ## Scenario: a provider is verified
//!
//! 1. An authority or a verified provider invites the provider's account.
//! 2. It calls [`apply_as_provider`](Call::apply_as_provider). A squatter who claims the same
//!    number keeps nobody out: the authorities choose.
//! 3. Authorities call [`vote`](Call::vote), each once, on the hash of the application, so that
//!    nobody votes for what has changed since. More than half of the authorities of the moment
//!    carry it: the provider is verified and the other applications for its number are dropped.
//! 4. Had too many voted against it for that, it would be gone, and the account could apply for
//!    that number again after the cool-down.
//!
//! ## Scenario: a key is rotated
//!
//! 1. The member makes a new key pair and calls [`rotate_key`](Call::rotate_key) with the version
//!    after the current one.
//! 2. Old versions stay readable: records are wrapped to them.
//!
//! ## Data structures
//!
//! [`Patients`] and [`Providers`] hold the members by id, [`MemberOf`] finds a member by account.
//! [`Keys`] holds every version of every member's encryption key, [`KeyHolders`] who holds a key.
//! [`Applications`] holds what is not decided, [`Claims`] finds it by number, [`Motions`] has the
//! votes and [`CoolDowns`] what may not be moved yet. [`Invited`] and [`InvitationsMade`] are about
//! invitations.
//!
//! ## Calls
//!
//! [`invite`](Call::invite), [`register_patient`](Call::register_patient),
//! [`apply_as_provider`](Call::apply_as_provider),
//! [`withdraw_application`](Call::withdraw_application), [`vote`](Call::vote),
//! [`retire`](Call::retire), [`rotate_key`](Call::rotate_key). No call takes an origin other than a
//! signed one, and none removes a member.
//!
//! ## Example
//!
//! Another pallet knows the registry only as `Members`:
//!
//! ```
//! use salus_primitives::{traits::Members, MemberId, ProfessionalNumber, Standing};
//!
//! /// The provider that may write records with this account.
//! fn author<Registry: Members<AccountId>, AccountId>(
//!     account: &AccountId,
//! ) -> Option<ProfessionalNumber> {
//!     match Registry::member_of(account)? {
//!         MemberId::Provider(number) => {
//!             (Registry::standing(&number)? == Standing::Verified).then_some(number)
//!         },
//!         MemberId::Patient(_) => None,
//!     }
//! }
//!
//! // The registry is one.
//! fn in_a_runtime<T: pallet_registry::Config>(account: &T::AccountId) -> bool {
//!     author::<pallet_registry::Pallet<T>, _>(account).is_some()
//! }
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
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

pub use pallet::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod functions;
mod members;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
mod votes;
pub mod weights;

/// Other claimants of a number whose applications are dropped at once when one is verified.
pub const MAX_SUPERSEDED: u32 = 16;

// What the macros write trips these lints. The calls' bodies are elsewhere.
#[allow(
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::panic,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::as_conversions
)]
#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use salus_primitives::{
		keys::MAX_MODULUS_BITS, traits::Authorities, EncryptionKey, Hash256, KeySignature,
		KeyVersion, MemberId, Moment, PatientId, ProfessionalNumber,
	};
	use sp_core::H256;

	use crate::{
		types::{
			AccountIdOf, ApplicationOf, Invitations, KeyEntryOf, MotionOf, NameOf, PatientOf,
			ProviderOf, SubjectOf, VotesOf,
		},
		WeightInfo,
	};

	/// The version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		AccountId = salus_primitives::AccountId,
		Hash = H256,
		RuntimeEvent: From<Event<Self>>,
	>
	{
		/// The authorities, who vote.
		type Authorities: Authorities<AccountIdOf<Self>>;

		/// The chain's clock, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// The fewest bits that the modulus of an encryption key may have.
		#[pallet::constant]
		type MinModulusBits: Get<u32>;

		/// The most bytes of a professional name.
		#[pallet::constant]
		type MaxNameLen: Get<u32>;

		/// The most authorities that there can be: a bound on the votes on a motion.
		#[pallet::constant]
		type MaxAuthorities: Get<u32>;

		/// How many accounts a verified provider may invite in a period.
		#[pallet::constant]
		type InvitationsPerPeriod: Get<u32>;

		/// How many accounts an authority may invite in a period.
		#[pallet::constant]
		type AuthorityInvitationsPerPeriod: Get<u32>;

		/// The length of that period in milliseconds. Periods are counted from the Unix epoch.
		#[pallet::constant]
		type InvitationPeriod: Get<Moment>;

		/// How long after a motion fell the same may be moved again, in milliseconds.
		#[pallet::constant]
		type CoolDown: Get<Moment>;

		/// The weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Accounts that were invited. None is ever taken out.
	#[pallet::storage]
	pub type Invited<T: Config> = StorageMap<_, Blake2_128Concat, AccountIdOf<T>, ()>;

	/// What accounts invited in the last period in which they invited any.
	#[pallet::storage]
	pub type InvitationsMade<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountIdOf<T>, Invitations>;

	/// The member that an account acts for.
	#[pallet::storage]
	pub type MemberOf<T: Config> = StorageMap<_, Blake2_128Concat, AccountIdOf<T>, MemberId>;

	/// Registered patients by id.
	#[pallet::storage]
	pub type Patients<T: Config> = StorageMap<_, Identity, PatientId, PatientOf<T>>;

	/// Providers that were verified once, by professional number.
	#[pallet::storage]
	pub type Providers<T: Config> =
		StorageMap<_, Blake2_128Concat, ProfessionalNumber, ProviderOf<T>>;

	/// Every version of every member's encryption key.
	#[pallet::storage]
	pub type Keys<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, MemberId, Twox64Concat, KeyVersion, KeyEntryOf<T>>;

	/// Who holds a key, in whatever version, by the SHA-256 digest of the key.
	#[pallet::storage]
	pub type KeyHolders<T: Config> = StorageMap<_, Identity, Hash256, MemberId>;

	/// Applications that the authorities have not decided, by the account that applied.
	#[pallet::storage]
	pub type Applications<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountIdOf<T>, ApplicationOf<T>>;

	/// The accounts that applied for a professional number.
	#[pallet::storage]
	pub type Claims<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		ProfessionalNumber,
		Blake2_128Concat,
		AccountIdOf<T>,
		(),
	>;

	/// The votes on motions that are neither carried nor fallen.
	#[pallet::storage]
	pub type Motions<T: Config> =
		StorageMap<_, Blake2_128Concat, MotionOf<T>, VotesOf<T>, ValueQuery>;

	/// Until when something may not be moved again, as Unix milliseconds.
	#[pallet::storage]
	pub type CoolDowns<T: Config> = StorageMap<_, Blake2_128Concat, SubjectOf<T>, Moment>;

	/// What the registry starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Accounts that are invited from the start.
		pub invited: Vec<AccountIdOf<T>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			self.invited.iter().for_each(Pallet::<T>::let_in);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account was invited.
		AccountInvited {
			/// The account.
			account: AccountIdOf<T>,
			/// The verified provider's or authority's account that invited it.
			by: AccountIdOf<T>,
		},
		/// A patient was registered.
		PatientRegistered {
			/// The id that the chain gave it.
			patient: PatientId,
			/// The account that acts for it.
			account: AccountIdOf<T>,
		},
		/// An account applied as a provider, or changed what it applied for.
		AppliedAsProvider {
			/// The account.
			account: AccountIdOf<T>,
			/// The number that it claims.
			number: ProfessionalNumber,
			/// The hash of the application: what authorities vote on.
			application: Hash256,
		},
		/// An account took its application back.
		ApplicationWithdrawn {
			/// The account.
			account: AccountIdOf<T>,
			/// The number that it claimed.
			number: ProfessionalNumber,
		},
		/// An application was dropped, as another account was verified under its number.
		ApplicationSuperseded {
			/// The account that applied.
			account: AccountIdOf<T>,
			/// The number that it claimed.
			number: ProfessionalNumber,
		},
		/// An authority voted.
		Voted {
			/// What it voted on.
			motion: MotionOf<T>,
			/// The authority.
			authority: AccountIdOf<T>,
			/// Whether for it.
			aye: bool,
		},
		/// A motion can't be carried any more.
		MotionFell {
			/// The motion.
			motion: MotionOf<T>,
		},
		/// A provider was verified.
		ProviderVerified {
			/// Its professional number.
			number: ProfessionalNumber,
			/// The account that acts for it.
			account: AccountIdOf<T>,
		},
		/// A provider was suspended.
		ProviderSuspended {
			/// Its professional number.
			number: ProfessionalNumber,
		},
		/// A suspended provider was reinstated.
		ProviderReinstated {
			/// Its professional number.
			number: ProfessionalNumber,
		},
		/// A provider retired.
		ProviderRetired {
			/// Its professional number.
			number: ProfessionalNumber,
		},
		/// A member has a new encryption key.
		KeyRotated {
			/// The member.
			member: MemberId,
			/// The version of the new key.
			version: KeyVersion,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account may not do this: it is no verified provider's or authority's, or it acts
		/// for no provider.
		NotAuthorized,
		/// There is no such application or provider.
		NotFound,
		/// The account was invited before.
		AlreadyInvited,
		/// The account has made all its invitations of this period.
		MaxInvitationsExceeded,
		/// The account was not invited.
		NotInvited,
		/// The account acts for a member already.
		AlreadyRegistered,
		/// The account acts for no member.
		NotRegistered,
		/// The account applied as a provider: it must withdraw that first.
		ApplicationPending,
		/// The patient id that came out is taken: try again in the next block.
		AlreadyExists,
		/// The encryption key is not the canonical DER of an RSA SubjectPublicKeyInfo.
		KeyNotDer,
		/// The modulus of the encryption key has too few bits.
		KeyTooSmall,
		/// The modulus of the encryption key has more than 4096 bits.
		KeyTooLarge,
		/// The modulus of the encryption key is even.
		KeyEvenModulus,
		/// The exponent of the encryption key is not 65537.
		KeyWrongExponent,
		/// A member holds, or held, this encryption key.
		KeyAlreadyHeld,
		/// The signature over the encryption key is not the account's, or is over another key,
		/// version or chain.
		KeySignatureInvalid,
		/// The version is not the one after the current version.
		StaleKeyVersion,
		/// The professional number is neither a letter and five digits nor ten digits.
		NumberMalformed,
		/// The check digit of the professional number is wrong.
		NumberWrongCheckDigit,
		/// A provider was verified under this professional number.
		AlreadyVerified,
		/// The professional name is empty.
		NameEmpty,
		/// The professional name is not UTF-8.
		NameNotUtf8,
		/// The professional name has a control character, or one that hides or reorders others.
		NameHasControlCharacter,
		/// A motion on the same fell not long ago.
		CoolingDown,
		/// An authority voted against the application, so it can't be changed: it may be withdrawn,
		/// and applied for again after the cool-down.
		VotesAgainst,
		/// The application has changed since: look at it again before voting.
		ApplicationChanged,
		/// The authority voted on this motion before.
		AlreadyVoted,
		/// There are more votes than there may be authorities.
		MaxVotesExceeded,
		/// The provider's standing is not verified.
		NotVerified,
		/// The provider's standing is not suspended.
		NotSuspended,
		/// The provider has retired.
		AlreadyRetired,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				(1..=MAX_MODULUS_BITS).contains(&T::MinModulusBits::get()),
				"MinModulusBits must be between 1 and {MAX_MODULUS_BITS}"
			);
			assert!(
				T::MaxNameLen::get() > 0,
				"MaxNameLen must not be 0: a name is never empty"
			);
			assert!(
				T::MaxAuthorities::get() > 0,
				"MaxAuthorities must not be 0: nobody could vote"
			);
			assert!(
				T::InvitationPeriod::get() > 0,
				"InvitationPeriod must not be 0"
			);
			assert!(
				T::AuthorityInvitationsPerPeriod::get() > 0,
				"AuthorityInvitationsPerPeriod must not be 0: nobody could get in"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Lets an account in, so that it can send transactions and register.
		///
		/// May be called by a verified provider or an authority, each so many times a period.
		/// Emits [`Event::AccountInvited`]. Constant in cost.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::invite())]
		pub fn invite(origin: OriginFor<T>, account: AccountIdOf<T>) -> DispatchResult {
			let by = ensure_signed(origin)?;
			Self::do_invite(by, account)
		}

		/// Registers the account as a patient's, with a commitment to its name (SHA-256 over a
		/// random 32-byte salt and the name) and its encryption key, signed by the account in
		/// version 0.
		///
		/// May be called by an invited account that acts for no member and has not applied as a
		/// provider. Emits [`Event::PatientRegistered`] with the id that the chain gave. Costs a
		/// check of the key and of the signature.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::register_patient())]
		pub fn register_patient(
			origin: OriginFor<T>,
			commitment: Hash256,
			key: EncryptionKey,
			signature: KeySignature,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_register_patient(account, commitment, key, signature)
		}

		/// Applies as a provider with a professional number (UPIN or NPI), a professional name
		/// (UTF-8, public) and an encryption key, signed by the account in version 0. An earlier
		/// application of the account is replaced, votes for it and all, unless an authority voted
		/// against it.
		///
		/// May be called by an invited account that acts for no member. Emits
		/// [`Event::AppliedAsProvider`]. Costs a check of the key and of the signature.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::apply_as_provider())]
		pub fn apply_as_provider(
			origin: OriginFor<T>,
			number: ProfessionalNumber,
			name: NameOf<T>,
			key: EncryptionKey,
			signature: KeySignature,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_apply(account, number, name, key, signature)
		}

		/// Takes the account's application back. If an authority voted against it, a cool-down
		/// follows as if it had fallen.
		///
		/// May be called by the account that applied. Emits [`Event::ApplicationWithdrawn`].
		/// Constant in cost.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_application())]
		pub fn withdraw_application(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_withdraw(account)
		}

		/// Votes for (`aye`) or against a motion. More than half of the authorities of the moment
		/// carry it; it falls, and a cool-down follows, once that can't be reached any more. A motion to
		/// verify can't be carried any more when its number or key has gone to another: then a
		/// vote for it is refused, and the first vote against it lets it fall.
		///
		/// May be called by an authority, once for each motion. Emits [`Event::Voted`] and, if the
		/// vote decides, [`Event::ProviderVerified`], [`Event::ProviderSuspended`],
		/// [`Event::ProviderReinstated`] or [`Event::MotionFell`]. Costs as much as verifying does.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::vote())]
		pub fn vote(origin: OriginFor<T>, motion: MotionOf<T>, aye: bool) -> DispatchResult {
			let authority = ensure_signed(origin)?;
			Self::do_vote(authority, motion, aye)
		}

		/// Retires the account's provider, for good. Its number is never free again.
		///
		/// May be called by a verified or suspended provider. Emits [`Event::ProviderRetired`].
		/// Constant in cost.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_retire(account)
		}

		/// Gives the account's member a new encryption key, signed by the account in the version
		/// after the current one. Old versions stay readable.
		///
		/// May be called by a member that has not retired. Emits [`Event::KeyRotated`]. Costs a
		/// check of the key and of the signature.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::rotate_key())]
		pub fn rotate_key(
			origin: OriginFor<T>,
			version: KeyVersion,
			key: EncryptionKey,
			signature: KeySignature,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_rotate_key(account, version, key, signature)
		}
	}
}
