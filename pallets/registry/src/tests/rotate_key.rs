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
		assert_eq!(KeyHolders::<Test>::get(key(50).digest()), Some(member));
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
		assert_eq!(Providers::<Test>::get(number(UPIN)).unwrap().key_version, 2);
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
fn a_key_of_a_member_is_refused() {
	run(|| {
		register(1);
		verify(2, UPIN);
		// Another's, its own, and one that it or another held before.
		assert_noop!(try_rotate(1, 1, key(2)), Error::<Test>::KeyAlreadyHeld);
		assert_noop!(try_rotate(1, 1, key(1)), Error::<Test>::KeyAlreadyHeld);
		assert_ok!(try_rotate(1, 1, key(50)));
		assert_noop!(try_rotate(1, 2, key(1)), Error::<Test>::KeyAlreadyHeld);
		assert_noop!(try_rotate(2, 1, key(1)), Error::<Test>::KeyAlreadyHeld);
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
