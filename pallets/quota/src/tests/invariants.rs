//! `do_try_state` and `integrity_test`.

use std::panic::catch_unwind;

use frame_support::traits::Hooks;

use super::*;

#[test]
fn a_period_of_0_is_refused() {
	run(<Quota as Hooks<_>>::integrity_test);
	let with_period_0 = || {
		run(|| {
			Period::set(0);
			<Quota as Hooks<_>>::integrity_test();
		})
	};
	assert!(catch_unwind(with_period_0).is_err());
}

#[test]
fn a_use_with_a_time_in_the_future_is_found() {
	new_test_ext().execute_with(|| {
		Usages::<Test>::insert(
			MEMBER,
			Usage {
				used: Weight::zero(),
				bytes: 0,
				at: START,
			},
		);
		assert_ok!(Quota::do_try_state());
		Usages::<Test>::insert(
			MEMBER,
			Usage {
				used: Weight::zero(),
				bytes: 0,
				at: START + 1,
			},
		);
		assert!(Quota::do_try_state().is_err());
	});
}
