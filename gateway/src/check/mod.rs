//! `salus-gateway check`: what is wrong with a hospital's set-up, and the command that repairs each
//! fault.
//!
//! The commands are those of a machine that was set up as docs/operating.md says: the services are
//! units of systemd, and their options are in `/etc/salus`.

mod files;
mod kubo;
mod nodes;

use std::{fmt, path::Path};

use crate::config::Config;

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
	/// The gateway's configuration.
	pub config: &'a Config,
	/// Its file.
	pub file: &'a Path,
	/// Kubo's own config.
	pub kubo_config: &'a Path,
	/// The folder with the services' options.
	pub etc: &'a Path,
	/// How long a chain may take to make a final block.
	pub final_block_seconds: u64,
	/// How old a final block's state can be that a member asks for.
	pub kept_blocks: u64,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
	/// What is wrong, and why it matters.
	pub what: String,
	/// The command that repairs it.
	pub command: String,
}

impl Fault {
	fn new(what: impl fmt::Display, command: impl Into<String>) -> Self {
		Self {
			what: what.to_string(),
			command: command.into(),
		}
	}
}

/// The command for what goes on by itself: to check again, later.
fn later(file: &Path) -> String {
	format!(
		"sleep 600 && salus-gateway check --config {}",
		file.display()
	)
}

/// All faults of a set-up. It takes some seconds: each chain must make a final block meanwhile.
pub async fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let mut faults = nodes::faults(setup).await;
	faults.extend(kubo::faults(setup).await);
	faults.extend(files::faults(setup));
	faults
}
