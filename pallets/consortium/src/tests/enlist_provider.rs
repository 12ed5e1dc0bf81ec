//! `enlist_provider`.

use salus_primitives::{EncryptionKey, ProfessionalName, ProviderId};
use sp_core::Pair;

use super::*;

fn enlist(entry: DirectoryEntry) -> DispatchResult {
	Consortium::enlist_provider(of_region(HOME), entry)
}

fn author() -> DirectoryEntry {
	entry(HOME, AUTHOR, 2)
}

/// A decoded name, which may be invalid.
fn name(text: &str) -> ProfessionalName {
	codec::Decode::decode(&mut &codec::Encode::encode(text)[..]).unwrap()
}

#[test]
fn a_provider_is_added_to_the_directory() {
	run(|| {
		Now::set(START + 3);
		assert_ok!(enlist(author()));
		let expected = Provider {
			number: number(AUTHOR),
			name: author().name,
			account: account(2),
			standing: Standing::Verified,
			since: START - 9,
			key_version: 0,
			bits: 2048,
			last_update: Update::of_entry(&author()),
			updated_at: START + 3,
		};
		let stored = Consortium::provider(&provider_of(HOME, AUTHOR));
		assert_eq!(stored, Some(expected));
		assert_eq!(
			ProviderKeys::<Test>::get(HOME.to_be_bytes(), id(AUTHOR).0.to_be_bytes()),
			Some(author().key)
		);
		assert_eq!(Consortium::region(HOME).unwrap().providers, 1);
		let event = Event::ProviderEnlisted {
			region: HOME,
			id: id(AUTHOR),
			standing: Standing::Verified,
			key_version: 0,
			sequence: 1,
		};
		assert_eq!(events(), [event]);
	});
}

/// The region comes from the origin, not from the entry.
#[test]
fn a_region_enlists_its_own_providers_only() {
	run(|| {
		let in_home = entry(HOME, GRANTEE, 3);
		assert_ok!(enlist(in_home));
		let stays = Consortium::provider(&grantee()).unwrap();
		assert_eq!(stays.account, account(1));
		let own = Consortium::provider(&provider_of(HOME, GRANTEE)).unwrap();
		assert_eq!(own.account, account(3));
		// A key that was signed for another region is none of this one's.
		let elsewhere = entry(AWAY, AUTHOR, 2);
		assert_noop!(enlist(elsewhere), refused(Reason::InvalidKeySignature));
	});
}

#[test]
fn a_suspended_or_retired_provider_can_be_enlisted() {
	run(|| {
		for (text, who, standing) in [
			("S00001", 2, Standing::Suspended),
			("R00001", 3, Standing::Retired),
		] {
			let entry = DirectoryEntry {
				standing,
				..entry(HOME, text, who)
			};
			assert_ok!(enlist(entry));
			let stored = Consortium::provider(&provider_of(HOME, text)).unwrap();
			assert_eq!(stored.standing, standing);
		}
	});
}

#[test]
fn the_account_can_differ_from_the_one_that_signed_the_key() {
	run(|| {
		let entry = DirectoryEntry {
			account: account(9),
			..author()
		};
		assert_ok!(enlist(entry));
		let of = Consortium::api_providers_by_account(account(9), None, 9).items;
		assert_eq!(of, [provider_of(HOME, AUTHOR)]);
		let of = Consortium::api_providers_by_account(account(2), None, 9).items;
		assert!(of.is_empty());
	});
}

#[test]
fn a_malformed_number_is_refused() {
	run(|| {
		for text in ["", "a12345", "1234567890"] {
			let number = ProfessionalNumber(text.as_bytes().to_vec().try_into().unwrap());
			let entry = DirectoryEntry { number, ..author() };
			assert_noop!(enlist(entry), refused(Reason::InvalidNumber));
		}
	});
}

#[test]
fn an_invalid_name_is_refused() {
	run(|| {
		for text in ["", "  ", "Dr.\u{202e}A"] {
			let name = name(text);
			let entry = DirectoryEntry { name, ..author() };
			assert_noop!(enlist(entry), refused(Reason::InvalidName));
		}
	});
}

#[test]
fn an_invalid_or_weak_key_is_refused() {
	run(|| {
		let weak = key_of(RSA_1024);
		let empty = EncryptionKey::RsaOaep(Default::default());
		for bad in [weak.clone(), empty] {
			let key = signed_key(HOME, 2, 0, bad);
			let entry = DirectoryEntry { key, ..author() };
			assert_noop!(enlist(entry), refused(Reason::InvalidKey));
		}
		let entry = DirectoryEntry {
			key: signed_key(HOME, 2, 0, weak),
			..author()
		};
		MinModulusBits::set(1024);
		assert_ok!(enlist(entry));
	});
}

#[test]
fn larger_keys_are_accepted() {
	run(|| {
		for (text, who, der, bits) in [("B00003", 3, RSA_3072, 3072), ("B00004", 4, RSA_4096, 4096)]
		{
			let key = signed_key(HOME, who, 0, key_of(der));
			let entry = DirectoryEntry {
				key,
				..entry(HOME, text, who)
			};
			assert_ok!(enlist(entry));
			let stored = Consortium::provider(&provider_of(HOME, text)).unwrap();
			assert_eq!(stored.bits, bits);
		}
	});
}

#[test]
fn a_signature_over_other_bytes_is_refused() {
	run(|| {
		let good = author().key;
		let mut others = vec![];
		for change in 0..4 {
			let mut key = good.clone();
			match change {
				0 => key.version = 1,
				1 => key.account = account(3),
				2 => key.key = crate::mock::key(9),
				_ => key.signature = pair(2).sign(b"something else"),
			}
			others.push(key);
		}
		for key in others {
			let entry = DirectoryEntry { key, ..author() };
			assert_noop!(enlist(entry), refused(Reason::InvalidKeySignature));
		}
		assert_ok!(enlist(author()));
	});
}

#[test]
fn an_account_can_act_for_one_provider_of_a_region_only() {
	run(|| {
		assert_ok!(enlist(author()));
		let second = entry(HOME, "B00002", 2);
		assert_noop!(enlist(second), refused(Reason::AccountTaken));
		// In another region it may act for another one.
		let elsewhere = entry(AWAY, "B00002", 2);
		assert_ok!(Consortium::enlist_provider(of_region(AWAY), elsewhere));
		assert_eq!(
			Consortium::api_providers_by_account(account(2), None, 9).items,
			[provider_of(HOME, AUTHOR), provider_of(AWAY, "B00002")]
		);
	});
}

#[test]
fn the_providers_of_a_region_are_limited() {
	run(|| {
		let one = |index: u8| entry(HOME, &format!("B0000{index}"), index);
		for index in 1..=4 {
			assert_ok!(enlist(one(index)));
		}
		assert_noop!(enlist(one(5)), refused(Reason::MaxProvidersExceeded));
		// One that is in can be replaced, and another region has room of its own.
		let replaced = DirectoryEntry {
			sequence: 2,
			..one(4)
		};
		assert_ok!(enlist(replaced));
		assert_ok!(Consortium::enlist_provider(
			of_region(THIRD),
			entry(THIRD, "B00005", 5)
		));
	});
}

#[test]
fn the_same_update_again_changes_nothing() {
	run(|| {
		assert_ok!(enlist(author()));
		Now::set(START + 7);
		assert_repeated(|| enlist(author()));
		assert_repeated(|| Consortium::update_provider(of_region(HOME), author()));
	});
}

/// Even where it would be refused by now.
#[test]
fn the_same_update_again_gets_the_same_answer() {
	run(|| {
		assert_ok!(enlist(author()));
		MinModulusBits::set(4096);
		assert_repeated(|| enlist(author()));
	});
}

#[test]
fn other_content_with_the_same_number_is_a_conflict() {
	run(|| {
		assert_ok!(enlist(author()));
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..author()
		};
		assert_noop!(enlist(suspended), refused(Reason::Conflict));
		let renamed = DirectoryEntry {
			name: name("Dr. C"),
			..author()
		};
		assert_noop!(enlist(renamed), refused(Reason::Conflict));
	});
}

#[test]
fn a_higher_number_replaces_the_entry_and_a_lower_one_is_superseded() {
	run(|| {
		let third = DirectoryEntry {
			standing: Standing::Suspended,
			sequence: 3,
			..author()
		};
		assert_ok!(enlist(third));
		let second = DirectoryEntry {
			sequence: 2,
			..author()
		};
		assert_noop!(enlist(second), refused(Reason::Superseded));
		let fourth = DirectoryEntry {
			sequence: 4,
			..author()
		};
		System::reset_events();
		assert_ok!(enlist(fourth));
		let event = Event::ProviderUpdated {
			region: HOME,
			id: id(AUTHOR),
			standing: Standing::Verified,
			key_version: 0,
			sequence: 4,
		};
		assert_eq!(events(), [event]);
		assert_eq!(Consortium::region(HOME).unwrap().providers, 1);
	});
}

/// A number was verified for the wrong person: its holder's verification is withdrawn, and the
/// number is given to its owner, another provider with a later id.
#[test]
fn a_number_of_which_the_verification_was_withdrawn_gets_another_holder() {
	let impostor = || DirectoryEntry {
		id: ProviderId(3),
		..author()
	};
	let unverified = || DirectoryEntry {
		standing: Standing::Unverified,
		sequence: 2,
		..impostor()
	};
	let owner = || DirectoryEntry {
		id: ProviderId(4),
		..entry(HOME, AUTHOR, 3)
	};
	let holder = || {
		Consortium::api_holder(HOME, AUTHOR.into())
			.unwrap()
			.map(|view| view.id)
	};
	run(|| {
		assert_ok!(enlist(impostor()));
		assert_eq!(holder(), Some(ProviderId(3)));
		assert_ok!(enlist(unverified()));
		assert_eq!(holder(), None);
		assert_ok!(enlist(owner()));
		assert_eq!(holder(), Some(ProviderId(4)));
		let of = |id| RemoteProvider {
			region: HOME,
			id: ProviderId(id),
		};
		let standing = |id| Consortium::provider(&of(id)).map(|provider| provider.standing);
		assert_eq!(standing(3), Some(Standing::Unverified));
		assert_eq!(standing(4), Some(Standing::Verified));
		assert_eq!(Consortium::region(HOME).unwrap().providers, 2);
	});
	// The updates can arrive in any order, and repeated.
	run(|| {
		for entry in [owner(), impostor(), owner(), unverified(), owner()] {
			assert_ok!(enlist(entry));
			assert_eq!(holder(), Some(ProviderId(4)));
		}
	});
	// The first holder does not come back when the second one is found to be wrong too.
	run(|| {
		assert_ok!(enlist(impostor()));
		assert_ok!(enlist(owner()));
		let wrong = DirectoryEntry {
			standing: Standing::Unverified,
			sequence: 2,
			..owner()
		};
		assert_ok!(enlist(wrong));
		assert_eq!(holder(), None);
		assert_ok!(enlist(unverified()));
		assert_eq!(holder(), None);
	});
}

#[test]
fn a_withdrawn_verification_does_not_come_back() {
	let update = |sequence, standing| {
		enlist(DirectoryEntry {
			standing,
			sequence,
			..author()
		})
	};
	run(|| {
		assert_ok!(update(1, Standing::Unverified));
		for standing in [
			Standing::Verified,
			Standing::Suspended,
			Standing::Retired,
			Standing::RetiredSuspended,
		] {
			assert_noop!(update(2, standing), refused(Reason::Unverified));
		}
		assert_ok!(update(2, Standing::UnverifiedSuspended));
		assert_ok!(update(3, Standing::Unverified));
	});
}

#[test]
fn a_provider_keeps_its_number() {
	run(|| {
		assert_ok!(enlist(author()));
		let renumbered = DirectoryEntry {
			number: number("B00002"),
			sequence: 2,
			..author()
		};
		assert_noop!(enlist(renumbered), refused(Reason::NumberChanged));
	});
}

/// A refused update changes nothing: the same update is accepted when the reason is gone.
#[test]
fn a_refused_update_is_accepted_later() {
	run(|| {
		MinModulusBits::set(3072);
		assert_noop!(enlist(author()), refused(Reason::InvalidKey));
		MinModulusBits::set(2048);
		assert_ok!(enlist(author()));
	});
}
