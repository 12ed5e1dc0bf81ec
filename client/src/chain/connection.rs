//! The connection to a node, and the state of its chain at one block.

use super::{
	heads::{Head, Shared},
	submit::PATIENCE,
};
use crate::{gateway::REFUSED, proven::NOT_PROVEN, rpc, Error, Result};
use salus_primitives::Hash256;
use std::{sync::Arc, time::Duration};
use subxt::{
	backend::{BlockRef, LegacyBackend},
	client::OnlineClientAtBlock,
	config::{substrate::H256, RpcConfigFor},
	metadata::Metadata,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	OnlineClient, SubstrateConfig,
};

/// What a node says that no longer has a block's state.
pub(crate) const DISCARDED: &str = "State already discarded";

/// A connection to a node of a region's chain, or of the consortium's.
#[derive(Clone)]
pub struct Chain {
	pub(super) client: OnlineClient<SubstrateConfig>,
	pub(super) methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
	pub(super) rpc: RpcClient,
	pub(super) heads: Arc<Shared>,
	/// How long a transaction's fate is awaited while the chain finalizes nothing.
	pub(super) patience: Duration,
	url: Arc<str>,
}

/// The chain at one block. Its methods read what the chain holds there.
#[derive(Clone)]
pub struct State {
	pub(super) client: OnlineClientAtBlock<SubstrateConfig>,
	url: Arc<str>,
}

/// The block to read, or to wait for after a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
	/// The best block; it can still be reverted.
	Best,
	/// The final block; it is never reverted.
	#[default]
	Finalized,
}

/// The two kinds of chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainKind {
	/// A region's chain: members, records and grants.
	Region,
	/// The consortium's chain: regions, their providers, inter-regional grants.
	Consortium,
}

impl ChainKind {
	/// The kind of the chain that has this metadata.
	pub fn of(metadata: &Metadata) -> Self {
		match metadata.runtime_api_trait_by_name("ConsortiumApi") {
			Some(_) => Self::Consortium,
			None => Self::Region,
		}
	}
}

/// A node's report on itself.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NodeInfo {
	/// The chain's name.
	pub chain: String,
	/// The node's name.
	pub name: String,
	/// The node's version.
	pub version: String,
	/// The number of its peers.
	pub peers: usize,
	/// Whether it is still catching up with the chain.
	pub syncing: bool,
}

impl Chain {
	/// Connects to a node: `wss://…`, or `ws://…` on this machine. What it says is not proven.
	pub async fn connect(url: &str) -> Result<Self> {
		check_url(url)?;
		let failed = |cause: String| Error::Connection {
			url: url.into(),
			cause,
		};
		let rpc = rpc::connect(url)
			.await
			.map_err(|error| failed(cause(&error.to_string()).into()))?;
		Self::over(rpc, url).await
	}

	/// The chain of a node that this client of its RPC reaches.
	pub(super) async fn over(rpc: RpcClient, url: &str) -> Result<Self> {
		let backend = LegacyBackend::builder().build(rpc.clone());
		let client = OnlineClient::from_backend(Arc::new(backend))
			.await
			.map_err(|error| failed(url, &error))?;
		Ok(Self {
			client,
			methods: LegacyRpcMethods::new(rpc.clone()),
			rpc,
			heads: Arc::default(),
			patience: PATIENCE,
			url: url.into(),
		})
	}

	/// The node's address.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// The hash of the chain's first block.
	pub fn genesis(&self) -> Hash256 {
		self.client.genesis_hash().0
	}

	/// The state at the final block.
	pub async fn finalized(&self) -> Result<State> {
		let client = self.client.at_current_block().await;
		Ok(self.state(client.map_err(|error| self.failed(&error))?))
	}

	/// The state at the node's best block, which can still be reverted.
	pub async fn best(&self) -> Result<State> {
		let hash = self
			.methods
			.chain_get_block_hash(None)
			.await
			.map_err(|error| self.failed(&error))?
			.ok_or_else(|| Error::Node("it reports no best block".into()))?;
		self.at(hash).await
	}

	/// The state at the block that `wait` names.
	pub async fn state_for(&self, wait: Wait) -> Result<State> {
		match wait {
			Wait::Best => self.best().await,
			Wait::Finalized => self.finalized().await,
		}
	}

	/// The state at this block.
	pub(super) async fn at_head(&self, head: Head) -> Result<State> {
		let block = BlockRef::from_hash(head.hash);
		let client = self
			.client
			.at_block_hash_and_number(block, head.number)
			.await;
		Ok(self.state(client.map_err(|error| self.failed(&error))?))
	}

	async fn at(&self, hash: H256) -> Result<State> {
		let client = self.client.at_block(BlockRef::from_hash(hash)).await;
		Ok(self.state(client.map_err(|error| self.failed(&error))?))
	}

	fn state(&self, client: OnlineClientAtBlock<SubstrateConfig>) -> State {
		State {
			client,
			url: self.url.clone(),
		}
	}

	/// The node's report on itself.
	pub async fn node_info(&self) -> Result<NodeInfo> {
		let failed = |error: subxt::rpcs::Error| self.failed(&error);
		let health = self.methods.system_health().await.map_err(failed)?;
		Ok(NodeInfo {
			chain: self.methods.system_chain().await.map_err(failed)?,
			name: self.methods.system_name().await.map_err(failed)?,
			version: self.methods.system_version().await.map_err(failed)?,
			peers: health.peers,
			syncing: health.is_syncing,
		})
	}

	/// The same as [`is_isolated`].
	pub async fn is_isolated(&self) -> Result<bool> {
		is_isolated(&self.rpc)
			.await
			.map_err(|error| self.failed(&error))
	}

	/// Reads the node's persistent off-chain storage. The method is unsafe: the node answers only
	/// its operator.
	pub async fn local_storage(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
		let key = format!("0x{}", hex::encode(key));
		let value: Option<String> = self
			.rpc
			.request("offchain_localStorageGet", rpc_params!["PERSISTENT", key])
			.await
			.map_err(|error| self.operator_failed(error))?;
		value
			.map(|text| hex::decode(text.trim_start_matches("0x")))
			.transpose()
			.map_err(|error| Error::Node(error.to_string()))
	}

	/// Writes the node's persistent off-chain storage.
	pub async fn set_local_storage(&self, key: &[u8], value: &[u8]) -> Result<()> {
		let key = format!("0x{}", hex::encode(key));
		let value = format!("0x{}", hex::encode(value));
		self.rpc
			.request::<serde_json::Value>(
				"offchain_localStorageSet",
				rpc_params!["PERSISTENT", key, value],
			)
			.await
			.map(drop)
			.map_err(|error| self.operator_failed(error))
	}

	pub(super) fn operator_failed(&self, error: subxt::rpcs::Error) -> Error {
		match error {
			subxt::rpcs::Error::User(error) => Error::NotAllowed {
				reason: format!("the node refuses operator methods: {}", error.message),
				next: Some(
					"run this on the node's own machine: there --rpc-methods auto allows them"
						.into(),
				),
			},
			error => self.failed(&error),
		}
	}

	pub(super) fn failed(&self, error: &dyn std::error::Error) -> Error {
		failed(&self.url, error)
	}
}

impl State {
	/// The chain's metadata at this block.
	pub fn metadata(&self) -> &Metadata {
		self.client.metadata_ref()
	}

	/// The block's number.
	pub fn block_number(&self) -> u64 {
		self.client.block_number()
	}

	/// The block's hash.
	pub fn block_hash(&self) -> Hash256 {
		self.client.block_hash().0
	}

	/// The runtime's version.
	pub fn spec_version(&self) -> u32 {
		self.client.spec_version()
	}

	/// The chain's hash of some bytes. A runtime's code is named by this hash.
	pub fn hash(&self, bytes: &[u8]) -> Hash256 {
		use subxt::config::Hasher;
		self.client.hasher().hash(bytes).0
	}

	/// The kind of the chain.
	pub fn kind(&self) -> ChainKind {
		ChainKind::of(self.metadata())
	}

	pub(crate) fn failed(&self, error: impl std::error::Error) -> Error {
		failed(&self.url, &error)
	}

	/// The error for something that differs between this client and the chain's runtime.
	pub fn drift(&self, what: String) -> Error {
		let runtime = self.spec_version();
		Error::Drift { what, runtime }
	}
}

/// Whether a node has no peers, although it must have some: it then sees no block of others, and still
/// says that it is not behind. Only a chain for development can do without.
///
/// # Errors
///
/// The node does not answer.
pub async fn is_isolated(rpc: &RpcClient) -> std::result::Result<bool, subxt::rpcs::Error> {
	let health: serde_json::Value = rpc.request("system_health", rpc_params![]).await?;
	if health["peers"] != 0 {
		return Ok(false);
	}
	// It means boot nodes. Reserved peers do not count.
	if health["shouldHavePeers"] == true {
		return Ok(true);
	}
	let kind: serde_json::Value = rpc.request("system_chainType", rpc_params![]).await?;
	Ok(kind != "Development")
}

/// Whether an address is of this machine, so that nobody else's node can answer.
///
/// # Errors
///
/// [`Error::Input`]: it is not a node's address.
pub fn is_on_this_machine(url: &str) -> Result<bool> {
	check_url(url)?;
	// Another machine's address must be encrypted.
	let unencrypted = url.replacen("wss://", "ws://", 1);
	Ok(subxt::rpcs::utils::url_is_secure(&unencrypted).unwrap_or_default())
}

/// Refuses an address that a client must not connect to.
pub(crate) fn check_url(url: &str) -> Result<()> {
	// Before anything shows the address.
	let host = url.split(['/', '?', '#']).nth(2).unwrap_or_default();
	if host.contains('@') {
		return Err(Error::Input(
			"a node's address with a user or password is refused: messages show addresses".into(),
		));
	}
	if !url.starts_with("ws://") && !url.starts_with("wss://") {
		return Err(Error::Input(format!(
			"{url} is not a node's address: it must begin with ws:// or wss://"
		)));
	}
	let secure = subxt::rpcs::utils::url_is_secure(url)
		.map_err(|error| Error::Input(format!("{url} is not a node's address: {error}")))?;
	if !secure {
		return Err(Error::Input(format!(
			"cannot connect to {url}: a connection to another machine must be encrypted; use wss://"
		)));
	}
	Ok(())
}

/// The error for a failed request: the node's own message, or a failed connection.
fn failed(url: &str, error: &dyn std::error::Error) -> Error {
	let text = error.to_string();
	// subxt's errors pass their cause on as text only.
	if let Some((_, said)) = text.split_once(rpc::mark()) {
		if let Some(said) = said.strip_prefix(NOT_PROVEN) {
			return Error::NotProven(said.into());
		}
		// A gateway's refusal. Its code follows.
		let reason = said.split(&format!(" ({REFUSED})")).next().unwrap_or(said);
		let (reason, next) = (reason.into(), None);
		return Error::NotAllowed { reason, next };
	}
	// The node's word. A list then begins again, and nothing else follows from it.
	if text.contains(DISCARDED) {
		return Error::Discarded;
	}
	match text.split_once("User error: ") {
		Some((_, said)) => Error::Node(said.into()),
		None => Error::Connection {
			url: url.into(),
			cause: cause(&text).into(),
		},
	}
}

/// The last of a chain of causes: it says most.
fn cause(text: &str) -> &str {
	text.rsplit_once("client error: ")
		.map_or(text, |(_, cause)| cause)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::fake::{Node, Pool},
		gateway::REFUSES,
		testing::FakeNode,
	};
	use serde_json::{json, Value};

	#[tokio::test]
	async fn an_unencrypted_connection_to_another_machine_is_refused() {
		for url in [
			"ws://192.0.2.1:9944",
			"http://127.0.0.1:9944",
			"nonsense",
			"ws://",
		] {
			let error = Chain::connect(url).await.err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{url}: {error}");
		}
	}

	/// A node that says these things of itself.
	struct Alone {
		peers: usize,
		boot_nodes: bool,
		chain: &'static str,
		node: Node,
	}

	impl FakeNode for Alone {
		async fn answer(
			&self,
			method: &str,
			params: Value,
		) -> std::result::Result<Value, subxt::rpcs::Error> {
			Ok(match method {
				"system_health" => json!({
					"peers": self.peers,
					"isSyncing": false,
					"shouldHavePeers": self.boot_nodes,
				}),
				"system_chainType" => json!(self.chain),
				_ => return FakeNode::answer(&self.node, method, params).await,
			})
		}
	}

	#[tokio::test]
	async fn only_a_node_of_a_chain_for_development_can_be_alone() {
		for (peers, boot_nodes, chain, isolated) in [
			(0, false, "Live", true),
			(0, false, "Local", true),
			(1, false, "Live", false),
			(0, false, "Development", false),
			(0, true, "Development", true),
			(1, true, "Live", false),
		] {
			let node = Alone {
				peers,
				boot_nodes,
				chain,
				node: Node::new(|_, _| Pool::Hangs),
			};
			let node = Chain::over(node.client(), "fake").await.unwrap();
			let found = node.is_isolated().await.unwrap();
			assert_eq!(found, isolated, "{peers} {boot_nodes} {chain}");
		}
	}

	#[test]
	fn an_address_of_this_machine_is_known() {
		for (url, here) in [
			("ws://127.0.0.1:9944", true),
			("wss://127.0.0.2", true),
			("ws://localhost:9944", true),
			("wss://localhost", true),
			("ws://[::1]:9944", true),
			("wss://192.0.2.1:9944", false),
			("wss://localhost.example", false),
			("wss://127.0.0.1.example/wss://127.0.0.1", false),
		] {
			assert_eq!(is_on_this_machine(url).unwrap(), here, "{url}");
		}
		for url in [
			"ws://192.0.2.1:9944",
			"nonsense",
			"wss://ana:secret@localhost",
		] {
			assert!(is_on_this_machine(url).is_err(), "{url}");
		}
	}

	#[tokio::test]
	async fn an_address_with_a_password_is_refused_and_not_shown() {
		for url in [
			"wss://ana:secret@node.example",
			"https://ana:secret@node.example/x",
		] {
			let error = Chain::connect(url).await.err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{error}");
			assert!(!error.to_string().contains("secret"), "{error}");
		}
	}

	#[test]
	fn a_state_that_the_node_no_longer_has_is_no_failed_connection() {
		let said =
			"User error: Client error: UnknownBlock: State already discarded for 0x12 (4003)";
		let error = failed("ws://127.0.0.1:9", &std::io::Error::other(said));
		assert!(matches!(error, Error::Discarded), "{error}");
	}

	#[test]
	fn an_answer_that_is_not_proven_says_so_and_what_to_do() {
		let mark = rpc::mark();
		let said =
			format!("RPC error: client error: {mark}{NOT_PROVEN}the chain is not up to date");
		let error = failed("ws://127.0.0.1:9", &std::io::Error::other(said));
		assert!(matches!(error, Error::NotProven(_)), "{error}");
		let text = error.to_string();
		assert_eq!(
			text,
			"the node's answer is not proven: the chain is not up to date"
		);
		assert_eq!(error.kind(), crate::Kind::Verification);
		assert!(error.next().unwrap().contains("another node"));
	}

	#[test]
	fn a_gateways_refusal_is_a_refusal() {
		let mark = rpc::mark();
		let said = format!("no proof: User error: {mark}{REFUSES}you may not ask this ({REFUSED})");
		let error = failed("http://127.0.0.1:9", &std::io::Error::other(said));
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert_eq!(
			error.to_string(),
			"the gateway refuses: you may not ask this"
		);
	}

	/// Otherwise it would choose the exit code, and the words that people trust.
	#[test]
	fn a_node_cannot_speak_for_the_client_or_for_a_gateway() {
		for words in [NOT_PROVEN, REFUSES] {
			let said = format!("User error: {words}because I say so ({REFUSED})");
			let error = failed("ws://127.0.0.1:9", &std::io::Error::other(said));
			assert!(matches!(error, Error::Node(_)), "{error}");
		}
	}

	#[tokio::test]
	async fn a_missing_node_is_a_connection_error() {
		// Port 9 of the loopback (discard): nothing listens there.
		let error = Chain::connect("ws://127.0.0.1:9").await.err().unwrap();
		assert!(matches!(error, Error::Connection { .. }), "{error}");
	}
}
