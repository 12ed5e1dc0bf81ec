use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{
	testing::record, traits::RecordContent, About, Answer, Author, ConsortiumCall, DeliveredAuthor,
	DeliveredGrant, InterregionalGrantId, ProfessionalName, Purpose, Reason, SendError, Standing,
	Via, SEALED_NAME_LEN,
};
use sp_runtime::{DispatchError::BadOrigin, DispatchResult};

use crate::{mock::*, ConsortiumHolds, Error, Event, SentMessage, StoredState};

fn by(account: AccountId) -> DispatchResult {
	Interregional::forward(signed(account), RECORD, remote())
}

/// Grants another record and forwards it.
fn forward_another(record: u64) -> DispatchResult {
	add_record(record, PATIENT);
	assert_ok!(NewGrant {
		record,
		..Default::default()
	}
	.by_patient());
	Interregional::forward(signed(PROVIDER_ACCOUNT), record, remote())
}

fn too_many() -> Error<Test> {
	Error::TooManyInFlight
}

#[test]
fn a_delivery_carries_all_that_its_reader_needs() {
	run(|| {
		let new = NewGrant {
			expires_at: Some(START + 9_999),
			purpose: Purpose::EmergencyTreatment,
			..Default::default()
		};
		assert_ok!(new.by_patient());
		Now::set(START + 7);
		assert_ok!(forward());
		let grant = DeliveredGrant {
			record: RECORD,
			grantee: remote(),
			patient: PATIENT,
			author: DeliveredAuthor::Provider {
				id: author(),
				number: number_of(author()),
				name: ProfessionalName::parse("Dr A00001").unwrap(),
				account: RECORD_ACCOUNT,
			},
			sealed_name: [0x5e; SEALED_NAME_LEN],
			hash: [0x4a; 32],
			cid: cid(),
			size: 1_048_576,
			added_at: START - 5,
			amended_hash: Some([0x4b; 32]),
			wrapped_key: wrapped(2, 384),
			via: Via::Patient,
			purpose: Purpose::EmergencyTreatment,
			granted_at: START,
			expires_at: Some(START + 9_999),
			sequence: 1,
		};
		assert_eq!(SentCalls::get(), [ConsortiumCall::DeliverGrant { grant }]);
		assert_eq!(SentFor::get(), [provider()]);
		let stored = grant_of(&grant_id());
		assert_eq!(stored.state, StoredState::Forwarded);
		assert_eq!(stored.sequence, 1);
		assert_eq!(
			stored.consortium_holds,
			ConsortiumHolds::Until(START + 9_999)
		);
		let message = SentMessage {
			id: [1; 32],
			sent_at: START + 7,
		};
		assert_eq!(stored.message, Some(message));
		assert_eq!(deadline(), Some(START + 7 + ANSWER_WITHIN));
		assert_eq!(in_flight(), 1);
		System::assert_last_event(
			Event::GrantForwarded {
				record: RECORD,
				grantee: remote(),
				sequence: 1,
				by: provider(),
				message: [1; 32],
			}
			.into(),
		);
	});
}

#[test]
fn only_verified_providers_can_forward() {
	run(|| {
		for account in [PROVIDER_ACCOUNT, AUTHOR_ACCOUNT, OTHER_PROVIDER_ACCOUNT] {
			assert_ok!(NewGrant::default().by_patient());
			assert_ok!(by(account));
		}
		assert_ok!(NewGrant::default().by_patient());
		// The patient, another patient, a suspended and a retired provider, and an account without a
		// member.
		for account in [
			PATIENT_ACCOUNT,
			OTHER_PATIENT_ACCOUNT,
			SUSPENDED_ACCOUNT,
			RETIRED_ACCOUNT,
			STRANGER,
		] {
			assert_noop!(by(account), Error::<Test>::NotAuthorized);
		}
		for origin in [RawOrigin::Root, RawOrigin::None, RawOrigin::Authorized] {
			let forwarded = Interregional::forward(origin.into(), RECORD, remote());
			assert_noop!(forwarded, BadOrigin);
		}
	});
}

#[test]
fn only_a_grant_that_has_not_ended_can_be_forwarded() {
	run(|| {
		assert_noop!(forward(), Error::<Test>::NotFound);
		assert_ok!(NewGrant::until(START + 10).by_patient());
		let provider = || signed(PROVIDER_ACCOUNT);
		let elsewhere = provider_of(OTHER_REGION + 1, 7);
		let other = Interregional::forward(provider(), RECORD, elsewhere);
		assert_noop!(other, Error::<Test>::NotFound);
		let unknown = Interregional::forward(provider(), 6, remote());
		assert_noop!(unknown, Error::<Test>::NotFound);
		Now::set(START + 10);
		assert_noop!(forward(), Error::<Test>::NotFound);
		poll();
		assert_noop!(forward(), Error::<Test>::NotFound);
	});
}

#[test]
fn a_revoked_grant_cannot_be_forwarded() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(revoke());
		assert_noop!(forward(), Error::<Test>::AlreadyRevoked);
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		assert_ok!(revoke());
		assert_noop!(forward(), Error::<Test>::AlreadyRevoked);
		pass_deadline();
		assert_noop!(forward(), Error::<Test>::AlreadyRevoked);
		answer(Answer::Done);
		assert_noop!(forward(), Error::<Test>::AlreadyRevoked);
	});
}

#[test]
fn an_overdue_or_refused_grant_can_be_forwarded_again_with_its_sequence_number() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		assert_noop!(forward(), Error::<Test>::AwaitingAnswer);
		Now::set(START + ANSWER_WITHIN - 1);
		assert_noop!(forward(), Error::<Test>::AwaitingAnswer);
		Now::set(START + ANSWER_WITHIN);
		assert_ok!(forward());
		assert_noop!(forward(), Error::<Test>::AwaitingAnswer);
		poll();
		assert_eq!(in_flight(), 1);
		answer(Answer::Refused(Reason::GranteeSuspended));
		assert_ok!(forward());
		answer(Answer::Done);
		assert_noop!(forward(), Error::<Test>::AlreadyDelivered);
		let sent = SentCalls::get();
		assert_eq!(sent.len(), 3);
		assert!(sent.iter().all(|call| *call == sent[0]), "not the same");
	});
}

#[test]
fn a_refused_grant_waits_again_only_if_one_more_may() {
	run(|| {
		MaxWaitingPerPatient::set(1);
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		answer(Answer::Refused(Reason::GranteeUnknown));
		let other = provider_of(OTHER_REGION, 9);
		assert_ok!(NewGrant::to(other.clone()).by_patient());
		assert_noop!(forward(), Error::<Test>::MaxWaitingPerPatientExceeded);
		// A grant that waits already is forwarded.
		let provider = signed(PROVIDER_ACCOUNT);
		assert_ok!(Interregional::forward(provider, RECORD, other.clone()));
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient, RECORD, other));
		assert_ok!(forward());
	});
}

#[test]
fn a_failed_send_changes_nothing() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		for error in [
			SendError::NotConnected,
			SendError::TooManyInFlight,
			SendError::Undeliverable,
			SendError::TooManyOfProvider,
		] {
			SendFailure::set(Some(error));
			assert_noop!(forward(), Error::<Test>::from(error));
		}
		assert!(SentCalls::get().is_empty());
		SendFailure::set(None);
		assert_ok!(forward());
		pass_deadline();
		SendFailure::set(Some(SendError::NotConnected));
		let error = Error::<Test>::NotConnected;
		assert_noop!(forward(), error);
	});
}

#[test]
fn a_suspended_authors_records_cannot_be_forwarded() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		let stands = |standing| MemberTable::set_standing(author(), standing);
		stands(Standing::Suspended);
		assert_noop!(forward(), Error::<Test>::AuthorNotInGoodStanding);
		for standing in [Standing::RetiredSuspended, Standing::UnverifiedSuspended] {
			stands(standing);
			assert_noop!(forward(), Error::<Test>::AuthorNotInGoodStanding);
		}
		stands(Standing::Verified);
		assert_ok!(forward());
		answer(Answer::Refused(Reason::MaxGrantsExceeded));
		// What was written by one that has retired or lost its verification leaves the region: the
		// directory says how it stands.
		for standing in [Standing::Retired, Standing::Unverified] {
			stands(standing);
			assert_ok!(forward());
			answer(Answer::Refused(Reason::MaxGrantsExceeded));
		}
	});
}

#[test]
fn a_delivery_of_a_patients_own_record_carries_no_account() {
	run(|| {
		let own = RecordContent {
			author: Author::Patient,
			..record(PATIENT)
		};
		RecordTable::insert(RECORD, own);
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		let [ConsortiumCall::DeliverGrant { grant }] = &SentCalls::get()[..] else {
			panic!("one grant was sent");
		};
		assert_eq!(grant.author, DeliveredAuthor::Patient);
	});
}

#[test]
fn deliveries_in_flight_are_bounded() {
	run(|| {
		for record in 100..100 + MAX_DELIVERIES as u64 {
			assert_ok!(forward_another(record));
		}
		assert_ok!(NewGrant::default().by_patient());
		assert_noop!(forward(), too_many());
		// An answer makes room.
		let about = About::Grant(InterregionalGrantId {
			record: 101,
			grantee: remote(),
		});
		deliver_answer::<Interregional>(&about, 1, &Answer::Refused(Reason::Expired));
		assert_ok!(forward());
		assert_eq!(in_flight(), MAX_DELIVERIES);
		// A deadline that has passed makes room too, once it is swept.
		let refused = || Interregional::forward(signed(PROVIDER_ACCOUNT), 101, remote());
		assert_noop!(refused(), too_many());
		Now::set(START + ANSWER_WITHIN);
		poll();
		assert_eq!(in_flight(), 0);
		assert_ok!(refused());
	});
}

#[test]
fn forwarding_an_overdue_grant_again_takes_the_place_that_it_left() {
	run(|| {
		MaxInFlight::set(1);
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		assert_eq!(forward_another(100), Err(too_many().into()));
		pass_deadline();
		poll();
		assert_ok!(forward());
		assert_eq!(in_flight(), 1);
	});
}

#[test]
fn granting_and_forwarding_in_turn_cannot_evade_the_bound() {
	run(|| {
		for _ in 0..MAX_DELIVERIES {
			assert_ok!(NewGrant::default().by_patient());
			assert_ok!(forward());
		}
		assert_ok!(NewGrant::default().by_patient());
		assert_noop!(forward(), too_many());
		Now::set(START + ANSWER_WITHIN);
		poll();
		assert_ok!(forward());
	});
}
