//! `claim_pins`: the pool's side of it and the call's.

use super::on_chain;
use crate::{mock::*, Error, Event, Pin, Pins, ReportOf, Reports};
use codec::{Decode, Encode};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{GetDispatchInfo, RawOrigin},
	pallet_prelude::*,
};
use salus_primitives::blocks::REPORT_BLOCKS;
use sp_runtime::{
	traits::{Applyable, Checkable, Dispatchable},
	DispatchError,
};

type Validity = Result<ValidTransaction, TransactionValidityError>;

fn transaction(call: RuntimeCall) -> Extrinsic {
	use frame_system::offchain::{CreateAuthorizedTransaction as Create, CreateTransaction};
	<Test as CreateTransaction<crate::Call<Test>>>::create_transaction(
		call,
		<Test as Create<crate::Call<Test>>>::create_extension(),
	)
}

/// The validity of a transaction in the pool.
fn validate(call: RuntimeCall) -> Validity {
	let transaction = transaction(call);
	let (info, len) = (transaction.get_dispatch_info(), transaction.encoded_size());
	transaction
		.check(&frame_system::ChainContext::<Test>::default())?
		.validate::<Test>(TransactionSource::External, &info, len)
}

/// The result of a transaction in a block.
fn apply(call: RuntimeCall) -> Result<DispatchResult, TransactionValidityError> {
	let transaction = transaction(call);
	let (info, len) = (transaction.get_dispatch_info(), transaction.encoded_size());
	let done = transaction
		.check(&frame_system::ChainContext::<Test>::default())?
		.apply::<Test>(&info, len)?;
	Ok(done.map(drop).map_err(|error| error.error))
}

/// A report of authority `number`, signed by it.
fn signed(number: u8, claimed: &[u64], lost: &[u64]) -> RuntimeCall {
	let report = report(number.into(), claimed, lost);
	let signature = sign(number, &report);
	claim(report, signature)
}

fn refused(call: RuntimeCall, why: InvalidTransaction) {
	let state = || {
		let key = |value: &dyn Fn() -> Vec<u8>| value();
		(
			key(&|| Pins::<Test>::iter().collect::<Vec<_>>().encode()),
			key(&|| Reports::<Test>::get().encode()),
		)
	};
	let before = state();
	assert_eq!(validate(call.clone()), Err(why.into()));
	assert_eq!(apply(call), Err(why.into()));
	assert_eq!(state(), before);
}

fn pins(record: u64) -> Vec<(u8, u64)> {
	let mut pins: Vec<_> = Pins::<Test>::get(record)
		.into_iter()
		.map(|Pin { pinner, checked_at }| (AsRef::<[u8]>::as_ref(&pinner)[0], checked_at))
		.collect();
	pins.sort();
	pins
}

#[test]
fn a_claim_is_recorded() {
	on_chain(|| {
		add_records(3);
		let at = Now::get();
		let valid = validate(signed(1, &[0, 2], &[])).unwrap();
		assert_eq!(valid.priority, 1000);
		assert_eq!(valid.longevity, u64::from(REPORT_BLOCKS));
		assert_eq!(valid.provides, [("salus/pins", account(1)).encode()]);
		assert_ok!(apply(signed(1, &[0, 2], &[])).unwrap());
		assert_eq!(pins(0), [(1, at)]);
		assert_eq!(pins(1), []);
		assert_eq!(pins(2), [(1, at)]);
		assert_eq!(Reports::<Test>::get().to_vec(), [0, 1, 0]);
		System::assert_last_event(
			Event::PinsReported {
				pinner: account(1),
				claimed: vec![0, 2].try_into().unwrap(),
				lost: Default::default(),
			}
			.into(),
		);
	});
}

#[test]
fn several_pinners_can_claim_one_record() {
	on_chain(|| {
		add_records(1);
		let at = Now::get();
		for number in 0..3 {
			assert_ok!(apply(signed(number, &[0], &[])).unwrap());
		}
		assert_eq!(pins(0), [(0, at), (1, at), (2, at)]);
	});
}

#[test]
fn a_pin_can_be_claimed_again_after_the_recheck_period() {
	on_chain(|| {
		add_records(1);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
		Now::mutate(|now| *now += 24 * HOUR - 1);
		refused(signed(0, &[0], &[]), InvalidTransaction::Stale);
		Now::mutate(|now| *now += 1);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
		assert_eq!(pins(0), [(0, Now::get())]);
	});
}

#[test]
fn a_loss_removes_only_that_pin() {
	on_chain(|| {
		add_records(2);
		assert_ok!(apply(signed(0, &[0, 1], &[])).unwrap());
		assert_ok!(apply(signed(1, &[0], &[])).unwrap());
		let at = Now::get();
		Now::mutate(|now| *now += 1);
		assert_ok!(apply(signed(0, &[], &[0, 1])).unwrap());
		assert_eq!(pins(0), [(1, at)]);
		assert!(!Pins::<Test>::contains_key(1));
		// It is due again, at once.
		Now::mutate(|now| *now += 1);
		assert_ok!(apply(signed(0, &[0, 1], &[])).unwrap());
		assert_eq!(pins(0), [(0, Now::get()), (1, at)]);
	});
}

#[test]
fn a_repeated_report_is_refused() {
	on_chain(|| {
		add_records(2);
		let first = signed(0, &[0], &[]);
		assert_ok!(apply(first.clone()).unwrap());
		refused(first.clone(), InvalidTransaction::Stale);
		// Also when its claim would change something again: the pin was lost since.
		Now::mutate(|now| *now += 1);
		let loss = signed(0, &[], &[0]);
		assert_ok!(apply(loss.clone()).unwrap());
		refused(first, InvalidTransaction::Stale);
		// And a loss, after the pin was claimed again.
		Now::mutate(|now| *now += 1);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
		refused(loss, InvalidTransaction::Stale);
	});
}

/// All blocks of a slot have one time.
#[test]
fn a_pinner_can_report_several_times_in_one_moment() {
	on_chain(|| {
		add_records(3);
		for record in 0..3 {
			assert_ok!(apply(signed(0, &[record], &[])).unwrap());
		}
		assert_eq!(Reports::<Test>::get().to_vec(), [3, 0, 0]);
	});
}

#[test]
fn a_report_must_have_the_next_number() {
	on_chain(|| {
		add_records(2);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
		for number in [0, 2, u32::MAX] {
			let mut other = report(0, &[1], &[]);
			other.number = number;
			let signature = sign(0, &other);
			refused(claim(other, signature), InvalidTransaction::Stale);
		}
	});
}

#[test]
fn an_old_report_is_refused() {
	on_chain(|| {
		add_records(1);
		let call = signed(0, &[0], &[]);
		Now::mutate(|now| *now += 300_000);
		assert_ok!(validate(call.clone()));
		Now::mutate(|now| *now += 1);
		refused(call, InvalidTransaction::Stale);
	});
}

#[test]
fn a_report_from_the_future_is_refused() {
	on_chain(|| {
		add_records(1);
		let mut early = report(0, &[0], &[]);
		early.at += 1;
		let signature = sign(0, &early);
		refused(claim(early, signature), InvalidTransaction::Future);
	});
}

#[test]
fn a_report_for_another_session_is_refused() {
	on_chain(|| {
		add_records(1);
		for session in [6, 8] {
			let mut other = report(0, &[0], &[]);
			other.session = session;
			let signature = sign(0, &other);
			refused(claim(other, signature), InvalidTransaction::Stale);
		}
		// One of this session does not live on in the next, nor with its session changed.
		let mut now = report(0, &[0], &[]);
		let signature = sign(0, &now);
		SessionIndex::set(8);
		refused(
			claim(now.clone(), signature.clone()),
			InvalidTransaction::Stale,
		);
		now.session = 8;
		refused(claim(now, signature), InvalidTransaction::BadProof);
	});
}

#[test]
fn a_report_for_another_chain_is_refused() {
	on_chain(|| {
		add_records(1);
		let call = signed(0, &[0], &[]);
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(0xbb));
		refused(call, InvalidTransaction::BadProof);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
	});
}

#[test]
fn a_wrong_signature_is_refused() {
	on_chain(|| {
		add_records(3);
		// By another pinner, by no pinner, and over other contents.
		let good = report(0, &[0, 1], &[]);
		refused(
			claim(good.clone(), sign(1, &good)),
			InvalidTransaction::BadProof,
		);
		let nobody = Decode::decode(&mut &[0u8; 64][..]).unwrap();
		refused(claim(good.clone(), nobody), InvalidTransaction::BadProof);
		let signature = sign(0, &good);
		let change = |change: &dyn Fn(&mut ReportOf<Test>)| {
			let mut other = good.clone();
			change(&mut other);
			refused(
				claim(other, signature.clone()),
				InvalidTransaction::BadProof,
			);
		};
		change(&|report| report.pinner = 1);
		change(&|report| report.at -= 1);
		change(&|report| report.claimed = vec![0].try_into().unwrap());
		change(&|report| report.claimed = vec![0, 2].try_into().unwrap());
	});
}

#[test]
fn only_pinners_of_the_session_can_report() {
	on_chain(|| {
		add_records(1);
		// There is no pinner with that index.
		refused(signed(3, &[0], &[]), InvalidTransaction::BadSigner);
		let mut far = report(0, &[0], &[]);
		far.pinner = u32::MAX;
		let signature = sign(0, &far);
		refused(claim(far, signature), InvalidTransaction::BadSigner);
		// Authority 0 left: its place is another's now.
		let call = signed(0, &[0], &[]);
		set_pinners(&[1, 2]);
		refused(call, InvalidTransaction::BadProof);
	});
}

#[test]
fn unknown_records_and_pins_are_refused() {
	on_chain(|| {
		add_records(2);
		refused(signed(0, &[2], &[]), InvalidTransaction::Call);
		refused(signed(0, &[0, u64::MAX], &[]), InvalidTransaction::Call);
		refused(signed(0, &[], &[0]), InvalidTransaction::Call);
		// Another's pin.
		assert_ok!(apply(signed(1, &[0], &[])).unwrap());
		refused(signed(0, &[], &[0]), InvalidTransaction::Call);
	});
}

#[test]
fn unsorted_or_repeated_records_are_refused() {
	on_chain(|| {
		add_records(3);
		assert_ok!(apply(signed(0, &[0, 1], &[])).unwrap());
		Now::mutate(|now| *now += 24 * HOUR);
		for (claimed, lost) in [
			(&[2, 2][..], &[][..]),
			(&[2, 1], &[]),
			(&[], &[0, 0]),
			(&[], &[1, 0]),
			(&[0], &[0]),
			(&[], &[]),
		] {
			refused(signed(0, claimed, lost), InvalidTransaction::Call);
		}
	});
}

#[test]
fn a_report_that_changes_nothing_is_refused() {
	on_chain(|| {
		add_records(2);
		assert_ok!(apply(signed(0, &[0], &[])).unwrap());
		Now::mutate(|now| *now += 1);
		refused(signed(0, &[0], &[]), InvalidTransaction::Stale);
		refused(signed(0, &[0, 1], &[]), InvalidTransaction::Stale);
	});
}

#[test]
fn too_many_records_do_not_decode() {
	let full = new_test_ext().execute_with(|| report(0, &[0, 1, 2, 3, 4, 5, 6, 7], &[]));
	assert!(ReportOf::<Test>::decode(&mut &full.encode()[..]).is_ok());
	let over = (
		0u32,
		7u32,
		0u32,
		0u64,
		(0u64..9).collect::<Vec<_>>(),
		Vec::<u64>::new(),
	);
	assert!(ReportOf::<Test>::decode(&mut &over.encode()[..]).is_err());
}

#[test]
fn other_origins_are_refused() {
	on_chain(|| {
		add_records(1);
		let call = signed(0, &[0], &[]);
		for origin in [
			RawOrigin::Root.into(),
			RawOrigin::None.into(),
			RawOrigin::Signed(account(0)).into(),
			RuntimeOrigin::signed(account(9)),
		] {
			assert_noop!(call.clone().dispatch(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn the_call_repeats_the_checks() {
	on_chain(|| {
		add_records(1);
		let authorized = || RuntimeOrigin::from(RawOrigin::Authorized);
		assert_noop!(
			signed(3, &[0], &[]).dispatch(authorized()),
			Error::<Test>::NotAuthorized
		);
		assert_noop!(
			signed(0, &[1], &[]).dispatch(authorized()),
			Error::<Test>::NotFound
		);
		assert_noop!(
			signed(0, &[], &[]).dispatch(authorized()),
			Error::<Test>::NothingReported
		);
		assert_noop!(
			signed(0, &[0, 0], &[]).dispatch(authorized()),
			Error::<Test>::NotSorted
		);
		let first = signed(0, &[0], &[]);
		assert_ok!(first.clone().dispatch(authorized()));
		assert_noop!(first.dispatch(authorized()), Error::<Test>::Stale);
		Now::mutate(|now| *now += 1);
		assert_noop!(
			signed(0, &[0], &[]).dispatch(authorized()),
			Error::<Test>::NotDue
		);
		let late = signed(0, &[0], &[]);
		Now::mutate(|now| *now -= 1);
		assert_noop!(late.clone().dispatch(authorized()), Error::<Test>::TooEarly);
		SessionIndex::set(8);
		assert_noop!(late.dispatch(authorized()), Error::<Test>::WrongSession);
	});
}
