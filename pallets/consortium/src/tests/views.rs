//! The functions behind the `ConsortiumApi`.

use salus_primitives::{
	testing::all_pages,
	views::{AuthorView, DirectoryView, IncomingGrantView, RecordFilter, RegionView},
	AccountId, DeliveredAuthor, NumberError, Page, PatientId, ProfessionalName, ProviderId,
	WrappedKey, MAX_PAGE,
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
		let page = |after, limit| {
			let page = Consortium::api_regions(after, limit);
			let ids: Vec<_> = page.items.iter().map(|view| view.region).collect();
			(ids, page.next)
		};
		assert_eq!(page(None, 0), (vec![256, HOME, AWAY, THIRD], None));
		assert_eq!(page(None, 2), (vec![256, HOME], Some(HOME)));
		assert_eq!(page(Some(HOME), 2), (vec![AWAY, THIRD], None));
		assert_eq!(page(Some(THIRD), 2), (vec![], None));
		assert_eq!(page(Some(0), 1), (vec![256], Some(256)));
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
fn providers_are_listed_in_the_order_of_their_ids() {
	run(|| {
		MaxProvidersPerRegion::set(1_000);
		// The bytes of ids would be in another order if they were little-endian.
		let all: Vec<_> = (250..260).map(ProviderId).collect();
		for id in all.iter().rev() {
			let text = format!("B{:05}", id.0);
			let entry = DirectoryEntry {
				id: *id,
				..entry(HOME, &text, u8::try_from(id.0 - 240).unwrap())
			};
			assert_ok!(Consortium::enlist_provider(of_region(HOME), entry));
		}
		let page = |after, limit| {
			let page = Consortium::api_providers(HOME, after, limit);
			let ids: Vec<_> = page.items.iter().map(|view| view.id).collect();
			(ids, page.next)
		};
		assert_eq!(page(None, 0), (all.clone(), None));
		assert_eq!(page(None, 3), (all[..3].to_vec(), Some(all[2])));
		assert_eq!(page(Some(all[2]), 7), (all[3..].to_vec(), None));
		assert_eq!(page(Some(all[9]), 3), (vec![], None));
		let none = Page::default();
		assert_eq!(Consortium::api_providers(STRANGER, None, 3), none);
		assert_eq!(Consortium::api_providers(THIRD, None, 3), none);
	});
}

#[test]
fn the_holder_of_a_number_is_shown_and_a_number_that_is_none_is_refused_in_words() {
	run(|| {
		let holder = |text: &str| Consortium::api_holder(AWAY, text.into());
		assert_eq!(holder(GRANTEE).unwrap().unwrap().id, id(GRANTEE));
		assert_eq!(holder("Z99999"), Ok(None));
		for bad in ["", "A1234567890", &"9".repeat(1 << 20)] {
			assert_eq!(holder(bad), Err(NumberError::Malformed));
		}
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
		let page = |after, limit| {
			let page = Consortium::api_providers_by_account(account(7), after, limit);
			(page.items, page.next)
		};
		let all = [
			provider_of(HOME, "B00001"),
			provider_of(AWAY, "B00002"),
			provider_of(THIRD, "B00003"),
		];
		assert_eq!(page(None, MAX_PAGE), (all.to_vec(), None));
		assert_eq!(page(None, 1), (all[..1].to_vec(), Some(HOME)));
		assert_eq!(page(Some(HOME), 9), (all[1..].to_vec(), None));
		assert_eq!(page(Some(THIRD), 9), (vec![], None));
		let none = Consortium::api_providers_by_account(account(8), None, 9);
		assert_eq!(none, Page::default());
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
			delivery: 0,
			patient: said.patient,
			author: AuthorView::Provider {
				id: id(AUTHOR),
				number: number(AUTHOR),
				name: ProfessionalName::parse("Dr. B. Smit").unwrap(),
				standing: None,
			},
			account: Some(account(0xac)),
			sealed_name: said.sealed_name,
			document_hash: said.hash,
			cid: said.cid,
			envelope_size: said.size,
			added_at: said.added_at,
			amended_hash: said.amended_hash,
			key_version: 0,
			wrapped_key: Some(said.wrapped_key),
			via: said.via,
			purpose: said.purpose,
			granted_at: said.granted_at,
			expires_at: said.expires_at,
			delivered_at: START + 3,
			sequence: 1,
		};
		assert_eq!(handed_out(), Some(expected.clone()));
		let list = |keys| {
			let all = RecordFilter::default();
			Consortium::api_granted_to(grantee(), None, all, keys, None, 9)
		};
		let keyless = IncomingGrantView {
			wrapped_key: None,
			..expected.clone()
		};
		assert_eq!((list(true).items, list(true).next), (vec![expected], None));
		assert_eq!(list(false).items, [keyless]);
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

type GrantPage = Page<IncomingGrantView<AccountId>, u64>;

fn granted(after: Option<u64>, limit: u32) -> GrantPage {
	let all = RecordFilter::default();
	Consortium::api_granted_to(grantee(), None, all, false, after, limit)
}

fn ids(page: GrantPage) -> Vec<(ParaId, RecordId)> {
	let views = page.items.into_iter();
	views.map(|view| (view.region, view.record)).collect()
}

/// Four grants of three regions, in this order.
fn deliver_four() {
	let four = [(THIRD, 1), (HOME, 256), (HOME, 2), (AWAY, 5)];
	for (at, (region, record)) in (START..).zip(four) {
		Now::set(at);
		let call = Consortium::deliver_grant(of_region(region), grant_of(record));
		assert_ok!(call);
	}
}

#[test]
fn grants_are_listed_newest_delivery_first() {
	run(|| {
		deliver_four();
		let all = [(AWAY, 5), (HOME, 2), (HOME, 256), (THIRD, 1)];
		assert_eq!(ids(granted(None, 0)), all);
		for limit in 1..5 {
			let page = granted(None, limit);
			assert_eq!(page.next, (limit < 4).then(|| 4 - u64::from(limit)));
			assert_eq!(ids(page), all[..limit as usize]);
		}
		for after in 0..4u64 {
			assert_eq!(ids(granted(Some(after), 0)), all[4 - after as usize..]);
		}
		// A grant on new terms is a new delivery.
		let again = DeliveredGrant {
			sequence: 2,
			..grant_of(256)
		};
		assert_ok!(deliver(again));
		assert_eq!(ids(granted(None, 1)), [(HOME, 256)]);
		assert_eq!(granted(None, 0).items.len(), 4);
	});
}

#[test]
fn a_list_of_grants_can_be_of_a_region_a_patient_an_author_or_since_a_time() {
	run(|| {
		deliver_four();
		let list = |region, filter: RecordFilter| {
			ids(Consortium::api_granted_to(
				grantee(),
				region,
				filter,
				false,
				None,
				0,
			))
		};
		let all = RecordFilter::default;
		assert_eq!(list(Some(HOME), all()), [(HOME, 2), (HOME, 256)]);
		assert!(list(Some(STRANGER), all()).is_empty());
		let of = |patient| RecordFilter {
			patient: Some(patient),
			..all()
		};
		assert_eq!(list(None, of(grant().patient)).len(), 4);
		assert!(list(None, of(PatientId([9; 16]))).is_empty());
		let by = |author| RecordFilter {
			author: Some(author),
			..all()
		};
		assert_eq!(list(Some(THIRD), by(id(AUTHOR))), [(THIRD, 1)]);
		assert!(list(None, by(ProviderId(99_999))).is_empty());
		let since = |at| RecordFilter {
			since: Some(START + at),
			..all()
		};
		assert_eq!(list(None, since(2)), [(AWAY, 5), (HOME, 2)]);
		assert!(list(None, since(4)).is_empty());
	});
}

#[test]
fn a_page_of_withheld_grants_is_empty_and_hides_nothing_behind_it() {
	run(|| {
		deliver_four();
		assert_ok!(Consortium::expel_region(authorities(), HOME));
		assert_eq!(ids(granted(None, 0)), [(AWAY, 5), (THIRD, 1)]);
		let page = granted(Some(3), 2);
		assert_eq!((page.items.len(), page.next), (0, Some(1)));
		assert_eq!(ids(granted(Some(1), 2)), [(THIRD, 1)]);
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..entry(AWAY, AUTHOR, 2)
		};
		assert_ok!(Consortium::enlist_provider(of_region(AWAY), suspended));
		assert_eq!(ids(granted(None, 0)), [(THIRD, 1)]);
		assert_eq!(all_pages(|after| granted(after, 1)).len(), 1);
	});
}

fn allow_many(most: u32) {
	MaxGrantsPerRegion::set(most);
	MaxGrantsPerGrantee::set(most);
	MaxGrantsOfPatient::set(most);
	MaxGrantsOfAuthor::set(most);
	MaxGrantsOfOwnRecords::set(most);
}

#[test]
fn the_length_of_a_page_is_limited() {
	settled().execute_with(|| {
		let most = MAX_PAGE + 3;
		allow_many(most);
		for record in 0..u64::from(most) {
			assert_ok!(deliver(grant_of(record)));
		}
		let first = granted(None, u32::MAX);
		assert_eq!(first.items.len(), MAX_PAGE as usize);
		let rest = granted(first.next, u32::MAX);
		assert_eq!((rest.items.len(), rest.next), (3, None));
	});
}

#[test]
fn twenty_thousand_providers_page_without_a_gap_while_others_are_added() {
	settled().execute_with(|| {
		let at = AWAY.to_be_bytes();
		let known = Consortium::api_providers(AWAY, None, 1).items[0].id;
		let provider = Providers::<Test>::get(at, known.0.to_be_bytes()).unwrap();
		let key = ProviderKeys::<Test>::get(at, known.0.to_be_bytes()).unwrap();
		let add = |id: u32| {
			Providers::<Test>::insert(at, id.to_be_bytes(), provider.clone());
			ProviderKeys::<Test>::insert(at, id.to_be_bytes(), key.clone());
		};
		(1_000..21_000).for_each(add);
		let mut round = 0;
		let seen = all_pages(|after| {
			let page = Consortium::api_providers(AWAY, after, 0);
			// The last ones: ids only grow.
			add(50_000 + round);
			round += 1;
			page
		});
		assert!(round >= 78);
		let seen = seen
			.into_iter()
			.map(|view| view.id.0)
			.filter(|id| (1_000..21_000).contains(id));
		assert!(seen.eq(1_000..21_000));
	});
}

#[test]
fn twenty_thousand_grants_page_without_a_gap_while_others_are_added_and_removed() {
	settled().execute_with(|| {
		allow_many(30_000);
		for record in 0..20_000 {
			assert_ok!(deliver(grant_of(record)));
		}
		let revoke = |record| {
			let revocation = GrantRevocation {
				record,
				grantee: grantee(),
				sequence: 2,
			};
			assert_ok!(Consortium::revoke_grant(of_region(HOME), revocation));
		};
		let (mut round, mut gone) = (0, vec![]);
		let seen = all_pages(|after| {
			let page = granted(after, 0);
			assert_ok!(deliver(grant_of(50_000 + round)));
			let (read, unread) = (19_999 - round * 100, round * 50);
			if page.next.is_some_and(|next| unread < next) {
				revoke(unread);
				gone.push(unread);
			}
			if !gone.contains(&read) {
				revoke(read);
			}
			round += 1;
			page
		});
		assert!(round >= 78 && gone.len() > 60);
		let expected = (0..20_000).rev().filter(|id| !gone.contains(id));
		assert!(seen.iter().map(|view| view.record).eq(expected));
	});
}

/// A proof of a view has all that the view read.
#[test]
fn a_withheld_grants_wrapped_key_is_not_read() {
	let ciphertext: Vec<u8> = (0..=255).collect();
	// Whether a proof of all views shows the wrapped key.
	let read = |change: fn()| {
		let mut ext = settled();
		ext.execute_with(|| {
			let known = entry(HOME, AUTHOR, 2);
			assert_ok!(Consortium::enlist_provider(of_region(HOME), known));
			let mut grant = grant_until(START + 10);
			grant.wrapped_key = WrappedKey::RsaOaep {
				key_version: 0,
				ciphertext: ciphertext.clone().try_into().unwrap(),
			};
			assert_ok!(deliver(grant));
			change();
		});
		ext.commit_all().unwrap();
		let (_, proof) = ext.execute_and_prove(|| {
			let all = RecordFilter::default();
			let list = Consortium::api_granted_to(grantee(), None, all, true, None, 0);
			let why = Consortium::api_withheld(HOME, RECORD, grantee());
			(list, handed_out(), why)
		});
		let found = proof.iter_nodes().any(|node| {
			let mut parts = node.windows(ciphertext.len());
			parts.any(|part| part == ciphertext)
		});
		found
	};
	assert!(read(|| {}), "a grant that stands shows its key");
	assert!(!read(|| Now::set(START + 10)));
	assert!(!read(|| set_standing(AWAY, GRANTEE, Standing::Suspended)));
	assert!(!read(|| set_standing(AWAY, GRANTEE, Standing::Retired)));
	assert!(!read(|| set_standing(AWAY, GRANTEE, Standing::Unverified)));
	assert!(!read(|| set_standing(HOME, AUTHOR, Standing::Suspended)));
	assert!(!read(|| expelled(HOME)));
	assert!(!read(|| expelled(AWAY)));
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
