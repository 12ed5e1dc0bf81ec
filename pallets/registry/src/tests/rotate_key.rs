use codec::Encode;
use salus_primitives::{testing::HistoryList, HistoryEvent};

use super::*;

fn try_rotate(who: u8, version: u32, key: EncryptionKey) -> DispatchResult {
	let signature = sign(who, version, &key);
	Registry::rotate_key(signed(who), version, key, signature)
}

#[test]
fn a_patient_rotates_its_key_and_the_old_one_stays_readable() {
	run(|| {
		let patient = register(1);
		let member = MemberId::Patient(patient);
		events();
		advance(MINUTE);
		assert_ok!(try_rotate(1, 1, key(50)));
		assert_eq!(
			events(),
			[Event::KeyRotated {
				member: member.clone(),
				version: 1
			}]
		);
		assert_eq!(Patients::<Test>::get(patient).unwrap().key_version, 1);
		assert_eq!(Keys::<Test>::get(&member, 0).unwrap().key, key(1));
		let entry = Keys::<Test>::get(&member, 1).unwrap();
		assert_eq!((entry.key, entry.since), (key(50), START + MINUTE));
		assert_ok!(try_rotate(1, 2, key(51)));
	});
}

#[test]
fn a_verified_or_suspended_provider_rotates_its_key() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_rotate(1, 1, key(50)));
		carry(&suspend(UPIN));
		assert_ok!(try_rotate(1, 2, key(51)));
		assert_eq!(Providers::<Test>::get(id(UPIN)).unwrap().key_version, 2);
	});
}

#[test]
fn a_retired_provider_cannot_rotate_its_key() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(try_rotate(1, 1, key(50)), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn only_a_member_can_rotate_a_key() {
	run(|| {
		apply(2, UPIN);
		for who in [1, 2, 101, STRANGER] {
			assert_noop!(try_rotate(who, 1, key(50)), Error::<Test>::NotRegistered);
		}
		for origin in unsigned_origins() {
			let signature = sign(1, 1, &key(50));
			assert_noop!(
				Registry::rotate_key(origin, 1, key(50), signature),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn every_version_but_the_next_is_refused() {
	run(|| {
		register(1);
		assert_ok!(try_rotate(1, 1, key(50)));
		for version in [0, 1, 3, u32::MAX] {
			assert_noop!(
				try_rotate(1, version, key(51)),
				Error::<Test>::StaleKeyVersion
			);
		}
		assert_ok!(try_rotate(1, 2, key(51)));
	});
}

#[test]
fn a_member_that_takes_anothers_key_does_not_stop_its_rotation() {
	run(|| {
		register(1);
		register(2);
		// Account 2 rotates to the key that account 1 is about to rotate to.
		assert_ok!(try_rotate(2, 1, key(50)));
		assert_ok!(try_rotate(1, 1, key(50)));
		let theirs = |who| MemberOf::<Test>::get(account(who)).unwrap();
		for who in [1, 2] {
			let entry = Keys::<Test>::get(theirs(who), 1).unwrap();
			assert_eq!((entry.key, entry.account), (key(50), account(who)));
		}
	});
}

/// The signature is over the account, so it cannot be copied with the key.
#[test]
fn a_copied_key_needs_a_signature_of_the_account_that_registers_it() {
	run(|| {
		register(1);
		register(2);
		let copied = sign(1, 1, &key(50));
		assert_noop!(
			Registry::rotate_key(signed(2), 1, key(50), copied),
			Error::<Test>::KeySignatureInvalid
		);
	});
}

#[test]
fn a_member_that_rotated_too_often_is_told_when_the_next_rotation_is_possible() {
	run(|| {
		register(1);
		let member = MemberOf::<Test>::get(account(1)).unwrap();
		for version in 1..=3 {
			assert_ok!(try_rotate(1, version, key(50 + version as u8)));
		}
		let refused = |minutes| Error::<Test>::TooManyRotations(Minutes(minutes));
		assert_noop!(try_rotate(1, 4, key(60)), refused(10));
		advance(9 * MINUTE);
		assert_noop!(try_rotate(1, 4, key(60)), refused(1));
		advance(MINUTE);
		assert_ok!(try_rotate(1, 4, key(60)));
		assert_noop!(try_rotate(1, 5, key(61)), refused(10));
		assert_eq!(Keys::<Test>::iter_prefix(member).count(), 5);
		// Another member has an allowance of its own.
		register(2);
		assert_ok!(try_rotate(2, 1, key(62)));
	});
}

/// No number of rotations locks out a member that lost its key.
#[test]
fn an_allowance_that_was_used_up_refills() {
	run(|| {
		register(1);
		let mut version = 0;
		for _ in 0..20 {
			for _ in 0..3 {
				version += 1;
				assert_ok!(try_rotate(1, version, key(50)));
			}
			assert!(try_rotate(1, version + 1, key(50)).is_err());
			advance(30 * MINUTE);
		}
	});
}

#[test]
fn a_refused_rotation_does_not_use_the_allowance() {
	run(|| {
		register(1);
		for _ in 0..10 {
			assert_noop!(try_rotate(1, 2, key(50)), Error::<Test>::StaleKeyVersion);
		}
		assert_ok!(try_rotate(1, 1, key(50)));
	});
}

#[test]
fn an_invalid_key_is_refused() {
	run(|| {
		register(1);
		keys::refused_keys(|key| try_rotate(1, 1, key));
	});
}

#[test]
fn an_invalid_signature_is_refused() {
	run(|| {
		register(1);
		keys::refused_signatures(1, 1, |key, signature| {
			Registry::rotate_key(signed(1), 1, key, signature)
		});
	});
}

#[test]
fn each_key_leaves_an_entry_in_its_members_history() {
	run(|| {
		let patient = register(1);
		rotate(1, 1, 50);
		verify(2, UPIN);
		let entry = |member: MemberId, version| (member, HistoryEvent::Key { version }, true);
		let entries = [
			entry(patient.into(), 0),
			entry(patient.into(), 1),
			entry(id(UPIN).into(), 0),
		];
		assert_eq!(HistoryList::entries(), entries);
		// The authorities' vote verified the provider; the key is its own account's.
		assert_eq!(HistoryList::last_by(), Some(account(2).encode()));
	});
}
