//! `salus-gateway check`: what is wrong with a hospital's set-up, and the command that repairs each
//! fault.
//!
//! The commands are those of a machine that was set up as docs/operating.md says: the services are
//! units of systemd, and their options are in `/etc/salus`.

mod files;
mod gateway;
mod kubo;
mod nodes;

use std::{
	fmt,
	fs::File,
	io::ErrorKind,
	path::{Path, PathBuf},
};

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
	/// How long Kubo may take after its start to find the others.
	pub kubo_start_seconds: u64,
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

/// The first file that this user may not read: of what is in it, nothing true could be told.
fn forbidden<'a>(setup: &'a Setup<'_>) -> Option<&'a Path> {
	let config = setup.config;
	let tls = config
		.tls
		.iter()
		.flat_map(|tls| [&tls.certificate, &tls.key]);
	let secret = config.envelopes.iter().flat_map(|kubo| &kubo.secret);
	let kubo = config.envelopes.iter().map(|_| setup.kubo_config);
	let mut all = tls.chain(secret).map(PathBuf::as_path).chain(kubo);
	all.find(|file| {
		let opened = File::open(file);
		opened.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
	})
}

/// All faults of a set-up. It takes some seconds: each chain must make a final block meanwhile.
pub async fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	if let Some(file) = forbidden(setup) {
		let what = format!("you may not read {}, so check as root", file.display());
		let command = format!("sudo salus-gateway check --config {}", setup.file.display());
		return vec![Fault::new(what, command)];
	}
	let mut faults = nodes::faults(setup).await;
	faults.extend(kubo::faults(setup).await);
	faults.extend(files::faults(setup));
	// The last one: each of the others can keep it from starting.
	faults.extend(gateway::fault(setup.config.listen).await);
	faults
}
