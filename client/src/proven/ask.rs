//! A view over what one node proves, key by key.

use std::sync::Arc;

use salus_light::{HeadError, Header, HeaderError, StateError, StepError, H256};
use sp_core::{
	bytes::{from_hex, to_hex},
	storage::well_known_keys::CODE,
};
use subxt::rpcs::{rpc_params, RpcClient};

use tokio::{runtime::Handle, task::block_in_place};

use super::{
	reads::{Ask, Growing},
	RunError, Runtime,
};

/// How often a view is run, after the node has proven what it lacked.
const MAX_ROUNDS: usize = 100;

/// The bytes of a key that name pallet and map.
const MAP_PREFIX: usize = 32;

/// Why a node's answers give no view.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
	/// The node gave no answer.
	#[error("the node gave no proof: {0}")]
	Node(String),
	/// The node's proof does not show what was asked for.
	#[error("the node's proof does not show what was asked for: use another node")]
	NotShown,
	/// The relay chain's node gave a step that does not lead to a newer block.
	#[error(transparent)]
	Step(#[from] StepError),
	/// The relay chain's state has no usable head of the parachain.
	#[error(transparent)]
	Head(HeadError),
	/// The view reads more than is reasonable.
	#[error("the view needs more proofs than is reasonable")]
	TooMuch,
	/// The gateway has no relay chain.
	#[error(
		"the gateway follows no relay chain, so it cannot prove which block is the newest one"
	)]
	NoRelay,
	/// The view gave no answer.
	#[error(transparent)]
	Run(#[from] RunError),
}

/// The runtime in the state after a block. The block's header must be proven.
///
/// # Errors
///
/// [`AskError`]: the node does not prove it, or it cannot be run.
pub async fn runtime_from(rpc: &RpcClient, block: &Header) -> Result<Runtime, AskError> {
	Ok(Runtime::new(&code_from(rpc, block).await?)?)
}

/// The code in the state after a block.
pub(super) async fn code_from(rpc: &RpcClient, block: &Header) -> Result<Vec<u8>, AskError> {
	let nodes = proof(rpc, block.hash(), &[CODE.to_vec()]).await?;
	Ok(block.state(&nodes)?.code()?)
}

/// Runs a view of a runtime over the state after a block, and asks the node to prove what the view
/// reads. The block's header must be proven, and the runtime must be that of its state.
///
/// Needs Tokio's multi-threaded runtime: it blocks a thread.
///
/// # Errors
///
/// [`AskError`]: the node does not prove it, or the view fails.
pub async fn view_from(
	rpc: &RpcClient,
	block: &Header,
	runtime: &Runtime,
	function: &str,
	parameters: &[u8],
) -> Result<Vec<u8>, AskError> {
	let (rpc, header, tokio) = (rpc.clone(), block.clone(), Handle::current());
	let growing = Arc::new(Growing::new(block.state(&[])?, move |ask| {
		tokio.block_on(prove(&rpc, &header, ask))
	}));
	block_in_place(|| {
		for _ in 0..MAX_ROUNDS {
			let result = runtime.call(growing.clone(), function, parameters);
			if growing.prove()? {
				continue;
			}
			return match result {
				Err(RunError::NotShown(_)) => Err(AskError::NotShown),
				result => Ok(result?),
			};
		}
		Err(AskError::TooMuch)
	})
}

/// The nodes that prove what a view reads.
async fn prove(rpc: &RpcClient, block: &Header, ask: Ask<'_>) -> Result<Vec<Vec<u8>>, AskError> {
	match ask {
		Ask::Values(keys) => proof(rpc, block.hash(), keys).await,
		Ask::KeysAfter(key, count) => {
			let next = keys_after(rpc, block, key, count).await?;
			proof(rpc, block.hash(), &[vec![key.to_vec()], next].concat()).await
		}
	}
}

impl From<subxt::rpcs::Error> for AskError {
	fn from(error: subxt::rpcs::Error) -> Self {
		match error {
			// What cannot be read shows nothing.
			subxt::rpcs::Error::Deserialization(_) | subxt::rpcs::Error::Decode(_) => {
				Self::NotShown
			}
			error => Self::Node(error.to_string()),
		}
	}
}

impl From<HeaderError> for AskError {
	fn from(error: HeaderError) -> Self {
		Self::Head(error.into())
	}
}

impl From<HeadError> for AskError {
	fn from(error: HeadError) -> Self {
		match error {
			HeadError::State(error) => error.into(),
			other => Self::Head(other),
		}
	}
}

impl From<StateError> for AskError {
	fn from(error: StateError) -> Self {
		match error {
			StateError::NotShown => Self::NotShown,
			other => Self::Run(other.into()),
		}
	}
}

/// The first key after `key`, by the node's word, if there is one, and those after it in the same
/// map, which a list reads next. A proof of all of them shows whether this is true.
async fn keys_after(
	rpc: &RpcClient,
	block: &Header,
	key: &[u8],
	count: usize,
) -> Result<Vec<Vec<u8>>, AskError> {
	let params = rpc_params!["0x", count, to_hex(key, false), block.hash()];
	let keys: Vec<String> = request(rpc, "state_getKeysPaged", params).await?;
	let mut keys = keys
		.iter()
		.map(|key| bytes(key))
		.collect::<Result<Vec<_>, _>>()?;
	let map = key.get(..MAP_PREFIX);
	let in_map = |next: &Vec<u8>| map.is_some() && next.get(..MAP_PREFIX) == map;
	let count = keys.iter().take_while(|key| in_map(key)).count().max(1);
	keys.truncate(count);
	Ok(keys)
}

/// The nodes that prove the values at these keys, in the state after a block.
pub(super) async fn proof(
	rpc: &RpcClient,
	block: H256,
	keys: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, AskError> {
	#[derive(serde::Deserialize)]
	struct Proof {
		proof: Vec<String>,
	}
	let keys: Vec<_> = keys.iter().map(|key| to_hex(key, false)).collect();
	let params = rpc_params![keys, block];
	let Proof { proof } = request(rpc, "state_getReadProof", params).await?;
	proof.iter().map(|node| bytes(node)).collect()
}

pub(crate) async fn request<T: serde::de::DeserializeOwned>(
	rpc: &RpcClient,
	method: &str,
	params: subxt::rpcs::client::RpcParams,
) -> Result<T, AskError> {
	Ok(rpc.request(method, params).await?)
}

pub(super) fn bytes(hex: &str) -> Result<Vec<u8>, AskError> {
	from_hex(hex).map_err(|_| AskError::NotShown)
}
