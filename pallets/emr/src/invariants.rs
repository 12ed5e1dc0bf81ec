//! The invariants of the state.

use frame_support::{ensure, traits::Get};
use salus_primitives::{newest_first, Author, MemberId, RecordId};
use sp_runtime::TryRuntimeError;

use crate::{add_record::may_amend, pallet::*, Holder, RecordOf};

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. The records are those with an id below [`NextId`].
	/// 2. Each record has a wrapped key and an index entry for its patient and, if that is another
	///    member, for its author, and there are no others.
	/// 3. A record amends only an older one of the same patient, and a patient's own record only
	///    an own one.
	/// 4. The corrections are those that the records name.
	/// 5. The envelopes are those of the records, and no two records of one author have the same.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let (mut count, mut readers, mut amending) = (0u64, 0u64, 0u64);
		for (id, record) in Records::<T>::iter() {
			let record = RecordOf::<T>::from(record);
			readers = readers.saturating_add(Self::try_record(id, &record)?);
			amending = amending.saturating_add(record.amends.is_some().into());
			count = count.saturating_add(1);
		}
		ensure!(
			count == NextId::<T>::get(),
			"an id below NextId has no record"
		);
		ensure!(
			u64::try_from(WrappedKeys::<T>::iter_keys().count()) == Ok(readers),
			"a wrapped key has no record"
		);
		ensure!(
			u64::try_from(RecordsOf::<T>::iter_keys().count()) == Ok(readers),
			"an index entry has no record"
		);
		ensure!(
			u64::try_from(Corrections::<T>::iter_keys().count()) == Ok(amending),
			"a correction has no record"
		);
		ensure!(
			u64::try_from(Envelopes::<T>::iter_values().count()) == Ok(count),
			"an envelope has no record"
		);
		Ok(())
	}

	/// Checks a record. Returns how many members have a wrapped key of their own.
	fn try_record(id: RecordId, record: &RecordOf<T>) -> Result<u64, TryRuntimeError> {
		ensure!(id < NextId::<T>::get(), "a record's id is not below NextId");
		let patient = (Holder::Patient, MemberId::from(record.patient));
		let author = match record.author {
			Author::Patient => None,
			Author::Provider(id) => Some((Holder::Author, MemberId::from(id))),
		};
		let mut readers: u64 = 0;
		for (holder, member) in [Some(patient), author].into_iter().flatten() {
			readers = readers.saturating_add(1);
			ensure!(
				WrappedKeys::<T>::contains_key(id, holder),
				"a record lacks a wrapped key"
			);
			let indexed = RecordsOf::<T>::contains_key(member, newest_first(id));
			ensure!(indexed, "a record is not in the index");
		}
		ensure!(
			record.envelope_size > 0 && record.envelope_size <= T::MaxEnvelopeSize::get(),
			"an envelope's size is out of bounds"
		);
		let envelope = (record.author.member(record.patient), record.cid.digest());
		ensure!(
			Envelopes::<T>::get(envelope) == Some(id),
			"an envelope is not that of its record"
		);
		if let Some(amended) = record.amends {
			ensure!(amended < id, "a record amends one that is not older");
			ensure!(
				Corrections::<T>::contains_key(amended, newest_first(id)),
				"a correction is not in the index"
			);
			let amended = Self::record(amended).ok_or("an amended record does not exist")?;
			ensure!(
				amended.patient == record.patient,
				"a record amends another patient's"
			);
			ensure!(
				may_amend(record.author, amended.author),
				"a patient amends a provider's record"
			);
		}
		Ok(readers)
	}
}
