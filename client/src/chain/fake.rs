//! A fake node for tests: a chain of one account whose blocks and pool the test chooses.

use super::{storage::envelope_key, Chain};
use crate::proven::NOT_PROVEN;
use codec::{Compact, Encode};
use salus_primitives::{
	views::{AccountStatus, GrantView, RecordView},
	AccountId,
};
use serde_json::{json, Value};
use sp_core::{Blake2Hasher, Hasher};
use sp_crypto_hashing::twox_128;
use std::sync::{Arc, Mutex};
use subxt::{
	config::substrate::H256,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
		Error, RpcClient, UserError,
	},
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

#[derive(Default)]
struct Inner {
	/// The transactions of each block after the first.
	blocks: Vec<Vec<Vec<u8>>>,
	last_final: usize,
	/// The states of earlier blocks are dropped.
	oldest_state: usize,
	/// The one record.
	record: Option<RecordView<AccountId>>,
	/// The one grant. Each account acts for its grantee.
	grant: Option<GrantView>,
	spec_version: u32,
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
		node.finalize();
		node
	}

	pub async fn chain(&self) -> Chain {
		Chain::over(RpcClient::new(self.clone()), "fake")
			.await
			.unwrap()
	}

	fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
		let changed = change(&mut self.inner.lock().unwrap());
		self.changes.send_replace(());
		changed
	}

	pub fn add_block(&self, transactions: &[&[u8]]) {
		let block = transactions.iter().map(|bytes| bytes.to_vec()).collect();
		self.change(|inner| inner.blocks.push(block));
	}

	/// The number of the newest block.
	pub fn height(&self) -> usize {
		self.inner.lock().unwrap().blocks.len()
	}

	/// Makes the newest block final.
	pub fn finalize(&self) {
		self.change(|inner| inner.last_final = inner.blocks.len());
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

	/// How many transactions were sent.
	pub fn sent(&self) -> usize {
		self.inner.lock().unwrap().sent.len()
	}

	fn answer(&self, method: &str, params: &Value) -> Result<Value, Error> {
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
		if block.is_some_and(|block| !block.is_null() && inner.number(block) < inner.oldest_state) {
			return Err(Error::User(UserError {
				code: 4003,
				message: "State already discarded".into(),
				data: None,
			}));
		}
		Ok(inner.answer(method, params))
	}
}

impl Inner {
	/// A block's header, encoded.
	fn header(&self, number: usize) -> Vec<u8> {
		let parent = number.checked_sub(1).map(|parent| self.hash(parent));
		let parent = parent.unwrap_or_default();
		let root = self.root(number);
		let number = Compact(u32::try_from(number).unwrap());
		(parent, number, root, root, Vec::<()>::new()).encode()
	}

	fn root(&self, number: usize) -> H256 {
		let body = number.checked_sub(1).map(|place| &self.blocks[place]);
		H256(Blake2Hasher::hash(&body.encode()).0)
	}

	fn hash(&self, number: usize) -> H256 {
		H256(Blake2Hasher::hash(&self.header(number)).0)
	}

	fn number(&self, hash: &Value) -> usize {
		let hash: H256 = serde_json::from_value(hash.clone()).unwrap();
		let mut all = 0..=self.blocks.len();
		all.find(|number| self.hash(*number) == hash).unwrap()
	}

	fn header_json(&self, number: usize) -> Value {
		let parent = number.checked_sub(1).map(|parent| self.hash(parent));
		let root = self.root(number);
		json!({
			"parentHash": parent.unwrap_or_default(), "number": format!("{number:#x}"),
			"stateRoot": root, "extrinsicsRoot": root, "digest": { "logs": [] },
		})
	}

	/// The account's nonce after a block.
	fn nonce(&self, number: usize) -> u32 {
		let all = self.blocks[..number].iter().map(Vec::len);
		u32::try_from(all.sum::<usize>()).unwrap()
	}

	fn answer(&self, method: &str, params: &Value) -> Value {
		match method {
			"chain_getBlockHash" => match params.get(0).and_then(Value::as_u64) {
				Some(number) if number as usize > self.blocks.len() => Value::Null,
				Some(number) => json!(self.hash(number as usize)),
				None => json!(self.hash(self.blocks.len())),
			},
			"chain_getFinalizedHead" => json!(self.hash(self.last_final)),
			"chain_getHeader" => self.header_json(self.number(&params[0])),
			"chain_getBlock" => {
				let number = self.number(&params[0]);
				let body = number.checked_sub(1).map(|place| &self.blocks[place]);
				let body = body.into_iter().flatten();
				let body: Vec<_> = body
					.map(|bytes| format!("0x{}", hex::encode(bytes)))
					.collect();
				let header = self.header_json(number);
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
				} else {
					// The time.
					1u64.encode()
				};
				json!(format!("0x{}", hex::encode(value)))
			}
			"system_accountNextIndex" => json!(self.nonce(self.blocks.len())),
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
				let grantee = self.grant.as_ref().map(|grant| grant.grantee.clone());
				grantee
					.map_or(AccountStatus::Uninvited, AccountStatus::Member)
					.encode()
			}
			"AccountNonceApi_account_nonce" => self.nonce(self.number(&params[2])).encode(),
			// Valid: priority, requires, provides, longevity, propagate.
			"TaggedTransactionQueue_validate_transaction" => {
				let none = Vec::<Vec<u8>>::new();
				(0u8, 0u64, none.clone(), none, 64u64, true).encode()
			}
			_ => panic!("{function}"),
		}
	}
}

impl RpcClientT for Node {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		let params = params.map_or(Value::Null, |params| {
			serde_json::from_str(params.get()).unwrap()
		});
		let answer = self.answer(method, &params);
		Box::pin(async { Ok(RawValue::from_string(answer?.to_string()).unwrap()) })
	}

	fn subscribe_raw<'a>(
		&'a self,
		method: &'a str,
		_: Option<Box<RawValue>>,
		_: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		let finals = method == "chain_subscribeFinalizedHeads";
		let (inner, mut changes) = (self.inner.clone(), self.changes.subscribe());
		changes.mark_changed();
		let next = move |mut changes: watch::Receiver<()>| {
			let inner = inner.clone();
			async move {
				changes.changed().await.ok()?;
				let (header, not_proven) = {
					let inner = inner.lock().unwrap();
					let best = inner.blocks.len();
					let header = inner.header_json(if finals { inner.last_final } else { best });
					(header, inner.not_proven.filter(|_| finals))
				};
				let header = match not_proven {
					Some(why) => Err(Error::Client(format!("{NOT_PROVEN}{why}").into())),
					None => Ok(RawValue::from_string(header.to_string()).unwrap()),
				};
				Some((header, changes))
			}
		};
		let stream = Box::pin(futures::stream::unfold(changes, next));
		Box::pin(async { Ok(RawRpcSubscription { stream, id: None }) })
	}
}
