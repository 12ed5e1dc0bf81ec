//! `POST /v1/view`: views with a proof.
//!
//! The node runs the views, as the client will, and proves all that they read. So the table decides
//! about proven reads too, and nobody needs a proof of keys of its own choice.

mod codes;
mod relay;
pub(crate) mod steps;

use std::{sync::Arc, time::Duration};

use axum::{
	body::Bytes,
	extract::{rejection::BytesRejection, Path, State},
	http::{header::CONTENT_TYPE, StatusCode},
	response::IntoResponse,
};
use futures::future::try_join_all;
use salus_light::genesis_key;
use salus_primitives::text::one_line;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sp_core::{storage::well_known_keys::CODE, H256};
use subxt::rpcs::{rpc_params, Error as RpcError, RpcClient};
use tokio::time::{sleep, timeout};

use crate::{
	access::{Access, At, Part, Refused},
	http::{read_json, Caller, Failure, Json},
	node::ChainName,
	sessions::Session,
	Gateway,
};
pub(crate) use codes::Codes;
use relay::NotProven;
pub(crate) use relay::Relay;
pub(crate) use steps::Steps;
pub use steps::StepsError;

/// The most calls in a request, and the most keys.
const MAX_CALLS: usize = 16;

/// How long all of a request may take.
const PATIENCE: Duration = Duration::from_secs(12);

/// The most characters of a node's reason for which a call has no answer.
const MAX_REASON: usize = 256;

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
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
	function: String,
	arguments: Hex,
}

/// What the calls return, and what proves it.
#[derive(Serialize)]
pub struct Answer {
	#[serde(flatten)]
	proven: Proven,
	/// What proves the header.
	#[serde(skip_serializing_if = "Option::is_none")]
	relay: Option<HeadProof>,
}

/// The node's answer. It goes on as it is: bytes as hexadecimal digits.
#[derive(Deserialize, Serialize)]
struct Proven {
	/// The block's header, in SCALE.
	header: Box<RawValue>,
	/// The hash of the runtime's code: `GET /v1/code/{chain}/{hash}` has it.
	code: H256,
	/// What each call returns.
	answers: Box<RawValue>,
	/// The nodes of the state that show all that the calls read, the values at the keys, the hash of
	/// the first block, and the hash of the code.
	proof: Box<RawValue>,
}

/// What proves a chain's head to a client with a checkpoint.
#[derive(Serialize)]
pub struct HeadProof {
	/// The steps from the checkpoint, in SCALE: 256 at most.
	steps: Vec<String>,
	/// The nodes of the relay chain's state that show the header, after the last step. Nothing: there
	/// are more steps, so the client takes these and asks again.
	head: Option<Vec<String>>,
}

/// Bytes as hexadecimal digits after `0x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
	fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
		to.serialize_str(&digits(&self.0))
	}
}

/// Bytes as hexadecimal digits after `0x`.
fn digits(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
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
	// Each call counts as a request, and the first one is counted.
	let more = ask.calls.len().saturating_sub(1);
	if !gateway
		.sessions
		.rates
		.requests
		.allows_many(&session.account, more)
	{
		return Err(too_many());
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
	for Hex(key) in &ask.keys {
		access.key(key, Part::Value).map_err(refuse)?;
	}
	let latest = gateway.latest(ask.chain);
	let latest = latest.ok_or_else(|| refuse(Refused::NoNode))?;
	let failed = |error: ViewError| {
		tracing::warn!(%error, "cannot prove a view");
		Failure::from(error)
	};
	let newest = match (&gateway.relay, ask.checkpoint, ask.block) {
		(Some(relay), Some(checkpoint), None) => {
			Some(newest(relay, ask.chain, checkpoint).await.map_err(failed)?)
		}
		_ => None,
	};
	let (relay, head) = newest.unzip();
	let (block, at) = match (ask.block, head.flatten()) {
		(Some(block), _) => (block, At::Hash(block)),
		// It can be older than the newest final block of the gateway's node.
		(None, Some((number, head))) => (head, At::Number(number.into())),
		(None, None) => (H256(latest.state.block_hash()), At::Newest),
	};
	let mut checks = Vec::new();
	for call in &ask.calls {
		checks.push(access.call(&call.function, &call.arguments.0, at));
	}
	let checked = try_join_all(checks).await.map_err(refuse)?;
	let calls = ask
		.calls
		.into_iter()
		.zip(checked)
		.map(|(call, checked)| Call {
			arguments: Hex(checked),
			..call
		});
	let calls = calls.collect();
	let proven = prove(&gateway, &latest.rpc, (ask.chain, block), calls, ask.keys);
	let proven = timeout(PATIENCE, proven).await;
	let proven = proven.unwrap_or(Err(ViewError::Slow)).map_err(failed)?;
	Ok(Json(Answer { proven, relay }))
}

/// `GET /v1/code/{chain}/{hash}`: the code of a runtime on which a view ran just now.
pub async fn code(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	Path((chain, hash)): Path<(ChainName, H256)>,
) -> Result<impl IntoResponse, Failure> {
	check_rate(&gateway, &session)?;
	let code = gateway.codes(chain).find(hash).ok_or_else(|| {
		let text = "the gateway does not have this code: ask for a view first";
		Failure::new(StatusCode::NOT_FOUND, text)
	})?;
	Ok(([(CONTENT_TYPE, "application/octet-stream")], code))
}

/// Refuses a request of an account that makes too many.
pub(crate) fn check_rate(gateway: &Gateway, session: &Session) -> Result<(), Failure> {
	let allows = gateway.sessions.rates.requests.allows(&session.account);
	allows.then_some(()).ok_or_else(too_many)
}

fn too_many() -> Failure {
	let text = "too many requests: try again in a second";
	Failure::new(StatusCode::TOO_MANY_REQUESTS, text)
}

/// Why there is no proven answer.
#[derive(Debug, thiserror::Error)]
enum ViewError {
	#[error("the node does not answer: {0}")]
	Node(RpcError),
	#[error("the node does not have this block, or no longer its state")]
	NoBlock,
	#[error("the checkpoint is not of this relay chain: get the newest network file")]
	OtherChain,
	#[error("the answer is too large: ask for less")]
	TooLarge,
	#[error("the gateway's node is too slow: try again in a minute")]
	Slow,
	#[error("a call has no answer: {0}")]
	Call(String),
}

impl From<RpcError> for ViewError {
	/// The numbers are those of the node's `salus_proveCalls`.
	fn from(error: RpcError) -> Self {
		match error {
			RpcError::User(error) if error.code == 9001 => Self::NoBlock,
			RpcError::User(error) if error.code == 9002 => Self::TooLarge,
			RpcError::User(error) if error.code == 9003 => {
				Self::Call(one_line(&error.message, MAX_REASON))
			}
			error => Self::Node(error),
		}
	}
}

impl From<ViewError> for Failure {
	fn from(error: ViewError) -> Self {
		let status = match error {
			ViewError::Node(_) | ViewError::Slow => return Self::no_node(),
			ViewError::NoBlock => StatusCode::NOT_FOUND,
			ViewError::OtherChain => StatusCode::CONFLICT,
			ViewError::TooLarge | ViewError::Call(_) => StatusCode::UNPROCESSABLE_ENTITY,
		};
		Self::new(status, error.to_string())
	}
}

async fn prove(
	gateway: &Gateway,
	rpc: &RpcClient,
	(chain, block): (ChainName, H256),
	calls: Vec<Call>,
	mut keys: Vec<Hex>,
) -> Result<Proven, ViewError> {
	let place = gateway.views.clone().acquire_owned().await;
	let place = place.map_err(|_| ViewError::Slow)?;
	keys.push(Hex(genesis_key()));
	let run = {
		let (rpc, params) = (rpc.clone(), rpc_params![block, calls, keys]);
		async move {
			// It counts until the node has run it, also if nobody waits for it any more.
			let _place = place;
			rpc.request::<Proven>("salus_proveCalls", params).await
		}
	};
	let proven = tokio::spawn(run).await.map_err(|_| ViewError::Slow)??;
	let codes = gateway.codes(chain);
	if codes.find(proven.code).is_none() {
		codes.keep(proven.code, code_at(rpc, block).await?.into());
	}
	Ok(proven)
}

/// The runtime's code in the state after a block.
async fn code_at(rpc: &RpcClient, block: H256) -> Result<Vec<u8>, ViewError> {
	let params = rpc_params![Hex(CODE.to_vec()), block];
	let code: Option<Hex> = rpc.request("state_getStorage", params).await?;
	code.map(|code| code.0).ok_or(ViewError::NoBlock)
}

/// What proves a chain's newest head, and the head's number and hash. Waits some seconds for one.
async fn newest(
	relay: &Relay,
	chain: ChainName,
	Known { number, set_id }: Known,
) -> Result<(HeadProof, Option<(u32, H256)>), ViewError> {
	for _ in 0..20 {
		match relay.prove(chain, (number, set_id)) {
			Ok(proven) => return Ok(proven),
			Err(NotProven::OtherChain) => return Err(ViewError::OtherChain),
			Err(NotProven::Later) => sleep(Duration::from_millis(250)).await,
		}
	}
	Err(ViewError::Slow)
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::rpcs::UserError;

	#[test]
	fn each_error_of_the_node_has_its_answer() {
		let answer = |code, message: &str| {
			let error = UserError {
				code,
				message: message.into(),
				data: None,
			};
			Failure::from(ViewError::from(RpcError::User(error)))
		};
		let none = "the node does not have this block, or no longer its state";
		let large = "the answer is too large: ask for less";
		let failed = "a call has no answer: EmrApi_record failed: no such function";
		for (code, message, status, text) in [
			(9001, "no block", StatusCode::NOT_FOUND, none),
			(9002, "4 MiB", StatusCode::UNPROCESSABLE_ENTITY, large),
			(
				9003,
				"EmrApi_record failed: no such\nfunction",
				StatusCode::UNPROCESSABLE_ENTITY,
				failed,
			),
		] {
			assert_eq!(answer(code, message), Failure::new(status, text), "{code}");
		}
		// Another error says nothing to clients.
		assert_eq!(answer(9004, "a path"), Failure::no_node());
		let long = answer(9003, &"a".repeat(10_000));
		assert!(long.1.len() < 400, "{long:?}");
	}
}
