//! An admitted region that turned hostile: what it says of another's patients, records and providers,
//! and calls that are not quite a crossing call.

use codec::Encode;
use frame_support::traits::Contains;
use salus_consortium_runtime::{self as consortium, configs::xcm::CrossingCalls};
use salus_primitives::{
	Answer, ConsortiumCall, DeliveredGrant, DirectoryEntry, GrantRevocation, ParaId, Reason,
	SignedKey,
};
use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::{cast, directory, Cast, DOCUMENT},
	messages::{
		answers_of_consortium, bytes, changes_nothing, crossing, fate_at_consortium,
		outcome_at_consortium, send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER, REGION},
};

/// Crossing calls, each of which region 2001 may make, in this order, with an effect.
pub struct Calls {
	/// Enlists the author.
	pub enlist: ConsortiumCall,
	/// Enlists it anew.
	pub update: ConsortiumCall,
	/// Delivers the grant to the reader.
	pub deliver: ConsortiumCall,
	/// Takes it back.
	pub revoke: ConsortiumCall,
}

impl Calls {
	/// All of them, in an order in which each has an effect.
	pub fn all(&self) -> [ConsortiumCall; 4] {
		[
			self.enlist.clone(),
			self.update.clone(),
			self.deliver.clone(),
			self.revoke.clone(),
		]
	}
}

/// The real entry of the author, and the real grant, as the region would send them; neither was sent.
pub fn crossing_calls(cast: &Cast) -> Calls {
	let entry = entry_of_author(cast, 100);
	let grant = grant(cast, 100);
	let revocation = GrantRevocation {
		record: grant.record,
		grantee: grant.grantee.clone(),
		sequence: 101,
	};
	Calls {
		enlist: ConsortiumCall::EnlistProvider {
			entry: entry.clone(),
		},
		update: ConsortiumCall::UpdateProvider {
			entry: DirectoryEntry {
				sequence: 101,
				..entry
			},
		},
		deliver: ConsortiumCall::DeliverGrant { grant },
		revoke: ConsortiumCall::RevokeGrant { revocation },
	}
}

/// The author's entry as its region's registry has it.
fn entry_of_author(cast: &Cast, sequence: u64) -> DirectoryEntry {
	use salus_primitives::{api::runtime_decl_for_registry_api::RegistryApiV1, AccountId};
	use salus_regional_runtime::{Block, Runtime};
	let number = cast.author.number.clone();
	let (provider, key) = Region::read(|| {
		let provider = <Runtime as RegistryApiV1<Block, AccountId>>::provider(number.clone());
		let key = <Runtime as RegistryApiV1<Block, AccountId>>::encryption_key(
			number.clone().into(),
			None,
		);
		(
			provider.expect("it is verified"),
			key.expect("it has a key"),
		)
	});
	DirectoryEntry {
		number,
		name: provider.name,
		account: provider.account,
		standing: provider.standing,
		since: provider.since,
		key: SignedKey {
			version: key.version,
			key: key.key,
			account: key.account,
			signature: key.signature,
			since: key.since,
		},
		sequence,
	}
}

/// A grant of the record to the reader that the consortium takes.
fn grant(cast: &Cast, sequence: u64) -> DeliveredGrant {
	use salus_primitives::{api::runtime_decl_for_emr_api::EmrApiV1, AccountId, WrappedKey};
	use salus_regional_runtime::{Block, Runtime};
	let record = Region::read(|| <Runtime as EmrApiV1<Block, AccountId>>::record(cast.record));
	let record = record.expect("there is such a record");
	DeliveredGrant {
		record: record.id,
		grantee: cast.reader.remote.clone(),
		patient: record.patient,
		author: record.author,
		author_name: record.author_name.expect("it was verified"),
		account: record.account,
		sealed_name: record.sealed_name,
		hash: record.hash,
		cid: record.cid,
		size: record.size,
		added_at: record.added_at,
		wrapped_key: WrappedKey::RsaOaep {
			key_version: 0,
			ciphertext: vec![1; 256].try_into().expect("it is short"),
		},
		purpose: salus_primitives::Purpose::Treatment,
		granted_at: record.added_at,
		expires_at: None,
		sequence,
	}
}

/// A region's chain sends a crossing call, and the consortium answers.
fn said(by: ParaId, call: &ConsortiumCall) -> Answer {
	Consortium::idle();
	send_as_sibling(by, CONSORTIUM, bytes(&crossing(by, call.encode_call(), 77)));
	assert_eq!(fate_at_consortium(), Fate::Complete);
	let answers = answers_of_consortium();
	let [(to, 77, response)] = &answers[..] else {
		panic!("there is not one answer: {answers:?}");
	};
	assert_eq!(*to, by);
	match response {
		Response::DispatchResult(MaybeErrorCode::Success) => Answer::Done,
		Response::DispatchResult(MaybeErrorCode::Error(bytes)) => {
			Answer::from_dispatch_error_bytes(bytes)
		}
		_ => panic!("{response:?} answers no call"),
	}
}

/// Its account signed its key for its own region's chain: no other region can enlist it with it.
#[test]
fn a_region_cannot_claim_another_s_provider() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	let invalid = Answer::Refused(Reason::InvalidKeySignature);
	assert_eq!(said(OTHER, &calls.enlist), invalid);
	let mut claimed = cast.author.remote.clone();
	claimed.region = OTHER;
	assert!(directory(&claimed).is_none());
	assert!(directory(&cast.author.remote).is_none());
	assert_eq!(said(REGION, &calls.enlist), Answer::Done);
	assert!(directory(&cast.author.remote).is_some());

	// Nor can it change the entry: by that number it has nobody.
	let before = directory(&cast.author.remote);
	let unknown = Answer::Refused(Reason::NotEnlisted);
	assert_eq!(said(OTHER, &calls.update), unknown);
	assert_eq!(directory(&cast.author.remote), before);
	assert_eq!(said(REGION, &calls.update), Answer::Done);
	assert_ne!(directory(&cast.author.remote), before);
}

/// It can only say of itself what it likes: a reader sees from which region that comes.
#[test]
fn a_region_cannot_claim_another_s_patient_or_record() {
	let cast = cast();
	cast.deliver();
	let before = cast.handed();
	let mut grant = grant(&cast, 100);
	grant.size = 1;
	let forged = ConsortiumCall::DeliverGrant { grant };
	assert_eq!(said(OTHER, &forged), Answer::Done);
	let after = cast.handed();
	let (own, others): (Vec<_>, Vec<_>) =
		after.into_iter().partition(|grant| grant.region == REGION);
	assert_eq!(own, before);
	assert_eq!(others.len(), 1);
	assert_eq!((others[0].region, others[0].size), (OTHER, 1));
	assert_eq!(cast.reader.read(&own[0], &cast.ipfs).1, DOCUMENT);
	// From the region itself it takes the place of the grant.
	assert_eq!(said(REGION, &forged), Answer::Done);
	let now = cast.handed();
	let own = now.iter().find(|grant| grant.region == REGION);
	assert_eq!(own.expect("it is handed out").size, 1);
}

#[test]
fn a_region_cannot_revoke_another_s_grant() {
	let cast = cast();
	cast.deliver();
	let revocation = GrantRevocation {
		record: cast.record,
		grantee: cast.reader.remote.clone(),
		sequence: 100,
	};
	let call = ConsortiumCall::RevokeGrant { revocation };
	assert_eq!(said(OTHER, &call), Answer::Done);
	assert_eq!(cast.read().1, DOCUMENT);
	assert_eq!(said(REGION, &call), Answer::Done);
	assert!(cast.handed().is_empty());
}

/// What came before comes again, and late: nothing that was revoked is handed out.
#[test]
fn a_replayed_delivery_revives_nothing() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	assert_eq!(said(REGION, &calls.deliver), Answer::Done);
	assert_eq!(cast.handed().len(), 1);
	assert_eq!(said(REGION, &calls.deliver), Answer::Done);
	assert_eq!(cast.handed().len(), 1);
	assert_eq!(said(REGION, &calls.revoke), Answer::Done);
	let superseded = Answer::Refused(Reason::Superseded);
	assert_eq!(said(REGION, &calls.deliver), superseded);
	assert!(cast.handed().is_empty());
}

/// The consortium would otherwise write to others in its own name.
#[test]
fn answers_go_to_nobody_but_the_sender() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for elsewhere in [sibling(REGION), Location::parent(), Location::here()] {
		for place in [1, 3] {
			let mut program = crossing(OTHER, calls.revoke.encode_call(), 77);
			let there = crate::messages::answer_to(elsewhere.clone(), 77);
			program[place] = match place {
				1 => SetErrorHandler(Xcm(vec![ReportError(there)])),
				_ => ReportTransactStatus(there),
			};
			changes_nothing("an answer to another", || {
				send_as_sibling(OTHER, CONSORTIUM, bytes(&program));
				assert_eq!(fate_at_consortium(), Fate::Stopped);
			});
		}
	}
	// Where they go was the only thing in the way.
	assert_eq!(said(OTHER, &calls.revoke), Answer::Done);
}

/// The filter is the only thing in the way: a motion can be made by whom it is put to, and what it
/// would do is a crossing call.
#[test]
fn a_crossing_call_within_another_is_filtered() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		let inner = call.encode_call();
		let inner: consortium::RuntimeCall =
			codec::DecodeAll::decode_all(&mut &inner[..]).expect("it is a call");
		assert!(CrossingCalls::contains(&inner));
		let wraps: [consortium::RuntimeCall; 2] = [
			pallet_collective::Call::execute {
				proposal: Box::new(inner.clone()),
				length_bound: 10_000,
			}
			.into(),
			pallet_collective::Call::propose {
				threshold: 1,
				proposal: Box::new(inner.clone()),
				length_bound: 10_000,
			}
			.into(),
		];
		for wrap in wraps {
			let program = crossing(REGION, wrap.encode(), 77);
			let outcome = outcome_at_consortium(&sibling(REGION), &program);
			let Outcome::Incomplete { error, .. } = outcome else {
				panic!("{outcome:?}");
			};
			assert_eq!(error.error, XcmError::NoPermission);
		}
		let program = crossing(REGION, inner.encode(), 77);
		let outcome = outcome_at_consortium(&sibling(REGION), &program);
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
	}
}

/// A region's batch has the index of the consortium's own pallet: it is another call there, with bytes
/// that are none.
#[test]
fn a_batch_is_no_call_of_the_consortium() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		for index in 0..=5u8 {
			let batch = (
				50u8,
				index,
				vec![salus_primitives::ConsortiumRuntimeCall::from(call.clone())],
			);
			let program = crossing(REGION, batch.encode(), 77);
			changes_nothing("a batch", || {
				send_as_sibling(REGION, CONSORTIUM, bytes(&program));
				assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
			});
		}
	}
}

/// One byte is the only thing in the way.
#[test]
fn trailing_and_missing_bytes_make_no_call() {
	let cast = cast();
	let calls = crossing_calls(&cast);
	for call in calls.all() {
		let good = call.encode_call();
		for bad in [[&good[..], &[0]].concat(), good[..good.len() - 1].to_vec()] {
			let program = crossing(REGION, bad, 77);
			changes_nothing("a byte", || {
				send_as_sibling(REGION, CONSORTIUM, bytes(&program));
				assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
			});
		}
		assert_eq!(said(REGION, &call), Answer::Done);
	}
}

/// A region that is admitted cannot admit.
#[test]
fn a_region_makes_no_call_of_the_authorities() {
	cast();
	let call: consortium::RuntimeCall =
		pallet_consortium::Call::expel_region { region: OTHER }.into();
	let program = crossing(REGION, call.encode(), 77);
	send_as_sibling(REGION, CONSORTIUM, bytes(&program));
	assert_eq!(fate_at_consortium(), Fate::Stopped);
	let failed = Response::ExecutionResult(Some((2, XcmError::NoPermission)));
	assert_eq!(answers_of_consortium(), [(REGION, 77, failed)]);
	// Nor is there anything to undo: it is admitted still.
	let stands =
		Consortium::read(|| pallet_consortium::Pallet::<consortium::Runtime>::api_region(OTHER));
	assert_eq!(
		stands.map(|region| region.standing),
		Some(salus_primitives::RegionStanding::Admitted)
	);
}
