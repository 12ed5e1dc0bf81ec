use frame_support::assert_ok;
use salus_primitives::{
	testing::all_pages, views::InterregionalGrantView, Answer, Cause, GrantEvent, Grantee,
	HistoryEvent, HistoryId, InterregionalState, Page, Purpose, Reason, RecordId, Via, MAX_PAGE,
};

use crate::{mock::*, Grant};

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

type GrantPage = Page<InterregionalGrantView, HistoryId>;

fn waiting(after: Option<HistoryId>, limit: u32) -> GrantPage {
	Interregional::api_waiting(after, limit)
}

fn given(after: Option<HistoryId>, limit: u32) -> GrantPage {
	Interregional::api_grants_by(PATIENT, after, limit)
}

fn ids(page: GrantPage) -> Vec<RecordId> {
	page.items.into_iter().map(|grant| grant.record).collect()
}

fn in_all_lists() -> [Vec<InterregionalGrantView>; 3] {
	[
		Interregional::api_grants_of(RECORD, None, 9).items,
		Interregional::api_grants_by(PATIENT, None, 9).items,
		Interregional::api_waiting(None, 9).items,
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
			history: 0,
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

/// The grant leaves the lists. What happened stays.
#[test]
fn each_step_leaves_an_entry_in_the_patients_history() {
	run(|| {
		let granted = |expires_at| GrantEvent::Granted {
			purpose: Purpose::Treatment,
			expires_at,
		};
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(forward());
		pass_deadline();
		assert_ok!(forward());
		answer(Answer::Refused(Reason::StaleKeyVersion));
		answer(Answer::Done);
		answer(Answer::Done);
		assert_ok!(revoke());
		pass_deadline();
		// A message that is sent again is no news.
		assert_ok!(revoke());
		answer(Answer::Done);
		let end = Some(Now::get() + 10);
		assert_ok!(NewGrant::until(Now::get() + 10).by_patient());
		Now::mutate(|now| *now += 10);
		poll();
		assert_ok!(NewGrant::default().by_patient());
		assert_ok!(revoke());
		let entries: Vec<_> = HistoryList::entries()
			.into_iter()
			.map(|(member, event, by)| {
				assert_eq!(member, PATIENT.into());
				let HistoryEvent::Grant {
					record,
					grantee,
					via,
					event,
				} = event
				else {
					panic!("{event:?}");
				};
				let expected = (RECORD, Grantee::Remote(remote()), Via::Patient);
				assert_eq!((record, grantee, via), expected);
				(event, by)
			})
			.collect();
		assert_eq!(
			entries,
			[
				(granted(None), true),
				// Of the two times that it was forwarded, the first.
				(GrantEvent::Forwarded, true),
				(GrantEvent::Delivered, false),
				(GrantEvent::Revoking, true),
				(GrantEvent::Revoked, false),
				(granted(end), true),
				(GrantEvent::Expired, false),
				(granted(None), true),
				(GrantEvent::Revoking, true),
			]
		);
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
fn grants_that_wait_to_be_forwarded_are_listed_newest_first() {
	run(|| {
		MaxInFlight::set(100);
		// The order of granting is not that of the records.
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		assert_ok!(NewGrant::default().by_patient());
		let page = waiting(None, 4);
		assert_eq!(page.next, Some(6));
		assert_eq!(ids(page), [7, 255, 254, 253]);
		let page = waiting(Some(6), 6);
		assert_eq!(page.next, None);
		assert_eq!(ids(page), [252, 251, 250, 258, 257, 256]);
		assert_eq!(waiting(Some(0), 4), Page::default());
		// A page of grants that wait for an answer is empty, and hides nothing behind it.
		for record in [7, 255] {
			let provider = signed(PROVIDER_ACCOUNT);
			assert_ok!(Interregional::forward(provider, record, remote()));
		}
		let page = waiting(None, 2);
		assert_eq!((page.items.len(), page.next), (0, Some(8)));
		assert_eq!(all_pages(|after| waiting(after, 2)).len(), 8);
		Now::set(START + ANSWER_WITHIN);
		assert_eq!(ids(waiting(None, 2)), [7, 255]);
	});
}

#[test]
fn a_patients_grants_are_listed_newest_first() {
	run(|| {
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		let relatives = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_ok!(relatives.give(signed(OTHER_PATIENT_ACCOUNT)));
		assert_eq!(ids(given(None, 4)), [255, 254, 253, 252]);
		assert_eq!(ids(given(Some(5), 9)), [251, 250, 258, 257, 256]);
		assert_eq!(given(Some(0), 4), Page::default());
		let of_relative = Interregional::api_grants_by(OTHER_PATIENT, None, 9);
		assert_eq!(ids(of_relative), [OTHER_RECORD]);
		// A grant on new terms is a new one.
		assert_ok!(NewGrant {
			record: 256,
			..Default::default()
		}
		.by_patient());
		assert_eq!(ids(given(None, 2)), [256, 255]);
		assert_eq!(given(None, 0).items.len(), 9);
	});
}

#[test]
fn pages_are_bounded() {
	run(|| {
		grant_many(1_000, 300, NewGrant::default());
		for limit in [0, u32::MAX] {
			for page in [given(None, limit), waiting(None, limit)] {
				assert_eq!(page.next, Some(300 - u64::from(MAX_PAGE)));
				assert_eq!(page.items.len(), MAX_PAGE as usize);
			}
		}
	});
}

#[test]
fn a_records_grants_are_listed_newest_first() {
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
		let listed = all_pages(|after| Interregional::api_grants_of(RECORD, after, 3));
		let listed: Vec<_> = listed.into_iter().map(|grant| grant.grantee).collect();
		assert!(listed.iter().eq(grantees.iter().rev()));
		let other = Interregional::api_grants_of(OTHER_RECORD, None, 9);
		assert_eq!(other, Page::default());
	});
}

#[test]
fn twenty_thousand_given_grants_page_without_a_gap_while_others_are_added_and_end() {
	page_through(|after| given(after, 0));
}

#[test]
fn twenty_thousand_waiting_grants_page_without_a_gap_while_others_are_added_and_end() {
	page_through(|after| Interregional::api_waiting(after, 0));
}

/// Reads a list of 20,000 grants, and compares it.
fn page_through(list: impl Fn(Option<HistoryId>) -> GrantPage) {
	new_test_ext().execute_with(|| {
		let first = 1_000;
		for record in first..first + 20_000 {
			let end = if record % 50 == 0 {
				START + 1
			} else {
				START + 2
			};
			grant_many(record, 1, NewGrant::until(end));
		}
		let mut round = 0;
		let seen = all_pages(|after| {
			let page = list(after);
			round += 1;
			grant_many(50_000 + round, 1, NewGrant::default());
			if round == 10 {
				// Every fiftieth ends, read or not.
				Now::set(START + 1);
				poll();
			}
			page
		});
		let unread = first + 20_000 - 10 * u64::from(MAX_PAGE);
		let expected = (first..first + 20_000)
			.rev()
			.filter(|id| *id >= unread || id % 50 != 0);
		assert!(seen.iter().map(|grant| grant.record).eq(expected));
	});
}

#[test]
fn a_grant_without_its_wrapped_key_is_small() {
	use codec::MaxEncodedLen;
	let kept = Grant::max_encoded_len() + 8 + 8 + 15;
	assert!(kept < 150, "{kept}");
}
