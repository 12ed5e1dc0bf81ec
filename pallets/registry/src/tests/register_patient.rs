use super::*;

fn try_register(who: u8, key: EncryptionKey, signature: KeySignature) -> DispatchResult {
	Registry::register_patient(signed(who), [who; 32], key, signature)
}

fn try_register_with(who: u8, key: EncryptionKey) -> DispatchResult {
	let signature = sign(who, 0, &key);
	try_register(who, key, signature)
}

#[test]
fn an_invited_account_registers_a_patient() {
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
			events(),
			[Event::PatientRegistered {
				patient,
				account: account(1)
			}]
		);
	});
}

#[test]
fn patient_ids_are_unique_and_hide_the_account() {
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
fn a_patient_id_follows_from_genesis_account_and_commitment() {
	run(|| {
		let patient = register(1);
		assert_eq!(patient, PatientId::new(&GENESIS, &account(1), &[1; 32]));
		let founding = Accounts::<Test>::get(MemberId::Patient(patient)).unwrap();
		assert_eq!(founding.founding(), Some(&account(1)));
	});
}

#[test]
fn a_taken_patient_id_is_refused() {
	run(|| {
		let patient = Registry::new_patient_id(&account(1), &[1; 32]);
		let other = register(2);
		Patients::<Test>::insert(patient, Patients::<Test>::get(other).unwrap());
		assert_noop!(
			try_register_with(1, key(1)),
			Error::<Test>::AlreadyRegistered
		);
		Patients::<Test>::remove(patient);
	});
}

#[test]
fn an_uninvited_account_cannot_register() {
	run(|| {
		assert_noop!(
			try_register_with(STRANGER, key(1)),
			Error::<Test>::NotInvited
		);
		// An authority is not a member, either, unless it registered.
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
fn an_account_cannot_register_twice() {
	run(|| {
		register(1);
		assert_noop!(
			try_register_with(1, key(2)),
			Error::<Test>::AlreadyRegistered
		);
	});
}

#[test]
fn a_provider_or_applicant_cannot_register_as_a_patient() {
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
fn a_member_or_applicant_that_took_the_key_first_does_not_stop_a_registration() {
	run(|| {
		register(1);
		verify(2, UPIN);
		apply(3, NPI);
		for (who, taken) in [(4, 1), (5, 2), (6, 3)] {
			assert_ok!(try_register_with(who, key(taken)));
		}
	});
}

#[test]
fn an_invalid_key_is_refused() {
	run(|| keys::refused_keys(|key| try_register_with(1, key)));
}

#[test]
fn an_invalid_signature_is_refused() {
	run(|| keys::refused_signatures(1, 0, |key, signature| try_register(1, key, signature)));
}

#[test]
fn a_commitment_that_nobody_computed_is_refused() {
	run(|| {
		for commitment in [[0; 32], *b"the name of the patient, 32 long"] {
			let key = key(1);
			let signature = sign(1, 0, &key);
			let registered = Registry::register_patient(signed(1), commitment, key, signature);
			assert_noop!(registered, Error::<Test>::NotComputed);
		}
	});
}
