//! Who gets in, how much each may send, and what a pool keeps.

mod admission;
mod pool;
mod quota;
mod upgrade;
mod wire;

use codec::Encode;
use frame_support::{
	assert_ok, assert_storage_noop,
	weights::{constants::ExtrinsicBaseWeight, Weight},
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use super::{mock::*, *};

/// A call that declares so much and needs it all.
fn work(declared: Weight) -> work::Call<Test> {
	work::Call::work {
		declared,
		needed: None,
	}
}

/// A call that declares this part of a member's limit.
fn percent(percent: u64) -> work::Call<Test> {
	work(Weight::from_parts(LIMIT.ref_time() / 100 * percent, 0))
}

fn refused(refusal: Refusal) -> TransactionValidityError {
	InvalidTransaction::Custom(refusal.code()).into()
}

/// Checks that neither the pool nor a block takes a transaction, and that nothing comes of it.
#[track_caller]
fn assert_refused(xt: Xt, refusal: Refusal) {
	assert_storage_noop!(assert_eq!(
		validate(xt.clone()).unwrap_err(),
		refused(refusal)
	));
	assert_storage_noop!(assert_eq!(apply(xt).unwrap_err(), refused(refusal)));
}

fn used(who: u64) -> Weight {
	Quota::usage(&who).expect("someone who may send").0
}
