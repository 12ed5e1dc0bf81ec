//! The client's calls, views, storage, events and errors against the checked-in metadata of both
//! kinds of chain. The node's tests compare that metadata with the runtimes.

use salus_client::chain::{self, ChainKind};
use subxt::Metadata;

const KINDS: [(ChainKind, &str); 2] = [
	(ChainKind::Region, "regional"),
	(ChainKind::Consortium, "consortium"),
];

fn how(name: &str) -> String {
	format!(
		"start a node of the new runtime and run: cargo run -p salus-client --example \
		fetch_metadata -- ws://127.0.0.1:9944 client/metadata/{name}.scale"
	)
}

fn metadata(name: &str) -> Metadata {
	// A path from the test's working directory, as the test may be built in another checkout.
	let bytes = std::fs::read(format!("metadata/{name}.scale"))
		.unwrap_or_else(|error| panic!("client/metadata/{name}.scale: {error}; {}", how(name)));
	Metadata::decode_from(&bytes)
		.unwrap_or_else(|error| panic!("client/metadata/{name}.scale: {error}; {}", how(name)))
}

fn fits(kind: ChainKind, name: &str) {
	let metadata = metadata(name);
	assert_eq!(ChainKind::of(&metadata), kind);
	let drift = chain::drift(&metadata, kind);
	assert!(
		drift.is_empty(),
		"change the client, or if the metadata is old, {}:\n{}",
		how(name),
		drift.join("\n")
	);
}

#[test]
fn the_client_fits_the_regional_runtime() {
	fits(ChainKind::Region, "regional");
}

#[test]
fn the_client_fits_the_consortium_runtime() {
	fits(ChainKind::Consortium, "consortium");
}

#[test]
fn the_client_does_not_fit_a_chain_of_the_other_kind() {
	let drift = chain::drift(&metadata("regional"), ChainKind::Consortium);
	for what in ["Consortium.admit_region", "ConsortiumApi.grant"] {
		assert!(
			drift.iter().any(|line| line.starts_with(what)),
			"{what}: {drift:?}"
		);
	}
	// Both kinds have a council.
	assert!(!drift.iter().any(|line| line.starts_with("Council.")));
}

#[test]
fn transaction_extensions_need_no_settings() {
	let known = [
		"CheckSpecVersion",
		"CheckTxVersion",
		"CheckNonce",
		"CheckGenesis",
		"CheckMortality",
		"CheckMetadataHash",
	];
	for (_, name) in KINDS {
		let metadata = metadata(name);
		let empty = |id: u32| {
			use scale_info::TypeDef;
			match &metadata.types().resolve(id).unwrap().type_def {
				TypeDef::Tuple(tuple) => tuple.fields.is_empty(),
				TypeDef::Composite(composite) => composite.fields.is_empty(),
				_ => false,
			}
		};
		for extension in metadata
			.extrinsic()
			.transaction_extensions_to_use_for_encoding()
		{
			let sized = !empty(extension.extra_ty()) || !empty(extension.additional_ty());
			assert!(
				!sized || known.contains(&extension.identifier()),
				"{name}: {} is neither zero-sized nor one that wallets know",
				extension.identifier()
			);
		}
	}
}
