use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{
	traits::Records as _,
	views::{AuthorView, RecordFilter},
	Author, MemberId, Minutes, RecordId, SEALED_NAME_LEN,
};
use sp_runtime::DispatchError::BadOrigin;

use crate::{mock::*, Error, Event, Holder, Record, WrappedKeys};

#[test]
fn a_patient_adds_a_record_about_themselves_with_one_wrapped_key() {
	run(|| {
		assert_ok!(NewRecord::default().by_patient());
		let record = Record {
			patient: PATIENT,
			author: Author::Patient,
			account: PATIENT_ACCOUNT,
			sealed_name: [0xde; SEALED_NAME_LEN],
			document_hash: [0xca; 32],
			cid: cid(),
			envelope_size: 1_048_576,
			added_at: START,
			amends: None,
		};
		assert_eq!(Emr::record(0), Some(record));
		System::assert_last_event(
			Event::RecordAdded {
				record: 0,
				patient: PATIENT,
				author: Author::Patient,
				cid: cid(),
			}
			.into(),
		);
		assert!(WrappedKeys::<Test>::contains_key(0, Holder::Patient));
		assert!(!WrappedKeys::<Test>::contains_key(0, Holder::Author));
		// It is marked in the view, and listed once.
		assert_eq!(Emr::api_record(0).unwrap().author, AuthorView::Patient);
		assert_eq!(Emr::author_of(0), Some(Author::Patient));
		let listed = Emr::api_records(PATIENT.into(), RecordFilter::default(), false, None, 9);
		let ids: Vec<_> = listed.items.iter().map(|entry| entry.record.id).collect();
		assert_eq!(ids, [0]);
		let key = |member: MemberId| Emr::api_wrapped_key(0, member);
		assert_eq!(key(PATIENT.into()), Some(wrapped(0, 384)));
		assert_eq!(key(author().into()), None);
	});
}

#[test]
fn only_a_patient_can_add_an_own_record() {
	run(|| {
		for account in [AUTHOR_ACCOUNT, SUSPENDED_ACCOUNT, STRANGER] {
			let added = NewRecord::default().add_own(signed(account));
			assert_noop!(added, Error::<Test>::NotAuthorized);
		}
		for origin in [RawOrigin::Root, RawOrigin::None, RawOrigin::Authorized] {
			assert_noop!(NewRecord::default().add_own(origin), BadOrigin);
		}
	});
}

#[test]
fn a_patient_that_adds_too_many_own_records_is_told_when_the_next_is_possible() {
	run(|| {
		RecordRate::set(RATE);
		for _ in 0..RATE.burst {
			assert_ok!(NewRecord::default().by_patient());
		}
		let full = Error::<Test>::TooManyRecords(Minutes(1));
		assert_noop!(NewRecord::default().by_patient(), full);
		// Neither another patient nor a provider is affected.
		assert_ok!(NewRecord::default().add_own(signed(OTHER_PATIENT_ACCOUNT)));
		assert_ok!(NewRecord::default().by_author());
		Now::set(START + RATE.interval);
		assert_ok!(NewRecord::default().by_patient());
	});
}

#[test]
fn the_wrapped_key_fits_the_patients_current_key() {
	run(|| {
		MemberTable::set_key(PATIENT, 2, 2048);
		let with = |version, length| NewRecord {
			wrapped_for_patient: wrapped(version, length),
			..Default::default()
		};
		assert_noop!(with(1, 256).by_patient(), Error::<Test>::StaleKeyVersion);
		assert_noop!(with(2, 384).by_patient(), Error::<Test>::WrappedKeyMisfit);
		assert_ok!(with(2, 256).by_patient());
	});
}

#[test]
fn a_patient_amends_own_records_only() {
	run(|| {
		let amending = |amends: RecordId| NewRecord {
			amends: Some(amends),
			..Default::default()
		};
		assert_ok!(NewRecord::default().by_author());
		assert_ok!(NewRecord::default().add_own(signed(OTHER_PATIENT_ACCOUNT)));
		assert_ok!(NewRecord::default().by_patient());
		assert_noop!(amending(0).by_patient(), Error::<Test>::AmendedOfProvider);
		assert_noop!(
			amending(1).by_patient(),
			Error::<Test>::AmendedOfOtherPatient
		);
		assert_noop!(amending(3).by_patient(), Error::<Test>::AmendedNotFound);
		assert_ok!(amending(2).by_patient());
		// A provider can correct what the patient added.
		assert_ok!(amending(2).by_author());
	});
}
