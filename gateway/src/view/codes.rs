//! The codes of a chain's runtimes: those on which views ran last.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use sp_core::H256;

/// How many codes of a chain are kept. After an upgrade, clients read blocks from before it, too.
const KEPT: usize = 2;

/// Codes by their hash. The one that was used last comes first.
#[derive(Default)]
pub struct Codes(Mutex<Vec<(H256, Bytes)>>);

impl Codes {
	/// The code with this hash.
	pub fn find(&self, hash: H256) -> Option<Bytes> {
		let mut all = self.all();
		let place = all.iter().position(|(of, _)| *of == hash)?;
		all.get_mut(..=place)?.rotate_right(1);
		all.first().map(|(_, code)| code.clone())
	}

	/// Keeps a code.
	pub fn keep(&self, hash: H256, code: Bytes) {
		let mut all = self.all();
		all.retain(|(of, _)| *of != hash);
		all.insert(0, (hash, code));
		all.truncate(KEPT);
	}

	fn all(&self) -> MutexGuard<'_, Vec<(H256, Bytes)>> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_codes_that_were_used_last_are_kept() {
		let codes = Codes::default();
		let hash = H256::repeat_byte;
		let code = |code: u8| Some(Bytes::from(vec![code]));
		for of in [1, 2, 1, 3] {
			if codes.find(hash(of)).is_none() {
				codes.keep(hash(of), code(of).unwrap());
			}
		}
		assert_eq!(codes.find(hash(2)), None);
		assert_eq!(codes.find(hash(1)), code(1));
		assert_eq!(codes.find(hash(3)), code(3));
		codes.keep(hash(3), code(4).unwrap());
		assert_eq!(codes.find(hash(1)), code(1), "the other is not lost");
		assert_eq!(codes.find(hash(3)), code(4));
	}
}
