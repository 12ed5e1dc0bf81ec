//! Rules that hold for any message, checked on both runtimes' weighers, barriers, converters and
//! executors.
//!
//! 1. Nothing panics.
//! 2. No location becomes Root or an account. On the consortium only a sibling becomes an origin,
//!    and only with the kind `Xcm`.
//! 3. A region's barrier accepts no program that dispatches a call. The consortium's accepts only
//!    those of known regions, with all answers to the sender.
//! 4. Only an answer of the consortium changes the state of our pallets at a region. Only a known
//!    region changes the state of the consortium pallet, and only its own part.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	assert_ok,
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::{OriginTrait, ProcessMessageError},
	weights::Weight,
};
use frame_system::ensure_root;
use salus_consortium_runtime as consortium;
use salus_envelope::{AccountSeed, Signer};
use salus_primitives::{
	encryption_key_message,
	testing::{key_of, number, provider_of, wrapped, RSA_2048},
	traits::ToConsortium,
	Cid, ConsortiumCall, DeliveredAuthor, DeliveredGrant, DirectoryEntry, GrantRevocation, ParaId,
	PatientId, ProfessionalName, ProviderId, Purpose, RecordId, RemoteProvider, SignedKey,
	Standing, Via, SEALED_NAME_LEN,
};
use salus_regional_runtime as regional;
use salus_runtime_common::{
	testing::{self, KINDS},
	xcm::{para_of, sibling},
};
use sp_core::{storage::well_known_keys::INTRABLOCK_ENTROPY, H256};
use sp_io::TestExternalities;
use xcm::prelude::*;
use xcm_executor::traits::{ConvertOrigin, Properties, ShouldExecute, WeightBounds};

use crate::{
	network::{first_block_of, state_entries, CONSORTIUM, OTHER_REGION, REGION},
	programs::{mutated_message, Message, ProgramParts},
};

/// A region that was admitted and expelled.
pub const EXPELLED: ParaId = 2003;
/// The admitted regions, and the expelled one, which may still revoke grants.
const KNOWN: [ParaId; 3] = [REGION, OTHER_REGION, EXPELLED];

/// Parts of the state that any message may change: events and message queues. Everything else is
/// guarded.
const UNGUARDED: [(&str, Option<&str>); 6] = [
	("System", Some("Events")),
	("System", Some("EventCount")),
	("ParachainSystem", None),
	("XcmpQueue", None),
	("PolkadotXcm", None),
	("MessageQueue", None),
];

/// The effect of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
	/// It was not executed.
	NotExecuted,
	/// It was executed, and changed no guarded state.
	Unchanged,
	/// It changed guarded state that it may change.
	Changed,
}

/// A chain that is prepared for messages.
pub struct PreparedChain {
	state: TestExternalities,
	/// The guarded part of that state. Every message is reverted, so it stays the same.
	guarded: Entries,
	parts: ProgramParts,
}

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Executes messages made from bytes, and asserts the rules.
pub struct Chains {
	consortium: PreparedChain,
	region: PreparedChain,
}

impl Default for Chains {
	fn default() -> Self {
		Self {
			consortium: prepared_consortium(),
			region: prepared_region(),
		}
	}
}

impl Chains {
	/// Executes the message that these bytes make on both chains.
	pub fn check(&mut self, choices: &[u8]) -> (Effect, Effect) {
		(self.at_consortium(choices), self.at_region(choices))
	}

	fn at_consortium(&mut self, choices: &[u8]) -> Effect {
		let tried = mutated_message(choices, &self.consortium.parts);
		self.consortium.state.execute_with(|| {
			let program: Xcm<consortium::RuntimeCall> = Xcm(tried.program.clone()).into();
			assert_converts_only_siblings(&tried.origin);
			let known = para_of(&tried.origin).filter(|para| KNOWN.contains(para));
			let accepted =
				is_accepted::<consortium::configs::messages::XcmConfig>(&tried, program.clone());
			let dispatches = dispatches(&tried.program);
			assert!(
				!accepted || !dispatches || known.is_some(),
				"{tried:?} is accepted"
			);
			let effect = effect::<consortium::configs::messages::XcmConfig, _>(
				&tried,
				program,
				&self.consortium.guarded,
				|| (state_of_other_regions(known), expelled_region_counts()),
				// The expelled region can only remove providers and grants.
				|(others, (providers, grants)), (others_after, after)| {
					others == others_after && after.0 <= *providers && after.1 <= *grants
				},
				|pallet| known.is_some() && pallet == "Consortium",
			);
			assert!(
				accepted || effect == Effect::NotExecuted,
				"{tried:?} is executed"
			);
			effect
		})
	}

	fn at_region(&mut self, choices: &[u8]) -> Effect {
		let tried = mutated_message(choices, &self.region.parts);
		self.region.state.execute_with(|| {
			let program: Xcm<regional::RuntimeCall> = Xcm(tried.program.clone()).into();
			assert_converts_nothing(&tried.origin);
			let accepted =
				is_accepted::<regional::configs::messages::XcmConfig>(&tried, program.clone());
			assert!(
				!accepted || !dispatches(&tried.program),
				"{tried:?} is accepted"
			);
			let answers = tried.origin == sibling(CONSORTIUM);
			let effect = effect::<regional::configs::messages::XcmConfig, _>(
				&tried,
				program,
				&self.region.guarded,
				|| (),
				|(), ()| true,
				|pallet| answers && ["Crossing", "Interregional", "Registry"].contains(&pallet),
			);
			assert!(
				accepted || effect == Effect::NotExecuted,
				"{tried:?} is executed"
			);
			effect
		})
	}
}

/// Whether the weigher and the barrier accept a program.
fn is_accepted<Config: xcm_executor::Config>(
	tried: &Message,
	mut program: Xcm<Config::RuntimeCall>,
) -> bool {
	let Ok(weight) = Config::Weigher::weight(&mut program, Weight::MAX) else {
		return false;
	};
	let mut properties = Properties {
		weight_credit: Weight::zero(),
		message_id: None,
	};
	let verdict: Result<(), ProcessMessageError> = Config::Barrier::should_execute(
		&tried.origin,
		program.inner_mut(),
		weight,
		&mut properties,
	);
	verdict.is_ok()
}

fn dispatches(program: &[Instruction<()>]) -> bool {
	program.iter().any(|instruction| match instruction {
		Transact { .. } => true,
		SetErrorHandler(inner) | SetAppendix(inner) | ExecuteWithOrigin { xcm: inner, .. } => {
			dispatches(inner.inner())
		}
		_ => false,
	})
}

fn assert_converts_only_siblings(location: &Location) {
	type Converter =
		<consortium::configs::messages::XcmConfig as xcm_executor::Config>::OriginConverter;
	for kind in KINDS {
		let converted: Result<consortium::RuntimeOrigin, _> =
			Converter::convert_origin(location.clone(), kind);
		let Ok(origin) = converted else { continue };
		assert!(
			kind == OriginKind::Xcm && para_of(location).is_some(),
			"{location:?} {kind:?}"
		);
		assert!(ensure_root(origin.clone()).is_err() && origin.as_signer().is_none());
		let as_itself = pallet_xcm::Origin::Xcm(location.clone());
		assert_eq!(
			*origin.caller(),
			consortium::OriginCaller::PolkadotXcm(as_itself)
		);
	}
}

fn assert_converts_nothing(location: &Location) {
	type Converter =
		<regional::configs::messages::XcmConfig as xcm_executor::Config>::OriginConverter;
	for kind in KINDS {
		let converted: Result<regional::RuntimeOrigin, _> =
			Converter::convert_origin(location.clone(), kind);
		assert!(converted.is_err(), "{location:?} {kind:?}");
	}
}

/// Executes a program, asserts that it changed guarded state only in pallets that `may` change and
/// that the change of what `observe` returns is `allowed`, and reverts the state.
fn effect<Config: xcm_executor::Config, Observed>(
	tried: &Message,
	program: Xcm<Config::RuntimeCall>,
	before: &Entries,
	observe: impl Fn() -> Observed,
	allowed: impl Fn(&Observed, &Observed) -> bool,
	may: impl Fn(&str) -> bool,
) -> Effect {
	with_transaction_unchecked(|| {
		let observed = observe();
		let outcome = testing::execute::<Config>(&tried.origin, program.0);
		let after = guarded_state();
		let changed = changed(before, &after);
		for key in &changed {
			let known = PALLETS.iter().find(|name| key.starts_with(&prefix(name)));
			assert!(
				known.is_some_and(|name| may(name)),
				"{tried:?} changed {key:?} of {known:?}: {outcome:?}"
			);
		}
		assert!(
			allowed(&observed, &observe()),
			"{tried:?} changed the state of another region, or added to that of the expelled one"
		);
		let not_executed = match &outcome {
			Outcome::Error(_) => true,
			Outcome::Incomplete { error, .. } => error.error == XcmError::Barrier,
			Outcome::Complete { .. } => false,
		};
		assert!(
			!not_executed || changed.is_empty(),
			"{tried:?} was not executed and changed something"
		);
		TransactionOutcome::Rollback(match (not_executed, changed.is_empty()) {
			(true, _) => Effect::NotExecuted,
			(false, true) => Effect::Unchanged,
			(false, false) => Effect::Changed,
		})
	})
}

/// The pallets that a message may change at all.
const PALLETS: [&str; 4] = ["Consortium", "Crossing", "Interregional", "Registry"];

fn prefix(pallet: &str) -> [u8; 16] {
	sp_io::hashing::twox_128(pallet.as_bytes())
}

/// The guarded part of a state before a message. It is read in a storage layer, as in [`effect`],
/// because the layer has an entry of its own.
fn guarded_before(state: &mut TestExternalities) -> Entries {
	state.execute_with(|| {
		with_transaction_unchecked(|| TransactionOutcome::Rollback(guarded_state()))
	})
}

fn guarded_state() -> Entries {
	let unguarded = UNGUARDED.map(|(pallet, item)| {
		let item = item.map(|item| sp_io::hashing::twox_128(item.as_bytes()));
		[
			&prefix(pallet)[..],
			item.as_ref().map_or(&[][..], |item| &item[..]),
		]
		.concat()
	});
	let entries = state_entries().into_iter();
	entries
		.filter(|(key, _)| key != INTRABLOCK_ENTROPY)
		.filter(|(key, _)| !unguarded.iter().any(|prefix| key.starts_with(prefix)))
		.collect()
}

fn changed(before: &Entries, after: &Entries) -> Vec<Vec<u8>> {
	let gone_or_other = before
		.iter()
		.filter(|(key, value)| after.get(*key) != Some(value));
	let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
	gone_or_other
		.chain(new)
		.map(|(key, _)| key.clone())
		.collect()
}

/// The numbers of providers and live grants that the consortium has of the expelled region.
fn expelled_region_counts() -> (u32, u32) {
	let region = consortium::Consortium::api_region(EXPELLED);
	region.map_or((0, 0), |region| (region.providers, region.live_grants))
}

/// The consortium's state of all regions except one.
fn state_of_other_regions(one: Option<ParaId>) -> impl PartialEq {
	use pallet_consortium::{
		Grants, Holders, LastUpdates, ProviderKeys, Providers, ProvidersOf, Regions,
	};
	type Runtime = consortium::Runtime;
	let one = one.map(ParaId::to_be_bytes);
	let others = |region: &[u8; 4]| Some(*region) != one;
	let regions: Vec<_> = Regions::<Runtime>::iter()
		.filter(|(region, _)| others(region))
		.collect();
	let providers: Vec<_> = Providers::<Runtime>::iter()
		.filter(|(region, ..)| others(region))
		.collect();
	let keys: Vec<_> = ProviderKeys::<Runtime>::iter()
		.filter(|(region, ..)| others(region))
		.collect();
	let holders: Vec<_> = Holders::<Runtime>::iter()
		.filter(|(region, ..)| others(region))
		.collect();
	let accounts: Vec<_> = ProvidersOf::<Runtime>::iter()
		.filter(|(_, region, _)| others(region))
		.collect();
	let grants: Vec<_> = Grants::<Runtime>::iter()
		.filter(|((region, ..), _)| others(region))
		.collect();
	let updates: Vec<_> = LastUpdates::<Runtime>::iter()
		.filter(|((region, ..), _)| others(region))
		.collect();
	(regions, providers, keys, holders, accounts, grants, updates)
}

/// The id of the first provider of each region.
const PROVIDER: ProviderId = ProviderId(0);

/// A valid directory entry.
fn entry(region: ParaId, id: ProviderId, text: &str, sequence: u64) -> DirectoryEntry {
	let seed = AccountSeed::from_bytes([text.as_bytes()[0]; 32]);
	let key = key_of(RSA_2048);
	let message = encryption_key_message(&first_block_of(region).0, &seed.account(), 0, &key);
	DirectoryEntry {
		id,
		number: number(text),
		name: ProfessionalName::parse("Dr. Example").expect("is valid"),
		account: seed.account().into(),
		standing: Standing::Verified,
		since: 1,
		key: SignedKey {
			version: 0,
			key,
			account: seed.account().into(),
			signature: seed.sign(message.as_bytes()).into(),
			since: 1,
		},
		sequence,
	}
}

/// A valid grant.
fn grant(record: RecordId, sequence: u64) -> DeliveredGrant {
	DeliveredGrant {
		record,
		grantee: grantee(),
		patient: PatientId([1; 16]),
		author: DeliveredAuthor::Provider {
			id: PROVIDER,
			number: number("A12345"),
			name: ProfessionalName::parse("Dr. Example").expect("is valid"),
			account: [2; 32].into(),
		},
		sealed_name: [3; SEALED_NAME_LEN],
		hash: [4; 32],
		cid: Cid::from_digest(false, [5; 32]),
		size: 6,
		added_at: 7,
		amended_hash: None,
		wrapped_key: wrapped(0, 256),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: 9,
		expires_at: None,
		sequence,
	}
}

fn grantee() -> RemoteProvider {
	provider_of(OTHER_REGION, PROVIDER.0)
}

/// Calls that region 2001 may make now, each with an effect, and one that no region may make.
fn calls() -> Vec<Vec<u8>> {
	let revocation = GrantRevocation {
		record: 7,
		grantee: grantee(),
		sequence: 2,
	};
	let mut calls: Vec<_> = [
		ConsortiumCall::EnlistProvider {
			entry: entry(REGION, ProviderId(1), "C12345", 1),
		},
		ConsortiumCall::UpdateProvider {
			entry: entry(REGION, PROVIDER, "A12345", 2),
		},
		ConsortiumCall::DeliverGrant { grant: grant(8, 1) },
		ConsortiumCall::RevokeGrant { revocation },
	]
	.map(|call| call.encode_call())
	.into();
	let admit: consortium::RuntimeCall = pallet_consortium::Call::admit_region {
		region: 2004,
		genesis_hash: H256::zero(),
	}
	.into();
	calls.push(admit.encode());
	calls
}

/// A consortium with three regions, one of them expelled, with providers and grants.
fn prepared_consortium() -> PreparedChain {
	use consortium::{genesis_config_presets as presets, Consortium};
	let patch = presets::get_preset(&presets::DEVELOPMENT.into());
	let mut state = testing::genesis::<consortium::RuntimeGenesisConfig>(patch);
	state.execute_with(|| {
		consortium::System::set_block_number(1);
		let authorities = || pallet_collective::RawOrigin::Members(2, 3).into();
		let from = |region| pallet_xcm::Origin::Xcm(sibling(region)).into();
		for region in [REGION, OTHER_REGION, EXPELLED] {
			let hash = first_block_of(region);
			assert_ok!(Consortium::admit_region(authorities(), region, hash));
			consortium::ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(
				region.into(),
			);
		}
		for (region, text) in [
			(REGION, "A12345"),
			(OTHER_REGION, "B12345"),
			(EXPELLED, "D12345"),
		] {
			assert_ok!(Consortium::enlist_provider(
				from(region),
				entry(region, PROVIDER, text, 1)
			));
		}
		for region in [REGION, EXPELLED] {
			assert_ok!(Consortium::deliver_grant(from(region), grant(7, 1)));
		}
		assert_ok!(Consortium::expel_region(authorities(), EXPELLED));
	});
	state.commit_all().expect("the state can be committed");
	let parts = ProgramParts {
		calls: calls(),
		region: REGION,
		responder: CONSORTIUM,
		query: 0,
	};
	PreparedChain {
		guarded: guarded_before(&mut state),
		state,
		parts,
	}
}

/// A region that awaits an answer of the consortium.
fn prepared_region() -> PreparedChain {
	use regional::{genesis_config_presets as presets, Crossing};
	let patch = presets::get_preset(&presets::DEVELOPMENT.into());
	let mut state = testing::genesis::<regional::RuntimeGenesisConfig>(patch);
	let query = state.execute_with(|| {
		regional::System::set_block_number(1);
		regional::ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(
			CONSORTIUM.into(),
		);
		let revocation = GrantRevocation {
			record: 7,
			grantee: grantee(),
			sequence: 2,
		};
		let sent = Crossing::send(ConsortiumCall::RevokeGrant { revocation });
		sent.expect("a channel exists").query
	});
	state.commit_all().expect("the state can be committed");
	let remark: regional::RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
	let answered: regional::RuntimeCall = pallet_crossing::Call::answered {
		query_id: query,
		response: Response::DispatchResult(MaybeErrorCode::Success),
	}
	.into();
	let parts = ProgramParts {
		calls: vec![remark.encode(), answered.encode()],
		region: CONSORTIUM,
		responder: CONSORTIUM,
		query,
	};
	PreparedChain {
		guarded: guarded_before(&mut state),
		state,
		parts,
	}
}
