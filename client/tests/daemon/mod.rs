//! A real Kubo for tests, with its own repository.

use serde_json::Value;
use std::{
	fs,
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

/// It listens on loopback only, and calls nobody.
const SETTINGS: &[(&str, &str)] = &[
	("Addresses.API", "\"/ip4/127.0.0.1/tcp/0\""),
	("Addresses.Gateway", "\"/ip4/127.0.0.1/tcp/0\""),
	("Bootstrap", "[]"),
	("AutoConf.Enabled", "false"),
	("AutoTLS.Enabled", "false"),
	("DNS.Resolvers", "{}"),
	("Ipns.DelegatedPublishers", "[]"),
	("Routing.DelegatedRouters", "[]"),
	("Plugins.Plugins.telemetry.Config", "{\"Mode\":\"off\"}"),
];

/// A Kubo that stops at the end of the test.
pub struct Kubo {
	repo: tempfile::TempDir,
	daemon: Option<Child>,
	options: Vec<String>,
	/// The secret with which the tests use its RPC, if it demands one.
	secret: Option<String>,
}

#[allow(dead_code)]
impl Kubo {
	/// Offline.
	pub fn start() -> Self {
		Self::with(&[("Addresses.Swarm", "[]")], &["--offline"])
	}

	/// With these settings, as JSON, and options of the daemon. If there are authorizations, one is
	/// named `tests`, and is for [`run`](Self::run).
	pub fn with(settings: &[(&str, &str)], options: &[&str]) -> Self {
		let repo = tempfile::tempdir().unwrap();
		let mut kubo = Self {
			repo,
			daemon: None,
			options: options.iter().map(|option| option.to_string()).collect(),
			secret: None,
		};
		kubo.run(&["init", "--profile=server", "--empty-repo"]);
		let file = kubo.repo.path().join("config");
		let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
		for (key, value) in SETTINGS.iter().chain(settings) {
			let place = key.split('.').fold(&mut config, |at, key| &mut at[key]);
			*place = serde_json::from_str(value).unwrap();
		}
		fs::write(&file, config.to_string()).unwrap();
		let own = config.pointer("/API/Authorizations/tests/AuthSecret");
		kubo.secret = own.map(|secret| secret.as_str().unwrap().into());
		kubo.run_daemon();
		kubo
	}

	fn run_daemon(&mut self) {
		let mut command = self.command(&["daemon"]);
		let daemon = command.args(&self.options).stdout(Stdio::null()).spawn();
		self.daemon = Some(daemon.unwrap());
	}

	/// Kills it, as a crash does.
	pub fn kill(&mut self) {
		if let Some(mut daemon) = self.daemon.take() {
			let _ = daemon.kill();
			let _ = daemon.wait();
		}
		// They would name what listens no more.
		for file in ["api", "gateway"] {
			let _ = fs::remove_file(self.repo.path().join(file));
		}
	}

	/// Starts it again after a kill.
	pub fn restart(&mut self) {
		self.run_daemon();
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

	/// Runs `ipfs` with these arguments. Returns what it prints.
	pub fn run(&self, args: &[&str]) -> String {
		let mut command = self.command(args);
		if let Some(secret) = &self.secret {
			command.arg(format!("--api-auth={secret}"));
		}
		let output = command.output().unwrap();
		assert!(output.status.success(), "ipfs {args:?}");
		String::from_utf8(output.stdout).unwrap().trim().to_owned()
	}

	/// Its process, while it runs.
	pub fn process(&self) -> &Child {
		self.daemon.as_ref().unwrap()
	}

	/// Its folder.
	pub fn folder(&self) -> &Path {
		self.repo.path()
	}

	/// The address of its RPC, once it listens.
	pub fn url(&self) -> Option<String> {
		let address = fs::read_to_string(self.repo.path().join("api")).ok()?;
		let parts: Vec<_> = address.trim().split('/').collect();
		Some(format!("http://{}:{}", parts.get(2)?, parts.get(4)?))
	}

	/// The address of its gateway, once it listens.
	pub fn gateway(&self) -> Option<String> {
		let address = fs::read_to_string(self.repo.path().join("gateway")).ok()?;
		Some(address.trim().into())
	}
}

impl Drop for Kubo {
	fn drop(&mut self) {
		self.kill();
	}
}
