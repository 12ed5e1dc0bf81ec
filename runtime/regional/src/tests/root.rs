//! No location becomes Root, no message dispatches a call, and `Utility` does not help.

use frame_support::traits::Contains;
use frame_system::RawOrigin;
use salus_runtime_common::testing::{
	assert_locations_convert_only_to, assert_no_message_dispatches, assert_nobody_dispatches,
};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::traits::Dispatchable;

use super::development;
use crate::{
	configs::{calls::Sendable, messages::XcmConfig},
	Runtime, RuntimeCall, RuntimeOrigin,
};

#[test]
fn no_location_converts_to_an_origin() {
	type Converter = <XcmConfig as xcm_executor::Config>::OriginConverter;
	assert_locations_convert_only_to::<Converter, RuntimeOrigin>(|_, _, _| false);
}

/// The barrier stops every program that dispatches a call, from any sender.
#[test]
fn no_message_can_dispatch_a_call() {
	let calls: [RuntimeCall; 2] = [
		frame_system::Call::set_heap_pages { pages: 1 }.into(),
		frame_system::Call::remark { remark: vec![] }.into(),
	];
	for call in calls {
		assert_no_message_dispatches::<XcmConfig>(&call, development());
	}
}

/// The call filter refuses these calls, and so do their own origin checks.
#[test]
fn no_origin_can_use_utility_as_root() {
	let remark = || Box::new(frame_system::Call::remark { remark: vec![] }.into());
	let calls: [RuntimeCall; 2] = [
		pallet_utility::Call::dispatch_as {
			as_origin: Box::new(RawOrigin::Root.into()),
			call: remark(),
		}
		.into(),
		pallet_utility::Call::with_weight {
			call: remark(),
			weight: Default::default(),
		}
		.into(),
	];
	assert!(!calls.iter().any(Sendable::contains));
	assert_nobody_dispatches(&calls, |_: &RuntimeOrigin, _| false, development());
}

#[test]
fn a_batch_does_not_pass_a_call_that_is_not_sendable() {
	development().execute_with(|| {
		let remark = frame_system::Call::remark {
			remark: b"free text".to_vec(),
		};
		let batch: RuntimeCall = pallet_utility::Call::batch_all {
			calls: vec![remark.into()],
		}
		.into();
		let signed = RuntimeOrigin::signed(Alice.to_account_id());
		assert_eq!(
			batch
				.dispatch(signed)
				.map_err(|error| error.error)
				.map(drop),
			Err(frame_system::Error::<Runtime>::CallFiltered.into())
		);
	});
}
