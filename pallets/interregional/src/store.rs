//! Reading and writing a grant, with its indices and the counts that it is in.

use codec::FullCodec;
use frame_support::{ensure, traits::Get, StorageMap};
use salus_primitives::{
	traits::{History, Records},
	GrantEvent, HistoryEvent, HistoryId, InterregionalGrantId, Moment, PatientId, RecordId, Via,
};

use crate::{pallet::*, AccountIdOf, Grant};

/// Adds a grant to a count, or takes it out, if it is in the count only after or only before. A count
/// of none is not stored.
fn count<K: FullCodec, Count: StorageMap<K, u32>>(key: K, before: bool, after: bool) {
	if before != after {
		Count::mutate_exists(key, |count| {
			let earlier = count.unwrap_or_default();
			let now = match after {
				true => earlier.saturating_add(1),
				false => earlier.saturating_sub(1),
			};
			*count = (now > 0).then_some(now);
		});
	}
}

impl<T: Config> Pallet<T> {
	/// A grant that has not ended by itself.
	pub(crate) fn unended_grant(id: &InterregionalGrantId, now: Moment) -> Result<Grant, Error<T>> {
		Grants::<T>::get(id.record, &id.grantee)
			.filter(|grant| !grant.has_ended(now))
			.ok_or(Error::<T>::NotFound)
	}

	/// Checks that one more grant of a record's patient may wait, if the grant did not wait before.
	pub(crate) fn ensure_may_wait(record: RecordId, before: Option<&Grant>) -> Result<(), Error<T>> {
		let waited = before.is_some_and(Grant::waits);
		let patient = T::Records::patient_of(record).ok_or(Error::<T>::RecordNotFound)?;
		let room = WaitingCount::<T>::get(patient) < T::MaxWaitingPerPatient::get();
		ensure!(waited || room, Error::<T>::MaxWaitingPerPatientExceeded);
		Ok(())
	}

	/// Writes a grant that changed. Removes its wrapped key if it is no longer live; the caller
	/// writes the wrapped key of a new one.
	pub(crate) fn store(id: &InterregionalGrantId, before: Option<&Grant>, after: Grant) {
		let was_live = before.is_some_and(Grant::is_live);
		if was_live && !after.is_live() {
			WrappedKeys::<T>::remove(id.record, &id.grantee);
		}
		count::<_, GrantCount<T>>(id.record, was_live, after.is_live());
		let patient = T::Records::patient_of(id.record);
		if let Some(patient) = patient {
			let waited = before.is_some_and(Grant::waits);
			count::<_, WaitingCount<T>>(patient, waited, after.waits());
		}
		let places = after.places(id, patient);
		let earlier = before
			.map(|grant| grant.places(id, patient))
			.unwrap_or_default();
		for (list, place) in earlier.iter().filter(|old| !places.contains(old)) {
			Lists::<T>::remove(list, place);
		}
		for (list, place) in places.iter().filter(|new| !earlier.contains(new)) {
			Lists::<T>::insert(list, place, id);
		}
		let (old, new) = (before.and_then(|grant| grant.expiry(id)), after.expiry(id));
		if old != new {
			old.into_iter().for_each(Expiries::<T>::remove);
			new.into_iter()
				.for_each(|expiry| Expiries::<T>::insert(expiry, ()));
		}
		Grants::<T>::insert(id.record, &id.grantee, after);
	}

	/// Adds what happened to a grant to the history of the record's patient.
	pub(crate) fn add_history(
		id: &InterregionalGrantId,
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
}
