//! What the commands share: the options that hold everywhere, made into things.

use crate::{
	args::Global,
	config::{Config, Given, Target},
	passphrase,
	progress::Bar,
	text::clean,
};
use salus_client::{
	chain::{Chain, ChainKind, Consortium, Wait},
	ipfs::Ipfs,
	keys::{Keystore, KnownKeys, UnlockedKey},
	Error, Result, Session,
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
	target: Option<Target>,
}

impl Context {
	pub fn new(global: Global, target: Option<Target>) -> Self {
		let progress = Bar::new(global.json);
		Self {
			global,
			progress,
			target,
		}
	}

	/// What says where the chains are: the file, and what is given here.
	fn where_things_are(&self) -> Result<(Config, Given)> {
		let config = Config::read(self.global.config.as_deref())?;
		let given = Given {
			network: self.global.network.clone(),
			target: self.target,
			node: self.global.node.clone(),
			consortium: self.global.consortium.clone(),
			ipfs: self.global.ipfs.clone(),
		};
		Ok((config, given))
	}

	/// A connection to a node of a region's chain: of the region that was asked for, if one was.
	pub async fn chain(&self) -> Result<Chain> {
		let (chain, kind) = self.any_chain().await?;
		match kind {
			ChainKind::Region => Ok(chain),
			ChainKind::Consortium => Err(Error::Input(format!(
				"the node at {} is of the consortium's chain, and this is a region's to do",
				chain.url()
			))),
		}
	}

	/// A connection to a node of a region's chain, or of the consortium's.
	pub async fn any_chain(&self) -> Result<(Chain, ChainKind)> {
		let (config, given) = self.where_things_are()?;
		let (url, region) = config.node(&given)?;
		let chain = Chain::connect(&url).await?;
		let state = chain.finalized().await?;
		let found = match (state.kind(), region, given.target) {
			(ChainKind::Region, None, None) => return Ok((chain, ChainKind::Region)),
			(ChainKind::Region, Some(region), _) => {
				let found = state.region().await?;
				if found == region {
					return Ok((chain, ChainKind::Region));
				}
				format!("region {found}'s")
			}
			(ChainKind::Region, None, Some(_)) => "a region's".into(),
			(ChainKind::Consortium, None, _) => return Ok((chain, ChainKind::Consortium)),
			(ChainKind::Consortium, Some(_), _) => "the consortium's".into(),
		};
		Err(Error::Input(format!(
			"the node at {url} is of {found} chain, which was not asked for: correct --region, --node, or the network"
		)))
	}

	/// A connection to a node of the consortium's chain.
	pub async fn consortium(&self) -> Result<Consortium> {
		let (config, given) = self.where_things_are()?;
		Consortium::connect(&config.consortium(&given)?).await
	}

	/// One's own Kubo.
	pub fn ipfs(&self) -> Result<Ipfs> {
		let (config, given) = self.where_things_are()?;
		Ipfs::new(&config.ipfs(&given)?)
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
	pub fn known(&self) -> Result<KnownKeys> {
		let known = KnownKeys::open(self.keystore()?.dir())?;
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
	pub fn unlock(&self) -> Result<UnlockedKey> {
		let name = self.name()?;
		let store = self.keystore()?;
		// Whatever else is wrong with the key is said before the passphrase is asked for.
		store.public(&name)?;
		store.unlock(&name, passphrase::ask(self.global.passphrase_fd, &name)?)
	}

	/// A session of an unlocked key on a chain.
	pub fn session<'a>(&'a self, chain: &'a Chain, key: &'a UnlockedKey) -> Session<'a> {
		Session {
			chain,
			key,
			wait: self.wait(),
			progress: &self.progress,
		}
	}
}

/// Asks whether a changed encryption key, or one that only the directory vouches for, is its
/// owner's.
fn confirm(doubt: &Error) -> bool {
	eprintln!("{}", clean(&doubt.to_string()));
	let question = match doubt {
		Error::KeyUnconfirmed { .. } => {
			"You gave no --fingerprint. Did the provider tell you this one, or do you trust the directory?"
		}
		_ => "Did its owner confirm the new fingerprint to you by another way?",
	};
	eprint!("{question} Type yes: ");
	let mut answer = String::new();
	let read = tokio::task::block_in_place(|| stdin().read_line(&mut answer));
	read.is_ok() && answer.trim() == "yes"
}
