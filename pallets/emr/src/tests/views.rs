use frame_support::assert_ok;
use salus_primitives::{
	traits::{RecordContent, RecordContents as _, Records as _},
	views::{AuthorView, RecordView, MAX_PAGE},
	Author, MemberId, PatientId, ProfessionalName, Standing, SEALED_NAME_LEN,
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
			sealed_name: [0x5e; SEALED_NAME_LEN],
			hash: [0x4a; 32],
			cid: cid(),
			size: 1_048_576,
			added_at: START,
			amends: None,
			amended_hash: None,
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

#[test]
fn records_are_listed_oldest_first_page_by_page() {
	run(|| {
		// Ids over 256, so that byte order would show.
		add(OTHER_PATIENT, 250);
		add(PATIENT, 20);
		let of = |after, limit| Emr::api_records_of(PATIENT.into(), after, limit);
		assert_eq!(of(None, 7), (250..257).collect::<Vec<_>>());
		assert_eq!(of(Some(256), 7), (257..264).collect::<Vec<_>>());
		assert_eq!(of(Some(263), 7), (264..270).collect::<Vec<_>>());
		assert_eq!(of(Some(269), 7), [0u64; 0]);
		assert_eq!(of(None, 0), [0u64; 0]);
		// Also after an id that is not the member's.
		assert_eq!(of(Some(3), 2), [250, 251]);
		assert_eq!(of(Some(u64::MAX), 2), [0u64; 0]);
		assert_eq!(
			Emr::api_records_of(author().into(), Some(248), 3),
			[249, 250, 251]
		);
		assert_eq!(Emr::api_records_of(provider().into(), None, 3), [0u64; 0]);
	});
}

#[test]
fn the_length_of_a_page_is_limited() {
	run(|| {
		add(PATIENT, 300);
		let page = Emr::api_records_of(PATIENT.into(), None, u32::MAX);
		assert_eq!(page, (0..u64::from(MAX_PAGE)).collect::<Vec<_>>());
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
			hash: [0x4b; 32],
			size: 77,
			amends: Some(0),
			..Default::default()
		};
		assert_ok!(amending.by_author());
		let content = RecordContent {
			patient: OTHER_PATIENT,
			author: Author::Provider(author()),
			account: AUTHOR_ACCOUNT,
			sealed_name: [0x5e; SEALED_NAME_LEN],
			hash: [0x4a; 32],
			cid: cid(),
			size: 1_048_576,
			added_at: START + 5,
			amended_hash: None,
		};
		assert_eq!(Emr::content_of(0), Some(content.clone()));
		assert_eq!(
			Emr::content_of(1),
			Some(RecordContent {
				hash: [0x4b; 32],
				cid: cid_of(1),
				size: 77,
				amended_hash: Some([0x4a; 32]),
				..content
			})
		);
		let view = Emr::api_record(1).unwrap();
		assert_eq!(
			(view.amends, view.amended_hash),
			(Some(0), Some([0x4a; 32]))
		);
		assert_eq!(Emr::content_of(2), None);
		// A later change of the author's standing does not change it.
		let before = Emr::content_of(0);
		MemberTable::set_standing(author(), Standing::Suspended);
		assert_eq!(Emr::content_of(0), before);
	});
}
