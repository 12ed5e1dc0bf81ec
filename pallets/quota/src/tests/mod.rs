//! Admission, the quota and its recovery, upgrades, the pool, and the encoding.

mod admission;
mod encoding;
mod invariants;
mod pool;
mod state;
mod upgrade;
mod usage;

use codec::Encode;
use frame_support::{
	assert_ok, assert_storage_noop,
	weights::{constants::ExtrinsicBaseWeight, Weight},
};
use salus_primitives::{
	admission::Class,
	testing::{Now, START},
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use crate::{mock::*, usage::part, *};

/// A call that declares and uses this weight.
fn work(declared: Weight) -> work::Call<Test> {
	work::Call::work {
		declared,
		needed: None,
	}
}

/// A call that uses this part of a member's limit, in percent.
fn percent(percent: u64) -> work::Call<Test> {
	work(Weight::from_parts(LIMIT.ref_time() / 100 * percent, 0))
}

fn refused(refusal: Refusal) -> TransactionValidityError {
	InvalidTransaction::Custom(refusal.code()).into()
}

/// Checks that both the pool and a block refuse a transaction, and that nothing changes.
#[track_caller]
fn assert_refused(xt: Xt, refusal: Refusal) {
	assert_storage_noop!(assert_eq!(
		validate(xt.clone()).unwrap_err(),
		refused(refusal)
	));
	assert_storage_noop!(assert_eq!(apply(xt).unwrap_err(), refused(refusal)));
}

fn used(who: u64) -> Weight {
	Quota::usage(&who).0.weight
}
