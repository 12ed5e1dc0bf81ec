//! State broken by hand is seen.

use super::*;
use sp_runtime::TryRuntimeError;

/// Breaks a good state with a patient (1), a provider (2) and an applicant (3) with a vote.
fn broken(expected: &'static str, breaks: impl FnOnce(PatientId)) {
	new_test_ext().execute_with(|| {
		let patient = register(1);
		verify(2, UPIN);
		assert_ok!(try_vote(101, &apply(3, NPI), true));
		assert_eq!(Registry::do_try_state(), Ok(()));
		breaks(patient);
		assert_eq!(
			Registry::do_try_state(),
			Err(TryRuntimeError::Other(expected))
		);
	});
}

fn provider() -> MemberId {
	MemberId::Provider(number(UPIN))
}

#[test]
fn accounts() {
	broken("an invited account has no provider reference", |_| {
		Invited::<Test>::insert(account(STRANGER), ())
	});
	broken("a member's account was not invited", |_| {
		Invited::<Test>::remove(account(1))
	});
	broken("an applicant was not invited", |_| {
		Invited::<Test>::remove(account(3))
	});
	broken("a member's account has an application", |_| {
		let application = Applications::<Test>::get(account(3)).unwrap();
		Applications::<Test>::insert(account(1), application);
	});
	broken(
		"an account acts for a member that does not know it",
		|patient| MemberOf::<Test>::insert(account(4), MemberId::Patient(patient)),
	);
}

#[test]
fn members() {
	broken("a member's account does not act for it", |_| {
		MemberOf::<Test>::remove(account(1))
	});
	broken("a member's account does not act for it", |patient| {
		let value = Patients::<Test>::get(patient).unwrap();
		Patients::<Test>::insert(PatientId([0; 16]), value);
	});
	broken("a version of a key is missing", |patient| {
		Patients::<Test>::mutate_extant(patient, |value| value.key_version = 1)
	});
	broken("a version of a key is missing", |_| {
		Keys::<Test>::remove(provider(), 0)
	});
	broken("a key belongs to no version of a member", |_| {
		Keys::<Test>::insert(provider(), 1, Keys::<Test>::get(provider(), 0).unwrap())
	});
}

#[test]
fn keys() {
	let change = |change: fn(&mut KeyEntryOf<Test>)| {
		move |_| Keys::<Test>::mutate(provider(), 0, |entry| change(entry.as_mut().unwrap()))
	};
	broken(
		"a key is malformed or its bits are wrong",
		change(|entry| entry.bits = 4096),
	);
	broken(
		"a key is malformed or its bits are wrong",
		change(|entry| entry.key = key_of(&[0])),
	);
	broken(
		"a key's holder is not its member",
		change(|entry| entry.key = key(60)),
	);
	broken(
		"a key's signature is wrong",
		change(|entry| entry.account = account(1)),
	);
	broken("a holder's key is not registered", |patient| {
		KeyHolders::<Test>::insert([0; 32], MemberId::Patient(patient))
	});
}

#[test]
fn applications() {
	broken("an application has no claim", |_| {
		Claims::<Test>::remove(number(NPI), account(3))
	});
	broken("a claim has no application", |_| {
		Claims::<Test>::insert(number(NPI), account(4), ())
	});
	broken("an application's number is malformed", |_| {
		Applications::<Test>::mutate(account(3), |value| {
			value.as_mut().unwrap().number = ProfessionalNumber(Default::default())
		})
	});
}

#[test]
fn motions() {
	broken("a motion is on what does not stand", |_| {
		Applications::<Test>::mutate(account(3), |value| value.as_mut().unwrap().since += 1)
	});
	broken("a motion is on what does not stand", |_| {
		Motions::<Test>::insert(reinstate(UPIN), VotesOf::<Test>::default())
	});
	broken("an authority voted twice", |_| {
		Motions::<Test>::mutate(pending(3), |votes| {
			votes.nays.try_push(account(101)).unwrap()
		})
	});
}
