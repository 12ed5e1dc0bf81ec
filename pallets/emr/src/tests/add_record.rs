use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{
	traits::Records as _, Author, Cid, MemberId, Minutes, PatientId, Standing, SEALED_NAME_LEN,
};
use sp_runtime::DispatchError::BadOrigin;

use crate::{
	mock::*, Envelopes, Error, Event, Holder, NextId, Record, Records, RecordsOf, WrappedKeys,
};

#[test]
fn a_verified_provider_adds_a_record() {
	run(|| {
		Now::set(START + 5);
		let sealed_name = core::array::from_fn(|place| place as u8);
		let new = NewRecord {
			sealed_name,
			hash: [7; 32],
			size: 12,
			wrapped_for_author: wrapped(0, 384),
			..Default::default()
		};
		assert_ok!(new.by_author());
		let record = Record {
			patient: PATIENT,
			author: Author::Provider(author()),
			account: AUTHOR_ACCOUNT,
			sealed_name,
			document_hash: [7; 32],
			cid: cid(),
			envelope_size: 12,
			added_at: START + 5,
			amends: None,
		};
		assert_eq!(Emr::record(0), Some(record));
		// The version of its format comes first.
		let key = Records::<Test>::hashed_key_for(0);
		assert_eq!(sp_io::storage::get(&key).unwrap()[0], 1);
		assert_eq!(Emr::next_id(), 1);
		System::assert_last_event(
			Event::RecordAdded {
				record: 0,
				patient: PATIENT,
				author: Author::Provider(author()),
				cid: cid(),
			}
			.into(),
		);
	});
}

#[test]
fn each_wrapped_key_is_stored_for_its_holder() {
	run(|| {
		MemberTable::set_key(PATIENT, 3, 2048);
		MemberTable::set_key(author(), 7, 4096);
		let new = NewRecord {
			wrapped_for_patient: wrapped(3, 256),
			wrapped_for_author: wrapped(7, 512),
			..Default::default()
		};
		assert_ok!(new.by_author());
		assert_eq!(
			WrappedKeys::<Test>::get(0, Holder::Patient),
			Some(wrapped(3, 256))
		);
		assert_eq!(
			WrappedKeys::<Test>::get(0, Holder::Author),
			Some(wrapped(7, 512))
		);
	});
}

#[test]
fn records_get_ids_in_order() {
	run(|| {
		for id in 0..5 {
			assert_eq!(Emr::next_id(), id);
			let amends = id.checked_sub(1);
			assert_ok!(NewRecord {
				amends,
				..Default::default()
			}
			.by_author());
			assert_eq!(Emr::record(id).unwrap().amends, amends);
			assert!(RecordsOf::<Test>::contains_key(
				salus_primitives::MemberId::from(PATIENT),
				salus_primitives::newest_first(id)
			));
		}
	});
}

#[test]
fn a_refused_record_uses_up_no_id() {
	run(|| {
		assert_noop!(
			NewRecord {
				size: 0,
				..Default::default()
			}
			.by_author(),
			Error::<Test>::EmptyEnvelope
		);
		assert_ok!(NewRecord::default().by_author());
		assert_eq!(Emr::next_id(), 1);
	});
}

#[test]
fn the_largest_id_is_the_last() {
	new_test_ext().execute_with(|| {
		NextId::<Test>::put(u64::MAX - 1);
		assert_ok!(NewRecord::default().by_author());
		assert_noop!(
			NewRecord::default().by_author(),
			Error::<Test>::MaxRecordsExceeded
		);
		assert!(Records::<Test>::contains_key(u64::MAX - 1));
		assert!(!Records::<Test>::contains_key(0));
	});
}

#[test]
fn only_signed_origins_can_add_records() {
	run(|| {
		assert_noop!(NewRecord::default().add(RawOrigin::Root), BadOrigin);
		assert_noop!(NewRecord::default().add(RawOrigin::None), BadOrigin);
		assert_noop!(NewRecord::default().add(RawOrigin::Authorized), BadOrigin);
	});
}

#[test]
fn only_a_verified_provider_can_add_a_record_of_a_patient() {
	run(|| {
		let by = |account| NewRecord::default().add(signed(account));
		for (account, error) in [
			(STRANGER, Error::<Test>::NotAuthorized),
			(PATIENT_ACCOUNT, Error::NotAuthorized),
			(SUSPENDED_ACCOUNT, Error::AuthorSuspended),
			(RETIRED_ACCOUNT, Error::AuthorRetired),
			(UNVERIFIED_ACCOUNT, Error::AuthorUnverified),
		] {
			assert_noop!(by(account), error);
		}
		assert_ok!(by(PROVIDER_ACCOUNT));
		let author = Emr::record(0).map(|record| record.author);
		assert_eq!(author, Some(Author::Provider(provider())));
		MemberTable::set_standing(suspended(), Standing::Verified);
		assert_ok!(by(SUSPENDED_ACCOUNT));
	});
}

#[test]
fn the_patient_must_be_registered() {
	run(|| {
		assert_noop!(
			NewRecord {
				patient: PatientId([0; 16]),
				..Default::default()
			}
			.by_author(),
			Error::<Test>::PatientNotFound
		);
	});
}

#[test]
fn what_an_empty_or_misread_form_sends_is_refused() {
	run(|| {
		let zero = NewRecord {
			hash: [0; 32],
			..Default::default()
		};
		let typed = NewRecord {
			hash: *b"the hash of the document, 32 lon",
			..Default::default()
		};
		let unnamed = NewRecord {
			sealed_name: [0; SEALED_NAME_LEN],
			..Default::default()
		};
		for form in [zero, typed, unnamed] {
			assert_noop!(form.by_author(), Error::<Test>::NotComputed);
		}
		let text = b"bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
		let as_text = NewRecord {
			cid: cid_bytes(text),
			..Default::default()
		};
		assert_noop!(as_text.by_author(), Error::<Test>::CidIsText);
		let long = NewRecord {
			cid: vec![1; 1 << 20],
			..Default::default()
		};
		assert_noop!(long.by_author(), Error::<Test>::UnsupportedCidCodec);
	});
}

#[test]
fn unsupported_cids_are_refused() {
	run(|| {
		let with = |place: usize, byte: u8| {
			let mut bytes = *cid().as_bytes();
			bytes[place] = byte;
			NewRecord {
				cid: cid_bytes(&bytes),
				..Default::default()
			}
		};
		assert_noop!(with(0, 0).by_author(), Error::<Test>::UnsupportedCidVersion);
		assert_noop!(
			with(1, 0x71).by_author(),
			Error::<Test>::UnsupportedCidCodec
		);
		// The identity hash: the next bytes would be plaintext.
		assert_noop!(with(2, 0x00).by_author(), Error::<Test>::UnsupportedCidHash);
		assert_noop!(with(3, 0x10).by_author(), Error::<Test>::UnsupportedCidHash);
		let bytes = |bytes: &[u8]| NewRecord {
			cid: cid_bytes(bytes),
			..Default::default()
		};
		assert_noop!(bytes(&[]).by_author(), Error::<Test>::UnsupportedCidVersion);
		assert_noop!(
			bytes(&cid().as_bytes()[..35]).by_author(),
			Error::<Test>::WrongCidLength
		);
		let longer = [cid().as_bytes().as_slice(), &[0]].concat();
		assert_noop!(bytes(&longer).by_author(), Error::<Test>::WrongCidLength);
		// Version 0 in its own form, and a text.
		let v0 = [&[0x12, 0x20], [9; 32].as_slice()].concat();
		assert_noop!(bytes(&v0).by_author(), Error::<Test>::UnsupportedCidVersion);
		assert_noop!(bytes(b"bafybeig").by_author(), Error::<Test>::CidIsText);
		for dag_pb in [false, true] {
			let cid = Cid::from_digest(dag_pb, [u8::from(dag_pb); 32]);
			assert_ok!(bytes(cid.as_bytes()).by_author());
		}
	});
}

/// Not even with the other codec: a block has two CIDs. A tree of blocks that has another's envelope
/// in it has a CID of its own.
#[test]
fn no_two_records_of_one_author_have_the_same_envelope() {
	run(|| {
		assert_ok!(NewRecord::default().by_author());
		assert_ok!(NewRecord::default().by_patient());
		let again = |id, dag_pb| NewRecord {
			cid: cid_bytes(Cid::from_digest(dag_pb, cid_of(id).digest()).as_bytes()),
			..Default::default()
		};
		for dag_pb in [false, true] {
			let refused = Error::<Test>::EnvelopeAlreadyExists;
			assert_noop!(again(0, dag_pb).by_author(), refused);
			let of_another_patient = NewRecord {
				patient: OTHER_PATIENT,
				..again(0, dag_pb)
			};
			let refused = Error::<Test>::EnvelopeAlreadyExists;
			assert_noop!(of_another_patient.by_author(), refused);
			let refused = Error::<Test>::EnvelopeAlreadyExists;
			assert_noop!(again(1, dag_pb).by_patient(), refused);
		}
		assert_ok!(NewRecord::default().by_author());
		assert_ok!(NewRecord::default().by_patient());
	});
}

/// Whoever sees a CID before its record is in a block can send a record of it first.
#[test]
fn a_copied_cid_stops_no_other_author() {
	run(|| {
		let same = || NewRecord {
			cid: cid_bytes(cid().as_bytes()),
			..Default::default()
		};
		assert_ok!(same().add(signed(PROVIDER_ACCOUNT)));
		assert_ok!(same().add_own(signed(OTHER_PATIENT_ACCOUNT)));
		assert_ok!(same().by_author());
		assert_ok!(same().by_patient());
		let authors: [MemberId; 4] = [
			provider().into(),
			OTHER_PATIENT.into(),
			author().into(),
			PATIENT.into(),
		];
		for (author, id) in authors.into_iter().zip(0..) {
			assert_eq!(Envelopes::<Test>::get((author, cid().digest())), Some(id));
			assert_eq!(Emr::record(id).unwrap().cid, cid());
		}
	});
}

#[test]
fn the_envelopes_size_is_bounded() {
	run(|| {
		let of = |size| NewRecord {
			size,
			..Default::default()
		};
		assert_noop!(of(0).by_author(), Error::<Test>::EmptyEnvelope);
		assert_noop!(
			of(MAX_SIZE + 1).by_author(),
			Error::<Test>::MaxEnvelopeSizeExceeded
		);
		assert_noop!(
			of(u64::MAX).by_author(),
			Error::<Test>::MaxEnvelopeSizeExceeded
		);
		assert_ok!(of(1).by_author());
		assert_ok!(of(MAX_SIZE).by_author());
	});
}

#[test]
fn wrapped_keys_for_other_versions_are_refused() {
	run(|| {
		MemberTable::set_key(PATIENT, 2, 3072);
		MemberTable::set_key(author(), 5, 3072);
		let of = |patient, author| NewRecord {
			wrapped_for_patient: wrapped(patient, 384),
			wrapped_for_author: wrapped(author, 384),
			..Default::default()
		};
		for (patient, author) in [(1, 5), (3, 5), (2, 4), (2, 6), (5, 2)] {
			assert_noop!(
				of(patient, author).by_author(),
				Error::<Test>::StaleKeyVersion
			);
		}
		assert_ok!(of(2, 5).by_author());
	});
}

#[test]
fn wrapped_keys_of_another_length_are_refused() {
	run(|| {
		MemberTable::set_key(PATIENT, 0, 2048);
		MemberTable::set_key(author(), 0, 3071);
		let of = |patient, author| NewRecord {
			wrapped_for_patient: wrapped(0, patient),
			wrapped_for_author: wrapped(0, author),
			..Default::default()
		};
		for (patient, author) in [
			(0, 384),
			(255, 384),
			(257, 384),
			(256, 383),
			(256, 385),
			(384, 256),
		] {
			assert_noop!(
				of(patient, author).by_author(),
				Error::<Test>::WrappedKeyMisfit
			);
		}
		assert_ok!(of(256, 384).by_author());
	});
}

#[test]
fn a_record_amends_only_records_of_the_same_patient() {
	run(|| {
		assert_ok!(NewRecord::default().by_author());
		let amending = |amends| NewRecord {
			amends: Some(amends),
			..Default::default()
		};
		assert_noop!(amending(1).by_author(), Error::<Test>::AmendedNotFound);
		assert_noop!(
			amending(u64::MAX).by_author(),
			Error::<Test>::AmendedNotFound
		);
		assert_noop!(
			NewRecord {
				patient: OTHER_PATIENT,
				..amending(0)
			}
			.by_author(),
			Error::<Test>::AmendedOfOtherPatient
		);
		let before = Records::<Test>::get(0);
		// Another provider than the first author may correct it.
		assert_ok!(amending(0).add(signed(PROVIDER_ACCOUNT)));
		assert_eq!(Emr::record(1).unwrap().amends, Some(0));
		assert_eq!(Records::<Test>::get(0), before);
	});
}

#[test]
fn an_author_that_floods_a_patient_is_told_when_the_next_record_is_possible() {
	run(|| {
		RecordRate::set(RATE);
		let add = |patient| {
			NewRecord {
				patient,
				..Default::default()
			}
			.by_author()
		};
		for _ in 0..RATE.burst {
			assert_ok!(add(PATIENT));
		}
		let refused = Error::<Test>::TooManyRecords(Minutes(1));
		assert_noop!(add(PATIENT), refused);
		// Another patient, and another author, are not affected.
		assert_ok!(add(OTHER_PATIENT));
		assert_ok!(NewRecord::default().add(signed(PROVIDER_ACCOUNT)));
		Now::set(START + RATE.interval);
		assert_ok!(add(PATIENT));
		let refused = Error::<Test>::TooManyRecords(Minutes(1));
		assert_noop!(add(PATIENT), refused);
	});
}

#[test]
fn a_refused_record_does_not_use_the_allowance() {
	run(|| {
		RecordRate::set(RATE);
		for _ in 0..RATE.burst * 2 {
			let empty = NewRecord {
				size: 0,
				..Default::default()
			};
			assert_noop!(empty.by_author(), Error::<Test>::EmptyEnvelope);
		}
		assert_ok!(NewRecord::default().by_author());
	});
}
