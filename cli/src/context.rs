//! What the commands share: the options that hold everywhere, made into things.

use crate::{args::Global, passphrase, progress::Bar, text::clean};
use salus_client::{
	chain::{Chain, Wait},
	ipfs::Ipfs,
	keystore::{Keystore, Unlocked},
	known::Known,
	members::Acting,
	Error, Result,
};
use std::{
	env,
	io::{stderr, stdin, IsTerminal},
	path::PathBuf,
};

/// The options that hold everywhere.
pub struct Context {
	pub global: Global,
	pub progress: Bar,
}

impl Context {
	pub fn new(global: Global) -> Self {
		let progress = Bar::new(global.json);
		Self { global, progress }
	}

	/// A connection to the node.
	pub async fn chain(&self) -> Result<Chain> {
		Chain::connect(&self.global.node).await
	}

	/// One's own Kubo.
	pub fn ipfs(&self) -> Result<Ipfs> {
		Ipfs::new(&self.global.ipfs)
	}

	pub fn wait(&self) -> Wait {
		self.global.wait.into()
	}

	/// One's keys.
	pub fn keystore(&self) -> Result<Keystore> {
		if let Some(dir) = &self.global.keys {
			return Ok(Keystore::new(dir));
		}
		let data = match env::var_os("XDG_DATA_HOME").filter(|dir| !dir.is_empty()) {
			Some(dir) => PathBuf::from(dir),
			None => env::var_os("HOME")
				.map(|home| PathBuf::from(home).join(".local/share"))
				.ok_or_else(|| Error::Input("no home: give --keys or SALUS_KEYS".into()))?,
		};
		Ok(Keystore::new(data.join("salus/keys")))
	}

	/// What is remembered of others' keys.
	pub fn known(&self) -> Result<Known> {
		let known = Known::open(self.keystore()?.dir())?;
		let person = !self.global.json && stdin().is_terminal() && stderr().is_terminal();
		Ok(match &self.global.accept_key {
			Some(fingerprint) => known.accept(fingerprint),
			None if person => known.ask(confirm),
			None => known,
		})
	}

	/// The name of the key to act with.
	pub fn name(&self) -> Result<String> {
		if let Some(name) = &self.global.name {
			return Ok(name.clone());
		}
		let store = self.keystore()?;
		let names = store.names()?;
		match names.as_slice() {
			[only] => Ok(only.clone()),
			[] => Err(Error::KeyFile(format!(
				"no keys in {}: make one with salus key new",
				store.dir().display()
			))),
			_ => Err(Error::Input(format!(
				"choose a key with --as or SALUS_AS: {}",
				names.join(", ")
			))),
		}
	}

	/// The key to act with, unlocked.
	pub fn unlock(&self) -> Result<Unlocked> {
		let name = self.name()?;
		let store = self.keystore()?;
		// Whatever else is wrong with the key is said before the passphrase is asked for.
		store.public(&name)?;
		store.unlock(&name, passphrase::ask(self.global.passphrase_fd, &name)?)
	}

	/// Acting as the holder of an unlocked key.
	pub fn acting<'a>(&'a self, chain: &'a Chain, me: &'a Unlocked) -> Acting<'a> {
		Acting {
			chain,
			me,
			wait: self.wait(),
			progress: &self.progress,
		}
	}
}

/// Asks whether a changed encryption key is its owner's.
fn confirm(changed: &Error) -> bool {
	eprintln!("{}", clean(&changed.to_string()));
	eprint!("Did its owner confirm the new fingerprint to you by another way? Type yes: ");
	let mut answer = String::new();
	let read = tokio::task::block_in_place(|| stdin().read_line(&mut answer));
	read.is_ok() && answer.trim() == "yes"
}
