//! A history that keeps its entries in a list.

use std::cell::RefCell;

use crate::{traits::History, HistoryEvent, HistoryId, MemberId};

type Entry = (MemberId, HistoryEvent, Option<Vec<u8>>);

thread_local! {
	static ENTRIES: RefCell<Vec<Entry>> = RefCell::default();
}

/// Stands for the history pallet.
pub struct HistoryList;

impl HistoryList {
	/// The entries so far, oldest first: member, event, and whether an account acted.
	pub fn entries() -> Vec<(MemberId, HistoryEvent, bool)> {
		ENTRIES.with_borrow(|entries| {
			let entries = entries.iter().cloned();
			entries
				.map(|(member, event, by)| (member, event, by.is_some()))
				.collect()
		})
	}

	/// The encoded account that made the last entry.
	pub fn last_by() -> Option<Vec<u8>> {
		ENTRIES.with_borrow(|entries| entries.last()?.2.clone())
	}

	/// Empties the list.
	pub fn clear() {
		ENTRIES.take();
	}
}

impl<AccountId: codec::Encode> History<AccountId> for HistoryList {
	fn add(member: MemberId, event: HistoryEvent, by: Option<&AccountId>) -> HistoryId {
		ENTRIES.with_borrow_mut(|entries| {
			entries.push((member, event, by.map(codec::Encode::encode)));
			let count = HistoryId::try_from(entries.len());
			count.unwrap_or(HistoryId::MAX).saturating_sub(1)
		})
	}
}
