//! The functions behind the runtime API.

use super::*;
use salus_primitives::views::{PinHealthView, PinView};

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
		assert_eq!(Pinning::under_replicated(0, 1).0[0].pins, 0);
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
		// 256 records are looked at, whatever is asked for.
		let (page, next) = Pinning::under_replicated(0, u32::MAX);
		assert_eq!(page, [health(0, 0), health(1, 1), health(255, 0)]);
		assert_eq!(next, Some(256));
		let (page, next) = Pinning::under_replicated(256, u32::MAX);
		assert_eq!(page.len(), 44);
		assert_eq!(next, None);
		// The next page starts after the last one.
		assert_eq!(
			Pinning::under_replicated(0, 1),
			(vec![health(0, 0)], Some(1))
		);
		assert_eq!(
			Pinning::under_replicated(1, 1),
			(vec![health(1, 1)], Some(2))
		);
		assert_eq!(
			Pinning::under_replicated(299, 1),
			(vec![health(299, 0)], None)
		);
		assert_eq!(Pinning::under_replicated(0, 0), (vec![], Some(0)));
		assert_eq!(Pinning::under_replicated(300, 9), (vec![], None));
		assert_eq!(Pinning::under_replicated(u64::MAX, 9), (vec![], None));
	});
}
