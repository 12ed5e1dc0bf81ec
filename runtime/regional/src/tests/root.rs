//! No origin from any side becomes Root, and nothing dispatches as Root.

use codec::Encode;
use frame_support::{
	assert_noop,
	traits::{Contains, OriginTrait},
};
use frame_system::{ensure_root, RawOrigin};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::{traits::Dispatchable, DispatchError};
use xcm::{latest::prelude::*, VersionedXcm};
use xcm_executor::{traits::ConvertOrigin, XcmExecutor};

use super::development;
use crate::{configs::Sendable, OriginCaller, Runtime, RuntimeCall, RuntimeOrigin};

type Converter = <crate::configs::xcm::XcmConfig as xcm_executor::Config>::OriginConverter;

/// Every origin that the runtime knows but Root itself, in every shape that a side can give it.
fn origins() -> Vec<RuntimeOrigin> {
	let mut origins = vec![RuntimeOrigin::none()];
	origins
		.extend([Alice, Bob, Charlie, Dave].map(|who| RuntimeOrigin::signed(who.to_account_id())));
	origins.push(frame_system::RawOrigin::Authorized.into());
	for members in 0..=5 {
		for ayes in 0..=members {
			origins.push(pallet_collective::RawOrigin::Members(ayes, members).into());
		}
	}
	origins.push(pallet_collective::RawOrigin::Member(Alice.to_account_id()).into());
	origins.push(pallet_governance::Origin::Authorities.into());
	origins.push(cumulus_pallet_xcm::Origin::Relay.into());
	origins.push(cumulus_pallet_xcm::Origin::SiblingParachain(2000.into()).into());
	for location in locations() {
		origins.push(pallet_xcm::Origin::Xcm(location.clone()).into());
		origins.push(pallet_xcm::Origin::Response(location).into());
	}
	origins
}

fn locations() -> Vec<Location> {
	let account = AccountId32 {
		network: None,
		id: Alice.to_raw_public(),
	};
	vec![
		Location::here(),
		Location::parent(),
		Location::new(1, [Parachain(2000)]),
		Location::new(1, [Parachain(2002)]),
		Location::new(1, [Parachain(2001)]),
		Location::new(0, [account]),
		Location::new(1, [Parachain(2000), account]),
		Location::new(
			1,
			[Plurality {
				id: BodyId::Executive,
				part: BodyPart::Voice,
			}],
		),
		Location::new(2, [GlobalConsensus(NetworkId::Polkadot)]),
	]
}

/// The list of origins above holds every kind that there is: a new one does not compile.
#[test]
fn every_kind_of_origin_is_tried() {
	let mut kinds: Vec<_> = origins()
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
	kinds.dedup();
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
	for origin in origins() {
		assert!(
			ensure_root(origin.clone()).is_err(),
			"{:?}",
			origin.caller()
		);
	}
}

#[test]
fn no_location_converts_to_any_origin() {
	let kinds = [
		OriginKind::Native,
		OriginKind::SovereignAccount,
		OriginKind::Superuser,
		OriginKind::Xcm,
	];
	for location in locations() {
		for kind in kinds {
			assert!(
				<Converter as ConvertOrigin<RuntimeOrigin>>::convert_origin(location.clone(), kind)
					.is_err(),
				"{location:?} {kind:?}"
			);
		}
	}
}

/// Before that, the barrier stops every program that dispatches, whoever sends it.
#[test]
fn no_message_dispatches_a_call() {
	let call: RuntimeCall = frame_system::Call::set_code { code: vec![1] }.into();
	let kinds = [
		OriginKind::Native,
		OriginKind::SovereignAccount,
		OriginKind::Superuser,
		OriginKind::Xcm,
	];
	for location in locations() {
		for origin_kind in kinds {
			let program = Xcm::<RuntimeCall>(vec![
				UnpaidExecution {
					weight_limit: Unlimited,
					check_origin: None,
				},
				Transact {
					origin_kind,
					fallback_max_weight: None,
					call: call.encode().into(),
				},
			]);
			development().execute_with(|| {
				let outcome = XcmExecutor::<crate::configs::xcm::XcmConfig>::prepare_and_execute(
					location.clone(),
					program,
					&mut [0; 32],
					Weight::MAX,
					Weight::zero(),
				);
				let Outcome::Incomplete { error, .. } = outcome else {
					panic!("{location:?} {origin_kind:?}: {outcome:?}");
				};
				assert_eq!(
					error.error,
					XcmError::Barrier,
					"{location:?} {origin_kind:?}"
				);
			});
		}
	}
}

/// The calls that change storage or code at will: nobody can dispatch one, past the filter too.
#[test]
fn nobody_changes_storage_or_code_at_will() {
	type System = frame_system::Call<Runtime>;
	let calls =
		|| -> Vec<RuntimeCall> {
			vec![
			System::set_heap_pages { pages: 1 }.into(),
			System::set_code { code: vec![1] }.into(),
			System::set_code_without_checks { code: vec![1] }.into(),
			System::set_storage { items: vec![(vec![1], vec![1])] }.into(),
			System::kill_storage { keys: vec![vec![1]] }.into(),
			System::kill_prefix { prefix: vec![1], subkeys: 1 }.into(),
			System::authorize_upgrade { code_hash: Default::default() }.into(),
			System::authorize_upgrade_without_checks { code_hash: Default::default() }.into(),
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
			pallet_xcm::Call::force_default_xcm_version { maybe_xcm_version: None }.into(),
		]
		};
	for origin in origins() {
		// This one adds members, and no one outside the governance pallet can make it.
		let governance = matches!(origin.caller(), OriginCaller::Governance(_));
		for call in calls() {
			let adds_member = matches!(call, RuntimeCall::Authorities(_));
			if governance && adds_member {
				continue;
			}
			development().execute_with(|| {
				let refused = call.clone().dispatch_bypass_filter_(origin.clone());
				assert_eq!(
					refused,
					Err(DispatchError::BadOrigin),
					"{:?} {call:?}",
					origin.caller()
				);
			});
			assert!(!Sendable::contains(&call), "{call:?}");
		}
	}
}

trait BypassFilter {
	fn dispatch_bypass_filter_(self, origin: RuntimeOrigin) -> Result<(), DispatchError>;
}

impl BypassFilter for RuntimeCall {
	fn dispatch_bypass_filter_(self, origin: RuntimeOrigin) -> Result<(), DispatchError> {
		use frame_support::traits::UnfilteredDispatchable;
		self.dispatch_bypass_filter(origin)
			.map(drop)
			.map_err(|error| error.error)
	}
}

/// A signed member can neither send nor execute XCM, even past the filter.
#[test]
fn nobody_sends_or_executes_xcm() {
	let program = || Box::new(VersionedXcm::from(Xcm::<()>(vec![ClearOrigin])));
	for origin in origins() {
		development().execute_with(|| {
			let send: RuntimeCall = pallet_xcm::Call::send {
				dest: Box::new(Location::parent().into()),
				message: program(),
			}
			.into();
			assert!(!Sendable::contains(&send));
			assert_eq!(
				send.dispatch_bypass_filter_(origin.clone()),
				Err(DispatchError::BadOrigin)
			);
			let execute: RuntimeCall = pallet_xcm::Call::execute {
				message: Box::new(VersionedXcm::from(Xcm(vec![ClearOrigin]))),
				max_weight: frame_support::weights::Weight::MAX,
			}
			.into();
			assert!(!Sendable::contains(&execute));
			assert_eq!(
				execute.dispatch_bypass_filter_(origin),
				Err(DispatchError::BadOrigin)
			);
		});
	}
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
