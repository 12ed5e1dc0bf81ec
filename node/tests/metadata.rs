//! The client's copies of the metadata are those of this node's runtimes.

use subxt::Metadata;

/// Compares a copy with what the runtime gives. Both are hashed without the docs, which a native
/// build can lack.
fn assert_same(name: &str, chain: &str, built: Option<sp_core::OpaqueMetadata>) {
	// Relative to cargo's working directory, since the test can come from another checkout.
	let path = format!("../client/metadata/{name}.scale");
	let how = format!(
		"{path} is outdated: start the new node (salus-node {chain} --dev-block-time 1000) and run: \
		cargo run -p salus-client --example fetch_metadata -- ws://127.0.0.1:9944 \
		client/metadata/{name}.scale"
	);
	let stored = std::fs::read(&path).unwrap_or_else(|error| panic!("{error}; {how}"));
	let built = built.expect("version 16 exists").to_vec();
	let [stored, built] = [stored, built].map(|bytes| {
		let metadata = Metadata::decode_from(&bytes).expect("metadata of version 16");
		metadata.hasher().hash()
	});
	assert_eq!(stored, built, "{how}");
}

// Some constants come from the state.
fn with_state<R>(read: impl FnOnce() -> R) -> R {
	sp_io::TestExternalities::default().execute_with(read)
}

#[test]
fn the_client_has_the_metadata_of_the_regional_runtime() {
	let built = with_state(|| salus_regional_runtime::Runtime::metadata_at_version(16));
	assert_same("regional", "--dev", built);
}

#[test]
fn the_client_has_the_metadata_of_the_consortium_runtime() {
	let built = with_state(|| salus_consortium_runtime::Runtime::metadata_at_version(16));
	assert_same("consortium", "--dev --chain consortium-dev", built);
}
