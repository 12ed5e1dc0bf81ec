//! The recorded answers of a real network's nodes, as a node gives them, and with lies.

use codec::{Compact, Decode, Encode};
use futures::{future::ready, stream, StreamExt};
use salus_light::{
	head_key, Authorities, Checkpoint, Clock, Header, JustificationError, Step, StepError,
	DEFAULT_MAX_AGE, H256,
};
use serde_json::{json, Value};
use sp_core::{ed25519, Pair};
use subxt::{
	config::substrate::Digest,
	rpcs::{Error as RpcError, UserError},
};

use crate::{
	network::{check_relay_by, Relay},
	proven::{follow, head_from, next_step, AskError},
	testing::{FakeNode, Told},
	Error,
};

/// What a node answers, beside the truth.
#[derive(Clone, Copy, Default, PartialEq)]
enum Lie {
	#[default]
	None,
	/// It knows no block after the checkpoint.
	Stopped,
	/// It leaves out the first set.
	Skips,
	/// It proves the newest block only.
	Newest,
	/// It damages each justification.
	Justification,
	/// It gives the header of another block.
	Header,
	/// It proves the state of the relay chain at another block.
	State,
	/// No lie: the relay chain has its first set, so the node reports justifications alone.
	FirstSet,
	/// It reports none of them.
	Silent,
}

/// A node of the recorded relay chain.
struct Node {
	recorded: Value,
	lie: Lie,
}

impl Node {
	fn bytes(&self, value: &Value) -> Vec<u8> {
		hex::decode(value.as_str().unwrap()).unwrap()
	}

	/// The headers and justifications of the recorded steps.
	fn steps(&self) -> Vec<(Header, Vec<u8>, Vec<u8>)> {
		let steps = self.recorded["steps"]
			.as_array()
			.unwrap()
			.iter()
			.map(|step| {
				let header = self.bytes(&step["header"]);
				(
					Header::decode(&header).unwrap(),
					header,
					self.bytes(&step["justification"]),
				)
			});
		steps.collect()
	}

	fn says(&self, method: &str, params: &Value) -> Value {
		let steps = self.steps();
		let last = steps.last().unwrap().0.hash();
		match method {
			"chain_getFinalizedHead" if self.lie == Lie::Stopped => json!(steps[0].0.hash()),
			"chain_getFinalizedHead" => json!(last),
			"chain_getBlockHash" => match params[0].as_u64().unwrap() {
				0 => json!(first().genesis),
				number => {
					let mut steps = steps.iter();
					let found = steps.find(|step| u64::from(step.0.number()) == number);
					json!(found.map(|step| step.0.hash()))
				}
			},
			// The length of a slot, and more.
			"state_call" if params[0] == "BabeApi_configuration" => {
				json!(format!("0x{}", hex::encode((6000_u64, 9_u64).encode())))
			}
			"chain_getHeader" => {
				let mut hash: H256 = serde_json::from_value(params[0].clone()).unwrap();
				if self.lie == Lie::Header && hash != last {
					hash = last;
				}
				let (_, header, _) = steps.iter().find(|step| step.0.hash() == hash).unwrap();
				let mut rest = &header[..];
				let (parent, Compact(number), state, extrinsics, digest) =
					<(H256, Compact<u32>, H256, H256, Digest)>::decode(&mut rest).unwrap();
				json!({
					"parentHash": parent, "number": format!("{number:#x}"), "stateRoot": state,
					"extrinsicsRoot": extrinsics, "digest": digest,
				})
			}
			"grandpa_proveFinality" => {
				let from = params[0].as_u64().unwrap();
				if self.lie == Lie::Newest && from != u64::from(steps.last().unwrap().0.number()) {
					return Value::Null;
				}
				let at = steps
					.iter()
					.position(|step| u64::from(step.0.number()) >= from);
				let at = at.unwrap() + usize::from(self.lie == Lie::Skips);
				let Some((header, _, mut justification)) = steps.get(at).cloned() else {
					return Value::Null;
				};
				if self.lie == Lie::Justification {
					// In the first signature.
					justification[100] ^= 1;
				}
				let proof = (header.hash(), justification, Vec::<()>::new()).encode();
				json!(format!("0x{}", hex::encode(proof)))
			}
			"state_getReadProof" => {
				assert_eq!(
					params[0][0],
					json!(format!("0x{}", hex::encode(head_key(2001))))
				);
				let name = match self.lie {
					Lie::State => "state_proof",
					_ => "head_proof",
				};
				let nodes = self.recorded[name].as_array().unwrap().iter();
				let nodes = nodes.map(|node| json!(format!("0x{}", node.as_str().unwrap())));
				json!({ "proof": nodes.collect::<Vec<_>>() })
			}
			_ => panic!("{method}"),
		}
	}
}

impl FakeNode for Node {
	async fn answer(&self, method: &str, params: Value) -> Result<Value, RpcError> {
		let in_first_set = matches!(self.lie, Lie::FirstSet | Lie::Silent);
		if in_first_set && method == "grandpa_proveFinality" {
			// As a node says it.
			return Err(RpcError::User(UserError {
				code: 4,
				message: "Block not covered by authority set changes".into(),
				data: None,
			}));
		}
		Ok(self.says(method, &params))
	}

	fn tells(&self, method: &str) -> Result<Told, RpcError> {
		assert_eq!(method, "grandpa_subscribeJustifications");
		let (.., justification) = self.steps().swap_remove(0);
		let next = json!(format!("0x{}", hex::encode(justification)));
		let silent = self.lie == Lie::Silent;
		let all = stream::iter([Ok(next)]).filter(move |_| ready(!silent));
		Ok(all.chain(stream::pending()).boxed())
	}
}

fn recorded() -> Value {
	serde_json::from_str(include_str!("../../../../light/tests/network.json")).unwrap()
}

fn clock() -> Clock {
	Clock {
		now: recorded()["recorded_at"].as_u64().unwrap(),
		slot_duration: 6000,
	}
}

fn node(lie: Lie) -> Node {
	Node {
		recorded: recorded(),
		lie,
	}
}

fn first() -> Checkpoint {
	let node = node(Lie::None);
	Checkpoint::decode(&node.bytes(&node.recorded["checkpoint"])).unwrap()
}

async fn followed(lie: Lie) -> Result<Checkpoint, AskError> {
	follow(&node(lie).client(), &first(), &clock()).await
}

#[tokio::test]
async fn the_relay_chain_is_followed_to_a_regions_head() {
	let checkpoint = followed(Lie::None).await.unwrap();
	assert_eq!(
		checkpoint.hash,
		node(Lie::None).steps().last().unwrap().0.hash()
	);
	assert!(checkpoint.set_id > first().set_id + 2);
	let rpc = node(Lie::None).client();
	let head = head_from(&rpc, &checkpoint, 2001).await.unwrap();
	clock()
		.age(head.aura_slot().unwrap(), DEFAULT_MAX_AGE)
		.unwrap();
	// At the newest block there is nothing to follow.
	assert_eq!(
		follow(&rpc, &checkpoint, &clock()).await.unwrap(),
		checkpoint
	);
}

#[tokio::test]
async fn a_client_of_the_newest_set_asks_about_the_newest_block() {
	let node = node(Lie::Newest);
	let steps = node.steps();
	let (last, changes) = steps.split_last().unwrap();
	let at_change = changes
		.iter()
		.fold(first(), |at, (_, header, justification)| {
			let step = Step {
				header: header.clone(),
				justification: justification.clone(),
			};
			at.step(&step, &clock()).unwrap()
		});
	let rpc = node.client();
	let newest = follow(&rpc, &at_change, &clock()).await.unwrap();
	assert_eq!(newest.hash, last.0.hash());
	// It proves nothing to one of an older set.
	assert_eq!(follow(&rpc, &first(), &clock()).await.unwrap(), first());
}

#[tokio::test]
async fn a_node_that_hides_new_blocks_shows_old_ones() {
	let checkpoint = followed(Lie::Stopped).await.unwrap();
	assert_eq!(checkpoint.hash, node(Lie::None).steps()[0].0.hash());
	let later = Clock {
		now: clock().now + DEFAULT_MAX_AGE,
		..clock()
	};
	assert!(later.age(checkpoint.slot, DEFAULT_MAX_AGE).is_err());
}

#[tokio::test]
async fn in_the_first_set_the_next_justification_is_awaited() {
	for (lie, expected) in [(Lie::FirstSet, true), (Lie::Silent, false)] {
		let step = next_step(&node(lie).client(), &first(), &clock()).await;
		let hash = node(lie).steps()[0].0.hash();
		let led = step.is_ok_and(|step| step.is_some_and(|(_, to)| to.hash == hash));
		assert_eq!(led, expected);
	}
}

#[tokio::test]
async fn a_false_step_is_refused() {
	let refused = followed(Lie::Skips).await;
	assert!(matches!(refused, Err(AskError::Step(_))), "{refused:?}");
	let refused = followed(Lie::Header).await;
	assert!(matches!(refused, Err(AskError::Step(_))), "{refused:?}");
	let refused = followed(Lie::Justification).await;
	let error = JustificationError::Signature;
	let number = node(Lie::None).steps()[0].0.number();
	assert!(
		matches!(refused, Err(AskError::Step(StepError::Justification { error: e, number: n }))
			if e == error && n == number),
		"{refused:?}"
	);
}

/// A network file's relay chain, whose checkpoint is the first recorded block.
fn relay() -> Relay {
	let (header, bytes, justification) = node(Lie::None).steps().swap_remove(0);
	let step = Step {
		header: bytes,
		justification,
	};
	let checkpoint = first().step(&step, &clock()).unwrap();
	assert_eq!(checkpoint.hash, header.hash());
	Relay {
		genesis: checkpoint.genesis,
		slot_duration: 6000,
		checkpoint,
	}
}

/// The hash of its block says nothing of a checkpoint's authorities: only their votes do.
#[tokio::test]
async fn a_signer_finds_out_a_checkpoint_with_false_authorities() {
	let check = async |relay: &Relay| {
		let rpc = node(Lie::None).client();
		check_relay_by(&rpc, "node", relay, clock().now).await
	};
	check(&relay()).await.unwrap();
	let changed = |change: fn(&mut Relay)| {
		let mut relay = relay();
		change(&mut relay);
		relay
	};
	for (relay, says) in [
		(
			changed(|relay| {
				let mut weights = relay.checkpoint.authorities.weights().to_vec();
				weights[0].0 = ed25519::Pair::from_seed(&[9; 32]).public();
				relay.checkpoint.authorities = Authorities::new(weights).unwrap();
			}),
			"not of an authority",
		),
		(changed(|relay| relay.checkpoint.set_id += 1), "is refused"),
		(
			changed(|relay| relay.checkpoint.state_root = H256::zero()),
			"not a block of the chain",
		),
		(changed(|relay| relay.checkpoint.number += 1), "not a block"),
		(changed(|relay| relay.genesis = H256::zero()), "two chains"),
		(changed(|relay| relay.slot_duration = 1), "two chains"),
	] {
		let error = check(&relay).await.unwrap_err();
		assert!(matches!(error, Error::Verification(_)), "{error}");
		assert!(error.to_string().contains(says), "{says}: {error}");
	}
	// None of its votes was seen yet.
	let mut newest = relay();
	newest.checkpoint = followed(Lie::None).await.unwrap();
	let error = check(&newest).await.unwrap_err();
	assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
}

#[tokio::test]
async fn a_false_head_is_refused() {
	let checkpoint = followed(Lie::None).await.unwrap();
	let refused = head_from(&node(Lie::State).client(), &checkpoint, 2001).await;
	assert!(matches!(refused, Err(AskError::NotShown)), "{refused:?}");
	// The head's proof is of another block of the relay chain.
	let refused = head_from(&node(Lie::None).client(), &first(), 2001).await;
	assert!(matches!(refused, Err(AskError::NotShown)), "{refused:?}");
}
