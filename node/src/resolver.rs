//! The block number type and the consensus of a chain, which the node must know before it starts.

use polkadot_omni_node_lib::{
	chain_spec::ChainSpec,
	runtime::{
		AuraConsensusId, BlockNumber, Consensus, DefaultRuntimeResolver, Runtime, RuntimeResolver,
	},
};

use crate::chain_spec::ID_PREFIX;

/// Recognizes our chains by their ids. For any other chain it reads the runtime's metadata, which
/// needs the compiled runtime.
pub struct Resolver;

impl RuntimeResolver for Resolver {
	fn runtime(&self, spec: &dyn ChainSpec) -> sc_cli::Result<Runtime> {
		if spec.id().starts_with(ID_PREFIX) {
			return Ok(ours());
		}
		DefaultRuntimeResolver.runtime(spec)
	}
}

/// The properties of both our runtimes.
fn ours() -> Runtime {
	Runtime::Omni(BlockNumber::U32, Consensus::Aura(AuraConsensusId::Sr25519))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain_spec::Chains;
	use polkadot_omni_node_lib::chain_spec::LoadSpec;

	#[test]
	fn our_chains_agree_with_their_metadata() {
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
