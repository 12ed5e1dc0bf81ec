//! The calls that this region sends, and the answers that it accepts, with the real executor,
//! barrier and `pallet-xcm`.

use codec::{Decode, DecodeAll, Encode};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, weights::Weight};
use salus_primitives::{
	testing::{golden_call, provider_of},
	traits::ToConsortium,
	About, Answer, ConsortiumCall, ConsortiumRuntimeCall, GrantRevocation, SendError,
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
	configs::messages::{XcmConfig, XcmRouter},
	Crossing, OriginCaller, ParachainSystem, PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, System,
};

fn call(sequence: u64) -> ConsortiumCall {
	ConsortiumCall::RevokeGrant {
		revocation: GrantRevocation {
			record: 7,
			grantee: provider_of(2002, 7),
			sequence,
		},
	}
}

/// Runs a test in a region that has a channel to the consortium.
fn with_channel(test: impl FnOnce()) {
	development().execute_with(|| {
		System::set_block_number(1);
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(CONSORTIUM.into());
		test();
	});
}

/// The programs that were sent to the consortium.
fn sent_programs() -> Vec<Xcm<()>> {
	let queues = XcmRouter::get_messages();
	let [(to, messages)] = queues.try_into().expect("one queue exists");
	assert_eq!(Location::try_from(to), Ok(sibling(CONSORTIUM)));
	messages
		.into_iter()
		.map(|message| Xcm::try_from(message).expect("the version is known"))
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

/// The answers that were passed on, with their sequence numbers.
fn answers() -> Vec<(u64, Answer)> {
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

/// The weight limit that the last message sets for its answer.
fn weight_limit() -> Weight {
	let program = sent_programs().pop().expect("a program was sent");
	let limit = program.0.iter().find_map(|instruction| match instruction {
		ReportTransactStatus(answer) => Some(answer.max_weight),
		_ => None,
	});
	limit.expect("the program asks for a report")
}

#[test]
fn every_crossing_call_is_sent_as_its_golden_bytes() {
	with_channel(|| {
		for name in [
			"enlist_provider",
			"update_provider",
			"deliver_grant",
			"revoke_grant",
		] {
			let bytes = golden_call(name);
			let ConsortiumRuntimeCall::Consortium(call) =
				ConsortiumRuntimeCall::decode_all(&mut &bytes[..]).expect("decodes");
			let sent = Crossing::send(call).expect("a channel exists");
			let program = sent_programs().pop().expect("a program was sent");
			let transacted = program.0.iter().find_map(|instruction| match instruction {
				Transact { call, .. } => Some(call.encoded().to_vec()),
				_ => None,
			});
			assert_eq!(transacted, Some(bytes), "{name}");
			// The topic is the message's id, which is the same on the other chain.
			assert_eq!(program.0.last(), Some(&SetTopic(sent.message)));
		}
		let mut ids: Vec<_> = sent_programs()
			.iter()
			.filter_map(|program| program.0.last().cloned().map(|topic| topic.encode()))
			.collect();
		ids.dedup();
		assert_eq!(ids.len(), 4);
	});
}

#[test]
fn an_answer_is_accepted_once_and_only_from_the_consortium() {
	with_channel(|| {
		let sent = Crossing::send(call(1)).expect("a channel exists");
		let max_weight = weight_limit();
		// From another sender, or to another querier.
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
		assert!(answers().is_empty());

		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(sent.query, max_weight));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert_eq!(answers(), [(1, Answer::Done)]);
		// A replay.
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(sent.query, max_weight));
		assert!(matches!(outcome, Outcome::Incomplete { .. }), "{outcome:?}");
		assert_eq!(answers().len(), 1);
	});
}

#[test]
fn the_weight_limit_of_an_answer_suffices() {
	with_channel(|| {
		let sent = Crossing::send(call(1)).expect("a channel exists");
		let answered: RuntimeCall = pallet_crossing::Call::answered {
			query_id: sent.query,
			response: Response::Null,
		}
		.into();
		assert!(weight_limit().all_gte(answered.get_dispatch_info().call_weight));
		let program: Xcm<()> = Xcm(answer(sent.query, weight_limit())).into();
		let weight = PolkadotXcm::query_xcm_weight(VersionedXcm::from(program));
		assert!(MaxMessageWeight::get().all_gte(weight.expect("has a weight")));
	});
}

#[test]
fn a_call_that_cannot_be_sent_changes_nothing() {
	development().execute_with(|| {
		assert_noop!(Crossing::send(call(1)), SendError::NotConnected);
		assert_eq!(pallet_crossing::Queries::<Runtime>::iter().count(), 0);
		assert!(PolkadotXcm::query(&0).is_none());
	});
}

/// `pallet-xcm` deletes the query too, so the barrier refuses the answer.
#[test]
fn an_answer_to_a_call_that_is_no_longer_awaited_is_refused() {
	with_channel(|| {
		for sequence in 0..6 {
			assert_ok!(Crossing::send(call(sequence)));
		}
		let open: Vec<_> = (0..6)
			.filter(|query| PolkadotXcm::query(query).is_some())
			.collect();
		assert_eq!(open, [2, 3, 4, 5]);
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(0, weight_limit()));
		assert!(matches!(outcome, Outcome::Incomplete { .. }), "{outcome:?}");
		let outcome = execute::<XcmConfig>(&sibling(CONSORTIUM), answer(2, weight_limit()));
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		assert_eq!(answers(), [(2, Answer::Done)]);
	});
}

/// Without the call filter and `pallet-xcm`.
#[test]
fn only_a_response_of_the_consortium_can_answer() {
	use frame_support::traits::{OriginTrait, UnfilteredDispatchable};
	let consortium = OriginCaller::PolkadotXcm(pallet_xcm::Origin::Response(sibling(CONSORTIUM)));
	let mut accepted = 0;
	for origin in origins::<RuntimeOrigin>() {
		with_channel(|| {
			let sent = Crossing::send(call(1)).expect("a channel exists");
			let answered: RuntimeCall = pallet_crossing::Call::answered {
				query_id: sent.query,
				response: Response::DispatchResult(MaybeErrorCode::Success),
			}
			.into();
			let result = answered.dispatch_bypass_filter(origin.clone());
			if *origin.caller() == consortium {
				assert_ok!(result);
				accepted += 1;
			} else {
				assert_eq!(
					result.map(drop).map_err(|error| error.error),
					Err(DispatchError::BadOrigin)
				);
			}
		});
	}
	assert_eq!(accepted, 1);
}

/// It changes nothing.
#[test]
fn a_dry_run_shows_the_effect_of_an_answer() {
	with_channel(|| {
		let sent = Crossing::send(call(1)).expect("a channel exists");
		let message = VersionedXcm::from(Xcm(answer(sent.query, weight_limit())));
		let effects = PolkadotXcm::dry_run_xcm::<XcmRouter>(sibling(CONSORTIUM).into(), message)
			.expect("the dry run succeeds");
		assert!(matches!(effects.execution_result, Outcome::Complete { .. }));
		let answered = effects.emitted_events.iter().any(|event| {
			matches!(
				event,
				RuntimeEvent::Crossing(pallet_crossing::Event::Answered { sequence: 1, .. })
			)
		});
		assert!(answered, "{:?}", effects.emitted_events);
		assert!(pallet_crossing::Queries::<Runtime>::contains_key(
			sent.query
		));
	});
}

#[test]
fn a_query_stores_the_subject_of_its_call() {
	with_channel(|| {
		let sent = Crossing::send(call(3)).expect("a channel exists");
		let query = pallet_crossing::Queries::<Runtime>::get(sent.query).expect("the query exists");
		assert_eq!((&query.about, query.sequence), (&call(3).about(), 3));
		assert!(matches!(query.about, About::Grant(_)));
		assert_eq!(u32::decode(&mut &Crossing::region().encode()[..]), Ok(2001));
	});
}

/// The member tries `pallet-xcm`, without the call filter.
#[test]
fn a_member_cannot_send_a_crossing_call() {
	use frame_support::traits::UnfilteredDispatchable;
	with_channel(|| {
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
