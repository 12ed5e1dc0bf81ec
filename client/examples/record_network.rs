//! Records the answers of a real network's nodes, for the tests of what nodes can lie about:
//!
//! ```text
//! cargo run -p salus-client --example record_network -- \
//!     ws://127.0.0.1:RELAY ws://127.0.0.1:REGION client/tests/recorded
//! ```
//!
//! Both are addresses that `scripts/network` prints: of a validator, and of a collator of a region
//! with a granted record of a provider. `scripts/demo --network --record` does it all. The validator,
//! which must be Alice's, gets new session keys, so that the steps change the keys of finality. At the
//! end it prints how many bytes the nodes send for a newer head, and for a record at it.

use codec::{Decode, Encode};
use salus_client::{
	network::{chain_of, checkpoint_of, ChainEntry, Relay, Store},
	proven::{clock, ProvenNode, Rules},
};
use salus_light::{events_key, H256};
use salus_primitives::{
	views::{AuthorView, GrantView, KeyView, PatientView, ProviderView, RecordFilter, RecordView},
	AccountId, HistoryId, MemberId, Page, RecordId,
};
use serde_json::{json, Value};
use sp_core::bytes::{from_hex, to_hex};
use std::{
	collections::{BTreeMap, BTreeSet},
	error::Error,
	fs,
	path::Path,
	sync::{Arc, Mutex, MutexGuard},
	time::Duration,
};
use subxt::{
	dynamic::Value as Bytes,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue},
		rpc_params, RpcClient, RpcClientT,
	},
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A node of a proof that is larger, in digits, is the runtime's code.
const LARGEST_NODE: usize = 1_000_000;
/// New keys count from the second session after the present one. A session has a minute.
const BETWEEN: Duration = Duration::from_secs(100);

/// What the nodes answered.
#[derive(Clone, Default)]
struct Seen {
	headers: BTreeMap<String, Value>,
	blocks: BTreeMap<String, Value>,
	/// The nodes of all proofs of a block's state.
	nodes: BTreeMap<String, BTreeSet<String>>,
	/// The keys of a block's state that were listed.
	keys: BTreeMap<String, BTreeSet<String>>,
	code: Option<String>,
	/// How many bytes the answers have.
	bytes: usize,
	/// The relay chain's last final block, and the proofs by the number that they were asked for.
	last: Value,
	finality: BTreeMap<u64, Value>,
}

impl Seen {
	fn note(&mut self, relay: bool, method: &str, params: &Value, answer: &Value) {
		let block = |at: usize| params[at].as_str().unwrap_or_default().to_owned();
		let texts = |list: &Value| -> Vec<String> {
			let list = list.as_array().into_iter().flatten();
			list.filter_map(|one| Some(one.as_str()?.to_owned()))
				.collect()
		};
		match method {
			"chain_getHeader" => drop(self.headers.insert(block(0), answer.clone())),
			"chain_getBlock" => drop(self.blocks.insert(block(0), answer.clone())),
			"chain_getFinalizedHead" if relay => self.last = answer.clone(),
			"grandpa_proveFinality" => {
				let number = params[0].as_u64().unwrap_or_default();
				if !answer.is_null() {
					self.finality.insert(number, answer.clone());
				}
			}
			"state_getReadProof" => {
				for node in texts(&answer["proof"]) {
					match node.len() > LARGEST_NODE {
						true => self.code = Some(node),
						false => drop(self.nodes.entry(block(1)).or_default().insert(node)),
					}
				}
			}
			"state_getKeysPaged" => self.keys.entry(block(3)).or_default().extend(texts(answer)),
			_ => (),
		}
	}
}

/// A node whose answers are noted.
struct Noted {
	node: RpcClient,
	relay: bool,
	seen: Arc<Mutex<Seen>>,
}

impl RpcClientT for Noted {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			let answer = self.node.request_raw(method, params.clone()).await?;
			let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
			let params = read(params.as_ref().map_or("[]", |params| params.get()));
			let mut seen = lock(&self.seen);
			seen.bytes = seen.bytes.saturating_add(answer.get().len());
			seen.note(self.relay, method, &params, &read(answer.get()));
			Ok(answer)
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		self.node.subscribe_raw(sub, params, unsub)
	}
}

/// A client that reads proven answers, and the node's own ones to compare.
struct Reader {
	proven: RpcClient,
	node: RpcClient,
	block: H256,
	reads: Vec<Value>,
}

impl Reader {
	/// Reads a view. What is not decoded of the answer is ignored.
	async fn read<R: Decode>(&mut self, function: &str, arguments: impl Encode) -> Result<R> {
		let arguments = to_hex(&arguments.encode(), false);
		let params = rpc_params![function, &arguments, self.block];
		let answer: String = self.proven.request("state_call", params.clone()).await?;
		let own: String = self.node.request("state_call", params).await?;
		if own != answer {
			return Err(format!("{function}: the node answers {own}, not {answer}").into());
		}
		let decoded = R::decode(&mut &*from_hex(&answer)?)?;
		self.reads.push(json!({
			"function": function, "arguments": arguments, "answer": answer,
		}));
		Ok(decoded)
	}

	/// Names the last read, and what of its answer a node can lie about.
	fn name(&mut self, name: &str, bytes: &[u8]) {
		if let Some(read) = self.reads.last_mut() {
			read["name"] = name.into();
			read["bytes"] = to_hex(bytes, false).into();
		}
	}
}

fn some<T>(found: Option<T>, what: &str) -> Result<T> {
	found.ok_or_else(|| format!("the region has no {what}").into())
}

/// The first record that is granted, with its grant.
async fn granted(reader: &mut Reader) -> Result<(RecordView<AccountId>, GrantView)> {
	for id in 0..50_u64 {
		let record: Option<RecordView<AccountId>> = reader.read("EmrApi_record", id).await?;
		let none = None::<HistoryId>;
		let grants: Page<GrantView, HistoryId> = reader
			.read("PermissionsApi_grants_of", (id, none, 10u32))
			.await?;
		let by_provider =
			|record: &RecordView<AccountId>| matches!(record.author, AuthorView::Provider { .. });
		if let (Some(record), Some(grant)) = (record, grants.items.into_iter().next()) {
			if by_provider(&record) {
				return Ok((record, grant));
			}
		}
		reader.reads.clear();
	}
	Err("the region has no granted record of a provider".into())
}

/// Reads all that the tests read.
async fn read_all(reader: &mut Reader) -> Result<()> {
	let (record, grant) = granted(reader).await?;
	let grants = reader.reads.pop();
	reader.name("record", &record.document_hash);
	reader.reads.extend(grants);
	reader.name("grant", &grant.granted_at.encode());
	let AuthorView::Provider { id: author, .. } = record.author else {
		return Err("the record has no provider".into());
	};
	let patient: Option<PatientView<AccountId>> =
		reader.read("RegistryApi_patient", record.patient).await?;
	let founding = patient.and_then(|patient| patient.accounts.into_iter().next());
	let account = some(founding, "account of the patient")?.account;
	reader.name("patient", account.as_ref());
	let provider: Option<ProviderView<AccountId>> =
		reader.read("RegistryApi_provider", author).await?;
	let founding = provider.and_then(|provider| provider.accounts.into_iter().next());
	let account = some(founding, "account of the author")?.account;
	reader.name("author", account.as_ref());
	let member = MemberId::Provider(author);
	let key: Option<KeyView<AccountId>> = reader
		.read("RegistryApi_encryption_key", (member, None::<u32>))
		.await?;
	let key = some(key, "key of the author")?;
	reader.name("key", key.key.as_bytes());
	let patient = MemberId::Patient(record.patient);
	let list = (
		&patient,
		RecordFilter::default(),
		true,
		None::<RecordId>,
		10u32,
	);
	reader.read::<()>("EmrApi_records", list).await?;
	reader.name("records", &record.document_hash);
	let history = (patient, None::<HistoryId>, 10u32);
	reader.read::<()>("HistoryApi_history", history).await?;
	reader.read::<()>("Core_version", ()).await?;
	reader
		.read::<()>("Metadata_metadata_at_version", 16u32)
		.await
}

/// Makes new session keys in Alice's validator, and sets them on the relay chain.
async fn rotate_keys(relay_url: &str, relay: &RpcClient) -> Result<()> {
	let alice = Keypair::from_uri(&"//Alice//stash".parse()?)?;
	let owner = to_hex(&alice.public_key().0, false);
	let made: Value = relay
		.request("author_rotateKeysWithOwner", rpc_params![owner])
		.await?;
	let bytes = |name: &str| from_hex(made[name].as_str().unwrap_or_default());
	let (keys, proof) = (bytes("keys")?, bytes("proof")?);
	// Five keys of 32 bytes, and one of 33.
	let (first, last) = keys.split_at_checked(160).ok_or("there are fewer keys")?;
	let keys = first.chunks(32).chain([last]).map(Bytes::from_bytes);
	let call = (Bytes::unnamed_composite(keys), Bytes::from_bytes(proof));
	let call = subxt::dynamic::transaction("Session", "set_keys", vec![call.0, call.1]);
	let client = OnlineClient::<SubstrateConfig>::from_url(relay_url).await?;
	let mut transactions = client.tx().await?;
	let sent = transactions.sign_and_submit_then_watch_default(&call, &alice);
	sent.await?.wait_for_finalized_success().await?;
	Ok(())
}

/// A client that reads proven answers of the relay chain's node and of the region's.
fn proven_node(
	dir: &Path,
	(relay, chain): (&Relay, &ChainEntry),
	(relay_node, node): (&RpcClient, &RpcClient),
	seen: &Arc<Mutex<Seen>>,
) -> RpcClient {
	let rules = Rules {
		para: chain.para,
		genesis: chain.genesis,
		slot_duration: chain.slot_duration,
		relay_slot_duration: Some(relay.slot_duration),
		max_age: salus_light::DEFAULT_MAX_AGE,
		store: Arc::new(Store::new(dir.into(), Some(relay.checkpoint.clone()))),
		now: clock,
	};
	let noted = |node: &RpcClient, relay| {
		let (node, seen) = (node.clone(), seen.clone());
		RpcClient::new(Noted { node, relay, seen })
	};
	RpcClient::new(ProvenNode::new(
		rules,
		noted(node, false),
		noted(relay_node, true),
	))
}

/// How many bytes the nodes send, each time, until a client that is up to date has a newer head, and
/// then until it has this view. The first time is with the runtime, and is left out.
async fn refresh(
	of: (&Relay, &ChainEntry),
	nodes: (&RpcClient, &RpcClient),
	read: &Value,
) -> Result<Vec<(usize, usize)>> {
	let dir = tempfile::tempdir()?;
	let mut sizes = Vec::new();
	for _ in 0..6 {
		// As a new command does, which has only what is stored.
		let seen = Arc::new(Mutex::new(Seen::default()));
		let proven = proven_node(dir.path(), of, nodes, &seen);
		let block: H256 = proven
			.request("chain_getFinalizedHead", rpc_params![])
			.await?;
		let head = std::mem::take(&mut lock(&seen).bytes);
		let params = rpc_params![&read["function"], &read["arguments"], block];
		let _: String = proven.request("state_call", params).await?;
		sizes.push((head, lock(&seen).bytes));
		tokio::time::sleep(Duration::from_secs(10)).await;
	}
	sizes.remove(0);
	Ok(sizes)
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
	seen.lock().expect("nothing panics while it holds the lock")
}

/// Reads all that the tests read. `None`: the client took a newer head amid it.
async fn record_moment(
	of: (&Relay, &ChainEntry),
	nodes: (&RpcClient, &RpcClient),
	seen: &Arc<Mutex<Seen>>,
) -> Result<Option<(Value, Vec<Value>)>> {
	let dir = tempfile::tempdir()?;
	let proven = proven_node(dir.path(), of, nodes, seen);
	let block: H256 = proven
		.request("chain_getFinalizedHead", rpc_params![])
		.await?;
	let last = lock(seen).last.take();
	let mut reader = Reader {
		proven,
		node: nodes.1.clone(),
		block,
		reads: Vec::new(),
	};
	read_all(&mut reader).await?;
	let Reader { proven, reads, .. } = reader;
	// A final block some blocks ago, with its events.
	let head: Value = proven
		.request("chain_getHeader", rpc_params![block])
		.await?;
	let number = head["number"].as_str().unwrap_or_default();
	let earlier = u32::from_str_radix(number.trim_start_matches("0x"), 16)?.saturating_sub(3);
	let final_block: H256 = proven
		.request("chain_getBlockHash", rpc_params![earlier])
		.await?;
	let _: Value = proven
		.request("chain_getBlock", rpc_params![final_block])
		.await?;
	let events = to_hex(&events_key(), false);
	let _: Value = proven
		.request("state_getStorage", rpc_params![events, final_block])
		.await?;
	let mut seen = lock(seen);
	let moment = json!({
		"time": clock(),
		"relay": last,
		"finality": std::mem::take(&mut seen.finality),
		"head": block,
		"final": { "number": earlier, "hash": final_block },
	});
	let same = seen.last.is_null() || seen.last == last;
	Ok(same.then_some((moment, reads)))
}

#[tokio::main]
async fn main() -> Result<()> {
	let args: Vec<_> = std::env::args().skip(1).collect();
	let [relay_url, node_url, folder] = &args[..] else {
		return Err("usage: record_network RELAY NODE FOLDER".into());
	};
	let relay = checkpoint_of(relay_url, 0).await?;
	let chain = chain_of(node_url, false).await?;
	let (relay_node, node) = (
		RpcClient::from_url(relay_url).await?,
		RpcClient::from_url(node_url).await?,
	);
	rotate_keys(relay_url, &relay_node).await?;
	let seen = Arc::new(Mutex::new(Seen::default()));
	let mut moments = BTreeMap::new();
	let mut reads = Vec::new();
	for name in ["before", "now"] {
		tokio::time::sleep(BETWEEN).await;
		let (moment, read) = loop {
			let before = lock(&seen).clone();
			let at = record_moment((&relay, &chain), (&relay_node, &node), &seen).await?;
			if let Some(at) = at {
				break at;
			}
			*lock(&seen) = before;
		};
		moments.insert(name, moment);
		reads = read;
	}
	let sizes = refresh((&relay, &chain), (&relay_node, &node), &reads[0]).await?;
	println!("bytes for a newer head, and for a record at it: {sizes:?}");
	let newest = checkpoint_of(relay_url, 0).await?.checkpoint;
	if newest.authorities == relay.checkpoint.authorities {
		return Err("the relay chain has the same keys as before".into());
	}
	let seen = lock(&seen);
	let code = from_hex(seen.code.as_deref().unwrap_or_default())?;
	let recorded = json!({
		"relay": relay,
		"chain": chain,
		"moments": moments,
		"reads": reads,
		"headers": seen.headers,
		"blocks": seen.blocks,
		"nodes": seen.nodes,
		"keys": seen.keys,
	});
	let folder = Path::new(folder);
	fs::create_dir_all(folder)?;
	fs::write(folder.join("code"), &code)?;
	fs::write(
		folder.join("network.json"),
		format!("{}\n", serde_json::to_string_pretty(&recorded)?),
	)?;
	println!("{} reads, {} bytes of code", reads.len(), code.len());
	Ok(())
}
