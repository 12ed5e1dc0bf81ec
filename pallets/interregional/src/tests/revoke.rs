use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{
	Answer, ConsortiumCall, GrantRevocation, InterregionalState, Reason, SendError, Standing,
};
use sp_runtime::{DispatchError::BadOrigin, DispatchResult};

use crate::{
	mock::*, ConsortiumHolds, Error, Event, GrantCount, List, Lists, StoredState, WrappedKeys,
};

fn by(account: AccountId) -> DispatchResult {
	Interregional::revoke(signed(account), RECORD, remote())
}

fn forwarded() {
	assert_ok!(NewGrant::default().by_patient());
	assert_ok!(forward());
}

fn revocation(sequence: u64) -> ConsortiumCall {
	ConsortiumCall::RevokeGrant {
		revocation: GrantRevocation {
			record: RECORD,
			grantee: remote(),
			sequence,
		},
	}
}

#[test]
fn a_grant_that_was_never_forwarded_is_revoked_at_once() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		SendFailure::set(Some(SendError::NotConnected));
		assert_ok!(revoke());
		assert!(SentCalls::get().is_empty());
		let grant = grant_of(&grant_id());
		assert_eq!(grant.state, StoredState::Revoked);
		assert_eq!(grant.sequence, 1);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::iter().count(), 0);
		assert_eq!(Lists::<Test>::iter_prefix(List::Unanswered).count(), 0);
		assert_eq!(crate::Expiries::<Test>::iter().count(), 0);
		System::assert_last_event(
			Event::GrantRevoked {
				record: RECORD,
				grantee: remote(),
				sequence: 1,
			}
			.into(),
		);
	});
}

#[test]
fn a_forwarded_grant_is_revoked_by_a_message_and_loses_its_wrapped_key_at_once() {
	run(|| {
		forwarded();
		Now::set(START + 5);
		assert_ok!(revoke());
		assert_eq!(SentCalls::get()[1..], [revocation(2)]);
		let grant = grant_of(&grant_id());
		assert_eq!(grant.state, StoredState::Revoking);
		assert_eq!(grant.sequence, 2);
		assert_eq!(
			grant.consortium_holds,
			ConsortiumHolds::UntilRevoked,
			"until it is confirmed"
		);
		assert_eq!(deadline(), Some(START + 5 + ANSWER_WITHIN));
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::iter().count(), 0);
		System::assert_last_event(
			Event::RevocationSent {
				record: RECORD,
				grantee: remote(),
				sequence: 2,
				message: [2; 32],
			}
			.into(),
		);
		answer(Answer::Done);
		let grant = grant_of(&grant_id());
		assert_eq!(grant.state, StoredState::Revoked);
		assert_eq!(grant.consortium_holds, ConsortiumHolds::Nothing);
	});
}

/// Also if it was forwarded on earlier terms, or before an earlier revocation.
#[test]
fn a_revocation_is_sent_if_the_grant_was_ever_forwarded() {
	run(|| {
		forwarded();
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(revoke());
		assert_eq!(SentCalls::get()[1..], [revocation(3)]);
		answer(Answer::Done);
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(revoke());
		assert_eq!(SentCalls::get()[2..], [revocation(5)]);
	});
}

#[test]
fn only_the_records_patient_can_revoke() {
	run(|| {
		forwarded();
		for account in [
			AUTHOR_ACCOUNT,
			PROVIDER_ACCOUNT,
			OTHER_PATIENT_ACCOUNT,
			STRANGER,
		] {
			assert_noop!(by(account), Error::<Test>::NotAuthorized);
		}
		for origin in [RawOrigin::Root, RawOrigin::None, RawOrigin::Authorized] {
			let revoked = Interregional::revoke(origin.into(), RECORD, remote());
			assert_noop!(revoked, BadOrigin);
		}
	});
}

#[test]
fn only_an_existing_grant_can_be_revoked() {
	run(|| {
		assert_noop!(revoke(), Error::<Test>::NotFound);
		let patient = || signed(PATIENT_ACCOUNT);
		let no_record = Interregional::revoke(patient(), 6, remote());
		assert_noop!(no_record, Error::<Test>::RecordNotFound);
		forwarded();
		let elsewhere = provider_of(OTHER_REGION, 8);
		let other = Interregional::revoke(patient(), RECORD, elsewhere);
		assert_noop!(other, Error::<Test>::NotFound);
		assert_ok!(revoke());
		answer(Answer::Done);
		assert_noop!(revoke(), Error::<Test>::AlreadyRevoked);
	});
}

#[test]
fn an_ended_grant_cannot_be_revoked() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(forward());
		Now::set(START + 10);
		assert_noop!(revoke(), Error::<Test>::NotFound);
		poll();
		assert_noop!(revoke(), Error::<Test>::NotFound);
	});
}

#[test]
fn a_failed_send_changes_nothing() {
	run(|| {
		forwarded();
		for error in [SendError::NotConnected, SendError::Undeliverable] {
			SendFailure::set(Some(error));
			assert_noop!(revoke(), Error::<Test>::from(error));
		}
		SendFailure::set(None);
		assert_ok!(revoke());
		pass_deadline();
		SendFailure::set(Some(SendError::NotConnected));
		let error = Error::<Test>::NotConnected;
		assert_noop!(revoke(), error);
	});
}

#[test]
fn a_revocation_can_be_sent_again_after_the_deadline_with_its_sequence_number() {
	run(|| {
		forwarded();
		assert_ok!(revoke());
		assert_noop!(revoke(), Error::<Test>::AwaitingAnswer);
		Now::set(START + ANSWER_WITHIN - 1);
		assert_noop!(revoke(), Error::<Test>::AwaitingAnswer);
		Now::set(START + ANSWER_WITHIN);
		assert_ok!(revoke());
		assert_noop!(revoke(), Error::<Test>::AwaitingAnswer);
		assert_eq!(SentCalls::get()[1..], [revocation(2), revocation(2)]);
	});
}

#[test]
fn a_refused_revocation_can_be_sent_again_at_once() {
	run(|| {
		forwarded();
		assert_ok!(revoke());
		answer(Answer::Refused(Reason::NotARegion));
		assert_eq!(grant_of(&grant_id()).state, StoredState::Revoking);
		assert_ok!(revoke());
		// With the next sequence number, if the consortium has this one already.
		answer(Answer::Refused(Reason::Superseded));
		assert_ok!(revoke());
		answer(Answer::Refused(Reason::Conflict));
		assert_ok!(revoke());
		let sent = [2, 2, 3, 4].map(revocation);
		assert_eq!(SentCalls::get()[1..], sent);
		answer(Answer::Done);
		assert_eq!(grant_of(&grant_id()).state, StoredState::Revoked);
	});
}

#[test]
fn messages_in_flight_do_not_keep_a_patient_from_revoking() {
	run(|| {
		for place in 0..MAX_DELIVERIES as u32 {
			let grantee = provider_of(OTHER_REGION, place);
			assert_ok!(NewGrant::to(grantee.clone()).by_patient());
			let provider = signed(PROVIDER_ACCOUNT);
			assert_ok!(Interregional::forward(provider, RECORD, grantee));
		}
		for place in 0..MAX_DELIVERIES as u32 {
			let grantee = provider_of(OTHER_REGION, place);
			let patient = signed(PATIENT_ACCOUNT);
			assert_ok!(Interregional::revoke(patient, RECORD, grantee));
		}
		// The deliveries of the revoked grants hold their places until their deadlines.
		assert_eq!(in_flight(), MAX_DELIVERIES);
		Now::set(START + ANSWER_WITHIN);
		poll();
		assert_eq!(in_flight(), 0);
	});
}

#[test]
fn a_providers_standing_does_not_keep_a_patient_from_revoking() {
	run(|| {
		forwarded();
		MemberTable::set_standing(author(), Standing::Suspended);
		MemberTable::set_standing(provider(), Standing::Suspended);
		assert_ok!(revoke());
	});
}

#[test]
fn a_pending_revocation_outlives_the_grants_end() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(forward());
		assert_ok!(revoke());
		Now::set(START + 10);
		poll();
		let state = || Interregional::api_grant(RECORD, remote()).unwrap().state;
		assert_eq!(state(), InterregionalState::Revoking);
		answer(Answer::Done);
		assert_eq!(state(), InterregionalState::Revoked);
	});
}
