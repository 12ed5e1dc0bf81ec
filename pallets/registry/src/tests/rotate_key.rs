use super::*;

fn try_rotate(who: u8, version: u32, key: EncryptionKey) -> DispatchResult {
	let signature = sign(who, version, &key);
	Registry::rotate_key(signed(who), version, key, signature)
}

#[test]
fn a_patient_has_a_new_key_and_keeps_the_old_one() {
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
fn a_provider_has_a_new_key_whether_suspended_or_not() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_rotate(1, 1, key(50)));
		carry(&suspend(UPIN));
		assert_ok!(try_rotate(1, 2, key(51)));
		assert_eq!(Providers::<Test>::get(number(UPIN)).unwrap().key_version, 2);
	});
}

#[test]
fn a_retired_provider_has_not() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(try_rotate(1, 1, key(50)), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn only_a_member_rotates() {
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
fn refuses_every_version_but_the_next() {
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
fn refuses_a_key_that_is_held() {
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
fn refuses_a_key_that_is_no_good() {
	run(|| {
		register(1);
		keys::refused_keys(|key| try_rotate(1, 1, key));
	});
}

#[test]
fn refuses_a_signature_that_is_not_the_accounts_over_this() {
	run(|| {
		register(1);
		keys::refused_signatures(1, 1, |key, signature| {
			Registry::rotate_key(signed(1), 1, key, signature)
		});
	});
}
