//! What commands work with, made from the options: connections, Kubo, keys.

use crate::{
	config::{Config, Target},
	display, earlier,
	options::Options,
	output::{self, to_stderr},
	progress::Bar,
	unlock::{Passphrases, SignIn},
};
use salus_client::{
	address::parse_account,
	chain::{is_on_this_machine, Chain, ChainKind, Consortium, Directory, State, Wait},
	gateway::{Gateway, Identity},
	ipfs::{Carrier, Envelopes, Ipfs},
	keys::{Fingerprint, Keystore, KnownKeys, UnlockedKey},
	network::{ChainEntry, EntryKind, Network, Networks},
	Error, Pending, Result, Session,
};
use salus_primitives::{views::AccountStatus, AccountId, Hash256, MemberId, ParaId};
use serde_json::json;
use std::{
	env,
	io::{stderr, stdin, IsTerminal},
	path::PathBuf,
	sync::{Arc, OnceLock},
};

/// The options of a command, and its progress bar.
pub struct Context {
	pub options: Options,
	pub progress: Bar,
	pending: OnceLock<Pending>,
	passphrases: Arc<Passphrases>,
	/// Whether the user was told what is not proven, and why.
	told: OnceLock<()>,
}

impl Context {
	pub fn new(options: Options) -> Self {
		let progress = Bar::new(options.json);
		let passphrases = Passphrases::new(options.passphrase_fd);
		Self {
			options,
			progress,
			pending: OnceLock::new(),
			passphrases: Arc::new(passphrases),
			told: OnceLock::new(),
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
		if let Some(network) = self.network()? {
			let chain = self.open(&network, self.target(&network)?).await?;
			let kind = chain.finalized().await?.kind();
			return Ok((chain, kind));
		}
		let endpoints = &self.options.endpoints;
		let (url, region) = self.config()?.node(endpoints)?;
		self.check_unproven(&url)?;
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
		let Some(network) = self.network()? else {
			let url = self.config()?.consortium(&self.options.endpoints)?;
			self.check_unproven(&url)?;
			return Consortium::connect(&url).await;
		};
		let consortium = Consortium::of(self.open(&network, Target::Consortium).await?).await?;
		let directory = consortium.finalized().await?;
		network.check_regions(&directory.regions().await?)?;
		let newest = directory.network_file().await?;
		if let Some(withheld) = newest.and_then(|newest| network.withheld(&newest)) {
			output::note(&withheld, self.options.json);
		}
		Ok(consortium.of_network(network))
	}

	/// The networks that the user added.
	pub fn networks(&self) -> Result<Networks> {
		Ok(Networks::new(self.keystore()?.dir()))
	}

	/// The network to use, by its file: the named one, the configuration's, or the only one. `None`:
	/// no file of it was added, so nothing that a node says is proven.
	pub fn network(&self) -> Result<Option<Network>> {
		// Without a folder there are no keys, and no networks.
		let Ok(networks) = self.networks() else {
			return Ok(None);
		};
		let name = self.config()?.network_name(&self.options.endpoints);
		match (name, networks.names()?.as_slice()) {
			(Some(name), _) => networks.find(&name),
			(None, [only]) => networks.find(only),
			(None, []) => Ok(None),
			(None, names) => Err(Error::Input(format!(
				"you have added several networks ({}): choose one with --network or SALUS_NETWORK",
				names.join(", ")
			))),
		}
	}

	/// What the network file says of a connected chain. `None`: nothing of it is proven.
	pub fn entry(&self, chain: &Chain) -> Result<Option<ChainEntry>> {
		let network = self.network()?;
		let mut chains = network.iter().flat_map(|network| &network.file().chains);
		let genesis = chain.genesis().into();
		Ok(chains.find(|entry| entry.genesis == genesis).cloned())
	}

	/// The chain of a network that the command uses.
	fn target(&self, network: &Network) -> Result<Target> {
		if let Some(target) = self.options.endpoints.target {
			return Ok(target);
		}
		let node = self.options.endpoints.node.as_deref();
		if let Some(chain) = node.and_then(|node| network.chain_at(node)) {
			return Ok(match chain.kind {
				EntryKind::Region => Target::Region(chain.para),
				EntryKind::Consortium => Target::Consortium,
			});
		}
		let regions = network.regions();
		let region = match (self.config()?.region(&self.options.endpoints), &*regions) {
			(Some(region), _) => region,
			(None, [only]) => *only,
			(None, _) => {
				let regions: Vec<_> = regions.iter().map(ToString::to_string).collect();
				return Err(Error::Input(format!(
					"the network {} has several regions ({}): choose one with --region before the \
					 command, or with SALUS_REGION",
					network.file().name,
					regions.join(", ")
				)));
			}
		};
		Ok(Target::Region(region))
	}

	/// Connects to a chain of a network, so that all that is read of it is proven.
	async fn open(&self, network: &Network, target: Target) -> Result<Chain> {
		let entry = match target {
			Target::Region(region) => network.chain(region)?,
			Target::Consortium => network.consortium()?,
		};
		let own = self.config()?.own_node(&self.options.endpoints, target);
		let max_age = self.options.max_age();
		let gateways = match own {
			Some(_) => Vec::new(),
			None => self.gateways(network, entry)?,
		};
		let chain = match gateways.is_empty() {
			true => network.connect(entry.para, own.as_deref(), max_age).await?,
			false => {
				network
					.connect_through(gateways, entry.para, max_age)
					.await?
			}
		};
		if self.told.set(()).is_ok() {
			self.tell(network, entry.development);
		}
		Ok(chain)
	}

	/// Refuses a node of another machine, as nothing that it says is proven. A node of this machine
	/// is the user's own. Says that nothing is proven, to a user who expects it, as other networks
	/// were added.
	fn check_unproven(&self, url: &str) -> Result<()> {
		if !is_on_this_machine(url)? {
			return Err(Error::NotAllowed {
				reason: "the node is on another machine, and you have not added its network: nothing \
				         that it says would be proven"
					.into(),
				next: Some(
					"get the network's file from an authority: salus network add FILE. Without it, \
					 only a node on this machine is believed"
						.into(),
				),
			});
		}
		let name = self.config()?.network_name(&self.options.endpoints);
		let (Some(name), Ok(networks)) = (name, self.networks()) else {
			return Ok(());
		};
		if networks.names()?.is_empty() || self.told.set(()).is_err() {
			return Ok(());
		}
		to_stderr(&match self.options.json {
			true => json!({ "network": { "name": name, "proven": false } }).to_string(),
			false => format!(
				"note: you have not added the file of the network {name}, so all is its nodes' word"
			),
		});
		Ok(())
	}

	/// The region that the user chose.
	fn own_region(&self) -> Result<Option<ParaId>> {
		match self.options.endpoints.target {
			Some(Target::Region(region)) => Ok(Some(region)),
			_ => Ok(self.config()?.region(&self.options.endpoints)),
		}
	}

	/// The gateways through which the account of the key reaches a chain of a network.
	fn gateways(&self, network: &Network, chain: &ChainEntry) -> Result<Vec<Gateway>> {
		self.reach(network.gateways(chain, self.own_region()?))
	}

	/// All gateways of a network, for the account of the key.
	pub fn all_gateways(&self, network: &Network) -> Result<Vec<Gateway>> {
		self.reach(network.all_gateways(self.own_region()?))
	}

	/// The gateways at these addresses, each with the first block of its region.
	fn reach(&self, all: Vec<(String, Hash256)>) -> Result<Vec<Gateway>> {
		if all.is_empty() {
			return Ok(Vec::new());
		}
		let keystore = self.keystore()?;
		let name = self.key_name()?;
		let account = self.own_account()?;
		let sessions = keystore.dir().join("sessions");
		let sign = Arc::new(SignIn::new(keystore, name, self.passphrases.clone()));
		let gateways = all.into_iter().map(|(url, genesis)| {
			let identity = Identity {
				account: account.clone(),
				genesis,
				sign: sign.clone(),
				sessions: sessions.clone(),
			};
			Gateway::new(&url, identity)
		});
		gateways.collect()
	}

	/// Says what is not proven, and if the network file has ended.
	fn tell(&self, network: &Network, development: bool) {
		let name = &network.file().name;
		let best = self.wait() == Wait::Best;
		if self.options.json {
			let value = json!({ "network": {
				"name": name, "proven": true, "development": development, "best": best,
				"ended": network.ended(),
			} });
			to_stderr(&value.to_string());
			return;
		}
		if development {
			to_stderr(&format!(
				"note: {name} is a network for development: which block is the last final one is \
				 the node's word"
			));
		}
		if best {
			to_stderr("note: what a block has that is not final is the node's word");
		}
		if network.ended() {
			to_stderr(&format!(
				"note: the file of the network {name} has ended: take a newer one with salus network \
				 update"
			));
		}
	}

	/// Where envelopes go to and come from: the user's own Kubo if one is named, else the gateway
	/// through which the chain is connected, else the Kubo of this machine.
	pub fn envelopes(&self, chain: &Chain) -> Result<Box<dyn Envelopes>> {
		let (config, endpoints) = (self.config()?, &self.options.endpoints);
		if config.own_ipfs(endpoints)?.is_none() {
			if let Some(gateway) = self.gateway_of(chain)? {
				let url = gateway.url().to_owned();
				return Ok(Box::new(Carrier::new(&url, gateway)?));
			}
		}
		Ok(Box::new(Ipfs::new(&config.ipfs(endpoints)?)?))
	}

	/// The gateway through which a chain is connected.
	fn gateway_of(&self, chain: &Chain) -> Result<Option<Gateway>> {
		let (Some(network), Some(entry)) = (self.network()?, self.entry(chain)?) else {
			return Ok(None);
		};
		let mut gateways = self.gateways(&network, &entry)?.into_iter();
		Ok(gateways.find(|gateway| gateway.url() == chain.url()))
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

	/// The remembered encryption keys of other members. `given` is the fingerprint that the member
	/// gave, for whom a record key is wrapped.
	pub fn known(&self, given: Option<Fingerprint>) -> Result<KnownKeys> {
		let json = self.options.json;
		let mut known = KnownKeys::open(self.keystore()?.dir())?
			.tell_first(move |member, fingerprint| tell_first(member, fingerprint, json));
		if let Some(given) = given {
			known = known.given(given);
		}
		if let Some(network) = self.network()?.filter(Network::ended) {
			known = known.only_known(format!(
				"the file of the network {} has ended",
				network.file().name
			));
		}
		let on_terminal = !json && stdin().is_terminal() && stderr().is_terminal();
		Ok(if on_terminal {
			known.ask(confirm)
		} else {
			known
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
		self.passphrases.unlock(&self.keystore()?, name)
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
		// The configuration and the network's file were read before, to connect.
		let entry = self.entry(chain).ok().flatten();
		let by_file = entry.map(|entry| entry.development);
		let by_user = || {
			self.config()
				.and_then(|config| config.development(&self.options.endpoints))
		};
		let development = by_file.unwrap_or_else(|| by_user().unwrap_or(false));
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

/// Tells the user an encryption key that is used for the first time.
fn tell_first(member: &str, fingerprint: &str, json: bool) {
	let member = display::clean(member);
	to_stderr(&match json {
		true => {
			json!({ "first_use": { "member": member, "fingerprint": fingerprint } }).to_string()
		}
		false => format!(
			"note: you use the encryption key of {member} for the first time. Its fingerprint is \
			 {fingerprint}: compare it with the owner's"
		),
	});
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
