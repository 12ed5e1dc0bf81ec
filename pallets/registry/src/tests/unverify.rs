//! Withdrawing a verification: the motion, and what holds for both holders of the number.

use super::*;
use salus_primitives::traits::Members;

/// A number was verified for the wrong account (1), which enlisted. Gives its provider's id.
fn impostor() -> ProviderId {
	enlist(1, UPIN);
	id(UPIN)
}

#[test]
fn authorities_withdraw_a_verification_and_give_the_number_to_its_owner() {
	run(|| {
		let impostor = impostor();
		assert_noop!(try_apply(2, UPIN), Error::<Test>::AlreadyVerified);
		carry(&unverify(UPIN));
		assert_eq!(
			events()[2..],
			[
				Event::DirectoryEntryQueued {
					id: impostor,
					sequence: 2
				},
				Event::ProviderUnverified {
					id: impostor,
					number: number(UPIN)
				}
			]
		);
		assert_eq!(Registry::api_holder(UPIN.into()), Ok(None));
		verify(2, UPIN);
		let owner = id(UPIN);
		assert_ne!(owner, impostor);

		// The views say who is who.
		let view = |id| Registry::api_provider(id).unwrap();
		assert_eq!(Registry::api_holder(UPIN.into()), Ok(Some(view(owner))));
		assert_eq!(view(impostor).standing, Standing::Unverified);
		assert_eq!(view(owner).standing, Standing::Verified);
		for id in [impostor, owner] {
			assert_eq!(view(id).number, number(UPIN));
		}
		let member = |who| Registry::member_of(&account(who));
		assert_eq!(member(1), Some(impostor.into()));
		assert_eq!(member(2), Some(owner.into()));
		// Their keys are their own.
		let key_of = |id: ProviderId| Registry::api_encryption_key(id.into(), None).unwrap().key;
		assert_eq!((key_of(impostor), key_of(owner)), (key(1), key(2)));
		assert!(!Registry::in_good_standing(&impostor.into()));
		assert!(Registry::in_good_standing(&owner.into()));
	});
}

#[test]
fn a_former_holder_can_call_nothing() {
	run(|| {
		impostor();
		carry(&unverify(UPIN));
		let signature = sign(1, 1, &key(50));
		assert_noop!(
			Registry::rotate_key(signed(1), 1, key(50), signature),
			Error::<Test>::Unverified
		);
		assert_noop!(Registry::retire(signed(1)), Error::<Test>::Unverified);
		assert_noop!(Registry::enlist(signed(1)), Error::<Test>::NotVerified);
		let invite = Registry::invite(signed(1), account(50));
		assert_noop!(invite, Error::<Test>::NotAuthorized);
		assert_noop!(try_apply(1, UPIN), Error::<Test>::AlreadyRegistered);
		assert_noop!(try_apply(1, NPI), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn a_verification_is_withdrawn_once_and_for_good() {
	run(|| {
		let id = impostor();
		carry(&unverify(UPIN));
		let again = Motion::Unverify { id };
		assert_noop!(try_vote(101, &again, true), Error::<Test>::Unverified);
		let reinstate = Motion::Reinstate { id };
		assert_noop!(try_vote(101, &reinstate, true), Error::<Test>::NotSuspended);
		let nobody = Motion::Unverify { id: ProviderId(7) };
		assert_noop!(try_vote(101, &nobody, true), Error::<Test>::NotFound);
	});
}

/// What a suspended provider wrote is withheld until the authorities say otherwise.
#[test]
fn a_withdrawn_verification_ends_no_suspension() {
	run(|| {
		let id = impostor();
		let standing = || Registry::standing(id).unwrap();
		carry(&suspend(UPIN));
		assert_ok!(try_vote(103, &Motion::Reinstate { id }, true));
		carry(&unverify(UPIN));
		assert_eq!(standing(), Standing::UnverifiedSuspended);
		let suspended = Motion::Suspend { id };
		assert_noop!(
			try_vote(101, &suspended, true),
			Error::<Test>::AlreadySuspended
		);
		// The vote on the suspension goes on, and gives the former holder nothing back.
		assert_ok!(try_vote(102, &Motion::Reinstate { id }, true));
		assert_eq!(standing(), Standing::Unverified);
		carry(&suspended);
		assert_eq!(standing(), Standing::UnverifiedSuspended);
		assert_eq!(Registry::api_holder(UPIN.into()), Ok(None));
		assert_noop!(Registry::enlist(signed(1)), Error::<Test>::NotVerified);
		poll();
		let last = sent().pop().unwrap();
		assert_eq!(last, (Standing::UnverifiedSuspended, 5, false));
	});
}

/// An impostor that is suspended, or retires in time, does not keep the number.
#[test]
fn a_suspended_or_retired_provider_can_lose_its_verification() {
	run(|| {
		verify(1, UPIN);
		carry(&suspend(UPIN));
		carry(&unverify(UPIN));
		verify(2, UPIN);
		assert_ok!(Registry::retire(signed(2)));
		carry(&unverify(UPIN));
		verify(3, UPIN);
		assert_eq!(id(UPIN), ProviderId(2));
	});
}

#[test]
fn the_consortium_is_told_even_if_the_provider_never_enlisted() {
	run(|| {
		verify(1, UPIN);
		carry(&unverify(UPIN));
		poll();
		assert_eq!(sent(), [(Standing::Unverified, 1, true)]);
	});
}

#[test]
fn the_votes_on_a_withdrawal_are_shown_and_a_fallen_one_cools_down() {
	run(|| {
		verify(1, UPIN);
		let votes = |id| {
			let view = Registry::api_unverify_votes(id);
			(view.ayes, view.nays, view.needed)
		};
		assert_eq!(votes(id(UPIN)), (0, 0, 2));
		assert_ok!(try_vote(101, &unverify(UPIN), true));
		assert_eq!(votes(id(UPIN)), (1, 0, 2));
		assert_ok!(try_vote(102, &unverify(UPIN), false));
		assert_ok!(try_vote(103, &unverify(UPIN), false));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
		assert_noop!(
			try_vote(101, &unverify(UPIN), true),
			Error::<Test>::CoolingDown
		);
	});
}
