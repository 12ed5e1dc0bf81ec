use super::*;

/// Code that costs more than a member's whole limit, authorized.
fn authorize() -> Vec<u8> {
	let code = vec![7; LIMIT.proof_size() as usize];
	System::do_authorize_upgrade(sp_io::hashing::blake2_256(&code).into(), false);
	code
}

fn upgrade(code: Vec<u8>) -> frame_system::Call<Test> {
	frame_system::Call::apply_authorized_upgrade { code }
}

#[test]
fn authorized_code_passes_outside_the_quota() {
	run(|| {
		let code = authorize();
		assert_ok!(apply(signed(MEMBER, 0, percent(90))).unwrap());
		let before = Usages::<Test>::get(MEMBER);
		assert_ok!(validate(signed(MEMBER, 1, upgrade(code.clone()))));
		assert_ok!(apply(signed(MEMBER, 1, upgrade(code.clone()))).unwrap());
		assert_eq!(Usages::<Test>::get(MEMBER), before);
		let enacted = sp_io::storage::get(sp_core::storage::well_known_keys::CODE);
		assert_eq!(enacted.map(Vec::from), Some(code.clone()));
		// Once applied it is authorized no more.
		assert_refused(signed(MEMBER, 2, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn code_that_cannot_be_applied_is_charged() {
	run(|| {
		let code = authorize();
		Restricted::set(true);
		assert!(apply(signed(MEMBER, 0, upgrade(code.clone())))
			.unwrap()
			.is_err());
		assert!(used(MEMBER).proof_size() > LIMIT.proof_size());
		// It is still authorized, and passes once more when the use has recovered below the limit.
		assert_refused(signed(MEMBER, 1, upgrade(code.clone())), Refusal::OverQuota);
		Now::set(START + RECOVERY);
		assert_ok!(validate(signed(MEMBER, 1, upgrade(code.clone()))));
		// Others bring it meanwhile.
		Restricted::set(false);
		assert_ok!(apply(signed(OTHER, 0, upgrade(code))).unwrap());
		assert_eq!(used(OTHER), Weight::zero());
	});
}

#[test]
fn other_code_does_not() {
	run(|| {
		let mut code = authorize();
		code[0] ^= 1;
		assert_refused(signed(MEMBER, 0, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn code_that_nobody_authorized_does_not() {
	run(|| {
		let code = vec![7; LIMIT.proof_size() as usize];
		assert_refused(signed(MEMBER, 0, upgrade(code)), Refusal::OverQuota);
	});
}

#[test]
fn only_as_the_next_transaction() {
	run(|| {
		let code = authorize();
		let again = signed(MEMBER, 1, upgrade(code));
		assert_eq!(validate(again).unwrap_err(), refused(Refusal::OverQuota));
	});
}

#[test]
fn not_from_those_who_may_only_register_or_nothing() {
	run(|| {
		let code = authorize();
		assert_refused(
			signed(STRANGER, 0, upgrade(code.clone())),
			Refusal::Uninvited,
		);
		assert_refused(signed(INVITED, 0, upgrade(code)), Refusal::NotRegistered);
	});
}
