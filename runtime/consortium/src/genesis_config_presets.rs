//! The genesis presets: a development consortium, and that of the test network. Their authorities
//! are well-known development accounts. They contain no region: to admit one, the authorities need
//! the hash of its first block.

use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use salus_runtime_common::{
	constants::{CONSORTIUM, TEST_NOTICE_PERIOD, TEST_SESSION_LENGTH},
	presets::{accounts, session_keys},
};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Eve, Ferdie};

use crate::{
	AuthoritiesConfig, GovernanceConfig, ParachainInfoConfig, PolkadotXcmConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys,
};

/// A consortium with three authorities, for development on one machine.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// The consortium of the test network.
pub const CONSORTIUM_2000: &str = "consortium-2000";

/// The ParaId of every preset.
pub const PARA_ID: u32 = CONSORTIUM;

fn consortium(authorities: &[Sr25519Keyring], governance: GovernanceConfig) -> serde_json::Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		parachain_info: ParachainInfoConfig {
			parachain_id: PARA_ID.into()
		},
		polkadot_xcm: PolkadotXcmConfig {
			safe_xcm_version: Some(xcm::prelude::XCM_VERSION)
		},
		authorities: AuthoritiesConfig {
			members: accounts(authorities).try_into().expect("few authorities"),
		},
		governance,
		session: SessionConfig {
			keys: session_keys(authorities, |key| SessionKeys { aura: key.into() }),
		},
	})
}

fn test_network() -> GovernanceConfig {
	GovernanceConfig {
		notice_period: Some(TEST_NOTICE_PERIOD),
		session_length: Some(TEST_SESSION_LENGTH),
		..Default::default()
	}
}

/// A preset as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT => consortium(&[Alice, Bob, Charlie], Default::default()),
		CONSORTIUM_2000 => consortium(&[Eve, Ferdie], test_network()),
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![DEVELOPMENT.into(), CONSORTIUM_2000.into()]
}
