//! Tests of the pallet, one file for each subject.

use crate::{mock::*, Pin, Pins};

mod claim_pins;
mod fake;
mod faults;
mod invariants;
mod pinners;
mod views;
mod worker;

/// Runs a test on a new chain and checks the state's invariants after it.
fn on_chain(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Pinning::do_try_state().unwrap();
	});
}

fn pin(number: u8, checked_at: u64) -> Pin<AccountId> {
	Pin {
		pinner: account(number),
		checked_at,
	}
}

/// Writes the pins of a record.
fn put(record: u64, pins: &[Pin<AccountId>]) {
	Pins::<Test>::insert(
		record,
		sp_core::bounded::BoundedVec::truncate_from(pins.to_vec()),
	);
}

/// The pinners whose pins of a record count.
fn pinners_of(record: u64) -> Vec<AccountId> {
	Pinning::pins(record)
		.into_iter()
		.map(|pin| pin.pinner)
		.collect()
}
