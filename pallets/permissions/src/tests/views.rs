use frame_support::assert_ok;
use salus_primitives::{
	testing::{self, all_pages},
	traits::RecordViews as _,
	views::{GrantView, GrantedRecord, RecordFilter},
	HistoryId, MemberId, Page, ProfessionalName, Purpose, RecordId, Standing, Via, WrappedKey,
	MAX_PAGE,
};

use crate::mock::*;

/// Grants `count` records of [`PATIENT`] to [`provider`], with ids from `from` on.
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

fn granted(after: Option<HistoryId>, limit: u32) -> Page<GrantedRecord<AccountId>, HistoryId> {
	Permissions::api_granted_to(provider(), RecordFilter::default(), false, after, limit)
}

fn records(page: Page<GrantedRecord<AccountId>, HistoryId>) -> Vec<RecordId> {
	let grants = page.items.into_iter();
	grants.map(|granted| granted.grant.record).collect()
}

#[test]
fn a_view_shows_a_grant_until_it_expires() {
	run(|| {
		let new = NewGrant {
			purpose: Purpose::FamilyRequest,
			..NewGrant::until(START + 10)
		};
		assert_ok!(new.by_patient());
		let view = GrantView {
			record: RECORD,
			grantee: provider(),
			number: Some(testing::number_of(testing::provider())),
			name: ProfessionalName::parse("Dr A00002").ok(),
			standing: Some(Standing::Verified),
			history: 0,
			key_version: 0,
			wrapped_key: Some(wrapped(0, 384)),
			via: Via::Patient,
			purpose: Purpose::FamilyRequest,
			granted_at: START,
			expires_at: Some(START + 10),
		};
		Now::set(START + 9);
		assert_eq!(
			Permissions::api_grant(RECORD, provider()),
			Some(view.clone())
		);
		let keyless = GrantView {
			wrapped_key: None,
			..view.clone()
		};
		let one = Page {
			items: vec![keyless],
			next: None,
		};
		assert_eq!(Permissions::api_grants_of(RECORD, None, 9), one);
		assert_eq!(Permissions::api_grants_by(PATIENT, None, 9), one);
		let granted_to = |keys| {
			let all = RecordFilter::default();
			Permissions::api_granted_to(provider(), all, keys, None, 9)
		};
		let record = RecordTable::view_of(RECORD).unwrap();
		let listed = |grant: &GrantView| Page {
			items: vec![GrantedRecord {
				record: record.clone(),
				grant: grant.clone(),
			}],
			next: None,
		};
		assert_eq!(granted_to(true), listed(&view));
		assert_eq!(granted_to(false), listed(&one.items[0]));
		assert_eq!(Permissions::api_grant(RECORD, other_provider()), None);
		assert_eq!(Permissions::api_grant(OTHER_RECORD, provider()), None);
		Now::set(START + 10);
		assert_eq!(Permissions::api_grant(RECORD, provider()), None);
		assert_eq!(Permissions::api_grants_of(RECORD, None, 9), Page::default());
		assert_eq!(
			Permissions::api_grants_by(PATIENT, None, 9),
			Page::default()
		);
		assert_eq!(granted_to(true), Page::default());
	});
}

#[test]
fn the_grants_to_a_member_are_listed_newest_grant_first() {
	run(|| {
		// The order of granting is not that of the records.
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		assert_ok!(NewGrant::default().by_patient());
		let page = granted(None, 4);
		assert_eq!(page.next, Some(6));
		assert_eq!(records(page), [7, 255, 254, 253]);
		let page = granted(Some(6), 6);
		assert_eq!(page.next, None);
		assert_eq!(records(page), [252, 251, 250, 258, 257, 256]);
		assert_eq!(granted(Some(0), 4), Page::default());
		// A grant on new terms is a new one.
		assert_ok!(NewGrant {
			record: 256,
			..Default::default()
		}
		.by_patient());
		assert_eq!(records(granted(None, 2)), [256, 7]);
		let none = RecordFilter::default();
		let author = Permissions::api_granted_to(author(), none, false, None, 9);
		assert_eq!(author, Page::default());
	});
}

#[test]
fn a_page_of_expired_grants_is_empty_and_hides_nothing_behind_it() {
	run(|| {
		grant_many(105, 2, NewGrant::default());
		grant_many(100, 5, NewGrant::until(START + 1));
		Now::set(START + 1);
		let page = granted(None, 2);
		assert_eq!((page.items.len(), page.next), (0, Some(5)));
		let found = all_pages(|after| granted(after, 2));
		assert_eq!(found.len(), 2);
	});
}

#[test]
fn a_list_of_grants_can_be_of_a_patient_an_author_or_since_a_time() {
	run(|| {
		grant_many(100, 3, NewGrant::default());
		Now::set(START + 5);
		let other = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_ok!(other.give(signed(OTHER_PATIENT_ACCOUNT)));
		let list = |filter: RecordFilter| {
			let page = Permissions::api_granted_to(provider(), filter, false, None, 0);
			assert_eq!(page.next, None);
			records(page)
		};
		let all = RecordFilter::default;
		let of = |patient| RecordFilter {
			patient: Some(patient),
			..all()
		};
		let by = |provider| RecordFilter {
			author: Some(provider),
			..all()
		};
		let since = |at| RecordFilter {
			since: Some(START + at),
			..all()
		};
		assert_eq!(list(all()), [OTHER_RECORD, 102, 101, 100]);
		assert_eq!(list(of(OTHER_PATIENT)), [OTHER_RECORD]);
		assert_eq!(list(of(PATIENT)), [102, 101, 100]);
		assert_eq!(list(by(testing::author())).len(), 4);
		assert_eq!(list(by(testing::provider())), [0u64; 0]);
		assert_eq!(list(since(5)), [OTHER_RECORD]);
		assert_eq!(list(since(0)).len(), 4);
		assert_eq!(list(since(6)), [0u64; 0]);
	});
}

#[test]
fn pages_are_bounded() {
	run(|| {
		grant_many(1_000, 300, NewGrant::default());
		for limit in [0, u32::MAX] {
			let page = granted(None, limit);
			assert_eq!(page.next, Some(300 - u64::from(MAX_PAGE)));
			assert_eq!(page.items.len(), MAX_PAGE as usize);
			let by = Permissions::api_grants_by(PATIENT, None, limit);
			assert_eq!(by.items.len(), MAX_PAGE as usize);
		}
	});
}

#[test]
fn a_records_grants_are_listed_newest_first() {
	run(|| {
		let grantees: [MemberId; 4] = [
			provider(),
			other_provider(),
			OTHER_PATIENT.into(),
			suspended(),
		];
		MemberTable::set_standing(testing::suspended(), Standing::Verified);
		for grantee in &grantees {
			assert_ok!(NewGrant::to(grantee.clone()).by_patient());
		}
		let listed = all_pages(|after| Permissions::api_grants_of(RECORD, after, 3));
		let listed: Vec<_> = listed.into_iter().map(|grant| grant.grantee).collect();
		assert!(listed.iter().eq(grantees.iter().rev()));
		let other = Permissions::api_grants_of(OTHER_RECORD, None, 9);
		assert_eq!(other, Page::default());
	});
}

#[test]
fn twenty_thousand_granted_records_page_without_a_gap_while_others_are_added_and_removed() {
	page_through(|after| granted(after, 0).map(|granted| Some(granted.grant.record)));
}

#[test]
fn twenty_thousand_given_grants_page_without_a_gap_while_others_are_added_and_removed() {
	page_through(|after| {
		Permissions::api_grants_by(PATIENT, after, 0).map(|grant| Some(grant.record))
	});
}

/// Reads a list of the records of 20,000 grants, and compares it.
fn page_through(list: impl Fn(Option<HistoryId>) -> Page<RecordId, HistoryId>) {
	new_test_ext().execute_with(|| {
		let first = 1_000;
		grant_many(first, 20_000, NewGrant::default());
		let revoke = |record| {
			let patient = signed(PATIENT_ACCOUNT);
			assert_ok!(Permissions::revoke(patient, record, provider()));
		};
		let (mut round, mut gone) = (0, vec![]);
		let seen = all_pages(|after| {
			let page = list(after);
			// A new grant, one revoked that was read, and one that was not, if there is one.
			grant_many(50_000 + round, 1, NewGrant::default());
			let (read, unread) = (first + 20_000 - 1 - round * 100, first + round * 50);
			revoke(read);
			if page.next.is_some_and(|next| unread < first + next) {
				revoke(unread);
				gone.push(unread);
			}
			round += 1;
			page
		});
		assert!(round >= 78 && gone.len() > 60);
		let expected = (first..first + 20_000)
			.rev()
			.filter(|id| !gone.contains(id));
		assert!(seen.into_iter().eq(expected));
	});
}

/// A proof of a view has all that the view read.
#[test]
fn an_ended_grants_wrapped_key_is_not_read() {
	let ciphertext: Vec<u8> = (0..=255).chain(0..128).collect();
	// Whether a proof of all views shows the wrapped key.
	let read = |change: fn()| {
		let mut ext = new_test_ext();
		ext.execute_with(|| {
			let new = NewGrant {
				wrapped_key: WrappedKey::RsaOaep {
					key_version: 0,
					ciphertext: ciphertext.clone().try_into().unwrap(),
				},
				..NewGrant::until(START + 10)
			};
			assert_ok!(new.by_patient());
			change();
		});
		ext.commit_all().unwrap();
		let (_, proof) = ext.execute_and_prove(|| {
			let all = RecordFilter::default();
			let list = Permissions::api_granted_to(provider(), all, true, None, 0);
			let one = Permissions::api_grant(RECORD, provider());
			(list, one, Permissions::api_grants_of(RECORD, None, 0))
		});
		let found = proof.iter_nodes().any(|node| {
			let mut parts = node.windows(ciphertext.len());
			parts.any(|part| part == ciphertext)
		});
		found
	};
	assert!(read(|| {}), "a grant that stands shows its key");
	assert!(!read(|| Now::set(START + 10)));
	assert!(!read(|| {
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Permissions::revoke(patient, RECORD, provider()));
	}));
}
