//! Tests, by call and by subject.

mod batches;
mod grant;
mod invariants;
mod revoke;
mod sweep;
mod views;

use frame_support::traits::{GetCallName, Hooks};

use crate::mock::*;

#[test]
fn only_these_calls_change_grants() {
	assert_eq!(crate::Call::<Test>::get_call_names(), ["grant", "revoke"]);
}

#[test]
#[should_panic(expected = "MaxGrantsPerRecord must not be 0")]
fn the_bound_on_grants_must_not_be_zero() {
	MaxGrantsPerRecord::set(0);
	<Permissions as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "PollWeight must have room")]
fn the_weight_of_the_sweep_must_have_room_for_a_grant() {
	PollWeight::set(<() as crate::WeightInfo>::sweep_one());
	<Permissions as Hooks<u64>>::integrity_test();
}
