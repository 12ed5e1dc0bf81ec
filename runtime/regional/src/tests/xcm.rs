//! What this region says to the consortium, how it takes the answers, and whom else it listens to:
//! with the real executor, barrier and `pallet-xcm`.

use codec::{Decode, DecodeAll, Encode};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, weights::Weight};
use salus_primitives::{
	traits::ToConsortium, About, Answer, ConsortiumCall, ConsortiumRuntimeCall, GrantRevocation,
	ProfessionalNumber, RemoteProvider, SendError,
};
use salus_runtime_common::{
	constants::CONSORTIUM,
	testing::{execute, locations, origins},
	xcm::{sibling, MaxMessageWeight},
};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::DispatchError;
use xcm::prelude::*;
use xcm_builder::InspectMessageQueues;

use super::development;
use crate::{
	configs::xcm::{XcmConfig, XcmRouter},
	Crossing, OriginCaller, ParachainSystem, PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, System,
};

const GOLDEN: &str = include_str!("../../../../primitives/src/fixtures/crossing.txt");

fn call(sequence: u64) -> ConsortiumCall {
	ConsortiumCall::RevokeGrant {
		revocation: GrantRevocation {
			record: 7,
			grantee: RemoteProvider {
				region: 2002,
				number: ProfessionalNumber::parse("A12345").expect("well formed"),
			},
			sequence,
		},
	}
}

/// Runs a test in a region that has a channel to the consortium.
fn connected(test: impl FnOnce()) {
	development().execute_with(|| {
		System::set_block_number(1);
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(CONSORTIUM.into());
		test();
	});
}

/// The programs in the queue to the consortium.
fn queued() -> Vec<Xcm<()>> {
	let queues = XcmRouter::get_messages();
	let [(to, messages)] = queues.try_into().expect("there is one queue");
	assert_eq!(Location::try_from(to), Ok(sibling(CONSORTIUM)));
	messages
		.into_iter()
		.map(|message| Xcm::try_from(message).expect("of a version that is known"))
		.collect()
}

/// The bytes of a golden call.
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

fn answer(query_id: u64, max_weight: Weight) -> Vec<Instruction<RuntimeCall>> {
	vec![QueryResponse {
		query_id,
		response: Response::DispatchResult(MaybeErrorCode::Success),
		max_weight,
		querier: Some(Location::here()),
	}]
}

/// What the answers to calls were found to be.
fn answered() -> Vec<(u64, Answer)> {
	System::read_events_for_pallet::<pallet_crossing::Event<Runtime>>()
		.into_iter()
		.filter_map(|event| match event {
			pallet_crossing::Event::Answered {
				sequence, answer, ..
			} => Some((sequence, answer)),
			_ => None,
		})
		.collect()
}

/// What a message says that its answer may weigh is enough, and no more than is let in.
fn budget() -> Weight {
	let program = queued().pop().expect("something is queued");
	let budget = program.0.iter().find_map(|instruction| match instruction {
		ReportTransactStatus(answer) => Some(answer.max_weight),
		_ => None,
	});
	budget.expect("it reports")
}

/// The bytes that leave this chain are the golden ones.
#[test]
fn every_crossing_call_leaves_as_its_golden_bytes() {
	connected(|| {
		for name in [
			"enlist_provider",
			"update_provider",
			"deliver_grant",
			"revoke_grant",
		] {
			let bytes = golden(name);
			let ConsortiumRuntimeCall::Consortium(call) =
				ConsortiumRuntimeCall::decode_all(&mut &bytes[..]).expect("it decodes");
			let sent = Crossing::send(call).expect("there is a channel");
			let program = queued().pop().expect("it is queued");
			let transacted = program.0.iter().find_map(|instruction| match instruction {
				Transact { call, .. } => Some(call.encoded().to_vec()),
				_ => None,
			});
			assert_eq!(transacted, Some(bytes), "{name}");
			// The message's id is its topic, by which it is found on the other chain.
			assert_eq!(program.0.last(), Some(&SetTopic(sent.message)));
		}
		let mut ids: Vec<_> = queued()
			.iter()
			.filter_map(|program| program.0.last().cloned().map(|topic| topic.encode()))
			.collect();
		ids.dedup();
		assert_eq!(ids.len(), 4);
	});
}

#[test]
fn an_answer_is_taken_once_and_from_the_consortium_alone() {
	connected(|| {
		let sent = Crossing::send(call(1)).expect("there is a channel");
		let max_weight = budget();
		// Nobody else's, and not one that somebody else asked for.
		for location in locations() {
			if location == sibling(CONSORTIUM) {
				continue;
			}
			let outcome = execute::<XcmConfig>(&location, answer(sent.query, max_weight));
			let Outcome::Incomplete { error, .. } = outcome else {
				panic!("{location:?}: {outcome:?}");
			};
			assert_eq!(error.error, XcmError::Barrier, "{location:?}");
		}
		let mut forged = answer(sent.query, max_weight);
		if let QueryResponse { querier, .. } = &mut forged[0] {
			*querier = Some(sibling(2002));
		}
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), forged);
		assert!(matches!(outcome, Outcome::Incomplete { .. }), "{outcome:?}");
		assert!(answered().is_empty());

		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(sent.query, max_weight));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert_eq!(answered(), [(1, Answer::Done)]);
		// A replay.
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(sent.query, max_weight));
		assert!(matches!(outcome, Outcome::Incomplete { .. }), "{outcome:?}");
		assert_eq!(answered().len(), 1);
	});
}

/// An answer pays for its taking: with the weight that the message asked for there is enough.
#[test]
fn the_budget_of_an_answer_is_enough() {
	connected(|| {
		let sent = Crossing::send(call(1)).expect("there is a channel");
		let taking: RuntimeCall = pallet_crossing::Call::answered {
			query_id: sent.query,
			response: Response::Null,
		}
		.into();
		assert!(budget().all_gte(taking.get_dispatch_info().call_weight));
		let program: Xcm<()> = Xcm(answer(sent.query, budget())).into();
		let weight = PolkadotXcm::query_xcm_weight(VersionedXcm::from(program));
		assert!(MaxMessageWeight::get().all_gte(weight.expect("it has a weight")));
	});
}

#[test]
fn a_message_that_cannot_be_sent_leaves_nothing() {
	development().execute_with(|| {
		assert_noop!(Crossing::send(call(1)), SendError::NotConnected);
		assert_eq!(pallet_crossing::Queries::<Runtime>::iter().count(), 0);
		assert!(PolkadotXcm::query(&0).is_none());
	});
}

/// What is forgotten here is forgotten in `pallet-xcm` too: its answer is not let in.
#[test]
fn what_is_forgotten_is_not_answered() {
	connected(|| {
		for sequence in 0..6 {
			assert_ok!(Crossing::send(call(sequence)));
		}
		let open: Vec<_> = (0..6)
			.filter(|query| PolkadotXcm::query(query).is_some())
			.collect();
		assert_eq!(open, [2, 3, 4, 5]);
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(0, budget()));
		assert!(matches!(outcome, Outcome::Incomplete { .. }), "{outcome:?}");
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(2, budget()));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert_eq!(answered(), [(2, Answer::Done)]);
	});
}

/// Past the filter, and past `pallet-xcm`.
#[test]
fn no_origin_answers_but_the_consortiums_response() {
	use frame_support::traits::{OriginTrait, UnfilteredDispatchable};
	let consortium = OriginCaller::PolkadotXcm(pallet_xcm::Origin::Response(sibling(CONSORTIUM)));
	let mut taken = 0;
	for origin in origins::<RuntimeOrigin>() {
		connected(|| {
			let sent = Crossing::send(call(1)).expect("there is a channel");
			let taking: RuntimeCall = pallet_crossing::Call::answered {
				query_id: sent.query,
				response: Response::DispatchResult(MaybeErrorCode::Success),
			}
			.into();
			let result = taking.dispatch_bypass_filter(origin.clone());
			if *origin.caller() == consortium {
				assert_ok!(result);
				taken += 1;
			} else {
				assert_eq!(
					result.map(drop).map_err(|error| error.error),
					Err(DispatchError::BadOrigin)
				);
			}
		});
	}
	assert_eq!(taken, 1);
}

/// A tool sees what an answer would do, and nothing is done.
#[test]
fn a_dry_run_shows_what_a_message_would_do() {
	connected(|| {
		let sent = Crossing::send(call(1)).expect("there is a channel");
		let message = VersionedXcm::from(Xcm(answer(sent.query, budget())));
		let effects = PolkadotXcm::dry_run_xcm::<XcmRouter>(sibling(CONSORTIUM).into(), message)
			.expect("it can be tried");
		assert!(matches!(effects.execution_result, Outcome::Complete { .. }));
		let told = effects.emitted_events.iter().any(|event| {
			matches!(
				event,
				RuntimeEvent::Crossing(pallet_crossing::Event::Answered { sequence: 1, .. })
			)
		});
		assert!(told, "{:?}", effects.emitted_events);
		assert!(pallet_crossing::Queries::<Runtime>::contains_key(sent.query));
	});
}

#[test]
fn what_it_is_about_is_kept_with_the_query() {
	connected(|| {
		let sent = Crossing::send(call(3)).expect("there is a channel");
		let (about, sequence) = pallet_crossing::Queries::<Runtime>::get(sent.query).expect("noted");
		assert_eq!((about.clone(), sequence), (call(3).about(), 3));
		assert!(matches!(about, About::Grant(_)));
		assert_eq!(u32::decode(&mut &Crossing::region().encode()[..]), Ok(2001));
	});
}

/// A member who tries to send the crossing call itself, with `pallet-xcm`.
#[test]
fn a_member_sends_no_crossing_call() {
	use frame_support::traits::UnfilteredDispatchable;
	connected(|| {
		let message = VersionedXcm::from(Xcm::<()>(vec![
			UnpaidExecution {
				weight_limit: Unlimited,
				check_origin: None,
			},
			Transact {
				origin_kind: OriginKind::Xcm,
				fallback_max_weight: None,
				call: call(1).encode_call().into(),
			},
		]));
		let send: RuntimeCall = pallet_xcm::Call::send {
			dest: Box::new(sibling(CONSORTIUM).into()),
			message: Box::new(message),
		}
		.into();
		let signed = RuntimeOrigin::signed(Alice.to_account_id());
		let refused = send.dispatch_bypass_filter(signed);
		assert_eq!(
			refused.map(drop).map_err(|error| error.error),
			Err(DispatchError::BadOrigin)
		);
		assert!(XcmRouter::get_messages().is_empty());
	});
}
