//! Removing grants that have ended by themselves.

use frame_support::{traits::Time, weights::WeightMeter};

use salus_primitives::GrantEvent;

use crate::{pallet::*, Expiry, GrantId, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Removes expired grants, the earliest first, as far as the weight goes.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep_nothing()).is_err() {
			return;
		}
		let now = T::Time::now();
		// The iterator allows to remove the entry that it has just given.
		let mut due = Expiries::<T>::iter_keys().take_while(|expiry| expiry.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one()) {
			let Some(expiry) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one());
			Self::expire(expiry);
		}
	}

	fn expire(expiry: Expiry) {
		Expiries::<T>::remove(&expiry);
		let at = expiry.at();
		let id = GrantId {
			record: expiry.record(),
			grantee: expiry.grantee,
		};
		let grant =
			Grants::<T>::get(id.record, &id.grantee).filter(|grant| grant.expires_at == Some(at));
		if let Some(grant) = grant {
			Self::remove(&id, &grant);
			Self::add_history(&id, grant.via, GrantEvent::Expired, None);
			let GrantId { record, grantee } = id;
			Self::deposit_event(Event::GrantExpired { record, grantee });
		}
	}
}
