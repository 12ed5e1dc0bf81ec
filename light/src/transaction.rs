//! A transaction in a final block of a chain, and the block's events.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Compact, Decode, Encode};
use sp_core::{Blake2Hasher, H256};
use sp_crypto_hashing::blake2_256;
use sp_trie::{
	LayoutV0, LayoutV1, MemoryDB, RandomState, Recorder, Trie, TrieConfiguration, TrieDBBuilder,
	TrieDBMutBuilder, TrieMut,
};
use thiserror::Error;

use crate::{
	limits::{MAX_HEADERS, MAX_PROOF_BYTES},
	state::{events_key, State, StateError},
	Header, HeaderError,
};

/// A proof that a transaction is in a chain.
///
/// A block's header has the root of a trie of the block's transactions, by index. So a branch of
/// that trie proves the transaction, and headers that name each other as parent link its block to a
/// proven head.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Inclusion {
	/// The transaction's index in its block.
	pub index: u32,
	/// The nodes of the trie of transactions that lead to it.
	pub branch: Vec<Vec<u8>>,
	/// The encoded headers from its block up to the head's parent. Empty if it is in the head.
	pub headers: Vec<Vec<u8>>,
}

/// A transaction that is final.
pub struct Included {
	/// The header of its block.
	pub block: Header,
	/// Its index in the block. The block's events name it by this.
	pub index: u32,
	/// Its bytes, as the chain has them.
	pub transaction: Vec<u8>,
}

/// Why an [`Inclusion`] proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InclusionError {
	/// It has too many bytes.
	#[error("the proof has {0} bytes; {MAX_PROOF_BYTES} are the most")]
	TooLarge(usize),
	/// It has too many headers.
	#[error("the proof has {0} headers; {MAX_HEADERS} are the most")]
	TooManyHeaders(usize),
	/// A header cannot be read.
	#[error(transparent)]
	Header(#[from] HeaderError),
	/// A header is not the parent of the next.
	#[error("the headers do not link the transaction's block to the chain's head")]
	NotLinked,
	/// The branch does not lead to the transaction.
	#[error("the branch does not show the transaction: {0}")]
	Branch(#[from] StateError),
	/// The block has no transaction with this index.
	#[error("block {block} has no transaction {index}")]
	NoTransaction {
		/// The block's number.
		block: u32,
		/// The index.
		index: u32,
	},
}

impl Inclusion {
	/// Checks the proof against a head that is proven.
	///
	/// # Errors
	///
	/// [`InclusionError`] says what is wrong with it.
	pub fn verify(&self, head: &Header) -> Result<Included, InclusionError> {
		let Self {
			index,
			branch,
			headers,
		} = self;
		if headers.len() > MAX_HEADERS {
			return Err(InclusionError::TooManyHeaders(headers.len()));
		}
		let size = headers
			.iter()
			.fold(0_usize, |sum, header| sum.saturating_add(header.len()));
		if size > MAX_PROOF_BYTES {
			return Err(InclusionError::TooLarge(size));
		}
		let mut block = head.clone();
		for bytes in headers.iter().rev() {
			// The hash first, so that only headers of the chain are read.
			if H256(blake2_256(bytes)) != block.parent_hash() {
				return Err(InclusionError::NotLinked);
			}
			block = Header::decode(bytes)?;
		}
		let transaction = State::new(block.extrinsics_root(), branch)?
			.get(&Compact(*index).encode())?
			.ok_or(InclusionError::NoTransaction {
				block: block.number(),
				index: *index,
			})?;
		Ok(Included {
			block,
			index: *index,
			transaction,
		})
	}
}

impl Included {
	/// The encoded events of the transaction's block, `Vec<EventRecord>`. The nodes must show
	/// [`events_key`] in the state after that block.
	///
	/// # Errors
	///
	/// [`StateError`] if they do not.
	pub fn events(&self, nodes: &[Vec<u8>]) -> Result<Vec<u8>, StateError> {
		let state = State::new(self.block.state_root(), nodes)?;
		Ok(state
			.get(&events_key())?
			.unwrap_or_else(|| Vec::<()>::new().encode()))
	}
}

/// The [`branch`](Inclusion::branch) of the transaction with this index, from all transactions of
/// its block. `None` if the block with this root of its trie has other transactions.
///
/// This is for whoever makes a proof, and for a client that asks a node: a node has no method that
/// gives the branch.
pub fn branch(root: H256, transactions: &[Vec<u8>], index: u32) -> Option<Vec<Vec<u8>>> {
	// The runtime's version says which of two layouts a chain's tries have.
	branch_in::<LayoutV0<_>>(root, transactions, index)
		.or_else(|| branch_in::<LayoutV1<_>>(root, transactions, index))
}

/// Whether these are all transactions of the block with this root of their trie, in their order.
pub fn is_body(root: H256, transactions: &[Vec<u8>]) -> bool {
	is_body_in::<LayoutV0<_>>(root, transactions) || is_body_in::<LayoutV1<_>>(root, transactions)
}

fn is_body_in<L: TrieConfiguration<Hash = Blake2Hasher>>(
	root: H256,
	transactions: &[Vec<u8>],
) -> bool {
	let entries = (0_u32..)
		.zip(transactions)
		.map(|(at, transaction)| (L::encode_index(at), transaction));
	trie::<L>(entries).is_some_and(|(found, _)| found == root)
}

fn branch_in<L: TrieConfiguration<Hash = Blake2Hasher>>(
	root: H256,
	transactions: &[Vec<u8>],
	index: u32,
) -> Option<Vec<Vec<u8>>> {
	let entries = (0_u32..)
		.zip(transactions)
		.map(|(at, transaction)| (L::encode_index(at), transaction));
	let (found, nodes) = trie::<L>(entries)?;
	(found == root).then(|| prove::<L>(root, &nodes, &[L::encode_index(index)]))?
}

/// A trie of these entries: its root and its nodes.
pub(crate) fn trie<L: TrieConfiguration<Hash = Blake2Hasher>>(
	entries: impl Iterator<Item = (Vec<u8>, impl AsRef<[u8]>)>,
) -> Option<(H256, MemoryDB<Blake2Hasher>)> {
	let mut root = H256::default();
	let mut nodes = MemoryDB::with_hasher(RandomState::default());
	let mut trie = TrieDBMutBuilder::<L>::new(&mut nodes, &mut root).build();
	for (key, value) in entries {
		trie.insert(&key, value.as_ref()).ok()?;
	}
	drop(trie);
	Some((root, nodes))
}

/// The nodes that lead from the root to these keys.
pub(crate) fn prove<L: TrieConfiguration<Hash = Blake2Hasher>>(
	root: H256,
	nodes: &MemoryDB<Blake2Hasher>,
	keys: &[Vec<u8>],
) -> Option<Vec<Vec<u8>>> {
	let mut recorder = Recorder::<L>::new();
	{
		let trie = TrieDBBuilder::<L>::new(nodes, &root)
			.with_recorder(&mut recorder)
			.build();
		for key in keys {
			trie.get(key).ok()?;
		}
	}
	let nodes = recorder.drain().into_iter().map(|node| node.data);
	Some(nodes.collect::<BTreeSet<_>>().into_iter().collect())
}
