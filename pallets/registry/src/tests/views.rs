use super::*;
use salus_primitives::{
	newest_first,
	testing::all_pages,
	views::{AccountStatus, EnlistmentView, VotesView},
	AccountEntry, AccountId, AccountRight, NumberError, MAX_PAGE,
};
use sp_core::Pair;

#[test]
fn an_accounts_status_is_shown() {
	run(|| {
		let patient = register(1);
		verify(2, UPIN);
		apply(3, NPI);
		let status = |who| Registry::api_account(account(who));
		assert_eq!(status(1), AccountStatus::Member(MemberId::Patient(patient)));
		assert_eq!(
			status(2),
			AccountStatus::Member(MemberId::Provider(id(UPIN)))
		);
		assert_eq!(status(3), AccountStatus::Applicant);
		assert_eq!(status(4), AccountStatus::Invited);
		assert_eq!(status(STRANGER), AccountStatus::Uninvited);
	});
}

/// The account of a history of one entry.
fn founding(accounts: &[AccountEntry<AccountId>]) -> AccountId {
	let [entry] = accounts else {
		panic!("{accounts:?}");
	};
	assert_eq!((entry.right, entry.since), (AccountRight::Founding, START));
	entry.account.clone()
}

#[test]
fn patients_and_providers_are_shown() {
	run(|| {
		let patient = register(1);
		let view = Registry::api_patient(patient).unwrap();
		assert_eq!((view.id, view.commitment), (patient, [1; 32]));
		assert_eq!(founding(&view.accounts), account(1));
		assert_eq!((view.key_version, view.since), (0, START));
		assert_eq!(Registry::api_patient(PatientId([0; 16])), None);

		verify(2, UPIN);
		carry(&suspend(UPIN));
		let view = Registry::api_provider(id(UPIN)).unwrap();
		assert_eq!((view.id, view.number), (id(UPIN), number(UPIN)));
		assert_eq!(founding(&view.accounts), account(2));
		assert_eq!(
			Registry::api_holder(UPIN.into()),
			Ok(Registry::api_provider(id(UPIN)))
		);
		assert_eq!(Registry::api_holder(NPI.into()), Ok(None));
		for (text, error) in [
			("A1234567890", NumberError::Malformed),
			(&"A".repeat(1 << 20), NumberError::Malformed),
			("1234567890", NumberError::WrongCheckDigit),
		] {
			assert_eq!(Registry::api_holder(text.into()), Err(error));
		}
		assert_eq!(
			(view.name, view.standing),
			(name("Dr. Ada"), Standing::Suspended)
		);
		assert_eq!(Registry::api_provider(id(NPI)), None);
	});
}

#[test]
fn encryption_keys_are_shown_by_version() {
	run(|| {
		let member = MemberId::Patient(register(1));
		let new = key(50);
		let signature = sign(1, 1, &new);
		assert_ok!(Registry::rotate_key(signed(1), 1, new.clone(), signature));
		let current = Registry::api_encryption_key(member.clone(), None).unwrap();
		assert_eq!((current.version, &current.key), (1, &new));
		assert_eq!(
			(current.account.clone(), current.signature),
			(account(1), signature)
		);
		assert_eq!(
			Registry::api_encryption_key(member.clone(), Some(1)),
			Some(current)
		);
		let old = Registry::api_encryption_key(member.clone(), Some(0)).unwrap();
		assert_eq!((old.version, old.key), (0, key(1)));
		assert_eq!(Registry::api_encryption_key(member, Some(2)), None);
		let nobody = MemberId::Provider(id(UPIN));
		assert_eq!(Registry::api_encryption_key(nobody, None), None);
	});
}

#[test]
fn the_message_for_a_key_is_the_one_to_sign() {
	run(|| {
		let sign = |key: &EncryptionKey| {
			let message = Registry::api_key_message(account(1), key.clone());
			pair(1).sign(message.as_bytes())
		};
		let first = key(1);
		let signature = sign(&first);
		assert_ok!(Registry::register_patient(
			signed(1),
			[1; 32],
			first,
			signature
		));
		for version in 1..3 {
			let next = key(50 + version);
			let signature = sign(&next);
			assert_ok!(Registry::rotate_key(
				signed(1),
				version.into(),
				next,
				signature
			));
		}
	});
}

#[test]
fn providers_are_listed_in_the_order_of_their_ids() {
	run(|| {
		let numbers = ["A00005", "A00004", "A00003", "A00002", "A00001"];
		for (who, text) in (1..).zip(numbers) {
			verify(who, text);
		}
		let page = |after, limit| {
			let page = Registry::api_providers(after, limit);
			let ids: Vec<_> = page.items.iter().map(|view| view.id).collect();
			(ids, page.next)
		};
		let all = numbers.map(id);
		assert!(all.is_sorted());
		assert_eq!(page(None, 0), (all.to_vec(), None));
		assert_eq!(page(None, 2), (all[..2].to_vec(), Some(all[1])));
		assert_eq!(page(Some(all[1]), 3), (all[2..].to_vec(), None));
		assert_eq!(page(Some(all[4]), 3), (vec![], None));
		assert_eq!(page(Some(ProviderId(u32::MAX)), 3), (vec![], None));
	});
}

#[test]
fn the_length_of_a_page_is_limited() {
	// Without the invariants: these providers are not members.
	new_test_ext().execute_with(|| {
		verify(1, UPIN);
		let provider = Providers::<Test>::get(id(UPIN)).unwrap();
		for id in 0..300 {
			Providers::<Test>::insert(ProviderId(id), &provider);
		}
		NextProvider::<Test>::put(300);
		let page = Registry::api_providers(None, u32::MAX);
		assert_eq!(page.items.len(), MAX_PAGE as usize);
		assert!(page.next.is_some());
	});
}

#[test]
fn twenty_thousand_providers_page_without_a_gap_while_others_are_added() {
	new_test_ext().execute_with(|| {
		verify(1, UPIN);
		let provider = Providers::<Test>::get(id(UPIN)).unwrap();
		let add = |id: u32| {
			Providers::<Test>::insert(ProviderId(id), &provider);
			NextProvider::<Test>::put(id + 1);
		};
		(0..20_000).for_each(&add);
		let mut next = 20_000;
		let seen = all_pages(|after| {
			let page = Registry::api_providers(after, 0);
			add(next);
			next += 1;
			page
		});
		// New ones stand at the end, so the pages come to all but the last.
		assert!(seen.iter().map(|view| view.id.0).eq(0..next - 1));
	});
}

/// Applies with an account that takes no part in other tests.
fn apply_as(index: u32) -> AccountId {
	let mut bytes = [0xee; 32];
	bytes[..4].copy_from_slice(&index.to_le_bytes());
	let account = AccountId::from(bytes);
	let application = Applications::<Test>::get(super::account(1)).unwrap();
	let serial = NextApplication::<Test>::mutate(|next| {
		*next += 1;
		*next - 1
	});
	NewestApplications::<Test>::insert(newest_first(serial), &account);
	Applications::<Test>::insert(
		&account,
		Application {
			serial,
			..application
		},
	);
	account
}

#[test]
fn twenty_thousand_applications_page_without_a_gap_while_others_are_added_and_removed() {
	new_test_ext().execute_with(|| {
		apply(1, UPIN);
		let all: Vec<_> = (0..20_000).map(apply_as).collect();
		let remove = |account: &AccountId| {
			let application = Applications::<Test>::get(account).unwrap();
			Registry::remove_application(account, &application);
		};
		let (mut round, mut gone) = (0, vec![]);
		let seen = all_pages(|after| {
			let page = Registry::api_applications(after, 0);
			apply_as(50_000 + round);
			let unread = round as usize * 50;
			if page.next.is_some_and(|next| next > unread as u64 + 1) {
				remove(&all[unread]);
				gone.push(unread);
			}
			round += 1;
			page
		});
		assert!(round >= 78 && gone.len() > 60);
		let expected = (0..20_000).rev().filter(|at| !gone.contains(at));
		let expected = expected.map(|at| all[at].clone());
		let seen = seen.into_iter().map(|view| view.account);
		assert!(seen.eq(expected.chain([super::account(1)])));
	});
}

/// Votes that began at the start.
fn seen(ayes: u32, nays: u32, needed: u32) -> VotesView {
	VotesView {
		ayes,
		nays,
		needed,
		ends: (ayes + nays > 0).then(|| START + MotionTime::get()),
	}
}

#[test]
fn applications_are_shown_with_their_votes() {
	run(|| {
		let motion = apply(1, UPIN);
		apply(2, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		assert_ok!(try_vote(102, &motion, false));
		let view = Registry::api_application(account(1)).unwrap();
		assert_eq!(
			motion,
			Motion::Verify {
				account: view.account.clone(),
				application: view.application_hash
			}
		);
		assert_eq!(
			(view.number.clone(), view.name.clone()),
			(number(UPIN), name("Dr. Ada"))
		);
		assert_eq!(view.votes, seen(1, 1, 2));
		let first = Registry::api_applications(None, 1);
		assert_eq!((first.items[0].serial, first.next), (1, Some(1)));
		let second = Registry::api_applications(first.next, 9);
		assert_eq!((&second.items, second.next), (&vec![view], None));
		// A changed application is a new one.
		apply(2, NPI);
		let changed = Registry::api_applications(None, 0).items;
		assert_eq!((changed.len(), &changed[0].number), (2, &number(NPI)));
		assert_eq!(changed[0].serial, 2);
		assert_eq!(Registry::api_application(account(3)), None);
		// Counted against the authorities of the moment.
		AuthorityList::set(&(102..107).map(account).collect());
		let view = Registry::api_application(account(1)).unwrap();
		assert_eq!(view.votes, seen(0, 1, 3));
	});
}

#[test]
fn votes_on_standing_are_shown() {
	run(|| {
		let votes = || Registry::api_standing_votes(id(UPIN));
		assert_eq!(votes(), seen(0, 0, 2));
		verify(1, UPIN);
		assert_ok!(try_vote(101, &suspend(UPIN), false));
		assert_eq!(votes(), seen(0, 1, 2));
		assert_ok!(try_vote(102, &suspend(UPIN), true));
		assert_ok!(try_vote(103, &suspend(UPIN), true));
		assert_eq!(votes(), seen(0, 0, 2));
		assert_ok!(try_vote(101, &reinstate(UPIN), true));
		assert_eq!(votes(), seen(1, 0, 2));
	});
}

#[test]
fn the_invitations_left_are_shown() {
	run(|| {
		verify(1, UPIN);
		let left = |who| Registry::api_invitations_left(account(who));
		assert_eq!((left(1), left(101), left(2), left(STRANGER)), (2, 3, 0, 0));
		assert_ok!(Registry::invite(signed(1), account(50)));
		assert_eq!(left(1), 1);
		advance(PERIOD);
		assert_eq!(left(1), 2);
		carry(&suspend(UPIN));
		assert_eq!(left(1), 0);
	});
}

#[test]
fn the_state_of_an_enlistment_is_shown() {
	run(|| {
		let view = || Registry::api_enlistment(id(UPIN));
		verify(1, UPIN);
		assert_eq!(view(), None);
		assert_ok!(Registry::enlist(signed(1)));
		let waiting = EnlistmentView {
			id: id(UPIN),
			state: EnlistmentState::Waiting,
			sequence: 1,
			enlisted: None,
			message: None,
			deadline: None,
		};
		assert_eq!(view(), Some(waiting.clone()));
		poll();
		let sent = EnlistmentView {
			state: EnlistmentState::Sent,
			message: Some(message_id(1)),
			deadline: Some(START + AnswerTime::get()),
			..waiting
		};
		assert_eq!(view(), Some(sent.clone()));
		let cause = Cause::Reason(Reason::MaxProvidersExceeded);
		answer(UPIN, 1, Answer::Refused(Reason::MaxProvidersExceeded));
		let refused = EnlistmentView {
			state: EnlistmentState::Refused(cause),
			deadline: None,
			..sent
		};
		assert_eq!(view(), Some(refused.clone()));
		answer(UPIN, 1, Answer::Done);
		let enlisted = EnlistmentView {
			state: EnlistmentState::Enlisted,
			enlisted: Some(1),
			..refused
		};
		assert_eq!(view(), Some(enlisted.clone()));
		carry(&suspend(UPIN));
		let changed = EnlistmentView {
			state: EnlistmentState::Waiting,
			sequence: 2,
			..enlisted
		};
		assert_eq!(view(), Some(changed));
	});
}
