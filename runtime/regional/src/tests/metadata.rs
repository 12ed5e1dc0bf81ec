//! Metadata as a developer reads it in polkadot-js Apps.

use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::{form::PortableForm, TypeDef, Variant};

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
	let opaque = Runtime::metadata_at_version(15).expect("version 15 is there");
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
	for version in [14, 15, 16] {
		assert!(Runtime::metadata_versions().contains(&version));
		assert!(Runtime::metadata_at_version(version).is_some());
	}
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
				if variant.docs.iter().all(|line| line.trim().is_empty()) {
					missing.push(format!("{} {kind} {}", pallet.name, variant.name));
				}
				if variant.fields.iter().any(|field| field.name.is_none()) {
					missing.push(format!(
						"{} {kind} {}: a field has no name",
						pallet.name, variant.name
					));
				}
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
