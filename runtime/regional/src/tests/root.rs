//! No origin from any side becomes Root, and nothing dispatches as Root.

use frame_support::{
	assert_noop,
	traits::{Contains, OriginTrait},
};
use frame_system::{ensure_root, RawOrigin};
use salus_runtime_common::testing::{
	at_will, no_location_becomes, no_message_dispatches, nobody_dispatches, origins, own_messages,
};
use sp_keyring::Sr25519Keyring::{Alice, Dave};
use sp_runtime::traits::Dispatchable;

use super::development;
use crate::{
	configs::{xcm::XcmConfig, Sendable},
	OriginCaller, Runtime, RuntimeCall, RuntimeOrigin,
};

/// The list of origins holds every kind that there is: a new one does not compile.
#[test]
fn every_kind_of_origin_is_tried() {
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

#[test]
fn no_location_converts_to_any_origin() {
	type Converter = <XcmConfig as xcm_executor::Config>::OriginConverter;
	no_location_becomes::<Converter, RuntimeOrigin>(|_, _, _| false);
}

/// Before that, the barrier stops every program that dispatches, whoever sends it.
#[test]
fn no_message_dispatches_a_call() {
	let calls: [RuntimeCall; 2] = [
		frame_system::Call::set_heap_pages { pages: 1 }.into(),
		frame_system::Call::remark { remark: vec![] }.into(),
	];
	for call in calls {
		no_message_dispatches::<XcmConfig>(&call, development);
	}
}

/// The calls that change storage or code at will: nobody can dispatch one, past the filter too.
#[test]
fn nobody_changes_storage_or_code_at_will() {
	let mut calls: Vec<RuntimeCall> = at_will::<Runtime>().into_iter().map(Into::into).collect();
	calls.extend([
		pallet_utility::Call::dispatch_as {
			as_origin: Box::new(RawOrigin::Root.into()),
			call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
		}
		.into(),
		pallet_utility::Call::with_weight {
			call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
			weight: Default::default(),
		}
		.into(),
		pallet_membership::Call::<Runtime, frame_support::instances::Instance1>::add_member {
			who: Dave.to_account_id().into(),
		}
		.into(),
		pallet_xcm::Call::force_default_xcm_version {
			maybe_xcm_version: None,
		}
		.into(),
	]);
	assert!(!calls.iter().any(Sendable::contains));
	// Members are added by one origin, which no one outside the governance pallet has.
	let adds_member = |origin: &RuntimeOrigin, call: &RuntimeCall| {
		matches!(origin.caller(), OriginCaller::Governance(_))
			&& matches!(call, RuntimeCall::Authorities(_))
	};
	nobody_dispatches(&calls, adds_member, development);
}

/// Nobody can send or execute XCM, past the filter too.
#[test]
fn nobody_sends_or_executes_xcm() {
	let calls: Vec<RuntimeCall> = own_messages::<Runtime>()
		.into_iter()
		.map(Into::into)
		.collect();
	assert!(!calls.iter().any(Sendable::contains));
	nobody_dispatches(&calls, |_: &RuntimeOrigin, _| false, development);
}

/// What the filter leaves out is refused though its own checks would let it pass.
#[test]
fn what_is_not_on_the_list_is_filtered() {
	development().execute_with(|| {
		let remark: RuntimeCall = frame_system::Call::remark {
			remark: b"free text".to_vec(),
		}
		.into();
		let signed = RuntimeOrigin::signed(Alice.to_account_id());
		assert_noop!(
			remark.clone().dispatch(signed.clone()),
			frame_system::Error::<Runtime>::CallFiltered
		);
		let batch: RuntimeCall = pallet_utility::Call::batch_all {
			calls: vec![remark],
		}
		.into();
		assert_eq!(
			batch
				.dispatch(signed)
				.map_err(|error| error.error)
				.map(drop),
			Err(frame_system::Error::<Runtime>::CallFiltered.into())
		);
	});
}
