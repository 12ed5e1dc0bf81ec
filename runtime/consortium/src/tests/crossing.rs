//! The calls that regions make, with the real executor, weigher, barrier, filter and origin
//! converter.

use codec::{Decode, DecodeAll, Encode};
use frame_support::{
	assert_ok,
	instances::Instance1,
	traits::{Contains, OriginTrait},
	weights::Weight,
};
use salus_primitives::{
	testing::golden_call, Answer, ConsortiumRuntimeCall, DeliveredGrant, NewestFile, Reason,
	RegionStanding,
};
use salus_runtime_common::{
	constants::MAX_MOTION_WEIGHT,
	testing::{assert_nobody_dispatches, dispatching, execute, locations, KINDS},
	xcm::{sibling, MaxMessageWeight},
};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::{
	traits::{BlakeTwo256, Dispatchable, Hash},
	DispatchError,
};
use xcm::prelude::*;
use xcm_builder::InspectMessageQueues;

use super::development;
use crate::{
	configs::{
		messages::{XcmConfig, XcmRouter},
		xcm::CrossingCalls,
	},
	AccountId, Consortium, OriginCaller, ParachainSystem, PolkadotXcm, Runtime, RuntimeCall,
	RuntimeOrigin, System,
};

const CALLS: [&str; 4] = [
	"enlist_provider",
	"update_provider",
	"deliver_grant",
	"revoke_grant",
];
const REGION: u32 = 2001;

/// A crossing call as a call of this runtime, decoded from its golden bytes.
pub fn crossing_call(name: &str) -> RuntimeCall {
	RuntimeCall::decode_all(&mut &golden_call(name)[..]).expect("is a call of this runtime")
}

/// Two thirds of the authorities.
fn two_thirds() -> RuntimeOrigin {
	pallet_collective::RawOrigin::Members(2, 3).into()
}

/// Runs a test on a consortium that has admitted a region and has a channel to it.
fn with_admitted_region(test: impl FnOnce()) {
	development().execute_with(|| {
		System::set_block_number(1);
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(REGION.into());
		assert_ok!(Consortium::admit_region(
			two_thirds(),
			REGION,
			H256::repeat_byte(1)
		));
		test();
	});
}

fn answer_to(destination: Location) -> QueryResponseInfo {
	QueryResponseInfo {
		destination,
		query_id: 5,
		max_weight: Weight::from_parts(1_000, 1_000),
	}
}

/// The program in which a region sends a call.
fn program(call: Vec<u8>) -> Vec<Instruction<RuntimeCall>> {
	vec![
		UnpaidExecution {
			weight_limit: Unlimited,
			check_origin: None,
		},
		SetErrorHandler(Xcm(vec![ReportError(answer_to(sibling(REGION)))])),
		Transact {
			origin_kind: OriginKind::Xcm,
			fallback_max_weight: None,
			call: call.into(),
		},
		ReportTransactStatus(answer_to(sibling(REGION))),
		SetTopic([3; 32]),
	]
}

/// The answers that were sent to the region: query, response and querier.
fn answers() -> Vec<(u64, Response, Option<Location>)> {
	let queues = XcmRouter::get_messages();
	queues
		.into_iter()
		.inspect(|(to, _)| assert_eq!(Location::try_from(to.clone()), Ok(sibling(REGION))))
		.flat_map(|(_, messages)| messages)
		.flat_map(|message| {
			Xcm::<()>::try_from(message)
				.expect("the version is known")
				.0
		})
		.filter_map(|instruction| match instruction {
			QueryResponse {
				query_id,
				response,
				querier,
				..
			} => Some((query_id, response, querier)),
			_ => None,
		})
		.collect()
}

/// Executes a program of the region and returns its only answer.
fn answer_to_program(program: Vec<Instruction<RuntimeCall>>) -> Response {
	XcmRouter::clear_messages();
	let outcome = execute::<XcmConfig>(&sibling(REGION), program);
	assert!(
		!matches!(outcome, Outcome::Error(_)),
		"the program has no weight: {outcome:?}"
	);
	let [(query, response, querier)] = answers().try_into().expect("one answer was sent");
	assert_eq!((query, querier), (5, Some(Location::here())));
	response
}

/// Index and bytes are the same. The filter passes these calls and no others.
#[test]
fn every_crossing_call_is_a_call_of_this_runtime() {
	use pallet_consortium::Call;
	for name in CALLS {
		let (bytes, call) = (golden_call(name), crossing_call(name));
		assert_eq!(call.encode(), bytes, "{name}");
		let as_sent = ConsortiumRuntimeCall::decode_all(&mut &bytes[..]).expect("decodes");
		assert_eq!(as_sent.encode(), bytes, "{name}");
		assert!(CrossingCalls::contains(&call), "{name}");
		let RuntimeCall::Consortium(call) = call else {
			panic!("{name} belongs to another pallet");
		};
		let same = matches!(
			(name, call),
			("enlist_provider", Call::enlist_provider { .. })
				| ("update_provider", Call::update_provider { .. })
				| ("deliver_grant", Call::deliver_grant { .. })
				| ("revoke_grant", Call::revoke_grant { .. })
		);
		assert!(same, "{name}");
	}
	let others: [RuntimeCall; 4] = [
		Call::admit_region {
			region: 1,
			genesis_hash: H256::zero(),
		}
		.into(),
		Call::expel_region { region: 1 }.into(),
		frame_system::Call::remark { remark: vec![] }.into(),
		pallet_governance::Call::cancel_upgrade {}.into(),
	];
	assert!(!others.iter().any(CrossingCalls::contains));
}

/// A region reads the reason from these bytes.
#[test]
fn every_reason_has_the_bytes_of_this_runtimes_error() {
	for reason in Reason::ALL {
		let error: DispatchError = pallet_consortium::Error::<Runtime>::Refused(reason).into();
		let bytes = error.encode();
		let code = golden_call(&format!("{reason:?}"));
		assert_eq!(bytes, [&[3, 50, 0], &code[..], &[0, 0]].concat());
		assert_eq!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(reason)
		);
		// XCM does not change the bytes.
		let MaybeErrorCode::Error(carried) = MaybeErrorCode::from(bytes) else {
			panic!("XCM truncates the error");
		};
		assert_eq!(
			Answer::from_dispatch_error_bytes(&carried),
			Answer::Refused(reason)
		);
	}
}

#[test]
fn an_admitted_region_gets_one_answer_to_a_call_that_succeeds() {
	with_admitted_region(|| {
		let response = answer_to_program(program(golden_call("revoke_grant")));
		assert_eq!(response, Response::DispatchResult(MaybeErrorCode::Success));
	});
}

/// XCM does not see a refusal by the pallet as an error. The answer contains its reason.
#[test]
fn an_admitted_region_gets_one_answer_to_a_call_that_is_refused() {
	with_admitted_region(|| {
		let response = answer_to_program(program(golden_call("deliver_grant")));
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) = response else {
			panic!("{response:?}");
		};
		assert!(matches!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(_)
		));
	});
}

/// The filter stops other calls, and the converter other kinds of origin. The answer is a failure
/// of the program. With a crossing call of the right kind the same program succeeds.
#[test]
fn an_admitted_region_can_only_make_crossing_calls() {
	let failed = |error| Response::ExecutionResult(Some((2, error)));
	with_admitted_region(|| {
		let remark: RuntimeCall = frame_system::Call::remark { remark: vec![] }.into();
		assert_eq!(
			answer_to_program(program(remark.encode())),
			failed(XcmError::NoPermission)
		);
		let admit: RuntimeCall = pallet_consortium::Call::admit_region {
			region: 2002,
			genesis_hash: H256::zero(),
		}
		.into();
		assert_eq!(
			answer_to_program(program(admit.encode())),
			failed(XcmError::NoPermission)
		);
		for kind in KINDS.into_iter().filter(|kind| *kind != OriginKind::Xcm) {
			let mut instructions = program(golden_call("revoke_grant"));
			if let Transact { origin_kind, .. } = &mut instructions[2] {
				*origin_kind = kind;
			}
			assert_eq!(
				answer_to_program(instructions),
				failed(XcmError::BadOrigin),
				"{kind:?}"
			);
		}
	});
}

/// Such a call has no weight, so the program is not executed and gets no answer.
#[test]
fn a_call_with_trailing_bytes_or_junk_is_not_executed() {
	with_admitted_region(|| {
		let trailing = [golden_call("revoke_grant"), vec![0]].concat();
		for junk in [trailing, vec![], vec![0xff; 64], vec![50], vec![50, 99]] {
			let outcome = execute::<XcmConfig>(&sibling(REGION), program(junk));
			assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
		}
		assert!(answers().is_empty());
	});
}

/// The same program succeeds when it comes from the admitted region.
#[test]
fn the_barrier_refuses_every_sender_that_was_never_admitted() {
	for name in CALLS {
		with_admitted_region(|| {
			for location in locations() {
				if location == sibling(REGION) {
					continue;
				}
				let mut instructions = program(golden_call(name));
				instructions[1] =
					SetErrorHandler(Xcm(vec![ReportError(answer_to(location.clone()))]));
				instructions[3] = ReportTransactStatus(answer_to(location.clone()));
				let outcome = execute::<XcmConfig>(&location, instructions);
				let Outcome::Incomplete { error, .. } = outcome else {
					panic!("{location:?}: {outcome:?}");
				};
				assert_eq!(error.error, XcmError::Barrier, "{location:?}");
			}
			assert!(answers().is_empty());
			let outcome = execute::<XcmConfig>(&sibling(REGION), program(golden_call(name)));
			assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		});
	}
}

/// Runs a test on a consortium that has admitted a region and expelled it.
fn with_expelled_region(test: impl FnOnce()) {
	with_admitted_region(|| {
		assert_ok!(Consortium::expel_region(two_thirds(), REGION));
		test();
	});
}

/// The barrier passes an expelled region, so that it can still revoke grants.
#[test]
fn an_expelled_region_gets_an_answer_to_each_crossing_call() {
	for (name, expected) in CALLS.into_iter().zip([
		Answer::Refused(Reason::NotARegion),
		Answer::Refused(Reason::NotEnlisted),
		Answer::Refused(Reason::NotARegion),
		Answer::Done,
	]) {
		with_expelled_region(|| {
			let answer = match answer_to_program(program(golden_call(name))) {
				Response::DispatchResult(MaybeErrorCode::Success) => Answer::Done,
				Response::DispatchResult(MaybeErrorCode::Error(bytes)) => {
					Answer::from_dispatch_error_bytes(&bytes)
				}
				other => panic!("{name}: {other:?}"),
			};
			assert_eq!(answer, expected, "{name}");
		});
	}
}

#[test]
fn an_expelled_region_can_only_make_crossing_calls_and_get_its_own_answers() {
	with_expelled_region(|| {
		for call in [
			frame_system::Call::remark { remark: vec![] }.into(),
			RuntimeCall::from(pallet_consortium::Call::admit_region {
				region: REGION,
				genesis_hash: H256::repeat_byte(1),
			}),
		] {
			let failed = Response::ExecutionResult(Some((2, XcmError::NoPermission)));
			assert_eq!(answer_to_program(program(call.encode())), failed);
		}
		let mut to_another = program(golden_call("revoke_grant"));
		to_another[3] = ReportTransactStatus(answer_to(sibling(2002)));
		let outcome = execute::<XcmConfig>(&sibling(REGION), to_another);
		let Outcome::Incomplete { error, .. } = outcome else {
			panic!("{outcome:?}");
		};
		assert_eq!(error.error, XcmError::Barrier);
	});
}

#[test]
fn a_grant_that_an_expelled_region_revoked_stays_revoked() {
	with_expelled_region(|| {
		let revoked = answer_to_program(program(golden_call("revoke_grant")));
		assert_eq!(revoked, Response::DispatchResult(MaybeErrorCode::Success));
		let RuntimeCall::Consortium(pallet_consortium::Call::revoke_grant { revocation }) =
			crossing_call("revoke_grant")
		else {
			panic!("is another call");
		};
		assert_ok!(Consortium::admit_region(
			two_thirds(),
			REGION,
			H256::repeat_byte(1)
		));
		let RuntimeCall::Consortium(pallet_consortium::Call::deliver_grant { grant }) =
			crossing_call("deliver_grant")
		else {
			panic!("is another call");
		};
		let late = DeliveredGrant {
			record: revocation.record,
			grantee: revocation.grantee,
			sequence: revocation.sequence - 1,
			..grant
		};
		let late: RuntimeCall = pallet_consortium::Call::deliver_grant { grant: late }.into();
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) =
			answer_to_program(program(late.encode()))
		else {
			panic!("the late delivery was not refused");
		};
		assert_eq!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(Reason::Superseded)
		);
	});
}

/// Without barrier and filter, the pallet itself checks the origin.
#[test]
fn only_a_sibling_can_make_a_crossing_call() {
	let calls = CALLS.map(crossing_call);
	let of_sibling = |origin: &RuntimeOrigin, _: &RuntimeCall| match origin.caller() {
		OriginCaller::PolkadotXcm(pallet_xcm::Origin::Xcm(location)) => {
			matches!(location.unpack(), (1, [Parachain(_)]))
		}
		_ => false,
	};
	assert_nobody_dispatches(&calls, of_sibling, development());
	// The pallet refuses a sibling that is not a region.
	development().execute_with(|| {
		use frame_support::traits::UnfilteredDispatchable;
		let origin = pallet_xcm::Origin::Xcm(sibling(1000)).into();
		let refused = crossing_call("revoke_grant").dispatch_bypass_filter(origin);
		assert_eq!(
			refused.map(drop).map_err(|error| error.error),
			Err(pallet_consortium::Error::<Runtime>::Refused(Reason::NotARegion).into())
		);
	});
}

/// (A motion of 0 members of 0 would count as two thirds too. There is always at least one
/// authority, so such a motion cannot exist.)
#[test]
fn only_two_thirds_of_the_authorities_can_admit_or_expel_a_region_or_name_a_network_file() {
	let file = NewestFile {
		serial: 1,
		file_hash: H256::zero(),
	};
	let calls: [RuntimeCall; 3] = [
		pallet_consortium::Call::admit_region {
			region: 2002,
			genesis_hash: H256::zero(),
		}
		.into(),
		pallet_consortium::Call::expel_region { region: 2002 }.into(),
		pallet_consortium::Call::set_network_file { file }.into(),
	];
	let enough = |origin: &RuntimeOrigin, _: &RuntimeCall| {
		matches!(
			origin.caller(),
			OriginCaller::Council(pallet_collective::RawOrigin::Members(ayes, members))
				if ayes * 3 >= members * 2
		)
	};
	assert_nobody_dispatches(&calls, enough, development());
}

/// By transactions, with every filter on.
#[test]
fn the_authorities_can_admit_and_expel_a_region_by_motions() {
	let authorities = [Alice, Bob, Charlie].map(|who| who.to_account_id());
	let send = |who: &AccountId, call: pallet_collective::Call<Runtime, Instance1>| {
		let origin = RuntimeOrigin::signed(who.clone());
		assert_ok!(RuntimeCall::Council(call).dispatch(origin));
	};
	let carry = |index, call: RuntimeCall| {
		let (hash, length) = (BlakeTwo256::hash_of(&call), call.encoded_size());
		let length_bound = u32::try_from(length).expect("is short");
		send(
			&authorities[0],
			pallet_collective::Call::propose {
				threshold: 2,
				proposal: Box::new(call),
				length_bound,
			},
		);
		for who in &authorities[..2] {
			send(
				who,
				pallet_collective::Call::vote {
					proposal: hash,
					index,
					approve: true,
				},
			);
		}
		send(
			&authorities[2],
			pallet_collective::Call::close {
				proposal_hash: hash,
				index,
				proposal_weight_bound: MAX_MOTION_WEIGHT,
				length_bound,
			},
		);
	};
	let standing = || Consortium::api_region(REGION).map(|region| region.standing);
	development().execute_with(|| {
		System::set_block_number(1);
		let admit = || pallet_consortium::Call::admit_region {
			region: REGION,
			genesis_hash: H256::repeat_byte(1),
		};
		carry(0, admit().into());
		assert_eq!(standing(), Some(RegionStanding::Admitted));
		let expel = pallet_consortium::Call::expel_region { region: REGION };
		carry(1, expel.into());
		assert_eq!(standing(), Some(RegionStanding::Expelled));
		carry(2, admit().into());
		assert_eq!(standing(), Some(RegionStanding::Admitted));
	});
}

/// A message over the limit would stay in the queue.
#[test]
fn every_crossing_call_fits_the_weight_limit() {
	for name in CALLS {
		let program: Xcm<()> = Xcm(program(golden_call(name))).into();
		let weight = PolkadotXcm::query_xcm_weight(VersionedXcm::from(program));
		let weight = weight.expect("has a weight");
		assert!(MaxMessageWeight::get().all_gte(weight), "{name}: {weight}");
	}
	let heavy = Xcm::<RuntimeCall>(
		(0..3)
			.flat_map(|_| program(golden_call("enlist_provider")))
			.collect(),
	);
	let outcome = development().execute_with(|| execute::<XcmConfig>(&sibling(REGION), heavy.0));
	assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
}

/// It sends nothing.
#[test]
fn a_dry_run_shows_the_answer_to_a_message() {
	with_admitted_region(|| {
		let message = VersionedXcm::from(Xcm(program(golden_call("revoke_grant"))));
		let effects = PolkadotXcm::dry_run_xcm::<XcmRouter>(sibling(REGION).into(), message)
			.expect("the dry run succeeds");
		assert!(matches!(effects.execution_result, Outcome::Complete { .. }));
		assert_eq!(effects.forwarded_xcms.len(), 1);
		assert!(answers().is_empty());
	});
}

/// A program need not ask for reports.
#[test]
fn a_program_without_reports_gets_no_answer() {
	with_admitted_region(|| {
		let call = crossing_call("revoke_grant");
		let outcome = execute::<XcmConfig>(&sibling(REGION), dispatching(OriginKind::Xcm, &call));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert!(answers().is_empty());
		assert_eq!(u8::decode(&mut &call.encode()[..]), Ok(50));
	});
}
