fn main() {
	// The versions are those of this folder's Cargo.lock, wherever the target folder lies.
	if let Ok(here) = std::env::var("CARGO_MANIFEST_DIR") {
		std::env::set_var("WASM_BUILD_WORKSPACE_HINT", here);
	}
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
