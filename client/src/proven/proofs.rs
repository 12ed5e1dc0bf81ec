//! How proofs are asked for: of nodes, key by key, or of gateways, which run the views themselves and
//! prove all that they read at once.

use std::sync::Arc;

use salus_light::{genesis_key, head, Checkpoint, Clock, Header, State, H256};
use sp_core::storage::well_known_keys::CODE;
use sp_crypto_hashing::blake2_256;
use subxt::rpcs::RpcClient;
use tokio::task::block_in_place;

use super::{
	ask::{code_from, proof},
	head_from,
	relay::{follow_by, Pace},
	view_from, AskError, RunError, Runtime,
};
use crate::gateway;

/// What an RPC client reaches.
#[derive(Clone, Copy)]
pub(super) enum Proofs {
	/// Nodes.
	OfNodes,
	/// Gateways.
	OfGateways,
}

/// The nodes of a proof.
type Nodes = Vec<Vec<u8>>;

/// The newest block of the relay chain that is proven, and what else came with the proof.
pub(super) struct Followed {
	pub checkpoint: Checkpoint,
	/// What a gateway gave: the nodes of its state that show the chain's head, and the nodes of the
	/// head's state that show the hash of the first block and that of the code.
	given: Option<(Nodes, Nodes)>,
}

/// A chain's head.
pub(super) struct Head {
	pub header: Header,
	/// What [`Proofs::hashes`] gives, if a gateway has proven it already.
	pub state: Option<State>,
}

impl Proofs {
	/// Follows the relay chain from a checkpoint to the newest block. Tells each checkpoint at a change
	/// of the authorities.
	pub async fn follow(
		self,
		rpc: &RpcClient,
		from: &Checkpoint,
		clock: &Clock,
		changed: &(dyn Fn(&Checkpoint) + Sync),
	) -> Result<Followed, AskError> {
		if let Self::OfNodes = self {
			return Ok(Followed {
				checkpoint: follow_by(rpc, from, clock, changed).await?,
				given: None,
			});
		}
		let mut checkpoint = from.clone();
		let mut pace = Pace::begin(gateway::PATIENCE);
		loop {
			let proof = gateway::newest(rpc, (checkpoint.number, checkpoint.set_id)).await?;
			for step in &proof.steps {
				let next = checkpoint.step(step, clock)?;
				let changes = pace.step(checkpoint.set_id, next.set_id)?;
				checkpoint = next;
				if changes {
					changed(&checkpoint);
				}
			}
			if let Some(nodes) = proof.nodes {
				return Ok(Followed {
					checkpoint,
					given: Some((nodes, proof.state)),
				});
			}
			if proof.steps.is_empty() {
				return Err(AskError::NotShown);
			}
		}
	}

	/// The chain's head in the state of the relay chain's newest block.
	pub async fn head(
		self,
		rpc: &RpcClient,
		newest: &Followed,
		para: u32,
	) -> Result<Head, AskError> {
		let Some((nodes, state)) = &newest.given else {
			return Ok(Head {
				header: head_from(rpc, &newest.checkpoint, para).await?,
				state: None,
			});
		};
		let header = head(&State::new(newest.checkpoint.state_root, nodes)?, para)?;
		let state = Some(State::new(header.state_root(), state)?);
		Ok(Head { header, state })
	}

	/// The state after a block, as far as the hash of the chain's first block and that of the code.
	pub async fn hashes(self, rpc: &RpcClient, block: &Header) -> Result<State, AskError> {
		let nodes = match self {
			Self::OfNodes => proof(rpc, block.hash(), &[genesis_key(), beside_code()]).await?,
			Self::OfGateways => gateway::state(rpc, block.hash(), None, &[]).await?,
		};
		Ok(State::new(block.state_root(), &nodes)?)
	}

	/// The state after a block, as far as the proof of this key shows it. Also of a block that replaced
	/// the runtime: a value needs none.
	pub async fn value(
		self,
		rpc: &RpcClient,
		block: &Header,
		key: Vec<u8>,
	) -> Result<State, AskError> {
		let nodes = match self {
			Self::OfNodes => proof(rpc, block.hash(), &[key]).await?,
			Self::OfGateways => gateway::state(rpc, block.hash(), None, &[key]).await?,
		};
		Ok(State::new(block.state_root(), &nodes)?)
	}

	/// The hash of the code in the state after a block, without the code.
	pub async fn code_hash(self, rpc: &RpcClient, block: &Header) -> Result<H256, AskError> {
		let nodes = match self {
			Self::OfNodes => proof(rpc, block.hash(), &[beside_code()]).await?,
			Self::OfGateways => gateway::state(rpc, block.hash(), None, &[]).await?,
		};
		Ok(block.state(&nodes)?.code_hash()?)
	}

	/// The code with this hash, which is in the state after a block.
	pub async fn code(
		self,
		rpc: &RpcClient,
		block: &Header,
		hash: H256,
	) -> Result<Vec<u8>, AskError> {
		let code = match self {
			Self::OfNodes => code_from(rpc, block).await?,
			Self::OfGateways => gateway::code(rpc, hash).await?,
		};
		match H256(blake2_256(&code)) == hash {
			true => Ok(code),
			false => Err(AskError::NotShown),
		}
	}

	/// Runs a view over the state after a block, as [`view_from`] does.
	pub async fn view(
		self,
		rpc: &RpcClient,
		block: &Header,
		runtime: &Runtime,
		(function, parameters): (&str, &[u8]),
	) -> Result<Vec<u8>, AskError> {
		if let Self::OfNodes = self {
			return view_from(rpc, block, runtime, function, parameters).await;
		}
		let call = Some((function, parameters));
		let nodes = gateway::state(rpc, block.hash(), call, &[]).await?;
		let state = Arc::new(block.state(&nodes)?);
		match block_in_place(|| runtime.call(state, function, parameters)) {
			Err(RunError::NotShown(_)) => Err(AskError::NotShown),
			answer => Ok(answer?),
		}
	}
}

/// The key after the code's. The proof that it has no value shows the hash of the code, without its
/// megabyte.
fn beside_code() -> Vec<u8> {
	[CODE, &[0]].concat()
}
