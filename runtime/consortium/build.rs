//! Builds the runtime's Wasm. `SALUS_RUNTIME_FEATURES` adds features to the Wasm alone, so that
//! the benchmarks need no second build of everything else.

fn main() {
	#[cfg(feature = "std")]
	{
		println!("cargo:rerun-if-env-changed=SALUS_RUNTIME_FEATURES");
		let features = std::env::var("SALUS_RUNTIME_FEATURES").unwrap_or_default();
		features
			.split(',')
			.filter(|feature| !feature.is_empty())
			.fold(
				substrate_wasm_builder::WasmBuilder::init_with_defaults(),
				|builder, feature| builder.enable_feature(feature),
			)
			.build();
	}
}
