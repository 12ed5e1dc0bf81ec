//! A node whose answers are proven: what it says of the chain is checked, or run by the client
//! itself, before anything else sees it.
//!
//! [`ProvenNode`] stands between the client and the nodes, and answers as a node does. So all that
//! is built on it reads proven state, and no part of the client can forget to check.
//!
//! | asked for | answer |
//! |---|---|
//! | the last final block | proven by the relay chain; on a chain for development the node's word |
//! | a header or a block by its hash | the node's, if it has this hash |
//! | the hash of a final block | from the proven state; of the first one, from the network file |
//! | a view, the metadata, the runtime's version | the proven runtime, run over proven state |
//! | a value | proven |
//! | the best block, the pool, the node itself | the node's word |
//! | session keys, off-chain storage | the user's own node's |
//!
//! A gateway answers as a node does, and its answers are proven just so.
//!
//! The runtime of a block that is not final is the one of a proven block, too.

use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::{Duration, SystemTime},
};

use codec::Encode;
use futures::{future::ready, stream::unfold, StreamExt};
use salus_light::{block_hash_key, is_body, AgeError, Clock, Header, State, StateError, H256};
use serde_json::{json, Value};
use sp_core::bytes::to_hex;
use sp_crypto_hashing::blake2_256;
use subxt::{
	config::substrate::SubstrateHeader,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, RpcClientT},
		Error, UserError,
	},
};
use tokio::{sync::Mutex as AsyncMutex, time::sleep};

use super::{
	ask::bytes,
	proofs::{Head, Proofs},
	AskError, Endpoints, RunError, Runtime,
};
use crate::{network::Store, rpc::mark};

/// What every error of this module begins with, after the [`mark`], that means a false or incomplete
/// answer.
pub(crate) const NOT_PROVEN: &str = "not proven: ";

/// The methods by which operators use their own node. No other node is asked: it would give session
/// keys that are not the operator's.
const OWN: [&str; 5] = [
	"author_has",
	"author_insert",
	"author_rotate",
	"offchain_",
	"system_nodeRoles",
];

/// The methods about the node itself and its pool. Each other one is answered by a proof, or refused.
const WORD: [&str; 2] = ["author_", "system_"];

/// The newest blocks of the node. Each other subscription is answered by proofs, or refused.
const BEST_BLOCKS: &str = "chain_subscribeNewHeads";

/// The blocks that are final.
const FINAL_BLOCKS: &str = "chain_subscribeFinalizedHeads";

/// The view whose answer is kept, as it takes long and is the same until the next upgrade.
const METADATA: &str = "Metadata_metadata_at_version";

/// The views that tell of the runtime only. A block that replaces the runtime was made by the one
/// before, and so were its events: that one's metadata say what they mean.
const OF_RUNTIME: [&str; 3] = ["Core_version", "Metadata_metadata_versions", METADATA];

/// The error code of a node that does not have a method.
const METHOD_NOT_FOUND: i32 = -32601;

/// How often, and after which time, a newer head is asked for if the newest replaced the runtime.
const UPGRADE: (u32, Duration) = (10, Duration::from_secs(3));

/// How many headers are remembered.
const MAX_HEADERS: usize = 64;

/// What a client knows of a chain before it asks a node.
#[derive(Clone)]
pub struct Rules {
	/// The chain's parachain id.
	pub para: u32,
	/// The hash of its first block.
	pub genesis: H256,
	/// The length of its slots in milliseconds.
	pub slot_duration: u64,
	/// The length of the relay chain's slots in milliseconds. None: the chain is for development,
	/// and its head is the node's word.
	pub relay_slot_duration: Option<u64>,
	/// The age in milliseconds from which a head is refused.
	pub max_age: u64,
	/// The checkpoint and the heads that were seen before.
	pub store: Arc<Store>,
	/// The client's clock, in Unix milliseconds. See [`clock`].
	pub now: fn() -> u64,
}

/// A chain's nodes, whose answers are proven.
#[derive(Clone)]
pub struct ProvenNode(Arc<Inner>);

struct Inner {
	rules: Rules,
	/// Whether all of these are nodes, or gateways.
	proofs: Proofs,
	nodes: RpcClient,
	/// The same nodes, if the next one can be asked when one gives a false answer.
	endpoints: Option<Arc<Endpoints>>,
	/// Those that prove the relay chain's blocks, and the one that answered last.
	relays: Vec<RpcClient>,
	relay: AtomicUsize,
	/// The user's own node.
	own: Option<RpcClient>,
	/// The newest head that was proven.
	head: AsyncMutex<Option<Header>>,
	headers: Mutex<HashMap<H256, Header>>,
	runtime: AsyncMutex<Option<Prepared>>,
	/// A proven head, and the hash of its code: of the newest one for which it was needed.
	code: Mutex<Option<(H256, H256)>>,
}

/// The runtime of a block.
#[derive(Clone)]
struct Prepared {
	block: H256,
	code_hash: H256,
	runtime: Arc<Runtime>,
}

/// Why a node's answer is refused.
#[derive(Debug, thiserror::Error)]
enum Refused {
	#[error(transparent)]
	Ask(#[from] AskError),
	#[error("{chain} is not up to date: {error}")]
	Age {
		chain: &'static str,
		error: AgeError,
	},
	#[error("the head of {0} has no slot, so its age is not known")]
	NoSlot(&'static str),
	#[error("the node's chain has another first block than the network file says: {found:?}")]
	Genesis { found: H256 },
	#[error(
		"block {0} is not proven, and has another runtime than the last proven block: if the chain \
		 was upgraded just now, try again in a minute"
	)]
	Runtime(u32),
	#[error("the node gave another {0} than the one with the hash that was asked for")]
	Other(&'static str),
	#[error("a node's answer to {0} cannot be proven")]
	Method(String),
	#[error("the node's answer cannot be read: {0}")]
	Unreadable(String),
	#[error("{0}")]
	Store(#[from] crate::Error),
	#[error(transparent)]
	Rpc(Error),
}

impl Refused {
	/// Whether the node only failed to answer.
	fn is_silence(&self) -> bool {
		matches!(self, Self::Rpc(_) | Self::Ask(AskError::Node(_)))
	}

	/// Whether a node of the chain gave a false answer, so that another one can give a true one.
	fn is_of_node(&self) -> bool {
		matches!(
			self,
			Self::Ask(AskError::NotShown | AskError::Run(RunError::State(StateError::TooLarge(_))))
				| Self::Genesis { .. }
				| Self::Other(_)
				| Self::Unreadable(_)
		)
	}
}

impl From<StateError> for Refused {
	fn from(error: StateError) -> Self {
		Self::Ask(error.into())
	}
}

impl From<Refused> for Error {
	fn from(refused: Refused) -> Self {
		match refused {
			Refused::Rpc(error) => error,
			refused if refused.is_silence() => Self::Client(refused.to_string().into()),
			refused => Self::Client(format!("{}{NOT_PROVEN}{refused}", mark()).into()),
		}
	}
}

impl ProvenNode {
	/// A node of a chain, and one of its relay chain.
	pub fn new(rules: Rules, node: RpcClient, relay: RpcClient) -> Self {
		Self::of(rules, Proofs::OfNodes, node, None, vec![relay], None)
	}

	/// The nodes of a chain and of its relay chain: if one is behind, lies or does not answer, the
	/// next one is asked. `own` is the user's own node of the chain.
	pub fn with_all(
		rules: Rules,
		nodes: Endpoints,
		relays: Vec<RpcClient>,
		own: Option<RpcClient>,
	) -> Self {
		let nodes = Arc::new(nodes);
		let rpc = RpcClient::new(nodes.clone());
		Self::of(rules, Proofs::OfNodes, rpc, Some(nodes), relays, own)
	}

	/// The gateways of a chain, all of them and each alone. They are asked as nodes are.
	pub(crate) fn through(rules: Rules, all: Endpoints, each: Vec<RpcClient>) -> Self {
		let all = Arc::new(all);
		let rpc = RpcClient::new(all.clone());
		Self::of(rules, Proofs::OfGateways, rpc, Some(all), each, None)
	}

	fn of(
		rules: Rules,
		proofs: Proofs,
		nodes: RpcClient,
		endpoints: Option<Arc<Endpoints>>,
		relays: Vec<RpcClient>,
		own: Option<RpcClient>,
	) -> Self {
		Self(Arc::new(Inner {
			rules,
			proofs,
			nodes,
			endpoints,
			relays,
			relay: AtomicUsize::new(0),
			own,
			head: AsyncMutex::new(None),
			headers: Mutex::default(),
			runtime: AsyncMutex::new(None),
			code: Mutex::default(),
		}))
	}
}

impl Inner {
	/// The chain's newest proven head.
	async fn head(&self) -> Result<Header, Refused> {
		let mut last = self.head.lock().await;
		let mut newest = self.newest().await?;
		for _ in 0..UPGRADE.0 {
			if !newest.header.replaces_runtime() {
				break;
			}
			sleep(UPGRADE.1).await;
			newest = self.newest().await?;
		}
		let Head {
			header: head,
			mut state,
		} = newest;
		match &*last {
			// Another node of a chain for development can be behind.
			Some(last) if last.number() >= head.number() => return Ok(last.clone()),
			Some(_) => (),
			None => {
				let hashes = match state.take() {
					Some(state) => state,
					None => self.proofs.hashes(&self.nodes, &head).await?,
				};
				let found = hashes.genesis()?;
				if found != self.rules.genesis {
					return Err(Refused::Genesis { found });
				}
				state = Some(hashes);
			}
		}
		if let Some(state) = state {
			*self.code() = Some((head.hash(), state.code_hash()?));
		}
		self.keep(&head);
		*last = Some(head.clone());
		Ok(head)
	}

	/// The newest proven head, also if it replaced the runtime.
	async fn newest(&self) -> Result<Head, Refused> {
		let rules = &self.rules;
		let Some(slot_duration) = rules.relay_slot_duration else {
			let hash: H256 = self.ask("chain_getFinalizedHead", json!([])).await?;
			return Ok(Head {
				header: self.header(hash).await?.0,
				state: None,
			});
		};
		let (last, count) = (self.relay.load(Ordering::Relaxed), self.relays.len());
		let mut refused: Option<Refused> = None;
		for at in (0..count).map(|next| (last + next) % count) {
			match self.newest_of(&self.relays[at], slot_duration).await {
				// The chain itself went back, or the folder cannot be used: no node's fault.
				Err(error) if !matches!(error, Refused::Store(_)) => {
					// A false answer says more than none.
					if refused.as_ref().is_none_or(Refused::is_silence) {
						refused = Some(error);
					}
				}
				found => {
					self.relay.store(at, Ordering::Relaxed);
					return found;
				}
			}
		}
		let none = || AskError::Node("the network file names no node of the relay chain".into());
		Err(refused.unwrap_or_else(|| none().into()))
	}

	/// The newest head that one node of the relay chain proves.
	async fn newest_of(&self, relay: &RpcClient, slot_duration: u64) -> Result<Head, Refused> {
		let rules = &self.rules;
		let clock = |slot_duration| Clock {
			now: (rules.now)(),
			slot_duration,
		};
		let known = rules.store.checkpoint()?;
		// If it fails, the last one tells why.
		let changed = |checkpoint: &_| drop(rules.store.keep_change(checkpoint));
		let newest = self
			.proofs
			.follow(relay, &known, &clock(slot_duration), &changed)
			.await?;
		clock(slot_duration)
			.age(newest.checkpoint.slot, rules.max_age)
			.map_err(|error| Refused::Age {
				chain: "the relay chain",
				error,
			})?;
		let head = self.proofs.head(relay, &newest, rules.para).await?;
		let slot = head
			.header
			.aura_slot()
			.ok_or(Refused::NoSlot("the chain"))?;
		clock(rules.slot_duration)
			.age(slot, rules.max_age)
			.map_err(|error| Refused::Age {
				chain: "the chain",
				error,
			})?;
		rules
			.store
			.keep(&newest.checkpoint, rules.para, &head.header)?;
		Ok(head)
	}

	/// The node's best block, or the one before it if it replaced the runtime: its state cannot be
	/// read.
	async fn best(&self) -> Result<H256, Refused> {
		let hash = self.ask("chain_getBlockHash", json!([])).await?;
		let (header, _) = self.header(hash).await?;
		Ok(match header.replaces_runtime() {
			true => header.parent_hash(),
			false => hash,
		})
	}

	/// A block's header by its hash, also as the node gave it.
	async fn header(&self, hash: H256) -> Result<(Header, Value), Refused> {
		let answer: Value = self.ask("chain_getHeader", json!([hash])).await?;
		if answer.is_null() {
			return Err(no_block(hash));
		}
		let header = read_header(&answer)?;
		if header.hash() != hash {
			return Err(Refused::Other("header"));
		}
		self.keep(&header);
		Ok((header, answer))
	}

	/// Remembers a header.
	fn keep(&self, header: &Header) {
		let mut headers = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
		if headers.len() >= MAX_HEADERS {
			headers.clear();
		}
		headers.insert(header.hash(), header.clone());
	}

	/// A block's header by its hash, or the newest proven head.
	async fn known_header(&self, hash: Option<H256>) -> Result<Header, Refused> {
		let Some(hash) = hash else {
			return self.head().await;
		};
		let known = {
			let headers = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
			headers.get(&hash).cloned()
		};
		match known {
			Some(header) => Ok(header),
			None => Ok(self.header(hash).await?.0),
		}
	}

	/// The block with this hash, as the node gave it.
	async fn block(&self, hash: H256) -> Result<Value, Refused> {
		let answer: Value = self.ask("chain_getBlock", json!([hash])).await?;
		if answer.is_null() {
			return Err(no_block(hash));
		}
		let header = read_header(&answer["block"]["header"])?;
		if header.hash() != hash {
			return Err(Refused::Other("block"));
		}
		let transactions: Vec<String> = read(&answer["block"]["extrinsics"])?;
		let transactions = transactions
			.iter()
			.map(|one| bytes(one))
			.collect::<Result<Vec<_>, _>>()?;
		if !is_body(header.extrinsics_root(), &transactions) {
			return Err(Refused::Other("list of transactions"));
		}
		Ok(answer)
	}

	/// The hash of the block with this number; null if the chain no longer knows it. None: the
	/// block is newer than the proven head.
	async fn block_hash(&self, number: u32) -> Result<Option<Value>, Refused> {
		if number == 0 {
			return Ok(Some(json!(self.rules.genesis)));
		}
		let last = self.head.lock().await.clone();
		let head = match last {
			Some(head) if head.number() >= number => head,
			_ => self.head().await?,
		};
		if number > head.number() {
			return Ok(None);
		}
		if number == head.number() {
			return Ok(Some(json!(head.hash())));
		}
		let state = self.shown(&head, block_hash_key(number)).await?;
		Ok(Some(json!(state.block_hash(number)?)))
	}

	/// The runtime after a block.
	async fn runtime(&self, block: &Header) -> Result<Prepared, Refused> {
		let mut last = self.runtime.lock().await;
		if let Some(prepared) = &*last {
			if prepared.block == block.hash() {
				return Ok(prepared.clone());
			}
		}
		let code_hash = self.code_hash(block).await?;
		// Before a stranger's code is fetched, kept or compiled.
		self.check_runtime(block, code_hash).await?;
		let runtime = match &*last {
			Some(prepared) if prepared.code_hash == code_hash => prepared.runtime.clone(),
			_ => Arc::new(self.prepare(block, code_hash).await?),
		};
		let prepared = Prepared {
			block: block.hash(),
			code_hash,
			runtime,
		};
		*last = Some(prepared.clone());
		Ok(prepared)
	}

	/// The hash of the code after a block.
	async fn code_hash(&self, block: &Header) -> Result<H256, Refused> {
		let known = self.code().filter(|(of, _)| *of == block.hash());
		match known {
			Some((_, code)) => Ok(code),
			None => Ok(self.proofs.code_hash(&self.nodes, block).await?),
		}
	}

	fn code(&self) -> MutexGuard<'_, Option<(H256, H256)>> {
		self.code.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Prepares the runtime whose code has this hash, and is in the state after a block.
	async fn prepare(&self, block: &Header, code_hash: H256) -> Result<Runtime, Refused> {
		let (store, para) = (&self.rules.store, self.rules.para);
		let is_right = |code: &Vec<u8>| H256(blake2_256(code)) == code_hash;
		if let Some(kept) = store.code(para).filter(is_right) {
			return Ok(Runtime::new(&kept).map_err(AskError::from)?);
		}
		let code = self.proofs.code(&self.nodes, block, code_hash).await?;
		let runtime = Runtime::new(&code).map_err(AskError::from)?;
		store.keep_code(para, &code);
		Ok(runtime)
	}

	/// Refuses a runtime that no proven block has. A node can make up a block that is not final, and
	/// so its code: then it would say what the calls of a transaction mean.
	async fn check_runtime(&self, block: &Header, code: H256) -> Result<(), Refused> {
		if self.code().is_some_and(|(_, known)| known == code) {
			return Ok(());
		}
		// Before an upgrade, or after one.
		let head = self.head().await?;
		let newest = match head.hash() == block.hash() {
			true => code,
			false => self.code_hash(&head).await?,
		};
		*self.code() = Some((head.hash(), newest));
		if newest == code || self.block_hash(block.number()).await? == Some(json!(block.hash())) {
			return Ok(());
		}
		Err(Refused::Runtime(block.number()))
	}

	/// The answer of a view after a block.
	async fn view(
		&self,
		function: &str,
		parameters: &[u8],
		block: Option<H256>,
	) -> Result<Vec<u8>, Refused> {
		let mut header = self.known_header(block).await?;
		if header.replaces_runtime() && OF_RUNTIME.contains(&function) {
			header = self.known_header(Some(header.parent_hash())).await?;
		}
		let prepared = self.runtime(&header).await?;
		let (store, para) = (&self.rules.store, self.rules.para);
		let name = H256(blake2_256(&(prepared.code_hash, parameters).encode()));
		if function == METADATA {
			if let Some(kept) = store.metadata(para, name) {
				return Ok(kept);
			}
			// Some constants come from the state, and a block that is not final can be made up. So
			// the metadata of its runtime are read at the proven head.
			let head = self.head().await?;
			if self.runtime(&head).await?.code_hash == prepared.code_hash {
				header = head;
			}
		}
		let (proofs, runtime) = (self.proofs, &prepared.runtime);
		let answer = proofs.view(&self.nodes, &header, runtime, (function, parameters));
		let answer = answer.await?;
		if function == METADATA {
			store.keep_metadata(para, name, &answer);
		}
		Ok(answer)
	}

	async fn value(&self, key: &[u8], block: Option<H256>) -> Result<Option<Vec<u8>>, Refused> {
		let header = self.known_header(block).await?;
		Ok(self.shown(&header, key.to_vec()).await?.get(key)?)
	}

	/// The state after a block, as far as the proof of a key shows it.
	async fn shown(&self, block: &Header, key: Vec<u8>) -> Result<State, AskError> {
		self.proofs.value(&self.nodes, block, key).await
	}

	/// The node's own answer.
	async fn ask<T: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		params: Value,
	) -> Result<T, Refused> {
		let params = RawValue::from_string(params.to_string()).map_err(unreadable)?;
		let answer = self.nodes.request_raw(method, Some(params)).await;
		serde_json::from_str(answer.map_err(Refused::Rpc)?.get()).map_err(unreadable)
	}

	/// A proven answer. None: nothing can be proven here, so the node's answer is its word.
	async fn answer(&self, method: &str, params: &Value) -> Result<Option<Value>, Refused> {
		let block = |at: usize| match &params[at] {
			Value::Null => Ok(None),
			hash => read::<H256>(hash).map(Some),
		};
		Ok(Some(match method {
			"chain_getFinalizedHead" => json!(self.head().await?.hash()),
			"chain_getHeader" | "chain_getBlock" => match (method, block(0)?) {
				(_, None) => return Ok(None),
				("chain_getHeader", Some(hash)) => self.header(hash).await?.1,
				(_, Some(hash)) => self.block(hash).await?,
			},
			"chain_getBlockHash" => {
				if params[0].is_null() {
					return Ok(Some(json!(self.best().await?)));
				}
				return self.block_hash(read(&params[0])?).await;
			}
			"state_call" => {
				let function: String = read(&params[0])?;
				let parameters = bytes(&read::<String>(&params[1])?)?;
				let answer = self.view(&function, &parameters, block(2)?).await?;
				json!(to_hex(&answer, false))
			}
			"state_getStorage" => {
				let key = bytes(&read::<String>(&params[0])?)?;
				let value = self.value(&key, block(1)?).await?;
				json!(value.map(|value| to_hex(&value, false)))
			}
			_ if WORD.iter().any(|prefix| method.starts_with(prefix)) => return Ok(None),
			_ => return Err(Refused::Method(method.into())),
		}))
	}

	/// As [`answer`](Self::answer), by the next node if one gives a false answer.
	async fn answer_of_any(
		&self,
		endpoints: &Endpoints,
		method: &str,
		params: &Value,
	) -> Result<Option<Value>, Refused> {
		let mut turn = endpoints.turn();
		let mut answer = self.answer(method, params).await;
		for _ in 1..endpoints.count() {
			if !answer.as_ref().is_err_and(Refused::is_of_node) {
				break;
			}
			endpoints.pass_over(turn);
			turn = endpoints.turn();
			let next = self.answer(method, params).await;
			// The first error says most.
			if next.is_ok() {
				answer = next;
			}
		}
		answer
	}

	async fn request(
		&self,
		method: &str,
		params: Option<Box<RawValue>>,
	) -> Result<Box<RawValue>, Error> {
		if OWN.iter().any(|prefix| method.starts_with(prefix)) {
			let own = self.own.as_ref().ok_or_else(no_own_node)?;
			return own.request_raw(method, params).await;
		}
		let read = match &params {
			Some(params) => serde_json::from_str(params.get()),
			None => Ok(json!([])),
		};
		let read: Value = read.map_err(|error| Error::Client(error.into()))?;
		let answer = match &self.endpoints {
			Some(endpoints) => self.answer_of_any(endpoints, method, &read).await,
			None => self.answer(method, &read).await,
		};
		match answer? {
			Some(answer) => raw(&answer),
			None => self.nodes.request_raw(method, params).await,
		}
	}
}

/// The refusal of what concerns the user's own node, if it is not known.
fn no_own_node() -> Error {
	Error::User(UserError {
		code: METHOD_NOT_FOUND,
		message: "this is for your own node only, so name it: --node, or --consortium".into(),
		data: None,
	})
}

fn raw(value: &Value) -> Result<Box<RawValue>, Error> {
	RawValue::from_string(value.to_string()).map_err(|error| Error::Client(error.into()))
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Refused> {
	serde_json::from_value(value.clone()).map_err(unreadable)
}

/// A header as a node gives it.
fn read_header(value: &Value) -> Result<Header, Refused> {
	let header: SubstrateHeader<H256> = read(value)?;
	Header::decode(&header.encode()).map_err(unreadable)
}

/// Whether a view can read the state after a block, whose header a node reports. It cannot if the
/// block replaced the runtime.
fn can_be_read(block: &Result<Box<RawValue>, Error>) -> bool {
	let Ok(block) = block else { return true };
	let header = serde_json::from_str(block.get()).map_err(unreadable);
	let header = header.and_then(|header| read_header(&header));
	!header.is_ok_and(|header| header.replaces_runtime())
}

fn no_block(hash: H256) -> Refused {
	AskError::Node(format!("it has no block {hash:?}")).into()
}

fn unreadable(error: impl ToString) -> Refused {
	Refused::Unreadable(error.to_string())
}

/// The clock of this machine, in Unix milliseconds.
pub fn clock() -> u64 {
	SystemTime::now()
		.duration_since(SystemTime::UNIX_EPOCH)
		.map_or(0, |since| since.as_millis() as u64)
}

impl RpcClientT for ProvenNode {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(self.0.request(method, params))
	}

	/// The last final blocks are proven, each time that the node reports a new one. The best blocks
	/// are the node's word.
	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			if ![BEST_BLOCKS, FINAL_BLOCKS].contains(&sub) {
				return Err(Refused::Method(sub.into()).into());
			}
			let node = self.0.nodes.subscribe_raw(sub, params, unsub).await?;
			if sub == BEST_BLOCKS {
				let RawRpcSubscription { stream, id } = node;
				let stream = Box::pin(stream.filter(|block| ready(can_be_read(block))));
				return Ok(RawRpcSubscription { stream, id });
			}
			let begin = (self.0.clone(), node.stream, None);
			let stream = unfold(begin, |(inner, mut ticks, last)| async move {
				loop {
					if let Err(error) = ticks.next().await? {
						return Some((Err(error), (inner, ticks, last)));
					}
					let newer = async {
						let head = inner.head().await?;
						if last == Some(head.hash()) {
							return Ok(None);
						}
						let (_, header) = inner.header(head.hash()).await?;
						Ok::<_, Refused>(Some((head.hash(), header)))
					};
					return match newer.await {
						Ok(None) => continue,
						Ok(Some((hash, header))) => {
							Some((raw(&header), (inner, ticks, Some(hash))))
						}
						Err(refused) => Some((Err(refused.into()), (inner, ticks, last))),
					};
				}
			});
			Ok(RawRpcSubscription {
				stream: Box::pin(stream),
				id: node.id,
			})
		})
	}
}
