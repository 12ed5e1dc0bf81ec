//! What always holds of the state.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Get};
use salus_primitives::{newest_first, traits::Records, RecordId};
use sp_runtime::TryRuntimeError;

use crate::{grant::readers, pallet::*, Expiry, Grant, GrantId};

impl<T: Config> Pallet<T> {
	/// Checks that each grant is of a record that exists and to a member other than its patient and
	/// its author and has a wrapped key; that the lists and the index of expiries have an entry for
	/// each grant that belongs in them and no others; and that the counts are right.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut of_record = BTreeMap::<RecordId, u32>::new();
		let (mut grants, mut expiring) = (0usize, 0usize);
		for (record, grantee, grant) in Grants::<T>::iter() {
			Self::try_grant(&GrantId { record, grantee }, &grant)?;
			let count = of_record.entry(record).or_default();
			*count = count.saturating_add(1);
			grants = grants.saturating_add(1);
			expiring = expiring.saturating_add(grant.expires_at.is_some().into());
		}
		ensure!(
			Lists::<T>::iter_keys().count() == grants.saturating_mul(3),
			"an entry in a list has no grant"
		);
		ensure!(
			WrappedKeys::<T>::iter_keys().count() == grants,
			"a wrapped key has no grant"
		);
		ensure!(
			Expiries::<T>::iter_keys().count() == expiring,
			"an expiry has no grant"
		);
		let counts: BTreeMap<_, _> = GrantCount::<T>::iter().collect();
		ensure!(
			counts == of_record,
			"the count of a record's grants is wrong"
		);
		let fits = |count: &u32| *count <= T::MaxGrantsPerRecord::get();
		ensure!(counts.values().all(fits), "a record has too many grants");
		Ok(())
	}

	fn try_grant(id: &GrantId, grant: &Grant) -> Result<(), TryRuntimeError> {
		let GrantId { record, grantee } = id;
		let record = *record;
		ensure!(
			T::Records::patient_of(record).is_some(),
			"the record of a grant does not exist"
		);
		ensure!(
			!readers::<T::Records>(record).contains(&Some(grantee.clone())),
			"a grant is to the record's patient or author"
		);
		let key = WrappedKeys::<T>::get(record, grantee);
		ensure!(
			key.map(|key| key.key_version()) == Some(grant.key_version),
			"a grant and its wrapped key do not match"
		);
		for list in Self::lists(id) {
			ensure!(
				Lists::<T>::get(list, newest_first(grant.history)).as_ref() == Some(id),
				"a grant is not in one of its lists"
			);
		}
		if let Some(at) = grant.expires_at {
			ensure!(at > grant.granted_at, "a grant expired before it was given");
			let expiry = Expiry::new(at, record, grantee.clone());
			ensure!(
				Expiries::<T>::contains_key(expiry),
				"a grant's expiry is not in the index"
			);
		}
		Ok(())
	}
}
