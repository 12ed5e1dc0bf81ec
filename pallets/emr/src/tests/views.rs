use frame_support::assert_ok;
use salus_primitives::{
	testing::all_pages,
	traits::{RecordContent, RecordContents as _, Records as _},
	views::{AuthorView, ListedRecord, RecordFilter, RecordView, MAX_CORRECTIONS},
	Author, MemberId, Page, PatientId, ProfessionalName, RecordId, Standing, MAX_PAGE,
	SEALED_NAME_LEN,
};

use crate::mock::*;

fn add(patient: PatientId, count: u64) {
	for _ in 0..count {
		assert_ok!(NewRecord {
			patient,
			..Default::default()
		}
		.by_author());
	}
}

#[test]
fn a_record_is_shown_with_data_from_the_registry() {
	run(|| {
		assert_ok!(NewRecord::default().by_author());
		let by = |standing| AuthorView::Provider {
			id: author(),
			number: number_of(author()),
			name: ProfessionalName::parse("Dr A00001").unwrap(),
			standing: Some(standing),
		};
		let view = RecordView {
			id: 0,
			patient: PATIENT,
			patient_commitment: [0xa1; 32],
			author: by(Standing::Verified),
			account: AUTHOR_ACCOUNT,
			sealed_name: [0xde; SEALED_NAME_LEN],
			document_hash: [0xca; 32],
			cid: cid(),
			envelope_size: 1_048_576,
			added_at: START,
			amends: None,
			amended_hash: None,
			corrected_by: vec![],
		};
		assert_eq!(Emr::api_record(0), Some(view.clone()));
		assert_eq!(Emr::api_record(1), None);
		// A later change of standing is shown, and hides nothing.
		for standing in [Standing::Suspended, Standing::Unverified] {
			MemberTable::set_standing(author(), standing);
			let expected = RecordView {
				author: by(standing),
				..view.clone()
			};
			assert_eq!(Emr::api_record(0), Some(expected));
		}
	});
}

#[test]
fn wrapped_keys_are_shown_for_patient_and_author_only() {
	run(|| {
		MemberTable::set_key(author(), 0, 2048);
		let new = NewRecord {
			wrapped_for_author: wrapped(0, 256),
			..Default::default()
		};
		assert_ok!(new.by_author());
		let key = |member: MemberId| Emr::api_wrapped_key(0, member);
		assert_eq!(key(PATIENT.into()), Some(wrapped(0, 384)));
		assert_eq!(key(author().into()), Some(wrapped(0, 256)));
		assert_eq!(key(OTHER_PATIENT.into()), None);
		assert_eq!(key(provider().into()), None);
		assert_eq!(Emr::api_wrapped_key(1, PATIENT.into()), None);
		// Old wrapped keys stay readable: the holder keeps its old private keys.
		MemberTable::set_key(PATIENT, 1, 3072);
		assert_eq!(key(PATIENT.into()), Some(wrapped(0, 384)));
	});
}

type RecordPage = Page<ListedRecord<AccountId>, RecordId>;

fn page(of: impl Into<MemberId>, after: Option<RecordId>, limit: u32) -> RecordPage {
	Emr::api_records(of.into(), RecordFilter::default(), false, after, limit)
}

fn ids(page: &RecordPage) -> Vec<RecordId> {
	page.items.iter().map(|entry| entry.record.id).collect()
}

#[test]
fn records_are_listed_newest_first_page_by_page() {
	run(|| {
		// Ids over 256, so that byte order would show.
		add(OTHER_PATIENT, 250);
		add(PATIENT, 20);
		let of = |after, limit| {
			let page = page(PATIENT, after, limit);
			(ids(&page), page.next)
		};
		let down = |from: u64, count| (0..count).map(|step| from - step).collect::<Vec<_>>();
		assert_eq!(of(None, 7), (down(269, 7), Some(263)));
		assert_eq!(of(Some(263), 7), (down(262, 7), Some(256)));
		assert_eq!(of(Some(256), 6), (down(255, 6), None));
		assert_eq!(of(Some(250), 7), (vec![], None));
		assert_eq!(of(None, 0), (down(269, 20), None));
		// Also after an id that is not the member's.
		assert_eq!(of(Some(u64::MAX), 2), (vec![269, 268], Some(268)));
		assert_eq!(of(Some(3), 2), (vec![], None));
		assert_eq!(ids(&page(author(), Some(251), 3)), [250, 249, 248]);
		assert_eq!(page(provider(), None, 3), Page::default());
	});
}

#[test]
fn the_length_of_a_page_is_limited() {
	run(|| {
		add(PATIENT, 300);
		for limit in [0, u32::MAX] {
			let page = page(PATIENT, None, limit);
			assert_eq!(page.items.len(), MAX_PAGE as usize);
			assert_eq!(page.next, Some(300 - u64::from(MAX_PAGE)));
		}
	});
}

#[test]
fn a_list_has_all_that_is_shown_of_a_record_and_the_key_only_if_it_is_asked_for() {
	run(|| {
		add(PATIENT, 1);
		let list =
			|of: MemberId, keys| Emr::api_records(of, RecordFilter::default(), keys, None, 0).items;
		let record = Emr::api_record(0).unwrap();
		let with = |wrapped_key| {
			let record = record.clone();
			vec![ListedRecord {
				record,
				wrapped_key,
			}]
		};
		assert_eq!(list(PATIENT.into(), false), with(None));
		for of in [PATIENT.into(), author().into()] {
			let key = Emr::api_wrapped_key(0, MemberId::clone(&of));
			assert!(key.is_some());
			assert_eq!(list(of, true), with(key));
		}
	});
}

#[test]
fn a_list_can_be_of_a_patient_an_author_or_since_a_time() {
	run(|| {
		for at in 0..6 {
			Now::set(START + at);
			add(if at % 2 == 0 { PATIENT } else { OTHER_PATIENT }, 1);
		}
		assert_ok!(NewRecord::default().by_patient());
		let list = |of: MemberId, filter: RecordFilter, limit| {
			let page = Emr::api_records(of, filter, false, None, limit);
			(ids(&page), page.next)
		};
		let all = RecordFilter::default;
		let of_patient = RecordFilter {
			patient: Some(OTHER_PATIENT),
			..all()
		};
		let (of_author, by) = (MemberId::from(author()), Some(author()));
		assert_eq!(
			list(of_author.clone(), of_patient.clone(), 0),
			(vec![5, 3, 1], None)
		);
		// A page can be empty and not the last.
		assert_eq!(list(of_author.clone(), of_patient, 1), (vec![5], Some(5)));
		let by_author = RecordFilter {
			author: by,
			..all()
		};
		assert_eq!(
			list(PATIENT.into(), by_author.clone(), 1),
			(vec![], Some(6))
		);
		assert_eq!(list(PATIENT.into(), by_author, 0), (vec![4, 2, 0], None));
		let since = |at| RecordFilter {
			since: Some(START + at),
			..all()
		};
		assert_eq!(list(of_author.clone(), since(3), 2), (vec![5, 4], Some(4)));
		assert_eq!(list(of_author.clone(), since(3), 3), (vec![5, 4, 3], None));
		assert_eq!(list(of_author, since(6), 0), (vec![], None));
	});
}

#[test]
fn a_view_tells_which_records_correct_it_newest_first() {
	run(|| {
		add(PATIENT, 1);
		let correct = |record| {
			let amending = NewRecord {
				amends: Some(record),
				..Default::default()
			};
			assert_ok!(amending.by_author());
		};
		assert!(Emr::api_record(0).unwrap().corrected_by.is_empty());
		correct(0);
		correct(1);
		correct(0);
		let seen = |id| Emr::api_record(id).unwrap().corrected_by;
		assert_eq!((seen(0), seen(1), seen(2)), (vec![3, 1], vec![2], vec![]));
		(0..MAX_CORRECTIONS).for_each(|_| correct(0));
		assert_eq!(seen(0).len(), MAX_CORRECTIONS);
		assert_eq!(seen(0)[0], 11);
	});
}

#[test]
fn twenty_thousand_records_page_without_a_gap_while_others_are_added() {
	new_test_ext().execute_with(|| {
		for _ in 0..10 {
			add(PATIENT, 1_000);
			add(OTHER_PATIENT, 100);
			add(PATIENT, 1_000);
		}
		let expected: Vec<_> = (0..crate::NextId::<Test>::get())
			.filter(|id| Emr::record(*id).unwrap().patient == PATIENT)
			.rev()
			.collect();
		assert_eq!(expected.len(), 20_000);
		let seen = all_pages(|after| {
			let page = page(PATIENT, after, 0);
			add(PATIENT, 1);
			page
		});
		let seen: Vec<_> = seen.into_iter().map(|entry| entry.record.id).collect();
		assert_eq!(seen, expected);
	});
}

#[test]
fn other_pallets_see_patient_author_and_envelope() {
	run(|| {
		add(OTHER_PATIENT, 1);
		assert_eq!(Emr::patient_of(0), Some(OTHER_PATIENT));
		assert_eq!(Emr::author_of(0), Some(Author::Provider(author())));
		assert_eq!(Emr::envelope_of(0), Some((cid(), 1_048_576)));
		assert_eq!(Emr::next_id(), 1);
		assert_eq!(Emr::patient_of(1), None);
		assert_eq!(Emr::author_of(1), None);
		assert_eq!(Emr::envelope_of(1), None);
	});
}

#[test]
fn other_pallets_see_the_content_of_a_record() {
	run(|| {
		Now::set(START + 5);
		add(OTHER_PATIENT, 1);
		let amending = NewRecord {
			patient: OTHER_PATIENT,
			hash: [0xcb; 32],
			size: 77,
			amends: Some(0),
			..Default::default()
		};
		assert_ok!(amending.by_author());
		let content = RecordContent {
			patient: OTHER_PATIENT,
			author: Author::Provider(author()),
			account: AUTHOR_ACCOUNT,
			sealed_name: [0xde; SEALED_NAME_LEN],
			hash: [0xca; 32],
			cid: cid(),
			size: 1_048_576,
			added_at: START + 5,
			amended_hash: None,
		};
		assert_eq!(Emr::content_of(0), Some(content.clone()));
		assert_eq!(
			Emr::content_of(1),
			Some(RecordContent {
				hash: [0xcb; 32],
				cid: cid_of(1),
				size: 77,
				amended_hash: Some([0xca; 32]),
				..content
			})
		);
		let view = Emr::api_record(1).unwrap();
		assert_eq!(
			(view.amends, view.amended_hash),
			(Some(0), Some([0xca; 32]))
		);
		assert_eq!(Emr::content_of(2), None);
		// A later change of the author's standing does not change it.
		let before = Emr::content_of(0);
		MemberTable::set_standing(author(), Standing::Suspended);
		assert_eq!(Emr::content_of(0), before);
	});
}
