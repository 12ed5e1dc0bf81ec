#![doc = include_str!("docs.md")]
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

pub use pallet::*;
pub use weights::WeightInfo;

mod answers;
mod applications;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod cool_downs;
mod enlist;
mod errors;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
mod invite;
mod keys;
mod members;
#[cfg(test)]
mod mock;
mod outbox;
mod providers;
mod register_patient;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
mod votes;
pub mod weights;

/// Other claimants of a number whose applications are dropped at once when one is verified.
pub const MAX_SUPERSEDED: u32 = 16;

// The code that the pallet macros generate breaks these lints. The bodies of the calls are
// elsewhere.
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
	use frame_support::{pallet_prelude::*, traits::Time, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use salus_primitives::{
		keys::MAX_MODULUS_BITS,
		poll,
		text::Text,
		traits::{Authorities, History, ToConsortium},
		AccountHistory, Cause, EncryptionKey, Hash256, KeySignature, KeyVersion, MemberId,
		MessageId, Minutes, Moment, NewestFirst, PatientId, ProfessionalNumber, ProviderId, Rate,
		SendError, UnixMilliseconds,
	};
	use sp_core::H256;

	use crate::{
		types::{
			AccountIdOf, Application, Enlistment, Invitations, KeyEntryOf, MotionOf, OutboxKey,
			PatientOf, ProviderOf, SubjectOf, VotesOf,
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

		/// How often a member may rotate its encryption key.
		#[pallet::constant]
		type RotationRate: Get<Rate>;

		/// How long a motion is open after its first vote, in milliseconds.
		#[pallet::constant]
		type MotionTime: Get<Moment>;

		/// How long after a motion fell the same may be moved again, in milliseconds.
		#[pallet::constant]
		type CoolDown: Get<Moment>;

		/// The members' histories.
		type History: History<AccountIdOf<Self>>;

		/// The way to the consortium.
		type Consortium: ToConsortium;

		/// How long an answer of the consortium is awaited before an entry of the directory is
		/// sent again, in milliseconds. Each time in vain doubles it.
		#[pallet::constant]
		type AnswerTime: Get<Moment>;

		/// How long it becomes at most.
		#[pallet::constant]
		type MaxRetryTime: Get<Moment>;

		/// The most weight for the outbox before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

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

	/// The id that the next provider gets.
	#[pallet::storage]
	pub type NextProvider<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// Providers that were verified once, by id.
	#[pallet::storage]
	pub type Providers<T: Config> = StorageMap<_, Identity, ProviderId, ProviderOf<T>>;

	/// The present holder of each professional number.
	#[pallet::storage]
	pub type Holders<T: Config> = StorageMap<_, Blake2_128Concat, ProfessionalNumber, ProviderId>;

	/// The accounts that have acted for each member.
	#[pallet::storage]
	pub type Accounts<T: Config> =
		StorageMap<_, Blake2_128Concat, MemberId, AccountHistory<AccountIdOf<T>>>;

	/// Every version of every member's encryption key.
	#[pallet::storage]
	pub type Keys<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, MemberId, Twox64Concat, KeyVersion, KeyEntryOf<T>>;

	/// When each member's allowance of key rotations is full: see [`Config::RotationRate`].
	#[pallet::storage]
	pub type Rotations<T: Config> = StorageMap<_, Blake2_128Concat, MemberId, Moment, ValueQuery>;

	/// Applications that the authorities have not decided, by the account that applied.
	#[pallet::storage]
	pub type Applications<T: Config> = StorageMap<_, Blake2_128Concat, AccountIdOf<T>, Application>;

	/// The number that the next application gets.
	#[pallet::storage]
	pub type NextApplication<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// The accounts that applied, newest application first: by [`Application::serial`].
	#[pallet::storage]
	pub type NewestApplications<T: Config> = StorageMap<_, Identity, NewestFirst, AccountIdOf<T>>;

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

	/// The votes on motions that are neither carried nor fallen. A motion that has ended stays until
	/// the next vote on it, or until its subject is gone.
	#[pallet::storage]
	pub type Motions<T: Config> = StorageMap<_, Blake2_128Concat, MotionOf<T>, VotesOf<T>>;

	/// Until when something may not be moved again, as Unix milliseconds.
	#[pallet::storage]
	pub type CoolDowns<T: Config> = StorageMap<_, Blake2_128Concat, SubjectOf<T>, Moment>;

	/// The providers that asked to be enlisted with the consortium, and how far that came.
	#[pallet::storage]
	pub type Enlistments<T: Config> = StorageMap<_, Identity, ProviderId, Enlistment>;

	/// The providers whose entries are to be sent to the consortium, in the order in which they
	/// are due. A provider is in it once at most.
	#[pallet::storage]
	pub type Outbox<T: Config> = StorageMap<_, Identity, OutboxKey, ()>;

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
			/// The id that the chain gave it.
			id: ProviderId,
			/// Its professional number.
			number: ProfessionalNumber,
			/// The account that acts for it.
			account: AccountIdOf<T>,
		},
		/// A provider was suspended.
		ProviderSuspended {
			/// Its id.
			id: ProviderId,
		},
		/// A suspended provider was reinstated.
		ProviderReinstated {
			/// Its id.
			id: ProviderId,
		},
		/// A provider retired.
		ProviderRetired {
			/// Its id.
			id: ProviderId,
		},
		/// A provider's verification was withdrawn: its number is free.
		ProviderUnverified {
			/// Its id.
			id: ProviderId,
			/// The number that it held.
			number: ProfessionalNumber,
		},
		/// A member has a new encryption key.
		KeyRotated {
			/// The member.
			member: MemberId,
			/// The version of the new key.
			version: KeyVersion,
		},
		/// A provider's directory entry is new or changed, and waits to be sent to the consortium.
		DirectoryEntryQueued {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
		},
		/// A provider's directory entry was sent to the consortium.
		DirectoryEntrySent {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
			/// The message's id.
			message: MessageId,
		},
		/// A provider's directory entry could not be sent to the consortium. It is tried again.
		DirectoryEntryNotSent {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
			/// Why.
			error: SendError,
			/// When it is tried again, in Unix milliseconds.
			retry_at: UnixMilliseconds,
		},
		/// The consortium did not answer in time. The entry is sent again.
		AnswerOverdue {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
			/// When it is sent again, in Unix milliseconds.
			retry_at: UnixMilliseconds,
		},
		/// The consortium has the region's last word on a provider.
		ProviderEnlisted {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
		},
		/// The consortium did not take the region's last word on a provider.
		EnlistmentRefused {
			/// The provider's id.
			id: ProviderId,
			/// The entry's sequence number.
			sequence: u64,
			/// Why.
			cause: Cause,
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
		/// The commitment was not computed: all of it is zero, or letters.
		NotComputed,
		/// The account applied as a provider: it must withdraw that first.
		ApplicationPending,
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
		/// The signature over the encryption key is not the account's, or is over another key,
		/// version or chain.
		KeySignatureInvalid,
		/// The version is not the one after the current version.
		StaleKeyVersion,
		/// The member rotated its key too often: the next rotation is possible in this many
		/// minutes.
		TooManyRotations(Minutes),
		/// The professional number is neither a letter and five digits nor ten digits.
		NumberMalformed,
		/// The check digit of the professional number is wrong.
		NumberWrongCheckDigit,
		/// Another provider holds this professional number.
		AlreadyVerified,
		/// The professional name is not UTF-8.
		NameNotUtf8,
		/// The professional name has no letter.
		NameBlank,
		/// The professional name has more than 64 characters.
		NameTooLong,
		/// The professional name has a character that is no letter, mark or digit, and none of
		/// `. , & ( ) / ' -`.
		NameHasForbiddenCharacter,
		/// The professional name has a space at an end or beside another, a mark without a letter,
		/// or an invisible joiner where it joins nothing.
		NameHasMisplacedCharacter,
		/// A motion on the same fell not long ago.
		CoolingDown,
		/// An authority voted against the application, so it can't be changed: it may be
		/// withdrawn, and applied for again after the cool-down.
		VotesAgainst,
		/// The application has changed since: look at it again before voting.
		ApplicationChanged,
		/// The authority gave this vote on the motion before.
		AlreadyVoted,
		/// There are more votes than there may be authorities.
		MaxVotesExceeded,
		/// The provider's standing is not verified.
		NotVerified,
		/// The provider is suspended already.
		AlreadySuspended,
		/// The provider is not suspended.
		NotSuspended,
		/// The provider has retired.
		AlreadyRetired,
		/// The authorities withdrew the provider's verification.
		Unverified,
		/// The provider asked to be enlisted before, and the consortium has not refused: what
		/// changes since is sent by itself.
		AlreadyEnlisted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				(1..=MAX_MODULUS_BITS).contains(&T::MinModulusBits::get()),
				"MinModulusBits must be between 1 and {MAX_MODULUS_BITS}"
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
			let rate = T::RotationRate::get();
			assert!(
				rate.burst > 0 && rate.interval > 0,
				"RotationRate must allow a rotation, and not at any rate"
			);
			assert!(T::AnswerTime::get() > 0, "AnswerTime must not be 0");
			assert!(
				T::MaxRetryTime::get() >= T::AnswerTime::get(),
				"MaxRetryTime must not be shorter than AnswerTime"
			);
			let least = T::WeightInfo::outbox_nothing().saturating_add(T::WeightInfo::outbox_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for an entry"
			);
		}

		/// Sends what is due to the consortium.
		fn on_poll(_: BlockNumberFor<T>, block: &mut WeightMeter) {
			poll::within(block, T::PollWeight::get(), Self::do_outbox);
		}

		/// Sends more of it if the block has room.
		fn on_idle(_: BlockNumberFor<T>, left: Weight) -> Weight {
			poll::with_the_rest(left, T::PollWeight::get(), Self::do_outbox)
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

		/// Registers the account as a patient's.
		///
		/// `commitment` is a commitment to the patient's name: SHA-256 over a random 32-byte salt and
		/// the name. `key` is the patient's encryption key, signed by the account in version 0.
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

		/// Applies as a provider.
		///
		/// With a professional number (UPIN or NPI), a professional name (public) and an encryption
		/// key, signed by the account in version 0. An earlier application of the account is replaced,
		/// votes for it and all, unless an authority voted against it.
		///
		/// May be called by an invited account that acts for no member. Emits
		/// [`Event::AppliedAsProvider`]. Costs a check of the key and of the signature.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::apply_as_provider())]
		pub fn apply_as_provider(
			origin: OriginFor<T>,
			number: Text,
			name: Text,
			key: EncryptionKey,
			signature: KeySignature,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_apply(account, number, name, key, signature)
		}

		/// Takes the account's application back.
		///
		/// If an authority voted against it, a cool-down follows as if it had fallen.
		///
		/// May be called by the account that applied. Emits [`Event::ApplicationWithdrawn`].
		/// Constant in cost.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_application())]
		pub fn withdraw_application(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_withdraw(account)
		}

		/// Votes for (`aye`) or against a motion.
		///
		/// More than half of the authorities of the moment carry it; it falls, and a cool-down
		/// follows, once that can't be reached any more. A motion to verify can't be carried any
		/// more when its number has gone to another: then a vote for it is refused, and the first
		/// vote against it lets it fall.
		///
		/// May be called by an authority, who may change its vote while the motion is open: for
		/// [`Config::MotionTime`] after the first vote. Emits [`Event::Voted`] and, if the
		/// vote decides, [`Event::ProviderVerified`], [`Event::ProviderSuspended`],
		/// [`Event::ProviderReinstated`], [`Event::ProviderUnverified`] or [`Event::MotionFell`].
		/// Costs as much as verifying does.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::vote())]
		pub fn vote(origin: OriginFor<T>, motion: MotionOf<T>, aye: bool) -> DispatchResult {
			let authority = ensure_signed(origin)?;
			Self::do_vote(authority, motion, aye)
		}

		/// Retires the account's provider, for good. It keeps its number. A suspension stays.
		///
		/// May be called by a verified or suspended provider. Emits [`Event::ProviderRetired`].
		/// Constant in cost.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_retire(account)
		}

		/// Gives the account's member a new encryption key.
		///
		/// The account signs it in the version after the current one. Old versions stay readable.
		///
		/// May be called by a member that has not retired, as often as [`Config::RotationRate`]
		/// allows. Emits [`Event::KeyRotated`]. Costs a
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

		/// Enlists the account's provider with the consortium.
		///
		/// Then patients of other regions can grant it records. Its entry is sent by the chain
		/// itself, soon and until it is answered, and so is every later change of key or standing;
		/// how far that came is in [`Enlistments`] and the `InterregionalApi`. May be called again
		/// when the consortium has refused.
		///
		/// May be called by a verified provider. Emits [`Event::DirectoryEntryQueued`]. Constant
		/// in cost.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::enlist())]
		pub fn enlist(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_enlist(account)
		}
	}
}
