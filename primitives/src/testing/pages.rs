//! Reading lists to their end.

use crate::Page;

/// Reads all pages of a list. `page` may change the state before it reads.
pub fn all_pages<Entry, Cursor: Clone>(
	mut page: impl FnMut(Option<Cursor>) -> Page<Entry, Cursor>,
) -> Vec<Entry> {
	let (mut all, mut after) = (Vec::new(), None);
	loop {
		let Page { items, next } = page(after);
		all.extend(items);
		if next.is_none() {
			return all;
		}
		after = next;
	}
}
