//! Tests, by call and by concern.

mod add_own_record;
mod add_record;
mod invariants;
mod ledger;
mod views;

use frame_support::traits::{GetCallName, Hooks};

use crate::mock::*;

#[test]
fn no_call_changes_or_removes_a_record() {
	let calls = ["add_record", "add_own_record"];
	assert_eq!(crate::Call::<Test>::get_call_names(), calls);
}

#[test]
#[should_panic(expected = "MaxEnvelopeSize must not be 0")]
fn a_max_envelope_size_of_zero_is_an_invalid_configuration() {
	MaxEnvelopeSize::set(0);
	<Emr as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "RecordRate must allow a record")]
fn a_record_rate_without_a_burst_is_an_invalid_configuration() {
	RecordRate::set(salus_primitives::Rate { burst: 0, ..RATE });
	<Emr as Hooks<u64>>::integrity_test();
}
