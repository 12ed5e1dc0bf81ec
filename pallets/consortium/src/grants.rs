//! Grants across regions: the bodies of `deliver_grant` and `revoke_grant`, what is withheld, and
//! the sweep.

use frame_support::{
	ensure,
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	newest_first, Author, DeliveredAuthor, DeliveredGrant, GrantRevocation, ParaId, Reason,
	RecordId, RemoteProvider, Standing, Withheld,
};

use crate::{
	pallet::*, types::grant_key, Expiry, Grant, GrantKey, Region, Share, Update, WeightInfo,
};

/// Delivering and revoking.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_deliver(
		id: ParaId,
		region: &Region,
		delivered: DeliveredGrant,
	) -> Result<(), Reason> {
		let key = grant_key(id, delivered.record, delivered.grantee.clone());
		let update = Update::of_grant(&delivered);
		if !update.is_new_after(LastUpdates::<T>::get(&key).as_ref())? {
			return Ok(());
		}
		ensure!(region.is_admitted(), Reason::NotARegion);
		if let DeliveredAuthor::Provider { number, name, .. } = &delivered.author {
			number.check().map_err(|_| Reason::InvalidNumber)?;
			name.check().map_err(|_| Reason::InvalidName)?;
		}
		Self::ensure_grantee(&delivered)?;
		let delivery = NextDelivery::<T>::get();
		let key_version = delivered.wrapped_key.key_version();
		let (delivered, wrapped_key) = delivered.replace_key(());
		let grant = Grant {
			delivered,
			key_version,
			delivered_at: T::Time::now(),
			delivery,
		};
		ensure!(!grant.has_expired(grant.delivered_at), Reason::Expired);
		// The call is undone if there is no room then.
		if let Some(earlier) = Grants::<T>::get(&key) {
			Self::do_remove(&key, &earlier);
		}
		Self::count_in(&key, &grant)?;
		NextDelivery::<T>::put(delivery.saturating_add(1));
		WrappedKeys::<T>::insert(&key, wrapped_key);
		Self::write_grant(id, key, update, grant);
		Ok(())
	}

	/// Checks that the grantee is in the directory and verified, and that the wrapped key fits its
	/// current encryption key.
	fn ensure_grantee(grant: &DeliveredGrant) -> Result<(), Reason> {
		let provider = Self::provider(&grant.grantee).ok_or(Reason::GranteeUnknown)?;
		let region = Self::region(grant.grantee.region);
		let admitted = region.is_some_and(|region| region.is_admitted());
		ensure!(admitted, Reason::GranteeRegionExpelled);
		match provider.standing {
			Standing::Verified => {}
			Standing::Suspended => return Err(Reason::GranteeSuspended),
			Standing::Retired | Standing::RetiredSuspended => return Err(Reason::GranteeRetired),
			Standing::Unverified | Standing::UnverifiedSuspended => return Err(Reason::Unverified),
		}
		let current = grant.wrapped_key.key_version() == provider.key_version;
		ensure!(current, Reason::StaleKeyVersion);
		let fits = grant.wrapped_key.fits(provider.bits);
		ensure!(fits, Reason::WrappedKeyMisfit);
		Ok(())
	}

	/// Counts a new grant, if there is room in the region and in each of its shares of the grantee,
	/// and adds it to the index of its grantee.
	fn count_in((id, record, grantee): &GrantKey, grant: &Grant) -> Result<(), Reason> {
		let mut region = Regions::<T>::get(id).ok_or(Reason::NotARegion)?;
		let room = region.live_grants < T::MaxGrantsPerRegion::get();
		ensure!(room, Reason::MaxGrantsExceeded);
		for share in Share::of(&grant.delivered) {
			let (most, full) = Self::most(&share);
			let count = GrantCounts::<T>::get((id, grantee, &share));
			ensure!(count < most, full);
			GrantCounts::<T>::insert((id, grantee, share), count.saturating_add(1));
		}
		region.live_grants = region.live_grants.saturating_add(1);
		Regions::<T>::insert(id, region);
		GrantedTo::<T>::insert(grantee, newest_first(grant.delivery), (id, record));
		Ok(())
	}

	/// The most live grants in a share, and the reason when it is full.
	pub(crate) fn most(share: &Share) -> (u32, Reason) {
		match share {
			Share::Region => (
				T::MaxGrantsPerGrantee::get(),
				Reason::MaxGrantsForGranteeExceeded,
			),
			Share::Patient(_) => (
				T::MaxGrantsOfPatient::get(),
				Reason::MaxGrantsOfPatientExceeded,
			),
			Share::Author(_) => (
				T::MaxGrantsOfAuthor::get(),
				Reason::MaxGrantsOfAuthorExceeded,
			),
			Share::OwnRecords => (
				T::MaxGrantsOfOwnRecords::get(),
				Reason::MaxGrantsOfOwnRecordsExceeded,
			),
		}
	}

	/// Writes a checked and counted grant.
	fn write_grant(id: ParaId, key: GrantKey, update: Update, grant: Grant) {
		let DeliveredGrant {
			record,
			purpose,
			expires_at,
			sequence,
			..
		} = grant.delivered;
		let grantee = grant.delivered.grantee.clone();
		if let Some(at) = expires_at {
			Expiries::<T>::insert(Expiry::new(at, key.clone()), ());
		}
		LastUpdates::<T>::insert(&key, update);
		Grants::<T>::insert(&key, grant);
		Self::deposit_event(Event::GrantDelivered {
			region: id,
			record,
			grantee,
			sequence,
			purpose,
			expires_at,
		});
	}

	/// Revokes a grant, also for an expelled region. Keeps the revocation as the last update even
	/// if the grant never arrived: it may still be on its way.
	pub(crate) fn do_revoke(id: ParaId, revocation: GrantRevocation) -> Result<(), Reason> {
		let update = Update::of_revocation(&revocation);
		let GrantRevocation {
			record,
			grantee,
			sequence,
		} = revocation;
		let key = grant_key(id, record, grantee.clone());
		if !update.is_new_after(LastUpdates::<T>::get(&key).as_ref())? {
			return Ok(());
		}

		if let Some(grant) = Grants::<T>::get(&key) {
			Self::do_remove(&key, &grant);
		}
		LastUpdates::<T>::insert(&key, update);
		Self::deposit_event(Event::GrantRevoked {
			region: id,
			record,
			grantee,
			sequence,
		});
		Ok(())
	}

	/// Removes a grant with its index entries. The last update stays.
	fn do_remove(key: &GrantKey, grant: &Grant) {
		Self::forget_expiry(key, grant);
		let (id, _, grantee) = key;
		Grants::<T>::remove(key);
		WrappedKeys::<T>::remove(key);
		GrantedTo::<T>::remove(grantee, newest_first(grant.delivery));
		for share in Share::of(&grant.delivered) {
			GrantCounts::<T>::mutate_exists((id, grantee, share), |count| {
				let left = count.unwrap_or_default().saturating_sub(1);
				*count = (left > 0).then_some(left);
			});
		}
		if let Some(region) = Regions::<T>::get(id) {
			let live_grants = region.live_grants.saturating_sub(1);
			Regions::<T>::insert(
				id,
				Region {
					live_grants,
					..region
				},
			);
		}
	}

	fn forget_expiry(key: &GrantKey, grant: &Grant) {
		if let Some(at) = grant.delivered.expires_at {
			Expiries::<T>::remove(Expiry::new(at, key.clone()));
		}
	}
}

/// Withholding.
impl<T: Config> Pallet<T> {
	/// Whether grants may be handed out to this grantee now, and if not, why. An unknown grantee
	/// has no reason.
	pub(crate) fn may_be_handed(grantee: &RemoteProvider) -> Result<(), Option<Withheld>> {
		let region = Self::region(grantee.region).ok_or(None)?;
		let provider = Self::provider(grantee).ok_or(None)?;
		match provider.standing {
			Standing::Retired | Standing::RetiredSuspended => Err(Some(Withheld::GranteeRetired)),
			Standing::Unverified | Standing::UnverifiedSuspended => {
				Err(Some(Withheld::GranteeUnverified))
			}
			_ if !region.is_admitted() => Err(Some(Withheld::GranteeRegionExpelled)),
			Standing::Suspended => Err(Some(Withheld::GranteeSuspended)),
			Standing::Verified => Ok(()),
		}
	}

	/// The standing of an author, if it is a provider in the directory.
	pub(crate) fn author_standing(region: ParaId, author: Author) -> Option<Standing> {
		match author {
			Author::Patient => None,
			Author::Provider(id) => Some(Self::provider(&RemoteProvider { region, id })?.standing),
		}
	}

	/// The grant of a record to a provider, unless it has expired, with the record's region.
	pub(crate) fn standing_grant(
		id: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Option<(Region, Grant)> {
		let region = Self::region(id)?;
		let grant = Grants::<T>::get(grant_key(id, record, grantee.clone()))?;
		let stands = !grant.has_expired(T::Time::now());
		stands.then_some((region, grant))
	}
}

/// The sweep.
impl<T: Config> Pallet<T> {
	/// Removes expired grants, the earliest first, as far as the weight allows.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep_nothing()).is_err() {
			return;
		}
		let now = T::Time::now();
		// Removing the entry that the iterator just returned is safe.
		let mut due = Expiries::<T>::iter_keys().take_while(|expiry| expiry.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one()) {
			let Some(expiry) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one());
			Self::do_expire(expiry);
		}
	}

	fn do_expire(expiry: Expiry) {
		Expiries::<T>::remove(&expiry);
		let at = expiry.at();
		let ended =
			Grants::<T>::get(&expiry.grant).filter(|grant| grant.delivered.expires_at == Some(at));
		let Some(grant) = ended else { return };
		Self::do_remove(&expiry.grant, &grant);
		let (region, record, grantee) = expiry.grant;
		Self::deposit_event(Event::GrantExpired {
			region: ParaId::from_be_bytes(region),
			record: RecordId::from_be_bytes(record),
			grantee,
		});
	}
}
