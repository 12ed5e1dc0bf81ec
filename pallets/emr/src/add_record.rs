//! The bodies of `add_record` and `add_own_record`: their checks, then their writes.

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	content::is_typed, newest_first, traits::Members, Author, Cid, MemberId, PatientId, ProviderId,
	RecordId, Standing, WrappedKey,
};

use crate::{pallet::*, types::AccountIdOf, Holder, Record, RecordOf, StoredRecord};

impl<T: Config> Pallet<T> {
	/// The verified provider that an account acts for.
	pub(crate) fn ensure_may_write(account: &AccountIdOf<T>) -> Result<ProviderId, Error<T>> {
		let Some(MemberId::Provider(author)) = T::Members::member_of(account) else {
			return Err(Error::<T>::NotAuthorized);
		};
		match T::Members::standing(author).ok_or(Error::<T>::NotAuthorized)? {
			Standing::Verified => Ok(author),
			Standing::Suspended => Err(Error::<T>::AuthorSuspended),
			Standing::Retired | Standing::RetiredSuspended => Err(Error::<T>::AuthorRetired),
			Standing::Unverified | Standing::UnverifiedSuspended => {
				Err(Error::<T>::AuthorUnverified)
			}
		}
	}

	/// The patient that an account acts for.
	pub(crate) fn ensure_patient(account: &AccountIdOf<T>) -> Result<PatientId, Error<T>> {
		match T::Members::member_of(account) {
			Some(MemberId::Patient(patient)) => Ok(patient),
			_ => Err(Error::<T>::NotAuthorized),
		}
	}

	/// Checks a CID, and the size of the envelope that it names. No record of the author may have
	/// the envelope yet: the hash decides, as the same block has a CID of each codec. Others may
	/// have copied the CID.
	pub(crate) fn check_envelope(author: MemberId, cid: &[u8], size: u64) -> Result<Cid, Error<T>> {
		let cid = Cid::from_bytes(cid)?;
		let known = Envelopes::<T>::contains_key((author, cid.digest()));
		ensure!(!known, Error::<T>::EnvelopeAlreadyExists);
		ensure!(size > 0, Error::<T>::EmptyEnvelope);
		let fits = size <= T::MaxEnvelopeSize::get();
		ensure!(fits, Error::<T>::MaxEnvelopeSizeExceeded);
		Ok(cid)
	}

	/// Checks that the sealed name and the hash are no entries of an empty or misread form.
	pub(crate) fn ensure_computed(record: &RecordOf<T>) -> Result<(), Error<T>> {
		let typed = is_typed(&record.sealed_name) || is_typed(&record.document_hash);
		ensure!(!typed, Error::<T>::NotComputed);
		Ok(())
	}

	/// The immutable part of a record.
	pub(crate) fn record(id: RecordId) -> Option<RecordOf<T>> {
		Some(Records::<T>::get(id)?.into())
	}

	/// Checks that a record's author may amend the record that it names.
	pub(crate) fn ensure_amendable(record: &RecordOf<T>) -> Result<(), Error<T>> {
		let Some(amended) = record.amends else {
			return Ok(());
		};
		let amended = Self::record(amended).ok_or(Error::<T>::AmendedNotFound)?;
		ensure!(
			amended.patient == record.patient,
			Error::<T>::AmendedOfOtherPatient
		);
		ensure!(
			may_amend(record.author, amended.author),
			Error::<T>::AmendedOfProvider
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

	/// Uses the author's allowance for the patient once.
	pub(crate) fn use_allowance(record: &RecordOf<T>) -> Result<(), Error<T>> {
		let Record {
			patient,
			author,
			added_at,
			..
		} = record;
		let full_at = Allowances::<T>::get(patient, author);
		let full_at = T::RecordRate::get().take(full_at, *added_at);
		let full_at = full_at.map_err(Error::<T>::TooManyRecords)?;
		Allowances::<T>::insert(patient, author, full_at);
		Ok(())
	}

	/// Writes a record that was checked, under the next id.
	pub(crate) fn do_add(
		record: RecordOf<T>,
		wrapped_for_patient: WrappedKey,
		wrapped_for_author: Option<WrappedKey>,
	) -> Result<RecordId, Error<T>> {
		let id = NextId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::MaxRecordsExceeded)?;
		let Record {
			patient,
			author,
			cid,
			amends,
			..
		} = record;
		NextId::<T>::put(next);
		Envelopes::<T>::insert((author.member(patient), cid.digest()), id);
		Records::<T>::insert(id, StoredRecord::from(record));
		WrappedKeys::<T>::insert(id, Holder::Patient, wrapped_for_patient);
		if let Some(wrapped_for_author) = wrapped_for_author {
			WrappedKeys::<T>::insert(id, Holder::Author, wrapped_for_author);
		}
		for member in [MemberId::Patient(patient), author.member(patient)] {
			RecordsOf::<T>::insert(member, newest_first(id), ());
		}
		if let Some(amended) = amends {
			Corrections::<T>::insert(amended, newest_first(id), ());
		}
		Self::deposit_event(Event::RecordAdded {
			record: id,
			patient,
			author,
			cid,
		});
		Ok(id)
	}
}

/// A provider amends any record of the patient, a patient own records only.
pub(crate) fn may_amend(author: Author, amended: Author) -> bool {
	author != Author::Patient || amended == Author::Patient
}
