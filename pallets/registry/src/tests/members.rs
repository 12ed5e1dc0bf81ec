use super::*;
use salus_primitives::traits::{Admission, Class, Members};

#[test]
fn other_pallets_see_a_patient() {
	run(|| {
		let patient = register(1);
		let member = MemberId::Patient(patient);
		assert_eq!(Registry::member_of(&account(1)), Some(member.clone()));
		assert_eq!(Registry::account_of(&member), Some(account(1)));
		assert!(Registry::is_patient(&patient));
		assert_eq!(Registry::current_key(&member), Some((0, 2048)));
		assert!(Registry::in_good_standing(&member));
		let key = key_of(RSA_4096);
		let signature = sign(1, 1, &key);
		assert_ok!(Registry::rotate_key(signed(1), 1, key, signature));
		assert_eq!(Registry::current_key(&member), Some((1, 4096)));
		assert_eq!(Registry::commitment_of(&patient), Some([1; 32]));
	});
}

#[test]
fn other_pallets_see_a_provider() {
	run(|| {
		verify(1, UPIN);
		let member = MemberId::Provider(number(UPIN));
		assert_eq!(Registry::member_of(&account(1)), Some(member.clone()));
		assert_eq!(Registry::account_of(&member), Some(account(1)));
		assert_eq!(Registry::current_key(&member), Some((0, 2048)));
		assert_eq!(Registry::standing(&number(UPIN)), Some(Standing::Verified));
		assert_eq!(Registry::name_of(&number(UPIN)), Some(name("Dr. Ada")));
		assert!(Registry::in_good_standing(&member));
		carry(&suspend(UPIN));
		assert!(!Registry::in_good_standing(&member));
		assert_ok!(Registry::retire(signed(1)));
		assert_eq!(Registry::standing(&number(UPIN)), Some(Standing::Retired));
		assert!(!Registry::in_good_standing(&member));
		assert_eq!(Registry::member_of(&account(1)), Some(member));
	});
}

#[test]
fn other_pallets_see_no_applicants_and_strangers() {
	run(|| {
		apply(1, UPIN);
		for who in [1, 2, 101, STRANGER] {
			assert_eq!(Registry::member_of(&account(who)), None);
		}
		for member in [
			MemberId::Provider(number(UPIN)),
			MemberId::Patient(PatientId([0; 16])),
		] {
			assert_eq!(Registry::account_of(&member), None);
			assert_eq!(Registry::current_key(&member), None);
			assert!(!Registry::in_good_standing(&member));
		}
		assert_eq!(Registry::standing(&number(UPIN)), None);
		assert_eq!(Registry::name_of(&number(UPIN)), None);
		assert_eq!(Registry::commitment_of(&PatientId([0; 16])), None);
	});
}

fn class(who: u8) -> Class {
	<Registry as Admission<_, RuntimeCall>>::class(&account(who))
}

#[test]
fn accounts_have_the_class_of_their_role() {
	run(|| {
		register(1);
		verify(2, UPIN);
		apply(3, NPI);
		assert_eq!(class(1), Class::Member);
		assert_eq!(class(2), Class::Member);
		assert_ok!(Registry::retire(signed(2)));
		assert_eq!(class(2), Class::Member);
		assert_eq!(class(3), Class::Invited);
		assert_eq!(class(4), Class::Invited);
		assert_eq!(class(101), Class::Authority);
		assert_eq!(class(STRANGER), Class::Uninvited);
		AuthorityList::set(&vec![]);
		assert_eq!(class(101), Class::Uninvited);
	});
}

#[test]
fn only_registering_calls_count_as_registration() {
	let is = |call: crate::Call<Test>| {
		<Registry as Admission<sp_runtime::AccountId32, _>>::is_registration(&RuntimeCall::from(
			call,
		))
	};
	let (key, signature) = (key(1), KeySignature::from_raw([0; 64]));
	assert!(is(crate::Call::register_patient {
		commitment: [0; 32],
		key: key.clone(),
		signature
	}));
	assert!(is(crate::Call::apply_as_provider {
		number: number(UPIN),
		name: name("a"),
		key: key.clone(),
		signature
	}));
	assert!(is(crate::Call::withdraw_application {}));
	assert!(!is(crate::Call::invite {
		account: account(1)
	}));
	assert!(!is(crate::Call::vote {
		motion: suspend(UPIN),
		aye: true
	}));
	assert!(!is(crate::Call::retire {}));
	assert!(!is(crate::Call::rotate_key {
		version: 1,
		key,
		signature
	}));
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
	assert!(!<Registry as Admission<sp_runtime::AccountId32, _>>::is_registration(&remark));
}
