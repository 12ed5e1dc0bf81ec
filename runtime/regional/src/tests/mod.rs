//! Tests of the whole runtime.

mod apis;
mod extensions;
mod metadata;
mod presets;
mod root;

use crate::genesis_config_presets::DEVELOPMENT;
use frame_support::genesis_builder_helper::build_state;
use sp_io::TestExternalities;

/// The state of a preset's genesis.
pub fn genesis(preset: &str) -> TestExternalities {
	let mut state = TestExternalities::default();
	state.execute_with(|| {
		let json = preset_json(preset);
		build_state::<crate::RuntimeGenesisConfig>(json).expect("the preset builds");
	});
	state
}

/// The state of a region for development.
pub fn development() -> TestExternalities {
	genesis(DEVELOPMENT)
}

/// A preset merged into the default configuration.
fn preset_json(preset: &str) -> Vec<u8> {
	let mut config =
		serde_json::to_value(crate::RuntimeGenesisConfig::default()).expect("it is JSON");
	let patch = crate::genesis_config_presets::get_preset(&preset.into()).expect("it is a preset");
	merge(
		&mut config,
		serde_json::from_slice(&patch).expect("it is JSON"),
	);
	serde_json::to_vec(&config).expect("it is JSON")
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
