//! The invariants, each broken by hand, and configurations that make no sense.

use super::*;
use crate::{Pinners, Reports};

#[test]
fn a_broken_state_is_detected() {
	let caught = |breaks: &dyn Fn(), words: &str| {
		new_test_ext().execute_with(|| {
			add_records(1);
			Pinning::do_try_state().unwrap();
			breaks();
			let error = format!("{:?}", Pinning::do_try_state().unwrap_err());
			assert!(error.contains(words), "{error}");
		});
	};
	let now = Now::get();
	caught(&|| put(1, &[pin(0, 0)]), "does not exist");
	caught(&|| put(0, &[]), "empty list");
	caught(&|| put(0, &[pin(0, now + 1)]), "from the future");
	caught(&|| put(0, &[pin(0, 0), pin(0, 1)]), "two pins");
	caught(&|| Reports::<Test>::kill(), "not counted");
	caught(
		&|| Pinners::<Test>::mutate(|all| all[1].0 = account(0)),
		"a pinner is listed twice",
	);
}

#[test]
#[should_panic(expected = "RecheckPeriod must be shorter than PinLifetime")]
fn a_recheck_period_above_the_pin_lifetime_is_an_invalid_configuration() {
	RecheckPeriod::set(72 * HOUR);
	<Pinning as frame_support::traits::Hooks<u32>>::integrity_test();
}
