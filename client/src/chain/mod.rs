//! A region's chain, or the consortium's, through a node's JSON-RPC.
//!
//! Reads that decide where a record key goes use [`Chain::finalized`]: a node cannot take back
//! what is finalized.

pub mod call;
pub mod calls;
pub mod shape;
mod storage;
mod submit;
pub mod views;

pub use call::{Call, CallDef};
pub use storage::Motion as CouncilMotion;
pub use submit::{Included, Progress, Wait};

use crate::{Error, Result};
use salus_primitives::{AccountId, Hash256, Moment, ParaId};
use std::sync::Arc;
use subxt::{
	backend::{BlockRef, LegacyBackend},
	client::OnlineClientAtBlock,
	config::{substrate::H256, RpcConfigFor},
	metadata::Metadata,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	OnlineClient, SubstrateConfig,
};

/// The form of addresses, `5…`: Substrate's generic one.
pub const SS58_PREFIX: u16 = 42;

/// A connection to a node of a region's chain, or of the consortium's.
#[derive(Clone)]
pub struct Chain {
	client: OnlineClient<SubstrateConfig>,
	methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
	rpc: RpcClient,
	url: Arc<str>,
}

/// What the chain holds at one block. Its methods read it.
#[derive(Clone)]
pub struct State {
	client: OnlineClientAtBlock<SubstrateConfig>,
	url: Arc<str>,
}

/// What a chain is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainKind {
	/// It holds a region's members, records and grants.
	Region,
	/// It joins the regions.
	Consortium,
}

impl ChainKind {
	/// What the chain with this metadata is for.
	pub fn of(metadata: &Metadata) -> Self {
		match metadata.runtime_api_trait_by_name("ConsortiumApi") {
			Some(_) => Self::Consortium,
			None => Self::Region,
		}
	}
}

/// What a node says of itself and its chain.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NodeInfo {
	/// The chain's name.
	pub chain: String,
	/// The node's name.
	pub name: String,
	/// The node's version.
	pub version: String,
	/// How many peers it has.
	pub peers: usize,
	/// Whether it is still catching up.
	pub syncing: bool,
}

impl Chain {
	/// Connects to a node: `wss://…`, or `ws://…` on this machine.
	pub async fn connect(url: &str) -> Result<Self> {
		if !url.starts_with("ws://") && !url.starts_with("wss://") {
			return Err(Error::Input(format!(
				"{url} is no node's address: it begins with ws:// or wss://"
			)));
		}
		let secure = subxt::rpcs::utils::url_is_secure(url)
			.map_err(|error| Error::Input(format!("{url} is no node's address: {error}")))?;
		if !secure {
			return Err(Error::Input(format!(
				"{url} is neither on this machine nor encrypted: use wss://"
			)));
		}
		let failed = |cause: String| Error::Connection {
			url: url.into(),
			cause,
		};
		let rpc = RpcClient::from_insecure_url(url)
			.await
			.map_err(|error| failed(cause(&error.to_string()).into()))?;
		let backend = LegacyBackend::builder().build(rpc.clone());
		let client = OnlineClient::from_backend(Arc::new(backend))
			.await
			.map_err(|error| failed(cause(&error.to_string()).into()))?;
		Ok(Self {
			client,
			methods: LegacyRpcMethods::new(rpc.clone()),
			rpc,
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

	/// What is finalized.
	pub async fn finalized(&self) -> Result<State> {
		let client = self.client.at_current_block().await;
		self.state(client.map_err(|error| self.failed(&error))?)
	}

	/// What the node's best block holds: it may yet be taken back.
	pub async fn best(&self) -> Result<State> {
		let hash = self
			.methods
			.chain_get_block_hash(None)
			.await
			.map_err(|error| self.failed(&error))?
			.ok_or_else(|| Error::Node("it has no best block".into()))?;
		self.at(hash).await
	}

	/// What the chain holds at the block that `wait` would wait for.
	pub async fn state_for(&self, wait: Wait) -> Result<State> {
		match wait {
			Wait::Best => self.best().await,
			Wait::Finalized => self.finalized().await,
		}
	}

	async fn at(&self, hash: H256) -> Result<State> {
		let client = self.client.at_block(BlockRef::from_hash(hash)).await;
		self.state(client.map_err(|error| self.failed(&error))?)
	}

	fn state(&self, client: OnlineClientAtBlock<SubstrateConfig>) -> Result<State> {
		Ok(State {
			client,
			url: self.url.clone(),
		})
	}

	/// What the node says of itself.
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

	/// What the node's off-chain storage, the lasting kind, holds under this key. The node answers
	/// its operator only (an unsafe method).
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

	/// Sets it.
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

	fn operator_failed(&self, error: subxt::rpcs::Error) -> Error {
		match error {
			subxt::rpcs::Error::User(error) => Error::NotAllowed {
				reason: format!("the node refuses operators' methods: {}", error.message),
				next: Some(
					"ask on the node's own machine; it allows them there with --rpc-methods auto"
						.into(),
				),
			},
			error => self.failed(&error),
		}
	}

	fn failed(&self, error: &dyn std::error::Error) -> Error {
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

	/// The chain's hash of some bytes: what names a runtime's code.
	pub fn hash(&self, bytes: &[u8]) -> Hash256 {
		use subxt::config::Hasher;
		self.client.hasher().hash(bytes).0
	}

	/// What the chain is for.
	pub fn kind(&self) -> ChainKind {
		ChainKind::of(self.metadata())
	}

	/// The chain's parachain id: the region's number, if it is a region's.
	pub async fn region(&self) -> Result<ParaId> {
		self.read("ParachainInfo", "ParachainId").await
	}

	/// The chain's own time.
	pub async fn now(&self) -> Result<Moment> {
		self.read("Timestamp", "Now").await
	}

	pub(crate) fn failed(&self, error: impl std::error::Error) -> Error {
		failed(&self.url, &error)
	}
}

/// Whether the calls, views, storage, events and errors here fit the metadata of a chain of this
/// kind: a line for each that does not.
pub fn drift(metadata: &Metadata, kind: ChainKind) -> Vec<String> {
	let mut lines = calls::drift(metadata, kind);
	lines.extend(views::drift(metadata, kind));
	lines.extend(storage::drift(metadata));
	lines.extend(submit::drift(metadata, kind));
	lines
}

/// An account in the form that people read and write.
pub fn to_address(account: &AccountId) -> String {
	use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
	account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// An account from an address of any network, or from 0x and 64 hexadecimal digits.
pub fn parse_account(text: &str) -> Result<AccountId> {
	use sp_core::crypto::Ss58Codec;
	if let Some(digits) = text.strip_prefix("0x") {
		let mut bytes = [0; 32];
		if hex::decode_to_slice(digits, &mut bytes).is_ok() {
			return Ok(bytes.into());
		}
	}
	AccountId::from_ss58check(text).map_err(|_| Error::Input(format!("{text} is no account")))
}

/// A failure to talk to the node; or what the node itself said, if it did.
fn failed(url: &str, error: &dyn std::error::Error) -> Error {
	let text = error.to_string();
	// subxt's errors hand on their cause as text alone.
	match text.split_once("User error: ") {
		Some((_, said)) => Error::Node(said.into()),
		None => Error::Connection {
			url: url.into(),
			cause: cause(&text).into(),
		},
	}
}

/// The end of a chain of causes, which says most.
fn cause(text: &str) -> &str {
	text.rsplit_once("client error: ")
		.map_or(text, |(_, cause)| cause)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn accounts_are_read_in_both_forms() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let account = parse_account(alice).unwrap();
		assert_eq!(to_address(&account), alice);
		let digits = format!("0x{}", hex::encode::<&[u8]>(account.as_ref()));
		assert_eq!(parse_account(&digits).unwrap(), account);
		// Another network's form of the same account, then a mistyped letter.
		let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
		assert_eq!(parse_account(polkadot).unwrap(), account);
		assert!(parse_account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ").is_err());
		assert!(parse_account("0x00").is_err());
	}

	#[tokio::test]
	async fn a_plain_connection_to_another_machine_is_refused() {
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

	#[tokio::test]
	async fn no_node_is_a_connection_error() {
		// Port 9 of the loopback: discard, which nothing serves.
		let error = Chain::connect("ws://127.0.0.1:9").await.err().unwrap();
		assert!(matches!(error, Error::Connection { .. }), "{error}");
	}
}
