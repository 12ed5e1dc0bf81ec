//! How a chain numbers its blocks and who signs them, which the node must know before it starts.

use polkadot_omni_node_lib::{
	chain_spec::ChainSpec,
	runtime::{
		AuraConsensusId, BlockNumber, Consensus, DefaultRuntimeResolver, Runtime, RuntimeResolver,
	},
};

use crate::chain_spec::ID_PREFIX;

/// Knows our chains by their id. Of any other it asks the runtime's metadata, for which the whole
/// runtime has to be compiled.
pub struct Resolver;

impl RuntimeResolver for Resolver {
	fn runtime(&self, spec: &dyn ChainSpec) -> sc_cli::Result<Runtime> {
		if spec.id().starts_with(ID_PREFIX) {
			return Ok(ours());
		}
		DefaultRuntimeResolver.runtime(spec)
	}
}

/// What both our runtimes are.
fn ours() -> Runtime {
	Runtime::Omni(BlockNumber::U32, Consensus::Aura(AuraConsensusId::Sr25519))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain_spec::Chains;
	use polkadot_omni_node_lib::chain_spec::LoadSpec;

	#[test]
	fn our_chains_are_what_their_metadata_says() {
		for name in ["region-dev", "consortium-dev"] {
			let spec = Chains.load_spec(name).unwrap();
			assert!(spec.id().starts_with(ID_PREFIX));
			assert!(Resolver.runtime(spec.as_ref()).unwrap() == ours());
			assert!(
				DefaultRuntimeResolver.runtime(spec.as_ref()).unwrap() == ours(),
				"{name}"
			);
		}
	}
}
