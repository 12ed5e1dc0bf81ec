use frame_support::assert_ok;
use salus_primitives::{
	views::{InterregionalGrantView, MAX_LOOKED_AT, MAX_PAGE},
	Answer, Cause, InterregionalGrantId, InterregionalState, Purpose, Reason, RecordId,
	RemoteProvider, Via,
};

use crate::{mock::*, ConsortiumHolds, Grant, Grants, StoredState};

fn view() -> Option<InterregionalGrantView> {
	Interregional::api_grant(RECORD, remote())
}

fn grant_many(from: RecordId, count: u64, new: NewGrant) {
	for record in from..from.saturating_add(count) {
		add_record(record, PATIENT);
		assert_ok!(NewGrant {
			record,
			..new.clone()
		}
		.by_patient());
	}
}

fn id(record: RecordId) -> InterregionalGrantId {
	InterregionalGrantId {
		record,
		grantee: remote(),
	}
}

fn waiting(after: Option<RecordId>, limit: u32) -> Vec<RecordId> {
	let grants = Interregional::api_waiting(after.map(id), limit);
	grants.into_iter().map(|grant| grant.record).collect()
}

fn given(after: Option<RecordId>, limit: u32) -> Vec<RecordId> {
	let grants = Interregional::api_grants_by(PATIENT, after.map(id), limit);
	grants.into_iter().map(|grant| grant.record).collect()
}

fn in_all_lists() -> [Vec<InterregionalGrantView>; 3] {
	[
		Interregional::api_grants_of(RECORD, None, 9),
		Interregional::api_grants_by(PATIENT, None, 9),
		Interregional::api_waiting(None, 9),
	]
}

#[test]
fn a_view_shows_a_grant_in_each_state() {
	run(|| {
		assert_eq!(view(), None);
		let new = NewGrant {
			purpose: Purpose::FamilyRequest,
			..NewGrant::until(START + 99_999)
		};
		assert_ok!(new.by_patient());
		let granted = InterregionalGrantView {
			record: RECORD,
			grantee: remote(),
			state: InterregionalState::Granted,
			sequence: 1,
			message: None,
			sent_at: None,
			deadline: None,
			key_version: 2,
			via: Via::Patient,
			purpose: Purpose::FamilyRequest,
			granted_at: START,
			expires_at: Some(START + 99_999),
		};
		assert_eq!(view(), Some(granted.clone()));
		let one = vec![granted.clone()];
		assert_eq!(in_all_lists(), [one.clone(), one.clone(), one]);

		Now::set(START + 3);
		assert_ok!(forward());
		let forwarded = InterregionalGrantView {
			state: InterregionalState::Forwarded,
			message: Some([1; 32]),
			sent_at: Some(START + 3),
			deadline: Some(START + 3 + ANSWER_WITHIN),
			..granted
		};
		assert_eq!(view(), Some(forwarded.clone()));
		let one = vec![forwarded.clone()];
		assert_eq!(in_all_lists(), [one.clone(), one, vec![]]);

		pass_deadline();
		let overdue = InterregionalGrantView {
			state: InterregionalState::Overdue,
			deadline: None,
			..forwarded
		};
		assert_eq!(view(), Some(overdue.clone()));
		let one = vec![overdue.clone()];
		assert_eq!(in_all_lists(), [one.clone(), one.clone(), one]);

		answer(Answer::Refused(Reason::StaleKeyVersion));
		let cause = Cause::Reason(Reason::StaleKeyVersion);
		let refused = InterregionalGrantView {
			state: InterregionalState::Refused(cause),
			..overdue
		};
		assert_eq!(view(), Some(refused.clone()));
		let one = vec![refused.clone()];
		assert_eq!(in_all_lists(), [one.clone(), one, vec![]]);

		answer(Answer::Done);
		let delivered = InterregionalGrantView {
			state: InterregionalState::Delivered,
			..refused
		};
		assert_eq!(view(), Some(delivered.clone()));

		let now = START + 3 + ANSWER_WITHIN;
		assert_ok!(revoke());
		let revoking = InterregionalGrantView {
			state: InterregionalState::Revoking,
			sequence: 2,
			message: Some([2; 32]),
			sent_at: Some(now),
			deadline: Some(now + ANSWER_WITHIN),
			..delivered
		};
		assert_eq!(view(), Some(revoking.clone()));

		pass_deadline();
		let unconfirmed = InterregionalGrantView {
			deadline: None,
			..revoking
		};
		assert_eq!(view(), Some(unconfirmed.clone()));

		answer(Answer::Done);
		let revoked = InterregionalGrantView {
			state: InterregionalState::Revoked,
			..unconfirmed
		};
		assert_eq!(view(), Some(revoked.clone()));
		let one = vec![revoked];
		assert_eq!(in_all_lists(), [one.clone(), one, vec![]]);
	});
}

#[test]
fn an_ended_grant_is_not_shown_swept_or_not() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		Now::set(START + 9);
		assert!(view().is_some());
		Now::set(START + 10);
		assert_eq!(view(), None);
		assert_eq!(in_all_lists(), [vec![], vec![], vec![]]);
		poll();
		assert_eq!(view(), None);
		assert_eq!(in_all_lists(), [vec![], vec![], vec![]]);
	});
}

#[test]
fn grants_that_wait_to_be_forwarded_are_listed_oldest_record_first() {
	run(|| {
		MaxInFlight::set(100);
		// The ids cross the limit of one byte, and the order of granting differs.
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(waiting(None, 4), [7, 250, 251, 252]);
		assert_eq!(waiting(Some(252), 4), [253, 254, 255, 256]);
		assert_eq!(waiting(Some(256), 4), [257, 258]);
		assert!(waiting(Some(258), 4).is_empty());
		assert!(waiting(None, 0).is_empty());
		// Grants that wait for an answer do not shorten a page.
		for record in [7, 250, 252] {
			let provider = signed(PROVIDER_ACCOUNT);
			assert_ok!(Interregional::forward(provider, record, remote()));
		}
		assert_eq!(waiting(None, 3), [251, 253, 254]);
		Now::set(START + ANSWER_WITHIN);
		assert_eq!(waiting(None, 3), [7, 250, 251]);
	});
}

#[test]
fn a_patients_grants_are_listed_oldest_record_first() {
	run(|| {
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		let relatives = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_ok!(relatives.give(signed(OTHER_PATIENT_ACCOUNT)));
		assert_eq!(given(None, 4), [250, 251, 252, 253]);
		assert_eq!(given(Some(253), 9), [254, 255, 256, 257, 258]);
		assert!(given(Some(258), 4).is_empty());
		let of_relative = Interregional::api_grants_by(OTHER_PATIENT, None, 9);
		assert_eq!(of_relative.len(), 1);
		assert_eq!(of_relative[0].record, OTHER_RECORD);
	});
}

#[test]
fn pages_are_bounded() {
	run(|| {
		grant_many(1_000, 300, NewGrant::default());
		let expected: Vec<_> = (1_000..).take(MAX_PAGE as usize).collect();
		assert_eq!(given(None, u32::MAX), expected);
		assert_eq!(waiting(None, u32::MAX), expected);
	});
}

#[test]
fn a_page_looks_at_a_bounded_number_of_entries() {
	new_test_ext().execute_with(|| {
		let ended = Grant {
			state: StoredState::Ended,
			sequence: 1,
			key_version: 0,
			via: Via::Patient,
			purpose: Purpose::Treatment,
			granted_at: START,
			expires_at: Some(START + 1),
			message: None,
			consortium_holds: ConsortiumHolds::Nothing,
		};
		for region in 10_000..=10_000 + MAX_LOOKED_AT as u32 {
			let grantee = provider_of(region, 7);
			Grants::<Test>::insert(RECORD, grantee, ended.clone());
		}
		// Only the last one in the order of the list has not ended.
		let order: Vec<_> = Grants::<Test>::iter_key_prefix(RECORD).collect();
		let standing = Grant {
			state: StoredState::Revoked,
			..ended
		};
		Grants::<Test>::insert(RECORD, &order[MAX_LOOKED_AT], standing);
		let page = |after| Interregional::api_grants_of(RECORD, after, 1);
		assert!(page(None).is_empty());
		assert_eq!(page(Some(order[0].clone())).len(), 1);
	});
}

#[test]
fn a_records_grants_are_listed_page_by_page() {
	run(|| {
		let grantees = [
			remote(),
			provider_of(OTHER_REGION, 8),
			provider_of(OTHER_REGION + 1, 7),
			provider_of(OTHER_REGION + 2, 11),
		];
		for grantee in &grantees {
			assert_ok!(NewGrant::to(grantee.clone()).by_patient());
		}
		let mut listed: Vec<RemoteProvider> = Vec::new();
		loop {
			let after = listed.last().cloned();
			let page = Interregional::api_grants_of(RECORD, after, 3);
			assert!(page.len() <= 3);
			if page.is_empty() {
				break;
			}
			assert!(page.iter().all(|grant| grant.record == RECORD));
			listed.extend(page.into_iter().map(|grant| grant.grantee));
		}
		listed.sort();
		let mut expected = grantees.to_vec();
		expected.sort();
		assert_eq!(listed, expected);
		assert!(Interregional::api_grants_of(OTHER_RECORD, None, 9).is_empty());
	});
}

#[test]
fn a_grant_without_its_wrapped_key_is_small() {
	use codec::MaxEncodedLen;
	let kept = Grant::max_encoded_len() + 8 + 8 + 15;
	assert!(kept < 150, "{kept}");
}
