//! The call `grant`: a patient grants a record to a member of the region.

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	newest_first,
	traits::{is_patient_of, History, Members, Records},
	GrantEvent, HistoryEvent, HistoryId, MemberId, PatientId, RecordId, Via, WrappedKey,
};

use crate::{pallet::*, types::Terms, AccountIdOf, Expiry, Grant, GrantId, List};

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
		account: &AccountIdOf<T>,
		id: GrantId,
		terms: Terms,
		wrapped_key: WrappedKey,
	) -> Result<(), Error<T>> {
		let GrantId { record, grantee } = &id;
		if let Some(earlier) = Grants::<T>::get(record, grantee) {
			Self::unlist(&id, &earlier);
			if earlier.has_expired(terms.granted_at) {
				Self::add_history(&id, earlier.via, GrantEvent::Expired, None);
			}
		} else {
			let count = GrantCount::<T>::get(record);
			let room = count < T::MaxGrantsPerRecord::get();
			ensure!(room, Error::<T>::MaxGrantsPerRecordExceeded);
			GrantCount::<T>::insert(record, count.saturating_add(1));
		}
		let Terms {
			via,
			purpose,
			granted_at,
			expires_at,
		} = terms;
		let event = GrantEvent::Granted {
			purpose,
			expires_at,
		};
		let grant = Grant {
			key_version: wrapped_key.key_version(),
			via,
			purpose,
			granted_at,
			expires_at,
			history: Self::add_history(&id, via, event, Some(account)),
		};
		for list in Self::lists(&id) {
			Lists::<T>::insert(list, newest_first(grant.history), &id);
		}
		if let Some(at) = expires_at {
			Expiries::<T>::insert(Expiry::new(at, *record, grantee.clone()), ());
		}
		Grants::<T>::insert(record, grantee, grant);
		WrappedKeys::<T>::insert(record, grantee, wrapped_key);
		Self::deposit_event(Event::GrantAdded {
			record: id.record,
			grantee: id.grantee,
			purpose,
			expires_at,
		});
		Ok(())
	}

	/// Adds what happened to a grant to the history of the record's patient.
	pub(crate) fn add_history(
		id: &GrantId,
		via: Via,
		event: GrantEvent,
		by: Option<&AccountIdOf<T>>,
	) -> HistoryId {
		let patient = T::Records::patient_of(id.record).unwrap_or(PatientId([0; 16]));
		let event = HistoryEvent::Grant {
			record: id.record,
			grantee: id.grantee.clone().into(),
			via,
			event,
		};
		T::History::add(patient.into(), event, by)
	}

	/// The lists that a grant is in.
	pub(crate) fn lists(id: &GrantId) -> impl Iterator<Item = List> {
		let by = T::Records::patient_of(id.record).map(List::By);
		let of_and_to = [List::Of(id.record), List::To(id.grantee.clone())];
		of_and_to.into_iter().chain(by)
	}

	/// Removes a grant from its lists and from the index of expiries.
	pub(crate) fn unlist(id: &GrantId, grant: &Grant) {
		for list in Self::lists(id) {
			Lists::<T>::remove(list, newest_first(grant.history));
		}
		if let Some(at) = grant.expires_at {
			Expiries::<T>::remove(Expiry::new(at, id.record, id.grantee.clone()));
		}
	}
}
