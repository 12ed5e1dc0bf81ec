//! Which keys views read when they were asked for before. The node is then asked for all of them at once,
//! and not one after the other.

use std::{
	collections::HashMap,
	sync::{Mutex, MutexGuard, PoisonError},
};

use codec::Encode;
use sp_crypto_hashing::blake2_256;

use crate::node::ChainName;

/// The most questions that are remembered.
const MAX_QUESTIONS: usize = 4096;

/// The most keys of one of them.
const MAX_KEYS: usize = 512;

/// A hash over chain and calls.
pub type Question = [u8; 32];

/// The keys, by question.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<Question, Vec<Vec<u8>>>>);

/// What a request asks for.
pub fn question(chain: ChainName, calls: &[(String, Vec<u8>)]) -> Question {
	blake2_256(&(chain.to_string(), calls).encode())
}

impl Remembered {
	/// The keys, in order.
	pub fn keys(&self, question: &Question) -> Option<Vec<Vec<u8>>> {
		self.all().get(question).cloned()
	}

	/// Remembers the keys that were read.
	pub fn keep(&self, question: Question, keys: Vec<Vec<u8>>) {
		let mut all = self.all();
		if keys.len() > MAX_KEYS {
			all.remove(&question);
			return;
		}
		if all.len() >= MAX_QUESTIONS {
			all.clear();
		}
		all.insert(question, keys);
	}

	fn all(&self) -> MutexGuard<'_, HashMap<Question, Vec<Vec<u8>>>> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn questions_are_told_apart_and_bounded() {
		let remembered = Remembered::default();
		let ask = |byte: u8| [("f".to_owned(), vec![byte])];
		let one = question(ChainName::Region, &ask(1));
		assert_ne!(one, question(ChainName::Region, &ask(2)));
		assert_ne!(one, question(ChainName::Consortium, &ask(1)));
		remembered.keep(one, vec![vec![1]]);
		assert_eq!(remembered.keys(&one), Some(vec![vec![1]]));
		remembered.keep(one, vec![vec![]; MAX_KEYS + 1]);
		assert_eq!(remembered.keys(&one), None, "too many keys");
		for number in 0..2 * MAX_QUESTIONS as u32 {
			remembered.keep(blake2_256(&number.encode()), vec![]);
		}
		assert!(remembered.all().len() <= MAX_QUESTIONS);
	}
}
