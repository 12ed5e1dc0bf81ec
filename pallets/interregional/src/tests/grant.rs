use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{newest_first, Answer, GrantEvent, HistoryEvent, Purpose, Via};
use sp_runtime::DispatchError::BadOrigin;

use crate::{
	mock::*, ConsortiumHolds, Error, Event, Expiries, Expiry, Grant, GrantCount, Grants, List,
	Lists, StoredState, WaitingCount, WrappedKeys,
};

#[test]
fn a_patient_can_grant_a_record_to_a_provider_of_another_region() {
	run(|| {
		Now::set(START + 3);
		let new = NewGrant {
			expires_at: Some(START + 10),
			purpose: Purpose::Research,
			..Default::default()
		};
		assert_ok!(new.by_patient());
		let grant = Grant {
			state: StoredState::Granted,
			sequence: 1,
			key_version: 2,
			via: Via::Patient,
			purpose: Purpose::Research,
			granted_at: START + 3,
			expires_at: Some(START + 10),
			message: None,
			consortium_holds: ConsortiumHolds::Nothing,
			history: 0,
		};
		assert_eq!(grant_of(&grant_id()), grant);
		assert_eq!(
			WrappedKeys::<Test>::get(RECORD, remote()),
			Some(wrapped(2, 384))
		);
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		for list in [List::Of(RECORD), List::By(PATIENT), List::Unanswered] {
			let listed = Lists::<Test>::get(list, newest_first(0));
			assert_eq!(listed, Some(grant_id()));
		}
		assert!(Expiries::<Test>::contains_key(Expiry::new(
			START + 10,
			&grant_id()
		)));
		assert!(SentCalls::get().is_empty(), "granting sends nothing");
		assert_eq!(
			events(),
			[Event::GrantAdded {
				record: RECORD,
				grantee: remote(),
				sequence: 1,
				purpose: Purpose::Research,
				expires_at: Some(START + 10),
			}]
		);
	});
}

#[test]
fn new_terms_replace_the_old_ones() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		Now::set(START + 1);
		let again = NewGrant {
			wrapped_key: wrapped(3, 512),
			purpose: Purpose::Payment,
			..NewGrant::until(START + 20)
		};
		assert_ok!(again.by_patient());
		let grant = grant_of(&grant_id());
		assert_eq!(grant.sequence, 2);
		assert_eq!(grant.key_version, 3);
		assert_eq!(grant.purpose, Purpose::Payment);
		assert_eq!(grant.granted_at, START + 1);
		assert_eq!(
			WrappedKeys::<Test>::get(RECORD, remote()),
			Some(wrapped(3, 512))
		);
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		let expiries: Vec<_> = Expiries::<Test>::iter_keys().collect();
		assert_eq!(expiries, [Expiry::new(START + 20, &grant_id())]);
		// Nothing was sent, so the new terms may end earlier, or not at all.
		assert_ok!(NewGrant::until(START + 2).by_patient());
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		assert_eq!(grant_of(&grant_id()).sequence, 4);
	});
}

#[test]
fn the_sequence_number_grows_after_a_revocation_and_an_end() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		answer(Answer::Done);
		assert_ok!(revoke());
		answer(Answer::Done);
		assert_eq!(grant_of(&grant_id()).sequence, 2);
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_eq!(grant_of(&grant_id()).sequence, 3);
		Now::set(START + 10);
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(grant_of(&grant_id()).sequence, 4);
	});
}

#[test]
fn each_record_and_grantee_has_its_own_sequence_number() {
	run(|| {
		add_record(9, PATIENT);
		let others = [
			provider_of(OTHER_REGION, 8),
			provider_of(OTHER_REGION + 1, 7),
		];
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(NewGrant::default().by_patient());
		for grantee in others {
			assert_ok!(NewGrant::to(grantee.clone()).by_patient());
			let stored = Grants::<Test>::get(RECORD, grantee).unwrap();
			assert_eq!(stored.sequence, 1);
		}
		let of_another = NewGrant {
			record: 9,
			..Default::default()
		};
		assert_ok!(of_another.by_patient());
		let stored = Grants::<Test>::get(9, remote()).unwrap();
		assert_eq!(stored.sequence, 1);
		assert_eq!(grant_of(&grant_id()).sequence, 2);
	});
}

#[test]
fn only_signed_origins_can_call() {
	run(|| {
		for origin in [RawOrigin::Root, RawOrigin::None, RawOrigin::Authorized] {
			assert_noop!(NewGrant::default().give(origin), BadOrigin);
		}
	});
}

#[test]
fn only_the_records_patient_can_grant_it() {
	run(|| {
		for account in [
			AUTHOR_ACCOUNT,
			PROVIDER_ACCOUNT,
			OTHER_PATIENT_ACCOUNT,
			STRANGER,
		] {
			let grant = NewGrant::default().give(signed(account));
			assert_noop!(grant, Error::<Test>::NotAuthorized);
		}
		let others = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_noop!(others.by_patient(), Error::<Test>::NotAuthorized);
		let unknown = NewGrant {
			record: 6,
			..Default::default()
		};
		assert_noop!(unknown.by_patient(), Error::<Test>::RecordNotFound);
	});
}

#[test]
fn the_grantee_must_be_of_another_region() {
	run(|| {
		// The id of a provider of this region, and one that nobody has.
		for id in [2, 7] {
			let grant = NewGrant::to(provider_of(REGION, id)).by_patient();
			assert_noop!(grant, Error::<Test>::GranteeOfThisRegion);
		}
		// Another region's provider may have the id of this region's author.
		assert_ok!(NewGrant::to(provider_of(OTHER_REGION, 1)).by_patient());
	});
}

#[test]
fn the_wrapped_key_must_not_be_longer_than_the_longest_modulus() {
	run(|| {
		for length in [0, 513, 2048] {
			let misfit = NewGrant {
				wrapped_key: wrapped(0, length),
				..Default::default()
			};
			assert_noop!(misfit.by_patient(), Error::<Test>::WrappedKeyMisfit);
		}
		for length in [1, 512] {
			let fitting = NewGrant {
				wrapped_key: wrapped(0, length),
				..Default::default()
			};
			assert_ok!(fitting.by_patient());
		}
	});
}

#[test]
fn a_grant_must_end_in_the_future() {
	run(|| {
		for at in [0, START - 1, START] {
			let ended = NewGrant::until(at).by_patient();
			assert_noop!(ended, Error::<Test>::ExpiryNotInFuture);
		}
		assert_ok!(NewGrant::until(START + 1).by_patient());
		assert_ok!(NewGrant::until(u64::MAX).by_patient());
	});
}

#[test]
fn new_terms_cannot_end_before_the_sent_ones() {
	run(|| {
		let earlier = || NewGrant::until(START + 99).by_patient();
		assert_ok!(NewGrant::until(START + 100).by_patient());
		assert_ok!(forward());
		assert_noop!(earlier(), Error::<Test>::EndsBeforeSentTerms);
		answer(Answer::Done);
		assert_noop!(earlier(), Error::<Test>::EndsBeforeSentTerms);
		// A later end binds only if it was sent.
		assert_ok!(NewGrant::until(START + 200).by_patient());
		assert_ok!(NewGrant::until(START + 100).by_patient());
		assert_ok!(NewGrant::default().by_patient());
		assert_noop!(earlier(), Error::<Test>::EndsBeforeSentTerms);
		assert_ok!(forward());
		let far = NewGrant::until(u64::MAX).by_patient();
		assert_noop!(far, Error::<Test>::EndsBeforeSentTerms);
		// A revoked grant does not bind.
		assert_ok!(revoke());
		assert_noop!(earlier(), Error::<Test>::RevocationPending);
		answer(Answer::Done);
		assert_ok!(earlier());
	});
}

#[test]
fn sent_terms_that_have_ended_do_not_bind_new_ones() {
	run(|| {
		assert_ok!(NewGrant::until(START + 100).by_patient());
		assert_ok!(forward());
		answer(Answer::Done);
		Now::set(START + 100);
		assert_ok!(NewGrant::until(START + 101).by_patient());
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		// The history has the end, though no sweep came to it.
		let expired = HistoryList::entries().into_iter().filter(|(_, event, _)| {
			matches!(
				event,
				HistoryEvent::Grant {
					event: GrantEvent::Expired,
					..
				}
			)
		});
		assert_eq!(expired.count(), 1);
	});
}

#[test]
fn a_record_cannot_be_granted_while_a_revocation_is_pending() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		assert_ok!(revoke());
		let again = || NewGrant::default().by_patient();
		assert_noop!(again(), Error::<Test>::RevocationPending);
		pass_deadline();
		assert_noop!(again(), Error::<Test>::RevocationPending);
		answer(Answer::Done);
		assert_ok!(again());
	});
}

#[test]
fn the_number_of_a_records_grants_is_bounded() {
	run(|| {
		let grantee = |place: u32| provider_of(OTHER_REGION, place);
		for place in 0..MAX_GRANTS {
			assert_ok!(NewGrant::to(grantee(place)).by_patient());
		}
		let one_more = || NewGrant::default().by_patient();
		assert_noop!(one_more(), Error::<Test>::MaxGrantsPerRecordExceeded);
		// New terms need no room, and another record has its own.
		assert_ok!(NewGrant::to(grantee(0)).by_patient());
		add_record(9, PATIENT);
		assert_ok!(NewGrant {
			record: 9,
			..Default::default()
		}
		.by_patient());
		// A revoked grant makes room, and needs room to be granted again.
		let patient = || signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient(), RECORD, grantee(1)));
		assert_ok!(one_more());
		let revoked = NewGrant::to(grantee(1)).by_patient();
		assert_noop!(revoked, Error::<Test>::MaxGrantsPerRecordExceeded);
	});
}

#[test]
fn the_number_of_a_patients_waiting_grants_is_bounded() {
	run(|| {
		MaxWaitingPerPatient::set(2);
		add_record(9, PATIENT);
		let grantee = |place: u32| provider_of(OTHER_REGION, place);
		let grant = |record, place| NewGrant {
			record,
			..NewGrant::to(grantee(place))
		};
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(grant(9, 1).by_patient());
		let full = Error::<Test>::MaxWaitingPerPatientExceeded;
		for record in [RECORD, 9] {
			assert_noop!(grant(record, 2).by_patient(), full);
		}
		// New terms need no room, and another patient has its own.
		assert_ok!(grant(9, 1).by_patient());
		let others = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_ok!(others.give(signed(OTHER_PATIENT_ACCOUNT)));
		// A forwarded grant waits for its answer, however late.
		assert_ok!(forward());
		assert_noop!(grant(9, 2).by_patient(), full);
		pass_deadline();
		poll();
		assert_noop!(grant(9, 2).by_patient(), full);
		answer(Answer::Done);
		assert_ok!(grant(9, 2).by_patient());
		// New terms of a delivered grant wait again.
		assert_noop!(NewGrant::default().by_patient(), full);
		// A revoked grant does not wait, and one that has ended does not after a sweep.
		let patient = || signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient(), 9, grantee(2)));
		let at = Now::get() + 10;
		let ending = NewGrant {
			expires_at: Some(at),
			..grant(9, 3)
		};
		assert_ok!(ending.by_patient());
		Now::set(at);
		assert_noop!(NewGrant::default().by_patient(), full);
		poll();
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(WaitingCount::<Test>::get(PATIENT), 2);
		// Without a waiting grant, a patient has no count.
		assert_ok!(Interregional::revoke(patient(), 9, grantee(1)));
		assert_ok!(revoke());
		assert!(!WaitingCount::<Test>::contains_key(PATIENT));
	});
}

#[test]
fn sequence_numbers_do_not_wrap_around() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		Grants::<Test>::mutate(RECORD, remote(), |grant| {
			grant.as_mut().unwrap().sequence = u64::MAX;
		});
		let again = NewGrant::default().by_patient();
		assert_noop!(again, Error::<Test>::SequencesUsedUp);
		assert_ok!(forward());
		assert_noop!(revoke(), Error::<Test>::SequencesUsedUp);
	});
}
