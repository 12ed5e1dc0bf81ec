//! The defaults of the node's options that follow from the chains of Salus. The library has others,
//! and takes its command from us only to add subcommands.

use crate::commands::Extra;
use clap::{error::Result, ArgMatches, Command, FromArgMatches, Subcommand};
use polkadot_omni_node_lib::{extra_subcommand::ExtraSubcommand, RunConfig};
use salus_primitives::blocks::STATE_BLOCKS;

/// How long the pool refuses a transaction that it dropped: about a block. Each refusal begins the
/// ban anew, so it must be shorter than the time after which a client sends again.
const BAN_SECONDS: &str = "1";

const STATE_PRUNING: &str = "\
Which blocks keep their state (their storage). A node needs the state of a block to answer questions \
about it.

- archive: all blocks.
- archive-canonical: final blocks.
- NUMBER: the last NUMBER of final blocks.

The database keeps the kind of the first run. Another kind needs a new database; another NUMBER does \
not.";

/// Our subcommands, and our defaults of the node's options.
pub struct WithDefaults(Extra);

impl Subcommand for WithDefaults {
	fn augment_subcommands(command: Command) -> Command {
		Extra::augment_subcommands(command)
			// The only way to make several blocks in a slot of the relay chain.
			.mut_arg("authoring", |arg| arg.default_value("slot-based"))
			// A client sends a transaction again that the pool dropped.
			.mut_arg("tx_ban_seconds", |arg| arg.default_value(BAN_SECONDS))
			.mut_arg("state_pruning", |arg| {
				arg.default_value(STATE_BLOCKS.to_string())
					.help(STATE_PRUNING)
					.long_help(STATE_PRUNING)
			})
	}

	fn augment_subcommands_for_update(command: Command) -> Command {
		Self::augment_subcommands(command)
	}

	fn has_subcommand(name: &str) -> bool {
		Extra::has_subcommand(name)
	}
}

impl FromArgMatches for WithDefaults {
	fn from_arg_matches(matches: &ArgMatches) -> Result<Self> {
		Extra::from_arg_matches(matches).map(Self)
	}

	fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<()> {
		self.0.update_from_arg_matches(matches)
	}
}

impl ExtraSubcommand for WithDefaults {
	fn handle(self, config: &RunConfig) -> sc_cli::Result<()> {
		self.0.handle(config)
	}
}
