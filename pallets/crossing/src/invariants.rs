//! What must hold at all times.

use frame_support::ensure;
use sp_runtime::TryRuntimeError;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// Checks that each awaited call has its query, with the same subject and sequence number, that
	/// there is no other query, and that the calls about a subject are in the order of sending.
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
					Queries::<T>::get(call.query) == Some((about.clone(), call.sequence)),
					"an awaited call has no query, or the query of another call"
				);
			}
			count = count.saturating_add(awaited.len());
		}
		ensure!(
			Queries::<T>::iter_keys().count() == count,
			"a query belongs to no awaited call"
		);
		Ok(())
	}
}
