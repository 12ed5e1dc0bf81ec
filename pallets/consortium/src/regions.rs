//! Regions: the origin of their messages, and the bodies of `admit_region` and `expel_region`.

use frame_support::{
	ensure,
	traits::{EnsureOrigin, Get, Time},
};
use frame_system::pallet_prelude::OriginFor;
use salus_primitives::{traits::KnownRegions, ParaId, Reason, RegionStanding};
use sp_core::H256;
use sp_runtime::DispatchError;

use crate::{pallet::*, Region};

impl<T: Config> Pallet<T> {
	/// The region that sent a message, by its origin. It can be expelled: each call decides what
	/// it accepts then.
	pub(crate) fn ensure_region(origin: OriginFor<T>) -> Result<(ParaId, Region), DispatchError> {
		let id = T::RegionOrigin::ensure_origin(origin)?;
		let region = Self::region(id).ok_or(Error::<T>::Refused(Reason::NotARegion))?;
		Ok((id, region))
	}

	pub(crate) fn region(id: ParaId) -> Option<Region> {
		Regions::<T>::get(id.to_be_bytes())
	}

	pub(crate) fn do_admit_region(id: ParaId, genesis_hash: H256) -> Result<(), Error<T>> {
		ensure!(id != T::OwnId::get(), Error::<T>::IsConsortium);
		let before = Self::region(id);
		if let Some(before) = &before {
			ensure!(!before.is_admitted(), Error::<T>::AlreadyAdmitted);
			let same = before.genesis_hash == genesis_hash;
			ensure!(same, Error::<T>::GenesisHashMismatch);
		} else {
			let taken = GenesisHashes::<T>::contains_key(genesis_hash);
			ensure!(!taken, Error::<T>::GenesisHashTaken);
			let room = Regions::<T>::count() < T::MaxRegions::get();
			ensure!(room, Error::<T>::MaxRegionsExceeded);
		}

		let (providers, live_grants) = before
			.map(|before| (before.providers, before.live_grants))
			.unwrap_or_default();
		let region = Region {
			genesis_hash,
			standing: RegionStanding::Admitted,
			since: T::Time::now(),
			providers,
			live_grants,
		};
		Regions::<T>::insert(id.to_be_bytes(), region);
		GenesisHashes::<T>::insert(genesis_hash, id);
		Self::deposit_event(Event::RegionAdmitted {
			region: id,
			genesis_hash,
		});
		Ok(())
	}

	pub(crate) fn do_expel_region(id: ParaId) -> Result<(), Error<T>> {
		let region = Self::region(id).ok_or(Error::<T>::NotFound)?;
		ensure!(region.is_admitted(), Error::<T>::AlreadyExpelled);

		let region = Region {
			standing: RegionStanding::Expelled,
			since: T::Time::now(),
			..region
		};
		Regions::<T>::insert(id.to_be_bytes(), region);
		Self::deposit_event(Event::RegionExpelled { region: id });
		Ok(())
	}
}

impl<T: Config> KnownRegions for Pallet<T> {
	fn is_known(region: ParaId) -> bool {
		Regions::<T>::contains_key(region.to_be_bytes())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(region: ParaId) {
		// It may be admitted already.
		let _ = Self::do_admit_region(region, crate::benchmarking::genesis_hash(region));
	}
}
