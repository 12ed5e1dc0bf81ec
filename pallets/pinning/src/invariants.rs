//! The invariants of the state.

use alloc::collections::BTreeSet;

use frame_support::{ensure, traits::Time};
use salus_primitives::traits::Records;
use sp_runtime::TryRuntimeError;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. Each pinner is listed once, and its reports are counted.
	/// 2. A list of pins belongs to a record that exists. It is not empty, has at most one pin of
	///    each pinner, and none from the future.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let pinners = Pinners::<T>::get();
		let accounts = Self::current_pinners();
		ensure!(accounts.len() == pinners.len(), "a pinner is listed twice");
		let now = T::Time::now();
		ensure!(
			Reports::<T>::get().len() == pinners.len(),
			"the reports of a pinner are not counted"
		);
		for (record, pins) in Pins::<T>::iter() {
			ensure!(
				record < T::Records::next_id(),
				"a pin is of a record that does not exist"
			);
			ensure!(!pins.is_empty(), "an empty list of pins is stored");
			ensure!(
				pins.iter().all(|pin| pin.checked_at <= now),
				"a pin is from the future"
			);
			let unique: BTreeSet<_> = pins.iter().map(|pin| &pin.pinner).collect();
			ensure!(
				unique.len() == pins.len(),
				"a pinner has two pins of one record"
			);
		}
		Ok(())
	}
}
