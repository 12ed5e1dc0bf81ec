//! The relay chain's newest final block, and a parachain's head in its state, from what one node of
//! the relay chain proves.

use std::time::Duration;

use codec::{Decode, Encode};
use salus_light::{head, head_key, Checkpoint, Clock, Header, State, Step, H256};
use subxt::{
	config::RpcConfigFor,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	SubstrateConfig,
};

use tokio::time::Instant;

use super::ask::{bytes, proof, request, AskError};

/// How long a node may take to begin, and how much longer for each step. A node that is slower, though
/// it answers each time, is passed over.
#[cfg(not(test))]
const PACE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(2));
#[cfg(test)]
const PACE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(500));

/// Follows the relay chain from a checkpoint to the newest block whose finality the node proves. A
/// collator's relay chain node suffices.
///
/// The result can be old: check its age with [`Clock::age`] before anything is read from it. Store
/// it under a lock, if it is [`newer`](Checkpoint::newer).
///
/// # Errors
///
/// [`AskError`]: the node gives no proofs, or false ones.
pub async fn follow(
	rpc: &RpcClient,
	from: &Checkpoint,
	clock: &Clock,
) -> Result<Checkpoint, AskError> {
	let methods = LegacyRpcMethods::<RpcConfigFor<SubstrateConfig>>::new(rpc.clone());
	let failed = |error: subxt::rpcs::Error| AskError::Node(error.to_string());
	let header = async |hash: H256| -> Result<Vec<u8>, AskError> {
		let header = methods.chain_get_header(Some(hash)).await.map_err(failed)?;
		Ok(header
			.ok_or_else(|| AskError::Node(format!("it has no block {hash:?}")))?
			.encode())
	};
	let number = |header: &[u8]| Header::decode(header).map(|header| header.number());
	let begun = Instant::now();
	let in_time = |steps: u32| match begun.elapsed() > PACE.0 + PACE.1 * steps {
		true => Err(AskError::Node("it is too slow".into())),
		false => Ok(()),
	};
	let mut steps = 0_u32;
	let last = methods.chain_get_finalized_head().await.map_err(failed)?;
	let last = number(&header(last).await?)?;
	let mut checkpoint = from.clone();
	while checkpoint.number < last {
		let params = rpc_params![checkpoint.number.saturating_add(1)];
		let proof: Option<String> = request(rpc, "grandpa_proveFinality", params).await?;
		let Some(proof) = proof else { break };
		// A block's hash, its justification, and headers that are not needed here. The block is the
		// last of its set, or the newest one with a justification.
		let (hash, justification) = <(H256, Vec<u8>)>::decode(&mut &*bytes(&proof)?)
			.map_err(|error| AskError::Node(error.to_string()))?;
		let header = header(hash).await?;
		if number(&header)? <= checkpoint.number {
			break;
		}
		checkpoint = checkpoint.step(
			&Step {
				header,
				justification,
			},
			clock,
		)?;
		steps = steps.saturating_add(1);
		in_time(steps)?;
	}
	in_time(steps)?;
	Ok(checkpoint)
}

/// The header of a parachain's newest final block, in the relay chain's state at a checkpoint.
///
/// # Errors
///
/// [`AskError`]: the node does not prove it.
pub async fn head_from(
	rpc: &RpcClient,
	checkpoint: &Checkpoint,
	para: u32,
) -> Result<Header, AskError> {
	let nodes = proof(rpc, checkpoint.hash, &[head_key(para)]).await?;
	Ok(head(&State::new(checkpoint.state_root, &nodes)?, para)?)
}
