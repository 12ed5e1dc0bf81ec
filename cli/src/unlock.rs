//! Unlocking keys: within one command, nobody is asked twice for the same passphrase.

use crate::passphrase;
use salus_client::{
	gateway::Sign,
	keys::{Keystore, UnlockedKey},
	Result,
};
use salus_envelope::Signer;
use std::{
	collections::HashMap,
	path::PathBuf,
	sync::{Arc, Mutex, PoisonError},
};
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
	pub keys: PathBuf,
	pub name: String,
	pub passphrases: Arc<Passphrases>,
}

impl Sign for SignIn {
	fn sign(&self, message: &str) -> Result<[u8; 64]> {
		let store = Keystore::new(&self.keys);
		let unlock = || self.passphrases.unlock(&store, &self.name);
		let key = tokio::task::block_in_place(unlock)?;
		Ok(key.secrets.seed.sign(message.as_bytes()))
	}

	fn sign_unasked(&self, message: &str) -> Option<[u8; 64]> {
		let store = Keystore::new(&self.keys);
		let unlock = || self.passphrases.unlock_unasked(&store, &self.name);
		let key = tokio::task::block_in_place(unlock)?;
		Some(key.secrets.seed.sign(message.as_bytes()))
	}
}
