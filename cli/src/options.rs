//! The options that all commands have.

use crate::config::Endpoints;
use clap::{Args, ValueEnum};
use salus_client::chain::Wait;
use std::path::PathBuf;

/// The options that all commands have.
#[derive(Args)]
#[command(next_help_heading = "Options for all commands")]
pub struct Options {
	#[command(flatten)]
	pub endpoints: Endpoints,
	/// The configuration file [default: salus/config.toml in your configuration folder]
	#[arg(
		long,
		global = true,
		env = "SALUS_CONFIG",
		value_name = "FILE",
		hide_short_help = true
	)]
	pub config: Option<PathBuf>,
	/// The folder with your keys [default: salus/keys in your data folder]
	#[arg(
		long,
		global = true,
		env = "SALUS_KEYS",
		value_name = "DIR",
		hide_short_help = true
	)]
	pub keys: Option<PathBuf>,
	/// The key to act with. Needed only if you have several
	// With its own id, because some commands have an argument `name`.
	#[arg(
		id = "as",
		long,
		global = true,
		env = "SALUS_AS",
		value_name = "NAME",
		hide_short_help = true
	)]
	pub key: Option<String>,
	/// Read the passphrase from this file descriptor (its first line), not from the terminal
	#[arg(long, global = true, value_name = "N", hide_short_help = true)]
	pub passphrase_fd: Option<u32>,
	/// The age in minutes, 1 to 30, from which the newest block of a chain is refused
	#[arg(
		long,
		global = true,
		env = "SALUS_MAX_AGE",
		value_name = "MINUTES",
		default_value_t = 5,
		value_parser = clap::value_parser!(u64).range(1..=30),
		hide_short_help = true
	)]
	max_age: u64,
	/// Print results and errors as JSON
	#[arg(long, global = true, hide_short_help = true)]
	pub json: bool,
	/// Do not send the transaction: print its call in hexadecimal digits, for polkadot-js Apps
	/// (Developer, Extrinsics, Decode)
	#[arg(long, global = true, hide_short_help = true)]
	pub print_call: bool,
	/// What to wait for after sending a transaction
	#[arg(
		long,
		global = true,
		value_enum,
		default_value_t,
		hide_short_help = true
	)]
	pub wait: WaitFor,
}

impl Options {
	/// The age from which the newest block of a chain is refused, in milliseconds.
	pub fn max_age(&self) -> u64 {
		self.max_age.saturating_mul(60_000)
	}
}

/// How long to wait for a transaction.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum WaitFor {
	/// Included in a block; the block can still be reverted
	Best,
	/// Included in a block that is final
	#[default]
	Finalized,
}

impl From<WaitFor> for Wait {
	fn from(wait: WaitFor) -> Self {
		match wait {
			WaitFor::Best => Self::Best,
			WaitFor::Finalized => Self::Finalized,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use salus_client::network::{DEFAULT_MAX_AGE, HIGHEST_MAX_AGE};

	#[derive(Parser)]
	struct Line {
		#[command(flatten)]
		options: Options,
	}

	#[test]
	fn the_greatest_age_of_a_block_is_in_bounds() {
		let age = |args: &[&str]| {
			let line = Line::try_parse_from([&["salus"][..], args].concat()).ok()?;
			Some(line.options.max_age())
		};
		assert_eq!(age(&[]), Some(DEFAULT_MAX_AGE));
		assert_eq!(age(&["--max-age", "1"]), Some(60_000));
		assert_eq!(age(&["--max-age", "30"]), Some(HIGHEST_MAX_AGE));
		for out_of_bounds in ["0", "31", "-1", "5.5", ""] {
			assert_eq!(age(&["--max-age", out_of_bounds]), None, "{out_of_bounds}");
		}
	}
}
