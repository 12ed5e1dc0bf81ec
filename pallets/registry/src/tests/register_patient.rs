use super::*;

fn try_register(who: u8, key: EncryptionKey, signature: KeySignature) -> DispatchResult {
	Registry::register_patient(signed(who), [who; 32], key, signature)
}

fn try_register_with(who: u8, key: EncryptionKey) -> DispatchResult {
	let signature = sign(who, 0, &key);
	try_register(who, key, signature)
}

#[test]
fn registers_a_patient() {
	run(|| {
		let key = key(1);
		let signature = sign(1, 0, &key);
		assert_ok!(try_register(1, key.clone(), signature));
		let Some(MemberId::Patient(patient)) = MemberOf::<Test>::get(account(1)) else {
			panic!("not a patient");
		};
		assert_eq!(
			Patients::<Test>::get(patient),
			Some(Patient {
				account: account(1),
				commitment: [1; 32],
				key_version: 0,
				since: START
			})
		);
		assert_eq!(
			Keys::<Test>::get(MemberId::Patient(patient), 0),
			Some(KeyEntry {
				key: key.clone(),
				bits: 2048,
				account: account(1),
				signature,
				since: START
			})
		);
		assert_eq!(
			KeyHolders::<Test>::get(key.digest()),
			Some(MemberId::Patient(patient))
		);
		assert_eq!(
			events(),
			[Event::PatientRegistered {
				patient,
				account: account(1)
			}]
		);
	});
}

#[test]
fn gives_ids_that_differ_and_hide_the_account() {
	run(|| {
		let (one, two) = (register(1), register(2));
		assert_ne!(one, two);
		let bytes: [u8; 32] = account(1).into();
		assert!(!bytes
			.windows(4)
			.any(|part| one.0.windows(4).any(|other| other == part)));
	});
}

#[test]
fn gives_an_id_that_depends_on_the_parent_block() {
	let id_after = |parent: [u8; 32]| {
		new_test_ext().execute_with(|| {
			System::initialize(&2, &sp_core::H256(parent), &Default::default());
			register(1)
		})
	};
	assert_eq!(id_after([1; 32]), id_after([1; 32]));
	assert_ne!(id_after([1; 32]), id_after([2; 32]));
}

#[test]
fn refuses_an_id_that_is_taken() {
	run(|| {
		let patient = Registry::new_patient_id(&account(1));
		let other = register(2);
		Patients::<Test>::insert(patient, Patients::<Test>::get(other).unwrap());
		assert_noop!(try_register_with(1, key(1)), Error::<Test>::AlreadyExists);
		Patients::<Test>::remove(patient);
	});
}

#[test]
fn refuses_who_was_not_invited() {
	run(|| {
		assert_noop!(
			try_register_with(STRANGER, key(1)),
			Error::<Test>::NotInvited
		);
		// An authority is no member either, unless it was invited.
		assert_noop!(try_register_with(101, key(1)), Error::<Test>::NotInvited);
		for origin in unsigned_origins() {
			let signature = sign(1, 0, &key(1));
			assert_noop!(
				Registry::register_patient(origin, [0; 32], key(1), signature),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn refuses_a_second_registration() {
	run(|| {
		register(1);
		assert_noop!(
			try_register_with(1, key(2)),
			Error::<Test>::AlreadyRegistered
		);
	});
}

#[test]
fn refuses_a_provider_and_an_applicant() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_noop!(
			try_register_with(1, key(9)),
			Error::<Test>::ApplicationPending
		);
		carry(&motion);
		assert_noop!(
			try_register_with(1, key(9)),
			Error::<Test>::AlreadyRegistered
		);
	});
}

#[test]
fn refuses_a_key_that_another_member_holds() {
	run(|| {
		register(1);
		verify(2, UPIN);
		assert_noop!(try_register_with(3, key(1)), Error::<Test>::KeyAlreadyHeld);
		assert_noop!(try_register_with(3, key(2)), Error::<Test>::KeyAlreadyHeld);
	});
}

#[test]
fn an_application_takes_no_key() {
	run(|| {
		apply(1, UPIN);
		assert_ok!(try_register_with(2, key(1)));
	});
}

#[test]
fn refuses_a_key_that_is_no_good() {
	run(|| keys::refused_keys(|key| try_register_with(1, key)));
}

#[test]
fn refuses_a_signature_that_is_not_the_accounts_over_this() {
	run(|| keys::refused_signatures(1, 0, |key, signature| try_register(1, key, signature)));
}
