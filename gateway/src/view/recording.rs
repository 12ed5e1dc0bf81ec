//! A state that a node has, and the keys of it that were read.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use salus_client::proven::Reads;
use salus_light::{State, StateError};
use sp_core::H256;
use subxt::rpcs::{rpc_params, RpcClient};
use tokio::{runtime::Handle, time::timeout};

use super::{Hex, ViewError};

/// How many keys of a list the node is asked for at once.
const READ_AHEAD: usize = 64;

/// The most keys that the calls of a request may read.
const MAX_KEYS: usize = 20_000;

/// How long the node may take for one answer. A thread waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the node for what is not known yet. Its methods block the thread.
pub struct Recording {
	rpc: RpcClient,
	block: H256,
	/// What is known without a question.
	known: State,
	tokio: Handle,
	read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
	values: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
	/// The key after each of these.
	next: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
	/// The keys that a proof must show.
	keys: BTreeSet<Vec<u8>>,
	failed: Option<ViewError>,
}

impl Recording {
	/// The state after a block, of which this part is known.
	pub fn new(rpc: RpcClient, block: H256, known: State) -> Self {
		Self {
			rpc,
			block,
			known,
			tokio: Handle::current(),
			read: Mutex::default(),
		}
	}

	/// The keys that a proof must show.
	pub fn keys(&self) -> Vec<Vec<u8>> {
		self.read().keys.iter().cloned().collect()
	}

	/// Why the node did not answer.
	pub fn failed(&self) -> Option<ViewError> {
		self.read().failed.take()
	}

	fn read(&self) -> MutexGuard<'_, Read> {
		self.read.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Notes a key that the proof must show.
	fn note(&self, read: &mut Read, key: Vec<u8>) -> Result<(), StateError> {
		read.keys.insert(key);
		if read.keys.len() > MAX_KEYS {
			read.failed = Some(ViewError::TooLarge);
			return Err(StateError::NotShown);
		}
		Ok(())
	}

	/// Notes a key whose place in the tree is read, and not its value, which can be another member's.
	/// The key right after it has no value: its proof leads to the place.
	fn note_place(&self, read: &mut Read, key: &[u8]) -> Result<(), StateError> {
		self.note(read, [key, &[0]].concat())
	}

	fn ask<T: serde::de::DeserializeOwned>(
		&self,
		read: &mut Read,
		method: &str,
		params: subxt::rpcs::client::RpcParams,
	) -> Result<T, StateError> {
		let answer = async { timeout(PATIENCE, self.rpc.request(method, params)).await };
		let failed = match self.tokio.block_on(answer) {
			Ok(Ok(answer)) => return Ok(answer),
			Ok(Err(subxt::rpcs::Error::User(_))) => ViewError::NoBlock,
			Ok(Err(error)) => error.into(),
			Err(_) => ViewError::Slow,
		};
		read.failed = Some(failed);
		Err(StateError::NotShown)
	}
}

impl Reads for Recording {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		let mut read = self.read();
		self.note(&mut read, key.to_vec())?;
		if let Some(value) = read.values.get(key) {
			return Ok(value.clone());
		}
		let value = match self.known.get(key) {
			Ok(value) => value,
			Err(_) => {
				let params = rpc_params![Hex(key.to_vec()), self.block];
				let value: Option<Hex> = self.ask(&mut read, "state_getStorage", params)?;
				value.map(|value| value.0)
			}
		};
		read.values.insert(key.to_vec(), value.clone());
		Ok(value)
	}

	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		let mut read = self.read();
		self.note_place(&mut read, key)?;
		if let (false, Ok(next)) = (read.next.contains_key(key), self.known.next_key(key)) {
			read.next.insert(key.to_vec(), next);
		}
		if !read.next.contains_key(key) {
			let params = rpc_params!["0x", READ_AHEAD, Hex(key.to_vec()), self.block];
			let keys: Vec<Hex> = self.ask(&mut read, "state_getKeysPaged", params)?;
			let more = keys.len() >= READ_AHEAD;
			let mut before = key.to_vec();
			for next in keys {
				read.next.insert(before, Some(next.0.clone()));
				before = next.0;
			}
			// A short page ends the state.
			if !more {
				read.next.insert(before, None);
			}
		}
		let next = read.next.get(key).cloned().flatten();
		if let Some(next) = &next {
			self.note_place(&mut read, next)?;
		}
		Ok(next)
	}
}
