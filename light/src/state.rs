//! Values of a chain's state, proven by nodes of its trie.

use alloc::{boxed::Box, vec::Vec};
use codec::{Decode, DecodeAll, Encode};
use sp_core::{storage::well_known_keys::CODE, Blake2Hasher, Hasher, H256};
use sp_crypto_hashing::{twox_128, twox_64};
use sp_trie::{
	trie_types::{TrieDB, TrieDBBuilder},
	HashDBT, LayoutV1, MemoryDB, RandomState, Trie, TrieDBKeyIterator, TrieError, EMPTY_PREFIX,
};
use thiserror::Error;

use crate::limits::{MAX_CODE_BYTES, MAX_PROOF_BYTES};

/// The part of a chain's state that a proof shows.
///
/// A state is a tree of nodes, each known by its hash, and its root is in the block's header. So
/// nodes that lead from the root to a key prove its value, or that it has none. Anything that the
/// nodes do not show is an error, never an absent value.
pub struct State {
	nodes: MemoryDB<Blake2Hasher>,
	size: usize,
	root: H256,
}

/// Why a proof does not answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StateError {
	/// It has too many bytes.
	#[error("the proof has {0} bytes; {MAX_PROOF_BYTES} are the most")]
	TooLarge(usize),
	/// It leaves out a node that the answer depends on: the node is of another state, was altered,
	/// or is missing.
	#[error("the proof does not show this: a node of it is missing, altered or of another state")]
	NotShown,
	/// The value is not of the type that the chain's runtime gives it.
	#[error("the state has a value at this key that cannot be read")]
	Unreadable,
	/// The block replaced the runtime. The block after it can be read.
	#[error("block {0} replaced the chain's runtime: wait for the next block")]
	RuntimeReplaced(u32),
	/// The state has no code.
	#[error("the state has no runtime")]
	NoCode,
	/// The runtime has too many bytes.
	#[error("the runtime has {0} bytes; {MAX_CODE_BYTES} are the most")]
	CodeTooLarge(usize),
}

type Layout = LayoutV1<Blake2Hasher>;

impl From<Box<TrieError<Layout>>> for StateError {
	fn from(_: Box<TrieError<Layout>>) -> Self {
		Self::NotShown
	}
}

impl State {
	/// The part of the state with this root that `nodes` show, in any order. A node's RPC
	/// `state_getReadProof` gives them.
	///
	/// # Errors
	///
	/// [`StateError::TooLarge`]. Nodes that do not belong to the state are not noticed here: they
	/// show nothing.
	pub fn new(root: H256, nodes: &[Vec<u8>]) -> Result<Self, StateError> {
		let mut state = Self {
			nodes: MemoryDB::with_hasher(RandomState::default()),
			size: 0,
			root,
		};
		state.add(nodes)?;
		Ok(state)
	}

	/// Adds nodes, so that more of the state is shown. The limit is for all different ones together.
	///
	/// # Errors
	///
	/// [`StateError::TooLarge`]: then none is added.
	pub fn add(&mut self, nodes: &[Vec<u8>]) -> Result<(), StateError> {
		let bytes = |nodes: &mut dyn Iterator<Item = &Vec<u8>>| {
			nodes.fold(0_usize, |sum, node| sum.saturating_add(node.len()))
		};
		// Before they are hashed.
		let size = bytes(&mut nodes.iter());
		if size > MAX_PROOF_BYTES {
			return Err(StateError::TooLarge(size));
		}
		let hashed = nodes.iter().map(|node| (Blake2Hasher::hash(node), node));
		let is_new = |(hash, _): &(H256, _)| !self.nodes.contains(hash, EMPTY_PREFIX);
		let new: Vec<_> = hashed.filter(is_new).collect();
		let size = self
			.size
			.saturating_add(bytes(&mut new.iter().map(|(_, node)| *node)));
		if size > MAX_PROOF_BYTES {
			return Err(StateError::TooLarge(size));
		}
		self.size = size;
		for (hash, node) in new {
			self.nodes.emplace(hash, EMPTY_PREFIX, node.clone());
		}
		Ok(())
	}

	/// The root of the state.
	pub fn root(&self) -> H256 {
		self.root
	}

	/// The value at a key; `None` if the state has none.
	///
	/// # Errors
	///
	/// [`StateError::NotShown`].
	pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		Ok(self.trie().get(key)?)
	}

	/// Whether the state has a value at a key. The value need not be shown.
	///
	/// # Errors
	///
	/// [`StateError::NotShown`].
	pub fn exists(&self, key: &[u8]) -> Result<bool, StateError> {
		Ok(self.trie().get_hash(key)?.is_some())
	}

	/// The first key after `key`; `None` if there is none.
	///
	/// # Errors
	///
	/// [`StateError::NotShown`].
	pub fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		let trie = self.trie();
		let mut keys = trie.key_iter()?;
		keys.seek(key)?;
		match keys.next().transpose()? {
			Some(found) if found == key => Ok(keys.next().transpose()?),
			found => Ok(found),
		}
	}

	/// All keys that begin with `prefix`, in order. None is left out.
	///
	/// # Errors
	///
	/// [`StateError::NotShown`].
	pub fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StateError> {
		let trie = self.trie();
		let keys = TrieDBKeyIterator::new_prefixed(&trie, prefix)?;
		Ok(keys.collect::<Result<_, _>>()?)
	}

	/// The runtime's code, as the chain stores it: compressed.
	///
	/// # Errors
	///
	/// [`StateError`]: there is none, it is not shown, or it is too large.
	pub fn code(&self) -> Result<Vec<u8>, StateError> {
		let code = self.get(CODE)?.ok_or(StateError::NoCode)?;
		if code.len() > MAX_CODE_BYTES {
			return Err(StateError::CodeTooLarge(code.len()));
		}
		Ok(code)
	}

	/// The hash of the runtime's code, BLAKE2b-256. A proof can show it without the code.
	///
	/// # Errors
	///
	/// [`StateError`]: there is no code, or its hash is not shown.
	pub fn code_hash(&self) -> Result<H256, StateError> {
		self.trie().get_hash(CODE)?.ok_or(StateError::NoCode)
	}

	/// The hash of the chain's first block, which names the chain.
	///
	/// # Errors
	///
	/// [`StateError`] if it is not shown or not there.
	pub fn genesis(&self) -> Result<H256, StateError> {
		self.block_hash(0)?.ok_or(StateError::Unreadable)
	}

	/// The hash of an earlier block of the chain; `None` if the chain no longer has it. The newest
	/// is that of the block's parent.
	///
	/// # Errors
	///
	/// [`StateError`] if it is not shown.
	pub fn block_hash(&self, number: u32) -> Result<Option<H256>, StateError> {
		self.value(&block_hash_key(number))
	}

	/// The value at a key, as its type.
	pub(crate) fn value<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, StateError> {
		self.get(key)?
			.map(|value| T::decode_all(&mut &*value).map_err(|_| StateError::Unreadable))
			.transpose()
	}

	fn trie(&self) -> TrieDB<'_, '_, Blake2Hasher> {
		TrieDBBuilder::new(&self.nodes, &self.root).build()
	}
}

/// The key of the hash of the chain's first block.
pub fn genesis_key() -> Vec<u8> {
	block_hash_key(0)
}

/// The key of the hash of an earlier block, in the state after a later one.
pub fn block_hash_key(number: u32) -> Vec<u8> {
	map_key("System", "BlockHash", number)
}

/// The key of the events of a block, in the state after it.
pub fn events_key() -> Vec<u8> {
	[twox_128(b"System"), twox_128(b"Events")].concat()
}

/// The key of a parachain's head, in the relay chain's state.
pub fn head_key(para: u32) -> Vec<u8> {
	map_key("Paras", "Heads", para)
}

/// The key of one entry of a pallet's map with the hasher `Twox64Concat`.
fn map_key(pallet: &str, map: &str, entry: u32) -> Vec<u8> {
	let entry = entry.encode();
	let mut key = [twox_128(pallet.as_bytes()), twox_128(map.as_bytes())].concat();
	key.extend(twox_64(&entry));
	key.extend(entry);
	key
}
