//! No location becomes Root, and no message of an unknown chain dispatches a call.

use frame_support::{assert_noop, traits::OriginTrait};
use salus_runtime_common::{
	testing::{assert_locations_convert_only_to, assert_no_message_dispatches},
	xcm::para_of,
};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{traits::Dispatchable, DispatchError};
use xcm::prelude::*;

use super::{crossing::crossing_call, development};
use crate::{configs::messages::XcmConfig, OriginCaller, RuntimeCall, RuntimeOrigin};

/// It converts to the XCM origin that names it.
#[test]
fn only_a_sibling_converts_to_an_origin() {
	type Converter = <XcmConfig as xcm_executor::Config>::OriginConverter;
	assert_locations_convert_only_to::<Converter, RuntimeOrigin>(|location, kind, origin| {
		let itself = OriginCaller::PolkadotXcm(pallet_xcm::Origin::Xcm(location.clone()));
		kind == OriginKind::Xcm && para_of(location).is_some() && *origin.caller() == itself
	});
}

/// While no region is admitted, the barrier stops every program that dispatches a call.
#[test]
fn no_message_of_an_unknown_chain_can_dispatch_a_call() {
	let calls: [RuntimeCall; 3] = [
		frame_system::Call::set_heap_pages { pages: 1 }.into(),
		frame_system::Call::remark { remark: vec![] }.into(),
		crossing_call("revoke_grant"),
	];
	for call in calls {
		assert_no_message_dispatches::<XcmConfig>(&call, development());
	}
}

#[test]
fn an_authority_cannot_make_a_crossing_call() {
	development().execute_with(|| {
		let signed = RuntimeOrigin::signed(Alice.to_account_id());
		let crossing = crossing_call("revoke_grant");
		assert_noop!(crossing.dispatch(signed), DispatchError::BadOrigin);
	});
}
