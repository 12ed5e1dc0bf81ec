//! Which class may send what.

use sp_runtime::traits::TransactionExtension;

use super::*;

#[test]
fn an_uninvited_account_is_refused_as_uninvited_and_not_as_unable_to_pay() {
	run(|| {
		assert_refused(
			signed(STRANGER, 0, work::Call::register {}),
			Refusal::NotAllowed(Class::Uninvited),
		);
		assert_refused(
			signed(STRANGER, 0, work(Weight::zero())),
			Refusal::NotAllowed(Class::Uninvited),
		);
		assert_eq!(Quota::usage(&STRANGER).1, Amount::default());
	});
}

#[test]
fn a_provider_reference_alone_is_not_an_invitation() {
	run(|| {
		System::inc_providers(&STRANGER);
		assert_refused(
			signed(STRANGER, 0, work::Call::register {}),
			Refusal::NotAllowed(Class::Uninvited),
		);
	});
}

#[test]
fn an_account_sends_only_what_its_class_may_send() {
	run(|| {
		let close = || work::Call::close {
			declared: Weight::zero(),
		};
		for (who, class) in [(INVITED, Class::Invited), (MEMBER, Class::Patient)] {
			let refusal = Refusal::NotAllowed(class);
			assert_refused(signed(who, 0, close()), refusal);
			let calls = vec![work(Weight::zero()).into(), close().into()];
			assert_refused(signed(who, 0, work::Call::batch { calls }), refusal);
		}
		assert_refused(
			signed(MEMBER, 0, work::Call::register {}),
			Refusal::NotAllowed(Class::Patient),
		);
		assert_ok!(validate(signed(AUTHORITY, 0, close())));
		assert_refused(
			signed(AUTHORITY, 0, work::Call::execute {}),
			Refusal::NotSendable,
		);

		assert_ok!(validate(signed(INVITED, 0, work::Call::register {})));
		assert_ok!(apply(signed(INVITED, 0, work::Call::register {})).unwrap());
		assert!(
			used(INVITED).all_gt(Weight::zero()),
			"a registration is charged"
		);
	});
}

/// Two of the mock's three authorities are two thirds.
#[test]
fn a_motion_that_less_than_two_thirds_would_carry_is_refused() {
	run(|| {
		let propose = |threshold, call| work::Call::propose {
			threshold,
			call: Box::new(call),
		};
		let govern = || work::Call::govern {}.into();
		assert_ok!(validate(signed(AUTHORITY, 0, propose(2, govern()))));
		assert_refused(
			signed(AUTHORITY, 0, propose(1, govern())),
			Refusal::NotTwoThirds,
		);
		assert_refused(
			signed(AUTHORITY, 0, propose(2, work::Call::register {}.into())),
			Refusal::NotForMotions,
		);
		assert_refused(
			signed(AUTHORITY, 0, work::Call::govern {}),
			Refusal::NotAllowed(Class::Authority),
		);
	});
}

/// The check of a large batch takes time too.
#[test]
fn a_transaction_is_charged_for_each_call_in_it() {
	run(|| {
		let batch = |calls: u32| {
			let calls = (0..calls).map(|_| work(Weight::zero()).into()).collect();
			let call = work::Call::batch { calls }.into();
			TransactionExtension::<RuntimeCall>::weight(&CheckQuota::<Test>::from(0), &call)
		};
		let weigh = <Test as Config>::WeightInfo::check_quota;
		let more = weigh(101) - weigh(1);
		assert!(more.ref_time() > 0);
		assert_eq!(batch(100) - batch(0), more);
	});
}

#[test]
fn an_invited_account_can_register_a_limited_number_of_times() {
	run(|| {
		let mut nonce = 0;
		let error = loop {
			match apply(signed(INVITED, nonce, work::Call::register {})) {
				Ok(_) => nonce += 1,
				Err(error) => break error,
			}
		};
		assert_eq!(error, refused(Refusal::OverStateQuota));
		assert!((2..100).contains(&nonce), "{nonce}");
	});
}

#[test]
fn a_removed_authority_is_uninvited() {
	run(|| {
		assert_ok!(apply(signed(AUTHORITY, 0, work(Weight::zero()))).unwrap());
		ClassOf::mutate(|classes| classes.remove(&AUTHORITY));
		assert_refused(
			signed(AUTHORITY, 1, work(Weight::zero())),
			Refusal::NotAllowed(Class::Uninvited),
		);
	});
}

#[test]
fn a_stale_nonce_is_refused() {
	run(|| {
		assert_ok!(apply(signed(MEMBER, 0, work(Weight::zero()))).unwrap());
		let again = signed(MEMBER, 0, work(Weight::zero()));
		assert_eq!(
			validate(again.clone()),
			Err(InvalidTransaction::Stale.into())
		);
		assert_eq!(apply(again).unwrap_err(), InvalidTransaction::Stale.into());
	});
}

#[test]
fn a_call_that_authorizes_itself_passes_and_is_not_charged() {
	run(|| {
		use frame_system::{AuthorizeCall, CheckWeight};
		let extension = (
			AuthorizeCall::new(),
			CheckQuota::from(0),
			CheckWeight::new(),
		);
		let xt = Xt::new_transaction(work::Call::tick {}.into(), extension);
		let validity = validate(xt.clone()).unwrap();
		assert_eq!(validity.priority, 0, "the call sets its own priority");
		assert_ok!(apply(xt).unwrap());
		assert_eq!(Usages::<Test>::iter().count(), 0);
	});
}
