//! Questions and their answers.

use codec::{Decode, DecodeAll, Encode};
use salus_light::{
	head,
	limits::MAX_CODE_BYTES,
	network::{SignedFile, Trusted},
	Checkpoint, Clock, Header, KnownHead, State, Step, DEFAULT_MAX_AGE, H256,
};
use serde_json::json;
use sp_crypto_hashing::{blake2_128, blake2_256, keccak_256, sha2_256, twox_128, twox_64};

pub use crate::refusal::{Refusal, Why};

/// A question.
#[derive(Encode, Decode)]
pub enum Ask {
	/// Reads a network file, and checks its signatures and that it may follow the known one. Answers
	/// with its fields as JSON.
	Network {
		/// The signed file, as JSON.
		file: Vec<u8>,
		/// The file that is believed already. None: a person compares the fingerprint.
		known: Option<Vec<u8>>,
		/// Whether a person agreed to a higher reset number.
		confirmed: bool,
	},
	/// The newer of two checkpoints. Answers with a [`Point`].
	Newer {
		/// The network file's.
		first: Vec<u8>,
		/// The one that was kept.
		kept: Option<Vec<u8>>,
	},
	/// Follows the relay chain. Answers with a [`Point`].
	Follow {
		/// The checkpoint that is known.
		checkpoint: Vec<u8>,
		/// The steps from there, each in SCALE.
		steps: Vec<Vec<u8>>,
		/// The relay chain's clock.
		clock: Time,
	},
	/// Reads a chain's newest head, which must not be old. Answers with a [`Head`].
	Head {
		/// The newest checkpoint.
		checkpoint: Vec<u8>,
		/// The nodes of the relay chain's state.
		nodes: Vec<Vec<u8>>,
		/// The chain's number.
		para: u32,
		/// The relay chain's clock.
		relay: Time,
		/// The chain's clock.
		chain: Time,
		/// The newest head that was seen before.
		known: Option<KnownHead>,
	},
	/// Opens the state after a block. Answers with the hash of its runtime's code. The questions after
	/// this one are about this state.
	Open {
		/// The block's header.
		header: Vec<u8>,
		/// The nodes of the state.
		nodes: Vec<Vec<u8>>,
		/// The chain's first block, as the network file names it.
		genesis: H256,
	},
	/// The value at a key of the open state: `Option<Vec<u8>>`.
	Get(Vec<u8>),
	/// The key after a key of the open state: `Option<Vec<u8>>`.
	NextKey(Vec<u8>),
	/// A hash.
	Hash(HashKind, Vec<u8>),
	/// Whether the open state has a value at a key: `bool`.
	Exists(Vec<u8>),
}

/// A clock: the time in Unix milliseconds, and the length of a chain's slots in milliseconds.
pub type Time = (u64, u64);

/// The hashes that a runtime asks of its host.
#[derive(Encode, Decode)]
pub enum HashKind {
	/// BLAKE2b with 16 bytes.
	Blake2_128,
	/// BLAKE2b with 32 bytes.
	Blake2_256,
	/// Keccak with 32 bytes.
	Keccak256,
	/// SHA-256.
	Sha2_256,
	/// XXH64.
	Twox64,
	/// XXH64 twice.
	Twox128,
}

/// A checkpoint, and what a gateway is told of it.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub struct Point {
	/// The encoded checkpoint.
	pub checkpoint: Vec<u8>,
	/// The block's number.
	pub number: u32,
	/// The number of the set of authorities after it.
	pub set_id: u64,
	/// Its reset number.
	pub reset: u32,
}

/// A proven head.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub struct Head {
	/// The encoded header.
	pub header: Vec<u8>,
	/// The head to keep.
	pub known: KnownHead,
	/// How old it is, in milliseconds.
	pub age: u64,
}

/// Answers questions, one after the other.
pub struct Desk(Option<State>);

impl Desk {
	/// A desk without an open state.
	pub const fn new() -> Self {
		Self(None)
	}

	/// Answers a question: `Result<Vec<u8>, Refusal>`.
	pub fn answer(&mut self, question: &[u8]) -> Vec<u8> {
		self.try_answer(question).encode()
	}

	fn try_answer(&mut self, mut question: &[u8]) -> Result<Vec<u8>, Refusal> {
		Ok(match Ask::decode_all(&mut question)? {
			Ask::Network {
				file,
				known,
				confirmed,
			} => network(&file, known.as_deref(), confirmed)?,
			Ask::Newer { first, kept } => {
				let first = Checkpoint::decode(&first)?;
				let newest = match kept {
					Some(kept) => first.newer(Checkpoint::decode(&kept)?)?,
					None => first,
				};
				point(&newest)
			}
			Ask::Follow {
				checkpoint,
				steps,
				clock,
			} => {
				let mut checkpoint = Checkpoint::decode(&checkpoint)?;
				for step in steps {
					let step = Step::decode_all(&mut &*step)?;
					checkpoint = checkpoint.step(&step, &time(clock))?;
				}
				point(&checkpoint)
			}
			Ask::Head {
				checkpoint,
				nodes,
				para,
				relay,
				chain,
				known,
			} => {
				let checkpoint = Checkpoint::decode(&checkpoint)?;
				time(relay).age(checkpoint.slot, DEFAULT_MAX_AGE)?;
				let head = head(&State::new(checkpoint.state_root, &nodes)?, para)?;
				let slot = head
					.aura_slot()
					.ok_or_else(|| Refusal::new("the chain's head has no slot"))?;
				let age = time(chain).age(slot, DEFAULT_MAX_AGE)?;
				let known = KnownHead::follow(known, &head)?;
				Head {
					header: head.encode(),
					known,
					age,
				}
				.encode()
			}
			Ask::Open {
				header,
				nodes,
				genesis,
			} => {
				self.0 = None;
				let state = Header::decode(&header)?.state(&nodes)?;
				let found = state.genesis()?;
				if found != genesis {
					let text = format!("the chain has another first block: {found:?}");
					return Err(Refusal::new(text));
				}
				let code = state.code_hash()?;
				self.0 = Some(state);
				code.encode()
			}
			Ask::Get(key) => self.state()?.get(&key)?.encode(),
			Ask::NextKey(key) => self.state()?.next_key(&key)?.encode(),
			Ask::Hash(kind, bytes) => hash(kind, &bytes)?,
			Ask::Exists(key) => self.state()?.exists(&key)?.encode(),
		})
	}

	fn state(&self) -> Result<&State, Refusal> {
		self.0
			.as_ref()
			.ok_or_else(|| Refusal::new("no state is open"))
	}
}

impl Default for Desk {
	fn default() -> Self {
		Self::new()
	}
}

fn network(file: &[u8], known: Option<&[u8]>, confirmed: bool) -> Result<Vec<u8>, Refusal> {
	let file = SignedFile::parse(file)?;
	let trusted = match known {
		Some(known) => {
			let known = SignedFile::parse(known)?;
			match known.network == file.network {
				true => Trusted::first(file)?,
				false => Trusted::first(known)?.update(file, confirmed)?,
			}
		}
		None => Trusted::first(file)?,
	};
	let network = trusted.network();
	let told = json!({ "network": network, "fingerprint": network.fingerprint() });
	Ok(serde_json::to_vec(&told)?)
}

fn point(checkpoint: &Checkpoint) -> Vec<u8> {
	Point {
		checkpoint: checkpoint.encode(),
		number: checkpoint.number,
		set_id: checkpoint.set_id,
		reset: checkpoint.reset,
	}
	.encode()
}

fn time((now, slot_duration): Time) -> Clock {
	Clock { now, slot_duration }
}

fn hash(kind: HashKind, bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
	if bytes.len() > MAX_CODE_BYTES {
		return Err(Refusal::new("too much to hash"));
	}
	Ok(match kind {
		HashKind::Blake2_128 => blake2_128(bytes).to_vec(),
		HashKind::Blake2_256 => blake2_256(bytes).to_vec(),
		HashKind::Keccak256 => keccak_256(bytes).to_vec(),
		HashKind::Sha2_256 => sha2_256(bytes).to_vec(),
		HashKind::Twox64 => twox_64(bytes).to_vec(),
		HashKind::Twox128 => twox_128(bytes).to_vec(),
	})
}
