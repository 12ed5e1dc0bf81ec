//! What a gateway proves.

use codec::DecodeAll;
use reqwest::Method;
use salus_light::{Step, H256};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::bytes::{from_hex, to_hex};

use super::{name, Gateway};
use crate::{network::EntryKind, Result};

/// What a gateway says of a block, and what proves it. Nothing of it is checked.
pub(crate) struct Proof {
	/// The hash of the runtime's code.
	pub code: H256,
	/// The nodes of the state.
	pub nodes: Vec<Vec<u8>>,
	/// What leads from the checkpoint to the chain's head.
	pub head: Option<HeadProof>,
}

/// What leads from a checkpoint of the relay chain to a chain's head.
pub(crate) struct HeadProof {
	/// The steps of the relay chain.
	pub steps: Vec<Step>,
	/// The nodes of the relay chain's state after the last step that show the head. `None`: there
	/// are more steps.
	pub nodes: Option<Vec<Vec<u8>>>,
}

#[derive(Deserialize)]
struct Answer {
	code: H256,
	proof: Vec<String>,
	relay: Option<Relay>,
}

#[derive(Deserialize)]
struct Relay {
	steps: Vec<String>,
	head: Option<Vec<String>>,
}

impl Gateway {
	/// The newest proven head of a chain, for a client with a checkpoint of this number and set.
	pub(crate) async fn newest(
		&self,
		chain: EntryKind,
		(number, set_id): (u32, u64),
	) -> Result<Proof> {
		let checkpoint = json!({ "number": number, "set_id": set_id });
		let body = json!({ "chain": name(chain), "checkpoint": checkpoint });
		self.prove(&body).await
	}

	/// Nodes of the state after a block: those that show what the call reads, the values at the
	/// keys, the hash of the chain's first block and the hash of the code.
	pub(crate) async fn state(
		&self,
		chain: EntryKind,
		block: H256,
		call: Option<(&str, &[u8])>,
		keys: &[Vec<u8>],
	) -> Result<Proof> {
		let call = call.map(
			|(function, arguments)| json!({ "function": function, "arguments": to_hex(arguments, false) }),
		);
		let calls: Vec<_> = call.into_iter().collect();
		let keys: Vec<_> = keys.iter().map(|key| to_hex(key, false)).collect();
		let body = json!({ "chain": name(chain), "block": block, "calls": calls, "keys": keys });
		self.prove(&body).await
	}

	/// The code with this hash.
	pub(crate) async fn code(&self, chain: EntryKind, hash: H256) -> Result<Vec<u8>> {
		let path = format!("v1/code/{}/{hash:?}", name(chain));
		self.request(Method::GET, &path, None).await
	}

	async fn prove(&self, body: &Value) -> Result<Proof> {
		let answer = self.request(Method::POST, "v1/view", Some(body)).await?;
		let proof = serde_json::from_slice(&answer).ok().and_then(read);
		proof.ok_or_else(|| self.unreadable())
	}
}

fn read(answer: Answer) -> Option<Proof> {
	let head = match answer.relay {
		Some(relay) => {
			let steps = all(&relay.steps)?;
			let steps = steps.iter().map(|step| Step::decode_all(&mut &**step).ok());
			Some(HeadProof {
				steps: steps.collect::<Option<_>>()?,
				nodes: match relay.head {
					Some(nodes) => Some(all(&nodes)?),
					None => None,
				},
			})
		}
		None => None,
	};
	Some(Proof {
		code: answer.code,
		nodes: all(&answer.proof)?,
		head,
	})
}

fn all(hex: &[String]) -> Option<Vec<Vec<u8>>> {
	hex.iter().map(|one| from_hex(one).ok()).collect()
}
