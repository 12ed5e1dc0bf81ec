//! The functions behind the `ConsortiumApi`.

use salus_primitives::{
	views::{AuthorView, DirectoryView, IncomingGrantView, RegionView, MAX_LOOKED_AT, MAX_PAGE},
	DeliveredAuthor, ProfessionalName,
};

use super::*;

#[test]
fn a_region_is_shown() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(Consortium::enlist_provider(
			of_region(HOME),
			entry(HOME, AUTHOR, 2)
		));
		let expected = RegionView {
			region: HOME,
			genesis_hash: genesis(HOME),
			standing: RegionStanding::Admitted,
			since: START,
			providers: 1,
			live_grants: 1,
		};
		assert_eq!(Consortium::api_region(HOME), Some(expected));
		assert_eq!(Consortium::api_region(STRANGER), None);
	});
}

#[test]
fn regions_are_listed_in_the_order_of_their_ids() {
	run(|| {
		// The bytes of ids would be in another order if they were little-endian.
		assert_ok!(Consortium::admit_region(authorities(), 256, genesis(256)));
		assert_ok!(Consortium::expel_region(authorities(), AWAY));
		let page = |after, limit| -> Vec<_> {
			let views = Consortium::api_regions(after, limit);
			views.into_iter().map(|view| view.region).collect()
		};
		assert_eq!(page(None, MAX_PAGE), [256, HOME, AWAY, THIRD]);
		assert_eq!(page(None, 2), [256, HOME]);
		assert_eq!(page(Some(HOME), 2), [AWAY, THIRD]);
		assert!(page(Some(THIRD), 2).is_empty());
		assert_eq!(page(Some(0), 1), [256]);
		assert!(page(None, 0).is_empty());
	});
}

#[test]
fn a_provider_is_shown() {
	run(|| {
		assert_ok!(Consortium::expel_region(authorities(), AWAY));
		let entry = entry(AWAY, GRANTEE, 1);
		let expected = DirectoryView {
			region: AWAY,
			id: id(GRANTEE),
			number: number(GRANTEE),
			name: entry.name,
			account: account(1),
			standing: Standing::Verified,
			region_standing: RegionStanding::Expelled,
			since: START - 9,
			key: entry.key.into(),
			sequence: 1,
			updated_at: START,
		};
		assert_eq!(
			Consortium::api_provider(provider_of(AWAY, GRANTEE)),
			Some(expected)
		);
		assert_eq!(Consortium::api_provider(provider_of(HOME, GRANTEE)), None);
		assert_eq!(Consortium::api_provider(provider_of(AWAY, AUTHOR)), None);
	});
}

#[test]
fn providers_are_listed_in_pages() {
	run(|| {
		for who in 1..=4 {
			let entry = entry(HOME, &format!("B0000{who}"), who);
			assert_ok!(Consortium::enlist_provider(of_region(HOME), entry));
		}
		let page = |after, limit| -> Vec<_> {
			let views = Consortium::api_providers(HOME, after, limit);
			views.into_iter().map(|view| view.id).collect()
		};
		let all = page(None, MAX_PAGE);
		let mut sorted = all.clone();
		sorted.sort();
		let ids = ["B00001", "B00002", "B00003", "B00004"].map(id);
		assert_eq!(sorted, ids);
		assert_eq!(page(None, 3), all[..3]);
		assert_eq!(page(Some(all[2]), 3), all[3..]);
		assert!(page(Some(all[3]), 3).is_empty());
		assert!(Consortium::api_providers(STRANGER, None, 3).is_empty());
		assert!(Consortium::api_providers(THIRD, None, 3).is_empty());
	});
}

#[test]
fn the_providers_of_an_account_are_listed() {
	run(|| {
		for (region, text) in [(HOME, "B00001"), (THIRD, "B00003"), (AWAY, "B00002")] {
			assert_ok!(Consortium::enlist_provider(
				of_region(region),
				entry(region, text, 7)
			));
		}
		let page = |after, limit| Consortium::api_providers_by_account(account(7), after, limit);
		let all = [
			provider_of(HOME, "B00001"),
			provider_of(AWAY, "B00002"),
			provider_of(THIRD, "B00003"),
		];
		assert_eq!(page(None, MAX_PAGE), all);
		assert_eq!(page(None, 1), all[..1]);
		assert_eq!(page(Some(HOME), 9), all[1..]);
		assert!(page(Some(THIRD), 9).is_empty());
		assert!(Consortium::api_providers_by_account(account(8), None, 9).is_empty());
	});
}

#[test]
fn a_grant_is_shown() {
	run(|| {
		Now::set(START + 3);
		let said = grant_until(START + 10);
		assert_ok!(deliver(said.clone()));
		let expected = IncomingGrantView {
			region: HOME,
			genesis_hash: genesis(HOME),
			record: RECORD,
			grantee: grantee(),
			patient: said.patient,
			author: AuthorView::Provider {
				id: id(AUTHOR),
				number: number(AUTHOR),
				name: ProfessionalName::parse("Dr. B. Smit").unwrap(),
				standing: None,
			},
			account: Some(account(0xac)),
			sealed_name: said.sealed_name,
			hash: said.hash,
			cid: said.cid,
			size: said.size,
			added_at: said.added_at,
			amended_hash: said.amended_hash,
			wrapped_key: said.wrapped_key,
			via: said.via,
			purpose: said.purpose,
			granted_at: said.granted_at,
			expires_at: said.expires_at,
			delivered_at: START + 3,
			sequence: 1,
		};
		assert_eq!(handed_out(), Some(expected.clone()));
		assert_eq!(Consortium::api_granted_to(grantee(), None, 9), [expected]);
	});
}

/// Outside the region, nothing links a patient's id with an account.
#[test]
fn a_grant_of_a_patients_own_record_shows_no_account() {
	run(|| {
		let own = DeliveredGrant {
			author: DeliveredAuthor::Patient,
			..grant()
		};
		assert_ok!(deliver(own));
		let view = handed_out().unwrap();
		assert_eq!((view.author, view.account), (AuthorView::Patient, None));
	});
}

#[test]
fn a_grant_to_another_grantee_or_of_another_record_is_not_shown() {
	run(|| {
		assert_ok!(deliver(grant()));
		for (region, record, grantee) in [
			(AWAY, RECORD, grantee()),
			(STRANGER, RECORD, grantee()),
			(HOME, RECORD + 1, grantee()),
			(HOME, RECORD, provider_of(AWAY, AUTHOR)),
			(HOME, RECORD, provider_of(THIRD, GRANTEE)),
		] {
			let view = Consortium::api_grant(region, record, grantee.clone());
			assert_eq!(view, None);
			let withheld = Consortium::api_withheld(region, record, grantee);
			assert_eq!(withheld, None);
		}
	});
}

fn page(after: Option<(ParaId, RecordId)>, limit: u32) -> Vec<(ParaId, RecordId)> {
	let views = Consortium::api_granted_to(grantee(), after, limit);
	let told = views.into_iter().map(|view| (view.region, view.record));
	told.collect()
}

/// Four grants of three regions, delivered in another order than they are listed in.
fn deliver_four() {
	for (region, record) in [(THIRD, 1), (HOME, 256), (HOME, 2), (AWAY, 5)] {
		let call = Consortium::deliver_grant(of_region(region), grant_of(record));
		assert_ok!(call);
	}
}

#[test]
fn grants_are_listed_by_region_and_record() {
	run(|| {
		deliver_four();
		let all = [(HOME, 2), (HOME, 256), (AWAY, 5), (THIRD, 1)];
		assert_eq!(page(None, MAX_PAGE), all);
		for limit in 0..5 {
			let limit_of: usize = limit as usize;
			assert_eq!(page(None, limit), all[..limit_of.min(4)]);
		}
		for (index, last) in all.into_iter().enumerate() {
			assert_eq!(page(Some(last), MAX_PAGE), all[index + 1..]);
		}
		// From places where there is nothing.
		assert_eq!(page(Some((HOME, 3)), MAX_PAGE), all[1..]);
		assert_eq!(page(Some((HOME, u64::MAX)), MAX_PAGE), all[2..]);
		assert_eq!(page(Some((0, 0)), MAX_PAGE), all);
		assert!(page(Some((STRANGER, 0)), MAX_PAGE).is_empty());
	});
}

#[test]
fn withheld_grants_are_not_listed() {
	run(|| {
		deliver_four();
		assert_ok!(Consortium::expel_region(authorities(), HOME));
		assert_eq!(page(None, MAX_PAGE), [(AWAY, 5), (THIRD, 1)]);
		// A page skips withheld grants.
		assert_eq!(page(Some((HOME, 2)), 1), [(AWAY, 5)]);
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..entry(AWAY, AUTHOR, 2)
		};
		assert_ok!(Consortium::enlist_provider(of_region(AWAY), suspended));
		assert_eq!(page(None, MAX_PAGE), [(THIRD, 1)]);
	});
}

#[test]
fn the_length_of_a_page_is_limited() {
	settled().execute_with(|| {
		let most = MAX_PAGE + 3;
		MaxGrantsPerRegion::set(most);
		MaxGrantsPerGrantee::set(most);
		MaxGrantsOfPatient::set(most);
		MaxGrantsOfAuthor::set(most);
		for record in 0..u64::from(most) {
			assert_ok!(deliver(grant_of(record)));
		}
		let first = page(None, u32::MAX);
		assert_eq!(first.len(), MAX_PAGE as usize);
		let rest = page(first.last().copied(), u32::MAX);
		assert_eq!(rest.len(), 3);
	});
}

/// One region's grants that are withheld do not hide another's, however many they are.
#[test]
fn the_grants_of_a_region_do_not_hide_those_of_another() {
	settled().execute_with(|| {
		let most = MAX_LOOKED_AT as u32 + 1;
		MaxGrantsPerRegion::set(most);
		MaxGrantsPerGrantee::set(most);
		MaxGrantsOfPatient::set(most);
		MaxGrantsOfAuthor::set(most);
		for record in 0..u64::from(most) {
			assert_ok!(deliver(grant_of(record)));
		}
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..entry(HOME, AUTHOR, 2)
		};
		assert_ok!(Consortium::enlist_provider(of_region(HOME), suspended));
		assert_eq!(page(None, MAX_PAGE), [(THIRD, RECORD)]);
	});
}

#[test]
fn an_expelled_or_unknown_region_is_not_admitted() {
	run(|| {
		assert!(is_admitted(HOME));
		assert!(!is_admitted(STRANGER));
		assert!(!is_admitted(OWN));
		assert_ok!(Consortium::expel_region(authorities(), HOME));
		assert!(!is_admitted(HOME));
	});
}
