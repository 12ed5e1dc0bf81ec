//! The subcommands that this node adds. The benchmarks need no feature of the node. Only the Wasm
//! is built with `runtime-benchmarks` (see `scripts/weights`).

use crate::try_state::TryStateCmd;
use clap::Subcommand;
use cumulus_primitives_proof_size_hostfunction::storage_proof_size;
use frame_benchmarking_cli::PalletCmd;
use polkadot_omni_node_lib::{extra_subcommand::ExtraSubcommand, RunConfig};
use sc_cli::ExportChainSpecCmd;
use sp_runtime::traits::BlakeTwo256;

/// The subcommands that this node adds.
#[derive(Debug, Subcommand)]
pub enum Extra {
	/// Write a chain spec as JSON.
	ExportChainSpec(ExportChainSpecCmd),

	/// Measure the weights of a pallet's calls (scripts/weights uses it).
	#[command(name = "benchmark-pallet")]
	Benchmark(Box<PalletCmd>),

	/// Check the state of a running chain: every value must decode, and every pallet's invariants
	/// must hold.
	TryState(TryStateCmd),
}

impl ExtraSubcommand for Extra {
	fn handle(self, config: &RunConfig) -> sc_cli::Result<()> {
		match self {
			Self::ExportChainSpec(command) => {
				let spec = config.chain_spec_loader.load_spec(&command.chain)?;
				command.run(spec)
			}
			Self::Benchmark(command) => {
				command.run_with_spec::<BlakeTwo256, storage_proof_size::HostFunctions>(None)
			}
			Self::TryState(command) => command.run().map_err(sc_cli::Error::Input),
		}
	}
}
