//! Helpers for the tests of both runtimes. They panic when a test fails.
#![allow(
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::panic,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::as_conversions
)]

use alloc::{boxed::Box, format, string::String, vec, vec::Vec};

use codec::{Decode, Encode};
use frame_metadata::{v15::RuntimeMetadataV15, RuntimeMetadata, RuntimeMetadataPrefixed};
use frame_support::{
	dispatch::GetDispatchInfo,
	genesis_builder_helper::build_state,
	instances::Instance1,
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::{
		BuildGenesisConfig, GetStorageVersion, OriginTrait, StorageVersion, UnfilteredDispatchable,
	},
	weights::Weight,
};
use frame_system::{ensure_root, RawOrigin};
use salus_primitives::AccountId;
use scale_info::{form::PortableForm, TypeDef, Variant};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::DispatchError;
use xcm::prelude::*;
use xcm_executor::{traits::ConvertOrigin, XcmExecutor};

/// The genesis state of a preset. `patch` is merged into the default configuration.
pub fn genesis<Config: BuildGenesisConfig + Default>(patch: Option<Vec<u8>>) -> TestExternalities {
	let mut config = serde_json::to_value(Config::default()).expect("is JSON");
	let patch = patch.expect("the preset exists");
	merge(
		&mut config,
		serde_json::from_slice(&patch).expect("is JSON"),
	);
	let mut state = TestExternalities::default();
	state.execute_with(|| {
		let json = serde_json::to_vec(&config).expect("is JSON");
		build_state::<Config>(json).expect("the preset builds");
	});
	state
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
	match (into, patch) {
		(serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(into.entry(key).or_insert(serde_json::Value::Null), value);
			}
		}
		(into, patch) => *into = patch,
	}
}

/// Asserts that these accounts are authorities for every pallet: they are in the membership and the
/// council, they validate, and they can send transactions.
pub fn assert_authorities<T>(authorities: &[Sr25519Keyring])
where
	T: pallet_membership::Config<Instance1>
		+ pallet_collective::Config<Instance1>
		+ pallet_session::Config<ValidatorId = AccountId>
		+ frame_system::Config<AccountId = AccountId>,
{
	let mut expected = crate::presets::accounts(authorities);
	expected.sort();
	let sorted = |mut accounts: Vec<AccountId>| {
		accounts.sort();
		accounts
	};
	let members = pallet_membership::Pallet::<T, Instance1>::members();
	assert_eq!(members.to_vec(), expected);
	let council = pallet_collective::Members::<T, Instance1>::get();
	assert_eq!(sorted(council), expected);
	assert_eq!(sorted(pallet_session::Pallet::<T>::validators()), expected);
	assert!(expected
		.iter()
		.all(|account| frame_system::Pallet::<T>::providers(account) > 0));
}

/// Asserts the storage version of a pallet, on chain and in its code.
pub fn assert_storage_version<Pallet>(version: u16)
where
	Pallet: GetStorageVersion<InCodeStorageVersion = StorageVersion>,
{
	assert_eq!(Pallet::on_chain_storage_version(), version);
	assert_eq!(Pallet::in_code_storage_version(), version);
}

/// Locations of every kind: this chain, the relay chain, other parachains, accounts and bodies on
/// them, and another consensus system.
pub fn locations() -> Vec<Location> {
	let account = AccountId32 {
		network: None,
		id: Alice.to_raw_public(),
	};
	vec![
		Location::here(),
		Location::parent(),
		Location::new(1, [Parachain(2000)]),
		Location::new(1, [Parachain(2001)]),
		Location::new(1, [Parachain(2002)]),
		Location::new(1, [Parachain(1000)]),
		Location::new(0, [Parachain(2001)]),
		Location::new(0, [account]),
		Location::new(1, [Parachain(2001), account]),
		Location::new(1, [account]),
		Location::new(
			1,
			[Plurality {
				id: BodyId::Executive,
				part: BodyPart::Voice,
			}],
		),
		Location::new(2, [GlobalConsensus(NetworkId::Polkadot)]),
	]
}

/// The kinds of origin that an XCM sender can ask for.
pub const KINDS: [OriginKind; 4] = [
	OriginKind::Native,
	OriginKind::SovereignAccount,
	OriginKind::Superuser,
	OriginKind::Xcm,
];

/// Every origin of a runtime except Root, with every kind of content.
pub fn origins<Origin>() -> Vec<Origin>
where
	Origin: From<RawOrigin<AccountId>>
		+ From<pallet_collective::RawOrigin<AccountId, Instance1>>
		+ From<pallet_governance::Origin>
		+ From<cumulus_pallet_xcm::Origin>
		+ From<pallet_xcm::Origin>,
{
	let mut origins: Vec<Origin> = vec![RawOrigin::None.into(), RawOrigin::Authorized.into()];
	for who in [Alice, Bob, Charlie, Dave, Eve, Ferdie] {
		origins.push(RawOrigin::Signed(who.to_account_id()).into());
	}
	for members in 0..=5 {
		for ayes in 0..=members {
			origins.push(pallet_collective::RawOrigin::Members(ayes, members).into());
		}
	}
	origins.push(pallet_collective::RawOrigin::Member(Alice.to_account_id()).into());
	origins.push(pallet_governance::Origin::Authorities.into());
	origins.push(cumulus_pallet_xcm::Origin::Relay.into());
	for para in [2000u32, 2001, 2002] {
		origins.push(cumulus_pallet_xcm::Origin::SiblingParachain(para.into()).into());
	}
	for location in locations() {
		origins.push(pallet_xcm::Origin::Xcm(location.clone()).into());
		origins.push(pallet_xcm::Origin::Response(location).into());
	}
	origins
}

/// Asserts that no location converts to Root, to an account, or to an origin that is not `allowed`.
pub fn assert_locations_convert_only_to<Converter, Origin>(
	allowed: impl Fn(&Location, OriginKind, &Origin) -> bool,
) where
	Origin: OriginTrait + Clone,
	Origin: Into<Result<RawOrigin<Origin::AccountId>, Origin>>,
	Converter: ConvertOrigin<Origin>,
{
	for location in locations() {
		for kind in KINDS {
			let Ok(origin) = Converter::convert_origin(location.clone(), kind) else {
				continue;
			};
			assert!(
				ensure_root(origin.clone()).is_err(),
				"{location:?} {kind:?}"
			);
			assert!(
				origin.as_signer().is_none(),
				"{location:?} {kind:?} converts to an account"
			);
			assert!(
				allowed(&location, kind, &origin),
				"{location:?} {kind:?} converts to an origin"
			);
		}
	}
}

/// Executes a program that comes from a location.
pub fn execute<Config: xcm_executor::Config>(
	location: &Location,
	program: Vec<Instruction<Config::RuntimeCall>>,
) -> Outcome {
	XcmExecutor::<Config>::prepare_and_execute(
		location.clone(),
		Xcm(program),
		&mut [0; 32],
		Weight::MAX,
		Weight::zero(),
	)
}

/// A program that dispatches a call without payment.
pub fn dispatching<Call: Encode>(origin_kind: OriginKind, call: &Call) -> Vec<Instruction<Call>> {
	vec![
		UnpaidExecution {
			weight_limit: Unlimited,
			check_origin: None,
		},
		Transact {
			origin_kind,
			fallback_max_weight: None,
			call: call.encode().into(),
		},
	]
}

/// Asserts that the barrier stops a call in a message, from each location and with each kind of
/// origin.
pub fn assert_no_message_dispatches<Config>(
	call: &Config::RuntimeCall,
	mut state: TestExternalities,
) where
	Config: xcm_executor::Config,
	Config::RuntimeCall: Encode + GetDispatchInfo,
{
	for location in locations() {
		for kind in KINDS {
			let outcome = try_on(&mut state, || {
				execute::<Config>(&location, dispatching(kind, call))
			});
			let Outcome::Incomplete { error, .. } = outcome else {
				panic!("{location:?} {kind:?}: {outcome:?}");
			};
			assert_eq!(error.error, XcmError::Barrier, "{location:?} {kind:?}");
		}
	}
}

/// Runs something on a state, and reverts its changes.
fn try_on<R>(state: &mut TestExternalities, run: impl FnOnce() -> R) -> R {
	state.execute_with(|| with_transaction_unchecked(|| TransactionOutcome::Rollback(run())))
}

/// A program that does nothing of consequence.
pub fn some_message<Call>() -> Box<VersionedXcm<Call>> {
	Box::new(VersionedXcm::from(Xcm(vec![ClearOrigin])))
}

/// Decodes metadata of version 15.
pub fn metadata(opaque: &[u8]) -> RuntimeMetadataV15 {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &opaque[..]).expect("metadata decodes");
	match metadata.1 {
		RuntimeMetadata::V15(metadata) => metadata,
		_ => panic!("metadata is not of version 15"),
	}
}

/// The calls, arguments, events, errors, storage items and constants of some pallets, and the
/// methods of some APIs, that polkadot-js Apps shows without documentation.
pub fn undocumented(metadata: &RuntimeMetadataV15, pallets: &[&str], apis: &[&str]) -> Vec<String> {
	let mut missing = vec![];
	let has = |name: &&str| metadata.pallets.iter().any(|pallet| pallet.name == **name);
	assert!(pallets.iter().all(has), "a pallet does not exist");
	for pallet in metadata
		.pallets
		.iter()
		.filter(|pallet| pallets.contains(&pallet.name.as_str()))
	{
		let kinds = [
			("call", pallet.calls.as_ref().map(|calls| calls.ty.id)),
			("event", pallet.event.as_ref().map(|event| event.ty.id)),
			("error", pallet.error.as_ref().map(|error| error.ty.id)),
		];
		for (kind, ty) in kinds.into_iter().filter_map(|(kind, ty)| Some((kind, ty?))) {
			for variant in variants(metadata, ty) {
				let what = format!("{} {kind} {}", pallet.name, variant.name);
				missing.extend(undocumented_variant(kind, &variant, &what));
			}
		}
		let entries = pallet.storage.iter().flat_map(|storage| &storage.entries);
		for (name, docs) in entries
			.map(|entry| (&entry.name, &entry.docs))
			.chain(pallet.constants.iter().map(|it| (&it.name, &it.docs)))
		{
			if blank(docs) {
				missing.push(format!("{} {name}", pallet.name));
			}
		}
	}
	for name in apis {
		let api = metadata.apis.iter().find(|api| api.name == *name);
		let api = api.unwrap_or_else(|| panic!("{name} does not exist"));
		for method in api.methods.iter().filter(|method| method.docs.is_empty()) {
			missing.push(format!("{name}.{}", method.name));
		}
	}
	missing
}

fn variants(metadata: &RuntimeMetadataV15, ty: u32) -> Vec<Variant<PortableForm>> {
	let ty = metadata.types.resolve(ty).expect("the type exists");
	match &ty.type_def {
		TypeDef::Variant(variants) => variants.variants.clone(),
		_ => vec![],
	}
}

fn undocumented_variant(kind: &str, variant: &Variant<PortableForm>, what: &str) -> Vec<String> {
	let mut missing = vec![];
	if blank(&variant.docs) {
		missing.push(what.into());
	}
	for (place, field) in variant.fields.iter().enumerate() {
		let documented = match (&field.name, kind) {
			// Arguments have no documentation of their own. That of the call must mention them.
			(Some(name), "call") => mentions(&variant.docs, name),
			// The documentation of an error covers its content.
			(None, "error") => true,
			(Some(_), _) => !blank(&field.docs),
			(None, _) => false,
		};
		if !documented {
			let name = field.name.clone().unwrap_or(format!("field {place}"));
			missing.push(format!("{what}: {name}"));
		}
	}
	missing
}

fn blank(docs: &[String]) -> bool {
	docs.iter().all(|line| line.trim().is_empty())
}

/// Whether documentation mentions an argument, with or without the underscores of its name.
fn mentions(docs: &[String], argument: &str) -> bool {
	let docs = docs.join(" ").replace('_', " ").to_lowercase();
	docs.contains(&argument.replace('_', " "))
}

/// The calls of `System` that set storage or code.
pub fn set_storage_or_code<T: frame_system::Config>() -> Vec<frame_system::Call<T>> {
	use frame_system::Call;
	let code_hash = T::Hash::default();
	vec![
		Call::set_heap_pages { pages: 1 },
		Call::set_code { code: vec![1] },
		Call::set_code_without_checks { code: vec![1] },
		Call::set_storage {
			items: vec![(vec![1], vec![1])],
		},
		Call::kill_storage {
			keys: vec![vec![1]],
		},
		Call::kill_prefix {
			prefix: vec![1],
			subkeys: 1,
		},
		Call::authorize_upgrade { code_hash },
		Call::authorize_upgrade_without_checks { code_hash },
	]
}

/// The calls of `pallet-xcm` that send or execute a message which the caller wrote.
pub fn send_and_execute<T: pallet_xcm::Config>() -> Vec<pallet_xcm::Call<T>> {
	vec![
		pallet_xcm::Call::send {
			dest: Box::new(Location::parent().into()),
			message: some_message(),
		},
		pallet_xcm::Call::execute {
			message: some_message(),
			max_weight: Weight::MAX,
		},
	]
}

/// Asserts that no origin except Root can dispatch these calls, even without the call filter. `may`
/// tells the exceptions.
pub fn assert_nobody_dispatches<Call, Origin>(
	calls: &[Call],
	may: impl Fn(&Origin, &Call) -> bool,
	mut state: TestExternalities,
) where
	Call: UnfilteredDispatchable<RuntimeOrigin = Origin> + Clone + core::fmt::Debug,
	Origin: OriginTrait
		+ Clone
		+ From<RawOrigin<AccountId>>
		+ From<pallet_collective::RawOrigin<AccountId, Instance1>>
		+ From<pallet_governance::Origin>
		+ From<cumulus_pallet_xcm::Origin>
		+ From<pallet_xcm::Origin>,
{
	for origin in origins::<Origin>() {
		for call in calls.iter().filter(|call| !may(&origin, call)) {
			let result = try_on(&mut state, || {
				call.clone().dispatch_bypass_filter(origin.clone())
			});
			assert_eq!(
				result.map(drop).map_err(|error| error.error),
				Err(DispatchError::BadOrigin),
				"{:?} {call:?}",
				origin.caller()
			);
		}
	}
}
