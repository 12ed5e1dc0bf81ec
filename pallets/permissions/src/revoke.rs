//! The call `revoke`, and the removal of a grant from all storage.

use frame_support::traits::Time;
use salus_primitives::GrantEvent;

use crate::{pallet::*, AccountIdOf, Grant, GrantId};

impl<T: Config> Pallet<T> {
	/// Revokes a grant. One that has expired is in the history as expired.
	pub(crate) fn do_revoke(account: &AccountIdOf<T>, id: GrantId) -> Result<(), Error<T>> {
		let grant = Grants::<T>::get(id.record, &id.grantee).ok_or(Error::<T>::NotFound)?;
		Self::remove(&id, &grant);
		let (event, by) = match grant.has_expired(T::Time::now()) {
			true => (GrantEvent::Expired, None),
			false => (GrantEvent::Revoked, Some(account)),
		};
		Self::add_history(&id, grant.via, event, by);
		let GrantId { record, grantee } = id;
		Self::deposit_event(Event::GrantRevoked { record, grantee });
		Ok(())
	}

	/// Removes a grant with its wrapped key, its entries in the lists, and its place in the record's
	/// count.
	pub(crate) fn remove(id: &GrantId, grant: &Grant) {
		Self::unlist(id, grant);
		let GrantId { record, grantee } = id;
		Grants::<T>::remove(record, grantee);
		WrappedKeys::<T>::remove(record, grantee);
		GrantCount::<T>::mutate_exists(record, |count| {
			let left = count.unwrap_or_default().saturating_sub(1);
			*count = (left > 0).then_some(left);
		});
	}
}
