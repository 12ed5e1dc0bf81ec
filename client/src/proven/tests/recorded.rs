//! The answers of a real network's nodes, with lies. `examples/record_network.rs` recorded them: as
//! the nodes answered, at two moments. A proxy in front of them tells the lies.
//!
//! With `SALUS_LIVE_NODES="ws://… ws://…"`, the relay chain's node and the region's from which they
//! were just recorded, the proxy is in front of those nodes. `scripts/demo --network --record --keep`
//! prints the command.

use std::{
	collections::{BTreeMap, BTreeSet},
	env,
	path::Path,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, LazyLock,
	},
	time::Duration,
};

use codec::{Decode, Encode};

use salus_light::{
	network::{Chain, Relay},
	H256,
};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{
	bytes::{from_hex, to_hex},
	storage::well_known_keys::CODE,
	Blake2Hasher,
};
use sp_trie::{HashDBT, LayoutV1, MemoryDB, Recorder, Trie, TrieDBBuilder, EMPTY_PREFIX};
use subxt::{
	config::substrate::SubstrateHeader,
	rpcs::{client::RawValue, rpc_params, Error, RpcClient},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{
	network::Store,
	proven::{clock, Endpoints, ProvenNode, Rules, NOT_PROVEN},
	testing::FakeNode,
};

static RECORDED: LazyLock<Recorded> = LazyLock::new(|| {
	serde_json::from_str(include_str!("../../../tests/recorded/network.json")).unwrap()
});
static RUNTIME: &[u8] = include_bytes!("../../../tests/recorded/code");

/// The addresses of the relay chain's node and of the region's, if they run.
static LIVE: LazyLock<Option<[String; 2]>> = LazyLock::new(|| {
	let nodes = env::var("SALUS_LIVE_NODES").ok()?;
	let (relay, region) = nodes.split_once(' ').expect("two addresses");
	Some([relay.into(), region.into()])
});

#[derive(Deserialize)]
struct Recorded {
	relay: Relay,
	chain: Chain,
	moments: BTreeMap<String, Moment>,
	reads: Vec<Read>,
	headers: BTreeMap<String, Value>,
	blocks: BTreeMap<String, Value>,
	nodes: BTreeMap<String, Vec<String>>,
	keys: BTreeMap<String, Vec<String>>,
}

/// What the nodes said at one time.
#[derive(Deserialize)]
struct Moment {
	time: u64,
	/// The relay chain's last final block, and its proofs of finality.
	relay: String,
	finality: BTreeMap<u32, String>,
	/// The region's last final block, and an earlier one.
	head: H256,
	r#final: Final,
}

#[derive(Deserialize)]
struct Final {
	number: u32,
	hash: H256,
}

/// A view and its answer.
#[derive(Deserialize)]
struct Read {
	name: Option<String>,
	function: String,
	arguments: String,
	answer: String,
	/// Part of the answer.
	bytes: Option<String>,
}

fn moment(name: &str) -> &'static Moment {
	&RECORDED.moments[name]
}

fn read(name: &str) -> &'static Read {
	let mut reads = RECORDED.reads.iter();
	reads
		.find(|read| read.name.as_deref() == Some(name))
		.unwrap()
}

/// The time of the recording, or the present if the nodes run.
fn at_recording() -> u64 {
	match *LIVE {
		Some(_) => clock(),
		None => moment("now").time,
	}
}

fn six_minutes_later() -> u64 {
	at_recording() + 6 * 60 * 1000
}

fn two_minutes_earlier() -> u64 {
	let time = LIVE.as_ref().map_or(moment("before").time, |_| clock());
	time - 2 * 60 * 1000
}

/// What the nodes' proxy does with their answers.
#[derive(Clone, Default)]
struct Lies {
	/// The nodes answer as at the first moment.
	before: bool,
	/// The region's node proves the state of the first moment.
	old_state: bool,
	/// In each node of a proof, these bytes are others.
	alter: Option<&'static str>,
	/// The nodes with these bytes are left out of each proof.
	leave_out: Option<&'static str>,
	/// No key comes after any.
	no_more_keys: bool,
	/// The code of the runtime has another byte.
	other_code: bool,
	/// The hash of each block.
	hash_of: Option<H256>,
	/// One bit of the newest block's votes is another one.
	other_vote: bool,
	/// Each block has another transaction.
	other_transactions: bool,
	/// Each request is refused.
	refuses: bool,
}

/// In front of a node of the relay chain, or of the region.
struct Proxy {
	relay: bool,
	lies: Lies,
	live: OnceCell<RpcClient>,
}

impl Proxy {
	/// The node's answer.
	async fn ask(&self, method: &str, params: &Value) -> Result<Value, Error> {
		let Some([relay, region]) = &*LIVE else {
			return Ok(self.recorded(method, params));
		};
		let url = if self.relay { relay } else { region };
		let connect = || RpcClient::from_url(url);
		let params = RawValue::from_string(params.to_string()).unwrap();
		let node = self.live.get_or_try_init(connect).await?;
		let answer = node.request_raw(method, Some(params)).await?;
		Ok(serde_json::from_str(answer.get()).unwrap())
	}

	fn recorded(&self, method: &str, params: &Value) -> Value {
		let recorded = &*RECORDED;
		let moment = moment(if self.lies.before { "before" } else { "now" });
		let hash = |at: usize| params[at].as_str().unwrap();
		match method {
			"chain_getFinalizedHead" if self.relay => json!(moment.relay),
			"chain_getFinalizedHead" => json!(moment.head),
			"chain_getHeader" => json!(recorded.headers.get(hash(0))),
			"chain_getBlockHash" => Value::Null,
			"chain_getBlock" => recorded.blocks[hash(0)].clone(),
			"grandpa_proveFinality" => {
				let asked = params[0].as_u64().unwrap() as u32;
				let mut proofs = moment.finality.range(asked..);
				// The newest one is for all later blocks, too.
				let proof = proofs.next().or(moment.finality.last_key_value());
				json!(proof.map(|(_, proof)| proof))
			}
			"state_getReadProof" => {
				let mut nodes = recorded.nodes.get(hash(1)).cloned().unwrap_or_default();
				if params[0][0] == json!(to_hex(CODE, false)) {
					nodes.push(to_hex(RUNTIME, false));
				}
				json!({ "at": hash(1), "proof": nodes })
			}
			"state_getKeysPaged" => {
				let keys = recorded.keys.get(hash(3)).into_iter().flatten();
				let keys = keys.filter(|key| key.as_str() > hash(2));
				let count = params[1].as_u64().unwrap() as usize;
				json!(keys.take(count).collect::<Vec<_>>())
			}
			method => panic!("{method} is never asked"),
		}
	}
}

impl FakeNode for Proxy {
	async fn answer(&self, method: &str, mut params: Value) -> Result<Value, Error> {
		let lies = &self.lies;
		if lies.refuses {
			return Err(Error::Client("no".into()));
		}
		if method == "state_getReadProof" && lies.old_state && !self.relay {
			params[1] = json!(moment("before").head);
		}
		let mut answer = self.ask(method, &params).await?;
		match method {
			"chain_getFinalizedHead" if lies.before => {
				let before = moment("before");
				answer = match self.relay {
					true => json!(before.relay),
					false => json!(before.head),
				};
			}
			"chain_getBlockHash" if lies.hash_of.is_some() => answer = json!(lies.hash_of),
			"grandpa_proveFinality" if lies.other_vote => {
				let newest = self.ask("chain_getFinalizedHead", &json!([])).await?;
				answer = other_vote(&answer, &newest);
			}
			"chain_getBlock" if lies.other_transactions => {
				let all = answer["block"]["extrinsics"].as_array_mut().unwrap();
				all[0] = json!("0x041234");
			}
			"state_getReadProof" => {
				let nodes = answer["proof"].as_array_mut().unwrap();
				let has = |node: &Value, bytes| node.as_str().unwrap().contains(bytes);
				if let Some(bytes) = lies.leave_out {
					nodes.retain(|node| !has(node, bytes));
				}
				for node in nodes {
					let text = node.as_str().unwrap();
					if let Some(bytes) = lies.alter {
						*node = json!(text.replace(bytes, &"0".repeat(bytes.len())));
					} else if lies.other_code && text.len() > RUNTIME.len() {
						let mut code = from_hex(text).unwrap();
						*code.last_mut().unwrap() ^= 1;
						*node = json!(to_hex(&code, false));
					}
				}
			}
			"state_getKeysPaged" if lies.no_more_keys => answer = json!([]),
			_ => (),
		}
		Ok(answer)
	}
}

/// A proof of finality, with another bit in its first signature if it is this block's.
fn other_vote(proof: &Value, block: &Value) -> Value {
	type Proof = (H256, Vec<u8>, Vec<SubstrateHeader<H256>>);
	let bytes = from_hex(proof.as_str().unwrap()).unwrap();
	let (of, mut justification, headers) = Proof::decode(&mut &*bytes).unwrap();
	if json!(of) != *block {
		return proof.clone();
	}
	// After the round, the block, the number of votes and the first vote's block.
	justification[8 + 36 + 1 + 36] ^= 1;
	json!(to_hex(&(of, justification, headers).encode(), false))
}

/// A proxy that answers no more than a node does, and how many bytes its answers have.
struct Counted {
	proxy: Proxy,
	bytes: Arc<AtomicUsize>,
}

impl Counted {
	/// The nodes that lead to the keys.
	fn nodes(block: &Value, keys: &Value, nodes: &Value) -> Value {
		let text = |value: &Value| value.as_str().unwrap().to_owned();
		let all = |list: &Value| -> Vec<_> {
			let list = list.as_array().unwrap().iter();
			list.map(|one| from_hex(one.as_str().unwrap()).unwrap())
				.collect()
		};
		let root = &RECORDED.headers[&text(block)]["stateRoot"];
		let root: H256 = serde_json::from_value(root.clone()).unwrap();
		let mut state = MemoryDB::<Blake2Hasher>::default();
		for node in all(nodes) {
			state.insert(EMPTY_PREFIX, &node);
		}
		let mut recorder = Recorder::<LayoutV1<Blake2Hasher>>::new();
		let trie = TrieDBBuilder::<LayoutV1<_>>::new(&state, &root).with_recorder(&mut recorder);
		let trie = trie.build();
		for key in all(keys) {
			trie.get(&key).unwrap();
		}
		// Each once: the root is on the way to each key.
		let nodes = recorder.drain().into_iter().map(|node| node.data);
		let nodes = nodes.collect::<BTreeSet<_>>().into_iter();
		json!(nodes.map(|node| to_hex(&node, false)).collect::<Vec<_>>())
	}

	/// The proof without the headers before the block that was asked for, and of it.
	fn finality(asked: &Value, proof: &Value) -> Value {
		type Proof = (H256, Vec<u8>, Vec<SubstrateHeader<H256>>);
		let proof = from_hex(proof.as_str().unwrap()).unwrap();
		let (block, justification, mut headers) = Proof::decode(&mut &*proof).unwrap();
		headers.retain(|header| Some(header.number) > asked.as_u64());
		json!(to_hex(&(block, justification, headers).encode(), false))
	}
}

impl FakeNode for Counted {
	async fn answer(&self, method: &str, params: Value) -> Result<Value, Error> {
		let mut answer = self.proxy.answer(method, params.clone()).await?;
		match method {
			"state_getReadProof" => {
				answer["proof"] = Self::nodes(&params[1], &params[0], &answer["proof"]);
			}
			"grandpa_proveFinality" => answer = Self::finality(&params[0], &answer),
			_ => {}
		}
		let len = answer.to_string().len();
		self.bytes.fetch_add(len, Ordering::Relaxed);
		Ok(answer)
	}
}

fn rules(dir: &Path, now: fn() -> u64) -> Rules {
	let (relay, chain) = (&RECORDED.relay, &RECORDED.chain);
	Rules {
		para: chain.para,
		genesis: chain.genesis,
		slot_duration: chain.slot_duration,
		relay_slot_duration: Some(relay.slot_duration),
		max_age: salus_light::DEFAULT_MAX_AGE,
		store: Store::new(dir.into(), Some(relay.checkpoint.clone())).into(),
		now,
	}
}

/// The client that asks nodes with these lies.
fn client(nodes: &[Lies], rules: Rules) -> RpcClient {
	let all = |relay| {
		let proxies = nodes.iter().map(|lies| {
			let proxy = Proxy {
				relay,
				lies: lies.clone(),
				live: OnceCell::new(),
			};
			("test".into(), proxy.client())
		});
		let endpoints = Endpoints::reached(proxies, Duration::from_secs(60));
		RpcClient::new(endpoints)
	};
	RpcClient::new(ProvenNode::new(rules, all(false), all(true)))
}

async fn ask(client: &RpcClient, read: &Read) -> Result<String, String> {
	let failed = |error: Error| error.to_string();
	let head: H256 = client
		.request("chain_getFinalizedHead", rpc_params![])
		.await
		.map_err(failed)?;
	let params = rpc_params![&read.function, &read.arguments, head];
	client.request("state_call", params).await.map_err(failed)
}

#[track_caller]
fn assert_found_out<T: std::fmt::Debug>(answer: Result<T, String>, says: &str) {
	match answer {
		Err(error) => assert!(
			error.contains(NOT_PROVEN) && error.contains(says),
			"{error}"
		),
		Ok(answer) => panic!("the lie was believed: {answer:?}"),
	}
}

const NOT_SHOWN: &str = "does not show what was asked for";

/// Reads from nodes with these lies, and expects that the lie is found out.
async fn found_out(name: &str, lies: Lies, says: &str) {
	let dir = TempDir::new().unwrap();
	let client = client(&[lies], rules(dir.path(), at_recording));
	assert_found_out(ask(&client, read(name)).await, says);
}

/// The digits of what the node lies about.
fn bytes_of(name: &str) -> Option<&'static str> {
	read(name).bytes.as_deref()?.strip_prefix("0x")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_networks_answers_are_believed() {
	let dir = TempDir::new().unwrap();
	let client = client(&[Lies::default()], rules(dir.path(), at_recording));
	for read in &RECORDED.reads {
		let answer = ask(&client, read).await;
		assert_eq!(answer.as_ref(), Ok(&read.answer), "{}", read.function);
	}
	let Final { number, hash } = &moment("now").r#final;
	let found: H256 = client
		.request("chain_getBlockHash", rpc_params![number])
		.await
		.unwrap();
	assert_eq!(found, *hash);
	let block: Value = client
		.request("chain_getBlock", rpc_params![hash])
		.await
		.unwrap();
	assert!(block["block"]["extrinsics"].as_array().unwrap().len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_state_of_before_is_believed_then() {
	// Nodes that run prove the finality of the present.
	if LIVE.is_some() {
		return;
	}
	let dir = TempDir::new().unwrap();
	let lies = Lies {
		before: true,
		..Lies::default()
	};
	let client = client(&[lies], rules(dir.path(), || moment("before").time));
	ask(&client, read("record")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_head_takes_less_than_10_kb_and_a_record_no_more() {
	// Nodes that run have other bytes.
	if LIVE.is_some() {
		return;
	}
	let dir = TempDir::new().unwrap();
	let bytes = Arc::new(AtomicUsize::new(0));
	let client = |before, now| {
		let node = |relay| {
			let lies = Lies {
				before,
				..Lies::default()
			};
			let proxy = Proxy {
				relay,
				lies,
				live: OnceCell::new(),
			};
			let bytes = bytes.clone();
			Counted { proxy, bytes }.client()
		};
		RpcClient::new(ProvenNode::new(
			rules(dir.path(), now),
			node(false),
			node(true),
		))
	};
	// The runtime comes once.
	let record = read("record");
	let before = client(true, || moment("before").time);
	ask(&before, record).await.unwrap();
	bytes.store(0, Ordering::Relaxed);
	// Another command, with what is stored.
	let now = client(false, at_recording);
	let block: H256 = now
		.request("chain_getFinalizedHead", rpc_params![])
		.await
		.unwrap();
	let head = bytes.swap(0, Ordering::Relaxed);
	let params = rpc_params![&record.function, &record.arguments, block];
	let answer: String = now.request("state_call", params).await.unwrap();
	assert_eq!(answer, record.answer);
	let view = bytes.load(Ordering::Relaxed);
	println!("{head} bytes for a newer head, {view} more for a record at it");
	assert!(head < 10_000 && view < 10_000);
}

async fn altered(name: &'static str) {
	let lies = Lies {
		alter: bytes_of(name),
		..Lies::default()
	};
	found_out(name, lies, NOT_SHOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_of_a_patient_is_found_out() {
	altered("patient").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_found_out() {
	altered("key").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_of_an_author_is_found_out() {
	altered("author").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_record_is_found_out() {
	altered("record").await;
}

async fn left_out(name: &'static str) {
	let lies = Lies {
		leave_out: bytes_of(name),
		..Lies::default()
	};
	found_out(name, lies, NOT_SHOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_left_out_of_a_list_is_found_out() {
	left_out("records").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_left_out_is_found_out() {
	left_out("grant").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_ends_early_still_shows_what_is_proven() {
	// What comes next is in the proofs, whatever keys the node names.
	let dir = TempDir::new().unwrap();
	let lies = Lies {
		no_more_keys: true,
		..Lies::default()
	};
	let client = client(&[lies], rules(dir.path(), at_recording));
	let list = read("records");
	let answer = ask(&client, list).await;
	match *LIVE {
		// A node proves only what it is asked for.
		Some(_) => assert_found_out(answer, NOT_SHOWN),
		None => assert_eq!(answer, Ok(list.answer.clone())),
	}
	// Without them there is no answer.
	let lies = Lies {
		no_more_keys: true,
		leave_out: bytes_of("records"),
		..Lies::default()
	};
	found_out("records", lies, NOT_SHOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_first_block_is_found_out() {
	let dir = TempDir::new().unwrap();
	let rules = Rules {
		genesis: H256::repeat_byte(9),
		..rules(dir.path(), at_recording)
	};
	let client = client(&[Lies::default()], rules);
	assert_found_out(ask(&client, read("record")).await, "another first block");
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_metadata_are_found_out() {
	// They come out of the runtime.
	let lies = Lies {
		other_code: true,
		..Lies::default()
	};
	found_out("record", lies, NOT_SHOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_is_not_final_is_found_out() {
	let dir = TempDir::new().unwrap();
	let lies = Lies {
		other_transactions: true,
		hash_of: Some(H256::repeat_byte(9)),
		..Lies::default()
	};
	let client = client(&[lies], rules(dir.path(), at_recording));
	let Final { number, hash } = &moment("now").r#final;
	// Another block is not the final one with this number.
	let found: H256 = client
		.request("chain_getBlockHash", rpc_params![number])
		.await
		.unwrap();
	assert_eq!(found, *hash);
	// The final block has no other transaction.
	let block = client.request::<Value>("chain_getBlock", rpc_params![hash]);
	let block = block.await.map_err(|error| error.to_string());
	assert_found_out(block, "another list of transactions");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_head_is_found_out() {
	let dir = TempDir::new().unwrap();
	let client = client(&[Lies::default()], rules(dir.path(), six_minutes_later));
	assert_found_out(
		ask(&client, read("record")).await,
		"the relay chain is not up to date",
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_of_the_future_is_found_out() {
	let dir = TempDir::new().unwrap();
	let client = client(&[Lies::default()], rules(dir.path(), two_minutes_earlier));
	let refused = ask(&client, read("record")).await;
	assert_found_out(refused, "but the clock says");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_state_is_found_out() {
	let lies = Lies {
		old_state: true,
		..Lies::default()
	};
	found_out("record", lies, NOT_SHOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_goes_back_is_found_out() {
	let dir = TempDir::new().unwrap();
	let rules = rules(dir.path(), at_recording);
	let now = client(&[Lies::default()], rules.clone());
	ask(&now, read("record")).await.unwrap();
	let known: H256 = now
		.request("chain_getFinalizedHead", rpc_params![])
		.await
		.unwrap();
	let newest = rules.store.checkpoint().unwrap();
	let lies = Lies {
		before: true,
		..Lies::default()
	};
	let before = client(&[lies], rules.clone());
	// It answers from the newest state that the client knows.
	let head: H256 = before
		.request("chain_getFinalizedHead", rpc_params![])
		.await
		.unwrap();
	assert_eq!(head, known);
	assert_eq!(rules.store.checkpoint().unwrap(), newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_the_relay_chain_by_another_set_is_found_out() {
	let dir = TempDir::new().unwrap();
	let mut rules = rules(dir.path(), at_recording);
	// An authority of another network would have signed.
	let mut checkpoint = RECORDED.relay.checkpoint.clone();
	checkpoint.set_id += 1;
	rules.store = Store::new(dir.path().into(), Some(checkpoint)).into();
	let client = client(&[Lies::default()], rules);
	assert_found_out(ask(&client, read("record")).await, "justification");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_the_relay_chain_with_another_bit_is_found_out() {
	let dir = TempDir::new().unwrap();
	let rules = rules(dir.path(), at_recording);
	let lies = Lies {
		other_vote: true,
		..Lies::default()
	};
	let damaged = client(&[lies], rules.clone());
	assert_found_out(ask(&damaged, read("record")).await, "signatures is false");
	// The way to the last change of authorities is not gone again.
	let kept = rules.store.checkpoint().unwrap();
	let honest = client(&[Lies::default()], rules.clone());
	ask(&honest, read("record")).await.unwrap();
	let newest = rules.store.checkpoint().unwrap();
	assert_eq!(kept.set_id, newest.set_id);
	assert!(kept.set_id > RECORDED.relay.checkpoint.set_id && kept.number < newest.number);
}

/// A validator got new session keys during the recording.
#[tokio::test(flavor = "multi_thread")]
async fn the_steps_change_the_keys_of_finality() {
	let dir = TempDir::new().unwrap();
	let rules = rules(dir.path(), at_recording);
	let client = client(&[Lies::default()], rules.clone());
	ask(&client, read("record")).await.unwrap();
	let (first, newest) = (
		&RECORDED.relay.checkpoint,
		rules.store.checkpoint().unwrap(),
	);
	assert_ne!(newest.authorities, first.authorities);
	assert!(newest.set_id > first.set_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_refuses_is_passed_over() {
	let dir = TempDir::new().unwrap();
	let refuses = Lies {
		refuses: true,
		..Lies::default()
	};
	let nodes = [refuses, Lies::default()];
	let client = client(&nodes, rules(dir.path(), at_recording));
	let record = read("record");
	assert_eq!(ask(&client, record).await, Ok(record.answer.clone()));
}

#[test]
fn a_lie_changes_an_answer() {
	// Otherwise a test of a lie could find nothing.
	let now = format!("{:?}", moment("now").head);
	for name in ["patient", "key", "author", "record", "records", "grant"] {
		let bytes = bytes_of(name).unwrap();
		assert!(from_hex(bytes).unwrap().len() >= 8);
		let nodes = &RECORDED.nodes[&now];
		assert!(nodes.iter().any(|node| node.contains(bytes)), "{name}");
	}
	assert_ne!(moment("now").head, moment("before").head);
}
