//! How proofs are asked for: of nodes, key by key, or of gateways, which run the views themselves and
//! prove all that they read at once.

use std::sync::Arc;

use salus_light::{head, Checkpoint, Clock, Header, State};
use sp_core::storage::well_known_keys::CODE;
use subxt::rpcs::RpcClient;
use tokio::task::block_in_place;

use super::{
	ask::{code_from, proof},
	follow, head_from, view_from, AskError, RunError, Runtime,
};
use crate::gateway::{self, Proof};

/// What an RPC client reaches.
#[derive(Clone, Copy)]
pub(super) enum Proofs {
	/// Nodes.
	OfNodes,
	/// Gateways.
	OfGateways,
}

/// The newest block of the relay chain that is proven, and what else came with the proof.
pub(super) struct Followed {
	pub checkpoint: Checkpoint,
	/// The nodes of its state that show the chain's head, if a gateway gave them.
	head: Option<Vec<Vec<u8>>>,
}

impl Proofs {
	/// Follows the relay chain from a checkpoint to the newest block.
	pub async fn follow(
		self,
		rpc: &RpcClient,
		from: &Checkpoint,
		clock: &Clock,
	) -> Result<Followed, AskError> {
		if let Self::OfNodes = self {
			return Ok(Followed {
				checkpoint: follow(rpc, from, clock).await?,
				head: None,
			});
		}
		let mut checkpoint = from.clone();
		loop {
			let proof = gateway::newest(rpc, (checkpoint.number, checkpoint.set_id)).await?;
			for step in &proof.steps {
				checkpoint = checkpoint.step(step, clock)?;
			}
			if proof.nodes.is_some() {
				return Ok(Followed {
					checkpoint,
					head: proof.nodes,
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
	) -> Result<Header, AskError> {
		match &newest.head {
			Some(nodes) => Ok(head(
				&State::new(newest.checkpoint.state_root, nodes)?,
				para,
			)?),
			None => head_from(rpc, &newest.checkpoint, para).await,
		}
	}

	/// The state after a block, as far as the proof of this key shows it.
	pub async fn value(
		self,
		rpc: &RpcClient,
		block: &Header,
		key: Vec<u8>,
	) -> Result<State, AskError> {
		let nodes = match self {
			Self::OfNodes => proof(rpc, block.hash(), &[key]).await?,
			Self::OfGateways => gateway::state(rpc, block.hash(), None, &[key]).await?.nodes,
		};
		Ok(block.state(&nodes)?)
	}

	/// The code in the state after a block. It is not asked for if it is the known one.
	pub async fn code(
		self,
		rpc: &RpcClient,
		block: &Header,
		known: Option<Arc<Vec<u8>>>,
	) -> Result<Arc<Vec<u8>>, AskError> {
		let (nodes, hash) = match self {
			Self::OfNodes => {
				// The proof that the key after the code's has no value shows the hash of the code,
				// without its megabyte.
				let beside = [CODE, &[0]].concat();
				(proof(rpc, block.hash(), &[beside]).await?, None)
			}
			Self::OfGateways => {
				let Proof { code, nodes } = gateway::state(rpc, block.hash(), None, &[]).await?;
				(nodes, Some(code))
			}
		};
		let mut state = block.state(&nodes)?;
		if let Some(known) = known {
			state.add(std::slice::from_ref(&*known))?;
			if state.code().is_ok_and(|code| code == *known) {
				return Ok(known);
			}
		}
		Ok(Arc::new(match hash {
			None => code_from(rpc, block).await?,
			Some(hash) => {
				state.add(&[gateway::code(rpc, hash).await?])?;
				state.code()?
			}
		}))
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
		let Proof { nodes, .. } = gateway::state(rpc, block.hash(), call, &[]).await?;
		let state = Arc::new(block.state(&nodes)?);
		match block_in_place(|| runtime.call(state, function, parameters)) {
			Err(RunError::NotShown(_)) => Err(AskError::NotShown),
			answer => Ok(answer?),
		}
	}
}
