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

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod channels;
#[cfg(test)]
mod mock;
mod sessions;
#[cfg(test)]
mod tests;
#[allow(clippy::as_conversions)] // in what `Encode` expands to
mod types;
pub mod weights;

use alloc::vec::Vec;
use core::marker::PhantomData;

use codec::{Decode, Encode};
use frame_support::traits::{EnsureOrigin, Get, Time};
use salus_primitives::{traits::Authorities, MessageId, Moment, ParaId};
use sp_core::H256;

pub use pallet::*;
pub use sessions::AuthoritySessions;
pub use types::{Announcement, ChannelError, Channels, Membership, Parameter, SessionKeys};
pub use weights::WeightInfo;

// In what the macros expand to.
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
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Two thirds of the authorities.
		type AuthoritiesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The authorities.
		type Membership: Membership<Self::AccountId>;

		/// Whose session keys are set.
		type SessionKeys: SessionKeys<Self::AccountId>;

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

	/// What stands at genesis beside the authorities themselves.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The notice period in milliseconds, if it is not to be the default. A test network may
		/// start with a shorter one than [`MinNoticePeriod`](Config::MinNoticePeriod).
		pub notice_period: Option<Moment>,
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
			for authority in T::Membership::all() {
				Pallet::<T>::let_send(&authority);
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
			enact_after: Moment,
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
		/// The account's session keys are not set: it must call `Session::set_keys` first.
		SessionKeysNotSet,
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
		fn integrity_test() {
			let (min, max) = (T::MinNoticePeriod::get(), T::MaxNoticePeriod::get());
			assert!(min > 0, "an upgrade without notice is no announced one");
			assert!(
				(min..=max).contains(&T::DefaultNoticePeriod::get()),
				"notice period"
			);
			let max = T::MaxReplicationTarget::get();
			assert!(
				(1..=max).contains(&T::DefaultReplicationTarget::get()),
				"replication target"
			);
			assert!(
				T::MinAuthorities::get() >= 1,
				"a chain without authorities stands still"
			);
			assert!(
				T::MinAuthorities::get() <= T::MaxAuthorities::get(),
				"authorities"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Announces a runtime upgrade by the hash of its code (`code_hash`, BLAKE2b-256), to be
		/// authorized no sooner than a notice period from now.
		///
		/// By two thirds of the authorities. Refused while another is announced. Emits
		/// [`Event::UpgradeAnnounced`]. Three reads and one write.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::announce_upgrade())]
		pub fn announce_upgrade(origin: OriginFor<T>, code_hash: H256) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			ensure!(!AnnouncedUpgrade::<T>::exists(), Error::<T>::AlreadyExists);
			let enact_after = T::Time::now().saturating_add(NoticePeriod::<T>::get());
			AnnouncedUpgrade::<T>::put(Announcement {
				code_hash,
				enact_after,
			});
			Self::deposit_event(Event::UpgradeAnnounced {
				code_hash,
				enact_after,
			});
			Ok(())
		}

		/// Calls off the announced upgrade or, when none is announced, the one that is authorized
		/// and whose code is not applied yet.
		///
		/// By two thirds of the authorities. Emits [`Event::UpgradeCancelled`]. Two reads and one
		/// write.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::cancel_upgrade())]
		pub fn cancel_upgrade(origin: OriginFor<T>) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			let code_hash = match AnnouncedUpgrade::<T>::take() {
				Some(announced) => announced.code_hash,
				None => {
					let code_hash = Self::authorized_code().ok_or(Error::<T>::NotFound)?;
					frame_system::Pallet::<T>::do_authorize_upgrade(NO_CODE, true);
					code_hash
				}
			};
			Self::deposit_event(Event::UpgradeCancelled { code_hash });
			Ok(())
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
			ensure!(T::Membership::is_authority(&who), Error::<T>::NotAuthorized);
			let Announcement {
				code_hash,
				enact_after,
			} = AnnouncedUpgrade::<T>::get().ok_or(Error::<T>::NotFound)?;
			ensure!(
				T::Time::now() >= enact_after,
				Error::<T>::NoticePeriodNotOver
			);
			AnnouncedUpgrade::<T>::kill();
			frame_system::Pallet::<T>::do_authorize_upgrade(code_hash, true);
			Self::deposit_event(Event::AnnouncedUpgradeAuthorized { code_hash });
			Ok(())
		}

		/// Makes an account an authority. Its session keys must be set.
		///
		/// By two thirds of the authorities. Emits [`Event::AuthorityAdded`]. Costs a read and a
		/// write of all authorities, here and in the pallets that follow them.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::add_authority())]
		pub fn add_authority(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			ensure!(
				!T::Membership::is_authority(&account),
				Error::<T>::AlreadyExists
			);
			let room = T::Membership::count() < T::MaxAuthorities::get();
			ensure!(room, Error::<T>::MaxAuthoritiesExceeded);
			ensure!(
				T::SessionKeys::are_set(&account),
				Error::<T>::SessionKeysNotSet
			);
			T::Membership::add(&account)?;
			Self::let_send(&account);
			Self::deposit_event(Event::AuthorityAdded { account });
			Ok(())
		}

		/// Makes the authority `account` one no more. It makes blocks until the session after the next.
		///
		/// By two thirds of the authorities. Refused when fewer than
		/// [`MinAuthorities`](Config::MinAuthorities) would be left. Emits
		/// [`Event::AuthorityRemoved`]. Costs what [`add_authority`](Self::add_authority) does.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::remove_authority())]
		pub fn remove_authority(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			ensure!(T::Membership::is_authority(&account), Error::<T>::NotFound);
			let spare = T::Membership::count() > T::MinAuthorities::get();
			ensure!(spare, Error::<T>::MinAuthoritiesReached);
			T::Membership::remove(&account)?;
			Self::deposit_event(Event::AuthorityRemoved { account });
			Ok(())
		}

		/// Sets a parameter within its bounds.
		///
		/// By two thirds of the authorities. Emits [`Event::ParameterSet`]. One write.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_parameter())]
		pub fn set_parameter(origin: OriginFor<T>, parameter: Parameter) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			ensure!(Self::in_bounds(&parameter), Error::<T>::OutOfBounds);
			match parameter {
				Parameter::NoticePeriod(period) => NoticePeriod::<T>::put(period),
				Parameter::ReplicationTarget(target) => ReplicationTarget::<T>::put(target),
			}
			Self::deposit_event(Event::ParameterSet { parameter });
			Ok(())
		}

		/// Asks the relay chain for a channel from this chain to `recipient`, with room for
		/// `max_capacity` messages of at most `max_message_size` bytes each. Its deposit is taken
		/// from this chain's account there.
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

		/// Accepts the channel that `sender` asked the relay chain for. Its deposit is taken from
		/// this chain's account there.
		///
		/// By two thirds of the authorities. Emits [`Event::ChannelAccepted`]. Costs a message to
		/// the relay chain.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::accept_channel())]
		pub fn accept_channel(origin: OriginFor<T>, sender: ParaId) -> DispatchResult {
			T::AuthoritiesOrigin::ensure_origin(origin)?;
			Self::do_accept_channel(sender)
		}

		/// Asks the relay chain to close the channel from `sender` to `recipient`. This chain is
		/// one of them. What is under way in it is lost.
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

/// The hash of no code: what `System` holds as authorized once an authorized upgrade is called off,
/// as it has no way to hold nothing again.
const NO_CODE: H256 = H256::zero();

/// For the runtime: the origin that `pallet-membership` obeys.
pub struct EnsureAuthoritiesDecided;

impl<O: Into<Result<Origin, O>> + From<Origin>> EnsureOrigin<O> for EnsureAuthoritiesDecided {
	type Success = ();

	fn try_origin(origin: O) -> Result<(), O> {
		origin.into().map(|Origin::Authorities| ())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<O, ()> {
		Ok(Origin::Authorities.into())
	}
}

/// For the runtime: two thirds of the authorities, as this pallet's own calls demand them. Other
/// pallets take it as the origin of what the authorities decide there.
pub struct EnsureAuthorities<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for EnsureAuthorities<T> {
	type Success = ();

	fn try_origin(origin: T::RuntimeOrigin) -> Result<(), T::RuntimeOrigin> {
		T::AuthoritiesOrigin::try_origin(origin).map(drop)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
		T::AuthoritiesOrigin::try_successful_origin()
	}
}

/// For other pallets: how many pins each record's envelope should have.
pub struct ReplicationTargetOf<T>(PhantomData<T>);

impl<T: Config> Get<u32> for ReplicationTargetOf<T> {
	fn get() -> u32 {
		ReplicationTarget::<T>::get()
	}
}

impl<T: Config> Pallet<T> {
	/// For the `GovernanceApi`: the authorities, in order.
	pub fn authorities() -> Vec<T::AccountId> {
		T::Membership::all()
	}

	/// For the `GovernanceApi`: the hash of the code of the announced upgrade, and the time from
	/// which it may be authorized.
	pub fn announced_upgrade() -> Option<(H256, Moment)> {
		AnnouncedUpgrade::<T>::get().map(|announced| (announced.code_hash, announced.enact_after))
	}

	/// The hash of the code that is authorized and not applied yet.
	fn authorized_code() -> Option<H256> {
		// Its fields are private; the hash is what its encoding begins with.
		let authorized = frame_system::Pallet::<T>::authorized_upgrade()?.encode();
		H256::decode(&mut &authorized[..])
			.ok()
			.filter(|hash| *hash != NO_CODE)
	}

	fn in_bounds(parameter: &Parameter) -> bool {
		match parameter {
			Parameter::NoticePeriod(period) => {
				(T::MinNoticePeriod::get()..=T::MaxNoticePeriod::get()).contains(period)
			}
			Parameter::ReplicationTarget(target) => {
				(1..=T::MaxReplicationTarget::get()).contains(target)
			}
		}
	}

	/// Gives an account the provider reference without which it cannot send transactions. It is
	/// never taken back, as that would start its nonce again, and old transactions with it.
	fn let_send(account: &T::AccountId) {
		if frame_system::Pallet::<T>::providers(account) == 0 {
			frame_system::Pallet::<T>::inc_providers(account);
		}
	}
}

#[cfg(any(test, feature = "try-runtime"))]
impl<T: Config> Pallet<T> {
	/// What holds at all times: the authorities are as many as they may be, each of them once and
	/// able to send transactions; parameters are within their bounds; the announced upgrade waits
	/// no longer than the longest notice period.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::ensure;

		let authorities = T::Membership::all();
		let count = T::Membership::count();
		ensure!(count >= T::MinAuthorities::get(), "too few authorities");
		ensure!(count <= T::MaxAuthorities::get(), "too many authorities");
		ensure!(
			authorities
				.iter()
				.zip(authorities.iter().skip(1))
				.all(|(a, b)| a < b),
			"the authorities are not in order, each of them once"
		);
		ensure!(
			authorities
				.iter()
				.all(|who| frame_system::Pallet::<T>::providers(who) > 0),
			"an authority cannot send transactions"
		);
		let notice = NoticePeriod::<T>::get();
		ensure!(
			(1..=T::MaxNoticePeriod::get()).contains(&notice),
			"the notice period is out of bounds"
		);
		ensure!(
			Self::in_bounds(&Parameter::ReplicationTarget(ReplicationTarget::<T>::get())),
			"the replication target is out of bounds"
		);
		if let Some(announced) = AnnouncedUpgrade::<T>::get() {
			let latest = T::Time::now().saturating_add(T::MaxNoticePeriod::get());
			ensure!(announced.enact_after <= latest, "an upgrade waits too long");
		}
		Ok(())
	}
}
