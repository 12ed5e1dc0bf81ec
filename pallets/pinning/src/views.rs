//! The functions behind [`PinningApi`](salus_primitives::api::PinningApi).

use alloc::{collections::BTreeSet, vec::Vec};

use frame_support::traits::{Get, Time};
use salus_primitives::{
	traits::Records,
	views::{page_size, PinHealthView, PinView, MAX_PAGE},
	Moment, RecordId,
};

use crate::{pallet::*, PinOf};

impl<T: Config> Pallet<T> {
	/// Whether a pin counts.
	fn counts(pin: &PinOf<T>, current: &BTreeSet<T::AccountId>, now: Moment) -> bool {
		let lapses = pin.checked_at.saturating_add(T::PinLifetime::get());
		current.contains(&pin.pinner) && now <= lapses
	}

	/// The pins of a record that count, for `PinningApi`.
	pub fn pins(record: RecordId) -> Vec<PinView<T::AccountId>> {
		let (current, now) = (Self::current_pinners(), T::Time::now());
		Pins::<T>::get(record)
			.into_iter()
			.filter(|pin| Self::counts(pin, &current, now))
			.map(|pin| PinView {
				pinner: pin.pinner,
				checked_at: pin.checked_at,
			})
			.collect()
	}

	/// Records from `from` on with fewer than [`Config::ReplicationTarget`] pins that count, at
	/// most `limit` of them; and the record to go on from. For `PinningApi`.
	pub fn under_replicated(from: RecordId, limit: u32) -> (Vec<PinHealthView>, Option<RecordId>) {
		let (current, now) = (Self::current_pinners(), T::Time::now());
		let target = T::ReplicationTarget::get();
		let limit = page_size(limit);
		let next_id = T::Records::next_id();
		let end = from.saturating_add(MAX_PAGE.into()).min(next_id);
		let mut found = Vec::new();
		for record in from..end {
			if found.len() >= limit {
				return (found, Some(record));
			}
			let counted = Pins::<T>::get(record)
				.iter()
				.filter(|pin| Self::counts(pin, &current, now))
				.count();
			let pins = u32::try_from(counted).unwrap_or(u32::MAX);
			if pins < target {
				found.push(PinHealthView {
					record,
					pins,
					target,
				});
			}
		}
		(found, (end < next_id).then_some(end))
	}
}
