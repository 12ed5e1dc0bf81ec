//! What time does: deadlines that pass and grants that end by themselves.

use frame_support::{traits::Time, weights::WeightMeter};
use salus_primitives::{InterregionalGrantId, Moment};

use super::{Deadline, InterregionalExpiry, InterregionalGrant, Stage};
use crate::{pallet::*, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Takes messages whose deadline has passed out of those in flight, the earliest first, as far as
	/// the weight goes. A message that is answered later is taken then.
	pub(crate) fn do_sweep_deadlines(meter: &mut WeightMeter) {
		let now = T::Time::now();
		// Removing the entry that the iterator has just given does not disturb it.
		let mut due = Deadlines::<T>::iter_keys().take_while(|deadline| deadline.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one_deadline()) {
			let Some(deadline) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one_deadline());
			Self::do_pass(deadline, now);
		}
	}

	fn do_pass(deadline: Deadline, now: Moment) {
		Self::forget_deadline(&deadline);
		let (at, sequence) = (deadline.at(), deadline.sequence);
		let id = InterregionalGrantId::from(deadline.grant);
		let overdue = InterregionalGrants::<T>::get(id.record, &id.grantee).is_some_and(|grant| {
			let last = grant.message.as_ref().map(|message| message.deadline);
			let waited = grant.stage == Stage::Forwarded && !grant.has_ended(now);
			waited && grant.sequence == sequence && last == Some(at)
		});
		if overdue {
			Self::deposit_event(Event::AnswerOverdue {
				record: id.record,
				grantee: id.grantee,
				sequence,
			});
		}
	}

	/// Removes the wrapped keys of inter-regional grants that have ended by themselves, the earliest
	/// first, as far as the weight goes. The consortium ends them by itself.
	pub(crate) fn do_sweep_interregional(meter: &mut WeightMeter) {
		let now = T::Time::now();
		let mut due =
			InterregionalExpiries::<T>::iter_keys().take_while(|expiry| expiry.at() <= now);
		while meter.can_consume(T::WeightInfo::sweep_one_interregional()) {
			let Some(expiry) = due.next() else { return };
			meter.consume(T::WeightInfo::sweep_one_interregional());
			Self::do_end(expiry);
		}
	}

	fn do_end(expiry: InterregionalExpiry) {
		InterregionalExpiries::<T>::remove(&expiry);
		let at = expiry.at();
		let id = InterregionalGrantId::from(expiry.grant);
		let before = InterregionalGrants::<T>::get(id.record, &id.grantee)
			.filter(|grant| grant.is_live() && grant.expires_at == Some(at));
		let Some(before) = before else { return };
		let after = InterregionalGrant {
			stage: Stage::Ended,
			..before.clone()
		};
		Self::write(&id, Some(&before), after);
		Self::deposit_event(Event::InterregionalGrantExpired {
			record: id.record,
			grantee: id.grantee,
		});
	}
}
