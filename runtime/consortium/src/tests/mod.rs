//! Tests of the whole runtime. Those with a `path` are the same for both runtimes.

mod apis;
#[path = "../../../common/shared/tests/authorities.rs"]
mod authorities;
#[path = "../../../common/shared/tests/blocks.rs"]
mod blocks;
#[path = "../../../common/shared/tests/calls.rs"]
mod calls;
mod crossing;
mod extensions;
mod metadata;
#[path = "../../../common/shared/tests/origins.rs"]
mod origins;
mod presets;
mod root;
#[path = "../../../common/shared/tests/state.rs"]
mod state;
#[path = "../../../common/shared/tests/wallets.rs"]
mod wallets;

use crate::genesis_config_presets::{get_preset, DEVELOPMENT};
use salus_runtime_common::testing;
use sp_io::TestExternalities;

/// The genesis state of a preset.
pub fn genesis(preset: &str) -> TestExternalities {
	testing::genesis::<crate::RuntimeGenesisConfig>(get_preset(&preset.into()))
}

/// The genesis state of a development consortium.
pub fn development() -> TestExternalities {
	genesis(DEVELOPMENT)
}
