//! Tests of the pallet, one file for each subject.

use crate::mock::*;

mod claim_pins;
mod fake;
mod faults;
mod state;
mod worker;

/// Runs a test on a new chain and checks the state's invariants after it.
fn on_chain(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Pinning::do_try_state().unwrap();
	});
}
