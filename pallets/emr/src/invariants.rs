//! The invariants of the state.

use frame_support::{ensure, traits::Get};
use salus_primitives::{MemberId, RecordId};
use sp_runtime::TryRuntimeError;

use crate::{pallet::*, Holder, RecordOf};

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. The records are those with an id below [`NextId`].
	/// 2. Each record has both wrapped keys and both index entries, and there are no others.
	/// 3. A record amends only an older one of the same patient.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut count: u64 = 0;
		for (id, record) in Records::<T>::iter() {
			Self::try_record(id, &record)?;
			count = count.saturating_add(1);
		}
		ensure!(
			count == NextId::<T>::get(),
			"an id below NextId has no record"
		);
		let both = count.saturating_mul(2);
		ensure!(
			u64::try_from(WrappedKeys::<T>::iter_keys().count()) == Ok(both),
			"a wrapped key has no record"
		);
		ensure!(
			u64::try_from(RecordsOf::<T>::iter_keys().count()) == Ok(both),
			"an index entry has no record"
		);
		Ok(())
	}

	fn try_record(id: RecordId, record: &RecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(id < NextId::<T>::get(), "a record's id is not below NextId");
		for holder in [Holder::Patient, Holder::Author] {
			ensure!(
				WrappedKeys::<T>::contains_key(id, holder),
				"a record lacks a wrapped key"
			);
		}
		for member in [MemberId::from(record.patient), record.author.clone().into()] {
			let indexed = RecordsOf::<T>::contains_key(member, id.to_be_bytes());
			ensure!(indexed, "a record is not in the index");
		}
		ensure!(
			record.size > 0 && record.size <= T::MaxEnvelopeSize::get(),
			"an envelope's size is out of bounds"
		);
		if let Some(amended) = record.amends {
			ensure!(amended < id, "a record amends one that is not older");
			let patient = Records::<T>::get(amended).map(|amended| amended.patient);
			ensure!(
				patient == Some(record.patient),
				"a record amends another patient's"
			);
		}
		Ok(())
	}
}
