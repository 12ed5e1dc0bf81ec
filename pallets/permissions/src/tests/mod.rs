//! Tests, by call and by concern.

mod batches;
mod grant;
mod revoke;
mod state;
mod sweep;
mod views;

use frame_support::traits::Hooks;

use crate::mock::*;

#[test]
#[should_panic(expected = "MaxGrantsPerRecord must not be 0")]
fn a_region_without_grants_makes_no_sense() {
	MaxGrantsPerRecord::set(0);
	<Permissions as Hooks<u64>>::integrity_test();
}
