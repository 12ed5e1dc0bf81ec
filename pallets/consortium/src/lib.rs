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
mod directory;
mod grants;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
mod regions;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	AccountId, DeliveredGrant, DirectoryEntry, GrantRevocation, KeyVersion, Moment, ParaId,
	ProfessionalNumber, Purpose, Reason, RecordId, RemoteProvider, SignedKey, Standing,
};
use sp_core::H256;

pub use pallet::*;
pub use types::{Expiry, Grant, GrantKey, OrderedId, OrderedRegion, Provider, Region, Update};
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
		/// The XCM origin of a parachain beside this one; succeeds with its id.
		type RegionOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = ParaId>;

		/// Who admits and expels regions: the consortium's authorities together.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The parachain id of the consortium itself, which is no region.
		#[pallet::constant]
		type OwnId: Get<ParaId>;

		/// The least bits of the modulus of a provider's encryption key.
		#[pallet::constant]
		type MinModulusBits: Get<u32>;

		/// The most regions that may be admitted. Those that were expelled count.
		#[pallet::constant]
		type MaxRegions: Get<u32>;

		/// The most providers that a region may have in the directory. None ever leaves it.
		#[pallet::constant]
		type MaxProvidersPerRegion: Get<u32>;

		/// The most live grants of one region's records. Expired ones count until they are swept.
		#[pallet::constant]
		type MaxGrantsPerRegion: Get<u32>;

		/// The most live grants of one region's records to one grantee.
		#[pallet::constant]
		type MaxGrantsPerGrantee: Get<u32>;

		/// Weights of the calls and of the sweep.
		type WeightInfo: WeightInfo;
	}

	/// The regions that were admitted once, in the order of their ids: the id is big-endian and not
	/// hashed. None is ever removed.
	#[pallet::storage]
	pub type Regions<T> = CountedStorageMap<_, Identity, OrderedRegion, Region>;

	/// The region of each first block.
	#[pallet::storage]
	pub type GenesisHashes<T> = StorageMap<_, Identity, H256, ParaId>;

	/// The providers in the directory, by region and professional number.
	#[pallet::storage]
	pub type Providers<T> = StorageDoubleMap<
		_,
		Identity,
		OrderedRegion,
		Blake2_128Concat,
		ProfessionalNumber,
		Provider,
	>;

	/// The current encryption keys of the providers in the directory.
	#[pallet::storage]
	pub type ProviderKeys<T> = StorageDoubleMap<
		_,
		Identity,
		OrderedRegion,
		Blake2_128Concat,
		ProfessionalNumber,
		SignedKey,
	>;

	/// The providers that each account acts for: at most one in each region.
	#[pallet::storage]
	pub type ProvidersOf<T> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Identity,
		OrderedRegion,
		ProfessionalNumber,
	>;

	/// The grants that live, by the record's region, record and grantee. One that has expired is
	/// kept until it is swept.
	#[pallet::storage]
	pub type Grants<T> = StorageNMap<
		_,
		(
			NMapKey<Identity, OrderedRegion>,
			NMapKey<Identity, OrderedId>,
			NMapKey<Twox64Concat, RemoteProvider>,
		),
		Grant,
	>;

	/// The last word on each record and grantee, by the record's region, record and grantee. None is
	/// ever removed.
	#[pallet::storage]
	pub type LastUpdates<T> = StorageNMap<
		_,
		(
			NMapKey<Identity, OrderedRegion>,
			NMapKey<Identity, OrderedId>,
			NMapKey<Twox64Concat, RemoteProvider>,
		),
		Update,
	>;

	/// The records of each region granted to each grantee, oldest record first: ids are big-endian
	/// and not hashed.
	#[pallet::storage]
	pub type GrantedTo<T> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, RemoteProvider>,
			NMapKey<Identity, OrderedRegion>,
			NMapKey<Identity, OrderedId>,
		),
		(),
	>;

	/// How many entries each region has in [`Grants`] to each grantee. A grantee without any has none
	/// here.
	#[pallet::storage]
	pub type GrantCounts<T> =
		StorageDoubleMap<_, Identity, OrderedRegion, Twox64Concat, RemoteProvider, u32, ValueQuery>;

	/// The grants that end by themselves, earliest first.
	#[pallet::storage]
	pub type Expiries<T> = StorageMap<_, Identity, Expiry, ()>;

	/// The events of this pallet.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A region was admitted, for the first time or again.
		RegionAdmitted {
			/// Its parachain id.
			region: ParaId,
			/// The hash of its first block.
			genesis_hash: H256,
		},
		/// A region was expelled.
		RegionExpelled {
			/// Its parachain id.
			region: ParaId,
		},
		/// A provider was entered into the directory.
		ProviderEnlisted {
			/// Its region.
			region: ParaId,
			/// Its professional number.
			number: ProfessionalNumber,
			/// How it stands.
			standing: Standing,
			/// The version of its encryption key.
			key_version: KeyVersion,
			/// The entry's sequence number.
			sequence: u64,
		},
		/// A provider's entry in the directory was replaced.
		ProviderUpdated {
			/// Its region.
			region: ParaId,
			/// Its professional number.
			number: ProfessionalNumber,
			/// How it stands.
			standing: Standing,
			/// The version of its encryption key.
			key_version: KeyVersion,
			/// The entry's sequence number.
			sequence: u64,
		},
		/// A grant was delivered, for the first time or on new terms.
		GrantDelivered {
			/// The record's region.
			region: ParaId,
			/// The record.
			record: RecordId,
			/// Who may read it.
			grantee: RemoteProvider,
			/// The sequence number of the delivery.
			sequence: u64,
			/// What the grant is for.
			purpose: Purpose,
			/// When it ends by itself, in Unix milliseconds, if it does.
			expires_at: Option<Moment>,
		},
		/// A grant was revoked, whether or not one had been delivered.
		GrantRevoked {
			/// The record's region.
			region: ParaId,
			/// The record.
			record: RecordId,
			/// Who could read it.
			grantee: RemoteProvider,
			/// The sequence number of the revocation.
			sequence: u64,
		},
		/// A grant that has ended by itself was removed.
		GrantExpired {
			/// The record's region.
			region: ParaId,
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
		/// A region's call is refused, for this reason. That this is the first error is part of what
		/// crosses to the regions: [`salus_primitives::REFUSED_ERROR_INDEX`].
		Refused(Reason),
		/// The consortium itself is no region.
		IsConsortium,
		/// The region is admitted already.
		AlreadyAdmitted,
		/// The region was admitted once as a chain with another first block.
		GenesisHashMismatch,
		/// Another region has this first block.
		GenesisHashTaken,
		/// There are as many regions as there may be. Those that were expelled count.
		MaxRegionsExceeded,
		/// The region was never admitted.
		NotFound,
		/// The region is expelled already.
		AlreadyExpelled,
	}

	impl<T> From<Reason> for Error<T> {
		fn from(reason: Reason) -> Self {
			Self::Refused(reason)
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Enters a provider of a region into the directory, or replaces its entry.
		///
		/// May be called by an admitted region, the provider's, by XCM; to replace an entry by one that
		/// only takes away, as [`update_provider`](Self::update_provider) says, also by an expelled one.
		/// The same entry again changes nothing; refusals are [`Error::Refused`].
		///
		/// Emits [`Event::ProviderEnlisted`] or [`Event::ProviderUpdated`]. The weight is constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::enlist_provider())]
		pub fn enlist_provider(origin: OriginFor<T>, entry: DirectoryEntry) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_put_provider(id, region, entry, false).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Replaces the entry of a provider that its region enlisted: a new key, another standing or
		/// account.
		///
		/// May be called by an admitted region, the provider's, by XCM. Also by one that was expelled,
		/// with an entry that only takes away: the provider is suspended, or retires without having
		/// been suspended. The same entry again changes nothing; refusals are [`Error::Refused`].
		///
		/// Emits [`Event::ProviderUpdated`]. The weight is constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_provider())]
		pub fn update_provider(origin: OriginFor<T>, entry: DirectoryEntry) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_put_provider(id, region, entry, true).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Delivers a grant of a region's record to a provider in the directory, or replaces the one
		/// of the same record and grantee.
		///
		/// May be called by an admitted region, the record's, by XCM. The same grant again changes
		/// nothing; refusals are [`Error::Refused`], and leave an earlier grant as it was.
		///
		/// Emits [`Event::GrantDelivered`]. The weight is constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::deliver_grant())]
		pub fn deliver_grant(origin: OriginFor<T>, grant: DeliveredGrant) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_deliver(id, region, grant).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Revokes a grant of a region's record: its wrapped key leaves the state. Where none was
		/// delivered, one that is still under way comes too late.
		///
		/// May be called by a region that was admitted once, the record's, by XCM: also by one that was
		/// expelled, as this only takes away. The same revocation again changes nothing; refusals are
		/// [`Error::Refused`].
		///
		/// Emits [`Event::GrantRevoked`]. The weight is constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::revoke_grant())]
		pub fn revoke_grant(origin: OriginFor<T>, revocation: GrantRevocation) -> DispatchResult {
			let (id, _) = Self::ensure_region(origin)?;
			Self::do_revoke(id, revocation).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Admits a region, or admits one again that was expelled: then it must be the chain that it
		/// was, and what is neither revoked nor has ended is handed out again.
		///
		/// May be called by [`Config::AdminOrigin`]. `region` is its parachain id, `genesis_hash` the
		/// hash of its first block.
		///
		/// Emits [`Event::RegionAdmitted`]. The weight is constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::admit_region())]
		pub fn admit_region(
			origin: OriginFor<T>,
			region: ParaId,
			genesis_hash: H256,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_admit_region(region, genesis_hash)?;
			Ok(())
		}

		/// Expels a region: nothing of its patients is handed out, nor anything to its providers, and it
		/// may only take back what it gave.
		///
		/// May be called by [`Config::AdminOrigin`].
		///
		/// Emits [`Event::RegionExpelled`]. The weight is constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::expel_region())]
		pub fn expel_region(origin: OriginFor<T>, region: ParaId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_expel_region(region)?;
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxRegions::get() > 0, "MaxRegions must not be 0");
			assert!(
				T::MaxProvidersPerRegion::get() > 0,
				"MaxProvidersPerRegion must not be 0"
			);
			assert!(
				T::MaxGrantsPerGrantee::get() > 0,
				"MaxGrantsPerGrantee must not be 0"
			);
			assert!(
				T::MaxGrantsPerGrantee::get() <= T::MaxGrantsPerRegion::get(),
				"MaxGrantsPerGrantee must not be above MaxGrantsPerRegion"
			);
			assert!(
				T::MinModulusBits::get() <= salus_primitives::keys::MAX_MODULUS_BITS,
				"MinModulusBits must not be above what a modulus may have"
			);
		}

		/// Removes expired grants, the earliest first, as far as the weight goes.
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
