//! What a gateway proves. Nothing of it is checked here.

use codec::DecodeAll;
use salus_light::{Step, H256};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::bytes::{from_hex, to_hex};
use subxt::rpcs::{rpc_params, RpcClient};

use super::rpc::{CODE, VIEW};
use crate::proven::{request, AskError};

/// What leads from a checkpoint of the relay chain to a chain's head.
pub(crate) struct HeadProof {
	/// The steps of the relay chain.
	pub steps: Vec<Step>,
	/// The nodes of the relay chain's state after the last step that show the head. `None`: there
	/// are more steps.
	pub nodes: Option<Vec<Vec<u8>>>,
	/// The nodes of the head's state that show the hash of the chain's first block and that of the code.
	pub state: Vec<Vec<u8>>,
}

#[derive(Deserialize)]
struct Answer {
	proof: Vec<String>,
	relay: Option<Relay>,
}

#[derive(Deserialize)]
struct Relay {
	steps: Vec<String>,
	head: Option<Vec<String>>,
}

/// The newest head of a chain, for a client with a checkpoint of this number and set.
pub(crate) async fn newest(
	gateway: &RpcClient,
	(number, set_id): (u32, u64),
) -> Result<HeadProof, AskError> {
	let body = json!({ "checkpoint": { "number": number, "set_id": set_id } });
	let Answer { proof, relay } = view(gateway, &body).await?;
	let Relay { steps, head } = relay.ok_or(AskError::NoRelay)?;
	let steps = all(&steps)?.into_iter().map(|step| {
		let step = Step::decode_all(&mut &*step);
		step.map_err(|_| AskError::NotShown)
	});
	Ok(HeadProof {
		steps: steps.collect::<Result<_, _>>()?,
		nodes: head.map(|nodes| all(&nodes)).transpose()?,
		state: all(&proof)?,
	})
}

/// Nodes of the state after a block: those that show what the call reads, the values at the keys, the
/// hash of the chain's first block and the hash of the code.
pub(crate) async fn state(
	gateway: &RpcClient,
	block: H256,
	call: Option<(&str, &[u8])>,
	keys: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, AskError> {
	let calls = call.map(|(function, arguments)| {
		let arguments = to_hex(arguments, false);
		json!({ "function": function, "arguments": arguments })
	});
	let calls: Vec<_> = calls.into_iter().collect();
	let keys: Vec<_> = keys.iter().map(|key| to_hex(key, false)).collect();
	let body = json!({ "block": block, "calls": calls, "keys": keys });
	all(&view(gateway, &body).await?.proof)
}

/// The code with this hash.
pub(crate) async fn code(gateway: &RpcClient, hash: H256) -> Result<Vec<u8>, AskError> {
	let code: String = request(gateway, CODE, rpc_params![hash]).await?;
	bytes(&code)
}

async fn view(gateway: &RpcClient, body: &Value) -> Result<Answer, AskError> {
	let answer: Value = request(gateway, VIEW, rpc_params![body]).await?;
	serde_json::from_value(answer).map_err(|_| AskError::NotShown)
}

fn all(hex: &[String]) -> Result<Vec<Vec<u8>>, AskError> {
	hex.iter().map(|one| bytes(one)).collect()
}

/// What cannot be read shows nothing.
fn bytes(hex: &str) -> Result<Vec<u8>, AskError> {
	from_hex(hex).map_err(|_| AskError::NotShown)
}
