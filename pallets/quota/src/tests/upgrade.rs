//! The code of an authorized upgrade.

use super::*;

/// Makes two members authorities with the limit of a member, and authorizes code that costs more.
fn authorize() -> Vec<u8> {
	AuthorityQuota::set(LIMIT);
	ClassOf::mutate(|classes| {
		classes.extend([(MEMBER, Class::Authority), (OTHER, Class::Authority)]);
	});
	let code = vec![7; LIMIT.proof_size() as usize];
	System::do_authorize_upgrade(sp_io::hashing::blake2_256(&code).into(), false);
	code
}

fn upgrade(code: Vec<u8>) -> frame_system::Call<Test> {
	frame_system::Call::apply_authorized_upgrade { code }
}

#[test]
fn authorized_code_does_not_count_against_the_quota() {
	run(|| {
		let code = authorize();
		assert_ok!(apply(signed(MEMBER, 0, percent(90))).unwrap());
		let before = Usages::<Test>::get(MEMBER);
		// It may cost more than any other transaction.
		MaxCost::set(Weight::zero());
		assert_ok!(validate(signed(MEMBER, 1, upgrade(code.clone()))));
		assert_ok!(apply(signed(MEMBER, 1, upgrade(code.clone()))).unwrap());
		assert_eq!(Usages::<Test>::get(MEMBER), before);
		let enacted = sp_io::storage::get(sp_core::storage::well_known_keys::CODE);
		assert_eq!(enacted.map(Vec::from), Some(code.clone()));
		MaxCost::set(Weight::MAX);
		// After it is applied, it is no longer authorized.
		assert_refused(signed(MEMBER, 2, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn authorized_code_that_cannot_be_applied_is_charged() {
	run(|| {
		let code = authorize();
		Restricted::set(true);
		assert!(apply(signed(MEMBER, 0, upgrade(code.clone())))
			.unwrap()
			.is_err());
		assert!(used(MEMBER).proof_size() > LIMIT.proof_size());
		// It is still authorized. It can be sent again when the use has recovered below the limit.
		assert_refused(signed(MEMBER, 1, upgrade(code.clone())), Refusal::OverQuota);
		Now::set(START + RECOVERY);
		assert_ok!(validate(signed(MEMBER, 1, upgrade(code.clone()))));
		// Meanwhile, another member can send it.
		Restricted::set(false);
		assert_ok!(apply(signed(OTHER, 0, upgrade(code))).unwrap());
		assert_eq!(used(OTHER), Weight::zero());
	});
}

#[test]
fn code_other_than_the_authorized_one_counts_against_the_quota() {
	run(|| {
		let mut code = authorize();
		code[0] ^= 1;
		assert_refused(signed(MEMBER, 0, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn code_counts_against_the_quota_when_none_is_authorized() {
	run(|| {
		let code = vec![7; AuthorityQuota::get().proof_size() as usize];
		assert_refused(signed(AUTHORITY, 0, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn authorized_code_with_a_gap_counts_against_the_quota() {
	run(|| {
		let code = authorize();
		let again = signed(MEMBER, 1, upgrade(code));
		assert_eq!(validate(again).unwrap_err(), refused(Refusal::OverQuota));
	});
}

#[test]
fn only_an_authority_can_send_authorized_code() {
	run(|| {
		let code = authorize();
		for (who, class) in [
			(STRANGER, Class::Uninvited),
			(INVITED, Class::Invited),
			(CROWD, Class::Patient),
		] {
			assert_refused(
				signed(who, 0, upgrade(code.clone())),
				Refusal::NotAllowed(class),
			);
		}
	});
}
