//! The functions behind the runtime API.

use super::*;
use salus_primitives::{
	testing::all_pages,
	views::{PinHealthView, PinView},
};

#[test]
fn pins_that_are_not_checked_stop_counting() {
	on_chain(|| {
		add_records(1);
		let at = Now::get();
		put(0, &[pin(0, at)]);
		Now::mutate(|now| *now += 72 * HOUR);
		assert_eq!(
			Pinning::pins(0),
			[PinView {
				pinner: account(0),
				checked_at: at
			}]
		);
		Now::mutate(|now| *now += 1);
		assert_eq!(pinners_of(0), []);
		assert_eq!(Pinning::under_replicated(None, 1).items[0].pins, 0);
	});
}

#[test]
fn under_replicated_records_are_listed_in_pages() {
	on_chain(|| {
		for _ in 0..3 {
			add_records(100);
		}
		let now = Now::get();
		put(1, &[pin(0, now)]);
		for record in 2..255 {
			put(record, &[pin(0, now), pin(1, now)]);
		}
		let health = |record, pins| PinHealthView {
			record,
			pins,
			target: 2,
		};
		let page = |after, limit| {
			let page = Pinning::under_replicated(after, limit);
			(page.items, page.next)
		};
		// Newest first. A page looks at 256 records at most.
		let (found, next) = page(None, u32::MAX);
		assert_eq!((found.len(), next), (45, Some(44)));
		assert_eq!((&found[0], &found[44]), (&health(299, 0), &health(255, 0)));
		assert_eq!(page(Some(44), 0), (vec![health(1, 1), health(0, 0)], None));
		assert_eq!(page(None, 1), (vec![health(299, 0)], Some(299)));
		// An empty page is not the last one.
		assert_eq!(page(Some(255), 100), (vec![], Some(155)));
		assert_eq!(page(Some(1), 1), (vec![health(0, 0)], None));
		assert_eq!(page(Some(0), 9), (vec![], None));
		assert_eq!(page(Some(u64::MAX), 1), (vec![health(299, 0)], Some(299)));
	});
}

#[test]
fn twenty_thousand_records_page_without_a_gap_while_others_are_added_and_pinned() {
	new_test_ext().execute_with(|| {
		for _ in 0..100 {
			add_records(200);
		}
		let now = Now::get();
		let (mut round, mut gone) = (0, vec![]);
		let seen = all_pages(|after| {
			let page = Pinning::under_replicated(after, 0);
			add_records(1);
			let unread: u64 = round * 50;
			if page.next.is_some_and(|next| unread < next) {
				put(unread, &[pin(0, now), pin(1, now)]);
				gone.push(unread);
			}
			round += 1;
			page
		});
		assert!(round >= 78 && gone.len() > 60);
		let expected = (0..20_000).rev().filter(|id| !gone.contains(id));
		assert!(seen.iter().map(|view| view.record).eq(expected));
	});
}
