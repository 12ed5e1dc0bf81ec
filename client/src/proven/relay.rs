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
use tokio::time::{timeout, Instant};

use super::ask::{bytes, proof, request, AskError};

/// How long a node may take to begin, and how much longer for each set of authorities.
#[cfg(not(test))]
const BEGIN: Duration = super::PATIENCE;
#[cfg(not(test))]
const STEP: Duration = Duration::from_secs(2);
#[cfg(test)]
const BEGIN: Duration = Duration::from_secs(1);
#[cfg(test)]
const STEP: Duration = Duration::from_millis(500);

/// What a node answers while the relay chain has its first set of authorities: it knows the blocks of a
/// set by the changes before and after.
const FIRST_SET: &str = "not covered by authority set changes";
/// The subscription to the justifications of blocks that become final, and its end.
const JUSTIFICATIONS: (&str, &str) = (
	"grandpa_subscribeJustifications",
	"grandpa_unsubscribeJustifications",
);

/// The time for all steps. A node that takes longer, though it answers each time, is passed over.
///
/// Steps that change the authorities are as many as the relay chain's sessions. Only after them comes a
/// step that does not, to the newest block. A node that gives more of those leads nowhere.
pub(super) struct Pace {
	begun: Instant,
	limit: Duration,
	/// Whether the step to the newest block was taken.
	last: bool,
}

impl Pace {
	/// It begins now, with this time.
	pub fn begin(limit: Duration) -> Self {
		Self {
			begun: Instant::now(),
			limit,
			last: false,
		}
	}

	/// Takes a step between these sets. Returns whether it changed the authorities, so that more steps
	/// can follow.
	pub fn step(&mut self, from: u64, to: u64) -> Result<bool, AskError> {
		let changes = from != to;
		if changes {
			self.limit += STEP;
		}
		if self.last || self.begun.elapsed() > self.limit {
			return Err(AskError::Node("it is too slow".into()));
		}
		self.last = !changes;
		Ok(changes)
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
	follow_by(rpc, from, clock, &|_| ()).await
}

/// [`follow`], which tells each checkpoint at a change of the authorities: kept, the way to it is not
/// gone again if the node fails after it.
pub(super) async fn follow_by(
	rpc: &RpcClient,
	from: &Checkpoint,
	clock: &Clock,
	changed: &(dyn Fn(&Checkpoint) + Sync),
) -> Result<Checkpoint, AskError> {
	let mut checkpoint = from.clone();
	let mut pace = Pace::begin(BEGIN);
	while let Some((_, next)) = next_step(rpc, &checkpoint, clock).await? {
		let changes = pace.step(checkpoint.set_id, next.set_id)?;
		checkpoint = next;
		if !changes {
			break;
		}
		changed(&checkpoint);
	}
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
	let header = async |hash: H256| -> Result<Vec<u8>, AskError> {
		let header = methods.chain_get_header(Some(hash)).await?;
		Ok(header
			.ok_or_else(|| AskError::Node(format!("it has no block {hash:?}")))?
			.encode())
	};
	let last = methods.chain_get_finalized_head().await?;
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
		let proof: Result<Option<String>, _> = request(rpc, "grandpa_proveFinality", params).await;
		let (hash, justification) = match proof {
			Ok(None) => continue,
			Ok(Some(proof)) => decode(&bytes(&proof)?)?,
			Err(AskError::Node(error)) if error.contains(FIRST_SET) => next_justified(rpc).await?,
			Err(error) => return Err(error),
		};
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

/// The next block that becomes final, and its justification.
async fn next_justified(rpc: &RpcClient) -> Result<(H256, Vec<u8>), AskError> {
	let silent = || AskError::Node("it reports no justification".into());
	let next = async {
		let (begin, end) = JUSTIFICATIONS;
		let mut all = rpc.subscribe::<String>(begin, rpc_params![], end).await?;
		all.next().await.transpose()
	};
	let next = timeout(BEGIN, next).await.map_err(|_| silent())?;
	let justification = bytes(&next?.ok_or_else(silent)?)?;
	// The voters' round comes before the block.
	let (_, hash) = decode::<(u64, H256)>(&justification)?;
	Ok((hash, justification))
}

fn decode<T: Decode>(mut bytes: &[u8]) -> Result<T, AskError> {
	T::decode(&mut bytes).map_err(|_| AskError::NotShown)
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
