//! A state that is broken is seen.

use frame_support::traits::Hooks;
use salus_primitives::traits::ToConsortium;

use crate::crossing::{mock::*, Awaited, Queries};

fn broken(how: impl FnOnce()) -> sp_runtime::TryRuntimeError {
	new_test_ext().execute_with(|| {
		Crossing::send(call(7, 1)).unwrap();
		Crossing::send(call(7, 2)).unwrap();
		Crossing::do_try_state().unwrap();
		how();
		Crossing::do_try_state().unwrap_err()
	})
}

#[test]
fn broken_states_are_caught() {
	let no_query = "a sending has no query, or another";
	assert_eq!(broken(|| Queries::<Test>::remove(0)), no_query.into());
	assert_eq!(
		broken(|| Queries::<Test>::insert(0, (about(8), 1))),
		no_query.into()
	);
	assert_eq!(
		broken(|| Queries::<Test>::insert(0, (about(7), 9))),
		no_query.into()
	);
	assert_eq!(
		broken(|| Awaited::<Test>::remove(about(7))),
		"a query is of no sending".into()
	);
	assert_eq!(
		broken(|| Awaited::<Test>::insert(about(8), frame_support::BoundedVec::default())),
		"nothing is awaited about something".into()
	);
	assert_eq!(
		broken(|| Awaited::<Test>::mutate(about(7), |awaited| awaited.as_mut().reverse())),
		"sendings are not in their order".into()
	);
}

#[test]
fn the_settings_of_the_mock_make_sense() {
	Crossing::integrity_test();
}
