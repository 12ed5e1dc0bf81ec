//! The transaction pool of a real node: it refuses uninvited accounts, a flood does not block
//! others, and the client loses no transaction that the pool forgets.

mod ports;

use ports::free_port;
use salus_client::{
	chain::{calls, Answer, Call, Chain, Fate, Wait},
	keys::dev_seed,
	Pending,
};
use salus_envelope::{AccountSeed, PrivateKey, Signer};
use salus_primitives::{encryption_key_message, EncryptionKey, KeySignature};
use std::{
	collections::HashSet,
	fs,
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

/// Milliseconds from block to block.
const BLOCK_TIME: u32 = 2_000;
/// A block time that is longer than a test.
const NO_BLOCKS: u32 = 3_600_000;

/// A node that has made its first block.
struct Node {
	process: Process,
	url: String,
	dir: TempDir,
	rpc: RpcClient,
	client: OnlineClient<SubstrateConfig>,
}

impl Node {
	async fn start(block_time: u32, pool: usize) -> Self {
		Self::start_in(tempfile::tempdir().unwrap(), block_time, pool).await
	}

	/// Stops it, and starts it again with another block time.
	async fn restart(self, block_time: u32, pool: usize) -> Self {
		let Self { process, dir, .. } = self;
		drop(process);
		Self::start_in(dir, block_time, pool).await
	}

	async fn start_in(dir: TempDir, block_time: u32, pool: usize) -> Self {
		let [rpc, p2p] = [free_port(), free_port()];
		let process = Command::new(env!("CARGO_BIN_EXE_salus-node"))
			.args([
				"--dev",
				"--dev-block-time",
				&block_time.to_string(),
				"--base-path",
			])
			.arg(dir.path())
			.args(["--rpc-port", &rpc.to_string(), "--port", &p2p.to_string()])
			.args(["--pool-limit", &pool.to_string()])
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
			process,
			url,
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

	/// Waits for a transaction and removes it from the pool. Returns `false` if a block was faster.
	async fn forget_one(&self) -> bool {
		let since = Instant::now();
		while since.elapsed() < PATIENCE {
			let all = self.rpc.request("author_pendingExtrinsics", rpc_params![]);
			let all: Vec<String> = all.await.unwrap();
			if let [only] = all.as_slice() {
				let only = [serde_json::json!({ "extrinsic": only })];
				let removed = self
					.rpc
					.request("author_removeExtrinsic", rpc_params![only]);
				let removed: Vec<String> = removed.await.unwrap();
				return removed.len() == 1;
			}
		}
		panic!("no transaction comes\n{}", self.log());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_account_does_not_block_another() {
	let node = Node::start(BLOCK_TIME, POOL).await;
	let node = node.restart(NO_BLOCKS, POOL).await;
	let height = node.height().await;
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
	assert_eq!(node.height().await, height);
}

/// The accounts that send at the same time.
const ACCOUNTS: usize = 40;
/// The transactions of each account that are in flight at the same time.
const IN_FLIGHT: usize = 60;

/// Both checks use one node.
#[tokio::test(flavor = "multi_thread")]
async fn no_transaction_is_lost() {
	let node = Node::start(BLOCK_TIME, 8192).await;
	a_forgotten_transaction_is_sent_again(&node).await;
	no_transaction_is_lost_when_many_are_in_flight(&node).await;
}

async fn a_forgotten_transaction_is_sent_again(node: &Node) {
	let dir = tempfile::tempdir().unwrap();
	let pending = Pending::new(dir.path());
	let chain = Chain::connect(&node.url).await.unwrap();
	let charlie = dev_seed("Charlie").unwrap();
	let nothing = Call::batch_all(Vec::new());
	let account = charlie.account().into();
	let submit = |wait| chain.submit(&nothing, &charlie, wait, &(), Some(&pending));

	// The command that waits for its block sends it again.
	let since = Instant::now();
	let mut forgotten = false;
	while !forgotten {
		assert!(since.elapsed() < PATIENCE, "{}", node.log());
		let sent = submit(Wait::Finalized);
		tokio::pin!(sent);
		tokio::select! {
			result = &mut sent => drop(result.unwrap()),
			removed = node.forget_one() => {
				let result = tokio::time::timeout(PATIENCE, sent).await;
				result.unwrap_or_else(|_| panic!("{}", node.log())).unwrap();
				forgotten = removed;
			}
		}
	}
	// A command that ended leaves it to the next one.
	let since = Instant::now();
	let mut sent_again = false;
	while !sent_again {
		tokio::select! {
			result = submit(Wait::Best) => drop(result.unwrap()),
			_ = node.forget_one() => {}
		}
		let mut left = true;
		while left {
			assert!(since.elapsed() < PATIENCE, "{}", node.log());
			let settled = chain.settle(&pending, &account).await.unwrap();
			assert_eq!(settled.len(), 1, "{settled:?}");
			let (_, fate, answer) = &settled[0];
			sent_again |= *answer == Some(Answer::Taken);
			left = !matches!(fate, Fate::Final(_));
			// Longer than the pool's ban, which each refusal begins anew.
			tokio::time::sleep(Duration::from_secs(2)).await;
		}
		assert!(chain.settle(&pending, &account).await.unwrap().is_empty());
	}
}

/// A pool forgets some of so many transactions without a word, when it takes them between a new
/// block and its view of that block.
async fn no_transaction_is_lost_when_many_are_in_flight(node: &Node) {
	let chain = Chain::connect(&node.url).await.unwrap();
	let accounts: Vec<_> = (0..ACCOUNTS).map(|_| AccountSeed::generate()).collect();
	let invite = |account: &AccountSeed| calls::INVITE.with((account.account().into(),));
	let invitations = Call::batch_all(accounts.iter().map(invite).collect());
	let alice = dev_seed("Alice").unwrap();
	chain
		.submit(&invitations, &alice, Wait::Best, &(), None)
		.await
		.unwrap();

	let spki = PrivateKey::generate().unwrap().public_spki_der();
	let mut tasks = tokio::task::JoinSet::new();
	for (number, account) in accounts.into_iter().enumerate() {
		let register = register(&chain, &account, key(&spki, number));
		let chain = chain.clone();
		tasks.spawn(async move {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			let registered = chain.submit(&register, &account, Wait::Best, &(), None);
			registered.await.unwrap();
			let nothing = Call::batch_all(Vec::new());
			let all = (0..IN_FLIGHT)
				.map(|_| chain.submit(&nothing, &account, Wait::Finalized, &(), Some(&pending)));
			let all = futures::future::join_all(all).await;
			let lost = all.iter().filter_map(|result| result.as_ref().err());
			let lost: Vec<_> = lost.map(ToString::to_string).collect();
			assert!(lost.is_empty(), "{} lost: {lost:?}", lost.len());
			let hashes: HashSet<_> = all.into_iter().map(|done| done.unwrap().hash).collect();
			assert_eq!(hashes.len(), IN_FLIGHT);
			let left = chain.settle(&pending, &account.account().into()).await;
			assert!(left.unwrap().is_empty());
		});
	}
	while let Some(done) = tasks.join_next().await {
		assert!(done.is_ok(), "{done:?} at block {}", node.height().await);
	}
}

/// The registration of a patient.
fn register(chain: &Chain, account: &AccountSeed, spki: Vec<u8>) -> Call {
	let key = EncryptionKey::RsaOaep(spki.try_into().unwrap());
	let message = encryption_key_message(&chain.genesis(), &account.account(), 0, &key);
	let signature = KeySignature::from_raw(account.sign(message.as_bytes()));
	calls::REGISTER_PATIENT.with(([7; 32], key, signature))
}

/// A key that no other account has. A chain cannot see that nobody knows its private half.
fn key(spki: &[u8], number: usize) -> Vec<u8> {
	let mut key = spki.to_vec();
	key[100..108].copy_from_slice(&number.to_be_bytes());
	key
}
