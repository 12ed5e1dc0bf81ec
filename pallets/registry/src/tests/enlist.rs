use super::*;

#[test]
fn a_verified_provider_enlists_and_the_next_block_sends_its_entry() {
	run(|| {
		verify(1, UPIN);
		advance(MINUTE);
		events();
		assert_ok!(Registry::enlist(signed(1)));
		assert_eq!(
			events(),
			[Event::DirectoryEntryQueued {
				id: id(UPIN),
				sequence: 1
			}]
		);
		assert_eq!(enlistment(UPIN).state, EnlistmentState::Waiting);
		assert!(take_sent().is_empty());

		poll();
		let entry = DirectoryEntry {
			id: id(UPIN),
			number: number(UPIN),
			name: "Dr. Ada".parse().unwrap(),
			account: account(1),
			standing: Standing::Verified,
			since: START,
			key: SignedKey {
				version: 0,
				key: key(1),
				account: account(1),
				signature: Keys::<Test>::get(MemberId::Provider(id(UPIN)), 0)
					.unwrap()
					.signature,
				since: START,
			},
			sequence: 1,
		};
		assert_eq!(take_sent(), [ConsortiumCall::EnlistProvider { entry }]);
		assert_eq!(
			events(),
			[Event::DirectoryEntrySent {
				id: id(UPIN),
				sequence: 1,
				message: message_id(1),
			}]
		);
	});
}

#[test]
fn the_entry_has_the_values_at_the_time_of_sending() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::enlist(signed(1)));
		rotate(1, 1, 50);
		rotate(1, 2, 51);
		carry(&suspend(UPIN));
		poll();
		let calls = take_sent();
		let [ConsortiumCall::EnlistProvider { entry }] = &calls[..] else {
			panic!("{calls:?}");
		};
		assert_eq!((entry.key.version, &entry.key.key), (2, &key(51)));
		assert_eq!((entry.standing, entry.sequence), (Standing::Suspended, 4));
	});
}

#[test]
fn every_change_of_an_enlisted_provider_is_queued() {
	run(|| {
		enlist(1, UPIN);
		let expect = |standing, sequence| {
			assert_eq!(enlistment(UPIN).state, EnlistmentState::Waiting);
			poll();
			assert_eq!(sent(), [(standing, sequence, false)]);
			answer(UPIN, sequence, Answer::Done);
			assert_eq!(enlistment(UPIN).state, EnlistmentState::Enlisted);
		};
		rotate(1, 1, 50);
		expect(Standing::Verified, 2);
		carry(&suspend(UPIN));
		expect(Standing::Suspended, 3);
		carry(&reinstate(UPIN));
		expect(Standing::Verified, 4);
		assert_ok!(Registry::retire(signed(1)));
		expect(Standing::Retired, 5);
	});
}

#[test]
fn changes_of_other_providers_are_not_sent() {
	run(|| {
		verify(1, UPIN);
		verify(2, NPI);
		rotate(1, 1, 50);
		carry(&suspend(UPIN));
		assert_ok!(Registry::retire(signed(2)));
		let patient = register(3);
		rotate(3, 1, 51);
		poll();
		assert!(take_sent().is_empty());
		assert_eq!(Enlistments::<Test>::iter().count(), 0);
		assert!(Patients::<Test>::contains_key(patient));
	});
}

#[test]
fn a_provider_cannot_enlist_twice() {
	run(|| {
		verify(1, UPIN);
		let again = || Registry::enlist(signed(1));
		assert_ok!(again());
		assert_noop!(again(), Error::<Test>::AlreadyEnlisted);
		poll();
		assert_noop!(again(), Error::<Test>::AlreadyEnlisted);
		advance(AnswerTime::get());
		poll();
		assert_noop!(again(), Error::<Test>::AlreadyEnlisted);
		answer(UPIN, 1, Answer::Done);
		assert_noop!(again(), Error::<Test>::AlreadyEnlisted);
		carry(&suspend(UPIN));
		carry(&reinstate(UPIN));
		assert_noop!(again(), Error::<Test>::AlreadyEnlisted);
	});
}

#[test]
fn a_refused_provider_can_enlist_again() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::enlist(signed(1)));
		poll();
		answer(UPIN, 1, Answer::Refused(Reason::MaxProvidersExceeded));
		assert_ok!(Registry::enlist(signed(1)));
		poll();
		assert_eq!(
			sent(),
			[(Standing::Verified, 1, true), (Standing::Verified, 2, true)]
		);
		// Also if the chain would send it again anyway.
		answer(UPIN, 2, Answer::Failed(Failure::program(&[24])));
		assert_ok!(Registry::enlist(signed(1)));
		poll();
		assert_eq!(sent(), [(Standing::Verified, 3, true)]);
	});
}

#[test]
fn only_a_verified_provider_can_enlist() {
	run(|| {
		register(1);
		apply(2, NPI);
		for who in [1, 2, 3, 101, STRANGER] {
			assert_noop!(Registry::enlist(signed(who)), Error::<Test>::NotAuthorized);
		}
		for origin in unsigned_origins() {
			assert_noop!(Registry::enlist(origin), DispatchError::BadOrigin);
		}
		verify(4, UPIN);
		carry(&suspend(UPIN));
		assert_noop!(Registry::enlist(signed(4)), Error::<Test>::NotVerified);
		assert_ok!(Registry::retire(signed(4)));
		assert_noop!(Registry::enlist(signed(4)), Error::<Test>::NotVerified);
	});
}

#[test]
fn a_refused_provider_that_is_suspended_or_retired_cannot_enlist_again() {
	run(|| {
		enlist(1, UPIN);
		carry(&suspend(UPIN));
		poll();
		answer(UPIN, 2, Answer::Refused(Reason::NotARegion));
		assert_noop!(Registry::enlist(signed(1)), Error::<Test>::NotVerified);
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(Registry::enlist(signed(1)), Error::<Test>::NotVerified);
	});
}
