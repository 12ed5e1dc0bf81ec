//! Sessions, what counts, the views, and the state's invariants.

use super::on_chain;
use crate::{mock::*, LastReport, Pin, Pinners, Pins};
use salus_primitives::views::{PinHealthView, PinView};

fn pin(number: u8, checked_at: u64) -> Pin<AccountId> {
	Pin {
		pinner: account(number),
		checked_at,
	}
}

fn put(record: u64, pins: &[Pin<AccountId>]) {
	Pins::<Test>::insert(
		record,
		sp_core::bounded::BoundedVec::truncate_from(pins.to_vec()),
	);
}

fn counted(record: u64) -> Vec<AccountId> {
	Pinning::pins(record)
		.into_iter()
		.map(|pin| pin.pinner)
		.collect()
}

#[test]
fn sessions_bring_the_pinners() {
	on_chain(|| {
		set_pinners(&[1, 4]);
		assert_eq!(
			Pinners::<Test>::get().to_vec(),
			[(account(1), key(1)), (account(4), key(4))]
		);
		// More than there is room for: the first ones count.
		set_pinners(&[0, 1, 2, 3, 4]);
		assert_eq!(Pinners::<Test>::get().len(), 4);
	});
}

#[test]
fn pins_of_former_pinners_do_not_count() {
	on_chain(|| {
		add_records(1);
		let now = Now::get();
		put(0, &[pin(0, now), pin(1, now)]);
		LastReport::<Test>::insert(account(0), now);
		LastReport::<Test>::insert(account(1), now);
		set_pinners(&[1, 2]);
		assert_eq!(counted(0), [account(1)]);
		assert_eq!(LastReport::<Test>::get(account(0)), None);
		assert_eq!(LastReport::<Test>::get(account(1)), Some(now));
		// They go when the record's pins are written, so there is always room.
		put(0, &[pin(0, now), pin(3, now), pin(4, now), pin(5, now)]);
		Pinning::do_report(account(1), report(0, &[0], &[]));
		assert_eq!(Pins::<Test>::get(0).to_vec(), [pin(1, now)]);
	});
}

#[test]
fn pins_that_are_not_checked_lapse() {
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
		assert_eq!(counted(0), []);
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
		// A small page goes on where it ended.
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

#[test]
fn a_broken_state_is_noticed() {
	let caught = |breaks: &dyn Fn(), words: &str| {
		new_test_ext().execute_with(|| {
			add_records(1);
			Pinning::do_try_state().unwrap();
			breaks();
			let error = format!("{:?}", Pinning::do_try_state().unwrap_err());
			assert!(error.contains(words), "{error}");
		});
	};
	let now = Now::get();
	caught(&|| put(1, &[pin(0, 0)]), "unknown record");
	caught(&|| put(0, &[]), "empty list");
	caught(&|| put(0, &[pin(0, now + 1)]), "from the future");
	caught(&|| put(0, &[pin(0, 0), pin(0, 1)]), "two pins");
	caught(&|| LastReport::<Test>::insert(account(9), 0), "no pinner");
	caught(
		&|| LastReport::<Test>::insert(account(0), now + 1),
		"from the future",
	);
	caught(
		&|| Pinners::<Test>::mutate(|all| all[1].0 = account(0)),
		"a pinner is there twice",
	);
}

#[test]
#[should_panic(expected = "pins would lapse before they are checked")]
fn pins_that_lapse_before_they_are_checked_make_no_sense() {
	RecheckPeriod::set(72 * HOUR);
	<Pinning as frame_support::traits::Hooks<u32>>::integrity_test();
}
