//! The function behind [`HistoryApi`](salus_primitives::api::HistoryApi).

use salus_primitives::{
	pages::{page_size, Page},
	views::HistoryView,
	HistoryId, MemberId,
};

use crate::{pallet::*, AccountIdOf};

impl<T: Config> Pallet<T> {
	/// For the `HistoryApi`: a page of a member's history, newest first.
	pub fn api_history(
		member: MemberId,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<HistoryView<AccountIdOf<T>>, HistoryId> {
		let mut page = Page::default();
		let of_member = |id| Entries::<T>::get(id).filter(|entry| entry.member == member);
		let mut next = match after {
			None => Heads::<T>::get(&member),
			Some(id) => of_member(id).and_then(|entry| entry.previous),
		};
		for _ in 0..page_size(limit) {
			let Some((id, entry)) = next.and_then(|id| Some((id, of_member(id)?))) else {
				page.next = None;
				return page;
			};
			next = entry.previous;
			page.next = Some(id);
			page.items.push(HistoryView {
				id,
				event: entry.event,
				at: entry.at,
				by: entry.by,
			});
		}
		if !next.is_some_and(Entries::<T>::contains_key) {
			page.next = None;
		}
		page
	}
}
