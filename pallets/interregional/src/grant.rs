//! The call `grant`: a patient grants a record to a provider of another region.

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	keys::MAX_MODULUS_BITS,
	traits::{is_patient_of, ToConsortium},
	GrantEvent, InterregionalGrantId, RecordId, RemoteProvider, WrappedKey,
};

use crate::{pallet::*, AccountIdOf, ConsortiumHolds, Grant, StoredState, Terms};

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

	/// Checks that the grantee is a provider of another region. The consortium checks that it exists.
	pub(crate) fn ensure_other_region(grantee: &RemoteProvider) -> Result<(), Error<T>> {
		let other = grantee.region != T::Consortium::region();
		ensure!(other, Error::<T>::GranteeOfThisRegion);
		Ok(())
	}

	/// Checks a wrapped key's length, which is all that the region can check: it does not know the
	/// grantee's encryption key.
	pub(crate) fn ensure_possible_length(wrapped: &WrappedKey) -> Result<(), Error<T>> {
		let length = u32::try_from(wrapped.ciphertext().len()).unwrap_or(u32::MAX);
		let possible = length > 0 && length <= MAX_MODULUS_BITS.div_ceil(8);
		ensure!(possible, Error::<T>::WrappedKeyMisfit);
		Ok(())
	}

	/// Stores a grant whose record, grantee and terms were checked. It replaces an earlier grant,
	/// unless the consortium may hold one that ends later.
	pub(crate) fn do_grant(
		account: &AccountIdOf<T>,
		id: InterregionalGrantId,
		terms: Terms,
	) -> Result<(), Error<T>> {
		let before = Grants::<T>::get(id.record, &id.grantee);
		let revoking = before
			.as_ref()
			.is_some_and(|before| before.state == StoredState::Revoking);
		ensure!(!revoking, Error::<T>::RevocationPending);
		let consortium_holds = before
			.as_ref()
			.map_or(ConsortiumHolds::Nothing, |before| before.consortium_holds);
		ensure!(
			ConsortiumHolds::until(terms.expires_at) >= consortium_holds,
			Error::<T>::EndsBeforeSentTerms
		);
		let last = before.as_ref().map_or(0, |before| before.sequence);
		let sequence = last.checked_add(1).ok_or(Error::<T>::SequencesUsedUp)?;
		let was_live = before.as_ref().is_some_and(Grant::is_live);
		let room = GrantCount::<T>::get(id.record) < T::MaxGrantsPerRecord::get();
		ensure!(was_live || room, Error::<T>::MaxGrantsPerRecordExceeded);
		Self::ensure_may_wait(id.record, before.as_ref())?;

		let expired = before
			.as_ref()
			.filter(|before| before.is_live() && before.has_ended(terms.granted_at));
		if let Some(expired) = expired {
			Self::add_history(&id, expired.via, GrantEvent::Expired, None);
		}
		let event = GrantEvent::Granted {
			purpose: terms.purpose,
			expires_at: terms.expires_at,
		};
		let after = Grant {
			state: StoredState::Granted,
			sequence,
			key_version: terms.wrapped_key.key_version(),
			via: terms.via,
			purpose: terms.purpose,
			granted_at: terms.granted_at,
			expires_at: terms.expires_at,
			message: before.as_ref().and_then(|before| before.message.clone()),
			consortium_holds,
			history: Self::add_history(&id, terms.via, event, Some(account)),
		};
		WrappedKeys::<T>::insert(id.record, &id.grantee, terms.wrapped_key);
		Self::store(&id, before.as_ref(), after);
		Self::deposit_event(Event::GrantAdded {
			record: id.record,
			grantee: id.grantee,
			sequence,
			purpose: terms.purpose,
			expires_at: terms.expires_at,
		});
		Ok(())
	}
}
