//! What must hold at all times.

use alloc::collections::BTreeMap;

use frame_support::ensure;
use sp_runtime::TryRuntimeError;

use crate::{pallet::*, Kind};

impl<T: Config> Pallet<T> {
	/// Checks that each awaited call has its query, with the same subject and sequence number, that
	/// there is no other query, that the calls about a subject are in the order of sending, and that
	/// the deadlines are those of queries and are counted.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut count = 0usize;
		for (about, awaited) in Awaited::<T>::iter() {
			ensure!(!awaited.is_empty(), "a subject has no awaited call");
			ensure!(
				awaited
					.iter()
					.zip(awaited.iter().skip(1))
					.all(|(one, next)| one.query < next.query),
				"awaited calls are not in the order of sending"
			);
			for call in &awaited {
				ensure!(
					Queries::<T>::get(call.query)
						.is_some_and(|of| (&of.about, of.sequence) == (&about, call.sequence)),
					"an awaited call has no query, or the query of another call"
				);
			}
			count = count.saturating_add(awaited.len());
		}
		ensure!(
			Queries::<T>::iter_keys().count() == count,
			"a query belongs to no awaited call"
		);
		Self::try_deadlines()
	}

	fn try_deadlines() -> Result<(), TryRuntimeError> {
		let mut by_provider = BTreeMap::<_, u32>::new();
		let kinds = [Kind::Delivery, Kind::Revocation, Kind::Entry];
		let mut counts = kinds.map(|kind| (kind, 0u32));
		for (deadline, place) in Deadlines::<T>::iter() {
			ensure!(
				Queries::<T>::get(deadline.query)
					.is_some_and(|query| query.deadline == deadline.at()),
				"a deadline belongs to no query"
			);
			for (_, count) in counts.iter_mut().filter(|(kind, _)| *kind == place.kind) {
				*count = count.saturating_add(1);
			}
			if let Some(by) = place.by {
				let count = by_provider.entry(by).or_default();
				*count = count.saturating_add(1);
			}
		}
		for (kind, count) in counts {
			ensure!(
				InFlight::<T>::get(kind) == count,
				"the calls in flight are miscounted"
			);
		}
		ensure!(
			InFlightOf::<T>::iter().collect::<BTreeMap<_, _>>() == by_provider,
			"the calls of a provider in flight are miscounted"
		);
		Ok(())
	}
}
