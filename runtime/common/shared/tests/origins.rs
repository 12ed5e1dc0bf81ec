//! No origin is Root, and no origin can do what only Root may.

use frame_support::{
	assert_noop,
	instances::Instance1,
	traits::{Contains, OriginTrait},
};
use frame_system::{ensure_root, RawOrigin};
use salus_runtime_common::testing::{
	assert_nobody_dispatches, origins, send_and_execute, set_storage_or_code,
};
use sp_keyring::Sr25519Keyring::{Alice, Dave};
use sp_runtime::traits::Dispatchable;

use super::development;
use crate::{configs::calls::Sendable, OriginCaller, Runtime, RuntimeCall, RuntimeOrigin};

/// A new kind of origin does not compile here until it is added.
#[test]
fn the_list_of_origins_contains_every_kind() {
	let mut kinds: Vec<_> = origins::<RuntimeOrigin>()
		.iter()
		.map(|origin| match origin.caller() {
			OriginCaller::system(RawOrigin::None) => "none",
			OriginCaller::system(RawOrigin::Signed(_)) => "signed",
			OriginCaller::system(RawOrigin::Authorized) => "authorized",
			OriginCaller::system(RawOrigin::Root) => "root",
			OriginCaller::Council(_) => "council",
			OriginCaller::Governance(_) => "governance",
			OriginCaller::PolkadotXcm(_) => "xcm",
			OriginCaller::CumulusXcm(_) => "cumulus",
			OriginCaller::Void(never) => match *never {},
		})
		.collect();
	kinds.sort();
	kinds.dedup();
	assert_eq!(
		kinds,
		[
			"authorized",
			"council",
			"cumulus",
			"governance",
			"none",
			"signed",
			"xcm"
		]
	);
}

#[test]
fn no_origin_is_root() {
	for origin in origins::<RuntimeOrigin>() {
		assert!(
			ensure_root(origin.clone()).is_err(),
			"{:?}",
			origin.caller()
		);
	}
}

/// The call filter refuses these calls, and so do their own origin checks.
#[test]
fn no_origin_can_send_or_execute_xcm() {
	let calls: Vec<RuntimeCall> = send_and_execute::<Runtime>()
		.into_iter()
		.map(Into::into)
		.collect();
	assert!(!calls.iter().any(Sendable::contains));
	assert_nobody_dispatches(&calls, |_: &RuntimeOrigin, _| false, development());
}

/// The call filter refuses these calls, and so do their own origin checks.
#[test]
fn no_origin_can_set_storage_or_code() {
	let mut calls: Vec<RuntimeCall> = set_storage_or_code::<Runtime>()
		.into_iter()
		.map(Into::into)
		.collect();
	calls.extend([
		pallet_membership::Call::<Runtime, Instance1>::add_member {
			who: Dave.to_account_id().into(),
		}
		.into(),
		pallet_xcm::Call::force_default_xcm_version {
			maybe_xcm_version: None,
		}
		.into(),
	]);
	assert!(!calls.iter().any(Sendable::contains));
	// One origin can add members. Only the governance pallet has it.
	let adds_member = |origin: &RuntimeOrigin, call: &RuntimeCall| {
		matches!(origin.caller(), OriginCaller::Governance(_))
			&& matches!(call, RuntimeCall::Authorities(_))
	};
	assert_nobody_dispatches(&calls, adds_member, development());
}

/// The filter refuses it, although its own origin check would pass.
#[test]
fn a_call_that_is_not_sendable_is_filtered() {
	development().execute_with(|| {
		let remark: RuntimeCall = frame_system::Call::remark {
			remark: b"free text".to_vec(),
		}
		.into();
		let signed = RuntimeOrigin::signed(Alice.to_account_id());
		assert_noop!(
			remark.dispatch(signed),
			frame_system::Error::<Runtime>::CallFiltered
		);
	});
}
