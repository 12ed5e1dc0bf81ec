//! Deadlines that pass and grants that end by themselves.

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{InterregionalGrantId, Moment};

use crate::{pallet::*, Deadline, Expiry, Grant, StoredState, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Sweeps as far as the weight goes. Deadlines come first, as they make room for forwarding.
	pub(crate) fn do_sweep(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::sweep_nothing()).is_err() {
			return;
		}
		Self::do_sweep_deadlines(meter);
		Self::do_sweep_expired(meter);
	}

	/// Removes deliveries whose deadline has passed from those in flight, the earliest first. An
	/// answer that comes later is still taken.
	pub(crate) fn do_sweep_deadlines(meter: &mut WeightMeter) {
		let now = T::Time::now();
		// The iterator allows to remove the entry that it has just given.
		let mut due = Deadlines::<T>::iter_keys().take_while(|deadline| deadline.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one_deadline()) {
			let Some(deadline) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one_deadline());
			Self::pass_deadline(deadline, now);
		}
	}

	fn pass_deadline(deadline: Deadline, now: Moment) {
		Self::remove_deadline(&deadline);
		let (at, sequence) = (deadline.at(), deadline.sequence);
		let id = InterregionalGrantId::from(deadline.grant);
		let overdue = Grants::<T>::get(id.record, &id.grantee).is_some_and(|grant| {
			let last = grant.message.as_ref().map(|message| message.deadline);
			let waiting = grant.state == StoredState::Forwarded && !grant.has_ended(now);
			waiting && grant.sequence == sequence && last == Some(at)
		});
		if overdue {
			Self::deposit_event(Event::AnswerOverdue {
				record: id.record,
				grantee: id.grantee,
				sequence,
			});
		}
	}

	/// Removes the wrapped keys of grants that have ended by themselves, the earliest first. The
	/// consortium ends them by itself too.
	pub(crate) fn do_sweep_expired(meter: &mut WeightMeter) {
		let now = T::Time::now();
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
		Self::deposit_event(Event::GrantExpired {
			record: id.record,
			grantee: id.grantee,
		});
	}
}
