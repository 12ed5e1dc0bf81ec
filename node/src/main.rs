//! `salus-node`: a node of a Salus region, or of the consortium.
//!
//! It is `polkadot-omni-node-lib` with built-in chains, help for operators, and a few subcommands.

mod chain_spec;
mod commands;
mod files;
mod genesis;
mod options;
mod resolver;
mod try_state;

use chain_spec::Chains;
use options::WithDefaults;
use polkadot_omni_node_lib::{
	run_with_custom_cli, CliConfig as CliConfigT, RunConfig, NODE_VERSION,
};
use resolver::Resolver;
use std::{env, process::ExitCode};

/// A node takes less memory with it than with the system's: docs/measured.md.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
			"A node of a Salus region, or of the consortium. A region's node stores the region's \
			records. With the keys of an authority, it makes blocks and pins envelopes on its own \
			Kubo. A node of the consortium needs no Kubo.\n\
			\n\
			Built-in chains (--chain): {chains}; or the path of a chain spec.\n\
			\n\
			A region for development, one block a second, no relay chain:\n\
			  {executable} --dev --dev-block-time 1000\n\
			and a consortium:\n\
			  {executable} --dev --chain consortium-dev --dev-block-time 1000\n\
			\n\
			An authority's node: put its keys into the keystore (author_rotateKeysWithOwner, or \
			`key insert` for the types aura and, in a region, pinn). Run it with --collator, and \
			name the nodes of the other authorities by --reserved-nodes with --reserved-only. Keep \
			the RPC on loopback (the default): members use the gateway.\n\
			\n\
			The node expects Kubo's API at http://127.0.0.1:5001. `salus operator ipfs set URL` \
			sets another address on a running node.\n\
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

fn main() -> ExitCode {
	if let Some(fault) = files::unreadable_key(env::args_os()) {
		eprintln!("salus-node: {fault}");
		return ExitCode::FAILURE;
	}
	let config = RunConfig::new(Box::new(Resolver), Box::new(Chains));
	let Err(error) = run_with_custom_cli::<CliConfig, WithDefaults>(config) else {
		return ExitCode::SUCCESS;
	};
	let error = error.to_string();
	eprintln!("salus-node: {error}");
	for fault in files::faults(&error, env::args_os()) {
		eprintln!("salus-node: {fault}");
	}
	ExitCode::FAILURE
}
