use super::*;

fn try_invite(by: u8, who: u8) -> DispatchResult {
	Registry::invite(signed(by), account(who))
}

#[test]
fn an_authority_invites_an_account() {
	run(|| {
		assert_ok!(try_invite(101, 50));
		assert!(Invited::<Test>::contains_key(account(50)));
		assert_eq!(System::providers(&account(50)), 1);
		assert_eq!(
			events(),
			[Event::AccountInvited {
				account: account(50),
				by: account(101)
			}]
		);
	});
}

#[test]
fn a_verified_provider_invites_an_account() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_invite(1, 50));
		assert!(Invited::<Test>::contains_key(account(50)));
	});
}

#[test]
fn other_accounts_cannot_invite() {
	run(|| {
		register(1);
		apply(2, UPIN);
		// A patient, an applicant, an invited account and a stranger.
		for by in [1, 2, 3, STRANGER] {
			assert_noop!(try_invite(by, 50), Error::<Test>::NotAuthorized);
		}
		for origin in unsigned_origins() {
			assert_noop!(
				Registry::invite(origin, account(50)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_suspended_or_retired_provider_cannot_invite() {
	run(|| {
		verify(1, UPIN);
		carry(&suspend(UPIN));
		assert_noop!(try_invite(1, 50), Error::<Test>::NotAuthorized);
		carry(&reinstate(UPIN));
		assert_ok!(try_invite(1, 50));
		assert_ok!(Registry::retire(signed(1)));
		assert_noop!(try_invite(1, 51), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn a_former_authority_cannot_invite() {
	run(|| {
		AuthorityList::set(&vec![account(101)]);
		assert_noop!(try_invite(102, 50), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn an_account_cannot_be_invited_twice() {
	run(|| {
		assert_ok!(try_invite(101, 50));
		assert_noop!(try_invite(102, 50), Error::<Test>::AlreadyInvited);
		assert_noop!(try_invite(102, 1), Error::<Test>::AlreadyInvited);
		assert_eq!(System::providers(&account(50)), 1);
	});
}

#[test]
fn the_invitations_of_a_period_are_limited() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_invite(1, 50));
		assert_ok!(try_invite(1, 51));
		assert_noop!(try_invite(1, 52), Error::<Test>::MaxInvitationsExceeded);
		// An authority has more, and another's are its own.
		for who in 52..55 {
			assert_ok!(try_invite(101, who));
		}
		assert_noop!(try_invite(101, 55), Error::<Test>::MaxInvitationsExceeded);
		assert_ok!(try_invite(102, 55));
	});
}

#[test]
fn a_new_period_brings_new_invitations() {
	run(|| {
		verify(1, UPIN);
		assert_ok!(try_invite(1, 50));
		assert_ok!(try_invite(1, 51));
		let left = PERIOD - START % PERIOD;
		advance(left - 1);
		assert_noop!(try_invite(1, 52), Error::<Test>::MaxInvitationsExceeded);
		advance(1);
		assert_ok!(try_invite(1, 52));
		assert_ok!(try_invite(1, 53));
		assert_noop!(try_invite(1, 54), Error::<Test>::MaxInvitationsExceeded);
	});
}

#[test]
fn a_refused_invitation_does_not_count() {
	run(|| {
		verify(1, UPIN);
		assert_noop!(try_invite(1, 2), Error::<Test>::AlreadyInvited);
		assert_eq!(Registry::api_invitations_left(account(1)), 2);
	});
}
