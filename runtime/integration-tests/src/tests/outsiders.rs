//! Who is no admitted region: each crossing call from everywhere else, and with more rights than a
//! region has.

use codec::Encode;
use frame_support::traits::UnfilteredDispatchable;
use salus_consortium_runtime as consortium;
use salus_primitives::{Answer, ConsortiumCall, ParaId, Reason};
use salus_regional_runtime as regional;
use salus_runtime_common::{testing::locations, xcm::sibling};
use sp_keyring::Sr25519Keyring::{Alice, Eve};
use sp_runtime::{traits::Dispatchable, DispatchError};
use xcm::prelude::*;

use super::forged::{crossing_calls, Calls};
use crate::{
	authorities::{admit, expel, send},
	members::cast,
	messages::{
		answers_of_consortium, bytes, changes_nothing, crossing, fate_at, fate_at_consortium,
		held_by_consortium, is_barred, outcome_at, outcome_at_consortium, send_as_relay,
		send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER, REGION},
};

/// Sends each crossing call as that parachain, by the program that regions use.
fn sent_by(para: ParaId, calls: &Calls) {
	for call in calls.all() {
		let program = crossing(para, call.encode_call(), 77);
		changes_nothing("an outsider", || {
			send_as_sibling(para, CONSORTIUM, bytes(&program));
			assert_eq!(fate_at_consortium(), Fate::Stopped);
		});
		assert!(is_barred(&outcome_at_consortium(&sibling(para), &program)));
	}
}

/// Every one of the calls is taken when the region itself sends it: so whatever stopped one of them
/// elsewhere was the only thing in the way.
fn taken_from_region(calls: &Calls) {
	for call in calls.all() {
		let before = held_by_consortium();
		let program = crossing(REGION, call.encode_call(), 78);
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Complete);
		assert!(before != held_by_consortium(), "{call:?} changed nothing");
	}
	let answers = answers_of_consortium();
	let done = Response::DispatchResult(MaybeErrorCode::Success);
	assert_eq!(answers, vec![(REGION, 78, done); 4]);
}

#[test]
fn a_parachain_that_was_never_admitted_is_barred() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	sent_by(3000, &calls);
	taken_from_region(&calls);
}

/// It is let in, to take back what it gave, and answered; what gives anything is refused.
#[test]
fn a_region_that_was_expelled_gives_nothing() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	expel(REGION);
	let before = held_by_consortium();
	for call in [&calls.enlist, &calls.update, &calls.deliver] {
		let program = crossing(REGION, call.encode_call(), 77);
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Complete);
		assert!(before == held_by_consortium(), "{call:?} changed something");
	}
	for (region, query, response) in answers_of_consortium() {
		assert_eq!((region, query), (REGION, 77));
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) = response else {
			panic!("{response:?}");
		};
		let answer = Answer::from_dispatch_error_bytes(&bytes);
		let refused = Answer::Refused(Reason::NotARegion);
		assert!(answer == refused || answer == Answer::Refused(Reason::NotEnlisted));
	}
	admit(REGION);
	Consortium::idle();
	taken_from_region(&calls);
}

#[test]
fn the_relay_chain_is_barred() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		for kind in [OriginKind::Xcm, OriginKind::Superuser, OriginKind::Native] {
			let mut program = crossing(REGION, call.encode_call(), 77);
			with_kind(&mut program, kind);
			for instruction in &mut program {
				redirect(instruction, &Location::parent());
			}
			changes_nothing("the relay chain", || {
				send_as_relay(CONSORTIUM, bytes(&program));
				assert_eq!(fate_at_consortium(), Fate::Stopped);
			});
		}
	}
	taken_from_region(&calls);
}

/// Not by a transaction, and not past any filter.
#[test]
fn an_account_makes_no_crossing_call() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		let bytes = call.encode_call();
		let call: consortium::RuntimeCall =
			codec::DecodeAll::decode_all(&mut &bytes[..]).expect("it is a call");
		changes_nothing("an account", || {
			for who in [Eve, Alice] {
				Consortium::block(|| {
					let signed = consortium::RuntimeOrigin::signed(who.to_account_id());
					let sent = call.clone().dispatch(signed.clone());
					let past_filter = call.clone().dispatch_bypass_filter(signed);
					for result in [sent, past_filter] {
						let result = result.map(drop).map_err(|failed| failed.error);
						assert_eq!(result, Err(DispatchError::BadOrigin));
					}
				});
			}
		});
	}
	taken_from_region(&calls);
}

/// A member who tries to send the crossing call himself: `pallet-xcm` is not to be called, and past
/// that filter he is not one who may send.
#[test]
fn a_member_sends_no_message_of_his_own() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	let provider = cast.author.holder.account();
	for call in calls.all() {
		let program = crossing(REGION, call.encode_call(), 77);
		let send_call =
			|program: Vec<Instruction<()>>| pallet_xcm::Call::<regional::Runtime>::send {
				dest: Box::new(sibling(CONSORTIUM).into()),
				message: Box::new(VersionedXcm::from(Xcm(program))),
			};
		changes_nothing("a member", || {
			Region::block(|| {
				let filtered: DispatchError =
					frame_system::Error::<regional::Runtime>::CallFiltered.into();
				assert_eq!(send(&provider, send_call(program.clone())), Err(filtered));
				// A batch does not carry it past the filter.
				let batch = pallet_utility::Call::batch_all {
					calls: vec![send_call(program.clone()).into()],
				};
				assert_eq!(send(&provider, batch), Err(filtered));
				let call: regional::RuntimeCall = send_call(program.clone()).into();
				let signed = regional::RuntimeOrigin::signed(provider.clone());
				let result = call.dispatch_bypass_filter(signed);
				let result = result.map(drop).map_err(|failed| failed.error);
				assert_eq!(result, Err(DispatchError::BadOrigin));
			});
		});
	}
	taken_from_region(&calls);
}

fn with_kind(program: &mut [Instruction<()>], kind: OriginKind) {
	for instruction in program {
		if let Transact { origin_kind, .. } = instruction {
			*origin_kind = kind;
		}
	}
}

/// From everywhere but a region the barrier stops it, and from there the converter: with
/// the kind `Xcm` the same program is taken.
#[test]
fn nobody_is_a_superuser() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		for location in locations() {
			let admitted = [sibling(REGION), sibling(OTHER)].contains(&location);
			let mut program = crossing(REGION, call.encode_call(), 77);
			with_kind(&mut program, OriginKind::Superuser);
			for instruction in &mut program {
				redirect(instruction, &location);
			}
			let outcome = outcome_at_consortium(&location, &program);
			let Outcome::Incomplete { error, .. } = outcome else {
				panic!("{location:?}: {outcome:?}");
			};
			let expected = if admitted {
				XcmError::BadOrigin
			} else {
				XcmError::Barrier
			};
			assert_eq!(error.error, expected, "{location:?}");
			// No region dispatches anything for anyone.
			assert!(is_barred(&outcome_at::<Region>(
				&location,
				&at_region(OriginKind::Superuser)
			)));
		}
		let mut program = crossing(REGION, call.encode_call(), 77);
		with_kind(&mut program, OriginKind::Superuser);
		let before = held_by_consortium();
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Stopped);
		assert!(before == held_by_consortium());
	}
	// Each was answered with the program's failure, by its error handler.
	let failed = Response::ExecutionResult(Some((2, XcmError::BadOrigin)));
	assert_eq!(answers_of_consortium(), vec![(REGION, 77, failed); 4]);
	Consortium::idle();
	taken_from_region(&calls);
}

/// A program that has a region dispatch a remark.
fn at_region(kind: OriginKind) -> Vec<Instruction<()>> {
	let remark: regional::RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
	let mut program = crossing(CONSORTIUM, remark.encode(), 77);
	with_kind(&mut program, kind);
	program
}

fn redirect(instruction: &mut Instruction<()>, to: &Location) {
	match instruction {
		ReportError(answer) | ReportTransactStatus(answer) => answer.destination = to.clone(),
		SetErrorHandler(program) => {
			for instruction in program.inner_mut() {
				redirect(instruction, to);
			}
		}
		_ => {}
	}
}

/// Not for the consortium either, nor for the relay chain.
#[test]
fn a_region_dispatches_nothing_for_anyone() {
	cast();
	for kind in salus_runtime_common::testing::KINDS {
		let message = bytes(&at_region(kind));
		send_as_sibling(CONSORTIUM, REGION, message.clone());
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
		send_as_sibling(OTHER, REGION, message.clone());
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
		send_as_relay(REGION, message);
		assert_eq!(fate_at::<Region>(), Fate::Stopped);
	}
}

/// Speaking for somebody within a region, or as somebody else, is barred or has no weight.
#[test]
fn nobody_speaks_as_another() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	let call: ConsortiumCall = calls.revoke.clone();
	let account = AccountId32 {
		network: None,
		id: Alice.to_raw_public(),
	};
	let disguises = [
		DescendOrigin(account.into()),
		AliasOrigin(sibling(REGION)),
		UniversalOrigin(Parachain(REGION)),
		ClearOrigin,
	];
	for disguise in disguises {
		let mut program = crossing(OTHER, call.encode_call(), 77);
		program.insert(1, disguise);
		changes_nothing("a disguise", || {
			send_as_sibling(OTHER, CONSORTIUM, bytes(&program));
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
		});
	}
	let within = Location::new(1, [Parachain(REGION), account]);
	let program = crossing(REGION, call.encode_call(), 77);
	assert!(is_barred(&outcome_at_consortium(&within, &program)));
	taken_from_region(&calls);
}
