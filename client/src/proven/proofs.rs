//! Where proofs come from: from nodes, key by key, or from a gateway, which runs the views itself and
//! proves all that they read at once.

use std::sync::Arc;

use salus_light::{head, Checkpoint, Clock, Header, State, H256};
use sp_core::storage::well_known_keys::CODE;
use subxt::rpcs::RpcClient;
use tokio::task::block_in_place;

use super::{
	ask::{code_from, proof},
	follow, head_from, view_from, AskError, Runtime,
};
use crate::{gateway::Gateway, network::EntryKind};

/// Who gives proofs.
#[derive(Clone)]
pub enum Proofs {
	/// Nodes.
	Nodes {
		/// Those of the chain.
		nodes: RpcClient,
		/// Those of the relay chain.
		relay: RpcClient,
	},
	/// A gateway, for a chain of this kind.
	Gateway(Gateway, EntryKind),
}

/// The newest block of the relay chain that is proven, and what else came with the proof.
pub(super) struct Followed {
	pub checkpoint: Checkpoint,
	/// The nodes of its state that show the chain's head.
	head: Option<Vec<Vec<u8>>>,
}

impl Proofs {
	/// Follows the relay chain from a checkpoint to the newest block.
	pub(super) async fn follow(
		&self,
		from: &Checkpoint,
		clock: &Clock,
	) -> Result<Followed, AskError> {
		let (gateway, chain) = match self {
			Self::Nodes { relay, .. } => {
				let checkpoint = follow(relay, from, clock).await?;
				return Ok(Followed {
					checkpoint,
					head: None,
				});
			}
			Self::Gateway(gateway, chain) => (gateway, *chain),
		};
		let mut checkpoint = from.clone();
		loop {
			let known = (checkpoint.number, checkpoint.set_id);
			let proof = gateway.newest(chain, known).await?.head;
			let proof = proof.ok_or(AskError::NoRelay)?;
			let more = proof.nodes.is_none();
			if more && proof.steps.is_empty() {
				return Err(AskError::NotShown);
			}
			for step in &proof.steps {
				checkpoint = checkpoint.step(step, clock)?;
			}
			if !more {
				return Ok(Followed {
					checkpoint,
					head: proof.nodes,
				});
			}
		}
	}

	/// The chain's head in the state of the relay chain's newest block.
	pub(super) async fn head(&self, followed: &Followed, para: u32) -> Result<Header, AskError> {
		let Followed {
			checkpoint,
			head: nodes,
		} = followed;
		match (self, nodes) {
			(Self::Nodes { relay, .. }, _) => head_from(relay, checkpoint, para).await,
			(Self::Gateway(..), Some(nodes)) => {
				Ok(head(&State::new(checkpoint.state_root, nodes)?, para)?)
			}
			(Self::Gateway(..), None) => Err(AskError::NotShown),
		}
	}

	/// The nodes of the state after a block that show these keys.
	pub(super) async fn keys(
		&self,
		block: H256,
		keys: &[Vec<u8>],
	) -> Result<Vec<Vec<u8>>, AskError> {
		match self {
			Self::Nodes { nodes, .. } => proof(nodes, block, keys).await,
			Self::Gateway(gateway, chain) => {
				Ok(gateway.state(*chain, block, None, keys).await?.nodes)
			}
		}
	}

	/// The nodes that show the hash of the code in the state after a block, without its megabyte, and
	/// the hash that the gateway tells.
	pub(super) async fn code_hash(
		&self,
		block: H256,
	) -> Result<(Vec<Vec<u8>>, Option<H256>), AskError> {
		match self {
			Self::Nodes { nodes, .. } => {
				// The proof that the key after the code's has no value shows the hash.
				let beside = [CODE, &[0]].concat();
				Ok((proof(nodes, block, &[beside]).await?, None))
			}
			Self::Gateway(gateway, chain) => {
				let proof = gateway.state(*chain, block, None, &[]).await?;
				Ok((proof.nodes, Some(proof.code)))
			}
		}
	}

	/// The code in the state after a block, by its hash if it is known.
	pub(super) async fn code(
		&self,
		block: &Header,
		shown: &mut State,
		hash: Option<H256>,
	) -> Result<Vec<u8>, AskError> {
		match (self, hash) {
			(Self::Gateway(gateway, chain), Some(hash)) => {
				shown.add(&[gateway.code(*chain, hash).await?])?;
				Ok(shown.code()?)
			}
			(Self::Nodes { nodes, .. }, _) => code_from(nodes, block).await,
			(Self::Gateway(..), None) => Err(AskError::NotShown),
		}
	}

	/// Runs a view over the state after a block, as [`view_from`] does.
	pub(super) async fn view(
		&self,
		block: &Header,
		runtime: &Runtime,
		function: &str,
		parameters: &[u8],
	) -> Result<Vec<u8>, AskError> {
		match self {
			Self::Nodes { nodes, .. } => {
				view_from(nodes, block, runtime, function, parameters).await
			}
			Self::Gateway(gateway, chain) => {
				let call = Some((function, parameters));
				let proof = gateway.state(*chain, block.hash(), call, &[]).await?;
				let state = Arc::new(block.state(&proof.nodes)?);
				Ok(block_in_place(|| {
					runtime.call(state, function, parameters)
				})?)
			}
		}
	}
}
