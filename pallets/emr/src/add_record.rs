//! The body of `add_record`: its checks, then its writes.

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	traits::Members, MemberId, Moment, PatientId, ProfessionalNumber, RecordId, Standing,
	WrappedKey,
};

use crate::{pallet::*, types::AccountIdOf, Holder, Record, RecordOf};

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_may_write(
		account: &AccountIdOf<T>,
		author: &ProfessionalNumber,
	) -> Result<(), Error<T>> {
		let standing = T::Members::standing(author).ok_or(Error::<T>::AuthorNotVerified)?;
		let member = T::Members::member_of(account);
		ensure!(
			member == Some(author.clone().into()),
			Error::<T>::NotAuthorized
		);
		match standing {
			Standing::Verified => Ok(()),
			Standing::Suspended => Err(Error::<T>::AuthorSuspended),
			Standing::Retired | Standing::RetiredSuspended => Err(Error::<T>::AuthorRetired),
		}
	}

	pub(crate) fn ensure_amendable(
		amends: Option<RecordId>,
		patient: &PatientId,
	) -> Result<(), Error<T>> {
		let Some(amended) = amends else { return Ok(()) };
		let amended = Records::<T>::get(amended).ok_or(Error::<T>::AmendedNotFound)?;
		ensure!(
			amended.patient == *patient,
			Error::<T>::AmendedOfOtherPatient
		);
		Ok(())
	}

	pub(crate) fn ensure_fits(member: &MemberId, wrapped: &WrappedKey) -> Result<(), Error<T>> {
		let (version, bits) = T::Members::current_key(member).ok_or(Error::<T>::StaleKeyVersion)?;
		ensure!(
			wrapped.key_version() == version,
			Error::<T>::StaleKeyVersion
		);
		ensure!(wrapped.fits(bits), Error::<T>::WrappedKeyMisfit);
		Ok(())
	}

	/// Uses the author's allowance for this patient once.
	pub(crate) fn use_allowance(
		patient: &PatientId,
		author: &ProfessionalNumber,
		now: Moment,
	) -> Result<(), Error<T>> {
		let full_at = Allowances::<T>::get(patient, author);
		let full_at = T::RecordRate::get().take(full_at, now);
		let full_at = full_at.map_err(Error::<T>::TooManyRecords)?;
		Allowances::<T>::insert(patient, author, full_at);
		Ok(())
	}

	/// Writes a record that was checked, under the next id.
	pub(crate) fn do_add(
		record: RecordOf<T>,
		wrapped_for_patient: WrappedKey,
		wrapped_for_author: WrappedKey,
	) -> Result<RecordId, Error<T>> {
		let id = NextId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::MaxRecordsExceeded)?;
		let Record {
			patient,
			author,
			cid,
			..
		} = record.clone();
		NextId::<T>::put(next);
		Records::<T>::insert(id, record);
		WrappedKeys::<T>::insert(id, Holder::Patient, wrapped_for_patient);
		WrappedKeys::<T>::insert(id, Holder::Author, wrapped_for_author);
		RecordsOf::<T>::insert(MemberId::Patient(patient), id.to_be_bytes(), ());
		RecordsOf::<T>::insert(MemberId::Provider(author.clone()), id.to_be_bytes(), ());
		Self::deposit_event(Event::RecordAdded {
			record: id,
			patient,
			author,
			cid,
		});
		Ok(id)
	}
}
