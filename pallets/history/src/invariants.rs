//! What always holds of the state.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Time};
use salus_primitives::{HistoryId, MemberId};
use sp_runtime::TryRuntimeError;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// Checks that the numbers from the first to before the next have an entry each, in the order of
	/// time; that each names the member's entry before it; and that the heads are the newest entries.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let (first, next) = (FirstId::<T>::get(), NextId::<T>::get());
		let count = u64::try_from(Entries::<T>::iter_keys().count());
		let expected = next.checked_sub(first);
		ensure!(
			expected.is_some() && count.ok() == expected,
			"an entry's number is out of order"
		);
		let mut newest = BTreeMap::<MemberId, HistoryId>::new();
		let mut last = 0;
		for id in first..next {
			let entry = Entries::<T>::get(id).ok_or("a number has no entry")?;
			ensure!(entry.at >= last, "an entry is older than the one before");
			last = entry.at;
			let before = newest.insert(entry.member, id);
			let previous = entry.previous.filter(|previous| *previous >= first);
			ensure!(previous == before, "an entry does not name the one before");
		}
		ensure!(last <= T::Time::now(), "an entry has a time in the future");
		let heads: BTreeMap<_, _> = Heads::<T>::iter().collect();
		ensure!(heads == newest, "a head is not its member's newest entry");
		Ok(())
	}
}
