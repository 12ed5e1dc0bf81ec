//! Grants that end by themselves.

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{GrantEvent, InterregionalGrantId};

use crate::{pallet::*, Expiry, Grant, StoredState, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Removes the wrapped keys of grants that have ended by themselves, the earliest first, as
	/// far as the weight goes. The consortium ends them by itself too.
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
		let id = InterregionalGrantId::from(expiry.grant);
		let before = Grants::<T>::get(id.record, &id.grantee)
			.filter(|grant| grant.is_live() && grant.expires_at == Some(at));
		let Some(before) = before else { return };
		let after = Grant {
			state: StoredState::Ended,
			..before.clone()
		};
		Self::store(&id, Some(&before), after);
		Self::add_history(&id, before.via, GrantEvent::Expired, None);
		Self::deposit_event(Event::GrantExpired {
			record: id.record,
			grantee: id.grantee,
		});
	}
}
