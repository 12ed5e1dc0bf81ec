//! Unlocking keys: within one command, nobody is asked twice for the same passphrase.

use crate::passphrase;
use salus_client::{
	gateway::{Asking, Sign},
	keys::{Keystore, UnlockedKey},
	Error, Result,
};
use salus_envelope::{AccountSeed, Signer};
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::task::block_in_place;
use zeroize::Zeroizing;

/// The passphrases that opened keys, by the keys' names. They are wiped at the end of the command.
pub struct Passphrases {
	fd: Option<u32>,
	known: Mutex<HashMap<String, Zeroizing<String>>>,
}

impl Passphrases {
	/// They are read from this file descriptor, or else from the terminal.
	pub fn new(fd: Option<u32>) -> Self {
		Self {
			fd,
			known: Mutex::default(),
		}
	}

	/// The key with this name, unlocked.
	pub fn unlock(&self, store: &Keystore, name: &str) -> Result<UnlockedKey> {
		if let Some(key) = self.unlock_unasked(store, name) {
			return Ok(key);
		}
		// Fails on a missing or damaged public file before the passphrase is asked for.
		store.public(name)?;
		let passphrase = passphrase::ask(self.fd, name)?;
		let key = store.unlock(name, passphrase.clone())?;
		let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
		known.insert(name.into(), passphrase);
		Ok(key)
	}

	/// The key, if its passphrase is known.
	fn unlock_unasked(&self, store: &Keystore, name: &str) -> Option<UnlockedKey> {
		let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
		let passphrase = known.get(name)?.clone();
		drop(known);
		store.unlock(name, passphrase).ok()
	}
}

/// Signs in to gateways with a key.
pub struct SignIn {
	store: Keystore,
	name: String,
	passphrases: Arc<Passphrases>,
	/// The seed of its account, once it is unlocked.
	seed: Mutex<Option<AccountSeed>>,
}

impl SignIn {
	/// With the key that has this name.
	pub fn new(store: Keystore, name: String, passphrases: Arc<Passphrases>) -> Self {
		Self {
			store,
			name,
			passphrases,
			seed: Mutex::default(),
		}
	}

	fn locked(&self) -> Error {
		Error::KeyFile(format!("the key {} is locked: try again", self.name))
	}

	fn seed(&self) -> MutexGuard<'_, Option<AccountSeed>> {
		self.seed.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Sign for SignIn {
	fn unlock(&self, asking: Asking) -> Result<()> {
		let mut seed = self.seed();
		if seed.is_none() {
			let unlocked = block_in_place(|| match asking {
				Asking::Allowed => self.passphrases.unlock(&self.store, &self.name),
				Asking::Never => {
					let unlocked = self.passphrases.unlock_unasked(&self.store, &self.name);
					unlocked.ok_or_else(|| self.locked())
				}
			});
			*seed = Some(unlocked?.secrets.seed);
		}
		Ok(())
	}

	fn sign(&self, message: &str) -> Result<[u8; 64]> {
		match &*self.seed() {
			Some(seed) => Ok(seed.sign(message.as_bytes())),
			None => Err(self.locked()),
		}
	}
}
