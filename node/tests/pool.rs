//! The transaction pool of a real node: it refuses uninvited accounts, and a flood does not block
//! others.

use std::{
	fs,
	net::TcpListener,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	dynamic::Value,
	rpcs::{client::RpcClient, rpc_params, Error as RpcError},
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::{dev, Keypair};
use tempfile::TempDir;

/// The time in which the node must start.
const PATIENCE: Duration = Duration::from_secs(120);
/// The size of the pool, which is less than the transactions that one account may have in it.
const POOL: usize = 20;

/// Milliseconds from block to block. The whole test takes place before the second block.
const BLOCK_TIME: &str = "30000";

/// A node that has made its first block.
struct Node {
	_process: Process,
	dir: TempDir,
	rpc: RpcClient,
	client: OnlineClient<SubstrateConfig>,
}

impl Node {
	async fn start() -> Self {
		let dir = tempfile::tempdir().unwrap();
		let [rpc, p2p] = [free_port(), free_port()];
		let process = Command::new(env!("CARGO_BIN_EXE_salus-node"))
			.args(["--dev", "--dev-block-time", BLOCK_TIME, "--base-path"])
			.arg(dir.path())
			.args(["--rpc-port", &rpc.to_string(), "--port", &p2p.to_string()])
			.args(["--pool-limit", &POOL.to_string()])
			.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(fs::File::create(dir.path().join("log")).unwrap())
			.spawn()
			.unwrap();
		let process = Process(process);
		let url = format!("ws://127.0.0.1:{rpc}");
		let since = Instant::now();
		let rpc = loop {
			if let Ok(rpc) = RpcClient::from_url(&url).await {
				break rpc;
			}
			let log = || fs::read_to_string(dir.path().join("log"));
			assert!(since.elapsed() < PATIENCE, "{}", log().unwrap());
			tokio::time::sleep(Duration::from_millis(200)).await;
		};
		let client = OnlineClient::from_rpc_client(rpc.clone()).await.unwrap();
		let node = Self {
			_process: process,
			dir,
			rpc,
			client,
		};
		while node.height().await == 0 {
			assert!(since.elapsed() < PATIENCE, "{}", node.log());
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
		node
	}

	async fn height(&self) -> u64 {
		self.client.at_current_block().await.unwrap().block_number()
	}

	/// Sends a call of an account with a nonce. Returns the pool's error.
	async fn send(&self, signer: &Keypair, nonce: u64) -> Result<(), String> {
		let at = self.client.at_current_block().await.unwrap();
		// An account that is not known.
		let guest = Value::from_bytes([nonce.to_le_bytes(); 4].concat());
		let call = subxt::transactions::dynamic("Registry", "invite", (guest,));
		let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
		let signed = at.tx().create_signed(&call, signer, params).await.unwrap();
		let bytes = format!("0x{}", hex::encode(signed.encoded()));
		let sent: Result<String, _> = self
			.rpc
			.request("author_submitExtrinsic", rpc_params![bytes])
			.await;
		match sent {
			Ok(_) => Ok(()),
			Err(RpcError::User(error)) => Err(format!("{}: {:?}", error.message, error.data)),
			Err(error) => panic!("{error}\n{}", self.log()),
		}
	}

	/// The number of transactions in the pool, and how many of them are from this account.
	async fn waiting(&self, of: &Keypair) -> (usize, usize) {
		let all: Vec<String> = self
			.rpc
			.request("author_pendingExtrinsics", rpc_params![])
			.await
			.unwrap();
		let account = hex::encode(of.public_key().0);
		let theirs = all.iter().filter(|bytes| bytes.contains(&account));
		(all.len(), theirs.count())
	}

	fn log(&self) -> String {
		fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
	}
}

/// Is killed at the end of the test.
struct Process(Child);

impl Drop for Process {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

fn free_port() -> u16 {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_account_does_not_block_another() {
	let node = Node::start().await;
	let (flooding, other, uninvited) = (dev::alice(), dev::bob(), dev::eve());

	let refused = node.send(&uninvited, 0).await.unwrap_err();
	assert!(refused.contains("Custom error: 101"), "{refused}");
	let refused = node.send(&flooding, 64).await.unwrap_err();
	assert!(refused.contains("Custom error: 123"), "{refused}");

	// As many as the account may have in the pool, which is more than the pool holds.
	let mut results = Vec::new();
	for nonce in 0..64 {
		results.push(node.send(&flooding, nonce).await);
	}
	let taken = results.iter().filter(|result| result.is_ok()).count();
	assert!(taken >= POOL, "{results:?}");
	let (all, _) = node.waiting(&flooding).await;
	assert_eq!(all, POOL, "the pool is full");

	// The full pool takes a transaction of another account.
	node.send(&other, 0).await.unwrap();
	assert_eq!(node.waiting(&other).await, (POOL, 1));
	// It still refuses an uninvited account.
	let refused = node.send(&uninvited, 0).await.unwrap_err();
	assert!(refused.contains("Custom error: 101"), "{refused}");
	// The other account's transaction displaced the end of the flood.
	assert_eq!(node.waiting(&flooding).await, (POOL, POOL - 1));
	assert_eq!(
		node.height().await,
		1,
		"the test must end before the second block"
	);
}
