//! `POST /v1/view`: views with a proof.
//!
//! The gateway runs the views itself, as the client will: it notes which keys they read, and asks the
//! node for one proof of all of them. So the table decides about proven reads too, and nobody needs
//! a proof of keys of its own choice.

mod recording;
mod relay;
mod remembered;
mod runtimes;
mod steps;

use std::{sync::Arc, time::Duration};

use axum::{
	body::Bytes,
	extract::{rejection::BytesRejection, Path, State},
	http::{header::CONTENT_TYPE, StatusCode},
	response::IntoResponse,
};
use codec::Encode;
use salus_client::proven::RunError;
use salus_light::{genesis_key, limits::MAX_PROOF_BYTES, State as Shown, StateError, Step};
use serde::{Deserialize, Serialize};
use sp_core::{storage::well_known_keys::CODE, H256};
use subxt::rpcs::{rpc_params, RpcClient};
use tokio::{
	task::spawn_blocking,
	time::{sleep, timeout},
};

use crate::{
	access::{Access, Part, Refused},
	http::{read_json, Caller, Failure, Json},
	node::ChainName,
	sessions::Session,
	Gateway,
};
use recording::Recording;
pub(crate) use relay::Relay;
use relay::{Head, NotProven};
use remembered::question;
pub(crate) use remembered::Remembered;
pub(crate) use runtimes::Runtimes;
pub use steps::StepsError;

/// The most calls in a request, and the most keys.
const MAX_CALLS: usize = 16;

/// How long all of a request may take.
const PATIENCE: Duration = Duration::from_secs(12);

/// Calls, to be proven at one block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
	chain: ChainName,
	/// A block's hash. Nothing: the newest final one.
	#[serde(default)]
	block: Option<H256>,
	#[serde(default)]
	calls: Vec<Call>,
	/// Keys of the table, whose values the proof shows too.
	#[serde(default)]
	keys: Vec<Hex>,
	/// The newest checkpoint that the client has. Without it, or if it names a block, the answer has no
	/// proof of the head.
	#[serde(default)]
	checkpoint: Option<Known>,
}

/// What a client tells of its checkpoint.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
	number: u32,
	set_id: u64,
}

/// A call of a function of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
	function: String,
	arguments: Hex,
}

/// What the calls return, and what proves it.
#[derive(Serialize)]
pub struct Answer {
	/// The block's header, in SCALE.
	header: Hex,
	/// What each call returns.
	answers: Vec<Hex>,
	/// The hash of the runtime's code: `GET /v1/code/{chain}/{hash}` has it.
	code: H256,
	/// The nodes of the state that show all that the calls read, the values at the keys, the hash of
	/// the first block, and the hash of the code.
	proof: Vec<Hex>,
	/// What proves the header.
	#[serde(skip_serializing_if = "Option::is_none")]
	relay: Option<HeadProof>,
}

/// What proves a chain's head to a client with a checkpoint.
#[derive(Serialize)]
pub struct HeadProof {
	/// The steps from the checkpoint, in SCALE: 256 at most.
	steps: Vec<Hex>,
	/// The nodes of the relay chain's state that show the header, after the last step. Nothing: there
	/// are more steps, so the client takes these and asks again.
	head: Option<Vec<Hex>>,
}

/// Bytes as hexadecimal digits after `0x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
	fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
		to.serialize_str(&format!("0x{}", hex::encode(&self.0)))
	}
}

impl<'de> Deserialize<'de> for Hex {
	fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
		let text = String::deserialize(from)?;
		let digits = text
			.strip_prefix("0x")
			.and_then(|digits| hex::decode(digits).ok());
		let error = || serde::de::Error::custom("not hexadecimal digits after 0x");
		digits.map(Self).ok_or_else(error)
	}
}

/// The calls, at a block.
pub async fn view(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, Failure> {
	check_rate(&gateway, &session)?;
	let ask: Ask = read_json(body)?;
	if ask.calls.len() > MAX_CALLS || ask.keys.len() > MAX_CALLS {
		let text = format!("a request has at most {MAX_CALLS} calls and as many keys");
		return Err(Failure::new(StatusCode::BAD_REQUEST, text));
	}
	let access = Access::new(&gateway, &session, ask.chain);
	let refuse = |refused: Refused| {
		gateway.count_refusal("view");
		let status = match refused {
			Refused::NoNode => StatusCode::SERVICE_UNAVAILABLE,
			_ => StatusCode::FORBIDDEN,
		};
		Failure::new(status, refused.to_string())
	};
	let keys: Vec<_> = ask.keys.into_iter().map(|key| key.0).collect();
	for key in &keys {
		access.key(key, Part::Value).map_err(refuse)?;
	}
	let mut calls = Vec::new();
	for Call {
		function,
		arguments,
	} in ask.calls
	{
		let arguments = access.call(&function, &arguments.0, ask.block).await;
		calls.push((function, arguments.map_err(refuse)?));
	}
	let at = (ask.chain, ask.block, ask.checkpoint);
	let answer = timeout(PATIENCE, prove(&gateway, at, calls, keys)).await;
	answer
		.map_err(|_| ViewError::Slow)?
		.map(Json)
		.map_err(|error| {
			tracing::warn!(%error, "cannot prove a view");
			error.into()
		})
}

/// `GET /v1/code/{chain}/{hash}`: the code of a runtime on which a view ran just now.
pub async fn code(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	Path((chain, hash)): Path<(ChainName, H256)>,
) -> Result<impl IntoResponse, Failure> {
	check_rate(&gateway, &session)?;
	let code = gateway.runtimes(chain).code(hash).ok_or_else(|| {
		let text = "the gateway does not have this code: ask for a view first";
		Failure::new(StatusCode::NOT_FOUND, text)
	})?;
	Ok(([(CONTENT_TYPE, "application/octet-stream")], code))
}

fn check_rate(gateway: &Gateway, session: &Session) -> Result<(), Failure> {
	let text = "too many requests: try again in a second";
	let late = || Failure::new(StatusCode::TOO_MANY_REQUESTS, text);
	let allows = gateway.sessions.rates.requests.allows(&session.account);
	allows.then_some(()).ok_or_else(late)
}

/// Why there is no proven answer.
#[derive(Debug, thiserror::Error)]
enum ViewError {
	#[error("the node does not answer: {0}")]
	Node(#[from] subxt::rpcs::Error),
	#[error("the node's answer cannot be read")]
	Unreadable,
	#[error("the node does not have this block, or no longer its state")]
	NoBlock,
	#[error("the checkpoint is not of this relay chain: get the newest network file")]
	OtherChain,
	#[error("the proof has more than {} MiB: ask for less", MAX_PROOF_BYTES / 1024 / 1024)]
	TooLarge,
	#[error("the gateway's node is too slow: try again in a minute")]
	Slow,
	#[error(transparent)]
	State(#[from] StateError),
	#[error(transparent)]
	Run(#[from] RunError),
}

impl From<ViewError> for Failure {
	fn from(error: ViewError) -> Self {
		let status = match error {
			ViewError::Node(_) | ViewError::Slow | ViewError::Unreadable | ViewError::State(_) => {
				return Self::no_node();
			}
			ViewError::NoBlock => StatusCode::NOT_FOUND,
			ViewError::OtherChain => StatusCode::CONFLICT,
			ViewError::TooLarge | ViewError::Run(_) => StatusCode::UNPROCESSABLE_ENTITY,
		};
		Self::new(status, error.to_string())
	}
}

async fn prove(
	gateway: &Gateway,
	(chain, block, checkpoint): (ChainName, Option<H256>, Option<Known>),
	calls: Vec<(String, Vec<u8>)>,
	mut keys: Vec<Vec<u8>>,
) -> Result<Answer, ViewError> {
	let latest = gateway.latest(chain).ok_or(ViewError::Slow)?;
	let rpc = latest.rpc.clone();
	let newest = match (&gateway.relay, checkpoint, block) {
		(Some(relay), Some(checkpoint), None) => Some(newest(relay, chain, checkpoint).await?),
		_ => None,
	};
	let head = newest.as_ref().and_then(|(_, head)| head.as_ref());
	let block = block
		.or(head.map(|head| head.header.hash()))
		.unwrap_or(H256(latest.state.block_hash()));
	let place = gateway.views.clone().acquire_owned().await;
	let place = place.map_err(|_| ViewError::Slow)?;
	let at = gateway.runtimes(chain).at(&rpc, block).await?;
	// The key after the code's has no value: its proof shows the hash of the code, without the code.
	keys.extend([genesis_key(), [CODE, &[0]].concat()]);
	let question = question(chain, &calls);
	let before = gateway.remembered.keys(&question).unwrap_or_default();
	let nodes = proof(&rpc, block, &[&keys[..], &before].concat()).await?;
	let known = Shown::new(at.root, &nodes)?;
	let recording = Arc::new(Recording::new(rpc.clone(), block, known));
	let run = {
		let (recording, runtime) = (recording.clone(), at.runtime);
		move || {
			// It counts until it ends, also if nobody waits for it any more.
			let _place = place;
			let mut answers = Vec::new();
			for (function, arguments) in calls {
				answers.push(Hex(runtime.call(
					recording.clone(),
					&function,
					&arguments,
				)?));
			}
			Ok::<_, RunError>(answers)
		}
	};
	let answers = spawn_blocking(run)
		.await
		.map_err(|_| ViewError::Unreadable)?;
	if let Some(error) = recording.failed() {
		return Err(error);
	}
	let answers = answers?;
	// The proof shows what was read now, and nothing that was read before.
	let read = recording.keys();
	let nodes = match read == before {
		true => nodes,
		false => {
			keys.extend_from_slice(&read);
			gateway.remembered.keep(question, read);
			proof(&rpc, block, &keys).await?
		}
	};
	Ok(Answer {
		header: Hex(at.header),
		answers,
		code: at.code,
		proof: nodes.into_iter().map(Hex).collect(),
		relay: newest.map(|(steps, head)| HeadProof {
			steps: steps.iter().map(|step| Hex(step.encode())).collect(),
			head: head.map(|head| head.nodes.iter().cloned().map(Hex).collect()),
		}),
	})
}

/// A chain's newest proven head, and the steps to it. Waits some seconds for one.
async fn newest(
	relay: &Relay,
	chain: ChainName,
	Known { number, set_id }: Known,
) -> Result<(Vec<Step>, Option<Arc<Head>>), ViewError> {
	for _ in 0..20 {
		match relay.prove(chain, (number, set_id)) {
			Ok(proven) => return Ok(proven),
			Err(NotProven::OtherChain) => return Err(ViewError::OtherChain),
			Err(NotProven::Later) => sleep(Duration::from_millis(250)).await,
		}
	}
	Err(ViewError::Slow)
}

/// The nodes that show these keys in the state after a block.
async fn proof(rpc: &RpcClient, block: H256, keys: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, ViewError> {
	#[derive(Deserialize)]
	struct Proof {
		proof: Vec<Hex>,
	}
	let keys: Vec<_> = keys.iter().map(|key| Hex(key.clone())).collect();
	let Proof { proof } = rpc
		.request("state_getReadProof", rpc_params![keys, block])
		.await?;
	let size = proof
		.iter()
		.fold(0_usize, |sum, node| sum.saturating_add(node.0.len()));
	match size <= MAX_PROOF_BYTES {
		true => Ok(proof.into_iter().map(|node| node.0).collect()),
		false => Err(ViewError::TooLarge),
	}
}
