//! `salus-node`: a node of a Salus region, or of the consortium.
//!
//! All of it is `polkadot-omni-node-lib`; what stands here are the built-in chains, the help that
//! an operator needs, and the benchmarks' harness.

mod chain_spec;
mod commands;
mod genesis;
mod resolver;
mod try_state;

use chain_spec::Chains;
use commands::Extra;
use polkadot_omni_node_lib::{
	run_with_custom_cli, CliConfig as CliConfigT, RunConfig, NODE_VERSION,
};
use resolver::Resolver;

struct CliConfig;

impl CliConfigT for CliConfig {
	fn impl_version() -> String {
		format!(
			"{} (polkadot-sdk node {NODE_VERSION})",
			env!("CARGO_PKG_VERSION")
		)
	}

	fn description(executable: String) -> String {
		format!(
			"A node of a Salus region: it holds the region's records and, when its keys are an \
			authority's, makes blocks and pins envelopes on the Kubo beside it. Or a node of the \
			consortium, which joins the regions: it needs no Kubo.\n\
			\n\
			Chains that are built in (--chain): {chains}; or the path of a chain spec.\n\
			\n\
			A region for development, one block a second, no relay chain:\n\
			  {executable} --dev --dev-block-time 1000\n\
			and a consortium:\n\
			  {executable} --chain consortium-dev --alice --dev-block-time 1000\n\
			\n\
			An authority's node: put its keys into the keystore (author_rotateKeysWithOwner, or \
			`key insert` for the types aura and, in a region, pinn), run it with --collator, and \
			give the nodes of the other authorities as --reserved-nodes with --reserved-only. Keep \
			the RPC on loopback (the default): members come through the gateway.\n\
			\n\
			Kubo's API is looked for at http://127.0.0.1:5001; `salus operator ipfs set URL` tells \
			a running node another address.\n\
			\n\
			Arguments after -- go to the embedded relay-chain node:\n\
			  {executable} [region's arguments] -- [relay chain's arguments]",
			chains = Chains::names().join(", "),
		)
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		env!("CARGO_PKG_REPOSITORY").into()
	}

	fn copyright_start_year() -> u16 {
		2026
	}
}

// The error of the libraries, returned once.
#[allow(clippy::result_large_err)]
fn main() -> sc_cli::Result<()> {
	let config = RunConfig::new(Box::new(Resolver), Box::new(Chains));
	run_with_custom_cli::<CliConfig, Extra>(config)
}
