//! The call `revoke`, and the removal of a grant from all storage.

use salus_primitives::{MemberId, RecordId};

use crate::{pallet::*, Expiry, Grant};

impl<T: Config> Pallet<T> {
	/// Revokes a grant, expired or not.
	pub(crate) fn do_revoke(record: RecordId, grantee: MemberId) -> Result<(), Error<T>> {
		let grant = Grants::<T>::get(record, &grantee).ok_or(Error::<T>::NotFound)?;
		Self::remove(record, &grantee, &grant);
		Self::deposit_event(Event::GrantRevoked { record, grantee });
		Ok(())
	}

	/// Removes a grant, its entries in the indices, and its place in the record's count.
	pub(crate) fn remove(record: RecordId, grantee: &MemberId, grant: &Grant) {
		Self::remove_expiry(record, grantee, grant);
		Grants::<T>::remove(record, grantee);
		GrantedTo::<T>::remove(grantee, record.to_be_bytes());
		GrantCount::<T>::mutate_exists(record, |count| {
			let left = count.unwrap_or_default().saturating_sub(1);
			*count = (left > 0).then_some(left);
		});
	}

	pub(crate) fn remove_expiry(record: RecordId, grantee: &MemberId, grant: &Grant) {
		if let Some(at) = grant.expires_at {
			Expiries::<T>::remove(Expiry::new(at, record, grantee.clone()));
		}
	}
}
