//! The calls that regions make, and what stands before them: with the real executor, weigher,
//! barrier, filter and origins.

use codec::{Decode, DecodeAll, Encode};
use frame_support::{
	assert_ok,
	instances::Instance1,
	traits::{Contains, OriginTrait},
	weights::Weight,
};
use salus_primitives::{Answer, ConsortiumRuntimeCall, DeliveredGrant, Reason, RegionStanding};
use salus_runtime_common::{
	constants::MAX_MOTION_WEIGHT,
	testing::{dispatching, execute, locations, nobody_dispatches, KINDS},
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
	configs::xcm::{Crossing, XcmConfig, XcmRouter},
	AccountId, Consortium, OriginCaller, ParachainSystem, PolkadotXcm, Runtime, RuntimeCall,
	RuntimeOrigin, System,
};

const GOLDEN: &str = include_str!("../../../../primitives/src/fixtures/crossing.txt");
const CALLS: [&str; 4] = [
	"enlist_provider",
	"update_provider",
	"deliver_grant",
	"revoke_grant",
];
const REGION: u32 = 2001;

/// The bytes on a line of the golden file.
fn golden(name: &str) -> Vec<u8> {
	let line = GOLDEN
		.lines()
		.find_map(|line| line.strip_prefix(&format!("{name} ")))
		.expect("the line is there");
	(0..line.len())
		.step_by(2)
		.map(|at| u8::from_str_radix(&line[at..at + 2], 16).expect("hex"))
		.collect()
}

/// This runtime's own call, from the golden bytes of one that crosses.
pub fn crossing_call(name: &str) -> RuntimeCall {
	RuntimeCall::decode_all(&mut &golden(name)[..]).expect("it is a call of this runtime")
}

/// Two thirds of the authorities.
fn two_thirds() -> RuntimeOrigin {
	pallet_collective::RawOrigin::Members(2, 3).into()
}

/// Runs a test on a consortium that has admitted a region and has a channel to it.
fn admitted(test: impl FnOnce()) {
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

/// The program that a region sends.
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

/// The answers that were sent to the region, with the query and who asked.
fn answers() -> Vec<(u64, Response, Option<Location>)> {
	let queues = XcmRouter::get_messages();
	queues
		.into_iter()
		.inspect(|(to, _)| assert_eq!(Location::try_from(to.clone()), Ok(sibling(REGION))))
		.flat_map(|(_, messages)| messages)
		.flat_map(|message| Xcm::<()>::try_from(message).expect("of a known version").0)
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

/// Sends the region's program, asserts that it is executed to its end, and gives its only answer.
fn answered(program: Vec<Instruction<RuntimeCall>>) -> Response {
	XcmRouter::clear_messages();
	let outcome = execute::<XcmConfig>(&sibling(REGION), program);
	assert!(
		!matches!(outcome, Outcome::Error(_)),
		"it has no weight: {outcome:?}"
	);
	let [(query, response, querier)] = answers().try_into().expect("there is one answer");
	assert_eq!((query, querier), (5, Some(Location::here())));
	response
}

/// Each of the calls that cross is this runtime's own call by the same index and bytes, and no other
/// call is among those that messages may dispatch.
#[test]
fn every_crossing_call_is_this_runtimes_own() {
	use pallet_consortium::Call;
	for name in CALLS {
		let (bytes, call) = (golden(name), crossing_call(name));
		assert_eq!(call.encode(), bytes, "{name}");
		let as_sent = ConsortiumRuntimeCall::decode_all(&mut &bytes[..]).expect("it decodes");
		assert_eq!(as_sent.encode(), bytes, "{name}");
		assert!(Crossing::contains(&call), "{name}");
		let RuntimeCall::Consortium(call) = call else {
			panic!("{name} is of another pallet");
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
	assert!(!others.iter().any(Crossing::contains));
}

/// Each reason leaves this runtime as the bytes that a region reads it from.
#[test]
fn every_reason_is_this_runtimes_own_error() {
	for reason in Reason::ALL {
		let error: DispatchError = pallet_consortium::Error::<Runtime>::Refused(reason).into();
		let bytes = error.encode();
		let code = golden(&format!("{reason:?}"));
		assert_eq!(bytes, [&[3, 50, 0], &code[..], &[0, 0]].concat());
		assert_eq!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(reason)
		);
		// So does it after XCM has carried it.
		let MaybeErrorCode::Error(carried) = MaybeErrorCode::from(bytes) else {
			panic!("it is cut");
		};
		assert_eq!(
			Answer::from_dispatch_error_bytes(&carried),
			Answer::Refused(reason)
		);
	}
}

#[test]
fn an_admitted_region_is_answered_once_that_it_is_done() {
	admitted(|| {
		let response = answered(program(golden("revoke_grant")));
		assert_eq!(response, Response::DispatchResult(MaybeErrorCode::Success));
	});
}

/// A refusal by the pallet is no error to XCM, and is answered with its reason.
#[test]
fn an_admitted_region_is_answered_once_why_it_is_refused() {
	admitted(|| {
		let response = answered(program(golden("deliver_grant")));
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) = response else {
			panic!("{response:?}");
		};
		assert!(matches!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(_)
		));
	});
}

/// What the filter and the converter stop is answered as a failure of the program. Each is the only
/// thing in the way: with another call, or another kind, the same program is taken.
#[test]
fn an_admitted_region_can_do_nothing_else() {
	let failed = |error| Response::ExecutionResult(Some((2, error)));
	admitted(|| {
		let remark: RuntimeCall = frame_system::Call::remark { remark: vec![] }.into();
		assert_eq!(
			answered(program(remark.encode())),
			failed(XcmError::NoPermission)
		);
		let admit: RuntimeCall = pallet_consortium::Call::admit_region {
			region: 2002,
			genesis_hash: H256::zero(),
		}
		.into();
		assert_eq!(
			answered(program(admit.encode())),
			failed(XcmError::NoPermission)
		);
		for kind in KINDS.into_iter().filter(|kind| *kind != OriginKind::Xcm) {
			let mut instructions = program(golden("revoke_grant"));
			if let Transact { origin_kind, .. } = &mut instructions[2] {
				*origin_kind = kind;
			}
			assert_eq!(
				answered(instructions),
				failed(XcmError::BadOrigin),
				"{kind:?}"
			);
		}
	});
}

/// No weight is found for it, so nothing is executed or answered.
#[test]
fn trailing_bytes_and_junk_are_no_call() {
	admitted(|| {
		let trailing = [golden("revoke_grant"), vec![0]].concat();
		for junk in [trailing, vec![], vec![0xff; 64], vec![50], vec![50, 99]] {
			let outcome = execute::<XcmConfig>(&sibling(REGION), program(junk));
			assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
		}
		assert!(answers().is_empty());
	});
}

/// The barrier is the only thing in the way: the same program of the admitted region is taken.
#[test]
fn the_barrier_drops_whoever_was_never_admitted() {
	for name in CALLS {
		admitted(|| {
			for location in locations() {
				if location == sibling(REGION) {
					continue;
				}
				let mut instructions = program(golden(name));
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
			let outcome = execute::<XcmConfig>(&sibling(REGION), program(golden(name)));
			assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		});
	}
}

/// Runs a test on a consortium that has admitted a region and expelled it.
fn expelled(test: impl FnOnce()) {
	admitted(|| {
		assert_ok!(Consortium::expel_region(two_thirds(), REGION));
		test();
	});
}

/// An expelled region is let in, so that it can take back what it gave, and answered.
#[test]
fn an_expelled_region_is_answered_whatever_it_says() {
	for (name, expected) in CALLS.into_iter().zip([
		Answer::Refused(Reason::NotARegion),
		Answer::Refused(Reason::NotEnlisted),
		Answer::Refused(Reason::NotARegion),
		Answer::Done,
	]) {
		expelled(|| {
			let answer = match answered(program(golden(name))) {
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

/// The barrier lets it in for nothing else.
#[test]
fn an_expelled_region_can_do_nothing_else() {
	expelled(|| {
		for call in [
			frame_system::Call::remark { remark: vec![] }.into(),
			RuntimeCall::from(pallet_consortium::Call::admit_region {
				region: REGION,
				genesis_hash: H256::repeat_byte(1),
			}),
		] {
			let failed = Response::ExecutionResult(Some((2, XcmError::NoPermission)));
			assert_eq!(answered(program(call.encode())), failed);
		}
		let mut to_another = program(golden("revoke_grant"));
		to_another[3] = ReportTransactStatus(answer_to(sibling(2002)));
		let outcome = execute::<XcmConfig>(&sibling(REGION), to_another);
		let Outcome::Incomplete { error, .. } = outcome else {
			panic!("{outcome:?}");
		};
		assert_eq!(error.error, XcmError::Barrier);
	});
}

/// By XCM as by the pallet alone: what an expelled region revokes stays revoked.
#[test]
fn what_an_expelled_region_revokes_does_not_come_back() {
	expelled(|| {
		let revoked = answered(program(golden("revoke_grant")));
		assert_eq!(revoked, Response::DispatchResult(MaybeErrorCode::Success));
		let RuntimeCall::Consortium(pallet_consortium::Call::revoke_grant { revocation }) =
			crossing_call("revoke_grant")
		else {
			panic!("it is another call");
		};
		assert_ok!(Consortium::admit_region(
			two_thirds(),
			REGION,
			H256::repeat_byte(1)
		));
		let RuntimeCall::Consortium(pallet_consortium::Call::deliver_grant { grant }) =
			crossing_call("deliver_grant")
		else {
			panic!("it is another call");
		};
		let late = DeliveredGrant {
			record: revocation.record,
			grantee: revocation.grantee,
			sequence: revocation.sequence - 1,
			..grant
		};
		let late: RuntimeCall = pallet_consortium::Call::deliver_grant { grant: late }.into();
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) =
			answered(program(late.encode()))
		else {
			panic!("it is taken");
		};
		assert_eq!(
			Answer::from_dispatch_error_bytes(&bytes),
			Answer::Refused(Reason::Superseded)
		);
	});
}

/// Past the barrier and the filter the pallet itself asks for a parachain's XCM origin.
#[test]
fn no_origin_but_a_siblings_makes_a_crossing_call() {
	let calls = CALLS.map(crossing_call);
	let of_sibling = |origin: &RuntimeOrigin, _: &RuntimeCall| match origin.caller() {
		OriginCaller::PolkadotXcm(pallet_xcm::Origin::Xcm(location)) => {
			matches!(location.unpack(), (1, [Parachain(_)]))
		}
		_ => false,
	};
	nobody_dispatches(&calls, of_sibling, development);
	// A sibling that is no region is answered so by the pallet.
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

/// Two thirds of the authorities, by a motion, and nobody else. (All of no authorities are two thirds
/// as well. There is always one, so no motion is theirs.)
#[test]
fn regions_are_admitted_and_expelled_by_the_authorities() {
	let calls: [RuntimeCall; 2] = [
		pallet_consortium::Call::admit_region {
			region: 2002,
			genesis_hash: H256::zero(),
		}
		.into(),
		pallet_consortium::Call::expel_region { region: 2002 }.into(),
	];
	let enough = |origin: &RuntimeOrigin, _: &RuntimeCall| {
		matches!(
			origin.caller(),
			OriginCaller::Council(pallet_collective::RawOrigin::Members(ayes, members))
				if ayes * 3 >= members * 2
		)
	};
	nobody_dispatches(&calls, enough, development);
}

/// By their transactions alone, past every filter that stands before them.
#[test]
fn the_authorities_admit_and_expel_by_a_motion() {
	let authorities = [Alice, Bob, Charlie].map(|who| who.to_account_id());
	let send = |who: &AccountId, call: pallet_collective::Call<Runtime, Instance1>| {
		let origin = RuntimeOrigin::signed(who.clone());
		assert_ok!(RuntimeCall::Council(call).dispatch(origin));
	};
	let carry = |index, call: RuntimeCall| {
		let (hash, length) = (BlakeTwo256::hash_of(&call), call.encoded_size());
		let length_bound = u32::try_from(length).expect("it is short");
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
	let is_in = || Consortium::api_region(REGION).map(|region| region.standing);
	development().execute_with(|| {
		System::set_block_number(1);
		let admit = || pallet_consortium::Call::admit_region {
			region: REGION,
			genesis_hash: H256::repeat_byte(1),
		};
		carry(0, admit().into());
		assert_eq!(is_in(), Some(RegionStanding::Admitted));
		let expel = pallet_consortium::Call::expel_region { region: REGION };
		carry(1, expel.into());
		assert_eq!(is_in(), Some(RegionStanding::Expelled));
		carry(2, admit().into());
		assert_eq!(is_in(), Some(RegionStanding::Admitted));
	});
}

/// The heaviest calls fit the limit, so that none is left lying in the queue.
#[test]
fn every_crossing_call_is_light_enough() {
	for name in CALLS {
		let program: Xcm<()> = Xcm(program(golden(name))).into();
		let weight = PolkadotXcm::query_xcm_weight(VersionedXcm::from(program));
		let weight = weight.expect("it has a weight");
		assert!(MaxMessageWeight::get().all_gte(weight), "{name}: {weight}");
	}
	let heavy = Xcm::<RuntimeCall>(
		(0..3)
			.flat_map(|_| program(golden("enlist_provider")))
			.collect(),
	);
	let outcome = development().execute_with(|| execute::<XcmConfig>(&sibling(REGION), heavy.0));
	assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
}

/// A dry run shows what a region's message would do, and does nothing.
#[test]
fn a_dry_run_shows_the_answer() {
	admitted(|| {
		let message = VersionedXcm::from(Xcm(program(golden("revoke_grant"))));
		let effects = PolkadotXcm::dry_run_xcm::<XcmRouter>(sibling(REGION).into(), message)
			.expect("it can be tried");
		assert!(matches!(effects.execution_result, Outcome::Complete { .. }));
		assert_eq!(effects.forwarded_xcms.len(), 1);
		assert!(answers().is_empty());
	});
}

/// A plain program that dispatches, without reports, is taken too, and answered by nobody.
#[test]
fn who_wants_no_answer_gets_none() {
	admitted(|| {
		let call = crossing_call("revoke_grant");
		let outcome = execute::<XcmConfig>(&sibling(REGION), dispatching(OriginKind::Xcm, &call));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert!(answers().is_empty());
		assert_eq!(u8::decode(&mut &call.encode()[..]), Ok(50));
	});
}
