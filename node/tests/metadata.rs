//! The metadata that the client keeps is that of the runtime that this node is built with.

use salus_regional_runtime::Runtime;
use subxt::Metadata;

const HOW: &str =
	"start the new node (salus-node --dev --dev-block-time 1000) and run: cargo run -p \
	salus-client --example fetch_metadata -- ws://127.0.0.1:9944 client/metadata/regional.scale";

#[test]
fn the_client_has_the_metadata_of_this_runtime() {
	// From where cargo runs the test: it may have been built in another checkout.
	let kept = std::fs::read("../client/metadata/regional.scale")
		.unwrap_or_else(|error| panic!("client/metadata/regional.scale: {error}; {HOW}"));
	// Some constants are read from the state.
	let built = sp_io::TestExternalities::default()
		.execute_with(|| Runtime::metadata_at_version(16))
		.expect("version 16 is there");
	// Its hash leaves out the docs, which a native build may lack.
	let [kept, built] = [kept, built.to_vec()].map(|bytes| {
		let metadata = Metadata::decode_from(&bytes).expect("metadata of version 16");
		metadata.hasher().hash()
	});
	assert_eq!(kept, built, "client/metadata/regional.scale is old: {HOW}");
}
