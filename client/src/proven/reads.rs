//! What a view reads from: a state that a proof shows, or one that records what is read.

use salus_light::{State, StateError};

/// A state, as far as it is known.
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
