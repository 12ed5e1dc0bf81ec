//! The genesis of a built-in chain, made by the native copy of its runtime.
//!
//! `sc-chain-spec` asks the Wasm, and compiles it for every question: a node would compile its
//! runtime three times where once will do. A test holds the two to the same state.

use std::collections::BTreeMap;

use polkadot_omni_node_lib::chain_spec::{ChainSpec, GenericChainSpec};
use sc_chain_spec::{json_merge, ChainType, GetExtension, Properties};
use sc_service::config::{MultiaddrWithPeerId, TelemetryEndpoints};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::Value;
use sp_runtime::{BuildStorage, Storage};

/// The key of a runtime's code in the state.
const CODE: &[u8] = b":code";

/// Makes a state of a patch of the default genesis.
pub type Build = fn(Value) -> Result<Storage, String>;

/// The [`Build`] of a runtime, given its `RuntimeGenesisConfig`; the code is still missing.
pub fn build<Config>(patch: Value) -> Result<Storage, String>
where
	Config: BuildStorage + Default + DeserializeOwned + Serialize,
{
	let failed = |error: serde_json::Error| format!("the genesis: {error}");
	let mut config = serde_json::to_value(Config::default()).map_err(failed)?;
	json_merge(&mut config, patch);
	serde_json::from_value::<Config>(config)
		.map_err(failed)?
		.build_storage()
}

/// A chain spec whose state is made natively; all else is the inner spec's.
#[derive(Clone)]
pub struct NativeSpec {
	spec: GenericChainSpec,
	/// None once another state is set.
	native: Option<Native>,
}

#[derive(Clone)]
struct Native {
	build: Build,
	patch: Value,
	code: &'static [u8],
}

impl NativeSpec {
	/// Of a spec that holds the same patch and code.
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
