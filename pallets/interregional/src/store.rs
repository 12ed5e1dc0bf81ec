//! Reading and writing a grant, with its indices and its record's count.

use salus_primitives::{
	traits::{History, Records},
	GrantEvent, HistoryEvent, HistoryId, InterregionalGrantId, Moment, PatientId, Via,
};

use crate::{pallet::*, AccountIdOf, Grant};

impl<T: Config> Pallet<T> {
	/// A grant that has not ended by itself.
	pub(crate) fn unended_grant(id: &InterregionalGrantId, now: Moment) -> Result<Grant, Error<T>> {
		Grants::<T>::get(id.record, &id.grantee)
			.filter(|grant| !grant.has_ended(now))
			.ok_or(Error::<T>::NotFound)
	}

	/// Writes a grant that changed. Removes its wrapped key if it is no longer live; the caller
	/// writes the wrapped key of a new one.
	pub(crate) fn store(id: &InterregionalGrantId, before: Option<&Grant>, after: Grant) {
		let was = |property: fn(&Grant) -> bool| before.is_some_and(property);
		match (was(Grant::is_live), after.is_live()) {
			(false, true) => GrantCount::<T>::mutate(id.record, |count| {
				*count = count.saturating_add(1);
			}),
			(true, false) => {
				WrappedKeys::<T>::remove(id.record, &id.grantee);
				GrantCount::<T>::mutate_exists(id.record, |count| {
					let left = count.unwrap_or_default().saturating_sub(1);
					*count = (left > 0).then_some(left);
				});
			}
			_ => {}
		}
		let patient = T::Records::patient_of(id.record);
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
