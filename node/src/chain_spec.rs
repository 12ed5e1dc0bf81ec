//! The chains that are built in.

use polkadot_omni_node_lib::chain_spec::{
	ChainSpec, DiskChainSpecLoader, Extensions, GenericChainSpec, LoadSpec,
};
use salus_consortium_runtime::genesis_config_presets as consortium;
use salus_regional_runtime::genesis_config_presets as region;
use sc_chain_spec::ChainType;

/// Loads a built-in chain by name, any other from a file.
pub struct Chains;

/// A built-in chain.
struct BuiltIn {
	name: &'static str,
	title: &'static str,
	wasm: Option<&'static [u8]>,
	preset: &'static str,
	para: u32,
	kind: ChainType,
}

const REGION: Option<&[u8]> = salus_regional_runtime::WASM_BINARY;
const CONSORTIUM: Option<&[u8]> = salus_consortium_runtime::WASM_BINARY;

const BUILT_IN: [BuiltIn; 5] = [
	BuiltIn {
		name: "region-dev",
		title: "Salus Region (development)",
		wasm: REGION,
		preset: region::DEVELOPMENT,
		para: region::FIRST_REGION,
		kind: ChainType::Development,
	},
	BuiltIn {
		name: "region-2001",
		title: "Salus Region 2001 (test network)",
		wasm: REGION,
		preset: region::REGION_2001,
		para: region::FIRST_REGION,
		kind: ChainType::Local,
	},
	BuiltIn {
		name: "region-2002",
		title: "Salus Region 2002 (test network)",
		wasm: REGION,
		preset: region::REGION_2002,
		para: region::SECOND_REGION,
		kind: ChainType::Local,
	},
	BuiltIn {
		name: "consortium-dev",
		title: "Salus Consortium (development)",
		wasm: CONSORTIUM,
		preset: consortium::DEVELOPMENT,
		para: consortium::PARA_ID,
		kind: ChainType::Development,
	},
	BuiltIn {
		name: "consortium-2000",
		title: "Salus Consortium 2000 (test network)",
		wasm: CONSORTIUM,
		preset: consortium::CONSORTIUM_2000,
		para: consortium::PARA_ID,
		kind: ChainType::Local,
	},
];

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
		// `--dev` alone asks for the chain "dev".
		let id = if id == "dev" { "region-dev" } else { id };
		if let Some(chain) = BUILT_IN.iter().find(|chain| chain.name == id) {
			return Ok(Box::new(chain.spec()?));
		}
		if id.is_empty() {
			return Err(format!(
				"no chain named: give --chain {} or a file",
				Self::names().join("|")
			));
		}
		DiskChainSpecLoader.load_spec(id).map_err(|error| {
			format!(
				"{id} is neither a built-in chain ({}) nor a chain spec: {error}",
				Self::names().join(", ")
			)
		})
	}
}

impl BuiltIn {
	fn spec(&self) -> Result<GenericChainSpec, String> {
		let wasm = self.wasm.ok_or(
			"this node was built without the runtimes' Wasm (SKIP_WASM_BUILD): build it again, or \
			give a chain spec",
		)?;
		let properties =
			serde_json::json!({ "ss58Format": 42, "tokenSymbol": "NONE", "tokenDecimals": 0 });
		let spec = GenericChainSpec::builder(wasm, Extensions::new(RELAY_CHAIN.into(), self.para))
			.with_name(self.title)
			.with_id(&format!("salus-{}", self.name))
			.with_chain_type(self.kind.clone())
			.with_protocol_id(&format!("salus-{}", self.name))
			.with_properties(properties.as_object().cloned().unwrap_or_default())
			.with_genesis_config_preset_name(self.preset)
			.build();
		Ok(spec)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn id(name: &str) -> String {
		Chains.load_spec(name).unwrap().id().to_owned()
	}

	#[test]
	fn built_in_chains_have_a_genesis() {
		for name in Chains::names() {
			let spec = Chains.load_spec(name).unwrap();
			assert_eq!(spec.id(), format!("salus-{name}"));
			// Asks the runtime for its preset.
			assert!(
				spec.as_json(true).unwrap().contains("0x3a636f6465"),
				"{name}"
			);
		}
		assert_eq!(id("dev"), id("region-dev"));
		assert_ne!(id("consortium-dev"), id("region-dev"));
	}

	#[test]
	fn other_names_are_files_or_refused() {
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
