//! Metadata as a developer reads it in polkadot-js Apps.

use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::{form::PortableForm, TypeDef, Variant};

use super::development;
use crate::Runtime;

/// Our own pallets.
const OURS: [&str; 6] = [
	"Quota",
	"Governance",
	"Registry",
	"Emr",
	"Permissions",
	"Pinning",
];

fn metadata() -> frame_metadata::v15::RuntimeMetadataV15 {
	// Some constants, such as the ParaId, are read from the state.
	let opaque = development()
		.execute_with(|| Runtime::metadata_at_version(15))
		.expect("version 15 is there");
	match RuntimeMetadataPrefixed::decode(&mut &opaque[..])
		.expect("it decodes")
		.1
	{
		RuntimeMetadata::V15(metadata) => metadata,
		_ => panic!("another version than asked for"),
	}
}

#[test]
fn the_versions_that_clients_ask_for_are_there() {
	development().execute_with(|| {
		for version in [14, 15, 16] {
			assert!(Runtime::metadata_versions().contains(&version));
			assert!(Runtime::metadata_at_version(version).is_some());
		}
	});
}

#[test]
fn every_call_event_error_and_argument_of_ours_is_documented() {
	let metadata = metadata();
	let variants = |ty: u32| -> Vec<Variant<PortableForm>> {
		match &metadata
			.types
			.resolve(ty)
			.expect("the type is there")
			.type_def
		{
			TypeDef::Variant(variants) => variants.variants.clone(),
			_ => vec![],
		}
	};
	let mut missing = vec![];
	for pallet in metadata
		.pallets
		.iter()
		.filter(|pallet| OURS.contains(&pallet.name.as_str()))
	{
		let kinds = [
			("call", pallet.calls.as_ref().map(|calls| calls.ty.id)),
			("event", pallet.event.as_ref().map(|event| event.ty.id)),
			("error", pallet.error.as_ref().map(|error| error.ty.id)),
		];
		for (kind, ty) in kinds.into_iter().filter_map(|(kind, ty)| Some((kind, ty?))) {
			for variant in variants(ty) {
				let what = format!("{} {kind} {}", pallet.name, variant.name);
				if undocumented(&variant.docs) {
					missing.push(what.clone());
				}
				for field in &variant.fields {
					let name = field.name.clone().unwrap_or_default();
					// A call's arguments have no documentation of their own: the call's names them.
					let documented = match kind {
						"call" => mentions(&variant.docs, &name),
						_ => !undocumented(&field.docs),
					};
					if name.is_empty() || !documented {
						missing.push(format!("{what}: {name}"));
					}
				}
			}
		}
		let entries = pallet.storage.iter().flat_map(|storage| &storage.entries);
		for (name, docs) in entries
			.map(|entry| (&entry.name, &entry.docs))
			.chain(pallet.constants.iter().map(|it| (&it.name, &it.docs)))
		{
			if undocumented(docs) {
				missing.push(format!("{} {name}", pallet.name));
			}
		}
	}
	let apis: Vec<_> = metadata.apis.iter().map(|api| api.name.as_str()).collect();
	for api in [
		"RegistryApi",
		"EmrApi",
		"PermissionsApi",
		"PinningApi",
		"GovernanceApi",
	] {
		assert!(apis.contains(&api), "{api}");
	}
	for api in metadata.apis.iter().filter(|api| apis_of_ours(&api.name)) {
		for method in api.methods.iter().filter(|method| method.docs.is_empty()) {
			missing.push(format!("{}.{}", api.name, method.name));
		}
	}
	assert!(missing.is_empty(), "undocumented: {missing:#?}");
}

fn undocumented(docs: &[String]) -> bool {
	docs.iter().all(|line| line.trim().is_empty())
}

/// Whether docs speak of an argument, with or without the underscores of its name.
fn mentions(docs: &[String], argument: &str) -> bool {
	let docs = docs.join(" ").replace('_', " ").to_lowercase();
	docs.contains(&argument.replace('_', " "))
}

fn apis_of_ours(name: &str) -> bool {
	[
		"RegistryApi",
		"EmrApi",
		"PermissionsApi",
		"PinningApi",
		"GovernanceApi",
	]
	.contains(&name)
}
