//! What the relay chain proves of the chains' newest final blocks.

use std::{
	sync::{Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use salus_client::proven::{head_proof, next_step, AskError};
use salus_light::{Checkpoint, Clock};
use salus_primitives::ParaId;
use sp_core::H256;
use subxt::rpcs::RpcClient;
use tokio::time::{sleep, timeout};

use super::{
	digits,
	steps::{Steps, StepsError},
	HeadProof,
};
use crate::{config::RelayConfig, gateway::now, node::ChainName, Gateway};

/// How often the relay chain is asked for a newer block.
const PAUSE: Duration = Duration::from_secs(2);

/// How long its node may take for all that is asked of it for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// The relay chain, as far as it is proven.
pub struct Relay {
	config: RelayConfig,
	proven: Mutex<Proven>,
}

struct Proven {
	steps: Steps,
	heads: Vec<Head>,
}

/// A chain's newest final block in the relay chain's state.
struct Head {
	chain: ChainName,
	/// Its number and hash.
	block: (u32, H256),
	/// The nodes of the relay chain's state that show its header, as hexadecimal digits: answers have them
	/// as they are.
	nodes: Vec<String>,
}

/// Why there is no proof of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProven {
	/// There is none yet: it takes some seconds.
	Later,
	/// The client's checkpoint is not of this relay chain.
	OtherChain,
}

/// Why the relay chain cannot be followed.
#[derive(Debug, thiserror::Error)]
enum RelayError {
	#[error("the relay chain's node does not answer: {0}")]
	Node(#[from] subxt::rpcs::Error),
	#[error(transparent)]
	Ask(#[from] AskError),
	#[error(transparent)]
	Steps(#[from] StepsError),
	#[error("the relay chain's node is too slow")]
	Slow,
}

impl Relay {
	/// What the file of steps has.
	///
	/// # Errors
	///
	/// [`StepsError`].
	pub fn open(config: RelayConfig) -> Result<Self, StepsError> {
		let RelayConfig {
			steps, checkpoint, ..
		} = &config;
		let checkpoint = checkpoint.0.clone().map_err(StepsError::Checkpoint)?;
		let steps = Steps::open(steps, checkpoint, config.slot_milliseconds)?;
		Ok(Self {
			config,
			proven: Mutex::new(Proven {
				steps,
				heads: Vec::new(),
			}),
		})
	}

	/// Follows the relay chain for as long as the gateway runs.
	pub async fn follow(gateway: std::sync::Weak<Gateway>) {
		let mut rpc = None;
		loop {
			let Some(gateway) = gateway.upgrade() else {
				return;
			};
			let Some(relay) = &gateway.relay else { return };
			let (chains, clock) = (paras(&gateway), clock(&relay.config));
			let followed = relay.advance(&chains, &mut rpc, &clock);
			let followed = timeout(PATIENCE, followed).await;
			let more = match followed.unwrap_or(Err(RelayError::Slow)) {
				Ok(more) => more,
				Err(error) => {
					tracing::warn!(%error, "cannot follow the relay chain");
					rpc = None;
					false
				}
			};
			drop(gateway);
			if !more {
				sleep(PAUSE).await;
			}
		}
	}

	/// Takes one step, if there is one. Returns whether there was.
	async fn advance(
		&self,
		chains: &[(ChainName, ParaId)],
		rpc: &mut Option<RpcClient>,
		clock: &Clock,
	) -> Result<bool, RelayError> {
		let rpc = match rpc {
			Some(rpc) => rpc,
			None => rpc.insert(salus_client::rpc::connect(&self.config.rpc).await?),
		};
		let newest = self.proven().steps.newest().clone();
		let step = next_step(rpc, &newest, clock).await?;
		let next = match &step {
			Some((_, next)) => next.clone(),
			None if self.proven().head(ChainName::Region).is_some() => return Ok(false),
			None => newest.clone(),
		};
		// More blocks may come after the last one of a set.
		let heads = match next.set_id == newest.set_id {
			true => heads(rpc, &next, chains).await?,
			false => Vec::new(),
		};
		// Heads and steps change together, so that the steps lead to the block that shows the heads.
		let mut proven = self.proven();
		let more = step.is_some();
		if let Some((step, _)) = step {
			proven.steps.add(step, clock)?;
		}
		proven.heads = heads;
		Ok(more)
	}

	/// What proves a chain's newest head to a client with this checkpoint, and the head's number and hash.
	/// Without the head, there are more steps.
	pub fn prove(
		&self,
		chain: ChainName,
		(number, set_id): (u32, u64),
	) -> Result<(HeadProof, Option<(u32, H256)>), NotProven> {
		let proven = self.proven();
		let head = proven.head(chain).ok_or(NotProven::Later)?;
		if number > proven.steps.newest().number {
			return Err(NotProven::Later);
		}
		if proven.steps.set_id(number) != set_id {
			return Err(NotProven::OtherChain);
		}
		let (steps, all) = proven.steps.after(number);
		let head = all.then_some(head);
		let proof = HeadProof {
			steps,
			head: head.map(|head| head.nodes.clone()),
		};
		Ok((proof, head.map(|head| head.block)))
	}

	fn proven(&self) -> MutexGuard<'_, Proven> {
		self.proven.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Proven {
	fn head(&self, chain: ChainName) -> Option<&Head> {
		self.heads.iter().find(|head| head.chain == chain)
	}
}

/// The chains whose nodes answer, with their parachain ids.
fn paras(gateway: &Gateway) -> Vec<(ChainName, ParaId)> {
	let all = [ChainName::Region, ChainName::Consortium].into_iter();
	all.filter_map(|chain| Some((chain, gateway.node(chain)?.latest()?.region)))
		.collect()
}

/// The heads of the chains in the relay chain's state at a checkpoint. A chain that is not of this relay
/// chain, or not yet, keeps no other one's back.
async fn heads(
	rpc: &RpcClient,
	at: &Checkpoint,
	chains: &[(ChainName, ParaId)],
) -> Result<Vec<Head>, AskError> {
	let mut heads = Vec::new();
	for (chain, para) in chains {
		match head_proof(rpc, at, *para).await {
			Ok((header, nodes)) => heads.push(Head {
				chain: *chain,
				block: (header.number(), header.hash()),
				nodes: nodes.iter().map(|node| digits(node)).collect(),
			}),
			// It is asked again on another connection.
			Err(error @ AskError::Node(_)) => return Err(error),
			Err(error) => tracing::warn!(%chain, %error, "the relay chain proves no head"),
		}
	}
	Ok(heads)
}

fn clock(config: &RelayConfig) -> Clock {
	Clock {
		now: now(),
		slot_duration: config.slot_milliseconds,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{config::CheckpointBytes, view::Hex};
	use codec::Decode;
	use salus_light::{head, State, Step};
	use serde_json::{json, Value};
	use subxt::rpcs::client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT};

	/// The region of the recorded answers, and a parachain that is not of their relay chain.
	const REGION: ParaId = 2001;
	const OTHER: ParaId = 2999;

	/// A node of a real relay chain, as it answered: `client/examples/record_network.rs` has asked it.
	struct Node(Value);

	impl Node {
		fn recorded() -> Self {
			let recorded = include_str!("../../../client/tests/recorded/network.json");
			Self(serde_json::from_str(recorded).unwrap())
		}

		fn checkpoint(&self) -> Checkpoint {
			let Hex(bytes) = serde_json::from_value(self.0["relay"]["checkpoint"].clone()).unwrap();
			Checkpoint::decode(&bytes).unwrap()
		}

		fn clock(&self) -> Clock {
			Clock {
				now: self.0["moments"]["now"]["time"].as_u64().unwrap(),
				slot_duration: 6_000,
			}
		}

		fn says(&self, method: &str, params: &Value) -> Value {
			let now = &self.0["moments"]["now"];
			let block = |at: usize| params[at].as_str().unwrap();
			match method {
				"chain_getFinalizedHead" => now["relay"].clone(),
				"chain_getHeader" => self.0["headers"][block(0)].clone(),
				"grandpa_proveFinality" => {
					let of_block = |number: &str| number.parse::<u64>().unwrap();
					let asked = params[0].as_u64().unwrap();
					let proofs = now["finality"].as_object().unwrap();
					let later = proofs.iter().filter(|(at, _)| of_block(at) >= asked);
					let next = later.min_by_key(|(at, _)| of_block(at));
					// The newest one is for all later blocks, too.
					let last = || proofs.iter().max_by_key(|(at, _)| of_block(at));
					next.or_else(last).unwrap().1.clone()
				}
				"state_getReadProof" => {
					json!({ "at": params[1], "proof": self.0["nodes"][block(1)] })
				}
				method => panic!("{method} is never asked"),
			}
		}
	}

	impl RpcClientT for Node {
		fn request_raw<'a>(
			&'a self,
			method: &'a str,
			params: Option<Box<RawValue>>,
		) -> RawRpcFuture<'a, Box<RawValue>> {
			let params = params.map_or("[]".into(), |params| params.to_string());
			let answer = self.says(method, &serde_json::from_str(&params).unwrap());
			let answer = RawValue::from_string(answer.to_string()).unwrap();
			Box::pin(async move { Ok(answer) })
		}

		fn subscribe_raw<'a>(
			&'a self,
			_: &'a str,
			_: Option<Box<RawValue>>,
			_: &'a str,
		) -> RawRpcFuture<'a, RawRpcSubscription> {
			unreachable!()
		}
	}

	/// What a client gets of a proof: the steps, and the nodes that show the head.
	fn received(proof: HeadProof) -> (Vec<Step>, Vec<Vec<u8>>) {
		let answer = serde_json::to_value(proof).unwrap();
		let all = |part: &Value| -> Vec<Vec<u8>> {
			let all: Vec<Hex> = serde_json::from_value(part.clone()).unwrap();
			all.into_iter().map(|Hex(bytes)| bytes).collect()
		};
		let steps = all(&answer["steps"]);
		let steps = steps.iter().map(|step| Step::decode(&mut &**step).unwrap());
		(steps.collect(), all(&answer["head"]))
	}

	#[tokio::test]
	async fn a_real_nodes_answers_lead_each_client_from_its_checkpoint_to_the_proven_head() {
		let node = Node::recorded();
		let (first, clock) = (node.checkpoint(), node.clock());
		let head_of_region: Value = node.0["moments"]["now"]["head"].clone();
		let dir = tempfile::tempdir().unwrap();
		let relay = Relay::open(RelayConfig {
			rpc: String::new(),
			checkpoint: CheckpointBytes(Ok(first.clone())),
			steps: dir.path().join("steps"),
			slot_milliseconds: clock.slot_duration,
		})
		.unwrap();
		let prove = |at: &Checkpoint| relay.prove(ChainName::Region, (at.number, at.set_id));
		assert_eq!(prove(&first).err(), Some(NotProven::Later));

		// A chain of another network keeps no head back.
		let chains = [(ChainName::Consortium, OTHER), (ChainName::Region, REGION)];
		let mut rpc = Some(RpcClient::new(node));
		let mut clients = vec![first];
		while relay.advance(&chains, &mut rpc, &clock).await.unwrap() {
			clients.push(relay.proven().steps.newest().clone());
		}
		let newest = clients.last().unwrap().clone();
		let sets: Vec<_> = clients.iter().map(|client| client.set_id).collect();
		println!("{} steps, of the sets {sets:?}", clients.len() - 1);
		assert!(clients.len() > 3 && newest.set_id > clients[0].set_id + 1);

		for client in &clients {
			let (proof, block) = prove(client).unwrap();
			assert_eq!(json!(block.unwrap().1), head_of_region);
			let (steps, nodes) = received(proof);
			let led = steps
				.iter()
				.fold(client.clone(), |at, step| at.step(step, &clock).unwrap());
			assert_eq!(led, newest);
			let shown = head(&State::new(led.state_root, &nodes).unwrap(), REGION).unwrap();
			assert_eq!(json!(shown.hash()), head_of_region);
			let wrong = (client.number, client.set_id + 1);
			let error = relay.prove(ChainName::Region, wrong).err();
			assert_eq!(error, Some(NotProven::OtherChain));
		}
		// A client that knows a newer block waits for it.
		let ahead = (newest.number + 1, newest.set_id);
		let error = relay.prove(ChainName::Region, ahead).err();
		assert_eq!(error, Some(NotProven::Later));
		let error = relay.prove(ChainName::Consortium, (newest.number, newest.set_id));
		assert_eq!(error.err(), Some(NotProven::Later));
	}
}
