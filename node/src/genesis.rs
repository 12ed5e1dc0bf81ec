//! The genesis of a built-in chain, built by the native copy of its runtime.
//!
//! `sc-chain-spec` uses the Wasm, and compiles it three times until the node has started. The
//! native copy saves that. A test compares the two states.

use std::collections::BTreeMap;

use polkadot_omni_node_lib::chain_spec::{ChainSpec, GenericChainSpec};
use sc_chain_spec::{json_merge, ChainType, GetExtension, Properties};
use sc_service::config::{MultiaddrWithPeerId, TelemetryEndpoints};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::Value;
use sp_runtime::{BuildStorage, Storage};

/// The key of a runtime's code in the state.
const CODE: &[u8] = b":code";

/// Builds the state from a patch of the default genesis.
pub type Build = fn(Value) -> Result<Storage, String>;

/// The [`Build`] function of a runtime with this `RuntimeGenesisConfig`. The state lacks the code.
pub fn build<Config>(patch: Value) -> Result<Storage, String>
where
	Config: BuildStorage + Default + DeserializeOwned + Serialize,
{
	let failed = |error: serde_json::Error| format!("cannot build the genesis: {error}");
	let mut config = serde_json::to_value(Config::default()).map_err(failed)?;
	json_merge(&mut config, patch);
	serde_json::from_value::<Config>(config)
		.map_err(failed)?
		.build_storage()
}

/// A chain spec whose state is built natively. Everything else is that of the inner spec.
#[derive(Clone)]
pub struct NativeSpec {
	spec: GenericChainSpec,
	/// `None` after another state was set.
	native: Option<Native>,
}

#[derive(Clone)]
struct Native {
	build: Build,
	patch: Value,
	code: &'static [u8],
}

impl NativeSpec {
	/// `spec` must contain the same patch and code.
	pub fn new(spec: GenericChainSpec, build: Build, patch: Value, code: &'static [u8]) -> Self {
		let native = Some(Native { build, patch, code });
		Self { spec, native }
	}
}

impl BuildStorage for NativeSpec {
	fn assimilate_storage(&self, storage: &mut Storage) -> Result<(), String> {
		let Some(native) = &self.native else {
			return self.spec.assimilate_storage(storage);
		};
		(native.build)(native.patch.clone())?.assimilate_storage(storage)?;
		storage.top.insert(CODE.to_vec(), native.code.to_vec());
		Ok(())
	}
}

impl ChainSpec for NativeSpec {
	fn name(&self) -> &str {
		self.spec.name()
	}

	fn id(&self) -> &str {
		self.spec.id()
	}

	fn chain_type(&self) -> ChainType {
		self.spec.chain_type()
	}

	fn boot_nodes(&self) -> &[MultiaddrWithPeerId] {
		self.spec.boot_nodes()
	}

	fn telemetry_endpoints(&self) -> &Option<TelemetryEndpoints> {
		self.spec.telemetry_endpoints()
	}

	fn protocol_id(&self) -> Option<&str> {
		self.spec.protocol_id()
	}

	fn fork_id(&self) -> Option<&str> {
		self.spec.fork_id()
	}

	fn properties(&self) -> Properties {
		self.spec.properties()
	}

	fn extensions(&self) -> &dyn GetExtension {
		self.spec.extensions()
	}

	fn extensions_mut(&mut self) -> &mut dyn GetExtension {
		self.spec.extensions_mut()
	}

	fn add_boot_node(&mut self, addr: MultiaddrWithPeerId) {
		self.spec.add_boot_node(addr)
	}

	fn as_json(&self, raw: bool) -> Result<String, String> {
		if !raw {
			return self.spec.as_json(false);
		}
		let mut spec = self.spec.clone();
		spec.set_storage(self.build_storage()?);
		spec.as_json(true)
	}

	fn as_storage_builder(&self) -> &dyn BuildStorage {
		self
	}

	fn cloned_box(&self) -> Box<dyn ChainSpec> {
		Box::new(self.clone())
	}

	fn set_storage(&mut self, storage: Storage) {
		self.native = None;
		self.spec.set_storage(storage);
	}

	fn code_substitutes(&self) -> BTreeMap<String, Vec<u8>> {
		self.spec.code_substitutes()
	}
}
