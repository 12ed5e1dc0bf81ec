//! What a view reads from: a state that a proof shows whole, or one that a node proves meanwhile.

use std::{
	collections::BTreeSet,
	sync::{Mutex, PoisonError},
};

use salus_light::{State, StateError};

use super::ask::AskError;

/// How many proofs a view can ask for.
const MAX_PROOFS: usize = 20_000;

/// How many values are proven at once, and how many keys after one at most.
const AT_ONCE: usize = 256;

/// How many keys after one are proven at first, as a list is often short. A view that reads on reads a
/// long one.
const FIRST_AHEAD: usize = 8;

/// A state, as far as it is proven.
pub trait Reads: Send + Sync {
	/// The value at a key. As [`State::get`].
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;
	/// Whether there is a value at a key. As [`State::exists`].
	fn exists(&self, key: &[u8]) -> Result<bool, StateError>;
	/// The first key after a key. As [`State::next_key`].
	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;
}

impl Reads for State {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.get(key)
	}

	fn exists(&self, key: &[u8]) -> Result<bool, StateError> {
		self.exists(key)
	}

	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.next_key(key)
	}
}

/// What a node is asked to prove.
pub(super) enum Ask<'a> {
	/// The values at these keys.
	Values(&'a [Vec<u8>]),
	/// The first keys after this one: as many, or fewer.
	KeysAfter(&'a [u8], usize),
}

/// Gets the nodes that prove this.
type Prove = dyn Fn(Ask<'_>) -> Result<Vec<Vec<u8>>, AskError> + Send + Sync;

/// A state that grows with what is read of it.
///
/// A value that is not shown counts as absent at first, and is noted. So a run of a view finds many
/// values that it needs. Its answer is false: [`prove`](Self::prove) gets them all proven at once,
/// and the view must run again, until it reads nothing that is not shown.
pub(super) struct Growing {
	inner: Mutex<Inner>,
	prove: Box<Prove>,
}

struct Inner {
	state: State,
	/// The keys of the values that were read and are not shown.
	missing: BTreeSet<Vec<u8>>,
	/// How many keys to ask for next.
	ahead: usize,
	proofs: usize,
	/// Why something could not be proven.
	failed: Option<AskError>,
}

impl Growing {
	pub fn new(
		state: State,
		prove: impl Fn(Ask<'_>) -> Result<Vec<Vec<u8>>, AskError> + Send + Sync + 'static,
	) -> Self {
		Self {
			inner: Mutex::new(Inner {
				state,
				missing: BTreeSet::new(),
				ahead: FIRST_AHEAD,
				proofs: 0,
				failed: None,
			}),
			prove: Box::new(prove),
		}
	}

	/// Gets all values proven that the view read and that were not shown. Returns whether there was
	/// one: then the view's answer is false.
	pub fn prove(&self) -> Result<bool, AskError> {
		let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(error) = inner.failed.take() {
			return Err(error);
		}
		let missing: Vec<_> = std::mem::take(&mut inner.missing).into_iter().collect();
		for keys in missing.chunks(AT_ONCE) {
			inner.add(&self.prove, Ask::Values(keys))?;
			for key in keys {
				inner.state.get(key)?;
			}
		}
		Ok(!missing.is_empty())
	}

	/// What the state shows of a key. What it does not show yet counts as absent.
	fn shown<T: Default>(
		&self,
		key: &[u8],
		read: impl FnOnce(&State, &[u8]) -> Result<T, StateError>,
	) -> Result<T, StateError> {
		let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
		match read(&inner.state, key) {
			Err(StateError::NotShown) => {
				inner.missing.insert(key.to_vec());
				Ok(T::default())
			}
			shown => shown,
		}
	}
}

impl Inner {
	fn add(&mut self, prove: &Prove, ask: Ask<'_>) -> Result<(), AskError> {
		self.proofs = self.proofs.saturating_add(1);
		if self.proofs > MAX_PROOFS {
			return Err(AskError::TooMuch);
		}
		Ok(self.state.add(&prove(ask)?)?)
	}
}

impl Reads for Growing {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		self.shown(key, State::get)
	}

	fn exists(&self, key: &[u8]) -> Result<bool, StateError> {
		self.shown(key, State::exists)
	}

	fn next_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
		let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
		match inner.state.next_key(key) {
			Err(StateError::NotShown) => (),
			shown => return shown,
		}
		let ahead = inner.ahead;
		inner.ahead = ahead.saturating_mul(2).min(AT_ONCE);
		if let Err(error) = inner.add(&self.prove, Ask::KeysAfter(key, ahead)) {
			inner.failed = Some(error);
			return Err(StateError::NotShown);
		}
		inner.state.next_key(key)
	}
}
