//! The client against a real Kubo, offline, with a repository of its own.

use salus_client::{
	cid::{to_base32, CidWriter},
	ipfs::Ipfs,
	Error,
};
use salus_primitives::Cid;
use std::{
	io::Write,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

/// Kubo's executable: as set, as built by scripts/setup, or on the PATH.
fn executable() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let built = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let paths = std::env::var_os("PATH").unwrap_or_default();
	let set = std::env::var_os("SALUS_IPFS").map(PathBuf::from);
	set.into_iter()
		.chain([Path::new(&built).join("bin/ipfs")])
		.chain(std::env::split_paths(&paths).map(|path| path.join("ipfs")))
		.find(|path| path.is_file())
		.expect("this test needs Kubo's `ipfs`, and there is none: run scripts/setup")
}

/// A Kubo that ends with the test.
struct Kubo {
	repo: tempfile::TempDir,
	daemon: Option<Child>,
}

impl Kubo {
	fn start() -> Self {
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

	fn run(&self, args: &[&str]) -> String {
		let output = self.command(args).output().unwrap();
		assert!(output.status.success(), "ipfs {args:?}");
		String::from_utf8(output.stdout).unwrap().trim().to_owned()
	}

	/// The client for it, once it answers.
	async fn client(&self) -> Ipfs {
		let since = Instant::now();
		while since.elapsed() < Duration::from_secs(60) {
			tokio::time::sleep(Duration::from_millis(50)).await;
			let Ok(address) = std::fs::read_to_string(self.repo.path().join("api")) else {
				continue;
			};
			let parts: Vec<_> = address.trim().split('/').collect();
			let ipfs = Ipfs::new(&format!("http://{}:{}", parts[2], parts[4])).unwrap();
			if ipfs.version().await.is_ok() {
				return ipfs;
			}
		}
		panic!("Kubo does not start");
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

fn content(len: usize) -> Vec<u8> {
	(0..len).map(|place| (place / 251 + place) as u8).collect()
}

fn cid_of(bytes: &[u8]) -> Cid {
	let mut writer = CidWriter::new();
	writer.write_all(bytes).unwrap();
	writer.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn envelopes_go_up_and_come_back() {
	let kubo = Kubo::start();
	let ipfs = kubo.client().await;
	for len in [1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000] {
		let bytes = content(len);
		let cid = cid_of(&bytes);
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(&bytes).unwrap();
		// Kubo's own CID is compared in there.
		ipfs.add(&mut file, &cid, &()).await.unwrap();
		let pins = kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
		assert!(pins.contains(&to_base32(&cid)), "{len}: {pins}");
		let mut back = Vec::new();
		ipfs.cat(&cid, len as u64, &mut back, &()).await.unwrap();
		assert!(back == bytes, "{len}");
		// A record that lies about the size is found out, both ways.
		for wrong in [len as u64 - 1, len as u64 + 1] {
			let error = ipfs
				.cat(&cid, wrong, &mut Vec::new(), &())
				.await
				.unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
		ipfs.unpin(&cid).await.unwrap();
		let pins = kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
		assert!(!pins.contains(&to_base32(&cid)), "{len}: {pins}");
	}
	// What nobody has, and what is no file.
	let absent = cid_of(b"nobody has this");
	let error = ipfs
		.cat(&absent, 15, &mut Vec::new(), &())
		.await
		.unwrap_err();
	assert!(matches!(error, Error::Ipfs { .. }), "{error}");
}
