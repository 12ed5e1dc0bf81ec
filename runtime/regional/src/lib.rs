//! The runtime of every region. ParaId and authorities come from genesis.
//!
//! The pallets, by tens:
//!
//! | index | group |
//! |---|---|
//! | 0 | the system and the parachain itself |
//! | 10 | accounts and quotas; there is no currency |
//! | 20 | blocks and their authors |
//! | 30 | authorities and their decisions |
//! | 40 | messages from and to other chains |
//! | 50 | batches |
//! | 60 | members, records, grants and pins |
//!
//! No origin is Root, and nothing dispatches as Root: see `configs` and its tests.
//!
//! ```
//! use salus_regional_runtime::{genesis_config_presets::DEVELOPMENT, VERSION};
//!
//! assert_eq!(VERSION.spec_name.as_ref(), "salus-region");
//! assert_eq!(DEVELOPMENT, "development");
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_config_presets;
#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{generic, impl_opaque_keys};
use sp_version::RuntimeVersion;

pub use apis::RUNTIME_API_VERSIONS;
pub use salus_runtime_common::types::{
	AccountId, Address, Balance, BlockNumber, Hash, Header, Nonce, Signature,
};

/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// The transaction extensions.
pub type TxExtension = salus_runtime_common::transactions::TxExtension<Runtime>;

/// A transaction as it is sent.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// Dispatches blocks and transactions to the pallets.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	NoUnsigned,
	AllPalletsWithSystem,
	(),
>;

/// Refuses unsigned transactions, except inherents in blocks.
pub type NoUnsigned =
	salus_runtime_common::transactions::NoUnsigned<RuntimeCall, configs::blocks::Inherents>;

impl_opaque_keys! {
	/// The session keys of an authority's node.
	pub struct SessionKeys {
		/// The key to make blocks.
		pub aura: Aura,
		/// The key to sign pin claims of the node's off-chain worker.
		pub pinning: Pinning,
	}
}

// The attribute needs literals.
macro_rules! version {
	($spec_version:tt) => {
		/// The runtime's version.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("salus-region"),
			impl_name: Cow::Borrowed("salus-region"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 0,
			apis: RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "increment-spec-version"))]
version!(1);
// For trying a runtime upgrade.
#[cfg(feature = "increment-spec-version")]
version!(2);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type ParachainSystem = cumulus_pallet_parachain_system;
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type ParachainInfo = parachain_info;
	#[runtime::pallet_index(4)]
	pub type WeightReclaim = cumulus_pallet_weight_reclaim;

	// Other pallets need balances. Every balance is 0, and there are no calls.
	#[runtime::pallet_index(10)]
	#[runtime::disable_call]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(12)]
	pub type Quota = pallet_quota;

	#[runtime::pallet_index(20)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(21)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(22)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(23)]
	pub type AuraExt = cumulus_pallet_aura_ext;

	#[runtime::pallet_index(30)]
	pub type Authorities = pallet_membership<Instance1>;
	#[runtime::pallet_index(31)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(32)]
	pub type Governance = pallet_governance;

	#[runtime::pallet_index(40)]
	pub type XcmpQueue = cumulus_pallet_xcmp_queue;
	#[runtime::pallet_index(41)]
	pub type PolkadotXcm = pallet_xcm;
	#[runtime::pallet_index(42)]
	pub type CumulusXcm = cumulus_pallet_xcm;
	#[runtime::pallet_index(43)]
	pub type MessageQueue = pallet_message_queue;
	#[runtime::pallet_index(44)]
	pub type Crossing = pallet_crossing;

	#[runtime::pallet_index(50)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(60)]
	pub type Registry = pallet_registry;
	#[runtime::pallet_index(61)]
	pub type Emr = pallet_emr;
	#[runtime::pallet_index(62)]
	pub type Permissions = pallet_permissions;
	#[runtime::pallet_index(63)]
	pub type Pinning = pallet_pinning;
	#[runtime::pallet_index(64)]
	pub type Interregional = pallet_interregional;
	#[runtime::pallet_index(65)]
	pub type History = pallet_history;
}

cumulus_pallet_parachain_system::register_validate_block! {
	Runtime = Runtime,
	BlockExecutor = cumulus_pallet_aura_ext::BlockExecutor::<Runtime, Executive>,
}
