//! A real Kubo for tests: offline, with its own repository.

use std::{
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
};

/// Kubo's executable: from `SALUS_IPFS`, from scripts/setup, or on the PATH.
fn executable() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let built = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let paths = std::env::var_os("PATH").unwrap_or_default();
	let set = std::env::var_os("SALUS_IPFS").map(PathBuf::from);
	set.into_iter()
		.chain([Path::new(&built).join("bin/ipfs")])
		.chain(std::env::split_paths(&paths).map(|path| path.join("ipfs")))
		.find(|path| path.is_file())
		.expect("this test needs Kubo's `ipfs`: run scripts/setup")
}

/// A Kubo that stops at the end of the test.
pub struct Kubo {
	repo: tempfile::TempDir,
	daemon: Option<Child>,
}

impl Kubo {
	pub fn start() -> Self {
		let repo = tempfile::tempdir().unwrap();
		let mut kubo = Self { repo, daemon: None };
		kubo.run(&["init", "--profile=server", "--empty-repo"]);
		for (key, value) in [
			("Addresses.API", "\"/ip4/127.0.0.1/tcp/0\""),
			("Addresses.Gateway", "\"/ip4/127.0.0.1/tcp/0\""),
			("Addresses.Swarm", "[]"),
			("Bootstrap", "[]"),
			("AutoConf.Enabled", "false"),
			("AutoTLS.Enabled", "false"),
			("DNS.Resolvers", "{}"),
			("Ipns.DelegatedPublishers", "[]"),
			("Routing.DelegatedRouters", "[]"),
			("Plugins.Plugins.telemetry.Config", "{\"Mode\":\"off\"}"),
		] {
			kubo.run(&["config", "--json", key, value]);
		}
		let daemon = kubo
			.command(&["daemon", "--offline"])
			.stdout(Stdio::null())
			.spawn();
		kubo.daemon = Some(daemon.unwrap());
		kubo
	}

	fn command(&self, args: &[&str]) -> Command {
		let mut command = Command::new(executable());
		command
			.env("IPFS_PATH", self.repo.path())
			.env("IPFS_TELEMETRY", "off");
		command
			.args(args)
			.stderr(Stdio::null())
			.stdin(Stdio::null());
		command
	}

	pub fn run(&self, args: &[&str]) -> String {
		let output = self.command(args).output().unwrap();
		assert!(output.status.success(), "ipfs {args:?}");
		String::from_utf8(output.stdout).unwrap().trim().to_owned()
	}

	/// The address of its RPC, once it listens.
	pub fn url(&self) -> Option<String> {
		let address = std::fs::read_to_string(self.repo.path().join("api")).ok()?;
		let parts: Vec<_> = address.trim().split('/').collect();
		Some(format!("http://{}:{}", parts.get(2)?, parts.get(4)?))
	}
}

impl Drop for Kubo {
	fn drop(&mut self) {
		if let Some(mut daemon) = self.daemon.take() {
			let _ = daemon.kill();
			let _ = daemon.wait();
		}
	}
}
