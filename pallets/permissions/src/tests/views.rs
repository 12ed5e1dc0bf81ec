use frame_support::assert_ok;
use salus_primitives::{
	testing,
	views::{GrantView, MAX_LOOKED_AT, MAX_PAGE},
	MemberId, Purpose, RecordId, Standing, Via,
};

use crate::{mock::*, Grant};

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

fn granted(after: Option<RecordId>, limit: u32) -> Vec<RecordId> {
	let grants = Permissions::api_granted_to(provider(), after, limit);
	grants.into_iter().map(|grant| grant.record).collect()
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
			wrapped_key: wrapped(0, 384),
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
		assert_eq!(
			Permissions::api_grants_of(RECORD, None, 9),
			vec![view.clone()]
		);
		assert_eq!(Permissions::api_granted_to(provider(), None, 9), [view]);
		assert_eq!(Permissions::api_grant(RECORD, other_provider()), None);
		assert_eq!(Permissions::api_grant(OTHER_RECORD, provider()), None);
		Now::set(START + 10);
		assert_eq!(Permissions::api_grant(RECORD, provider()), None);
		assert!(Permissions::api_grants_of(RECORD, None, 9).is_empty());
		assert!(Permissions::api_granted_to(provider(), None, 9).is_empty());
	});
}

#[test]
fn the_grants_to_a_member_are_listed_oldest_record_first() {
	run(|| {
		// The ids cross the limit of one byte, and the order of granting differs.
		grant_many(256, 3, NewGrant::default());
		grant_many(250, 6, NewGrant::default());
		assert_ok!(NewGrant::default().by_patient());
		assert_eq!(granted(None, 4), [7, 250, 251, 252]);
		assert_eq!(granted(Some(252), 4), [253, 254, 255, 256]);
		assert_eq!(granted(Some(256), 4), [257, 258]);
		assert!(granted(Some(258), 4).is_empty());
		assert!(granted(Some(u64::MAX), 4).is_empty());
		assert!(granted(None, 0).is_empty());
		assert!(Permissions::api_granted_to(author(), None, 9).is_empty());
	});
}

#[test]
fn expired_grants_do_not_shorten_a_page() {
	run(|| {
		grant_many(100, 5, NewGrant::until(START + 1));
		grant_many(105, 3, NewGrant::default());
		Now::set(START + 1);
		assert_eq!(granted(None, 2), [105, 106]);
		assert_eq!(granted(Some(106), 2), [107]);
	});
}

#[test]
fn pages_are_bounded() {
	run(|| {
		grant_many(1_000, 300, NewGrant::default());
		let expected: Vec<_> = (1_000..).take(MAX_PAGE as usize).collect();
		assert_eq!(granted(None, u32::MAX), expected);
	});
}

#[test]
fn a_page_looks_at_a_bounded_number_of_entries() {
	new_test_ext().execute_with(|| {
		let last = 1_000 + MAX_LOOKED_AT as u64;
		let expiring = Grant {
			wrapped_key: wrapped(0, 384),
			via: Via::Patient,
			purpose: Purpose::Treatment,
			granted_at: START,
			expires_at: Some(START + 1),
		};
		for record in 1_000..last {
			assert_ok!(Permissions::do_grant(record, provider(), expiring.clone()));
		}
		let standing = Grant {
			expires_at: None,
			..expiring
		};
		assert_ok!(Permissions::do_grant(last, provider(), standing));
		Now::set(START + 1);
		assert!(granted(None, 1).is_empty());
		assert_eq!(granted(Some(1_000), 1), [last]);
	});
}

#[test]
fn a_records_grants_are_listed_page_by_page() {
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
		let mut listed: Vec<MemberId> = Vec::new();
		loop {
			let page = Permissions::api_grants_of(RECORD, listed.last().cloned(), 3);
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
		assert!(Permissions::api_grants_of(OTHER_RECORD, None, 9).is_empty());
	});
}
