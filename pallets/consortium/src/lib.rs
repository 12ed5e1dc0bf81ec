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
mod network;
mod regions;
#[cfg(test)]
mod tests;
#[allow(clippy::as_conversions)] // in the code that `Encode` generates
pub mod types;
mod views;
pub mod weights;

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{
	poll, AccountId, DeliveredGrant, DirectoryEntry, GrantRevocation, KeyVersion, Moment,
	NewestFile, NewestFirst, ParaId, ProfessionalNumber, ProviderId, Purpose, Reason, RecordId,
	RemoteProvider, SignedKey, Standing, UnixMilliseconds, WrappedKey,
};
use sp_core::H256;

pub use pallet::*;
pub use types::{
	Expiry, Grant, GrantKey, OrderedId, OrderedProvider, OrderedRegion, Provider, Region, Share,
	Update,
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
		/// The XCM origin of a sibling parachain. Returns its id.
		type RegionOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = ParaId>;

		/// The origin that admits and expels regions: the consortium's authorities together.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The parachain id of the consortium. It cannot be a region.
		#[pallet::constant]
		type OwnId: Get<ParaId>;

		/// The fewest bits that the modulus of a provider's encryption key may have.
		#[pallet::constant]
		type MinModulusBits: Get<u32>;

		/// The most regions that can be admitted. Expelled regions count.
		#[pallet::constant]
		type MaxRegions: Get<u32>;

		/// The most providers that a region can have in the directory. Providers are never
		/// removed.
		#[pallet::constant]
		type MaxProvidersPerRegion: Get<u32>;

		/// The most live grants of one region's records. Expired ones count until they are swept.
		#[pallet::constant]
		type MaxGrantsPerRegion: Get<u32>;

		/// The most live grants of one region's records to one grantee.
		#[pallet::constant]
		type MaxGrantsPerGrantee: Get<u32>;

		/// The most of them that can be of one patient's records.
		#[pallet::constant]
		type MaxGrantsOfPatient: Get<u32>;

		/// The most of them that can be of records by one provider.
		#[pallet::constant]
		type MaxGrantsOfAuthor: Get<u32>;

		/// The most of them that can be of records that patients added about themselves.
		#[pallet::constant]
		type MaxGrantsOfOwnRecords: Get<u32>;

		/// The most weight for the sweep before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

		/// Weights of the calls and of the sweep.
		type WeightInfo: WeightInfo;
	}

	/// The regions, in the order of their ids: the id is big-endian and not hashed. None is ever
	/// removed.
	#[pallet::storage]
	pub type Regions<T> = CountedStorageMap<_, Identity, OrderedRegion, Region>;

	/// The region of each first block.
	#[pallet::storage]
	pub type GenesisHashes<T> = StorageMap<_, Identity, H256, ParaId>;

	/// The providers in the directory, by region and id, in the order of both.
	#[pallet::storage]
	pub type Providers<T> =
		StorageDoubleMap<_, Identity, OrderedRegion, Identity, OrderedProvider, Provider>;

	/// The current encryption keys of the providers in the directory.
	#[pallet::storage]
	pub type ProviderKeys<T> =
		StorageDoubleMap<_, Identity, OrderedRegion, Identity, OrderedProvider, SignedKey>;

	/// The last holder of each professional number, by region and number. It holds the number no
	/// longer if its verification was withdrawn.
	#[pallet::storage]
	pub type Holders<T> = StorageDoubleMap<
		_,
		Identity,
		OrderedRegion,
		Blake2_128Concat,
		ProfessionalNumber,
		ProviderId,
	>;

	/// The providers that each account acts for: at most one in each region.
	#[pallet::storage]
	pub type ProvidersOf<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Identity, OrderedRegion, ProviderId>;

	/// The live grants, by the record's region, record and grantee. An expired grant stays until
	/// the sweep removes it.
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

	/// The last update of each record and grantee, by the record's region, record and grantee.
	/// None is ever removed.
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

	/// The wrapped keys of the live grants, by the record's region, record and grantee. A view reads
	/// one last, when nothing withholds it.
	#[pallet::storage]
	pub type WrappedKeys<T> = StorageNMap<
		_,
		(
			NMapKey<Identity, OrderedRegion>,
			NMapKey<Identity, OrderedId>,
			NMapKey<Twox64Concat, RemoteProvider>,
		),
		WrappedKey,
	>;

	/// The number of the next delivery.
	#[pallet::storage]
	pub type NextDelivery<T> = StorageValue<_, u64, ValueQuery>;

	/// The grants to each grantee, newest delivery first: by [`Grant::delivery`].
	#[pallet::storage]
	pub type GrantedTo<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		RemoteProvider,
		Identity,
		NewestFirst,
		(OrderedRegion, OrderedId),
	>;

	/// The number of live grants of each region to each grantee, if it is not 0: in all, of each
	/// patient's records, of records by each provider, and of patients' own records.
	#[pallet::storage]
	pub type GrantCounts<T> = StorageNMap<
		_,
		(
			NMapKey<Identity, OrderedRegion>,
			NMapKey<Twox64Concat, RemoteProvider>,
			NMapKey<Blake2_128Concat, Share>,
		),
		u32,
		ValueQuery,
	>;

	/// The grants that expire, earliest first.
	#[pallet::storage]
	pub type Expiries<T> = StorageMap<_, Identity, Expiry, ()>;

	/// The newest network file, by the word of the authorities.
	#[pallet::storage]
	pub type NetworkFile<T> = StorageValue<_, NewestFile>;

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
		/// A provider was added to the directory.
		ProviderEnlisted {
			/// Its region.
			region: ParaId,
			/// Its id in its region.
			id: ProviderId,
			/// Its standing.
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
			/// Its id in its region.
			id: ProviderId,
			/// Its standing.
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
			/// The provider that can read it now.
			grantee: RemoteProvider,
			/// The sequence number of the delivery.
			sequence: u64,
			/// The purpose of the grant.
			purpose: Purpose,
			/// When it expires, in Unix milliseconds, if ever.
			expires_at: Option<UnixMilliseconds>,
		},
		/// A grant was revoked, whether or not one had been delivered.
		GrantRevoked {
			/// The record's region.
			region: ParaId,
			/// The record.
			record: RecordId,
			/// The provider that could read it.
			grantee: RemoteProvider,
			/// The sequence number of the revocation.
			sequence: u64,
		},
		/// An expired grant was removed.
		GrantExpired {
			/// The record's region.
			region: ParaId,
			/// The record.
			record: RecordId,
			/// The provider that could read it.
			grantee: RemoteProvider,
		},
		/// The authorities named the newest network file.
		NetworkFileSet {
			/// The file.
			file: NewestFile,
		},
	}

	/// Why a call is refused.
	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// A region's call is refused for this reason. It must stay the first error: its index is
		/// part of the bytes that regions read, [`salus_primitives::REFUSED_ERROR_INDEX`].
		Refused(Reason),
		/// The consortium itself cannot be a region.
		IsConsortium,
		/// The region is already admitted.
		AlreadyAdmitted,
		/// The region was admitted before with another genesis hash: it must be the same chain.
		GenesisHashMismatch,
		/// Another region has this genesis hash.
		GenesisHashTaken,
		/// There is no room for another region. Expelled regions count.
		MaxRegionsExceeded,
		/// The region was never admitted.
		NotFound,
		/// The region is already expelled.
		AlreadyExpelled,
		/// This network file is the newest one already.
		SameFile,
		/// The serial number is neither that of the newest network file nor the next one.
		NotTheNextFile,
	}

	impl<T> From<Reason> for Error<T> {
		fn from(reason: Reason) -> Self {
			Self::Refused(reason)
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Adds a provider of a region to the directory, or replaces its entry.
		///
		/// By the provider's region, by XCM. An expelled region can only replace an entry, as
		/// [`update_provider`](Self::update_provider) says. The same entry again changes nothing.
		/// Refusals are [`Error::Refused`].
		///
		/// Emits [`Event::ProviderEnlisted`] or [`Event::ProviderUpdated`]. The weight is
		/// constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::enlist_provider())]
		pub fn enlist_provider(origin: OriginFor<T>, entry: DirectoryEntry) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_put_provider(id, region, entry, false).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Replaces the entry of an enlisted provider: a new key, standing or account.
		///
		/// By the provider's region, by XCM. An expelled region can only suspend, retire or un-verify
		/// a provider, and end no suspension. The same entry again changes nothing. Refusals are
		/// [`Error::Refused`].
		///
		/// Emits [`Event::ProviderUpdated`]. The weight is constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_provider())]
		pub fn update_provider(origin: OriginFor<T>, entry: DirectoryEntry) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_put_provider(id, region, entry, true).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Delivers a grant of a region's record to a provider in the directory, or replaces the
		/// grant of the same record and grantee.
		///
		/// By the record's region, by XCM, while it is admitted. The same grant again changes
		/// nothing. Refusals are [`Error::Refused`]; an earlier grant stays.
		///
		/// Emits [`Event::GrantDelivered`]. The weight is constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::deliver_grant())]
		pub fn deliver_grant(origin: OriginFor<T>, grant: DeliveredGrant) -> DispatchResult {
			let (id, region) = Self::ensure_region(origin)?;
			Self::do_deliver(id, &region, grant).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Revokes a grant of a region's record: its wrapped key leaves the state. If the grant
		/// has not arrived yet, the consortium refuses it when it arrives.
		///
		/// By the record's region, by XCM, also if it was expelled. The same revocation again
		/// changes nothing. Refusals are [`Error::Refused`].
		///
		/// Emits [`Event::GrantRevoked`]. The weight is constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::revoke_grant())]
		pub fn revoke_grant(origin: OriginFor<T>, revocation: GrantRevocation) -> DispatchResult {
			let (id, _) = Self::ensure_region(origin)?;
			Self::do_revoke(id, revocation).map_err(Error::<T>::from)?;
			Ok(())
		}

		/// Admits a region, or admits an expelled one again.
		///
		/// An expelled one must be the same chain; its grants that were neither revoked nor have
		/// expired are handed out again.
		///
		/// By [`Config::AdminOrigin`]. `region` is the parachain id, `genesis_hash` the hash of
		/// the first block.
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

		/// Expels a region.
		///
		/// Grants of its patients and to its providers are withheld, and it can only revoke grants,
		/// and suspend, retire or un-verify providers.
		///
		/// By [`Config::AdminOrigin`].
		///
		/// Emits [`Event::RegionExpelled`]. The weight is constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::expel_region())]
		pub fn expel_region(origin: OriginFor<T>, region: ParaId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_expel_region(region)?;
			Ok(())
		}

		/// Names the newest network file.
		///
		/// `file` has the next serial number, or the same with another hash: a correction. The
		/// first has 1.
		///
		/// By [`Config::AdminOrigin`].
		///
		/// Emits [`Event::NetworkFileSet`]. The weight is constant.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::set_network_file())]
		pub fn set_network_file(origin: OriginFor<T>, file: NewestFile) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_network_file(file)?;
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
			let shares = [
				T::MaxGrantsOfPatient::get(),
				T::MaxGrantsOfAuthor::get(),
				T::MaxGrantsOfOwnRecords::get(),
			];
			assert!(
				shares
					.iter()
					.all(|most| (1..=T::MaxGrantsPerGrantee::get()).contains(most)),
				"MaxGrantsOfPatient, MaxGrantsOfAuthor and MaxGrantsOfOwnRecords must be between 1 and \
				 MaxGrantsPerGrantee"
			);
			let least = T::WeightInfo::sweep_nothing().saturating_add(T::WeightInfo::sweep_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for a grant"
			);
			assert!(
				T::MinModulusBits::get() <= salus_primitives::keys::MAX_MODULUS_BITS,
				"MinModulusBits must not be above what a modulus may have"
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
