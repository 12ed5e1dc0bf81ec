//! Tests, by call and by concern.

mod answers;
mod batches;
mod forward;
mod grant;
mod grant_interregional;
mod interregional_state;
mod interregional_sweep;
mod interregional_views;
mod orders;
mod revoke;
mod revoke_interregional;
mod state;
mod sweep;
mod transitions;
mod views;

use frame_support::traits::{GetCallName, Hooks};

use crate::mock::*;

#[test]
fn nobody_but_these_calls_touches_grants() {
	assert_eq!(
		crate::Call::<Test>::get_call_names(),
		[
			"grant",
			"revoke",
			"grant_interregional",
			"forward",
			"revoke_interregional"
		]
	);
}

#[test]
#[should_panic(expected = "MaxGrantsPerRecord must not be 0")]
fn a_region_without_grants_makes_no_sense() {
	MaxGrantsPerRecord::set(0);
	<Permissions as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "AnswerTime must not be 0")]
fn a_region_that_waits_for_no_answer_makes_no_sense() {
	AnswerTime::set(0);
	<Permissions as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic(expected = "MaxInFlight must not be 0")]
fn a_region_that_forwards_nothing_makes_no_sense() {
	MaxInFlight::set(0);
	<Permissions as Hooks<u64>>::integrity_test();
}
