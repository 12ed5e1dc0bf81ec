//! The relay chain's newest final block, and a parachain's head in its state, from what one node of
//! the relay chain proves.

use std::time::Duration;

use codec::{Decode, Encode};
use salus_light::{head, head_key, Checkpoint, Clock, Header, State, Step, StepError, H256};
use subxt::{
	config::RpcConfigFor,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	SubstrateConfig,
};
use tokio::time::Instant;

use super::ask::{bytes, proof, request, AskError};

/// How long a node may take to begin, and how much longer for each step.
#[cfg(not(test))]
const BEGIN: Duration = super::PATIENCE;
#[cfg(not(test))]
const STEP: Duration = Duration::from_secs(2);
#[cfg(test)]
const BEGIN: Duration = Duration::from_secs(1);
#[cfg(test)]
const STEP: Duration = Duration::from_millis(500);

/// The time for all steps. A node that takes longer, though it answers each time, is passed over.
pub(super) struct Pace {
	begun: Instant,
	limit: Duration,
}

impl Pace {
	/// It begins now, with this time.
	pub fn begin(limit: Duration) -> Self {
		Self {
			begun: Instant::now(),
			limit,
		}
	}

	/// Adds the time for these steps, which were taken.
	pub fn check(&mut self, steps: u32) -> Result<(), AskError> {
		self.limit += STEP * steps;
		match self.begun.elapsed() > self.limit {
			true => Err(AskError::Node("it is too slow".into())),
			false => Ok(()),
		}
	}
}

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
	let mut checkpoint = from.clone();
	let mut pace = Pace::begin(BEGIN);
	while let Some((_, next)) = next_step(rpc, &checkpoint, clock).await? {
		checkpoint = next;
		pace.check(1)?;
	}
	pace.check(0)?;
	Ok(checkpoint)
}

/// The step that a node proves from a checkpoint, and where it leads: to the last block of the
/// checkpoint's set, or else to the newest one. `None` if there is no newer one.
///
/// # Errors
///
/// [`AskError`]: the node gives no proof, or a false one.
pub async fn next_step(
	rpc: &RpcClient,
	from: &Checkpoint,
	clock: &Clock,
) -> Result<Option<(Step, Checkpoint)>, AskError> {
	let methods = LegacyRpcMethods::<RpcConfigFor<SubstrateConfig>>::new(rpc.clone());
	let failed = |error: subxt::rpcs::Error| AskError::Node(error.to_string());
	let header = async |hash: H256| -> Result<Vec<u8>, AskError> {
		let header = methods.chain_get_header(Some(hash)).await.map_err(failed)?;
		Ok(header
			.ok_or_else(|| AskError::Node(format!("it has no block {hash:?}")))?
			.encode())
	};
	let last = methods.chain_get_finalized_head().await.map_err(failed)?;
	if last == from.hash {
		return Ok(None);
	}
	let last_header = header(last).await?;
	let newest = Header::decode(&last_header)?.number();
	let next = from.number.saturating_add(1);
	if newest < next {
		return Ok(None);
	}
	// A node adds the headers from the block that it is asked about to the one that it proves, which are
	// not needed here. So it is asked about the newest block first. If the authorities changed
	// meanwhile, that is of another set, and the proof of the next block leads to the last one of this
	// set.
	for asked in [newest, next] {
		let params = rpc_params![asked];
		let proof: Option<String> = request(rpc, "grandpa_proveFinality", params).await?;
		let Some(proof) = proof else { continue };
		let (hash, justification) = <(H256, Vec<u8>)>::decode(&mut &*bytes(&proof)?)
			.map_err(|error| AskError::Node(error.to_string()))?;
		let header = match hash == last {
			true => last_header.clone(),
			false => header(hash).await?,
		};
		let step = Step {
			header,
			justification,
		};
		match from.step(&step, clock) {
			Ok(to) => return Ok(Some((step, to))),
			// It has proven no newer block yet.
			Err(StepError::NotNewer { .. }) => {}
			Err(StepError::Justification { .. }) if asked > next => {}
			Err(error) => return Err(error.into()),
		}
	}
	Ok(None)
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
	Ok(head_proof(rpc, checkpoint, para).await?.0)
}

/// [`head_from`], with the nodes that prove it.
///
/// # Errors
///
/// [`AskError`]: the node does not prove it.
pub async fn head_proof(
	rpc: &RpcClient,
	checkpoint: &Checkpoint,
	para: u32,
) -> Result<(Header, Vec<Vec<u8>>), AskError> {
	let nodes = proof(rpc, checkpoint.hash, &[head_key(para)]).await?;
	let header = head(&State::new(checkpoint.state_root, &nodes)?, para)?;
	Ok((header, nodes))
}
