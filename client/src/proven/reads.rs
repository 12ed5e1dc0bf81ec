//! What a view reads from: a state that a proof shows whole, or one that a node proves meanwhile.

use std::sync::Mutex;

use salus_light::{State, StateError};

use super::{ask::AskError, Read};

/// How many proofs a view can ask for.
const MAX_PROOFS: usize = 20_000;

/// A state, as far as it is proven.
pub trait Reads: Send + Sync {
	/// The value at a key. As [`State::get`].
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;
	/// The first key after a key. As [`State::next_key`].
	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;
}

impl Reads for State {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.get(key)
	}

	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.next_key(key)
	}
}

/// Gets the nodes that prove what is read.
type Ask = dyn Fn(&Read) -> Result<Vec<Vec<u8>>, AskError> + Send + Sync;

/// A state that grows with what is read of it.
pub(super) struct Growing {
	inner: Mutex<Inner>,
	ask: Box<Ask>,
}

struct Inner {
	state: State,
	proofs: usize,
	/// Why something could not be proven.
	failed: Option<AskError>,
}

impl Growing {
	pub fn new(
		state: State,
		ask: impl Fn(&Read) -> Result<Vec<Vec<u8>>, AskError> + Send + Sync + 'static,
	) -> Self {
		Self {
			inner: Mutex::new(Inner {
				state,
				proofs: 0,
				failed: None,
			}),
			ask: Box::new(ask),
		}
	}

	/// Why something could not be proven.
	pub fn failed(&self) -> Option<AskError> {
		self.inner.lock().ok()?.failed.take()
	}

	fn read<T>(
		&self,
		read: impl Fn(&State) -> Result<T, StateError>,
		what: impl FnOnce() -> Read,
	) -> Result<T, StateError> {
		let mut inner = self.inner.lock().map_err(|_| StateError::NotShown)?;
		match read(&inner.state) {
			Err(StateError::NotShown) => (),
			shown => return shown,
		}
		inner.proofs = inner.proofs.saturating_add(1);
		let nodes = match inner.proofs {
			..=MAX_PROOFS => (self.ask)(&what()),
			_ => Err(AskError::TooMuch),
		};
		match nodes {
			Ok(nodes) => {
				inner.state.add(&nodes)?;
				read(&inner.state)
			}
			Err(error) => {
				inner.failed = Some(error);
				Err(StateError::NotShown)
			}
		}
	}
}

impl Reads for Growing {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.read(|state| state.get(key), || Read::Value(key.to_vec()))
	}

	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.read(|state| state.next_key(key), || Read::KeyAfter(key.to_vec()))
	}
}
