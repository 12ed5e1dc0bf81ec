//! What commands work with, made from the options: connections, Kubo, keys.

use crate::{
	config::Config, display, earlier, options::Options, output::to_stderr, passphrase,
	progress::Bar,
};
use salus_client::{
	address::parse_account,
	chain::{Chain, ChainKind, Consortium, Directory, State, Wait},
	ipfs::Ipfs,
	keys::{Keystore, KnownKeys, UnlockedKey},
	Error, Pending, Result, Session,
};
use salus_primitives::{views::AccountStatus, AccountId, MemberId};
use std::{
	env,
	io::{stderr, stdin, IsTerminal},
	path::PathBuf,
	sync::OnceLock,
};

/// The options of a command, and its progress bar.
pub struct Context {
	pub options: Options,
	pub progress: Bar,
	pending: OnceLock<Pending>,
}

impl Context {
	pub fn new(options: Options) -> Self {
		let progress = Bar::new(options.json);
		Self {
			options,
			progress,
			pending: OnceLock::new(),
		}
	}

	fn config(&self) -> Result<Config> {
		Config::read(self.options.config.as_deref())
	}

	/// Connects to a node of a region's chain: of `--region`, if it is given.
	pub async fn chain(&self) -> Result<Chain> {
		let (chain, kind) = self.any_chain().await?;
		match kind {
			ChainKind::Region => Ok(chain),
			ChainKind::Consortium => Err(Error::Input(format!(
				"this command needs a region's chain, but the node at {} serves the \
				 consortium's: choose a region with --region before the command, or a node with \
				 --node",
				chain.url()
			))),
		}
	}

	/// Connects to a node of a region's chain or of the consortium's, and reports on the
	/// transactions that earlier commands sent there, and on envelopes that they left.
	pub async fn any_chain(&self) -> Result<(Chain, ChainKind)> {
		let connected = self.connect().await?;
		// With several keys and no --as, the command needs none.
		if let (Some(pending), Ok(account)) = (self.pending(), self.own_account()) {
			earlier::report(&connected.0, pending, &account, self.options.json).await;
		}
		Ok(connected)
	}

	/// Connects to a node, and reports on nothing.
	pub async fn connect(&self) -> Result<(Chain, ChainKind)> {
		let endpoints = &self.options.endpoints;
		let (url, region) = self.config()?.node(endpoints)?;
		let chain = Chain::connect(&url).await?;
		let state = chain.finalized().await?;
		let served = match (state.kind(), region, endpoints.target) {
			(ChainKind::Region, None, None) => return Ok((chain, ChainKind::Region)),
			(ChainKind::Region, Some(region), _) => {
				let served = state.region().await?;
				if served == region {
					return Ok((chain, ChainKind::Region));
				}
				format!("the chain of region {served}")
			}
			(ChainKind::Region, None, Some(_)) => "a region's chain".into(),
			(ChainKind::Consortium, None, _) => return Ok((chain, ChainKind::Consortium)),
			(ChainKind::Consortium, Some(_), _) => "the consortium's chain".into(),
		};
		let requested = match region {
			Some(region) => format!("the chain of region {region}"),
			None => "the consortium's chain".into(),
		};
		Err(Error::Input(format!(
			"the node at {url} serves {served}, not {requested}: correct --region, --node or \
			 the network in the configuration"
		)))
	}

	/// The state of the region's chain, to read from.
	pub async fn state(&self) -> Result<State> {
		self.chain().await?.state_for(self.wait()).await
	}

	/// The state of the consortium's chain, to read from.
	pub async fn directory(&self) -> Result<Directory> {
		self.consortium().await?.state_for(self.wait()).await
	}

	/// Connects to a node of the consortium's chain.
	pub async fn consortium(&self) -> Result<Consortium> {
		Consortium::connect(&self.config()?.consortium(&self.options.endpoints)?).await
	}

	/// The user's own Kubo.
	pub fn ipfs(&self) -> Result<Ipfs> {
		Ipfs::new(&self.config()?.ipfs(&self.options.endpoints)?)
	}

	pub fn wait(&self) -> Wait {
		self.options.wait.into()
	}

	/// The user's keys.
	pub fn keystore(&self) -> Result<Keystore> {
		if let Some(dir) = &self.options.keys {
			return Ok(Keystore::new(dir));
		}
		let data = match env::var_os("XDG_DATA_HOME").filter(|dir| !dir.is_empty()) {
			Some(dir) => PathBuf::from(dir),
			None => env::var_os("HOME")
				.map(|home| PathBuf::from(home).join(".local/share"))
				.ok_or_else(|| {
					Error::Input(
						"the folder with your keys is not known, because HOME is not set: use \
						 --keys or SALUS_KEYS"
							.into(),
					)
				})?,
		};
		Ok(Keystore::new(data.join("salus/keys")))
	}

	/// The transactions that are not final. `None` if the user's folder is not known.
	pub fn pending(&self) -> Option<&Pending> {
		let store = self.keystore().ok()?;
		Some(self.pending.get_or_init(|| Pending::new(store.dir())))
	}

	/// The remembered encryption keys of other members.
	pub fn known(&self) -> Result<KnownKeys> {
		let known = KnownKeys::open(self.keystore()?.dir())?;
		let on_terminal = !self.options.json && stdin().is_terminal() && stderr().is_terminal();
		Ok(match &self.options.accept_key {
			Some(fingerprint) => known.accept(fingerprint),
			None if on_terminal => known.ask(confirm),
			None => known,
		})
	}

	/// The name of the key to act with.
	pub fn key_name(&self) -> Result<String> {
		if let Some(name) = &self.options.key {
			return Ok(name.clone());
		}
		let store = self.keystore()?;
		let names = store.names()?;
		match names.as_slice() {
			[only] => Ok(only.clone()),
			[] => Err(Error::KeyFile(format!(
				"you have no key in {}: make one with salus key new NAME",
				store.dir().display()
			))),
			_ => Err(Error::Input(format!(
				"you have several keys ({}): choose one with --as or SALUS_AS",
				names.join(", ")
			))),
		}
	}

	/// The key to act with, unlocked.
	pub fn unlock(&self) -> Result<UnlockedKey> {
		self.unlock_named(&self.key_name()?)
	}

	/// The key with this name, unlocked.
	pub fn unlock_named(&self, name: &str) -> Result<UnlockedKey> {
		let store = self.keystore()?;
		// Fails on a missing or damaged public file before the passphrase is asked for.
		store.public(name)?;
		store.unlock(name, passphrase::ask(self.options.passphrase_fd, name)?)
	}

	/// The account of the key to act with. It needs no passphrase.
	pub fn own_account(&self) -> Result<AccountId> {
		let public = self.keystore()?.public(&self.key_name()?)?;
		parse_account(&public.account)
	}

	/// The member of the key to act with. It needs no passphrase.
	pub async fn own_member(&self, state: &State) -> Result<MemberId> {
		match state.account(&self.own_account()?).await? {
			AccountStatus::Member(member) => Ok(member),
			_ => Err(Error::NotFound(format!(
				"member with the key {}",
				self.key_name()?
			))),
		}
	}

	/// Writes the member that a key acts for into the key's public file.
	pub fn remember_member(&self, me: &mut UnlockedKey, member: impl ToString) -> Result<()> {
		self.keystore()?.remember(me, member.to_string())
	}

	/// A session with an unlocked key on a chain.
	pub fn session<'a>(&'a self, chain: &'a Chain, key: &'a UnlockedKey) -> Session<'a> {
		// The configuration was read before, to connect.
		let development = self
			.config()
			.and_then(|config| config.development(&self.options.endpoints))
			.unwrap_or(false);
		Session {
			chain,
			key,
			wait: self.wait(),
			progress: &self.progress,
			pending: self.pending(),
			development,
			only_call: self.options.print_call,
		}
	}
}

/// Asks the user to confirm an encryption key that changed, or that only the directory has.
fn confirm(problem: &Error) -> bool {
	to_stderr(&display::clean(&problem.to_string()));
	let question = match problem {
		Error::KeyUnconfirmed { .. } => {
			"You did not give --fingerprint. Did the provider itself give you this fingerprint, \
			 or do you trust the directory?"
		}
		_ => "Did the owner of the key confirm the new fingerprint to you, by phone or in person?",
	};
	to_stderr(&format!("{question} Type yes to continue:"));
	let mut answer = String::new();
	let read = tokio::task::block_in_place(|| stdin().read_line(&mut answer));
	read.is_ok() && answer.trim() == "yes"
}
