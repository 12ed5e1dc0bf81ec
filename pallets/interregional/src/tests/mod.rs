//! Tests, by call and by subject.

mod answers;
mod forward;
mod grant;
mod invariants;
mod orders;
mod revoke;
mod sweep;
mod transitions;
mod views;

use frame_support::traits::{GetCallName, Hooks};

use crate::mock::*;

#[test]
fn only_these_calls_change_grants() {
	assert_eq!(
		crate::Call::<Test>::get_call_names(),
		["grant", "forward", "revoke"]
	);
}

#[test]
#[should_panic(expected = "MaxGrantsPerRecord must not be 0")]
fn the_bound_on_grants_must_not_be_zero() {
	MaxGrantsPerRecord::set(0);
	<Interregional as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "MaxWaitingPerPatient must not be 0")]
fn the_bound_on_waiting_grants_must_not_be_zero() {
	MaxWaitingPerPatient::set(0);
	<Interregional as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "PollWeight must have room")]
fn the_weight_of_the_sweep_must_have_room_for_a_grant() {
	PollWeight::set(<() as crate::WeightInfo>::sweep_one());
	<Interregional as Hooks<u64>>::integrity_test();
}
