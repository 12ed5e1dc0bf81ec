//! A Kubo that answers as version 0.43.0 does, on top of [`TestOffchainExt`], and that can be made
//! to fail in many deliveries. `TestOffchainExt` alone answers 200 to everything, at once.

use crate::{
	dag::{tests::encode, Inner},
	kubo::base32,
	mock::*,
};
use codec::Decode;
use frame_support::{dispatch::GetDispatchInfo, traits::Hooks};
use salus_primitives::{traits::Records, Cid, RecordId};
use sp_core::{
	offchain::{
		testing::TestOffchainExt, DbExternalities, Externalities, HttpError, HttpRequestId,
		HttpRequestStatus, OffchainDbExt, OffchainWorkerExt, OpaqueNetworkState, StorageKind,
		Timestamp, TransactionPool, TransactionPoolExt,
	},
	OpaquePeerId,
};
use sp_keystore::KeystoreExt;
use sp_runtime::traits::{Applyable, Checkable};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, MutexGuard},
};

type Local = crate::Call<Test>;

/// A fault in place of Kubo's own answer.
#[derive(Clone, Debug)]
pub enum Fault {
	/// The connection is refused.
	Down,
	/// Nothing comes.
	Silent,
	/// A whole answer with this status.
	Answer(u16, Vec<u8>),
	/// Status 200, some bytes, then the connection breaks, as with a wrong length.
	Cut(Vec<u8>),
	/// Status 200, some bytes, then nothing.
	Stall(Vec<u8>),
	/// Kubo's own answer, cut in half.
	Half,
	/// Kubo's own answer, about another CID.
	OfAnother,
}

/// How one answer comes.
#[derive(Clone, Copy)]
enum Delivery {
	Never,
	Refused,
	Whole(u16),
	Cut,
	Stall,
}

#[derive(Default)]
pub struct Kubo {
	/// Blocks that some peer has.
	pub swarm: BTreeMap<Cid, Vec<u8>>,
	/// Blocks that this one has.
	pub stored: BTreeSet<Cid>,
	/// The roots of its pins.
	pub pinned: BTreeSet<Cid>,
	/// The calls made, oldest first, without the address.
	pub calls: Vec<String>,
	/// The address of the last call.
	pub address: String,
	/// The secret that it demands.
	pub secret: Option<String>,
	/// Calls whose path begins so fail so.
	pub fault: Option<(&'static str, Fault)>,
	/// It says that it has all blocks, and has those alone that it sent.
	pub lies_about_blocks: bool,
	/// Milliseconds that each call takes.
	pub latency: u64,
	/// Bytes read of all answers.
	pub read: usize,
	deliveries: BTreeMap<u16, Delivery>,
}

#[derive(Clone)]
pub struct FakeKubo {
	pub kubo: Arc<Mutex<Kubo>>,
	test: TestOffchainExt,
}

fn arg(path: &str) -> Option<Cid> {
	let text = path.split_once("arg=f")?.1.split('&').next()?;
	Cid::from_bytes(&sp_core::bytes::from_hex(text).ok()?).ok()
}

fn failure(message: &str) -> (u16, Vec<u8>) {
	(
		500,
		format!(r#"{{"Message":"{message}","Code":0,"Type":"error"}}"#).into_bytes(),
	)
}

impl Kubo {
	/// All CIDs of a tree, as far as `blocks` has them.
	fn tree(&self, root: Cid, blocks: &dyn Fn(&Cid) -> bool) -> Result<BTreeSet<Cid>, Cid> {
		let (mut found, mut open) = (BTreeSet::new(), vec![root]);
		while let Some(cid) = open.pop() {
			if !found.insert(cid) {
				continue;
			}
			let block = self.swarm.get(&cid).filter(|_| blocks(&cid)).ok_or(cid)?;
			if cid.is_dag_pb() {
				open.extend(
					Inner::decode(block)
						.map(|node| node.links)
						.unwrap_or_default(),
				);
			}
		}
		Ok(found)
	}

	/// `None`: it keeps looking for the block.
	fn answer(&mut self, path: &str) -> Option<(u16, Vec<u8>)> {
		let fine = |json: String| Some((200, json.into_bytes()));
		let Some(cid) = arg(path) else {
			return fine(r#"{"Version":"0.43.0","Commit":"","Repo":"18"}"#.into());
		};
		let name = base32(&cid);
		match path.split('?').next().unwrap() {
			"block/get" if path.ends_with("&offline=true") && !self.stored.contains(&cid) => {
				Some(failure(&format!(
					"block was not found locally (offline): ipld: could not find {name}"
				)))
			}
			"block/get" => {
				let block = self.swarm.get(&cid)?.clone();
				self.stored.insert(cid);
				Some((200, block))
			}
			"pin/add" => {
				let tree = self.tree(cid, &|_| true).ok()?;
				self.stored.extend(tree);
				self.pinned.insert(cid);
				fine(format!(r#"{{"Pins":["{name}"]}}"#))
			}
			"pin/rm" => {
				self.pinned.remove(&cid);
				fine(format!(r#"{{"Pins":["{name}"]}}"#))
			}
			"pin/ls" if self.pinned.contains(&cid) => fine(format!(
				r#"{{"Keys":{{"{name}":{{"Type":"recursive","Name":""}}}}}}"#
			)),
			"pin/ls" => Some(failure(&format!("path '{cid}' is not pinned"))),
			"dag/stat" => match self.tree(cid, &|cid| {
				self.lies_about_blocks || self.stored.contains(cid)
			}) {
				Ok(tree) => {
					let size: usize = tree.iter().map(|cid| self.swarm[cid].len()).sum();
					let count = tree.len();
					fine(format!(
						r#"{{"UniqueBlocks":{count},"TotalSize":{size},"Ratio":1,"DagStats":[{{"Cid":"{name}","Size":{size},"NumBlocks":{count}}}]}}"#
					))
				}
				Err(gone) => Some(failure(&format!(
					"error traversing DAG: block was not found locally (offline): ipld: could not find {}",
					base32(&gone)
				))),
			},
			other => panic!("the fake does not know {other}"),
		}
	}
}

impl FakeKubo {
	fn kubo(&self) -> MutexGuard<'_, Kubo> {
		self.kubo.lock().unwrap()
	}

	fn pass(&self, deadline: Option<Timestamp>) {
		let mut state = self.test.0.write();
		state.timestamp = deadline
			.expect("every call has a deadline")
			.max(state.timestamp);
	}
}

impl Externalities for FakeKubo {
	fn is_validator(&self) -> bool {
		true
	}
	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		self.test.network_state()
	}
	fn timestamp(&mut self) -> Timestamp {
		self.test.timestamp()
	}
	fn sleep_until(&mut self, deadline: Timestamp) {
		self.test.sleep_until(deadline)
	}
	fn random_seed(&mut self) -> [u8; 32] {
		let mut state = self.test.0.write();
		state.seed = sp_io::hashing::sha2_256(&state.seed);
		state.seed
	}
	fn http_request_start(
		&mut self,
		method: &str,
		uri: &str,
		meta: &[u8],
	) -> Result<HttpRequestId, ()> {
		assert_eq!(method, "POST", "Kubo takes nothing else");
		self.test.http_request_start(method, uri, meta)
	}
	fn http_request_add_header(
		&mut self,
		id: HttpRequestId,
		name: &str,
		value: &str,
	) -> Result<(), ()> {
		self.test.http_request_add_header(id, name, value)
	}
	fn http_request_write_body(
		&mut self,
		id: HttpRequestId,
		chunk: &[u8],
		deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		assert!(chunk.is_empty(), "no call has a body");
		self.test.http_request_write_body(id, chunk, deadline)?;
		let (uri, headers) = {
			let state = self.test.0.read();
			let request = &state.requests[&id];
			(request.uri.clone(), request.headers.clone())
		};
		let (address, path) = uri
			.split_once("/api/v0/")
			.expect("a call of the RPC interface");
		let mut kubo = self.kubo();
		kubo.calls.push(path.into());
		kubo.address = address.into();
		let fault = kubo
			.fault
			.clone()
			.filter(|(prefix, _)| path.starts_with(prefix));
		let demanded = kubo
			.secret
			.as_ref()
			.map(|secret| format!("Bearer {secret}"));
		let named = |(name, value): &(String, String)| {
			name == "Authorization" && Some(value) == demanded.as_ref()
		};
		let forbidden = demanded.is_some() && !headers.iter().any(named);
		let fault = match forbidden {
			true => Some(("", Fault::Answer(403, b"Kubo RPC Access Denied".to_vec()))),
			false => fault,
		};
		let (way, body) = match fault.map(|(_, fault)| fault) {
			None => match kubo.answer(path) {
				Some((status, body)) => (Delivery::Whole(status), body),
				None => (Delivery::Never, vec![]),
			},
			Some(Fault::Half) => {
				let (_, mut body) = kubo.answer(path).unwrap();
				body.truncate(body.len() / 2);
				(Delivery::Whole(200), body)
			}
			Some(Fault::OfAnother) => {
				let (status, body) = kubo.answer(path).unwrap();
				let own = arg(path).map(|cid| base32(&cid)).unwrap_or_default();
				let other = base32(&Cid::from_digest(true, [0xee; 32]));
				let body = String::from_utf8(body).unwrap().replace(&own, &other);
				(Delivery::Whole(status), body.into_bytes())
			}
			Some(Fault::Down) => (Delivery::Refused, vec![]),
			Some(Fault::Silent) => (Delivery::Never, vec![]),
			Some(Fault::Answer(status, body)) => (Delivery::Whole(status), body),
			Some(Fault::Cut(body)) => (Delivery::Cut, body),
			Some(Fault::Stall(body)) => (Delivery::Stall, body),
		};
		kubo.deliveries.insert(id.0, way);
		let mut state = self.test.0.write();
		state.timestamp = Timestamp::from_unix_millis(state.timestamp.unix_millis() + kubo.latency);
		state.requests.get_mut(&id).unwrap().response = Some(body);
		Ok(())
	}
	fn http_response_wait(
		&mut self,
		ids: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		assert_eq!(ids.len(), 1);
		let way = self.kubo().deliveries[&ids[0].0];
		let real = self.test.http_response_wait(ids, deadline);
		match way {
			Delivery::Refused => vec![HttpRequestStatus::IoError],
			Delivery::Never => {
				self.pass(deadline);
				vec![HttpRequestStatus::DeadlineReached]
			}
			Delivery::Whole(status) => vec![HttpRequestStatus::Finished(status)],
			Delivery::Cut | Delivery::Stall => real,
		}
	}
	fn http_response_headers(&mut self, id: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		self.test.http_response_headers(id)
	}
	fn http_response_read_body(
		&mut self,
		id: HttpRequestId,
		buffer: &mut [u8],
		deadline: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		let read = self.test.http_response_read_body(id, buffer, deadline)?;
		self.kubo().read += read;
		let way = self.kubo().deliveries[&id.0];
		match way {
			Delivery::Cut if read == 0 => Err(HttpError::IoError),
			Delivery::Stall if read == 0 => {
				self.pass(deadline);
				Err(HttpError::DeadlineReached)
			}
			_ => Ok(read),
		}
	}
	fn set_authorized_nodes(&mut self, _nodes: Vec<OpaquePeerId>, _only: bool) {}
}

impl DbExternalities for FakeKubo {
	fn local_storage_set(&mut self, kind: StorageKind, key: &[u8], value: &[u8]) {
		assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other");
		self.test.local_storage_set(kind, key, value)
	}
	fn local_storage_clear(&mut self, kind: StorageKind, key: &[u8]) {
		self.test.local_storage_clear(kind, key)
	}
	fn local_storage_compare_and_set(
		&mut self,
		kind: StorageKind,
		key: &[u8],
		old: Option<&[u8]>,
		new: &[u8],
	) -> bool {
		self.test.local_storage_compare_and_set(kind, key, old, new)
	}
	fn local_storage_get(&mut self, kind: StorageKind, key: &[u8]) -> Option<Vec<u8>> {
		assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other");
		self.test.local_storage_get(kind, key)
	}
}

#[derive(Clone, Default)]
pub struct FakePool {
	/// The submitted transactions.
	pub transactions: Arc<Mutex<Vec<Vec<u8>>>>,
	/// It takes nothing.
	pub full: Arc<Mutex<bool>>,
}

impl TransactionPool for FakePool {
	fn submit_transaction(&mut self, transaction: Vec<u8>) -> Result<(), ()> {
		if *self.full.lock().unwrap() {
			return Err(());
		}
		self.transactions.lock().unwrap().push(transaction);
		Ok(())
	}
}

/// A node with a worker, a Kubo and a pool.
pub struct Node {
	ext: sp_io::TestExternalities,
	fake: FakeKubo,
	pub pool: FakePool,
}

impl Node {
	/// A node of authority 0.
	pub fn new() -> Self {
		Self::with_keys(&[0])
	}

	pub fn with_keys(numbers: &[u8]) -> Self {
		let mut ext = new_test_ext();
		let (test, _) = TestOffchainExt::new();
		test.0.write().timestamp = Timestamp::from_unix_millis(1_000_000_000);
		let fake = FakeKubo {
			kubo: Default::default(),
			test,
		};
		let pool = FakePool::default();
		ext.register_extension(OffchainWorkerExt::new(fake.clone()));
		ext.register_extension(OffchainDbExt::new(fake.clone()));
		ext.register_extension(TransactionPoolExt::new(pool.clone()));
		ext.register_extension(KeystoreExt(keystore(numbers)));
		Self { ext, fake, pool }
	}

	pub fn kubo(&self) -> MutexGuard<'_, Kubo> {
		self.fake.kubo()
	}

	pub fn fault(&self, path: &'static str, fault: Fault) {
		self.kubo().fault = Some((path, fault));
	}

	pub fn heal(&self) {
		self.kubo().fault = None;
	}

	/// The node's clock.
	pub fn clock(&self) -> u64 {
		self.fake.test.0.read().timestamp.unix_millis()
	}

	/// Moves the clocks of node and chain forward.
	pub fn wait(&mut self, millis: u64) {
		let later = Timestamp::from_unix_millis(self.clock() + millis);
		self.fake.test.0.write().timestamp = later;
		Now::mutate(|now| *now += millis);
	}

	pub fn set_local(&mut self, key: &[u8], value: &[u8]) {
		self.fake
			.local_storage_set(StorageKind::PERSISTENT, key, value);
	}

	pub fn on_chain<R>(&mut self, act: impl FnOnce() -> R) -> R {
		self.ext.execute_with(act)
	}

	/// A record of an envelope of this size that some peer has, in a tree as Kubo makes it.
	pub fn add_envelope(&mut self, size: u64) -> (RecordId, Cid) {
		let id = RecordTable::next_id();
		let mut level: Vec<(Cid, u64)> = Vec::new();
		let mut left = size;
		while left > 0 || level.is_empty() {
			let len = left.min(1 << 20);
			left -= len;
			let mut leaf = vec![level.len() as u8; len as usize];
			let end = leaf.len() - leaf.len().min(8);
			let tail = leaf.len() - end;
			leaf[end..].copy_from_slice(&id.to_le_bytes()[..tail]);
			if level.is_empty() {
				leaf.splice(..MAGIC.len(), MAGIC.iter().copied());
			}
			level.push((self.put(false, leaf), len));
		}
		while level.len() > 1 {
			let above = |links: &[(Cid, u64)]| {
				let size = links.iter().map(|(_, size)| size).sum();
				(self.put(true, encode(links)), size)
			};
			level = level.chunks(1024).map(above).collect();
		}
		(add_record(level[0].0, size), level[0].0)
	}

	/// A block that some peer has.
	pub fn put(&self, dag_pb: bool, block: Vec<u8>) -> Cid {
		let cid = Cid::from_digest(dag_pb, sp_io::hashing::sha2_256(&block));
		self.kubo().swarm.insert(cid, block);
		cid
	}

	/// Runs the worker once. Returns the time that it took.
	pub fn work(&mut self) -> u64 {
		let before = self.clock();
		self.ext.execute_with(|| {
			let block = System::block_number();
			Pinning::offchain_worker(block);
		});
		self.clock() - before
	}

	/// Includes the transactions of the pool in a block. Returns the claimed and the lost pins.
	pub fn include(&mut self) -> Vec<(Vec<RecordId>, Vec<RecordId>)> {
		let transactions = std::mem::take(&mut *self.pool.transactions.lock().unwrap());
		let include = |bytes: Vec<u8>| {
			let transaction = Extrinsic::decode(&mut &bytes[..]).unwrap();
			let Local::claim_pins { report, .. } = local_call(&transaction.function) else {
				panic!("the worker sends nothing else");
			};
			let said = (report.claimed.to_vec(), report.lost.to_vec());
			let (info, len) = (transaction.get_dispatch_info(), bytes.len());
			transaction
				.check(&frame_system::ChainContext::<Test>::default())
				.unwrap()
				.apply::<Test>(&info, len)
				.expect("the pool takes it")
				.expect("and the call is carried out");
			said
		};
		self.ext.execute_with(|| {
			let said = transactions.into_iter().map(include).collect();
			System::set_block_number(System::block_number() + 1);
			Pinning::do_try_state().unwrap();
			said
		})
	}

	/// One block of six seconds: the worker runs, then its report is included.
	pub fn block(&mut self) -> Vec<(Vec<RecordId>, Vec<RecordId>)> {
		self.wait(6_000);
		self.work();
		self.include()
	}

	/// Makes blocks until a report is included, at most this many.
	pub fn next_report(&mut self, blocks: u32) -> Option<(Vec<RecordId>, Vec<RecordId>)> {
		(0..blocks).find_map(|_| self.block().pop())
	}

	/// The pinners that have a pin of a record.
	pub fn pins(&mut self, record: RecordId) -> Vec<AccountId> {
		self.on_chain(|| {
			Pinning::pins(record)
				.into_iter()
				.map(|pin| pin.pinner)
				.collect()
		})
	}
}

fn local_call(call: &RuntimeCall) -> &Local {
	match call {
		RuntimeCall::Pinning(call) => call,
		_ => panic!("the worker sends nothing else"),
	}
}
