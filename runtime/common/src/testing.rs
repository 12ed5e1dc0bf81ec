//! What the tests of both runtimes share. Only for tests: it panics where they fail.
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
	traits::{BuildGenesisConfig, OriginTrait, UnfilteredDispatchable},
	weights::Weight,
};
use frame_system::{ensure_root, RawOrigin};
use salus_primitives::AccountId;
use scale_info::{form::PortableForm, TypeDef, Variant};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::DispatchError;
use xcm::prelude::*;
use xcm_executor::{traits::ConvertOrigin, XcmExecutor};

/// The state of a genesis: a preset's patch merged into the default configuration.
pub fn genesis<Config: BuildGenesisConfig + Default>(patch: Option<Vec<u8>>) -> TestExternalities {
	let mut config = serde_json::to_value(Config::default()).expect("it is JSON");
	let patch = patch.expect("it is a preset");
	merge(
		&mut config,
		serde_json::from_slice(&patch).expect("it is JSON"),
	);
	let mut state = TestExternalities::default();
	state.execute_with(|| {
		let json = serde_json::to_vec(&config).expect("it is JSON");
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

/// Places of every kind: this chain, the relay chain, parachains beside it, and what is within and
/// beyond them.
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

/// The ways in which a location may want to be an origin.
pub const KINDS: [OriginKind; 4] = [
	OriginKind::Native,
	OriginKind::SovereignAccount,
	OriginKind::Superuser,
	OriginKind::Xcm,
];

/// Every origin that a runtime knows but Root itself, in every shape that a side can give it.
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

/// Asserts that no location becomes Root, or an account, or anything that `harmless` does not know.
pub fn no_location_becomes<Converter, Origin>(
	harmless: impl Fn(&Location, OriginKind, &Origin) -> bool,
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
				"{location:?} {kind:?} is an account"
			);
			assert!(
				harmless(&location, kind, &origin),
				"{location:?} {kind:?} becomes an origin"
			);
		}
	}
}

/// Executes a program as its location's, and tells what became of it.
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

/// A program that dispatches a call, unpaid.
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

/// Asserts that no message from anywhere, in any way, dispatches a call: the barrier stops it.
pub fn no_message_dispatches<Config>(
	call: &Config::RuntimeCall,
	mut state: impl FnMut() -> TestExternalities,
) where
	Config: xcm_executor::Config,
	Config::RuntimeCall: Encode + GetDispatchInfo,
{
	for location in locations() {
		for kind in KINDS {
			state().execute_with(|| {
				let outcome = execute::<Config>(&location, dispatching(kind, call));
				let Outcome::Incomplete { error, .. } = outcome else {
					panic!("{location:?} {kind:?}: {outcome:?}");
				};
				assert_eq!(error.error, XcmError::Barrier, "{location:?} {kind:?}");
			});
		}
	}
}

/// A harmless program, to be sent or executed.
pub fn some_message<Call>() -> Box<VersionedXcm<Call>> {
	Box::new(VersionedXcm::from(Xcm(vec![ClearOrigin])))
}

/// Metadata of version 15, as its bytes.
pub fn metadata(opaque: &[u8]) -> RuntimeMetadataV15 {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &opaque[..]).expect("it decodes");
	match metadata.1 {
		RuntimeMetadata::V15(metadata) => metadata,
		_ => panic!("another version than asked for"),
	}
}

/// What of some pallets' calls, arguments, events, errors, storage and constants, and of some APIs'
/// methods, has no documentation that a person reads in polkadot-js Apps.
pub fn undocumented(metadata: &RuntimeMetadataV15, pallets: &[&str], apis: &[&str]) -> Vec<String> {
	let mut missing = vec![];
	let has = |name: &&str| metadata.pallets.iter().any(|pallet| pallet.name == **name);
	assert!(pallets.iter().all(has), "a pallet is missing");
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
		let api = api.unwrap_or_else(|| panic!("there is no {name}"));
		for method in api.methods.iter().filter(|method| method.docs.is_empty()) {
			missing.push(format!("{name}.{}", method.name));
		}
	}
	missing
}

fn variants(metadata: &RuntimeMetadataV15, ty: u32) -> Vec<Variant<PortableForm>> {
	let ty = metadata.types.resolve(ty).expect("the type is there");
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
			// A call's arguments have no documentation of their own: the call's names them.
			(Some(name), "call") => mentions(&variant.docs, name),
			// What an error wraps is told by the error.
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

/// Whether docs speak of an argument, with or without the underscores of its name.
fn mentions(docs: &[String], argument: &str) -> bool {
	let docs = docs.join(" ").replace('_', " ").to_lowercase();
	docs.contains(&argument.replace('_', " "))
}

/// The calls of `System` that change storage or code at will.
pub fn at_will<T: frame_system::Config>() -> Vec<frame_system::Call<T>> {
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

/// The calls of `pallet-xcm` that send or execute a message of the sender's making.
pub fn own_messages<T: pallet_xcm::Config>() -> Vec<pallet_xcm::Call<T>> {
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

/// Asserts that no origin but Root can dispatch these calls, past any filter too, but those that
/// `may`.
pub fn nobody_dispatches<Call, Origin>(
	calls: &[Call],
	may: impl Fn(&Origin, &Call) -> bool,
	mut state: impl FnMut() -> TestExternalities,
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
			state().execute_with(|| {
				let refused = call.clone().dispatch_bypass_filter(origin.clone());
				assert_eq!(
					refused.map(drop).map_err(|error| error.error),
					Err(DispatchError::BadOrigin),
					"{:?} {call:?}",
					origin.caller()
				);
			});
		}
	}
}
