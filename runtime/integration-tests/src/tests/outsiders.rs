//! Senders other than an admitted region, and requests for more rights than a region has: each
//! crossing call from each of them.

use codec::Encode;
use frame_support::traits::UnfilteredDispatchable;
use salus_consortium_runtime as consortium;
use salus_primitives::{Answer, ConsortiumCall, ParaId, Reason};
use salus_regional_runtime as regional;
use salus_runtime_common::{testing::locations, xcm::sibling};
use sp_keyring::Sr25519Keyring::{Alice, Eve};
use sp_runtime::{traits::Dispatchable, DispatchError};
use xcm::prelude::*;

use super::forged::{crossing_calls, TestCalls};
use crate::{
	authorities::{admit, expel, send},
	members::fixture,
	messages::{
		assert_no_change, bytes, consortium_answers, consortium_state, crossing_program,
		fate_at_consortium, fate_at_region, is_barred, outcome_at, outcome_at_consortium,
		send_as_relay, send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER_REGION, REGION},
	programs::{redirect_answers, set_kinds},
};

/// Asserts that the barrier refuses each crossing call from a parachain.
fn assert_refused_from(para: ParaId, calls: &TestCalls) {
	for call in calls.all() {
		let program = crossing_program(para, call.encode_call(), 77);
		assert_no_change("a parachain that is not admitted", || {
			send_as_sibling(para, CONSORTIUM, bytes(&program));
			assert_eq!(fate_at_consortium(), Fate::Stopped);
		});
		assert!(is_barred(&outcome_at_consortium(&sibling(para), &program)));
	}
}

/// Asserts that each call succeeds when the region itself sends it, so that a refusal elsewhere has
/// no other cause than the one under test.
fn assert_accepted_from_region(calls: &TestCalls) {
	for call in calls.all() {
		let before = consortium_state();
		let program = crossing_program(REGION, call.encode_call(), 78);
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Complete);
		assert!(before != consortium_state(), "{call:?} changed nothing");
	}
	let answers = consortium_answers();
	let done = Response::DispatchResult(MaybeErrorCode::Success);
	assert_eq!(answers, vec![(REGION, 78, done); 4]);
}

#[test]
fn a_parachain_that_was_never_admitted_is_refused() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	assert_refused_from(3000, &calls);
	assert_accepted_from_region(&calls);
}

/// The barrier accepts its messages, so that it can still revoke grants.
#[test]
fn an_expelled_region_cannot_enlist_update_or_deliver() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	expel(REGION);
	let before = consortium_state();
	for call in [&calls.enlist, &calls.update, &calls.deliver] {
		let program = crossing_program(REGION, call.encode_call(), 77);
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Complete);
		assert!(before == consortium_state(), "{call:?} changed something");
	}
	for (region, query, response) in consortium_answers() {
		assert_eq!((region, query), (REGION, 77));
		let Response::DispatchResult(MaybeErrorCode::Error(bytes)) = response else {
			panic!("{response:?}");
		};
		let answer = Answer::from_dispatch_error_bytes(&bytes);
		let refused = Answer::Refused(Reason::NotARegion);
		assert!(answer == refused || answer == Answer::Refused(Reason::NotEnlisted));
	}
	admit(REGION);
	Consortium::empty_block();
	assert_accepted_from_region(&calls);
}

#[test]
fn the_relay_chain_cannot_make_a_crossing_call() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		for kind in [OriginKind::Xcm, OriginKind::Superuser, OriginKind::Native] {
			let mut program = crossing_program(REGION, call.encode_call(), 77);
			set_kinds(&mut program, kind);
			redirect_answers(&mut program, &Location::parent());
			assert_no_change("the relay chain", || {
				send_as_relay(CONSORTIUM, bytes(&program));
				assert_eq!(fate_at_consortium(), Fate::Stopped);
			});
		}
	}
	assert_accepted_from_region(&calls);
}

/// By a transaction, and without the call filter.
#[test]
fn an_account_cannot_make_a_crossing_call() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		let bytes = call.encode_call();
		let call: consortium::RuntimeCall =
			codec::DecodeAll::decode_all(&mut &bytes[..]).expect("decodes");
		assert_no_change("an account", || {
			for who in [Eve, Alice] {
				Consortium::block(|| {
					let signed = consortium::RuntimeOrigin::signed(who.to_account_id());
					let sent = call.clone().dispatch(signed.clone());
					let unfiltered = call.clone().dispatch_bypass_filter(signed);
					for result in [sent, unfiltered] {
						let result = result.map(drop).map_err(|failed| failed.error);
						assert_eq!(result, Err(DispatchError::BadOrigin));
					}
				});
			}
		});
	}
	assert_accepted_from_region(&calls);
}

/// The call filter refuses `pallet-xcm`. Without the filter, `pallet-xcm` refuses the member.
#[test]
fn a_member_cannot_send_a_message_that_it_wrote() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	let provider = fixture.author.keys.account();
	for call in calls.all() {
		let program = crossing_program(REGION, call.encode_call(), 77);
		let send_call =
			|program: Vec<Instruction<()>>| pallet_xcm::Call::<regional::Runtime>::send {
				dest: Box::new(sibling(CONSORTIUM).into()),
				message: Box::new(VersionedXcm::from(Xcm(program))),
			};
		assert_no_change("a member", || {
			Region::block(|| {
				let filtered: DispatchError =
					frame_system::Error::<regional::Runtime>::CallFiltered.into();
				assert_eq!(send(&provider, send_call(program.clone())), Err(filtered));
				// The same in a batch.
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
	assert_accepted_from_region(&calls);
}

/// The converter refuses it for an admitted region, the barrier for every other sender. With the
/// kind `Xcm` the same program succeeds.
#[test]
fn no_sender_can_be_superuser() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		for location in locations() {
			let admitted = [sibling(REGION), sibling(OTHER_REGION)].contains(&location);
			let mut program = crossing_program(REGION, call.encode_call(), 77);
			set_kinds(&mut program, OriginKind::Superuser);
			redirect_answers(&mut program, &location);
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
			// A region refuses it from every sender.
			assert!(is_barred(&outcome_at::<Region>(
				&location,
				&remark_program(OriginKind::Superuser)
			)));
		}
		let mut program = crossing_program(REGION, call.encode_call(), 77);
		set_kinds(&mut program, OriginKind::Superuser);
		let before = consortium_state();
		send_as_sibling(REGION, CONSORTIUM, bytes(&program));
		assert_eq!(fate_at_consortium(), Fate::Stopped);
		assert!(before == consortium_state());
	}
	// The error handler of each program reported the failure.
	let failed = Response::ExecutionResult(Some((2, XcmError::BadOrigin)));
	assert_eq!(consortium_answers(), vec![(REGION, 77, failed); 4]);
	Consortium::empty_block();
	assert_accepted_from_region(&calls);
}

/// A program that dispatches a remark at a region.
fn remark_program(kind: OriginKind) -> Vec<Instruction<()>> {
	let remark: regional::RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
	let mut program = crossing_program(CONSORTIUM, remark.encode(), 77);
	set_kinds(&mut program, kind);
	program
}

/// The consortium and the relay chain included.
#[test]
fn a_region_dispatches_no_call_of_any_sender() {
	fixture();
	for kind in salus_runtime_common::testing::KINDS {
		let message = bytes(&remark_program(kind));
		send_as_sibling(CONSORTIUM, REGION, message.clone());
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
		send_as_sibling(OTHER_REGION, REGION, message.clone());
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
		send_as_relay(REGION, message);
		assert_eq!(fate_at_region::<Region>(), Fate::Stopped);
	}
}

/// Instructions that change the origin have no weight.
#[test]
fn a_sender_cannot_change_its_origin() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	let call: ConsortiumCall = calls.revoke.clone();
	let account = AccountId32 {
		network: None,
		id: Alice.to_raw_public(),
	};
	let changes = [
		DescendOrigin(account.into()),
		AliasOrigin(sibling(REGION)),
		UniversalOrigin(Parachain(REGION)),
		ClearOrigin,
	];
	for change in changes {
		let mut program = crossing_program(OTHER_REGION, call.encode_call(), 77);
		program.insert(1, change);
		assert_no_change("a changed origin", || {
			send_as_sibling(OTHER_REGION, CONSORTIUM, bytes(&program));
			assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
		});
	}
	let inside = Location::new(1, [Parachain(REGION), account]);
	let program = crossing_program(REGION, call.encode_call(), 77);
	assert!(is_barred(&outcome_at_consortium(&inside, &program)));
	assert_accepted_from_region(&calls);
}
