//! Adding entries, and deleting those whose time is over.

use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{traits::History, HistoryEvent, HistoryId, MemberId, Moment};

use crate::{pallet::*, AccountIdOf, Entry, WeightInfo};

impl<T: Config> History<AccountIdOf<T>> for Pallet<T> {
	fn add(member: MemberId, event: HistoryEvent, by: Option<&AccountIdOf<T>>) -> HistoryId {
		let id = NextId::<T>::get();
		let entry = Entry {
			previous: Heads::<T>::get(&member),
			event,
			at: T::Time::now(),
			by: by.cloned(),
			member,
		};
		NextId::<T>::put(id.saturating_add(1));
		Heads::<T>::insert(&entry.member, id);
		Entries::<T>::insert(id, entry);
		id
	}
}

impl<T: Config> Pallet<T> {
	/// Deletes the entries whose time is over, the oldest first, as far as the weight goes.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep_nothing()).is_ok() {
			Self::sweep_at(T::Time::now(), meter);
		}
	}

	pub(crate) fn sweep_at(now: Moment, meter: &mut WeightMeter) {
		while meter.can_consume(T::WeightInfo::sweep_one()) {
			let id = FirstId::<T>::get();
			let Some(entry) = Entries::<T>::get(id).filter(|entry| Self::is_over(entry, now))
			else {
				return;
			};
			meter.consume(T::WeightInfo::sweep_one());
			Entries::<T>::remove(id);
			FirstId::<T>::put(id.saturating_add(1));
			if Heads::<T>::get(&entry.member) == Some(id) {
				Heads::<T>::remove(&entry.member);
			}
		}
	}

	fn is_over(entry: &Entry<AccountIdOf<T>>, now: Moment) -> bool {
		entry.at.saturating_add(T::Lifetime::get()) <= now
	}
}
