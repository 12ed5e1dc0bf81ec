//! The gateway as a program of its own, which can be killed.

use std::{
	fs,
	net::SocketAddr,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use reqwest::StatusCode;
use salus_gateway::envelopes::config::EnvelopesConfig;

use crate::world::{dev, dev_node::free_port, World, PATIENCE};

const PROGRAM: &str = env!("CARGO_BIN_EXE_salus-gateway");

/// A gateway in a process of its own.
pub struct Program {
	config: PathBuf,
	log: PathBuf,
	pub address: SocketAddr,
	/// The address of its metrics.
	pub metrics: SocketAddr,
	child: Option<Child>,
}

impl Program {
	/// Writes its configuration into a folder, and starts it.
	pub fn start(folder: &Path, node: &str, envelopes: &EnvelopesConfig) -> Self {
		Self::start_with(folder, node, envelopes, "")
	}

	/// The same with more in its configuration.
	pub fn start_with(folder: &Path, node: &str, envelopes: &EnvelopesConfig, more: &str) -> Self {
		let free = || SocketAddr::from(([127, 0, 0, 1], free_port()));
		let [address, metrics] = [free(), free()];
		let text = format!(
			"listen = \"{address}\"\nhosts = [\"{address}\"]\nbehind_proxy = true\n\
			 metrics = \"{metrics}\"\nregion = \"{node}\"\n\
			 [envelopes]\nrpc = \"{}\"\ngateway = \"{}\"\nsecret = {:?}\nuploads = {:?}\n\
			 limits.reserve_bytes = 0\nlimits.sweep_seconds = 1\n\
			 {more}",
			envelopes.rpc,
			envelopes.gateway,
			envelopes.secret.as_ref().unwrap(),
			envelopes.uploads,
		);
		let config = folder.join("gateway.toml");
		fs::write(&config, text).unwrap();
		let mut program = Self {
			config,
			log: folder.join("gateway.log"),
			address,
			metrics,
			child: None,
		};
		program.run();
		program
	}

	/// Starts it, after a kill.
	pub fn run(&mut self) {
		self.run_by(Command::new(PROGRAM));
	}

	/// The same on a disk that is full: a file gets 512 KiB at most.
	pub fn run_on_a_full_disk(&mut self) {
		let mut command = Command::new("bash");
		// Without the trap, the signal would end it.
		let script = "trap '' XFSZ && ulimit -f 512 && exec \"$0\" \"$@\"";
		command.args(["-c", script, PROGRAM]);
		self.run_by(command);
	}

	fn run_by(&mut self, mut command: Command) {
		let log = fs::OpenOptions::new()
			.create(true)
			.append(true)
			.open(&self.log);
		let child = command
			.args(["run", "--config"])
			.arg(&self.config)
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(log.unwrap())
			.spawn();
		self.child = Some(child.unwrap());
	}

	/// Tells it to stop, as systemd does.
	pub fn terminate(&self) {
		let id = self.child.as_ref().unwrap().id().to_string();
		let told = Command::new("kill").args(["-TERM", &id]).status();
		assert!(told.unwrap().success());
	}

	/// Waits until it has stopped. Returns whether it succeeded.
	pub fn stopped(&mut self) -> bool {
		self.child.take().unwrap().wait().unwrap().success()
	}

	/// Kills it, as a crash does.
	pub fn kill(&mut self) {
		if let Some(mut child) = self.child.take() {
			let _ = child.kill();
			let _ = child.wait();
		}
	}

	/// A line of its `/proc/…/status`, in KiB.
	pub fn memory(&self, line: &str) -> u64 {
		let id = self.child.as_ref().unwrap().id();
		let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
		let found = status
			.lines()
			.find(|found| found.starts_with(line))
			.unwrap();
		found.split_whitespace().nth(1).unwrap().parse().unwrap()
	}

	pub fn log(&self) -> String {
		fs::read_to_string(&self.log).unwrap()
	}

	/// Waits until it has its node.
	pub async fn until_ready(&self, world: &World) {
		for _ in 0..600 {
			let challenge = world
				.http
				.post(world.url("/v1/challenge"))
				.body("{}")
				.send()
				.await;
			if challenge.is_ok() {
				let (status, _) = world.try_sign_in(&dev::alice(), None).await;
				if status != StatusCode::SERVICE_UNAVAILABLE {
					return;
				}
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
		panic!("the gateway has no node: {}", self.log());
	}

	/// Waits until it knows what is final now.
	pub async fn settled(&self, world: &World) {
		let number = world.state().await.block_number();
		let since = Instant::now();
		loop {
			let metrics = world.http.get(format!("http://{}/metrics", self.metrics));
			let metrics = metrics.send().await.unwrap().text().await.unwrap();
			let known = metrics
				.lines()
				.find_map(|line| line.strip_prefix("salus_gateway_final_block{chain=\"region\"} "));
			if known.is_some_and(|known| known.parse::<u64>().unwrap() >= number) {
				return;
			}
			assert!(since.elapsed() < PATIENCE, "{}", self.log());
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}
}

impl Drop for Program {
	fn drop(&mut self) {
		self.kill();
	}
}
