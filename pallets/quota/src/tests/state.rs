//! The bytes that transactions add to the state.

use codec::Encode;
use salus_primitives::admission::{SendableCall, ENTRY_BYTES};

use super::*;

/// A grant with a key of this length.
fn grant(length: usize) -> work::Call<Test> {
	let key = vec![7; length];
	work::Call::grant { key, fails: false }
}

fn bytes_of(call: work::Call<Test>) -> u64 {
	RuntimeCall::from(call).state_bytes()
}

fn bytes(who: u64) -> u64 {
	Quota::usage(&who).0.bytes
}

#[test]
fn a_call_adds_its_own_length_and_its_entries() {
	let call = RuntimeCall::from(grant(500));
	assert_eq!(
		call.state_bytes(),
		call.encoded_size() as u64 + 10 * ENTRY_BYTES
	);
	assert_eq!(bytes_of(work(Weight::zero())), 0);
	assert_eq!(bytes_of(work::Call::revoke {}), 0);
}

#[test]
fn a_batch_adds_what_its_calls_add() {
	let calls = vec![
		grant(500).into(),
		work::Call::revoke {}.into(),
		grant(1).into(),
	];
	let batch = bytes_of(work::Call::batch { calls });
	assert_eq!(batch, bytes_of(grant(500)) + bytes_of(grant(1)));
}

#[test]
fn bytes_can_be_used_up_and_recover_within_their_period() {
	run(|| {
		let one = bytes_of(grant(2_000));
		assert_eq!(STATE_LIMIT / one, 3);
		for nonce in 0..3 {
			assert_ok!(apply(signed(MEMBER, nonce, grant(2_000))).unwrap());
		}
		assert_eq!(bytes(MEMBER), 3 * one);
		assert_refused(signed(MEMBER, 3, grant(2_000)), Refusal::OverStateQuota);
		assert_ok!(validate(signed(OTHER, 0, grant(2_000))));
		// The quota of weight recovers long before.
		Now::set(START + RECOVERY);
		assert_refused(signed(MEMBER, 3, grant(2_000)), Refusal::OverStateQuota);
		let missing = 4 * one - STATE_LIMIT;
		let wait = (missing * STATE_RECOVERY).div_ceil(STATE_LIMIT);
		Now::set(START + wait - 1);
		assert_refused(signed(MEMBER, 3, grant(2_000)), Refusal::OverStateQuota);
		Now::set(START + wait);
		assert_ok!(apply(signed(MEMBER, 3, grant(2_000))).unwrap());
		Now::set(START + wait + STATE_RECOVERY);
		assert_eq!(bytes(MEMBER), 0);
	});
}

#[test]
fn revoking_never_fails_for_the_bytes_that_were_added() {
	run(|| {
		let mut nonce = 0;
		while validate(signed(MEMBER, nonce, grant(0))).is_ok() {
			assert_ok!(apply(signed(MEMBER, nonce, grant(0))).unwrap());
			nonce += 1;
		}
		assert_refused(signed(MEMBER, nonce, grant(0)), Refusal::OverStateQuota);
		assert_ok!(apply(signed(MEMBER, nonce, work::Call::revoke {})).unwrap());
		// However much is in use.
		Usages::<Test>::mutate(OTHER, |usage| usage.bytes = u64::MAX);
		assert_ok!(apply(signed(OTHER, 0, work::Call::revoke {})).unwrap());
	});
}

#[test]
fn the_bytes_of_a_failed_call_are_given_back() {
	run(|| {
		let call = work::Call::grant {
			key: vec![7; 500],
			fails: true,
		};
		assert!(apply(signed(MEMBER, 0, call)).unwrap().is_err());
		assert_eq!(bytes(MEMBER), 0);
		assert!(used(MEMBER).ref_time() > 0);
	});
}

#[test]
fn bytes_that_are_in_use_stay_in_use_whatever_is_sent_next() {
	run(|| {
		assert_ok!(apply(signed(MEMBER, 0, grant(2_000))).unwrap());
		assert_ok!(apply(signed(MEMBER, 1, work(Weight::zero()))).unwrap());
		assert_eq!(bytes(MEMBER), bytes_of(grant(2_000)));
	});
}
