//! How use is charged, and how it recovers.

use super::*;

#[test]
fn a_transaction_is_charged_the_part_of_a_block_that_it_fills() {
	run(|| {
		let call = work(Weight::from_parts(7_000_000, 3_000));
		let xt = signed(MEMBER, 0, call);
		let before = frame_system::BlockWeight::<Test>::get().total();
		let len = xt.encoded_size() as u64;
		assert_ok!(apply(xt).unwrap());
		let used = used(MEMBER);
		assert_eq!(
			used,
			frame_system::BlockWeight::<Test>::get()
				.total()
				.saturating_sub(before)
		);
		let base = ExtrinsicBaseWeight::get() + <() as WeightInfo>::check_quota(1);
		let least = Weight::from_parts(7_000_000, 3_000 + len) + base;
		assert!(used.all_gte(least), "{used:?} {least:?}");
	});
}

#[test]
fn a_quota_can_be_exhausted_and_recovers() {
	run(|| {
		for nonce in 0..3 {
			assert_ok!(apply(signed(MEMBER, nonce, percent(30))).unwrap());
		}
		assert_refused(signed(MEMBER, 3, percent(30)), Refusal::OverQuota);
		assert_ok!(validate(signed(MEMBER, 3, percent(5))));
		assert_ok!(validate(signed(OTHER, 0, percent(30))));

		// Over 90 % is in use. In a fifth of the period 20 % recovers, which is not enough.
		Now::set(START + RECOVERY / 5);
		assert_refused(signed(MEMBER, 3, percent(30)), Refusal::OverQuota);
		Now::set(START + RECOVERY / 4);
		assert_ok!(apply(signed(MEMBER, 3, percent(30))).unwrap());

		Now::set(START + RECOVERY * 2);
		assert_eq!(used(MEMBER), Weight::zero());
	});
}

#[test]
fn use_recovers_linearly() {
	run(|| {
		assert_ok!(apply(signed(MEMBER, 0, percent(80))).unwrap());
		let first = used(MEMBER);
		for tenths in 1..=8 {
			Now::set(START + RECOVERY / 10 * tenths);
			assert_eq!(used(MEMBER), first.saturating_sub(LIMIT / 10 * tenths));
		}
	});
}

#[test]
fn many_small_steps_recover_no_more_than_one_large_step() {
	run(|| {
		assert_ok!(apply(signed(MEMBER, 0, percent(90))).unwrap());
		for step in 1..=10 {
			Now::set(START + step);
			assert_ok!(apply(signed(MEMBER, step as u32, work(Weight::zero()))).unwrap());
		}
		let most = Weight::from_parts(LIMIT.ref_time() / 100 * 90, 0);
		assert!(used(MEMBER).ref_time() >= most.ref_time() - LIMIT.ref_time() / 100);
	});
}

#[test]
fn nothing_recovers_while_the_clock_stops_or_goes_back() {
	run(|| {
		assert_ok!(apply(signed(MEMBER, 0, percent(50))).unwrap());
		let first = used(MEMBER);
		assert_eq!(used(MEMBER), first);
		Now::set(START - 100);
		assert_eq!(used(MEMBER), first);
		Now::set(START);
	});
}

#[test]
fn unused_weight_is_given_back() {
	run(|| {
		let declared = Weight::from_parts(LIMIT.ref_time() / 2, 1_000);
		let needed = Some(Weight::from_parts(1_000, 10));
		let call = |needed| work::Call::<Test>::work { declared, needed };
		assert_ok!(apply(signed(MEMBER, 0, call(needed))).unwrap());
		assert_ok!(apply(signed(OTHER, 0, call(None))).unwrap());
		let more = declared.saturating_sub(Weight::from_parts(1_000, 10));
		// Encoded, the call with `Some` is longer.
		let bytes = needed.encode().len() as u64 - None::<Weight>.encode().len() as u64;
		assert_eq!(
			used(OTHER),
			(used(MEMBER) + more).saturating_sub(Weight::from_parts(0, bytes))
		);
	});
}

#[test]
fn a_failed_call_is_charged() {
	run(|| {
		let declared = Weight::from_parts(LIMIT.ref_time() / 2, 0);
		assert!(apply(signed(MEMBER, 0, work::Call::fail { declared }))
			.unwrap()
			.is_err());
		assert!(used(MEMBER).ref_time() > declared.ref_time());
		assert_refused(signed(MEMBER, 1, percent(50)), Refusal::OverQuota);
	});
}

#[test]
fn the_length_of_a_transaction_is_charged_as_proof_size() {
	run(|| {
		let remark = |bytes: u64| frame_system::Call::<Test>::remark {
			remark: vec![0; bytes as usize],
		};
		assert_refused(
			signed(MEMBER, 0, remark(LIMIT.proof_size())),
			Refusal::OverQuota,
		);
		assert_ok!(apply(signed(MEMBER, 0, remark(LIMIT.proof_size() / 2))).unwrap());
		assert!(used(MEMBER).proof_size() > LIMIT.proof_size() / 2);
		assert_refused(
			signed(MEMBER, 1, remark(LIMIT.proof_size() / 2)),
			Refusal::OverQuota,
		);
	});
}

#[test]
fn an_authority_has_a_larger_limit_than_a_member() {
	run(|| {
		assert_refused(signed(MEMBER, 0, percent(101)), Refusal::OverQuota);
		assert_ok!(validate(signed(AUTHORITY, 0, percent(101))));
	});
}

#[test]
fn a_lower_limit_applies_at_once() {
	run(|| {
		let mut nonce = 0;
		while used(AUTHORITY).ref_time() < LIMIT.ref_time() * 2 {
			assert_ok!(apply(signed(AUTHORITY, nonce, percent(50))).unwrap());
			nonce += 1;
			frame_system::BlockWeight::<Test>::kill();
		}
		ClassOf::mutate(|classes| classes.insert(AUTHORITY, Class::Patient));
		assert_refused(
			signed(AUTHORITY, nonce, work(Weight::zero())),
			Refusal::OverQuota,
		);
		Now::set(START + RECOVERY * 3);
		assert_ok!(apply(signed(AUTHORITY, nonce, work(Weight::zero()))).unwrap());
	});
}

#[test]
fn the_largest_weights_and_times_do_not_overflow() {
	run(|| {
		assert_refused(signed(MEMBER, 0, work(Weight::MAX)), Refusal::OverQuota);
		Now::set(u64::MAX);
		assert_eq!(used(MEMBER), Weight::zero());
		assert_eq!(part(u64::MAX, u64::MAX, 1), u64::MAX);
		assert_eq!(part(10, 3, 0), u64::MAX);
		assert_eq!(part(10, 1, 3), 3);
	});
}

#[test]
fn a_transaction_costs_no_more_than_a_block_has() {
	run(|| {
		assert_ok!(validate(signed(MEMBER, 0, percent(30))));
		for (time, proof) in [(1, u64::MAX), (u64::MAX, 1)] {
			MaxCost::set(Weight::from_parts(time, proof));
			let sent = validate(signed(MEMBER, 0, percent(30)));
			assert_eq!(sent, Err(InvalidTransaction::ExhaustsResources.into()));
		}
	});
}
