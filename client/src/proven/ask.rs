//! A view over what one node proves, key by key.

use std::sync::Arc;

use salus_light::{HeadError, Header, HeaderError, StateError, StepError, H256};
use sp_core::{
	bytes::{from_hex, to_hex},
	storage::well_known_keys::CODE,
};
use subxt::rpcs::{rpc_params, RpcClient};

use super::{Read, RunError, Runtime};

/// How often a view is run anew, after the node has proven what it lacked.
const MAX_ROUNDS: usize = 200;

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
	#[error("the view needs more than {MAX_ROUNDS} proofs")]
	TooMuch,
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
	let nodes = proof(rpc, block.hash(), &[CODE.to_vec()]).await?;
	Ok(Runtime::new(&block.state(&nodes)?.code()?)?)
}

/// Runs a view of a runtime over the state after a block, and asks the node to prove what the view
/// reads. The block's header must be proven, and the runtime must be that of its state.
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
	let (mut nodes, mut before) = (vec![], None);
	for _ in 0..MAX_ROUNDS {
		let state = Arc::new(block.state(&nodes)?);
		let read = match runtime.call(state, function, parameters) {
			Err(RunError::NotShown(read)) => read,
			result => return Ok(result?),
		};
		if before.as_ref() == Some(&read) {
			return Err(AskError::NotShown);
		}
		let keys = match &read {
			Read::Value(key) => vec![key.clone()],
			Read::KeyAfter(key) => {
				let next = key_after(rpc, block, key).await?;
				[vec![key.clone()], next].concat()
			}
		};
		nodes.extend(proof(rpc, block.hash(), &keys).await?);
		before = Some(read);
	}
	Err(AskError::TooMuch)
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

/// The first key after `key`, by the node's word, if there is one. A proof of both keys shows
/// whether this is true.
async fn key_after(rpc: &RpcClient, block: &Header, key: &[u8]) -> Result<Vec<Vec<u8>>, AskError> {
	let params = rpc_params!["0x", 1, to_hex(key, false), block.hash()];
	let keys: Vec<String> = request(rpc, "state_getKeysPaged", params).await?;
	keys.iter().map(|key| bytes(key)).collect()
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

pub(super) async fn request<T: serde::de::DeserializeOwned>(
	rpc: &RpcClient,
	method: &str,
	params: subxt::rpcs::client::RpcParams,
) -> Result<T, AskError> {
	rpc.request(method, params)
		.await
		.map_err(|error| AskError::Node(error.to_string()))
}

pub(super) fn bytes(hex: &str) -> Result<Vec<u8>, AskError> {
	from_hex(hex).map_err(|error| AskError::Node(error.to_string()))
}
