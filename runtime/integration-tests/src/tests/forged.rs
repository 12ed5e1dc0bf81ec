//! A hostile region that is admitted: claims about another region's patients, records and
//! providers, and calls that are almost a crossing call.

use codec::Encode;
use frame_support::traits::Contains;
use salus_consortium_runtime::{self as consortium, configs::xcm::CrossingCalls};
use salus_primitives::{
	Answer, ConsortiumCall, DeliveredAuthor, DeliveredGrant, DirectoryEntry, GrantRevocation,
	ParaId, Reason, SignedKey,
};
use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::{directory_entry, fixture, Fixture, DOCUMENT},
	messages::{
		assert_no_change, bytes, consortium_answers, crossing_program, fate_at_consortium,
		outcome_at_consortium, send_as_sibling, Fate,
	},
	network::{Chain, Consortium, Region, CONSORTIUM, OTHER_REGION, REGION},
};

/// Crossing calls that region 2001 may make in this order, each with an effect.
pub struct TestCalls {
	/// Enlists the author.
	pub enlist: ConsortiumCall,
	/// Updates its entry.
	pub update: ConsortiumCall,
	/// Delivers the grant to the reader.
	pub deliver: ConsortiumCall,
	/// Revokes the grant.
	pub revoke: ConsortiumCall,
}

impl TestCalls {
	/// All of them, in this order.
	pub fn all(&self) -> [ConsortiumCall; 4] {
		[
			self.enlist.clone(),
			self.update.clone(),
			self.deliver.clone(),
			self.revoke.clone(),
		]
	}
}

/// Calls with the real entry of the author and a real grant. The region has sent neither.
pub fn crossing_calls(fixture: &Fixture) -> TestCalls {
	let entry = entry_of_author(fixture, 100);
	let grant = grant(fixture, 100);
	let revocation = GrantRevocation {
		record: grant.record,
		grantee: grant.grantee.clone(),
		sequence: 101,
	};
	TestCalls {
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

/// The author's entry in the region's registry.
fn entry_of_author(fixture: &Fixture, sequence: u64) -> DirectoryEntry {
	use salus_primitives::{api::runtime_decl_for_registry_api::RegistryApiV1, AccountId};
	use salus_regional_runtime::{Block, Runtime};
	let id = fixture.author.remote.id;
	let (provider, key) = Region::read(|| {
		let provider = <Runtime as RegistryApiV1<Block, AccountId>>::provider(id);
		let key = <Runtime as RegistryApiV1<Block, AccountId>>::encryption_key(id.into(), None);
		(
			provider.expect("the provider is verified"),
			key.expect("the provider has a key"),
		)
	});
	DirectoryEntry {
		id,
		number: provider.number,
		name: provider.name,
		account: fixture.author.keys.account(),
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

/// A valid grant of the record to the reader.
fn grant(fixture: &Fixture, sequence: u64) -> DeliveredGrant {
	use salus_primitives::{api::runtime_decl_for_emr_api::EmrApiV1, testing::wrapped, AccountId};
	use salus_regional_runtime::{Block, Runtime};
	let record = Region::read(|| <Runtime as EmrApiV1<Block, AccountId>>::record(fixture.record));
	let record = record.expect("the record exists");
	DeliveredGrant {
		record: record.id,
		grantee: fixture.reader.remote.clone(),
		patient: record.patient,
		author: DeliveredAuthor::Provider {
			id: fixture.author.remote.id,
			number: fixture.author.number.clone(),
			name: "Dr. A12345".parse().expect("is valid"),
			account: record.account,
		},
		sealed_name: record.sealed_name,
		hash: record.document_hash,
		cid: record.cid,
		size: record.envelope_size,
		added_at: record.added_at,
		amended_hash: record.amended_hash,
		wrapped_key: wrapped(0, 256),
		via: salus_primitives::Via::Patient,
		purpose: salus_primitives::Purpose::Treatment,
		granted_at: record.added_at,
		expires_at: None,
		sequence,
	}
}

/// A region sends a crossing call. Returns the consortium's answer.
fn answer_to_call(by: ParaId, call: &ConsortiumCall) -> Answer {
	Consortium::empty_block();
	send_as_sibling(
		by,
		CONSORTIUM,
		bytes(&crossing_program(by, call.encode_call(), 77)),
	);
	assert_eq!(fate_at_consortium(), Fate::Complete);
	let answers = consortium_answers();
	let [(to, 77, response)] = &answers[..] else {
		panic!("not exactly one answer: {answers:?}");
	};
	assert_eq!(*to, by);
	match response {
		Response::DispatchResult(MaybeErrorCode::Success) => Answer::Done,
		Response::DispatchResult(MaybeErrorCode::Error(bytes)) => {
			Answer::from_dispatch_error_bytes(bytes)
		}
		_ => panic!("{response:?} is not an answer to a call"),
	}
}

/// The signature of the provider's key contains the genesis hash of its own region.
#[test]
fn a_region_cannot_enlist_or_update_a_provider_of_another_region() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	let invalid = Answer::Refused(Reason::InvalidKeySignature);
	assert_eq!(answer_to_call(OTHER_REGION, &calls.enlist), invalid);
	// The other region's provider with the same id stays as it was.
	let mut claimed = fixture.author.remote.clone();
	claimed.region = OTHER_REGION;
	assert_eq!(claimed, fixture.reader.remote);
	let own = directory_entry(&claimed).expect("the reader is enlisted");
	assert_eq!(own.number, fixture.reader.number);
	assert!(directory_entry(&fixture.author.remote).is_none());
	assert_eq!(answer_to_call(REGION, &calls.enlist), Answer::Done);
	assert!(directory_entry(&fixture.author.remote).is_some());

	// It cannot update the entry either.
	let before = directory_entry(&fixture.author.remote);
	assert_eq!(answer_to_call(OTHER_REGION, &calls.update), invalid);
	assert_eq!(directory_entry(&fixture.author.remote), before);
	assert_eq!(directory_entry(&claimed), Some(own));
	assert_eq!(answer_to_call(REGION, &calls.update), Answer::Done);
	assert_ne!(directory_entry(&fixture.author.remote), before);
}

/// The forged grant appears under the region that sent it, beside the real one.
#[test]
fn a_region_cannot_replace_a_grant_of_another_region() {
	let fixture = fixture();
	fixture.deliver();
	let before = fixture.incoming_grants();
	let mut grant = grant(&fixture, 100);
	grant.size = 1;
	let forged = ConsortiumCall::DeliverGrant { grant };
	assert_eq!(answer_to_call(OTHER_REGION, &forged), Answer::Done);
	let after = fixture.incoming_grants();
	let (own, others): (Vec<_>, Vec<_>) =
		after.into_iter().partition(|grant| grant.region == REGION);
	assert_eq!(own, before);
	assert_eq!(others.len(), 1);
	assert_eq!(
		(others[0].region, others[0].envelope_size),
		(OTHER_REGION, 1)
	);
	assert_eq!(fixture.reader.read(&own[0], &fixture.ipfs).1, DOCUMENT);
	// From the region itself, the same call replaces the grant.
	assert_eq!(answer_to_call(REGION, &forged), Answer::Done);
	let now = fixture.incoming_grants();
	let own = now.iter().find(|grant| grant.region == REGION);
	assert_eq!(own.expect("the grant is readable").envelope_size, 1);
}

#[test]
fn a_region_cannot_revoke_a_grant_of_another_region() {
	let fixture = fixture();
	fixture.deliver();
	let revocation = GrantRevocation {
		record: fixture.record,
		grantee: fixture.reader.remote.clone(),
		sequence: 100,
	};
	let call = ConsortiumCall::RevokeGrant { revocation };
	assert_eq!(answer_to_call(OTHER_REGION, &call), Answer::Done);
	assert_eq!(fixture.read().1, DOCUMENT);
	assert_eq!(answer_to_call(REGION, &call), Answer::Done);
	assert!(fixture.incoming_grants().is_empty());
}

#[test]
fn a_replayed_delivery_does_not_revive_a_revoked_grant() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	assert_eq!(answer_to_call(REGION, &calls.deliver), Answer::Done);
	assert_eq!(fixture.incoming_grants().len(), 1);
	assert_eq!(answer_to_call(REGION, &calls.deliver), Answer::Done);
	assert_eq!(fixture.incoming_grants().len(), 1);
	assert_eq!(answer_to_call(REGION, &calls.revoke), Answer::Done);
	let superseded = Answer::Refused(Reason::Superseded);
	assert_eq!(answer_to_call(REGION, &calls.deliver), superseded);
	assert!(fixture.incoming_grants().is_empty());
}

/// Otherwise a region could make the consortium send messages to other chains in its own name.
#[test]
fn a_program_with_answers_to_other_chains_is_refused() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for other in [sibling(REGION), Location::parent(), Location::here()] {
		for place in [1, 3] {
			let mut program = crossing_program(OTHER_REGION, calls.revoke.encode_call(), 77);
			let answer = crate::messages::answer_to(other.clone(), 77);
			program[place] = match place {
				1 => SetErrorHandler(Xcm(vec![ReportError(answer)])),
				_ => ReportTransactStatus(answer),
			};
			assert_no_change("a program with an answer to another chain", || {
				send_as_sibling(OTHER_REGION, CONSORTIUM, bytes(&program));
				assert_eq!(fate_at_consortium(), Fate::Stopped);
			});
		}
	}
	// With answers to the sender, it is accepted.
	assert_eq!(answer_to_call(OTHER_REGION, &calls.revoke), Answer::Done);
}

/// The filter stops it. The crossing call alone succeeds.
#[test]
fn a_crossing_call_inside_another_call_is_filtered() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		let inner = call.encode_call();
		let inner: consortium::RuntimeCall =
			codec::DecodeAll::decode_all(&mut &inner[..]).expect("decodes");
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
			let program = crossing_program(REGION, wrap.encode(), 77);
			let outcome = outcome_at_consortium(&sibling(REGION), &program);
			let Outcome::Incomplete { error, .. } = outcome else {
				panic!("{outcome:?}");
			};
			assert_eq!(error.error, XcmError::NoPermission);
		}
		let program = crossing_program(REGION, inner.encode(), 77);
		let outcome = outcome_at_consortium(&sibling(REGION), &program);
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
	}
}

/// `Utility` of a region has the index of the consortium pallet, so the consortium decodes a batch
/// as one of that pallet's calls, and fails.
#[test]
fn a_batch_of_crossing_calls_does_not_decode() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		for index in 0..=5u8 {
			let batch = (
				50u8,
				index,
				vec![salus_primitives::ConsortiumRuntimeCall::from(call.clone())],
			);
			let program = crossing_program(REGION, batch.encode(), 77);
			assert_no_change("a batch", || {
				send_as_sibling(REGION, CONSORTIUM, bytes(&program));
				assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
			});
		}
	}
}

#[test]
fn a_call_with_a_trailing_or_a_missing_byte_is_dropped() {
	let fixture = fixture();
	let calls = crossing_calls(&fixture);
	for call in calls.all() {
		let good = call.encode_call();
		for bad in [[&good[..], &[0]].concat(), good[..good.len() - 1].to_vec()] {
			let program = crossing_program(REGION, bad, 77);
			assert_no_change("a wrong length", || {
				send_as_sibling(REGION, CONSORTIUM, bytes(&program));
				assert!(matches!(fate_at_consortium(), Fate::Dropped(_)));
			});
		}
		assert_eq!(answer_to_call(REGION, &call), Answer::Done);
	}
}

#[test]
fn a_region_cannot_make_a_call_of_the_authorities() {
	fixture();
	let call: consortium::RuntimeCall = pallet_consortium::Call::expel_region {
		region: OTHER_REGION,
	}
	.into();
	let program = crossing_program(REGION, call.encode(), 77);
	send_as_sibling(REGION, CONSORTIUM, bytes(&program));
	assert_eq!(fate_at_consortium(), Fate::Stopped);
	let failed = Response::ExecutionResult(Some((2, XcmError::NoPermission)));
	assert_eq!(consortium_answers(), [(REGION, 77, failed)]);
	let region = Consortium::read(|| {
		pallet_consortium::Pallet::<consortium::Runtime>::api_region(OTHER_REGION)
	});
	assert_eq!(
		region.map(|region| region.standing),
		Some(salus_primitives::RegionStanding::Admitted)
	);
}
