//! The functions behind [`PinningApi`](salus_primitives::api::PinningApi).

use alloc::{collections::BTreeSet, vec::Vec};

use frame_support::traits::{Get, Time};
use salus_primitives::{
	traits::Records,
	views::{PinHealthView, PinView},
	Moment, Page, RecordId,
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

	/// For the `PinningApi`: a page of the records with fewer than [`Config::ReplicationTarget`] pins that
	/// count, newest first.
	pub fn under_replicated(after: Option<RecordId>, limit: u32) -> Page<PinHealthView, RecordId> {
		let (current, now) = (Self::current_pinners(), T::Time::now());
		let target = T::ReplicationTarget::get();
		let next_id = T::Records::next_id();
		let end = after.map_or(next_id, |after| after.min(next_id));
		Page::read((0..end).rev(), limit, |record| {
			let counted = Pins::<T>::get(record)
				.iter()
				.filter(|pin| Self::counts(pin, &current, now))
				.count();
			let pins = u32::try_from(counted).unwrap_or(u32::MAX);
			(pins < target).then_some(PinHealthView {
				record: *record,
				pins,
				target,
			})
		})
	}
}
