//! What an operator runs, with real nodes and Kubos: `salus-gateway check` and the commands that it prints,
//! the set-up of Kubo, backups, what starts the services, and what the program prints.

mod backup;
mod check;
mod hospital;
mod network_file;
#[path = "../../../node/tests/ports/mod.rs"]
mod ports;
mod program;
mod revive;
mod services;

use std::{
	path::{Path, PathBuf},
	process::{Command, Output, Stdio},
};

/// A script of `deploy`.
fn deploy(name: &str) -> PathBuf {
	Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy")).join(name)
}

/// Kubo's executable.
fn ipfs() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let home = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let set = std::env::var_os("SALUS_IPFS").map(PathBuf::from);
	let ipfs = set.unwrap_or_else(|| Path::new(&home).join("bin/ipfs"));
	assert!(
		ipfs.is_file(),
		"this test needs Kubo's `ipfs`: run scripts/setup"
	);
	ipfs
}

/// Runs a command in a folder, with its programs in `bin`.
fn run(folder: &Path, command: &str) -> Output {
	let path = std::env::var("PATH").unwrap();
	Command::new("bash")
		.args(["-ec", command])
		.current_dir(folder)
		.env("PATH", format!("{}:{path}", folder.join("bin").display()))
		.env("IPFS_PATH", folder.join("kubo"))
		.env("IPFS_TELEMETRY", "off")
		.stdin(Stdio::null())
		.output()
		.unwrap()
}
