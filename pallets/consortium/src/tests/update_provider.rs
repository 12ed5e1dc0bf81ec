//! `update_provider`.

use super::*;

fn update(entry: DirectoryEntry) -> DispatchResult {
	Consortium::update_provider(of_region(AWAY), entry)
}

/// The next update of the grantee.
fn next() -> DirectoryEntry {
	DirectoryEntry {
		sequence: 2,
		..entry(AWAY, GRANTEE, 1)
	}
}

#[test]
fn an_update_sets_the_standing() {
	run(|| {
		Now::set(START + 3);
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..next()
		};
		assert_ok!(update(suspended.clone()));
		let stored = Consortium::provider(&grantee()).unwrap();
		assert_eq!(stored.standing, Standing::Suspended);
		assert_eq!(stored.last_update, Update::of_entry(&suspended));
		assert_eq!(stored.updated_at, START + 3);
		let event = Event::ProviderUpdated {
			region: AWAY,
			id: id(GRANTEE),
			standing: Standing::Suspended,
			key_version: 0,
			sequence: 2,
		};
		assert_eq!(events(), [event]);
	});
}

#[test]
fn an_update_sets_the_key() {
	run(|| {
		let rotated = DirectoryEntry {
			key: signed_key(AWAY, 1, 1, key(9)),
			..next()
		};
		assert_ok!(update(rotated.clone()));
		let view = Consortium::api_provider(provider_of(AWAY, GRANTEE)).unwrap();
		assert_eq!((view.key.version, view.key.key), (1, key(9)));
		assert_eq!(ProviderKeys::<Test>::iter().count(), 1);
	});
}

/// Grants for the earlier key version are still handed out.
#[test]
fn a_new_key_keeps_earlier_grants() {
	run(|| {
		assert_ok!(deliver(grant()));
		let rotated = DirectoryEntry {
			key: signed_key(AWAY, 1, 1, key(9)),
			..next()
		};
		assert_ok!(update(rotated));
		let view = handed_out().unwrap();
		assert_eq!(view.wrapped_key, Some(wrapped(0, 256)));
	});
}

#[test]
fn an_update_sets_the_account() {
	run(|| {
		let moved = DirectoryEntry {
			account: account(9),
			..next()
		};
		assert_ok!(update(moved));
		let of = |who| Consortium::api_providers_by_account(account(who), None, 9).items;
		assert!(of(1).is_empty());
		assert_eq!(of(9), [grantee()]);
		// The first account is free for another one.
		assert_ok!(Consortium::enlist_provider(
			of_region(AWAY),
			entry(AWAY, "B00002", 1)
		));
		assert_eq!(of(1), [provider_of(AWAY, "B00002")]);
	});
}

#[test]
fn an_account_of_another_provider_is_refused() {
	run(|| {
		assert_ok!(Consortium::enlist_provider(
			of_region(AWAY),
			entry(AWAY, "B00002", 2)
		));
		let moved = DirectoryEntry {
			account: account(2),
			..next()
		};
		assert_noop!(update(moved), refused(Reason::AccountTaken));
	});
}

#[test]
fn only_a_provider_that_the_region_enlisted_can_be_updated() {
	run(|| {
		let not_enlisted = refused(Reason::NotEnlisted);
		assert_noop!(update(entry(AWAY, AUTHOR, 2)), not_enlisted);
		// The grantee is another region's.
		let other = || entry(HOME, GRANTEE, 1);
		let updated = || Consortium::update_provider(of_region(HOME), other());
		assert_noop!(updated(), not_enlisted);
	});
}

#[test]
fn an_update_is_checked_like_an_enlistment() {
	run(|| {
		let weak = key_of(RSA_1024);
		let bad_key = DirectoryEntry {
			key: signed_key(AWAY, 1, 1, weak),
			..next()
		};
		assert_noop!(update(bad_key), refused(Reason::InvalidKey));
		let not_signed = DirectoryEntry {
			key: signed_key(HOME, 1, 1, key(9)),
			..next()
		};
		assert_noop!(update(not_signed), refused(Reason::InvalidKeySignature));
		let name = codec::Decode::decode(&mut &codec::Encode::encode(" ")[..]).unwrap();
		let nameless = DirectoryEntry { name, ..next() };
		assert_noop!(update(nameless), refused(Reason::InvalidName));
	});
}

#[test]
fn late_repeated_and_conflicting_updates() {
	run(|| {
		assert_ok!(update(next()));
		assert_repeated(|| update(next()));
		let first = entry(AWAY, GRANTEE, 1);
		assert_noop!(update(first.clone()), refused(Reason::Superseded));
		let contrary = DirectoryEntry {
			standing: Standing::Suspended,
			..next()
		};
		assert_noop!(update(contrary), refused(Reason::Conflict));
		let zeroth = DirectoryEntry {
			sequence: 0,
			..first
		};
		assert_noop!(update(zeroth), refused(Reason::Superseded));
	});
}

/// A suspension that was overtaken by the reinstatement does not suspend.
#[test]
fn a_late_suspension_is_refused() {
	run(|| {
		let reinstated = DirectoryEntry {
			sequence: 3,
			..next()
		};
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			..next()
		};
		assert_ok!(update(reinstated));
		assert_noop!(update(suspended), refused(Reason::Superseded));
		let stored = Consortium::provider(&grantee()).unwrap();
		assert_eq!(stored.standing, Standing::Verified);
	});
}

#[test]
fn a_full_directory_does_not_stop_updates() {
	run(|| {
		MaxProvidersPerRegion::set(1);
		assert_ok!(update(next()));
	});
}
