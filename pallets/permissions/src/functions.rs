//! What the calls and the sweep check and write.

use frame_support::{
	ensure,
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	traits::{Members, Records},
	MemberId, RecordId, WrappedKey,
};

use crate::{pallet::*, types::AccountIdOf, Expiry, Grant, WeightInfo};

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_patient(
		account: &AccountIdOf<T>,
		record: RecordId,
	) -> Result<(), Error<T>> {
		let patient = T::Records::patient_of(record).ok_or(Error::<T>::RecordNotFound)?;
		let member = T::Members::member_of(account);
		ensure!(
			member == Some(MemberId::Patient(patient)),
			Error::<T>::NotAuthorized
		);
		Ok(())
	}

	pub(crate) fn ensure_third_party(record: RecordId, grantee: &MemberId) -> Result<(), Error<T>> {
		let reads = match grantee {
			MemberId::Patient(patient) => T::Records::patient_of(record) == Some(*patient),
			MemberId::Provider(number) => T::Records::author_of(record).as_ref() == Some(number),
		};
		ensure!(!reads, Error::<T>::AlreadyReads);
		ensure!(
			T::Members::account_of(grantee).is_some(),
			Error::<T>::GranteeNotFound
		);
		let stands = T::Members::in_good_standing(grantee);
		ensure!(stands, Error::<T>::GranteeNotInGoodStanding);
		Ok(())
	}

	pub(crate) fn ensure_fits(grantee: &MemberId, wrapped: &WrappedKey) -> Result<(), Error<T>> {
		let (version, bits) =
			T::Members::current_key(grantee).ok_or(Error::<T>::StaleKeyVersion)?;
		ensure!(
			wrapped.key_version() == version,
			Error::<T>::StaleKeyVersion
		);
		ensure!(wrapped.fits(bits), Error::<T>::WrappedKeyMisfit);
		Ok(())
	}

	/// Writes a grant that was checked, in the place of an earlier one if there is any.
	pub(crate) fn do_grant(
		record: RecordId,
		grantee: MemberId,
		grant: Grant,
	) -> Result<(), Error<T>> {
		let Grant {
			purpose,
			expires_at,
			..
		} = grant;
		let earlier = Grants::<T>::get(record, &grantee);
		if let Some(earlier) = &earlier {
			Self::forget_expiry(record, &grantee, earlier);
		} else {
			let count = GrantCount::<T>::get(record);
			let room = count < T::MaxGrantsPerRecord::get();
			ensure!(room, Error::<T>::MaxGrantsPerRecordExceeded);
			GrantCount::<T>::insert(record, count.saturating_add(1));
			GrantedTo::<T>::insert(&grantee, record.to_be_bytes(), ());
		}
		if let Some(at) = expires_at {
			Expiries::<T>::insert(Expiry::new(at, record, grantee.clone()), ());
		}
		Grants::<T>::insert(record, &grantee, grant);
		Self::deposit_event(Event::GrantAdded {
			record,
			grantee,
			purpose,
			expires_at,
		});
		Ok(())
	}

	/// Removes a grant with all that goes with it.
	pub(crate) fn do_remove(record: RecordId, grantee: &MemberId, grant: &Grant) {
		Self::forget_expiry(record, grantee, grant);
		Grants::<T>::remove(record, grantee);
		GrantedTo::<T>::remove(grantee, record.to_be_bytes());
		GrantCount::<T>::mutate_exists(record, |count| {
			let left = count.unwrap_or_default().saturating_sub(1);
			*count = (left > 0).then_some(left);
		});
	}

	fn forget_expiry(record: RecordId, grantee: &MemberId, grant: &Grant) {
		if let Some(at) = grant.expires_at {
			Expiries::<T>::remove(Expiry::new(at, record, grantee.clone()));
		}
	}

	/// Does what time has brought, as far as the weight goes. Deadlines are first, as they make room
	/// for forwarding.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep_nothing()).is_err() {
			return;
		}
		Self::do_sweep_deadlines(meter);
		Self::do_sweep_grants(meter);
		Self::do_sweep_interregional(meter);
	}

	/// Removes expired grants, the earliest first, as far as the weight goes.
	fn do_sweep_grants(meter: &mut WeightMeter) {
		let now = T::Time::now();
		// Removing the entry that the iterator has just given does not disturb it.
		let mut due = Expiries::<T>::iter_keys().take_while(|expiry| expiry.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one()) {
			let Some(expiry) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one());
			Self::do_expire(expiry);
		}
	}

	fn do_expire(expiry: Expiry) {
		let record = expiry.record();
		Expiries::<T>::remove(&expiry);
		let grant = Grants::<T>::get(record, &expiry.grantee)
			.filter(|grant| grant.expires_at == Some(expiry.at()));
		if let Some(grant) = grant {
			Self::do_remove(record, &expiry.grantee, &grant);
			Self::deposit_event(Event::GrantExpired {
				record,
				grantee: expiry.grantee,
			});
		}
	}
}
