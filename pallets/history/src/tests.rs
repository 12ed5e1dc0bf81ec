use frame_support::{traits::Hooks, weights::Weight};
use salus_primitives::{
	testing::provider, views::HistoryView, Grantee, MemberId, Purpose, Via, MAX_PAGE,
};

use crate::{mock::*, Entries, FirstId, Heads, WeightInfo};
use salus_primitives::traits::History as _;

#[test]
fn a_history_is_read_newest_first_whatever_the_size_of_the_page() {
	run(|| {
		for version in 0..10 {
			add(PATIENT, version);
			add(OTHER_PATIENT, version + 100);
		}
		for limit in [1, 3, 10, 11, 0] {
			assert_eq!(versions(PATIENT, limit), (0..10).rev().collect::<Vec<_>>());
		}
		assert_eq!(versions(OTHER_PATIENT, 3).len(), 10);
		assert!(versions(provider(), 3).is_empty());
	});
}

#[test]
fn an_entry_says_what_happened_when_and_who_acted() {
	run(|| {
		let event = HistoryEvent::Grant {
			record: 7,
			grantee: Grantee::Member(provider().into()),
			via: Via::Patient,
			event: GrantEvent::Granted {
				purpose: Purpose::Treatment,
				expires_at: Some(START + 9),
			},
		};
		let id = History::add(PATIENT.into(), event.clone(), Some(&11));
		let entry = HistoryView {
			id,
			event,
			at: START,
			by: Some(11),
		};
		let page = History::api_history(PATIENT.into(), None, 0);
		assert_eq!((page.items, page.next), (vec![entry], None));
	});
}

#[test]
fn a_page_has_a_cursor_only_if_more_follows_and_never_shows_another_members_entries() {
	run(|| {
		let first = add(PATIENT, 0);
		let other = add(OTHER_PATIENT, 100);
		let second = add(PATIENT, 1);
		let page = |after, limit| History::api_history(PATIENT.into(), after, limit);
		assert_eq!(page(None, 1).next, Some(second));
		assert_eq!(page(Some(second), 1).next, None);
		assert_eq!(page(Some(second), 1).items[0].id, first);
		for after in [other, first, 77] {
			assert_eq!(page(Some(after), 0), Default::default());
		}
	});
}

#[test]
fn a_page_is_bounded() {
	run(|| {
		for version in 0..300 {
			add(PATIENT, version);
		}
		let page = History::api_history(PATIENT.into(), None, u32::MAX);
		assert_eq!(page.items.len(), MAX_PAGE as usize);
		assert!(page.next.is_some());
	});
}

#[test]
fn entries_are_deleted_after_their_time_the_oldest_first_within_the_limit() {
	run(|| {
		for version in 0..5 {
			add(PATIENT, version);
		}
		Now::set(START + 10);
		add(OTHER_PATIENT, 100);
		let poll = || History::on_poll(1, &mut frame_support::weights::WeightMeter::new());
		Now::set(START + LIFETIME - 1);
		poll();
		assert_eq!(
			(FirstId::<Test>::get(), Entries::<Test>::iter().count()),
			(0, 6)
		);
		Now::set(START + LIFETIME);
		let one = <() as WeightInfo>::sweep_nothing() + <() as WeightInfo>::sweep_one() * 2;
		PollWeight::set(one);
		poll();
		assert_eq!(
			(FirstId::<Test>::get(), Entries::<Test>::iter().count()),
			(2, 4)
		);
		assert_eq!(versions(PATIENT, 2), [4, 3, 2]);
		History::on_idle(1, Weight::MAX);
		assert_eq!(versions(PATIENT, 2), [0u32; 0]);
		assert_eq!(Heads::<Test>::get(MemberId::from(PATIENT)), None);
		assert_eq!(versions(OTHER_PATIENT, 2), [100]);
		assert_eq!(FirstId::<Test>::get(), 5);
		// The history goes on.
		add(PATIENT, 5);
		assert_eq!(versions(PATIENT, 2), [5]);
	});
}

#[test]
fn twenty_thousand_entries_page_without_a_gap_while_others_are_added_and_deleted() {
	run(|| {
		for version in 0..20_000u32 {
			Now::set(START + u64::from(version / 100));
			add(PATIENT, version);
			if version % 3 == 0 {
				add(OTHER_PATIENT, version);
			}
		}
		let (mut seen, mut after, mut added) = (Vec::new(), None, 0);
		loop {
			let page = History::api_history(PATIENT.into(), after, 100);
			seen.extend(page.items.into_iter().map(|entry| entry.id));
			after = page.next;
			if after.is_none() {
				break;
			}
			added += 1;
			add(PATIENT, 20_000 + added);
			// The first of all are deleted meanwhile: 10 pages of the patient's.
			Now::set(START + LIFETIME + u64::from(added.min(10)));
			History::on_idle(1, Weight::MAX);
		}
		assert!(
			seen.windows(2).all(|pair| pair[0] > pair[1]),
			"in order, none twice"
		);
		let first = FirstId::<Test>::get();
		let stay: Vec<_> = (Entries::<Test>::iter())
			.filter(|(_, entry)| entry.member == PATIENT.into())
			.filter(
				|(_, entry)| matches!(entry.event, HistoryEvent::Key { version } if version < 20_000),
			)
			.map(|(id, _)| id)
			.collect();
		assert_eq!(stay.len(), 20_000 - 1_100);
		assert_eq!(seen.iter().filter(|id| **id >= first).count(), stay.len());
		assert!(stay
			.iter()
			.all(|id| seen.binary_search_by(|seen| id.cmp(seen)).is_ok()));
	});
}
