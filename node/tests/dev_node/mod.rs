//! A development node for tests: it makes blocks by itself, and stops when the test ends.

#[path = "../halt/mod.rs"]
mod halt;
#[path = "../ports/mod.rs"]
mod ports;

use std::{
	fs,
	path::PathBuf,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use codec::Encode;
pub use ports::free_port;
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	error::DispatchError,
	extrinsics::ExtrinsicEvents,
	rpcs::{client::RpcClient, rpc_params},
	transactions::{TransactionStatus, ValidationResult},
	utils::AccountId32,
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use tempfile::TempDir;

/// The time in which the node must start, and include a transaction.
const PATIENCE: Duration = Duration::from_secs(120);
/// The argument for the time from block to block, in milliseconds.
const BLOCK_TIME: &str = "--dev-block-time";

/// A node of a development chain.
pub struct DevNode {
	process: Process,
	dir: TempDir,
	/// The address of its RPC.
	#[allow(dead_code, reason = "only the gateway's tests use it")]
	pub url: String,
	/// Its RPC.
	pub rpc: RpcClient,
	/// The chain.
	pub client: OnlineClient<SubstrateConfig>,
}

impl DevNode {
	/// Starts a node with these arguments, which name the chain. Returns when it has made a block. A block
	/// takes 300 milliseconds, if the arguments do not say it.
	pub async fn start(chain: &[&str]) -> Self {
		Self::start_by(Command::new(binary()), chain).await
	}

	/// The same, with a clock that is two hours ahead: a development chain begins two hours early, and this
	/// one at the time of all.
	#[allow(dead_code, reason = "only the gateway's tests use it")]
	pub async fn start_ahead(chain: &[&str]) -> Self {
		let mut command = Command::new("faketime");
		command.args(["-f", "+2h"]).arg(binary());
		command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
		Self::start_by(command, chain).await
	}

	async fn start_by(mut command: Command, chain: &[&str]) -> Self {
		let default: &[&str] = match chain.contains(&BLOCK_TIME) {
			true => &[],
			false => &[BLOCK_TIME, "300"],
		};
		let dir = tempfile::tempdir().unwrap();
		let [rpc, p2p] = [free_port(), free_port()];
		let process = command
			.args(chain)
			.args(default)
			.arg("--base-path")
			.arg(dir.path())
			.args(["--rpc-port", &rpc.to_string(), "--port", &p2p.to_string()])
			.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(fs::File::create(dir.path().join("log")).unwrap())
			.spawn();
		let process = Process(process.unwrap());
		let url = format!("ws://127.0.0.1:{rpc}");
		let since = Instant::now();
		loop {
			if let Ok(rpc) = RpcClient::from_url(&url).await {
				let client = OnlineClient::from_rpc_client(rpc.clone()).await.unwrap();
				if client.at_current_block().await.unwrap().block_number() > 0 {
					return Self {
						process,
						dir,
						url,
						rpc,
						client,
					};
				}
			}
			let log = || fs::read_to_string(dir.path().join("log")).unwrap();
			assert!(since.elapsed() < PATIENCE, "{}", log());
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	/// Sends a call, and waits for its block. The error is the pool's or the chain's.
	pub async fn submit(
		&self,
		signer: &Keypair,
		call: impl Encode,
	) -> Result<ExtrinsicEvents<SubstrateConfig>, String> {
		let account = AccountId32(signer.public_key().0).to_string();
		let nonce: Result<u64, _> = self
			.rpc
			.request("system_accountNextIndex", rpc_params![account])
			.await;
		let params = DefaultExtrinsicParamsBuilder::new()
			.nonce(nonce.unwrap())
			.build();
		let at = self.client.at_current_block().await.unwrap();
		let call = at.tx().from_call_data_bytes(&call.encode()).unwrap();
		let signed = at.tx().create_signed(&call, signer, params).await;
		let signed = signed.unwrap();
		match signed.validate().await.unwrap() {
			ValidationResult::Valid(_) => {}
			refused => return Err(format!("{refused:?}")),
		}
		let included = async {
			// A pool can forget a transaction: it is sent again.
			loop {
				let mut watched = signed
					.submit_and_watch()
					.await
					.map_err(|error| error.to_string())?;
				while let Some(status) = watched.next().await {
					match status.unwrap() {
						TransactionStatus::InBestBlock(block) => return Ok(block),
						TransactionStatus::InFinalizedBlock(block) => return Ok(block),
						_ => {}
					}
				}
			}
		};
		let included: Result<_, String> = tokio::time::timeout(PATIENCE, included)
			.await
			.unwrap_or_else(|_| panic!("no block has a transaction: {}", self.log()));
		let included = included?;
		let events = included.fetch_events().await.unwrap();
		for event in events.iter() {
			let event = event.unwrap();
			if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
				let error = DispatchError::decode_from(event.field_bytes(), at.metadata());
				return Err(error.unwrap().to_string());
			}
		}
		Ok(events)
	}

	/// Lets the node do nothing until the result is dropped.
	#[allow(dead_code, reason = "only the gateway's tests use it")]
	pub fn pause(&self) -> Paused {
		let id = self.process.0.id();
		halt::halt(id);
		Paused(id)
	}

	/// What the node logged.
	pub fn log(&self) -> String {
		fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
	}
}

/// The node that cargo has built: other crates' tests find it beside their own folder.
pub fn binary() -> PathBuf {
	option_env!("CARGO_BIN_EXE_salus-node").map_or_else(
		|| {
			let test = std::env::current_exe().unwrap();
			let binary = test.parent().unwrap().with_file_name("salus-node");
			assert!(binary.exists(), "first: cargo build -p salus-node");
			binary
		},
		PathBuf::from,
	)
}

/// Is killed at the end of the test.
struct Process(Child);

impl Drop for Process {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

/// A node that does nothing.
pub struct Paused(u32);

impl Drop for Paused {
	fn drop(&mut self) {
		let mut kill = Command::new("kill");
		let _ = kill.args(["-CONT", &self.0.to_string()]).status();
	}
}
