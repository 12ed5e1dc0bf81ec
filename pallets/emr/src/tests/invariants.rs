//! A broken state is seen.

use frame_support::assert_ok;
use salus_primitives::{newest_first, Author, Hash256, MemberId};

use crate::{mock::*, Corrections, Envelopes, Holder, NextId, Records, RecordsOf, WrappedKeys};

/// Adds two records, of which the second amends the first, breaks the state, and returns the
/// error.
fn broken(break_it: impl FnOnce()) -> &'static str {
	new_test_ext().execute_with(|| {
		assert_ok!(NewRecord::default().by_author());
		assert_ok!(NewRecord {
			amends: Some(0),
			..Default::default()
		}
		.by_author());
		assert_ok!(Emr::do_try_state());
		break_it();
		Emr::do_try_state().unwrap_err().into()
	})
}

/// The key of the envelope of a record by a member.
fn envelope(author: impl Into<MemberId>, id: u64) -> (MemberId, Hash256) {
	(author.into(), cid_of(id).digest())
}

fn change(id: u64, with: impl FnOnce(&mut crate::RecordOf<Test>)) {
	let mut record = Emr::record(id).unwrap();
	with(&mut record);
	Records::<Test>::insert(id, crate::StoredRecord::from(record));
}

#[test]
fn a_missing_record_is_detected() {
	let found = broken(|| Records::<Test>::remove(1));
	assert_eq!(found, "an id below NextId has no record");
}

#[test]
fn a_wrong_next_id_is_detected() {
	assert_eq!(
		broken(|| NextId::<Test>::put(1)),
		"a record's id is not below NextId"
	);
	assert_eq!(
		broken(|| NextId::<Test>::put(3)),
		"an id below NextId has no record"
	);
}

#[test]
fn missing_or_extra_wrapped_keys_are_detected() {
	let lacking = broken(|| WrappedKeys::<Test>::remove(1, Holder::Author));
	assert_eq!(lacking, "a record lacks a wrapped key");
	let left_over = broken(|| WrappedKeys::<Test>::insert(2, Holder::Patient, wrapped(0, 384)));
	assert_eq!(left_over, "a wrapped key has no record");
}

#[test]
fn missing_or_extra_index_entries_are_detected() {
	let member = MemberId::from(PATIENT);
	let lacking = broken(|| RecordsOf::<Test>::remove(member.clone(), newest_first(0)));
	assert_eq!(lacking, "a record is not in the index");
	let left_over = broken(|| RecordsOf::<Test>::insert(member, newest_first(9), ()));
	assert_eq!(left_over, "an index entry has no record");
	let moved = broken(|| {
		RecordsOf::<Test>::remove(MemberId::from(author()), newest_first(0));
		RecordsOf::<Test>::insert(MemberId::from(provider()), newest_first(0), ());
	});
	assert_eq!(moved, "a record is not in the index");
}

#[test]
fn invalid_amendments_are_detected() {
	let itself = broken(|| change(1, |record| record.amends = Some(1)));
	let unlisted = broken(|| Corrections::<Test>::remove(0, newest_first(1)));
	assert_eq!(unlisted, "a correction is not in the index");
	let extra = broken(|| Corrections::<Test>::insert(1, newest_first(0), ()));
	assert_eq!(extra, "a correction has no record");
	assert_eq!(itself, "a record amends one that is not older");
	let others = broken(|| {
		change(0, |record| record.patient = OTHER_PATIENT);
		RecordsOf::<Test>::remove(MemberId::from(PATIENT), newest_first(0));
		RecordsOf::<Test>::insert(MemberId::from(OTHER_PATIENT), newest_first(0), ());
	});
	assert_eq!(others, "a record amends another patient's");
	let providers = broken(|| {
		Envelopes::<Test>::remove(envelope(author(), 1));
		Envelopes::<Test>::insert(envelope(PATIENT, 1), 1);
		change(1, |record| record.author = Author::Patient);
		WrappedKeys::<Test>::remove(1, Holder::Author);
		RecordsOf::<Test>::remove(MemberId::from(author()), newest_first(1));
	});
	assert_eq!(providers, "a patient amends a provider's record");
}

#[test]
fn invalid_sizes_are_detected() {
	for size in [0, MAX_SIZE + 1] {
		let found = broken(|| change(0, |record| record.envelope_size = size));
		assert_eq!(found, "an envelope's size is out of bounds");
	}
}

#[test]
fn missing_wrong_and_extra_envelopes_are_detected() {
	let extra = broken(|| Envelopes::<Test>::insert(envelope(author(), 9), 1));
	assert_eq!(extra, "an envelope has no record");
	let wrong = broken(|| Envelopes::<Test>::insert(envelope(author(), 0), 1));
	assert_eq!(wrong, "an envelope is not that of its record");
	let missing = broken(|| Envelopes::<Test>::remove(envelope(author(), 1)));
	assert_eq!(missing, "an envelope is not that of its record");
	let of_another = broken(|| {
		Envelopes::<Test>::remove(envelope(author(), 1));
		Envelopes::<Test>::insert(envelope(provider(), 1), 1);
	});
	assert_eq!(of_another, "an envelope is not that of its record");
}
