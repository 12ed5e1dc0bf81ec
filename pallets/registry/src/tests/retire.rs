use super::*;

#[test]
fn a_verified_provider_retires() {
	run(|| {
		verify(1, UPIN);
		events();
		assert_ok!(Registry::retire(signed(1)));
		assert_eq!(standing(UPIN), Some(Standing::Retired));
		assert_eq!(events(), [Event::ProviderRetired { id: id(UPIN) }]);
		// Its account still acts for it, and its keys stay readable.
		let member = MemberId::Provider(id(UPIN));
		assert_eq!(MemberOf::<Test>::get(account(1)), Some(member.clone()));
		assert!(Keys::<Test>::contains_key(member, 0));
	});
}

#[test]
fn a_suspended_provider_that_retires_stays_suspended() {
	run(|| {
		verify(1, UPIN);
		carry(&suspend(UPIN));
		assert_ok!(Registry::retire(signed(1)));
		assert_eq!(standing(UPIN), Some(Standing::RetiredSuspended));
		assert_noop!(Registry::retire(signed(1)), Error::<Test>::AlreadyRetired);
		carry(&reinstate(UPIN));
		assert_eq!(standing(UPIN), Some(Standing::Retired));
	});
}

#[test]
fn a_provider_cannot_avoid_a_suspension_by_retiring() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_vote(101, &suspend(UPIN), true));
		assert_ok!(Registry::retire(signed(1)));
		assert_ok!(try_vote(102, &suspend(UPIN), true));
		assert_eq!(standing(UPIN), Some(Standing::RetiredSuspended));
	});
}

#[test]
fn a_provider_cannot_retire_twice() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(Registry::retire(signed(1)), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn only_a_provider_can_retire() {
	run(|| {
		register(1);
		apply(2, UPIN);
		for who in [1, 2, 3, 101, STRANGER] {
			assert_noop!(Registry::retire(signed(who)), Error::<Test>::NotAuthorized);
		}
		for origin in unsigned_origins() {
			assert_noop!(Registry::retire(origin), DispatchError::BadOrigin);
		}
	});
}
