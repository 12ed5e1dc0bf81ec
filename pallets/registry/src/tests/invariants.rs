//! State broken by hand is seen.

use salus_primitives::newest_first;

use super::*;
use salus_primitives::AccountHistory;
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
	MemberId::Provider(id(UPIN))
}

#[test]
fn broken_accounts_are_detected() {
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
fn broken_members_are_detected() {
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
fn broken_histories_and_ids_are_detected() {
	broken("a member has no founding account", |patient| {
		Accounts::<Test>::remove(MemberId::Patient(patient))
	});
	broken("a member's history does not end with its account", |_| {
		Accounts::<Test>::insert(provider(), AccountHistory::founded(account(4), START))
	});
	broken("members and accounts differ", |_| {
		let nobody = MemberId::Provider(ProviderId(9));
		Accounts::<Test>::insert(nobody, AccountHistory::founded(account(4), START))
	});
	broken("a patient's id is not of its founding account", |patient| {
		Patients::<Test>::mutate_extant(patient, |value| value.commitment = [0; 32])
	});
	broken("a provider's id is not given yet", |_| {
		NextProvider::<Test>::put(0)
	});
	broken("a provider does not hold its number", |_| {
		Holders::<Test>::remove(number(UPIN))
	});
	broken("a number has a holder too many", |_| {
		Holders::<Test>::insert(number(NPI), ProviderId(0))
	});
}

#[test]
fn broken_keys_are_detected() {
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
		"a key's signature is wrong",
		change(|entry| entry.key = key(60)),
	);
	broken(
		"a key's signature is wrong",
		change(|entry| entry.account = account(1)),
	);
}

#[test]
fn broken_applications_are_detected() {
	broken("an application has no claim", |_| {
		Claims::<Test>::remove(number(NPI), account(3))
	});
	broken("an application is not in the list", |_| {
		NewestApplications::<Test>::remove(newest_first(1))
	});
	broken("an entry in the list has no application", |_| {
		NewestApplications::<Test>::insert(newest_first(99), account(4))
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
fn broken_motions_are_detected() {
	broken("a motion is on what does not stand", |_| {
		Applications::<Test>::mutate(account(3), |value| value.as_mut().unwrap().since += 1)
	});
	broken("a motion is on what does not stand", |_| {
		let votes = Motions::<Test>::get(pending(3)).unwrap();
		Motions::<Test>::insert(reinstate(UPIN), votes)
	});
	broken("an authority voted twice", |_| {
		Motions::<Test>::mutate(pending(3), |votes| {
			let votes = &mut votes.as_mut().unwrap().votes;
			votes.try_push(votes[0].clone()).unwrap()
		})
	});
}

/// Breaks a good state in which one provider (1) is in flight, one (2) in the outbox and one (3)
/// enlisted.
fn broken_enlistment(expected: &'static str, breaks: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		enlist(3, "A00003");
		verify(1, "A00001");
		verify(2, "A00002");
		assert_ok!(Registry::enlist(signed(1)));
		poll();
		assert_ok!(Registry::enlist(signed(2)));
		assert_eq!(Registry::do_try_state(), Ok(()));
		breaks();
		assert_eq!(
			Registry::do_try_state(),
			Err(TryRuntimeError::Other(expected))
		);
	});
}

#[test]
fn broken_enlistments_are_detected() {
	let change = |text: &'static str, change: fn(&mut Enlistment)| {
		move || Enlistments::<Test>::mutate(id(text), |value| change(value.as_mut().unwrap()))
	};
	broken_enlistment("an enlistment belongs to no provider", || {
		Enlistments::<Test>::insert(id("A00004"), enlistment("A00003"))
	});
	let incoherent = "an enlistment's state and next step do not agree";
	type Change = (&'static str, fn(&mut Enlistment));
	let changes: [Change; 9] = [
		("A00001", |value| value.state = EnlistmentState::Waiting),
		("A00001", |value| value.step = Step::Rest),
		("A00001", |value| value.message = None),
		("A00002", |value| value.step = Step::Rest),
		("A00002", |value| value.enlisted = Some(1)),
		("A00002", |value| value.sequence = 0),
		("A00003", |value| value.enlisted = None),
		("A00003", |value| value.step = Step::Send(START)),
		("A00003", |value| value.enlisted = Some(2)),
	];
	for (text, with) in changes {
		broken_enlistment(incoherent, change(text, with));
	}
	broken_enlistment(incoherent, || {
		Providers::<Test>::mutate_extant(id("A00003"), |of| of.standing = Standing::Suspended);
		change("A00003", |value| {
			value.state = EnlistmentState::Refused(Cause::Reason(Reason::NotARegion))
		})();
	});
	broken_enlistment(
		"an entry that is to be sent is not in the outbox",
		change("A00002", |value| value.step = Step::Send(START + 1)),
	);
	broken_enlistment("an entry waits for an answer that nobody awaits", || {
		Waiting::take();
	});
	broken_enlistment("the outbox has an entry too many", || {
		Outbox::<Test>::insert(OutboxKey::new(START, id("A00001")), ())
	});
}
