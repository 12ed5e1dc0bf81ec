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

mod authorities;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod channels;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
mod motions;
mod origins;
mod parameters;
mod sessions;
#[cfg(test)]
mod tests;
#[allow(clippy::as_conversions)] // in the code that `Encode` generates
mod types;
mod upgrades;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	traits::{Authorities, Term},
	MessageId, Moment, ParaId, UnixMilliseconds,
};
use sp_core::{sr25519, H256};

pub use motions::OpenMotion;
pub use origins::{EnsureAuthorities, EnsureAuthoritiesDecided};
pub use pallet::*;
pub use parameters::ReplicationTargetOf;
pub use sessions::AuthoritySessions;
pub use types::{
	Announcement, ChannelError, Channels, KeyBytes, Membership, Motions, Parameter, SessionKeys,
	Sessions, MAX_KEYS_LEN,
};
pub use weights::WeightInfo;

// The code that the pallet macros generate breaks these lints.
#[allow(clippy::expect_used, clippy::as_conversions)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::{Parameter, *};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The configuration of this pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = salus_primitives::AccountId, Hash = H256>
	{
		/// Two thirds of the authorities.
		type AuthoritiesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The authorities.
		type Membership: Membership<Self::AccountId>;

		/// The session keys of the authorities' nodes.
		type SessionKeys: SessionKeys<Self::AccountId>;

		/// The chain's sessions.
		type Sessions: Sessions;

		/// How long a session lasts if the genesis says nothing else, in milliseconds.
		#[pallet::constant]
		type DefaultSessionLength: Get<Moment>;

		/// The motions of the authorities.
		type Motions: Motions<Self::AccountId>;

		/// How long a motion stays open, in blocks.
		type MotionDuration: Get<BlockNumberFor<Self>>;

		/// The most motions that may be open.
		#[pallet::constant]
		type MaxMotions: Get<u32>;

		/// The most motions that one authority may have open.
		#[pallet::constant]
		type MaxMotionsOfOne: Get<u32>;

		/// The way to the relay chain's channels.
		type Channels: Channels;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The most authorities that there may be.
		#[pallet::constant]
		type MaxAuthorities: Get<u32>;

		/// The fewest authorities that may be left.
		#[pallet::constant]
		type MinAuthorities: Get<u32>;

		/// The shortest notice period that may be set, in milliseconds.
		#[pallet::constant]
		type MinNoticePeriod: Get<Moment>;

		/// The longest notice period that may be set, in milliseconds.
		#[pallet::constant]
		type MaxNoticePeriod: Get<Moment>;

		/// The notice period until another is set, in milliseconds.
		#[pallet::constant]
		type DefaultNoticePeriod: Get<Moment>;

		/// The highest replication target that may be set.
		#[pallet::constant]
		type MaxReplicationTarget: Get<u32>;

		/// The replication target until another is set.
		#[pallet::constant]
		type DefaultReplicationTarget: Get<u32>;

		/// The weights of this pallet's calls.
		type WeightInfo: WeightInfo;
	}

	/// The upgrade that is announced and not yet authorized.
	#[pallet::storage]
	pub type AnnouncedUpgrade<T: Config> = StorageValue<_, Announcement>;

	/// The least time between an upgrade's announcement and its authorization, in milliseconds.
	#[pallet::storage]
	pub type NoticePeriod<T: Config> = StorageValue<_, Moment, ValueQuery, T::DefaultNoticePeriod>;

	/// How many pins each record's envelope should have.
	#[pallet::storage]
	pub type ReplicationTarget<T: Config> =
		StorageValue<_, u32, ValueQuery, T::DefaultReplicationTarget>;

	/// How long a session lasts, in milliseconds.
	#[pallet::storage]
	pub type SessionLength<T: Config> =
		StorageValue<_, Moment, ValueQuery, T::DefaultSessionLength>;

	/// When the session began, in Unix milliseconds. Nothing before the chain's second block.
	#[pallet::storage]
	pub type SessionStart<T: Config> = StorageValue<_, Moment>;

	/// The term of each authority. Each addition of an authority begins a new one.
	#[pallet::storage]
	pub type Terms<T: Config> =
		StorageValue<_, BoundedBTreeMap<T::AccountId, Term, T::MaxAuthorities>, ValueQuery>;

	/// The term of the next addition.
	#[pallet::storage]
	pub type NextTerm<T: Config> = StorageValue<_, Term, ValueQuery>;

	/// The open motions, the newest last, with the authority that proposed each and the block in
	/// which it ends. One that is decided may still be here until the next is proposed.
	#[pallet::storage]
	pub type Proposers<T: Config> = StorageValue<
		_,
		BoundedVec<(H256, T::AccountId, BlockNumberFor<T>), T::MaxMotions>,
		ValueQuery,
	>;

	/// What stands at genesis beside the authorities themselves.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The notice period in milliseconds, if it is not to be the default. A test network may
		/// start with a shorter one than [`MinNoticePeriod`](Config::MinNoticePeriod).
		pub notice_period: Option<Moment>,
		/// The length of a session in milliseconds, if it is not to be the default.
		pub session_length: Option<Moment>,
		/// No field of the genesis.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// A genesis outside the bounds is a mistake that nobody should be able to start with.
			#[allow(clippy::panic)]
			if let Some(period) = self.notice_period {
				assert!(
					(1..=T::MaxNoticePeriod::get()).contains(&period),
					"the notice period is out of bounds",
				);
				NoticePeriod::<T>::put(period);
			}
			#[allow(clippy::panic)]
			if let Some(length) = self.session_length {
				assert!(length > 0, "a session cannot last no time");
				SessionLength::<T>::put(length);
			}
			for authority in T::Membership::all() {
				Pallet::<T>::add_provider_reference(&authority);
				let begun = Pallet::<T>::begin_term(&authority);
				assert!(begun.is_ok(), "there are too many authorities");
			}
		}
	}

	/// What this pallet tells other pallets by dispatching their calls itself: that two thirds of
	/// the authorities decided so. No account, message or call can come by it from outside.
	#[pallet::origin]
	#[derive(
		Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
	)]
	pub enum Origin {
		/// Two thirds of the authorities.
		Authorities,
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A runtime upgrade was announced.
		UpgradeAnnounced {
			/// The hash of the new code.
			code_hash: H256,
			/// The time from which it may be authorized, in Unix milliseconds.
			enact_after: UnixMilliseconds,
		},
		/// An upgrade that was announced, or authorized and not yet applied, was called off.
		UpgradeCancelled {
			/// The hash of its code.
			code_hash: H256,
		},
		/// The notice period of an upgrade is over, and its code may now be applied.
		AnnouncedUpgradeAuthorized {
			/// The hash of the new code.
			code_hash: H256,
		},
		/// An account became an authority.
		AuthorityAdded {
			/// The account.
			account: T::AccountId,
		},
		/// An account is an authority no more.
		AuthorityRemoved {
			/// The account.
			account: T::AccountId,
		},
		/// A parameter was set.
		ParameterSet {
			/// The parameter and its value.
			parameter: Parameter,
		},
		/// The relay chain was asked for a channel from this chain to another.
		ChannelRequested {
			/// The other chain.
			recipient: ParaId,
			/// The most messages that may be under way in it.
			max_capacity: u32,
			/// The most bytes of one of them.
			max_message_size: u32,
			/// The id of the message to the relay chain.
			message: MessageId,
		},
		/// The relay chain was told that this chain accepts a channel from another.
		ChannelAccepted {
			/// The other chain.
			sender: ParaId,
			/// The id of the message to the relay chain.
			message: MessageId,
		},
		/// The relay chain was asked to close a channel of this chain.
		ChannelClosing {
			/// The chain at its one end.
			sender: ParaId,
			/// The chain at its other end.
			recipient: ParaId,
			/// The id of the message to the relay chain.
			message: MessageId,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// No upgrade is announced or authorized, or the account is no authority.
		NotFound,
		/// The account that sent this is no authority.
		NotAuthorized,
		/// An upgrade is announced already, or the account is an authority already.
		AlreadyExists,
		/// The notice period of the announced upgrade is not over.
		NoticePeriodNotOver,
		/// These are not session keys of this chain: see the node's RPC
		/// `author_rotateKeysWithOwner`.
		SessionKeysInvalid,
		/// The account did not sign these session keys for this chain: it must sign the message
		/// that `GovernanceApi.authority_message` returns.
		SignatureInvalid,
		/// The authority has as many motions open as it may: it must wait until one of them is
		/// decided or ends, and close that.
		TooManyMotions,
		/// There are as many authorities as there may be.
		MaxAuthoritiesExceeded,
		/// There are no more authorities than there must be.
		MinAuthoritiesReached,
		/// The value is outside the bounds of the parameter, or a bound of the channel is zero.
		OutOfBounds,
		/// A channel leads from one chain to another one.
		ChannelToSelf,
		/// This chain is at neither end of the channel.
		NotOurChannel,
		/// This chain has no way to the relay chain's channels.
		ChannelsUnsupported,
		/// The message to the relay chain could not be sent: its queue is full, or the relay chain
		/// reads another version of XCM. Try again later.
		NotSent,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::do_end_session()
		}

		/// Drops a motion that has ended. `pallet-collective` would take votes and carry it still.
		fn on_poll(now: BlockNumberFor<T>, block: &mut WeightMeter) {
			Self::drop_ended(now, block);
		}

		fn integrity_test() {
			let (min, max) = (T::MinNoticePeriod::get(), T::MaxNoticePeriod::get());
			assert!(min > 0, "MinNoticePeriod must not be 0");
			assert!(
				(min..=max).contains(&T::DefaultNoticePeriod::get()),
				"DefaultNoticePeriod must be between MinNoticePeriod and MaxNoticePeriod"
			);
			let max = T::MaxReplicationTarget::get();
			assert!(
				(1..=max).contains(&T::DefaultReplicationTarget::get()),
				"DefaultReplicationTarget must be between 1 and MaxReplicationTarget"
			);
			assert!(
				T::MinAuthorities::get() >= 1,
				"MinAuthorities must not be 0"
			);
			assert!(
				T::MinAuthorities::get() <= T::MaxAuthorities::get(),
				"MinAuthorities must not be above MaxAuthorities"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Announces a runtime upgrade.
		///
		/// By the hash of its code (`code_hash`, BLAKE2b-256), to be authorized no sooner than a
		/// notice period from now.
		///
		/// By two thirds of the authorities. Refused while another is announced. Emits
		/// [`Event::UpgradeAnnounced`]. Three reads and one write.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::announce_upgrade())]
		pub fn announce_upgrade(origin: OriginFor<T>, code_hash: H256) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_announce_upgrade(code_hash)
		}

		/// Calls off the announced upgrade.
		///
		/// When none is announced, the one that is authorized and whose code is not applied yet.
		///
		/// By two thirds of the authorities. Emits [`Event::UpgradeCancelled`]. Two reads and one
		/// write.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::cancel_upgrade())]
		pub fn cancel_upgrade(origin: OriginFor<T>) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_cancel_upgrade()
		}

		/// Lets the code of the announced upgrade be applied, now that its notice period is over.
		///
		/// By any one authority: two thirds decided when they announced it. Emits
		/// [`Event::AnnouncedUpgradeAuthorized`] and `System::UpgradeAuthorized`. Three reads and
		/// two writes.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::authorize_announced_upgrade())]
		pub fn authorize_announced_upgrade(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_authorize_announced_upgrade(who)
		}

		/// Makes an account an authority, with the session keys of its node.
		///
		/// `keys` and `proof`, the proof that the node has the keys, are what the node's RPC
		/// `author_rotateKeysWithOwner` returns for the account. `signature` is the account's
		/// sr25519 signature over the message that `GovernanceApi.authority_message` returns for
		/// them.
		///
		/// By two thirds of the authorities. Emits [`Event::AuthorityAdded`]. Costs the checks of
		/// the signatures, and a read and a write of all authorities, here and in the pallets that
		/// follow them.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::add_authority())]
		pub fn add_authority(
			origin: OriginFor<T>,
			account: T::AccountId,
			keys: KeyBytes,
			proof: KeyBytes,
			signature: sr25519::Signature,
		) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_add_authority(account, &keys, proof.into_inner(), signature)
		}

		/// Removes the authority `account` and its session keys.
		///
		/// Its node makes blocks until the session after the next.
		///
		/// By two thirds of the authorities. Refused when fewer than
		/// [`MinAuthorities`](Config::MinAuthorities) would be left. Emits
		/// [`Event::AuthorityRemoved`]. Costs what [`add_authority`](Self::add_authority) does.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::remove_authority())]
		pub fn remove_authority(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_remove_authority(account)
		}

		/// Sets a parameter within its bounds.
		///
		/// By two thirds of the authorities. Emits [`Event::ParameterSet`]. One write.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_parameter())]
		pub fn set_parameter(origin: OriginFor<T>, parameter: Parameter) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_set_parameter(parameter)
		}

		/// Asks the relay chain for a channel from this chain to `recipient`.
		///
		/// It has room for `max_capacity` messages of at most `max_message_size` bytes each. Its
		/// deposit is taken from this chain's account there.
		///
		/// By two thirds of the authorities. Emits [`Event::ChannelRequested`]. Costs a message to
		/// the relay chain.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::open_channel())]
		pub fn open_channel(
			origin: OriginFor<T>,
			recipient: ParaId,
			max_capacity: u32,
			max_message_size: u32,
		) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_open_channel(recipient, max_capacity, max_message_size)
		}

		/// Accepts the channel that `sender` asked the relay chain for.
		///
		/// Its deposit is taken from this chain's account there.
		///
		/// By two thirds of the authorities. Emits [`Event::ChannelAccepted`]. Costs a message to
		/// the relay chain.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::accept_channel())]
		pub fn accept_channel(origin: OriginFor<T>, sender: ParaId) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_accept_channel(sender)
		}

		/// Asks the relay chain to close the channel from `sender` to `recipient`.
		///
		/// This chain is one of them. What is under way in it is lost.
		///
		/// By two thirds of the authorities. Emits [`Event::ChannelClosing`]. Costs a message to
		/// the relay chain.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::close_channel())]
		pub fn close_channel(
			origin: OriginFor<T>,
			sender: ParaId,
			recipient: ParaId,
		) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_close_channel(sender, recipient)
		}
	}
}
