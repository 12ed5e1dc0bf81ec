//! The deadlines of answers, and how many calls wait for one.

use frame_support::{
	ensure,
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{traits::OnAnswer, SendError};

use crate::{pallet::*, types::Query, Deadline, Kind, Place, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Checks that one more call of a kind, and of the provider that sends it, may wait for its
	/// answer.
	pub(crate) fn ensure_room(place: &Place) -> Result<(), SendError> {
		if let Some(by) = place.by {
			let room = InFlightOf::<T>::get(by) < T::MaxInFlightOfProvider::get();
			ensure!(room, SendError::TooManyOfProvider);
		}
		let room = InFlight::<T>::get(place.kind) < T::MaxInFlight::get();
		ensure!(
			place.kind == Kind::Revocation || room,
			SendError::TooManyInFlight
		);
		Ok(())
	}

	pub(crate) fn start_wait(deadline: Deadline, place: Place) {
		InFlight::<T>::mutate(place.kind, |count| *count = count.saturating_add(1));
		if let Some(by) = place.by {
			InFlightOf::<T>::mutate(by, |count| *count = count.saturating_add(1));
		}
		Deadlines::<T>::insert(deadline, place);
	}

	/// Ends the wait for an answer, if the deadline has not passed.
	pub(crate) fn end_wait(deadline: Deadline) {
		let Some(place) = Deadlines::<T>::take(deadline) else {
			return;
		};
		InFlight::<T>::mutate(place.kind, |count| *count = count.saturating_sub(1));
		if let Some(by) = place.by {
			InFlightOf::<T>::mutate_exists(by, |count| {
				let left = count.unwrap_or_default().saturating_sub(1);
				*count = (left > 0).then_some(left);
			});
		}
	}

	/// Ends the wait for the answers that are overdue, the earliest first, as far as the weight
	/// allows. An answer that comes later is still passed on.
	pub(crate) fn do_deadlines(meter: &mut WeightMeter) {
		if meter
			.try_consume(T::WeightInfo::deadlines_nothing())
			.is_err()
		{
			return;
		}
		let now = T::Time::now();
		// Removing the entry that the iterator just returned is safe.
		let mut due = Deadlines::<T>::iter_keys().take_while(|deadline| deadline.at() <= now);
		while meter.can_consume(T::WeightInfo::deadlines_one()) {
			let Some(deadline) = due.next() else { return };
			meter.consume(T::WeightInfo::deadlines_one());
			Self::end_wait(deadline);
			let Some(query) = Queries::<T>::get(deadline.query) else {
				continue;
			};
			let Query {
				about, sequence, ..
			} = query;
			T::Receivers::on_overdue(&about, sequence, deadline.at());
			Self::deposit_event(Event::Overdue {
				about,
				sequence,
				query: deadline.query,
			});
		}
	}
}
