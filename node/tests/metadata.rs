//! The client's copy of the metadata is that of this node's runtime.

use salus_regional_runtime::Runtime;
use subxt::Metadata;

const HOW: &str =
	"start the new node (salus-node --dev --dev-block-time 1000) and run: cargo run -p \
	salus-client --example fetch_metadata -- ws://127.0.0.1:9944 client/metadata/regional.scale";

#[test]
fn the_client_has_the_metadata_of_this_runtime() {
	// Relative to cargo's working directory, since the test can come from another checkout.
	let stored = std::fs::read("../client/metadata/regional.scale")
		.unwrap_or_else(|error| panic!("client/metadata/regional.scale: {error}; {HOW}"));
	// Some constants come from the state.
	let built = sp_io::TestExternalities::default()
		.execute_with(|| Runtime::metadata_at_version(16))
		.expect("version 16 exists");
	// The hash does not cover the docs, which a native build can lack.
	let [stored, built] = [stored, built.to_vec()].map(|bytes| {
		let metadata = Metadata::decode_from(&bytes).expect("metadata of version 16");
		metadata.hasher().hash()
	});
	assert_eq!(
		stored, built,
		"client/metadata/regional.scale is outdated: {HOW}"
	);
}
