//! The genesis presets: a development region, and the regions of the test network. Their
//! authorities are well-known development accounts.

use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use salus_runtime_common::{
	constants::{TEST_NOTICE_PERIOD, TEST_SESSION_LENGTH},
	presets::{accounts, session_keys},
};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};

use crate::{
	AuthoritiesConfig, GovernanceConfig, ParachainInfoConfig, PolkadotXcmConfig, RegistryConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys,
};

/// A region with three authorities, for development on one machine.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// The first region of the test network.
pub const REGION_2001: &str = "region-2001";
/// The second region of the test network.
pub const REGION_2002: &str = "region-2002";

/// The ParaId of [`DEVELOPMENT`] and of [`REGION_2001`].
pub const FIRST_REGION: u32 = 2001;
/// The ParaId of [`REGION_2002`].
pub const SECOND_REGION: u32 = 2002;

fn region(
	para: u32,
	authorities: &[Sr25519Keyring],
	governance: GovernanceConfig,
) -> serde_json::Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		parachain_info: ParachainInfoConfig {
			parachain_id: para.into()
		},
		polkadot_xcm: PolkadotXcmConfig {
			safe_xcm_version: Some(xcm::prelude::XCM_VERSION)
		},
		authorities: AuthoritiesConfig {
			members: accounts(authorities).try_into().expect("few authorities"),
		},
		governance,
		registry: RegistryConfig {
			invited: accounts(authorities),
		},
		session: SessionConfig {
			keys: session_keys(authorities, |key| SessionKeys {
				aura: key.into(),
				pinning: key.into(),
			}),
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
		DEVELOPMENT => region(FIRST_REGION, &[Alice, Bob, Charlie], Default::default()),
		REGION_2001 => region(FIRST_REGION, &[Alice, Bob], test_network()),
		REGION_2002 => region(SECOND_REGION, &[Charlie, Dave], test_network()),
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![DEVELOPMENT.into(), REGION_2001.into(), REGION_2002.into()]
}
