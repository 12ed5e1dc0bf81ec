//! Lists, page by page. All lists of the runtime APIs follow one convention.
//!
//! - `after` is where a page begins: `None` for the first one, then the `next` of the page before.
//! - `limit` is how many entries the page looks at, so a page's work follows from its arguments. 0,
//!   or more than [`MAX_PAGE`], means [`MAX_PAGE`].
//! - A page leaves out the entries that do not belong in it, such as ended grants. So it can have
//!   fewer entries than `limit`, and none at all. Only a page without `next` is the last one.
//! - Entries that are added while somebody reads stand before the first page, and entries that are
//!   removed do not move the others. So nobody reads an entry twice, or misses one that stays. A grant
//!   on new terms is a new entry: pages of one block show all of them.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The most entries that one page looks at.
pub const MAX_PAGE: u32 = 256;

/// How many entries a page looks at if a client asks for `limit`.
pub fn page_size(limit: u32) -> usize {
	let size = match limit {
		0 => MAX_PAGE,
		limit => limit.min(MAX_PAGE),
	};
	usize::try_from(size).unwrap_or_default()
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Page<Entry, Cursor> {
	/// The entries.
	pub items: Vec<Entry>,
	/// Where the next page begins. `None`: this page is the last one.
	pub next: Option<Cursor>,
}

impl<Entry, Cursor> Default for Page<Entry, Cursor> {
	fn default() -> Self {
		Self {
			items: Vec::new(),
			next: None,
		}
	}
}

impl<Entry, Cursor> Page<Entry, Cursor> {
	/// Reads a page: looks at up to `limit` keys, and takes the entries of those that have one.
	///
	/// ```
	/// use salus_primitives::Page;
	///
	/// let even = |key: &u32| (key % 2 == 0).then_some(key * 10);
	/// let page = Page::read([1, 2, 3, 5].into_iter(), 3, even);
	/// assert_eq!((page.items, page.next), (vec![20], Some(3)));
	/// let last = Page::read([5].into_iter(), 3, even);
	/// assert_eq!((last.items, last.next), (vec![], None));
	/// ```
	pub fn read(
		mut keys: impl Iterator<Item = Cursor>,
		limit: u32,
		entry: impl Fn(&Cursor) -> Option<Entry>,
	) -> Self {
		let mut page = Self::default();
		for key in keys.by_ref().take(page_size(limit)) {
			page.items.extend(entry(&key));
			page.next = Some(key);
		}
		if keys.next().is_none() {
			page.next = None;
		}
		page
	}

	/// The same page with other entries.
	pub fn map<Other>(self, entry: impl FnMut(Entry) -> Option<Other>) -> Page<Other, Cursor> {
		Page {
			items: self.items.into_iter().filter_map(entry).collect(),
			next: self.next,
		}
	}
}

/// A number as a storage key in a list that begins with the highest number: big-endian, counted down.
pub type NewestFirst = [u8; 8];

/// The storage key of a number.
pub fn newest_first(number: u64) -> NewestFirst {
	(!number).to_be_bytes()
}

/// The number of a storage key.
pub fn number_of_key(key: NewestFirst) -> u64 {
	!u64::from_be_bytes(key)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_limit_of_0_or_above_the_most_means_a_full_page() {
		for (limit, size) in [(0, 256), (1, 1), (256, 256), (257, 256), (u32::MAX, 256)] {
			assert_eq!(page_size(limit), size);
		}
	}

	#[test]
	fn keys_are_in_the_order_from_the_highest_number_down() {
		let keys = [u64::MAX, 257, 256, 255, 1, 0].map(newest_first);
		assert!(keys.is_sorted());
		assert_eq!(number_of_key(newest_first(77)), 77);
	}

	#[test]
	fn an_empty_page_hides_nothing_behind_it() {
		let last = |key: &u32| (*key == 9).then_some(());
		let page = Page::read(0..10, 4, last);
		assert_eq!((page.items.len(), page.next), (0, Some(3)));
		let page = Page::read(4..10, 4, last);
		assert_eq!((page.items.len(), page.next), (0, Some(7)));
		let page = Page::read(8..10, 4, last);
		assert_eq!((page.items.len(), page.next), (1, None));
	}
}
