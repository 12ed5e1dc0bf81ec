//! Reading and writing a grant, with its indices and its record's count.

use salus_primitives::{traits::Records, InterregionalGrantId, Moment};

use crate::{pallet::*, Grant, GrantKey};

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
		let key = GrantKey::from(id);
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
		if let Some(patient) = T::Records::patient_of(id.record) {
			match (was(Grant::is_listed), after.is_listed()) {
				(false, true) => GivenBy::<T>::insert(patient, &key, ()),
				(true, false) => GivenBy::<T>::remove(patient, &key),
				_ => {}
			}
		}
		match (was(Grant::is_unanswered), after.is_unanswered()) {
			(false, true) => Unanswered::<T>::insert(&key, ()),
			(true, false) => Unanswered::<T>::remove(&key),
			_ => {}
		}
		let (old, new) = (before.and_then(|grant| grant.expiry(id)), after.expiry(id));
		if old != new {
			old.into_iter().for_each(Expiries::<T>::remove);
			new.into_iter()
				.for_each(|expiry| Expiries::<T>::insert(expiry, ()));
		}
		Grants::<T>::insert(id.record, &id.grantee, after);
	}
}
