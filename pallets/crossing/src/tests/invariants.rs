//! `do_try_state` and `integrity_test`.

use frame_support::traits::Hooks;
use salus_primitives::{traits::ToConsortium, ProviderId};

use crate::{mock::*, Awaited, InFlight, InFlightOf, Kind, Queries, Query};

/// The fault that is found after a change to a valid state.
fn fault_after(change: impl FnOnce()) -> sp_runtime::TryRuntimeError {
	new_test_ext().execute_with(|| {
		Crossing::send(call(7, 1)).unwrap();
		Crossing::send(call(7, 2)).unwrap();
		Crossing::do_try_state().unwrap();
		change();
		Crossing::do_try_state().unwrap_err()
	})
}

#[test]
fn each_fault_in_the_state_is_found() {
	let no_query = "an awaited call has no query, or the query of another call";
	assert_eq!(fault_after(|| Queries::<Test>::remove(0)), no_query.into());
	assert_eq!(
		fault_after(|| change(|query| query.about = about(8))),
		no_query.into()
	);
	assert_eq!(
		fault_after(|| change(|query| query.sequence = 9)),
		no_query.into()
	);
	assert_eq!(
		fault_after(|| Awaited::<Test>::remove(about(7))),
		"a query belongs to no awaited call".into()
	);
	assert_eq!(
		fault_after(|| Awaited::<Test>::insert(about(8), frame_support::BoundedVec::default())),
		"a subject has no awaited call".into()
	);
	assert_eq!(
		fault_after(|| Awaited::<Test>::mutate(about(7), |awaited| awaited.as_mut().reverse())),
		"awaited calls are not in the order of sending".into()
	);
	assert_eq!(
		fault_after(|| change(|query| query.deadline += 1)),
		"a deadline belongs to no query".into()
	);
	let miscounted = "the calls in flight are miscounted";
	for count in [1, 3] {
		let found = fault_after(|| InFlight::<Test>::insert(Kind::Revocation, count));
		assert_eq!(found, miscounted.into());
	}
	let by = ProviderId(7);
	assert_eq!(
		fault_after(|| InFlightOf::<Test>::insert(by, 1)),
		"the calls of a provider in flight are miscounted".into()
	);
}

/// Changes the first query.
fn change(how: impl FnOnce(&mut Query)) {
	Queries::<Test>::mutate(0, |query| how(query.as_mut().unwrap()));
}

#[test]
fn the_configuration_of_the_mock_is_valid() {
	Crossing::integrity_test();
}
