//! A network that the tests make: a relay chain of one validator, and a region with a runtime of a
//! few functions. Its nodes and gateways answer as the test tells them to.

use std::{
	collections::BTreeMap,
	path::Path,
	sync::{Arc, Mutex},
	time::Duration,
};

use codec::{Compact, Decode, Encode};
use futures::{stream, StreamExt};
use salus_light::{block_hash_key, head_key, Authorities, Checkpoint, Header, H256};
use serde_json::{json, Value};
use sp_core::{ed25519, storage::well_known_keys::CODE, Pair};
use sp_crypto_hashing::blake2_256;
use sp_trie::{LayoutV1, MemoryDB, Recorder, Trie, TrieDBBuilder, TrieDBMutBuilder, TrieMut};
use subxt::{
	config::substrate::{Digest, DigestItem},
	rpcs::{Error, RpcClient, UserError},
};

use crate::{
	network::Store,
	proven::{clock, Endpoints, ProvenNode, Rules},
	testing::{FakeNode, Told},
};

pub const REGION: u32 = 2001;
const SLOT: u64 = 6000;

/// A map of the region's state with a few entries, and no key after it.
pub fn list(entry: u8) -> Vec<u8> {
	[vec![0xf0; 32], vec![entry]].concat()
}

/// A value of the region's state.
pub fn key(name: &str) -> Vec<u8> {
	name.as_bytes().to_vec()
}

/// The region's runtime. `get` and the metadata answer with a value, `count` with the number of keys after one, and
/// `sum` with the sum of the first bytes of their values.
const RUNTIME: &str = r#"(module
	(import "env" "memory" (memory 1))
	(import "env" "ext_storage_get_version_1" (func $get (param i64) (result i64)))
	(import "env" "ext_storage_next_key_version_1" (func $next (param i64) (result i64)))
	(global (export "__heap_base") i32 (i32.const 1024))
	(func $pack (param $at i32) (param $length i32) (result i64)
		(i64.or
			(i64.extend_i32_u (local.get $at))
			(i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 32))))
	(func (export "get") (export "Metadata_metadata_at_version")
		(param $at i32) (param $length i32) (result i64)
		(call $get (call $pack (local.get $at) (local.get $length))))
	;; The key in the answer of $next, after the byte of the option and that of the length.
	(func $key_in (param $answer i64) (result i64)
		(call $pack
			(i32.add (i32.wrap_i64 (local.get $answer)) (i32.const 2))
			(i32.sub
				(i32.wrap_i64 (i64.shr_u (local.get $answer) (i64.const 32)))
				(i32.const 2))))
	(func $answer (param $number i32) (result i64)
		(i32.store (i32.const 0) (local.get $number))
		(call $pack (i32.const 0) (i32.const 4)))
	(func (export "count") (param $at i32) (param $length i32) (result i64)
		(local $count i32) (local $next i64) (local $key i64)
		(local.set $key (call $pack (local.get $at) (local.get $length)))
		(block $end (loop $again
			(local.set $next (call $next (local.get $key)))
			(br_if $end (i32.eqz (i32.load8_u (i32.wrap_i64 (local.get $next)))))
			(local.set $count (i32.add (local.get $count) (i32.const 1)))
			(local.set $key (call $key_in (local.get $next)))
			(br $again)))
		(call $answer (local.get $count)))
	(func (export "sum") (param $at i32) (param $length i32) (result i64)
		(local $sum i32) (local $next i64) (local $key i64) (local $value i32)
		(local.set $key (call $pack (local.get $at) (local.get $length)))
		(block $end (loop $again
			(local.set $next (call $next (local.get $key)))
			(br_if $end (i32.eqz (i32.load8_u (i32.wrap_i64 (local.get $next)))))
			(local.set $key (call $key_in (local.get $next)))
			(local.set $value (i32.wrap_i64 (call $get (local.get $key))))
			(if (i32.load8_u (local.get $value)) (then (local.set $sum (i32.add
				(local.get $sum)
				(i32.load8_u (i32.add (local.get $value) (i32.const 2)))))))
			(br $again)))
		(call $answer (local.get $sum))))"#;

pub type Values = BTreeMap<Vec<u8>, Vec<u8>>;

/// A block with its state.
#[derive(Clone)]
pub struct Block {
	pub header: Header,
	pub encoded: Vec<u8>,
	pub transactions: Vec<Vec<u8>>,
	values: Values,
	nodes: MemoryDB<sp_core::Blake2Hasher>,
}

impl Block {
	fn new(
		parent: H256,
		number: u32,
		engine: [u8; 4],
		slot: Vec<u8>,
		values: Values,
		transactions: Vec<Vec<u8>>,
	) -> Self {
		let (root, nodes) = trie(values.clone());
		let indexed = (0_u32..).zip(&transactions);
		let indexed = indexed.map(|(index, one)| (Compact(index).encode(), one.clone()));
		let (body, _) = trie(indexed.collect());
		let digest = vec![(6_u8, engine, slot)];
		let encoded = (parent, Compact(number), root, body, digest).encode();
		Self {
			header: Header::decode(&encoded).unwrap(),
			encoded,
			transactions,
			values,
			nodes,
		}
	}

	/// A block of the region, made in this slot.
	pub fn region(number: u32, parent: H256, slot: u64, values: Values) -> Self {
		Self::region_with(number, parent, slot, values, vec![vec![4, 1, 2]])
	}

	pub fn region_with(
		number: u32,
		parent: H256,
		slot: u64,
		values: Values,
		transactions: Vec<Vec<u8>>,
	) -> Self {
		Self::new(
			parent,
			number,
			*b"aura",
			slot.encode(),
			values,
			transactions,
		)
	}

	/// A block of the relay chain, whose state has this head of the region.
	pub fn relay(number: u32, slot: u64, head: &Self) -> Self {
		let values = [(head_key(REGION), head.encoded.encode())].into();
		let pre_runtime = (2_u8, 0_u32, slot).encode();
		Self::new(H256::zero(), number, *b"BABE", pre_runtime, values, vec![])
	}

	/// This block, as one that replaces the runtime.
	pub fn replacing_the_runtime(&self) -> Self {
		let (parent, number, state, body, mut digest) =
			<(H256, Compact<u32>, H256, H256, Digest)>::decode(&mut &*self.encoded).unwrap();
		digest.logs.push(DigestItem::RuntimeEnvironmentUpdated);
		let encoded = (parent, number, state, body, digest).encode();
		Self {
			header: Header::decode(&encoded).unwrap(),
			encoded,
			..self.clone()
		}
	}

	pub fn hash(&self) -> H256 {
		self.header.hash()
	}

	/// A header as a node gives it.
	pub fn json(&self) -> Value {
		let (parent, Compact(number), state, extrinsics, digest) =
			<(H256, Compact<u32>, H256, H256, Digest)>::decode(&mut &*self.encoded).unwrap();
		json!({
			"parentHash": parent, "number": format!("{number:#x}"), "stateRoot": state,
			"extrinsicsRoot": extrinsics, "digest": digest,
		})
	}

	fn proof(&self, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
		let root = self.header.state_root();
		let mut recorder = Recorder::<LayoutV1<sp_core::Blake2Hasher>>::new();
		{
			let trie = TrieDBBuilder::<LayoutV1<_>>::new(&self.nodes, &root)
				.with_recorder(&mut recorder)
				.build();
			for key in keys {
				trie.get(key).unwrap();
			}
		}
		recorder.drain().into_iter().map(|node| node.data).collect()
	}
}

fn trie(values: Values) -> (H256, MemoryDB<sp_core::Blake2Hasher>) {
	let (mut root, mut nodes) = (H256::default(), MemoryDB::default());
	let mut trie = TrieDBMutBuilder::<LayoutV1<_>>::new(&mut nodes, &mut root).build();
	for (key, value) in values {
		trie.insert(&key, &value).unwrap();
	}
	drop(trie);
	(root, nodes)
}

/// What the nodes of the relay chain and of the region have and say, or a gateway before them.
#[derive(Clone)]
pub struct Nodes {
	/// Whether they are reached through a gateway.
	pub gateway: bool,
	/// The last final block of the relay chain.
	pub relay: Block,
	/// Older blocks of the relay chain.
	pub past: Vec<Block>,
	/// The block of the relay chain whose finality the node proves, in place of the last one's.
	pub finality: Option<Block>,
	/// Whether it proves the finality of one block after the other.
	pub drips: bool,
	/// What it answers in place of each proof of a state.
	pub says: Option<Value>,
	/// The region's blocks. The last one is the newest.
	pub blocks: Vec<Block>,
	/// The block whose state the region's node proves where it differs from the right one, and whose
	/// keys it lists.
	pub proves: Option<Block>,
	/// Whether the node says that no key comes after any.
	pub no_more_keys: bool,
	/// The key whose value it leaves out of proofs.
	pub keeps_back: Option<Vec<u8>>,
	/// The transactions that it says are in each block.
	pub transactions: Option<Vec<Vec<u8>>>,
	/// The hash that it gives for each number.
	pub hash_of: Option<H256>,
	/// The block that it gives, or its header, for each hash.
	pub header: Option<Block>,
	/// The blocks that it reports to a subscription; if none, something else.
	pub best: Vec<Block>,
	/// Whether it refuses each request, or never answers, or reports no blocks but the first.
	pub refuses: bool,
	pub stalls: bool,
	pub stops: bool,
	/// How long it takes to answer.
	pub takes: Duration,
	/// The methods that it was asked.
	pub asked: Arc<Mutex<Vec<String>>>,
}

fn validator() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[7; 32])
}

/// The slot of this moment.
pub fn slot() -> u64 {
	clock() / SLOT
}

/// The region's state: its runtime, its first block, members and records.
pub fn values() -> Values {
	let mut values: Values = [
		(CODE.to_vec(), wat::parse_str(RUNTIME).unwrap()),
		(block_hash_key(0), genesis().encode()),
		(key("account of a patient"), vec![1; 40]),
		(key("key of a provider"), vec![2; 40]),
		(key("account of an author"), vec![3; 40]),
		(key("grant"), vec![4; 40]),
		(key("another grant"), vec![5; 40]),
	]
	.into();
	values.extend((1..=100).map(|entry| (list(entry), vec![entry; 40])));
	values
}

pub fn genesis() -> H256 {
	H256::repeat_byte(0x91)
}

impl Nodes {
	/// A relay chain and a region that are up to date.
	pub fn new() -> Self {
		let old = Block::region(9, genesis(), slot() - 1, values());
		let mut now = values();
		now.insert(block_hash_key(9), old.hash().encode());
		// The patient revoked the grant in the newest block.
		now.remove(&key("grant"));
		let head = Block::region(10, old.hash(), slot(), now);
		Self {
			gateway: false,
			relay: Block::relay(20, slot(), &head),
			past: Vec::new(),
			finality: None,
			drips: false,
			says: None,
			blocks: vec![old, head],
			proves: None,
			no_more_keys: false,
			keeps_back: None,
			transactions: None,
			hash_of: None,
			header: None,
			best: Vec::new(),
			refuses: false,
			stalls: false,
			stops: false,
			takes: Duration::ZERO,
			asked: Arc::default(),
		}
	}

	/// The same, and a gateway before them.
	pub fn gateway() -> Self {
		Self {
			gateway: true,
			..Self::new()
		}
	}

	pub fn head(&self) -> &Block {
		self.blocks.last().unwrap()
	}

	pub fn old(&self) -> &Block {
		let mut blocks = self.blocks.iter();
		blocks.find(|block| block.header.number() == 9).unwrap()
	}

	/// The client that asks these nodes, with what it remembers in a folder.
	pub fn client(&self, dir: &Path) -> RpcClient {
		self.client_by(self.rules(dir))
	}

	pub fn client_by(&self, rules: Rules) -> RpcClient {
		Self::client_of(vec![self.clone()], rules)
	}

	/// The client that asks the nodes of several authorities, or their gateways.
	pub fn client_of(nodes: Vec<Self>, rules: Rules) -> RpcClient {
		Self::client_with(None, nodes, rules)
	}

	/// The client that has a node of its own, too.
	pub fn client_with(own: Option<Self>, nodes: Vec<Self>, rules: Rules) -> RpcClient {
		// On a busy machine, all take longer. Where none of them is waited for, that does not matter.
		let waits = |nodes: &Self| nodes.stalls || nodes.stops || !nodes.takes.is_zero();
		let patience = match nodes.iter().any(waits) {
			true => Duration::from_millis(500),
			false => Duration::from_secs(60),
		};
		let connected = |some: &[Self], relay: bool| {
			let each = some.iter().map(|nodes| Node(nodes.clone(), relay));
			let each = each.map(|node| ("test".into(), node.client()));
			Endpoints::reached(each, patience)
		};
		let through = nodes.iter().any(|nodes| nodes.gateway);
		let relays = nodes.chunks(1).map(|one| connected(one, !through));
		let relays = relays.map(RpcClient::new).collect();
		let nodes = connected(&nodes, false);
		if through {
			return RpcClient::new(ProvenNode::through(rules, nodes, relays));
		}
		let own = own.map(|own| Node(own, false).client());
		RpcClient::new(ProvenNode::with_all(rules, nodes, relays, own))
	}

	pub fn rules(&self, dir: &Path) -> Rules {
		self.rules_from(dir, slot() - 100)
	}

	/// The rules with a network file whose checkpoint is an older block of the relay chain, of this
	/// slot.
	pub fn rules_from(&self, dir: &Path, slot: u64) -> Rules {
		let first = Block::relay(1, slot, self.head());
		let authorities = Authorities::new(vec![(validator().public(), 1)]).unwrap();
		let relay = H256::repeat_byte(0x90);
		let checkpoint = Checkpoint::new(relay, &first.header, 3, authorities, 0).unwrap();
		Rules {
			para: REGION,
			genesis: genesis(),
			slot_duration: SLOT,
			relay_slot_duration: Some(SLOT),
			max_age: salus_light::DEFAULT_MAX_AGE,
			store: Arc::new(Store::new(dir.into(), Some(checkpoint))),
			now: clock,
		}
	}

	/// The vote of the only validator that makes a block of the relay chain final.
	fn justification(&self, block: &Block) -> Vec<u8> {
		let (hash, number) = (block.hash(), block.header.number());
		let (round, set_id) = (5_u64, 3_u64);
		let vote = (1_u8, hash, number, round, set_id).encode();
		let signature = validator().sign(&vote);
		let votes = vec![((hash, number), signature, validator().public())];
		(round, hash, number, votes, Vec::<()>::new()).encode()
	}

	/// The block of the relay chain with this number, or the newest one.
	fn relay_block(&self, number: u64) -> &Block {
		let mut past = self.past.iter();
		let found = past.find(|block| u64::from(block.header.number()) == number);
		found.unwrap_or(&self.relay)
	}

	/// What a gateway proves.
	fn view(&self, ask: &Value) -> Value {
		let hex = |all: Vec<Vec<u8>>| -> Vec<_> {
			let all = all.iter().map(|one| format!("0x{}", hex::encode(one)));
			all.collect()
		};
		if let Some(known) = ask["checkpoint"]["number"].as_u64() {
			let to = match self.drips {
				true => self.relay_block(known + 1),
				false => &self.relay,
			};
			let step = (&to.encoded, self.justification(to)).encode();
			let newer = u64::from(self.relay.header.number()) > known;
			let steps = newer.then_some(step).into_iter().collect();
			let head = self.relay.proof(&[head_key(REGION)]);
			let head = (to.hash() == self.relay.hash()).then(|| hex(head));
			let relay = json!({ "steps": hex(steps), "head": head });
			let hashes = self
				.head()
				.proof(&[block_hash_key(0), [CODE, &[0]].concat()]);
			return json!({ "proof": hex(hashes), "relay": relay });
		}
		let hash: H256 = serde_json::from_value(ask["block"].clone()).unwrap();
		let mut blocks = self.blocks.iter();
		let right = blocks.find(|block| block.hash() == hash).unwrap();
		let calls = ask["calls"].as_array().unwrap();
		let forged = self.proves.as_ref().filter(|_| !calls.is_empty());
		let block = forged.unwrap_or(right);
		// All but the code, and what is not there.
		let asked = ask["calls"][0]["arguments"].as_str().into_iter();
		let asked = asked.chain(ask["keys"][0].as_str());
		let asked = asked.map(|key| hex::decode(&key[2..]).unwrap());
		let values = block.values.keys().filter(|key| *key != CODE).cloned();
		let keys: Vec<_> = values.chain(asked).chain([[CODE, &[0]].concat()]).collect();
		let mut nodes = block.proof(&keys);
		let kept = self.keeps_back.as_ref();
		let kept = kept.and_then(|key| block.values.get(key));
		nodes.retain(|node| Some(node) != kept);
		json!({ "proof": hex(nodes) })
	}

	fn answer(&self, relay: bool, method: &str, params: &Value) -> Value {
		let hash = |at: usize| serde_json::from_value::<H256>(params[at].clone()).unwrap();
		let known = |hash: H256| {
			if relay {
				let mut blocks = self.past.iter().chain([&self.relay]);
				return blocks.find(|block| block.hash() == hash);
			}
			self.blocks.iter().find(|block| block.hash() == hash)
		};
		match (relay, method) {
			(true, "chain_getFinalizedHead") => json!(self.relay.hash()),
			(false, "chain_getFinalizedHead") => json!(self.head().hash()),
			(_, "chain_getHeader") => match (&self.header, known(hash(0))) {
				(Some(other), Some(_)) if !relay => other.json(),
				(_, known) => json!(known.map(Block::json)),
			},
			(false, "chain_getBlock") => {
				let block = self.header.as_ref().or(known(hash(0))).unwrap();
				let all = self.transactions.as_ref().unwrap_or(&block.transactions);
				let all: Vec<_> = all
					.iter()
					.map(|one| format!("0x{}", hex::encode(one)))
					.collect();
				json!({ "block": { "header": block.json(), "extrinsics": all } })
			}
			(false, "salus_view") => match &self.says {
				Some(says) => says.clone(),
				None => self.view(&params[0]),
			},
			(false, "salus_code") => {
				let right = |block: &&Block| H256(blake2_256(&block.values[CODE])) == hash(0);
				let found = self.proves.as_ref().or(self.blocks.iter().find(right));
				json!(format!("0x{}", hex::encode(&found.unwrap().values[CODE])))
			}
			(false, "chain_getBlockHash") => json!(self.hash_of),
			(false, "author_submitExtrinsic") => json!(H256::zero()),
			(false, "system_accountNextIndex") => json!(7),
			(false, "author_hasSessionKeys") => json!(true),
			(true, "grandpa_proveFinality") => {
				let number = params[0].as_u64().unwrap();
				let block = match self.drips {
					true if number == u64::from(self.relay.header.number()) => return Value::Null,
					true => self.relay_block(number),
					false => self.finality.as_ref().unwrap_or(&self.relay),
				};
				let vote = self.justification(block);
				let proof = (block.hash(), vote, Vec::<()>::new()).encode();
				json!(format!("0x{}", hex::encode(proof)))
			}
			(_, "state_getReadProof") => {
				if let Some(says) = &self.says {
					return says.clone();
				}
				let keys: Vec<String> = serde_json::from_value(params[0].clone()).unwrap();
				let keys = keys.iter().map(|key| hex::decode(&key[2..]).unwrap());
				let keys: Vec<_> = keys.collect();
				let Some(right) = known(hash(1)) else {
					return Value::Null;
				};
				let differs = |other: &&Block| {
					let mut keys = keys.iter();
					!relay && keys.any(|key| other.values.get(key) != right.values.get(key))
				};
				let block = self.proves.as_ref().filter(differs).unwrap_or(right);
				let mut nodes = block.proof(&keys);
				let kept = self
					.keeps_back
					.as_ref()
					.and_then(|key| block.values.get(key));
				nodes.retain(|node| Some(node) != kept);
				let nodes: Vec<_> = nodes
					.iter()
					.map(|node| format!("0x{}", hex::encode(node)))
					.collect();
				json!({ "at": block.hash(), "proof": nodes })
			}
			(false, "state_getKeysPaged") => {
				if self.no_more_keys {
					return json!([]);
				}
				let after = hex::decode(&params[2].as_str().unwrap()[2..]).unwrap();
				let block = self
					.proves
					.as_ref()
					.unwrap_or_else(|| known(hash(3)).unwrap());
				let keys = block.values.keys().filter(|key| **key > after);
				let count = params[1].as_u64().unwrap() as usize;
				let keys = keys
					.take(count)
					.map(|key| format!("0x{}", hex::encode(key)));
				json!(keys.collect::<Vec<_>>())
			}
			(_, method) => panic!("{method} is never asked"),
		}
	}
}

/// What a node says that refuses.
fn refusal() -> Error {
	Error::User(UserError {
		code: 4003,
		message: "State already discarded".into(),
		data: None,
	})
}

/// A node of the relay chain (`true`), or of the region.
struct Node(Nodes, bool);

impl FakeNode for Node {
	async fn answer(&self, method: &str, params: Value) -> Result<Value, Error> {
		let Self(nodes, relay) = self;
		nodes.asked.lock().unwrap().push(method.into());
		if nodes.stalls {
			std::future::pending::<()>().await;
		}
		if nodes.refuses {
			return Err(refusal());
		}
		tokio::time::sleep(nodes.takes).await;
		Ok(nodes.answer(*relay, method, &params))
	}

	fn tells(&self, _: &str) -> Result<Told, Error> {
		let nodes = &self.0;
		// A node that stalls takes the subscription, and gives no block.
		if nodes.stalls {
			return Ok(stream::pending().boxed());
		}
		if nodes.refuses {
			return Err(refusal());
		}
		let told = match &nodes.best[..] {
			[] => vec![json!({})],
			best => best.iter().map(Block::json).collect(),
		};
		let told = stream::iter(told).map(Ok);
		Ok(match nodes.stops {
			true => told.chain(stream::pending()).boxed(),
			false => told.boxed(),
		})
	}
}

/// Another runtime.
pub fn other_code() -> Vec<u8> {
	let code = wat::parse_str(RUNTIME.replace("\"count\"", "\"other\"")).unwrap();
	assert_ne!(
		blake2_256(&code),
		blake2_256(&wat::parse_str(RUNTIME).unwrap())
	);
	code
}
