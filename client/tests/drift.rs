//! The client's calls, views, storage, events and errors against the metadata that is checked in.
//! That it is the runtime's is tested where the runtime is built: node/tests/metadata.rs.

use salus_client::chain;
use subxt::Metadata;

const HOW: &str = "start a node of the new runtime and run: cargo run -p salus-client \
	--example fetch_metadata -- ws://127.0.0.1:9944 client/metadata/regional.scale";

fn metadata() -> Metadata {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/metadata/regional.scale");
	let bytes = std::fs::read(path)
		.unwrap_or_else(|error| panic!("client/metadata/regional.scale: {error}; {HOW}"));
	Metadata::decode_from(&bytes)
		.unwrap_or_else(|error| panic!("client/metadata/regional.scale: {error}; {HOW}"))
}

#[test]
fn the_client_fits_the_runtime() {
	let drift = chain::drift(&metadata());
	assert!(
		drift.is_empty(),
		"change the client, or if the metadata is old, {HOW}:\n{}",
		drift.join("\n")
	);
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
	let metadata = metadata();
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
			"{} is neither zero-sized nor one that wallets know",
			extension.identifier()
		);
	}
}
