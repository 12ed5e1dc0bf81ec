use super::*;

fn try_withdraw(who: u8) -> DispatchResult {
	Registry::withdraw_application(signed(who))
}

#[test]
fn an_applicant_withdraws_its_application() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		events();
		assert_ok!(try_withdraw(1));
		assert_eq!(
			events(),
			[Event::ApplicationWithdrawn {
				account: account(1),
				number: number(UPIN)
			}]
		);
		assert_eq!(Applications::<Test>::iter().count(), 0);
		assert_eq!(Claims::<Test>::iter().count(), 0);
		assert_eq!(Motions::<Test>::iter().count(), 0);
		assert_noop!(try_vote(102, &motion, true), Error::<Test>::NotFound);
		// It may apply again at once, or register as a patient.
		apply(1, UPIN);
		assert_ok!(try_withdraw(1));
		register(1);
	});
}

#[test]
fn withdrawing_after_a_vote_against_starts_the_cool_down() {
	run(|| {
		assert_ok!(try_vote(101, &apply(1, UPIN), false));
		assert_ok!(try_withdraw(1));
		assert_noop!(try_apply(1, UPIN), Error::<Test>::CoolingDown);
		advance(CoolDown::get());
		assert_ok!(try_apply(1, UPIN));
	});
}

#[test]
fn an_account_without_an_application_cannot_withdraw() {
	run(|| {
		verify(1, UPIN);
		register(2);
		for who in [1, 2, 3, 101, STRANGER] {
			assert_noop!(try_withdraw(who), Error::<Test>::NotFound);
		}
		for origin in unsigned_origins() {
			assert_noop!(
				Registry::withdraw_application(origin),
				DispatchError::BadOrigin
			);
		}
	});
}
