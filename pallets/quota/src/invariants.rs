//! What must hold at all times.

use frame_support::{ensure, traits::Time};
use sp_runtime::TryRuntimeError;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// Checks that no use has a time in the future.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let now = T::Time::now();
		ensure!(
			Usages::<T>::iter_values().all(|usage| usage.at <= now),
			"an account's use has a time in the future"
		);
		Ok(())
	}
}
