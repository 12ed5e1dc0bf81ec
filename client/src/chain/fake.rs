//! A fake node for tests: a chain of one account whose blocks and pool the test chooses.

use super::{storage::envelope_key, Chain};
use crate::{
	proven::NOT_PROVEN,
	rpc::mark,
	testing::{FakeNode, Told},
};
use codec::{Compact, Encode};
use futures::stream;
use salus_primitives::{
	views::{AccountStatus, GrantView, ProviderView, RecordView},
	AccountId, ProfessionalName, ProfessionalNumber, ProviderId, Standing,
};
use serde_json::{json, Value};
use sp_core::{Blake2Hasher, Hasher};
use sp_crypto_hashing::twox_128;
use std::sync::{Arc, Mutex};
use subxt::{
	config::substrate::H256,
	rpcs::{client::RawValue, Error, UserError},
};
use tokio::sync::watch;

/// The pool's answer to a transaction: it takes it, an error with code and data, or nothing.
#[derive(Clone, Copy, Debug)]
pub enum Pool {
	Takes,
	Refuses(i32, &'static str),
	Hangs,
}

/// What the pool answers if the nonce is used, if another transaction in it has the nonce, and for a
/// while to what it dropped.
pub const OUTDATED: Pool = Pool::Refuses(1010, "Transaction is outdated");
pub const OCCUPIED: Pool = Pool::Refuses(1014, "The transaction has too low priority");
pub const BANNED: Pool = Pool::Refuses(1012, "Transaction is temporarily banned");

/// A block: what is hashed, and its transactions.
struct Block {
	number: usize,
	parent: H256,
	root: H256,
	hash: H256,
	body: Vec<Vec<u8>>,
	/// Whether the calls of its transactions fail.
	refuses: bool,
	/// The account's nonce after it.
	nonce: usize,
}

#[derive(Default)]
struct Inner {
	/// The chain, from its first block on.
	blocks: Vec<Block>,
	/// Blocks that are no longer in the chain. Their states are still there.
	reverted: Vec<Block>,
	last_final: usize,
	/// The states of earlier blocks are dropped.
	oldest_state: usize,
	/// The one record.
	record: Option<RecordView<AccountId>>,
	/// The one grant. Each account acts for its grantee.
	grant: Option<GrantView>,
	spec_version: u32,
	/// The first block in whose state no account is invited. Before it, each acts for a verified
	/// provider, or for the grantee.
	uninvited_from: Option<usize>,
	/// Whether the pool has not seen the best block.
	pool_is_behind: bool,
	/// Why the final blocks are not proven any more.
	not_proven: Option<&'static str>,
	/// The transactions that were sent.
	sent: Vec<Vec<u8>>,
}

type Submit = dyn Fn(&Node, &[u8]) -> Pool + Send + Sync;

/// A node.
#[derive(Clone)]
pub struct Node {
	inner: Arc<Mutex<Inner>>,
	changes: watch::Sender<()>,
	submit: Arc<Submit>,
}

impl Node {
	/// A node with one block after the first, whose pool answers so.
	pub fn new(submit: impl Fn(&Node, &[u8]) -> Pool + Send + Sync + 'static) -> Self {
		let node = Self {
			inner: Arc::default(),
			changes: watch::Sender::new(()),
			submit: Arc::new(submit),
		};
		node.add_block(&[]);
		node.add_block(&[]);
		node.finalize();
		node
	}

	pub async fn chain(&self) -> Chain {
		Chain::over(self.clone().client(), "fake").await.unwrap()
	}

	fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
		let changed = change(&mut self.inner.lock().unwrap());
		self.changes.send_replace(());
		changed
	}

	pub fn add_block(&self, transactions: &[&[u8]]) {
		self.change(|inner| inner.add(transactions, false));
	}

	/// Adds a block in which the calls of these transactions fail.
	pub fn add_refusing_block(&self, transactions: &[&[u8]]) {
		self.change(|inner| inner.add(transactions, true));
	}

	/// Takes so many of the newest blocks out of the chain.
	pub fn revert(&self, blocks: usize) {
		self.change(|inner| {
			let kept = inner.blocks.len() - blocks;
			assert!(kept > inner.last_final, "a final block is never reverted");
			let gone = inner.blocks.split_off(kept);
			inner.reverted.extend(gone);
		});
	}

	/// The number of the newest block.
	pub fn height(&self) -> usize {
		self.inner.lock().unwrap().height()
	}

	/// The hash of the block with this number.
	pub fn hash(&self, number: usize) -> H256 {
		self.inner.lock().unwrap().blocks[number].hash
	}

	/// The number of the last final block.
	pub fn last_final(&self) -> usize {
		self.inner.lock().unwrap().last_final
	}

	/// Makes the newest block final.
	pub fn finalize(&self) {
		self.change(|inner| inner.last_final = inner.height());
	}

	/// From here on, the chain has this record.
	pub fn set_record(&self, record: RecordView<AccountId>) {
		self.change(|inner| inner.record = Some(record));
	}

	/// From here on, the chain has this grant.
	pub fn set_grant(&self, grant: GrantView) {
		self.change(|inner| inner.grant = Some(grant));
	}

	/// Drops the states of all blocks before the final one.
	pub fn prune(&self) {
		self.change(|inner| inner.oldest_state = inner.last_final);
	}

	/// From here on, the runtime is another one.
	pub fn upgrade(&self) {
		self.change(|inner| inner.spec_version += 1);
	}

	/// From here on, no block is proven to be final, for this reason.
	pub fn stop_proving(&self, why: &'static str) {
		self.change(|inner| inner.not_proven = Some(why));
	}

	/// From the next block on, no account is invited.
	pub fn uninvite(&self) {
		self.change(|inner| inner.uninvited_from = Some(inner.blocks.len()));
	}

	/// From here on, the pool is a block behind.
	pub fn lag_pool(&self) {
		self.change(|inner| inner.pool_is_behind = true);
	}

	/// How many transactions were sent.
	pub fn sent(&self) -> usize {
		self.inner.lock().unwrap().sent.len()
	}

	/// The transaction that was sent last.
	pub fn last_sent(&self) -> Vec<u8> {
		self.inner.lock().unwrap().sent.last().unwrap().clone()
	}
}

impl FakeNode for Node {
	async fn answer(&self, method: &str, params: Value) -> Result<Value, Error> {
		if method == "author_submitExtrinsic" {
			let bytes = hex::decode(&params[0].as_str().unwrap()[2..]).unwrap();
			self.change(|inner| inner.sent.push(bytes.clone()));
			return match (self.submit)(self, &bytes) {
				Pool::Takes => Ok(json!(H256::zero())),
				Pool::Refuses(code, data) => Err(Error::User(UserError {
					code,
					message: "Invalid Transaction".into(),
					data: Some(RawValue::from_string(json!(data).to_string()).unwrap()),
				})),
				Pool::Hangs => Err(Error::Client("the connection is lost".into())),
			};
		}
		let inner = self.inner.lock().unwrap();
		let block = match method {
			"state_getStorage" => params.get(1),
			"state_call" => params.get(2),
			_ => None,
		};
		let is_old =
			|block: &Value| !block.is_null() && inner.block(block).number < inner.oldest_state;
		if block.is_some_and(is_old) {
			return Err(Error::User(UserError {
				code: 4003,
				message: "State already discarded".into(),
				data: None,
			}));
		}
		Ok(inner.answer(method, &params))
	}

	fn tells(&self, method: &str) -> Result<Told, Error> {
		let finals = method == "chain_subscribeFinalizedHeads";
		let (inner, mut changes) = (self.inner.clone(), self.changes.subscribe());
		changes.mark_changed();
		let next = move |mut changes: watch::Receiver<()>| {
			let inner = inner.clone();
			async move {
				changes.changed().await.ok()?;
				let inner = inner.lock().unwrap();
				let last_final = &inner.blocks[inner.last_final];
				let header = if finals { last_final } else { inner.best() }.header();
				let told = match inner.not_proven.filter(|_| finals) {
					Some(why) => {
						let text = format!("{}{NOT_PROVEN}{why}", mark());
						Err(Error::Client(text.into()))
					}
					None => Ok(header),
				};
				Some((told, changes))
			}
		};
		Ok(Box::pin(stream::unfold(changes, next)))
	}
}

impl Inner {
	fn add(&mut self, transactions: &[&[u8]], refuses: bool) {
		let body: Vec<_> = transactions.iter().map(|bytes| bytes.to_vec()).collect();
		let parent = self.blocks.last();
		let nonce = parent.map_or(0, |parent| parent.nonce) + body.len();
		let parent = parent.map_or(H256::zero(), |parent| parent.hash);
		let number = self.blocks.len();
		// No two blocks are the same, also after a revert.
		let root = (&body, self.reverted.len() as u32).encode();
		let root = H256(Blake2Hasher::hash(&root).0);
		let place = Compact(u32::try_from(number).unwrap());
		let header = (parent, place, root, root, Vec::<()>::new()).encode();
		self.blocks.push(Block {
			number,
			parent,
			root,
			hash: H256(Blake2Hasher::hash(&header).0),
			body,
			refuses,
			nonce,
		});
	}

	fn height(&self) -> usize {
		self.blocks.len() - 1
	}

	fn best(&self) -> &Block {
		self.blocks.last().unwrap()
	}

	fn block(&self, hash: &Value) -> &Block {
		let hash: H256 = serde_json::from_value(hash.clone()).unwrap();
		let mut all = self.blocks.iter().chain(&self.reverted);
		all.find(|block| block.hash == hash).unwrap()
	}

	fn answer(&self, method: &str, params: &Value) -> Value {
		match method {
			"chain_getBlockHash" => {
				let block = match params.get(0).and_then(Value::as_u64) {
					Some(number) => self.blocks.get(number as usize),
					None => self.blocks.last(),
				};
				block.map_or(Value::Null, |block| json!(block.hash))
			}
			"chain_getFinalizedHead" => json!(self.blocks[self.last_final].hash),
			"chain_getHeader" => self.block(&params[0]).header(),
			"chain_getBlock" => {
				let block = self.block(&params[0]);
				let body: Vec<_> = block
					.body
					.iter()
					.map(|bytes| format!("0x{}", hex::encode(bytes)))
					.collect();
				let header = block.header();
				json!({ "block": { "header": header, "extrinsics": body }, "justifications": null })
			}
			"state_getStorage" => {
				let key = params[0].as_str().unwrap();
				let is = |name: &[u8]| key.contains(&hex::encode(twox_128(name)));
				let value = if is(b"ParachainInfo") {
					2001u32.encode()
				} else if is(b"Envelopes") {
					let ends = |cid| key.ends_with(&hex::encode(envelope_key(cid)));
					let Some(record) = self.record.as_ref().filter(|record| ends(&record.cid))
					else {
						return Value::Null;
					};
					record.id.encode()
				} else if is(b"Events") {
					self.block(&params[1]).events()
				} else {
					// The time.
					1u64.encode()
				};
				json!(format!("0x{}", hex::encode(value)))
			}
			"system_accountNextIndex" => {
				let behind = usize::from(self.pool_is_behind);
				json!(self.blocks[self.height() - behind].nonce)
			}
			"state_call" => {
				let called = self.call(params[0].as_str().unwrap(), params);
				json!(format!("0x{}", hex::encode(called)))
			}
			_ => panic!("{method}"),
		}
	}

	fn call(&self, function: &str, params: &Value) -> Vec<u8> {
		match function {
			"Core_version" => {
				let version = ("salus", "salus", 1u32, self.spec_version, 1u32);
				(version, Vec::<([u8; 8], u32)>::new(), 1u32).encode()
			}
			"Metadata_metadata_versions" => vec![16u32].encode(),
			"Metadata_metadata_at_version" => {
				Some(include_bytes!("../../metadata/regional.scale").to_vec()).encode()
			}
			"EmrApi_record" => self.record.encode(),
			"PermissionsApi_grant" => self.grant.encode(),
			"RegistryApi_account" => {
				let number = self.block(&params[2]).number;
				if self.uninvited_from.is_some_and(|from| number >= from) {
					return AccountStatus::Uninvited.encode();
				}
				let grantee = self.grant.as_ref().map(|grant| grant.grantee.clone());
				AccountStatus::Member(grantee.unwrap_or(ProviderId(7).into())).encode()
			}
			"RegistryApi_provider" => Some(ProviderView::<AccountId> {
				id: ProviderId(7),
				number: ProfessionalNumber::parse("A12345").unwrap(),
				name: ProfessionalName::parse("Dr Ana").unwrap(),
				accounts: Vec::new(),
				standing: Standing::Verified,
				key_version: 0,
				since: 0,
			})
			.encode(),
			"GovernanceApi_authorities" => Vec::<AccountId>::new().encode(),
			"AccountNonceApi_account_nonce" => u32::try_from(self.block(&params[2]).nonce)
				.unwrap()
				.encode(),
			_ => panic!("{function}"),
		}
	}
}

impl Block {
	fn events(&self) -> Vec<u8> {
		let failed = self.body.iter().filter(|_| self.refuses);
		let events = failed.zip(0u32..).map(|(_, index)| {
			// The phase with the place; `System.ExtrinsicFailed`; `BadOrigin`; the weight, the class
			// and who pays; no topics.
			(0u8, index, [0u8, 1], 2u8, [0u8; 4], Vec::<()>::new())
		});
		events.collect::<Vec<_>>().encode()
	}

	fn header(&self) -> Value {
		json!({
			"parentHash": self.parent, "number": format!("{:#x}", self.number),
			"stateRoot": self.root, "extrinsicsRoot": self.root, "digest": { "logs": [] },
		})
	}
}
