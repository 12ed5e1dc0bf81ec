//! What always holds of the state.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Get};
use salus_primitives::{
	traits::{Records, ToConsortium},
	InterregionalGrantId, PatientId, RecordId,
};
use sp_runtime::TryRuntimeError;

use crate::{pallet::*, ConsortiumHolds, Grant, StoredState};

impl<T: Config> Pallet<T> {
	/// Checks that each grant is of a record that exists and to a provider of another region, has a
	/// wrapped key if it is live, and ends no earlier than what the consortium may hold; that the
	/// indices have an entry for each grant that belongs in them and no others; and that the counts
	/// are right.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut of_record = BTreeMap::<RecordId, u32>::new();
		let mut waiting_of = BTreeMap::<PatientId, u32>::new();
		let (mut live, mut places, mut expiring) = (0usize, 0usize, 0usize);
		for (record, grantee, grant) in Grants::<T>::iter() {
			let id = InterregionalGrantId { record, grantee };
			Self::try_grant(&id, &grant)?;
			Self::try_indices(&id, &grant)?;
			if grant.is_live() {
				let count = of_record.entry(record).or_default();
				*count = count.saturating_add(1);
				live = live.saturating_add(1);
			}
			let patient = T::Records::patient_of(record);
			if let Some(patient) = patient.filter(|_| grant.waits()) {
				let count = waiting_of.entry(patient).or_default();
				*count = count.saturating_add(1);
			}
			places = places.saturating_add(grant.places(&id, patient).len());
			expiring = expiring.saturating_add(grant.expiry(&id).is_some().into());
		}
		ensure!(
			Lists::<T>::iter_keys().count() == places,
			"an entry in a list has no grant"
		);
		ensure!(
			Expiries::<T>::iter_keys().count() == expiring,
			"an expiry has no grant"
		);
		ensure!(
			WrappedKeys::<T>::iter_keys().count() == live,
			"a wrapped key has no live grant"
		);
		let counts: BTreeMap<_, _> = GrantCount::<T>::iter().collect();
		ensure!(
			counts == of_record,
			"the count of a record's grants is wrong"
		);
		let fits = |count: &u32| *count <= T::MaxGrantsPerRecord::get();
		ensure!(counts.values().all(fits), "a record has too many grants");
		let counts: BTreeMap<_, _> = WaitingCount::<T>::iter().collect();
		ensure!(
			counts == waiting_of,
			"the count of a patient's waiting grants is wrong"
		);
		let fits = |count: &u32| *count <= T::MaxWaitingPerPatient::get();
		ensure!(
			counts.values().all(fits),
			"too many grants of a patient wait"
		);
		Ok(())
	}

	fn try_grant(id: &InterregionalGrantId, grant: &Grant) -> Result<(), TryRuntimeError> {
		ensure!(
			T::Records::patient_of(id.record).is_some(),
			"the record of a grant does not exist"
		);
		ensure!(
			id.grantee.region != T::Consortium::region(),
			"a grant is to a provider of this region"
		);
		ensure!(grant.sequence > 0, "a grant has no sequence number");
		let sent = !matches!(
			grant.state,
			StoredState::Granted | StoredState::Revoked | StoredState::Ended
		);
		ensure!(
			!sent || grant.message.is_some(),
			"a grant was sent without a message"
		);
		let known = WrappedKeys::<T>::get(id.record, &id.grantee);
		let version = known.map(|wrapped| wrapped.key_version());
		ensure!(
			version == grant.is_live().then_some(grant.key_version),
			"a grant and its wrapped key do not match"
		);
		ensure!(
			grant.expires_at.is_none_or(|at| at > grant.granted_at),
			"a grant expired before it was given"
		);
		ensure!(
			!grant.is_live() || grant.consortium_holds <= ConsortiumHolds::until(grant.expires_at),
			"a grant ends before what the consortium may hold"
		);
		ensure!(
			grant.state != StoredState::Revoked
				|| grant.consortium_holds == ConsortiumHolds::Nothing,
			"the consortium may hold a revoked grant"
		);
		Ok(())
	}

	fn try_indices(id: &InterregionalGrantId, grant: &Grant) -> Result<(), TryRuntimeError> {
		let patient = T::Records::patient_of(id.record);
		for (list, place) in grant.places(id, patient) {
			ensure!(
				Lists::<T>::get(list, place).as_ref() == Some(id),
				"a grant is not in one of its lists"
			);
		}
		let indexed = |expiry| Expiries::<T>::contains_key(expiry);
		ensure!(
			grant.expiry(id).is_none_or(indexed),
			"a grant's expiry is not in the index"
		);
		Ok(())
	}
}
