//! Calls of an expelled region, and their effect after it is admitted again.

use super::*;

/// A verified provider's first entry, a later one, and one with another standing.
fn author() -> DirectoryEntry {
	entry(HOME, AUTHOR, 2)
}

fn author_at(sequence: u64, standing: Standing) -> DirectoryEntry {
	DirectoryEntry {
		standing,
		sequence,
		..author()
	}
}

fn enlist(entry: DirectoryEntry) -> DispatchResult {
	Consortium::enlist_provider(of_region(HOME), entry)
}

fn update(entry: DirectoryEntry) -> DispatchResult {
	Consortium::update_provider(of_region(HOME), entry)
}

fn stands() -> Standing {
	let stored = Consortium::provider(&provider_of(HOME, AUTHOR));
	stored.unwrap().standing
}

/// The author in the directory and the grant delivered; then the record's region is expelled.
fn run_expelled(test: impl FnOnce()) {
	run(|| {
		assert_ok!(enlist(author()));
		assert_ok!(deliver(grant_at(3)));
		expelled(HOME);
		System::reset_events();
		test();
	});
}

fn not_a_region() -> DispatchError {
	refused(Reason::NotARegion)
}

#[test]
fn an_expelled_region_cannot_deliver_grants() {
	run_expelled(|| {
		assert_noop!(deliver(grant_at(4)), not_a_region());
		assert_noop!(deliver(grant_of(RECORD + 1)), not_a_region());
		// Only the expulsion stops it: grants of other regions are accepted.
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
		readmitted(HOME);
		assert_ok!(deliver(grant_at(4)));
		assert_ok!(deliver(grant_of(RECORD + 1)));
	});
}

#[test]
fn repeated_updates_of_an_expelled_region_get_the_same_answer() {
	run_expelled(|| {
		assert_repeated(|| deliver(grant_at(3)));
		assert_noop!(deliver(grant_at(2)), refused(Reason::Superseded));
		let contrary = grant_until(START + 9);
		let contrary = DeliveredGrant {
			sequence: 3,
			..contrary
		};
		assert_noop!(deliver(contrary), refused(Reason::Conflict));
		for say in [enlist, update] {
			assert_repeated(|| say(author()));
			let earlier = author_at(0, Standing::Verified);
			assert_noop!(say(earlier), refused(Reason::Superseded));
			let contrary = author_at(1, Standing::Suspended);
			assert_noop!(say(contrary), refused(Reason::Conflict));
		}
	});
}

/// Whatever its standing: there is nothing to take away from it.
#[test]
fn an_expelled_region_cannot_enlist_providers() {
	run_expelled(|| {
		for standing in [Standing::Verified, Standing::Suspended, Standing::Retired] {
			let new = || DirectoryEntry {
				standing,
				..entry(HOME, "B00002", 3)
			};
			assert_noop!(enlist(new()), not_a_region());
			assert_noop!(update(new()), refused(Reason::NotEnlisted));
		}
		readmitted(HOME);
		assert_ok!(enlist(entry(HOME, "B00002", 3)));
	});
}

/// A new key, account or name of a provider that stays verified.
#[test]
fn an_expelled_region_cannot_update_a_verified_provider() {
	run_expelled(|| {
		let next = || author_at(2, Standing::Verified);
		let changed = [
			next(),
			DirectoryEntry {
				key: signed_key(HOME, 2, 1, key(9)),
				..next()
			},
			DirectoryEntry {
				account: account(9),
				..next()
			},
		];
		for entry in changed {
			assert_noop!(enlist(entry.clone()), not_a_region());
			assert_noop!(update(entry), not_a_region());
		}
	});
}

/// By either call: a region that missed the answer enlists again.
#[test]
fn an_expelled_region_can_suspend_and_retire_providers() {
	for say in [enlist, update] {
		for standing in [Standing::Suspended, Standing::Retired, Standing::Unverified] {
			run_expelled(|| {
				let before = Consortium::region(HOME);
				assert_ok!(say(author_at(2, standing)));
				assert_eq!(stands(), standing);
				let event = Event::ProviderUpdated {
					region: HOME,
					id: id(AUTHOR),
					standing,
					key_version: 0,
					sequence: 2,
				};
				assert_eq!(events(), [event]);
				assert_repeated(|| say(author_at(2, standing)));
				assert_noop!(say(author()), refused(Reason::Superseded));
				assert_eq!(Consortium::region(HOME), before);
			});
		}
	}
}

/// From one standing to the other: one is taken that gives nothing to anyone.
#[test]
fn an_expelled_region_cannot_give_access() {
	use Standing::*;
	for (before, after, taken) in [
		(Verified, Verified, false),
		(Verified, Suspended, true),
		(Verified, Retired, true),
		(Suspended, Verified, false),
		(Suspended, Suspended, true),
		(Suspended, Retired, false),
		(Retired, Verified, false),
		(Retired, Suspended, true),
		(Retired, Retired, true),
		(Verified, Unverified, true),
		(Suspended, Unverified, false),
		(Suspended, UnverifiedSuspended, true),
		(Retired, Unverified, true),
		(Unverified, Verified, false),
		(Unverified, Unverified, true),
		(Unverified, UnverifiedSuspended, true),
		(UnverifiedSuspended, Unverified, false),
	] {
		run_expelled(|| {
			readmitted(HOME);
			assert_ok!(update(author_at(2, before)));
			expelled(HOME);
			for say in [enlist, update] {
				if taken {
					assert_ok!(say(author_at(3, after)));
				} else {
					assert_noop!(say(author_at(3, after)), not_a_region());
				}
			}
			assert_eq!(stands(), if taken { after } else { before });
			// An admitted region takes every one of these steps, except back from the last one.
			readmitted(HOME);
			let last = update(author_at(4, after));
			let back = before.is_unverified() && !after.is_unverified();
			let expected = if back {
				Err(refused(Reason::Unverified))
			} else {
				Ok(())
			};
			assert_eq!(last, expected);
		});
	}
}

/// The key that was rotated before the suspension comes with it.
#[test]
fn a_suspension_by_an_expelled_region_replaces_the_whole_entry() {
	run_expelled(|| {
		let rotated = || DirectoryEntry {
			key: signed_key(HOME, 2, 1, key(9)),
			account: account(9),
			..author_at(3, Standing::Suspended)
		};
		assert_ok!(update(rotated()));
		let view = Consortium::api_provider(provider_of(HOME, AUTHOR)).unwrap();
		assert_eq!((view.key.version, view.key.key), (1, key(9)));
		assert_eq!(view.account, account(9));
		// Nothing more comes to it before an admitted region reinstates it.
		let to_author = DeliveredGrant {
			grantee: provider_of(HOME, AUTHOR),
			wrapped_key: wrapped(1, 256),
			..grant()
		};
		let by_third = || Consortium::deliver_grant(of_region(THIRD), to_author.clone());
		assert_noop!(by_third(), refused(Reason::GranteeRegionExpelled));
		readmitted(HOME);
		assert_noop!(by_third(), refused(Reason::GranteeSuspended));
	});
}

#[test]
fn a_suspension_by_an_expelled_region_is_checked_like_any_entry() {
	run_expelled(|| {
		let suspended = || author_at(2, Standing::Suspended);
		let not_signed = DirectoryEntry {
			key: signed_key(AWAY, 2, 1, key(9)),
			..suspended()
		};
		assert_noop!(update(not_signed), refused(Reason::InvalidKeySignature));
		let weak = key_of(RSA_1024);
		let bad_key = DirectoryEntry {
			key: signed_key(HOME, 2, 1, weak),
			..suspended()
		};
		assert_noop!(update(bad_key), refused(Reason::InvalidKey));
		assert_ok!(update(suspended()));
	});
}

#[test]
fn an_expelled_region_can_revoke_a_grant() {
	run_expelled(|| {
		assert_ok!(revoke(4));
		assert_eq!(Grants::<Test>::iter().count(), 0);
		assert_eq!(Consortium::region(HOME).unwrap().live_grants, 0);
		let event = Event::GrantRevoked {
			region: HOME,
			record: RECORD,
			grantee: grantee(),
			sequence: 4,
		};
		assert_eq!(events(), [event]);
		assert_repeated(|| revoke(4));
		assert_noop!(revoke(3), refused(Reason::Superseded));
		let word = LastUpdates::<Test>::get(key_of_grant()).unwrap();
		assert_eq!(word, Update::of_revocation(&revocation(4)));
	});
}

#[test]
fn a_late_or_conflicting_revocation_of_an_expelled_region_is_refused() {
	run_expelled(|| {
		assert_noop!(revoke(2), refused(Reason::Superseded));
		assert_noop!(revoke(3), refused(Reason::Conflict));
		readmitted(HOME);
		assert_eq!(handed_out().map(|view| view.sequence), Some(3));
	});
}

/// It may still be on its way, and arrive after the region is admitted again.
#[test]
fn an_expelled_region_can_revoke_a_grant_that_never_arrived() {
	run_expelled(|| {
		let never = || GrantRevocation {
			record: RECORD + 1,
			..revocation(2)
		};
		assert_ok!(Consortium::revoke_grant(of_region(HOME), never()));
		readmitted(HOME);
		let late = grant_of(RECORD + 1);
		assert_noop!(deliver(late), refused(Reason::Superseded));
	});
}

/// It speaks of its own, as ever.
#[test]
fn an_expelled_region_cannot_change_entries_of_other_regions() {
	run_expelled(|| {
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
		assert_ok!(revoke(9));
		let of_third = || Consortium::api_grant(THIRD, RECORD, grantee());
		assert!(of_third().is_some());
		let suspended = DirectoryEntry {
			standing: Standing::Suspended,
			sequence: 9,
			..entry(HOME, GRANTEE, 1)
		};
		assert_noop!(update(suspended.clone()), refused(Reason::NotEnlisted));
		assert_noop!(enlist(suspended), not_a_region());
		assert!(of_third().is_some());
	});
}

#[test]
fn a_grant_revoked_during_the_expulsion_stays_revoked() {
	run_expelled(|| {
		assert_ok!(revoke(4));
		readmitted(HOME);
		assert_eq!(handed_out(), None);
		for late in 1..=3 {
			assert_noop!(deliver(grant_at(late)), refused(Reason::Superseded));
		}
		assert_eq!(handed_out(), None);
		assert_ok!(deliver(grant_at(5)));
		assert_eq!(handed_out().map(|view| view.sequence), Some(5));
	});
}

#[test]
fn records_of_an_author_suspended_during_the_expulsion_stay_withheld() {
	run_expelled(|| {
		assert_ok!(update(author_at(2, Standing::Suspended)));
		// It neither reinstates nor retires while the region is out.
		for standing in [Standing::Verified, Standing::Retired] {
			assert_noop!(update(author_at(3, standing)), not_a_region());
		}
		assert_ok!(update(author_at(3, Standing::RetiredSuspended)));
		assert_noop!(update(author_at(4, Standing::Retired)), not_a_region());
		readmitted(HOME);
		let withheld = || Consortium::api_withheld(HOME, RECORD, grantee());
		assert_eq!(handed_out(), None);
		assert_eq!(withheld(), Some(Withheld::AuthorSuspended));
		assert_noop!(update(author()), refused(Reason::Superseded));
		assert_eq!(handed_out(), None);
		assert_ok!(update(author_at(4, Standing::Retired)));
		assert_eq!(handed_out().map(|view| view.sequence), Some(3));
	});
}

#[test]
fn a_grantee_suspended_during_the_expulsion_receives_nothing() {
	run_expelled(|| {
		readmitted(HOME);
		expelled(AWAY);
		let says = |sequence, standing| {
			let entry = DirectoryEntry {
				standing,
				sequence,
				..entry(AWAY, GRANTEE, 1)
			};
			Consortium::update_provider(of_region(AWAY), entry)
		};
		assert_ok!(says(2, Standing::Suspended));
		assert_noop!(says(3, Standing::Verified), not_a_region());
		readmitted(AWAY);
		assert_eq!(handed_out(), None);
		assert_noop!(says(1, Standing::Verified), refused(Reason::Superseded));
		assert_ok!(says(3, Standing::Verified));
		assert_eq!(handed_out().map(|view| view.sequence), Some(3));
	});
}

/// It has no more room than an admitted one: of what counts nothing grows.
#[test]
fn an_expelled_region_cannot_grow_its_counts() {
	run_expelled(|| {
		let count = || {
			let region = Consortium::region(HOME).unwrap();
			(region.providers, region.live_grants)
		};
		assert_eq!(count(), (1, 1));
		assert_ok!(update(author_at(2, Standing::Suspended)));
		assert_ok!(revoke(4));
		assert_eq!(count(), (1, 0));
		assert_eq!(ProvidersOf::<Test>::iter().count(), 2);
		assert_eq!(ProviderKeys::<Test>::iter().count(), 2);
		assert_eq!(LastUpdates::<Test>::iter().count(), 1);
	});
}
