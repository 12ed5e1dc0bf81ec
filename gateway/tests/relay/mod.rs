//! A relay chain with one validator and two blocks, and a node that answers what a gateway asks it.

use std::{
	sync::Arc,
	time::{SystemTime, UNIX_EPOCH},
};

use codec::{Compact, Encode};
use futures::{SinkExt, StreamExt};
use salus_light::{head_key, Authorities, Checkpoint, Clock, Header};
use serde_json::{json, Value};
use sp_core::{
	ed25519,
	storage::{StateVersion, Storage},
	Blake2Hasher, Pair, H256,
};
use sp_state_machine::{prove_read, InMemoryBackend};
use tokio::net::TcpListener;
use tokio_tungstenite::{accept_async, tungstenite::Message};

/// The length of a slot, in milliseconds.
pub const SLOT: u64 = 6_000;

/// The number of the set of authorities, which does not change.
const SET: u64 = 7;

/// The relay chain.
pub struct RelayChain {
	/// The checkpoint at the first of the two blocks.
	pub checkpoint: Checkpoint,
	/// The RPC of its node.
	pub url: String,
	/// A clock of its time.
	pub clock: Clock,
}

/// What the node knows: the second block, the newest one.
struct Node {
	header: Header,
	digest: Digest,
	justification: Vec<u8>,
	/// The nodes of its state that show the parachain's head.
	state: Vec<Vec<u8>>,
}

type Digest = Vec<(u8, [u8; 4], Vec<u8>)>;

/// Starts it, with the head of a parachain in the newest block's state.
pub async fn start(para: u32, head: &Header) -> RelayChain {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
	let now = u64::try_from(now.as_millis()).unwrap();
	let slot = now / SLOT;
	let key = ed25519::Pair::from_seed(&[1; 32]);

	let mut state = Storage::default();
	state.top.insert(head_key(para), head.encode().encode());
	let state = InMemoryBackend::<Blake2Hasher>::from((state, StateVersion::V1));
	let root = *state.root();
	let proof = prove_read(state, [head_key(para)]).unwrap();

	let (first, _) = block(1, slot - 1, H256::zero());
	let (header, digest) = block(2, slot, root);
	let (hash, round) = (header.hash(), 5_u64);
	let signature = key.sign(&(1_u8, hash, 2_u32, round, SET).encode());
	let votes = vec![(hash, 2_u32, signature, key.public())];
	let justification = (round, hash, 2_u32, votes, Vec::<()>::new()).encode();
	let node = Arc::new(Node {
		header,
		digest,
		justification,
		state: proof.into_iter_nodes().collect(),
	});

	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("ws://{}", listener.local_addr().unwrap());
	tokio::spawn(async move {
		while let Ok((stream, _)) = listener.accept().await {
			let node = node.clone();
			tokio::spawn(async move {
				let mut socket = accept_async(stream).await.unwrap();
				while let Some(Ok(message)) = socket.next().await {
					let Message::Text(text) = message else {
						continue;
					};
					let answer = node.answer(&serde_json::from_str(&text).unwrap());
					let sent = socket.send(Message::text(answer.to_string())).await;
					if sent.is_err() {
						return;
					}
				}
			});
		}
	});
	let authorities = Authorities::new(vec![(key.public(), 1)]).unwrap();
	RelayChain {
		checkpoint: Checkpoint::new(H256::zero(), &first, SET, authorities, 0).unwrap(),
		url,
		clock: Clock {
			now,
			slot_duration: SLOT,
		},
	}
}

/// A block's header, and its digest.
fn block(number: u32, slot: u64, state_root: H256) -> (Header, Digest) {
	let digest = vec![(6_u8, *b"BABE", (2_u8, 0_u32, slot).encode())];
	let zero = H256::zero();
	let header = (zero, Compact(number), state_root, zero, &digest).encode();
	(Header::decode(&header).unwrap(), digest)
}

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

impl Node {
	fn answer(&self, request: &Value) -> Value {
		let header = &self.header;
		let result = match request["method"].as_str().unwrap() {
			"chain_getFinalizedHead" => json!(header.hash()),
			"chain_getHeader" => {
				let logs = self.digest.iter().map(|log| hex_of(&log.encode()));
				json!({
					"parentHash": header.parent_hash(),
					"number": format!("{:#x}", header.number()),
					"stateRoot": header.state_root(),
					"extrinsicsRoot": header.extrinsics_root(),
					"digest": { "logs": logs.collect::<Vec<_>>() },
				})
			}
			"grandpa_proveFinality" => {
				let proof = (header.hash(), &self.justification, Vec::<()>::new());
				json!(hex_of(&proof.encode()))
			}
			"state_getReadProof" => {
				let nodes = self.state.iter().map(|node| hex_of(node));
				json!({ "at": header.hash(), "proof": nodes.collect::<Vec<_>>() })
			}
			method => panic!("{method} is never asked"),
		};
		json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })
	}
}
