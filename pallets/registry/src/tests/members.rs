use super::*;
use salus_primitives::{
	admission::Class,
	traits::{Classes, Members},
};

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
		let member = MemberId::Provider(id(UPIN));
		assert_eq!(Registry::member_of(&account(1)), Some(member.clone()));
		assert_eq!(Registry::account_of(&member), Some(account(1)));
		assert_eq!(Registry::current_key(&member), Some((0, 2048)));
		assert_eq!(Registry::standing(id(UPIN)), Some(Standing::Verified));
		assert_eq!(
			Registry::profile_of(id(UPIN)),
			Some((number(UPIN), name("Dr. Ada")))
		);
		assert!(Registry::in_good_standing(&member));
		carry(&suspend(UPIN));
		assert!(!Registry::in_good_standing(&member));
		assert_ok!(Registry::retire(signed(1)));
		assert_eq!(
			Registry::standing(id(UPIN)),
			Some(Standing::RetiredSuspended)
		);
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
			MemberId::Provider(id(UPIN)),
			MemberId::Patient(PatientId([0; 16])),
		] {
			assert_eq!(Registry::account_of(&member), None);
			assert_eq!(Registry::current_key(&member), None);
			assert!(!Registry::in_good_standing(&member));
		}
		assert_eq!(Registry::standing(id(UPIN)), None);
		assert_eq!(Registry::profile_of(id(UPIN)), None);
		assert_eq!(Registry::commitment_of(&PatientId([0; 16])), None);
	});
}

fn classes(who: u8) -> Vec<Class> {
	Registry::classes_of(&account(who))
}

#[test]
fn accounts_have_the_class_of_their_role() {
	run(|| {
		register(1);
		verify(2, UPIN);
		apply(3, NPI);
		assert_eq!(classes(1), [Class::Patient]);
		assert_eq!(classes(2), [Class::Provider]);
		carry(&suspend(UPIN));
		assert_eq!(classes(2), [Class::SuspendedProvider]);
		carry(&reinstate(UPIN));
		assert_ok!(Registry::retire(signed(2)));
		assert_eq!(classes(2), [Class::RetiredProvider]);
		assert_eq!(classes(3), [Class::Applicant]);
		assert_ok!(Registry::withdraw_application(signed(3)));
		assert_eq!(classes(3), [Class::Invited]);
		assert_eq!(classes(STRANGER), [Class::Uninvited]);
		assert_eq!(classes(101), [Class::Authority, Class::Uninvited]);
		AuthorityList::set(&vec![account(1)]);
		assert_eq!(classes(101), [Class::Uninvited]);
		assert_eq!(classes(1), [Class::Authority, Class::Patient]);
	});
}
