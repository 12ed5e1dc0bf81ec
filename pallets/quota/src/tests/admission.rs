//! Which class may send what.

use super::*;

#[test]
fn an_uninvited_account_is_refused_as_uninvited_and_not_as_unable_to_pay() {
	run(|| {
		assert_refused(
			signed(STRANGER, 0, work::Call::register {}),
			Refusal::Uninvited,
		);
		assert_refused(
			signed(STRANGER, 0, work(Weight::zero())),
			Refusal::Uninvited,
		);
		assert_eq!(Quota::usage(&STRANGER), None);
	});
}

#[test]
fn a_provider_reference_alone_is_not_an_invitation() {
	run(|| {
		System::inc_providers(&STRANGER);
		assert_refused(
			signed(STRANGER, 0, work::Call::register {}),
			Refusal::Uninvited,
		);
	});
}

#[test]
fn an_invited_account_can_only_register() {
	run(|| {
		assert_refused(
			signed(INVITED, 0, work(Weight::zero())),
			Refusal::NotRegistered,
		);
		let remark = frame_system::Call::remark { remark: vec![1] };
		assert_refused(signed(INVITED, 0, remark), Refusal::NotRegistered);
		assert_ok!(validate(signed(INVITED, 0, work::Call::register {})));
		assert_ok!(apply(signed(INVITED, 0, work::Call::register {})).unwrap());
		assert!(
			used(INVITED).all_gt(Weight::zero()),
			"a registration is charged"
		);
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
		assert_eq!(error, refused(Refusal::OverQuota));
		assert!((2..100).contains(&nonce), "{nonce}");
	});
}

#[test]
fn a_removed_authority_is_uninvited() {
	run(|| {
		assert_ok!(apply(signed(AUTHORITY, 0, work(Weight::zero()))).unwrap());
		Classes::mutate(|classes| classes.remove(&AUTHORITY));
		assert_refused(
			signed(AUTHORITY, 1, work(Weight::zero())),
			Refusal::Uninvited,
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
