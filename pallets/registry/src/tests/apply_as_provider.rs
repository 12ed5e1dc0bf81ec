use salus_primitives::{newest_first, text::Text};

use super::*;

fn try_apply_as(who: u8, text: &[u8], name: &[u8]) -> DispatchResult {
	let key = key(who);
	let signature = sign(who, 0, &key);
	let (number, name) = (Text(text.to_vec()), Text(name.to_vec()));
	Registry::apply_as_provider(signed(who), number, name, key, signature)
}

fn try_apply_with(who: u8, key: EncryptionKey, signature: KeySignature) -> DispatchResult {
	Registry::apply_as_provider(signed(who), UPIN.into(), "Dr. Ada".into(), key, signature)
}

#[test]
fn an_application_waits_for_the_authorities() {
	run(|| {
		let key = key(1);
		let signature = sign(1, 0, &key);
		assert_ok!(try_apply_with(1, key.clone(), signature));
		let value = Applications::<Test>::get(account(1)).unwrap();
		assert_eq!(
			value,
			Application {
				number: number(UPIN),
				name: name("Dr. Ada"),
				key,
				bits: 2048,
				signature,
				since: START,
				serial: 0,
			}
		);
		assert!(Claims::<Test>::contains_key(number(UPIN), account(1)));
		let newest = NewestApplications::<Test>::get(newest_first(0));
		assert_eq!(newest, Some(account(1)));
		assert_eq!(
			events(),
			[Event::AppliedAsProvider {
				account: account(1),
				number: number(UPIN),
				application: value.hash(&account(1))
			}]
		);
		// An applicant is not a member, and does not reserve its number.
		assert_eq!(MemberOf::<Test>::get(account(1)), None);
		assert_eq!(standing(UPIN), None);
	});
}

#[test]
fn both_kinds_of_number_are_accepted() {
	run(|| {
		assert_ok!(try_apply(1, UPIN));
		assert_ok!(try_apply(2, NPI));
	});
}

#[test]
fn several_accounts_can_apply_for_one_number() {
	run(|| {
		apply(1, UPIN);
		apply(2, UPIN);
		verify(3, UPIN);
		assert_eq!(
			Providers::<Test>::get(id(UPIN)).unwrap().account,
			account(3)
		);
	});
}

#[test]
fn a_new_application_replaces_the_old_one_and_its_votes() {
	run(|| {
		let before = apply(1, UPIN);
		assert_ok!(try_vote(101, &before, true));
		let after = apply(1, NPI);
		assert_ne!(before, after);
		assert!(!Claims::<Test>::contains_key(number(UPIN), account(1)));
		assert_eq!(Motions::<Test>::iter().count(), 0);
		// One vote is not enough: the one before does not count.
		assert_ok!(try_vote(102, &after, true));
		assert_eq!(standing(NPI), None);
		assert_noop!(
			try_vote(103, &before, true),
			Error::<Test>::ApplicationChanged
		);
	});
}

#[test]
fn an_application_with_votes_against_it_cannot_be_replaced() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, false));
		assert_noop!(try_apply(1, UPIN), Error::<Test>::VotesAgainst);
		assert_noop!(try_apply(1, NPI), Error::<Test>::VotesAgainst);
		// The vote of a former authority does not count.
		AuthorityList::set(&vec![account(102), account(103)]);
		assert_ok!(try_apply(1, NPI));
	});
}

#[test]
fn a_number_that_fell_is_refused_until_the_cool_down_ends() {
	run(|| {
		vote_down(&apply(1, UPIN));
		assert_noop!(try_apply(1, UPIN), Error::<Test>::CoolingDown);
		// Neither another name nor another key gets around it.
		assert_noop!(
			try_apply_as(1, UPIN.as_bytes(), b"Somebody else"),
			Error::<Test>::CoolingDown
		);
		// Another account may, and the same account for another number.
		assert_ok!(try_apply(2, UPIN));
		assert_ok!(try_apply(1, NPI));
		assert_ok!(Registry::withdraw_application(signed(1)));
		advance(CoolDown::get() - 1);
		assert_noop!(try_apply(1, UPIN), Error::<Test>::CoolingDown);
		advance(1);
		assert_ok!(try_apply(1, UPIN));
		assert_eq!(CoolDowns::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_uninvited_account_cannot_apply() {
	run(|| {
		assert_noop!(try_apply(STRANGER, UPIN), Error::<Test>::NotInvited);
		assert_noop!(try_apply(101, UPIN), Error::<Test>::NotInvited);
		for origin in unsigned_origins() {
			let signature = sign(1, 0, &key(1));
			assert_noop!(
				Registry::apply_as_provider(origin, UPIN.into(), "a".into(), key(1), signature),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_member_cannot_apply() {
	run(|| {
		register(1);
		assert_noop!(try_apply(1, UPIN), Error::<Test>::AlreadyRegistered);
		verify(2, UPIN);
		assert_noop!(try_apply(2, NPI), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn a_malformed_number_is_refused() {
	run(|| {
		for text in [
			&b""[..],
			b"a12345",
			b"A1234",
			b"A123456",
			b"123456789",
			b"\xff12345",
		] {
			assert_noop!(
				try_apply_as(1, text, b"Ada"),
				Error::<Test>::NumberMalformed
			);
		}
		for text in [&b"1234567890"[..], b"3234567893", b"0000000006"] {
			assert_noop!(
				try_apply_as(1, text, b"Ada"),
				Error::<Test>::NumberWrongCheckDigit
			);
		}
	});
}

#[test]
fn a_number_that_was_verified_is_refused_whatever_its_standing() {
	run(|| {
		verify(1, UPIN);
		assert_noop!(try_apply(2, UPIN), Error::<Test>::AlreadyVerified);
		carry(&suspend(UPIN));
		assert_noop!(try_apply(2, UPIN), Error::<Test>::AlreadyVerified);
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(try_apply(2, UPIN), Error::<Test>::AlreadyVerified);
	});
}

#[test]
fn deceptive_names_are_refused() {
	run(|| {
		let try_name = |name: &[u8]| try_apply_as(1, UPIN.as_bytes(), name);
		assert_noop!(try_name(b""), Error::<Test>::NameBlank);
		assert_noop!(try_name(b"24/7"), Error::<Test>::NameBlank);
		assert_noop!(
			try_name("Ada  Lovelace".as_bytes()),
			Error::<Test>::NameHasMisplacedCharacter
		);
		for hidden in [
			"\n",
			"\0",
			"\u{1b}[31m",
			"\u{9b}",
			"\u{202e}",
			"\u{200b}",
			"\u{3164}",
			"\u{feff}",
		] {
			let name = format!("Ada{hidden}Lovelace");
			assert_noop!(
				try_name(name.as_bytes()),
				Error::<Test>::NameHasForbiddenCharacter
			);
		}
		assert_ok!(try_name("Dr. José Åström-李, M.D.".as_bytes()));
		assert_ok!(try_name("ස".repeat(64).as_bytes()));
		for long in [65, 1 << 20] {
			assert_noop!(try_name(&vec![b'n'; long]), Error::<Test>::NameTooLong);
			let number = try_apply_as(1, &vec![b'1'; long], b"Ada");
			assert_noop!(number, Error::<Test>::NumberMalformed);
		}
		assert_noop!(try_name(b"Ada \xff"), Error::<Test>::NameNotUtf8);
	});
}

#[test]
fn a_member_that_took_the_key_first_does_not_stop_an_application() {
	run(|| {
		register(1);
		let signature = sign(2, 0, &key(1));
		assert_ok!(try_apply_with(2, key(1), signature));
	});
}

#[test]
fn an_invalid_key_is_refused() {
	run(|| {
		keys::refused_keys(|key| {
			let signature = sign(1, 0, &key);
			try_apply_with(1, key, signature)
		})
	});
}

#[test]
fn an_invalid_signature_is_refused() {
	run(|| keys::refused_signatures(1, 0, |key, signature| try_apply_with(1, key, signature)));
}
