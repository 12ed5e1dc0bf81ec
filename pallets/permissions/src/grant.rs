//! The call `grant`: a patient grants a record to a member of the region.

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	traits::{is_patient_of, Members, Records},
	MemberId, RecordId, WrappedKey,
};

use crate::{pallet::*, AccountIdOf, Expiry, Grant};

/// The members with wrapped keys of their own: a record's patient and its author.
pub(crate) fn readers<R: Records>(record: RecordId) -> [Option<MemberId>; 2] {
	let patient = R::patient_of(record);
	let author = R::author_of(record);
	[
		patient.map(MemberId::Patient),
		author
			.zip(patient)
			.map(|(author, patient)| author.member(patient)),
	]
}

impl<T: Config> Pallet<T> {
	/// Checks that an account acts for the patient of a record.
	pub(crate) fn ensure_patient(
		account: &AccountIdOf<T>,
		record: RecordId,
	) -> Result<(), Error<T>> {
		let is_patient = is_patient_of::<_, T::Members, T::Records>(account, record)
			.ok_or(Error::<T>::RecordNotFound)?;
		ensure!(is_patient, Error::<T>::NotAuthorized);
		Ok(())
	}

	/// Checks that the grantee is a member in good standing, and neither the record's patient nor its
	/// author.
	pub(crate) fn ensure_third_party(record: RecordId, grantee: &MemberId) -> Result<(), Error<T>> {
		let reads = readers::<T::Records>(record).contains(&Some(grantee.clone()));
		ensure!(!reads, Error::<T>::AlreadyReads);
		ensure!(
			T::Members::account_of(grantee).is_some(),
			Error::<T>::GranteeNotFound
		);
		let in_good_standing = T::Members::in_good_standing(grantee);
		ensure!(in_good_standing, Error::<T>::GranteeNotInGoodStanding);
		Ok(())
	}

	/// Checks that a wrapped key was made for the grantee's current encryption key.
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

	/// Stores a grant that was checked. It replaces an earlier grant of the record to the grantee.
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
			Self::remove_expiry(record, &grantee, earlier);
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
}
