//! What no message may do, whatever it is: checked on both runtimes' weighers, barriers, converters
//! and executors.
//!
//! 1. Nothing panics.
//! 2. No location becomes Root or an account; on the consortium a sibling alone becomes an origin, by
//!    the kind `Xcm` alone.
//! 3. A region's barrier lets in no program that dispatches; the consortium's only an admitted
//!    region's, whose answers go to nobody else.
//! 4. The state of our pallets changes at a region by an answer of the consortium alone, and at the
//!    consortium by an admitted region alone, in what it says of itself.

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
	encryption_key_message, traits::ToConsortium, Cid, ConsortiumCall, DeliveredGrant,
	DirectoryEntry, EncryptionKey, GrantRevocation, ParaId, PatientId, ProfessionalName,
	ProfessionalNumber, Purpose, RecordId, RemoteProvider, SignedKey, Standing, WrappedKey,
	SEALED_NAME_LEN,
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
	network::{entries, first_block_of, CONSORTIUM, OTHER, REGION},
	programs::{message, Goods, Message},
};

const RSA_2048: &[u8] = include_bytes!("../../../primitives/src/fixtures/rsa2048.der");

/// A region that was admitted and expelled.
pub const EXPELLED: ParaId = 2003;
/// The regions that are in, and the one that was and may take back what it gave.
const KNOWN: [ParaId; 3] = [REGION, OTHER, EXPELLED];

/// Parts of the state that executing any message may change: what was seen, and what waits to be
/// sent. Everything else is guarded.
const UNGUARDED: [(&str, Option<&str>); 6] = [
	("System", Some("Events")),
	("System", Some("EventCount")),
	("ParachainSystem", None),
	("XcmpQueue", None),
	("PolkadotXcm", None),
	("MessageQueue", None),
];

/// What a message did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
	/// It was not executed.
	Kept,
	/// It was executed, and changed nothing that is guarded.
	Harmless,
	/// It changed what it may.
	Changed,
}

/// A chain that stands ready for messages.
pub struct Ready {
	state: TestExternalities,
	goods: Goods,
}

/// Executes messages made from bytes, and asserts what holds.
pub struct Chains {
	consortium: Ready,
	region: Ready,
}

impl Default for Chains {
	fn default() -> Self {
		Self {
			consortium: ready_consortium(),
			region: ready_region(),
		}
	}
}

impl Chains {
	/// Tries the message that these bytes make at both chains.
	pub fn check(&mut self, choices: &[u8]) -> (Effect, Effect) {
		(self.at_consortium(choices), self.at_region(choices))
	}

	fn at_consortium(&mut self, choices: &[u8]) -> Effect {
		let tried = message(choices, &self.consortium.goods);
		self.consortium.state.execute_with(|| {
			let program: Xcm<consortium::RuntimeCall> = Xcm(tried.program.clone()).into();
			converts_siblings_alone(&tried.origin);
			let known = para_of(&tried.origin).filter(|para| KNOWN.contains(para));
			let lets_in =
				lets_in::<consortium::configs::messages::XcmConfig>(&tried, program.clone());
			let dispatches = dispatches(&tried.program);
			assert!(
				!lets_in || !dispatches || known.is_some(),
				"{tried:?} is let in"
			);
			let given = given_by_expelled();
			let effect = effect::<consortium::configs::messages::XcmConfig, _>(
				&tried,
				program,
				// What others than the sender have here.
				|| said_by_others(known),
				|pallet| known.is_some() && pallet == "Consortium",
			);
			assert!(lets_in || effect == Effect::Kept, "{tried:?} is executed");
			let (providers, grants) = given_by_expelled();
			assert!(
				providers <= given.0 && grants <= given.1,
				"{tried:?} gives something"
			);
			effect
		})
	}

	fn at_region(&mut self, choices: &[u8]) -> Effect {
		let tried = message(choices, &self.region.goods);
		self.region.state.execute_with(|| {
			let program: Xcm<regional::RuntimeCall> = Xcm(tried.program.clone()).into();
			converts_nothing(&tried.origin);
			let lets_in =
				lets_in::<regional::configs::messages::XcmConfig>(&tried, program.clone());
			assert!(
				!lets_in || !dispatches(&tried.program),
				"{tried:?} is let in"
			);
			let answers = tried.origin == sibling(CONSORTIUM);
			let effect = effect::<regional::configs::messages::XcmConfig, _>(
				&tried,
				program,
				|| (),
				|pallet| answers && ["Crossing", "Interregional", "Registry"].contains(&pallet),
			);
			assert!(lets_in || effect == Effect::Kept, "{tried:?} is executed");
			effect
		})
	}
}

/// Whether the weigher and the barrier let a program in.
fn lets_in<Config: xcm_executor::Config>(
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

fn converts_siblings_alone(location: &Location) {
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

fn converts_nothing(location: &Location) {
	type Converter =
		<regional::configs::messages::XcmConfig as xcm_executor::Config>::OriginConverter;
	for kind in KINDS {
		let converted: Result<regional::RuntimeOrigin, _> =
			Converter::convert_origin(location.clone(), kind);
		assert!(converted.is_err(), "{location:?} {kind:?}");
	}
}

/// Executes a program and puts all back, after asserting that it changed nothing that is guarded but
/// in the pallets that `may` change, and there nothing of `others`.
fn effect<Config: xcm_executor::Config, Others: PartialEq>(
	tried: &Message,
	program: Xcm<Config::RuntimeCall>,
	others: impl Fn() -> Others,
	may: impl Fn(&str) -> bool,
) -> Effect {
	with_transaction_unchecked(|| {
		let (before, of_others) = (guarded(), others());
		let outcome = testing::execute::<Config>(&tried.origin, program.0);
		let after = guarded();
		let changed = changed(&before, &after);
		for key in &changed {
			let known = PALLETS.iter().find(|name| key.starts_with(&prefix(name)));
			let allowed = known.is_some_and(|name| may(name));
			assert!(
				allowed,
				"{tried:?} changed {key:?} of {known:?}: {outcome:?}"
			);
		}
		assert!(others() == of_others, "{tried:?} changed what is another's");
		let kept = match &outcome {
			Outcome::Error(_) => true,
			Outcome::Incomplete { error, .. } => error.error == XcmError::Barrier,
			Outcome::Complete { .. } => false,
		};
		assert!(
			!kept || changed.is_empty(),
			"{tried:?} was kept and changed something"
		);
		TransactionOutcome::Rollback(match (kept, changed.is_empty()) {
			(true, _) => Effect::Kept,
			(false, true) => Effect::Harmless,
			(false, false) => Effect::Changed,
		})
	})
}

/// The pallets that messages may change at all.
const PALLETS: [&str; 4] = ["Consortium", "Crossing", "Interregional", "Registry"];

fn prefix(pallet: &str) -> [u8; 16] {
	sp_io::hashing::twox_128(pallet.as_bytes())
}

fn guarded() -> BTreeMap<Vec<u8>, Vec<u8>> {
	let unguarded = UNGUARDED.map(|(pallet, item)| {
		let item = item.map(|item| sp_io::hashing::twox_128(item.as_bytes()));
		[
			&prefix(pallet)[..],
			item.as_ref().map_or(&[][..], |item| &item[..]),
		]
		.concat()
	});
	let entries = entries().into_iter();
	entries
		.filter(|(key, _)| key != INTRABLOCK_ENTROPY)
		.filter(|(key, _)| !unguarded.iter().any(|prefix| key.starts_with(prefix)))
		.collect()
}

fn changed(
	before: &BTreeMap<Vec<u8>, Vec<u8>>,
	after: &BTreeMap<Vec<u8>, Vec<u8>>,
) -> Vec<Vec<u8>> {
	let gone_or_other = before
		.iter()
		.filter(|(key, value)| after.get(*key) != Some(value));
	let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
	gone_or_other
		.chain(new)
		.map(|(key, _)| key.clone())
		.collect()
}

/// How many providers and grants the expelled region has at the consortium.
fn given_by_expelled() -> (u32, u32) {
	let region = consortium::Consortium::api_region(EXPELLED);
	region.map_or((0, 0), |region| (region.providers, region.live_grants))
}

/// What the consortium holds by the word of all regions but one.
fn said_by_others(one: Option<ParaId>) -> impl PartialEq {
	use pallet_consortium::{Grants, LastUpdates, ProviderKeys, Providers, ProvidersOf, Regions};
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
	let accounts: Vec<_> = ProvidersOf::<Runtime>::iter()
		.filter(|(_, region, _)| others(region))
		.collect();
	let grants: Vec<_> = Grants::<Runtime>::iter()
		.filter(|((region, ..), _)| others(region))
		.collect();
	let updates: Vec<_> = LastUpdates::<Runtime>::iter()
		.filter(|((region, ..), _)| others(region))
		.collect();
	(regions, providers, keys, accounts, grants, updates)
}

fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).expect("it is well formed")
}

/// A directory entry that the consortium takes.
fn entry(region: ParaId, text: &str, sequence: u64) -> DirectoryEntry {
	let seed = AccountSeed::from_bytes([text.as_bytes()[0]; 32]);
	let key = EncryptionKey::RsaOaep(RSA_2048.to_vec().try_into().expect("it is short"));
	let message = encryption_key_message(&first_block_of(region).0, &seed.account(), 0, &key);
	DirectoryEntry {
		number: number(text),
		name: ProfessionalName::parse("Dr. Example").expect("it is well formed"),
		account: seed.account().into(),
		standing: Standing::Verified,
		since: 1,
		key: SignedKey {
			version: 0,
			key,
			account: seed.account().into(),
			signature: seed.sign(&message).into(),
			since: 1,
		},
		sequence,
	}
}

/// A grant that the consortium takes.
fn grant(record: RecordId, sequence: u64) -> DeliveredGrant {
	DeliveredGrant {
		record,
		grantee: grantee(),
		patient: PatientId([1; 16]),
		author: number("A12345"),
		author_name: ProfessionalName::parse("Dr. Example").expect("it is well formed"),
		account: [2; 32].into(),
		sealed_name: [3; SEALED_NAME_LEN],
		hash: [4; 32],
		cid: Cid::from_digest(false, [5; 32]),
		size: 6,
		added_at: 7,
		wrapped_key: WrappedKey::RsaOaep {
			key_version: 0,
			ciphertext: vec![8; 256].try_into().expect("it is short"),
		},
		purpose: Purpose::Treatment,
		granted_at: 9,
		expires_at: None,
		sequence,
	}
}

fn grantee() -> RemoteProvider {
	RemoteProvider {
		region: OTHER,
		number: number("B12345"),
	}
}

/// The calls that region 2001 may make now, each with an effect, and one that nobody may make.
fn calls() -> Vec<Vec<u8>> {
	let revocation = GrantRevocation {
		record: 7,
		grantee: grantee(),
		sequence: 2,
	};
	let mut calls: Vec<_> = [
		ConsortiumCall::EnlistProvider {
			entry: entry(REGION, "C12345", 1),
		},
		ConsortiumCall::UpdateProvider {
			entry: entry(REGION, "A12345", 2),
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

/// A consortium of three regions, one of them expelled, with providers and a grant.
fn ready_consortium() -> Ready {
	use consortium::{genesis_config_presets as presets, Consortium};
	let patch = presets::get_preset(&presets::DEVELOPMENT.into());
	let mut state = testing::genesis::<consortium::RuntimeGenesisConfig>(patch);
	state.execute_with(|| {
		consortium::System::set_block_number(1);
		let authorities = || pallet_collective::RawOrigin::Members(2, 3).into();
		let from = |region| pallet_xcm::Origin::Xcm(sibling(region)).into();
		for region in [REGION, OTHER, EXPELLED] {
			let hash = first_block_of(region);
			assert_ok!(Consortium::admit_region(authorities(), region, hash));
			consortium::ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(
				region.into(),
			);
		}
		for (region, text) in [(REGION, "A12345"), (OTHER, "B12345"), (EXPELLED, "D12345")] {
			assert_ok!(Consortium::enlist_provider(
				from(region),
				entry(region, text, 1)
			));
		}
		for region in [REGION, EXPELLED] {
			assert_ok!(Consortium::deliver_grant(from(region), grant(7, 1)));
		}
		assert_ok!(Consortium::expel_region(authorities(), EXPELLED));
	});
	state.commit_all().expect("the state is committed");
	let goods = Goods {
		calls: calls(),
		region: REGION,
		responder: CONSORTIUM,
		query: 0,
	};
	Ready { state, goods }
}

/// A region that waits for an answer of the consortium.
fn ready_region() -> Ready {
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
		sent.expect("there is a channel").query
	});
	state.commit_all().expect("the state is committed");
	let remark: regional::RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
	let answered: regional::RuntimeCall = pallet_crossing::Call::answered {
		query_id: query,
		response: Response::DispatchResult(MaybeErrorCode::Success),
	}
	.into();
	let goods = Goods {
		calls: vec![remark.encode(), answered.encode()],
		region: CONSORTIUM,
		responder: CONSORTIUM,
		query,
	};
	Ready { state, goods }
}
