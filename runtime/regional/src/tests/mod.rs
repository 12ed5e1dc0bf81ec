//! Tests of the whole runtime.

mod apis;
mod extensions;
mod metadata;
mod presets;
mod root;
mod xcm;

use crate::genesis_config_presets::{get_preset, DEVELOPMENT};
use salus_runtime_common::testing;
use sp_io::TestExternalities;

/// The state of a preset's genesis.
pub fn genesis(preset: &str) -> TestExternalities {
	testing::genesis::<crate::RuntimeGenesisConfig>(get_preset(&preset.into()))
}

/// The state of a region for development.
pub fn development() -> TestExternalities {
	genesis(DEVELOPMENT)
}
