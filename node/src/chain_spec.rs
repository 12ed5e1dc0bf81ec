//! The built-in chains.

use polkadot_omni_node_lib::chain_spec::{
	ChainSpec, DiskChainSpecLoader, Extensions, GenericChainSpec, LoadSpec,
};
use salus_consortium_runtime::genesis_config_presets as consortium;
use salus_regional_runtime::genesis_config_presets as region;
use sc_chain_spec::ChainType;
use serde_json::Value;

use crate::genesis::{self, NativeSpec};

/// Loads a built-in chain by its name, and any other chain from a file.
pub struct Chains;

/// A built-in chain.
struct BuiltIn {
	name: &'static str,
	title: &'static str,
	wasm: Option<&'static [u8]>,
	/// Builds the genesis state natively.
	build: genesis::Build,
	/// The runtime's presets.
	presets: fn(&String) -> Option<Vec<u8>>,
	preset: &'static str,
	para: u32,
	kind: ChainType,
}

const REGION: Option<&[u8]> = salus_regional_runtime::WASM_BINARY;
const CONSORTIUM: Option<&[u8]> = salus_consortium_runtime::WASM_BINARY;

const REGION_GENESIS: genesis::Build =
	genesis::build::<salus_regional_runtime::RuntimeGenesisConfig>;
const CONSORTIUM_GENESIS: genesis::Build =
	genesis::build::<salus_consortium_runtime::RuntimeGenesisConfig>;

const BUILT_IN: [BuiltIn; 5] = [
	BuiltIn {
		name: "region-dev",
		title: "Salus Region (development)",
		wasm: REGION,
		build: REGION_GENESIS,
		presets: region::get_preset,
		preset: region::DEVELOPMENT,
		para: region::FIRST_REGION,
		kind: ChainType::Development,
	},
	BuiltIn {
		name: "region-2001",
		title: "Salus Region 2001 (test network)",
		wasm: REGION,
		build: REGION_GENESIS,
		presets: region::get_preset,
		preset: region::REGION_2001,
		para: region::FIRST_REGION,
		kind: ChainType::Local,
	},
	BuiltIn {
		name: "region-2002",
		title: "Salus Region 2002 (test network)",
		wasm: REGION,
		build: REGION_GENESIS,
		presets: region::get_preset,
		preset: region::REGION_2002,
		para: region::SECOND_REGION,
		kind: ChainType::Local,
	},
	BuiltIn {
		name: "consortium-dev",
		title: "Salus Consortium (development)",
		wasm: CONSORTIUM,
		build: CONSORTIUM_GENESIS,
		presets: consortium::get_preset,
		preset: consortium::DEVELOPMENT,
		para: consortium::PARA_ID,
		kind: ChainType::Development,
	},
	BuiltIn {
		name: "consortium-2000",
		title: "Salus Consortium 2000 (test network)",
		wasm: CONSORTIUM,
		build: CONSORTIUM_GENESIS,
		presets: consortium::get_preset,
		preset: consortium::CONSORTIUM_2000,
		para: consortium::PARA_ID,
		kind: ChainType::Local,
	},
];

/// The prefix of the ids of our chains.
pub const ID_PREFIX: &str = "salus-";

/// The relay chain of the test network.
const RELAY_CHAIN: &str = "rococo-local";

impl Chains {
	/// The names of the built-in chains.
	pub fn names() -> Vec<&'static str> {
		BUILT_IN.iter().map(|chain| chain.name).collect()
	}
}

impl LoadSpec for Chains {
	fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
		// `--dev` without `--chain` asks for the chain "dev".
		let id = if id == "dev" { "region-dev" } else { id };
		if let Some(chain) = BUILT_IN.iter().find(|chain| chain.name == id) {
			return Ok(Box::new(chain.spec()?));
		}
		if id.is_empty() {
			return Err(format!(
				"No chain is named. Use --chain with one of {}, or with a file.",
				Self::names().join("|")
			));
		}
		DiskChainSpecLoader.load_spec(id).map_err(|error| {
			format!(
				"{id} is not a built-in chain ({}), and not a file with a chain spec: {error}",
				Self::names().join(", ")
			)
		})
	}
}

impl BuiltIn {
	fn wasm(&self) -> Result<&'static [u8], String> {
		self.wasm.ok_or_else(|| {
			"This node was built without the runtimes' Wasm (SKIP_WASM_BUILD). Build it again, or \
			use a chain spec."
				.into()
		})
	}

	fn patch(&self) -> Result<Value, String> {
		let preset =
			(self.presets)(&self.preset.into()).ok_or("the runtime does not contain the preset")?;
		serde_json::from_slice(&preset)
			.map_err(|error| format!("cannot decode the preset: {error}"))
	}

	/// The spec, whose genesis state the Wasm builds.
	fn generic(&self) -> Result<GenericChainSpec, String> {
		let properties =
			serde_json::json!({ "ss58Format": 42, "tokenSymbol": "NONE", "tokenDecimals": 0 });
		let extensions = Extensions::new(RELAY_CHAIN.into(), self.para);
		let id = format!("{ID_PREFIX}{}", self.name);
		let spec = GenericChainSpec::builder(self.wasm()?, extensions)
			.with_name(self.title)
			.with_id(&id)
			.with_chain_type(self.kind.clone())
			.with_protocol_id(&id)
			.with_properties(properties.as_object().cloned().unwrap_or_default())
			.with_genesis_config_patch(self.patch()?)
			.build();
		Ok(spec)
	}

	/// The same spec, whose genesis state the native runtime builds.
	fn spec(&self) -> Result<NativeSpec, String> {
		Ok(NativeSpec::new(
			self.generic()?,
			self.build,
			self.patch()?,
			self.wasm()?,
		))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::BuildStorage;

	fn id(name: &str) -> String {
		Chains.load_spec(name).unwrap().id().to_owned()
	}

	#[test]
	fn the_native_genesis_of_each_built_in_chain_is_that_of_its_wasm() {
		for chain in &BUILT_IN {
			let spec = Chains.load_spec(chain.name).unwrap();
			assert_eq!(spec.id(), format!("salus-{}", chain.name));
			let (wasm, native) = (
				chain.generic().unwrap().build_storage().unwrap(),
				spec.as_storage_builder().build_storage().unwrap(),
			);
			assert!(native.top.contains_key(b":code".as_slice()));
			assert!(wasm.top == native.top, "{}", chain.name);
			assert_eq!(wasm.children_default, native.children_default);
		}
		assert_eq!(id("dev"), id("region-dev"));
		assert_ne!(id("consortium-dev"), id("region-dev"));
	}

	#[test]
	fn the_json_of_a_chain_contains_its_preset_or_its_raw_state() {
		for chain in &BUILT_IN {
			let spec = Chains.load_spec(chain.name).unwrap();
			let plain: Value = serde_json::from_str(&spec.as_json(false).unwrap()).unwrap();
			assert_eq!(
				plain["genesis"]["runtimeGenesis"]["patch"],
				chain.patch().unwrap()
			);
			let raw: Value = serde_json::from_str(&spec.as_json(true).unwrap()).unwrap();
			assert!(raw["genesis"]["raw"]["top"]["0x3a636f6465"].is_string());
		}
	}

	#[test]
	fn a_copy_keeps_a_state_that_was_set() {
		let mut spec = Chains.load_spec("region-dev").unwrap();
		let mut storage = spec.as_storage_builder().build_storage().unwrap();
		storage.top.insert(b"more".to_vec(), b"state".to_vec());
		spec.set_storage(storage.clone());
		let copy = spec.cloned_box();
		assert!(copy.as_storage_builder().build_storage().unwrap().top == storage.top);
	}

	#[test]
	fn a_name_of_no_chain_is_a_file_or_an_error() {
		for name in [
			"",
			"region-2003",
			"consortium-2001",
			"/nonexistent/spec.json",
		] {
			let error = Chains.load_spec(name).err().unwrap();
			assert!(error.contains("region-dev"), "{error}");
		}
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("spec.json");
		let spec = Chains.load_spec("region-2002").unwrap();
		std::fs::write(&path, spec.as_json(true).unwrap()).unwrap();
		assert_eq!(id(path.to_str().unwrap()), "salus-region-2002");
	}
}
