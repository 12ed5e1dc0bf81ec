//! The networks that a member knows, by the [network files](salus_light::network) that a person
//! confirmed, and what the client has seen of each: the newest checkpoint of its relay chain and the
//! newest head of each of its chains. No node can replace either by an older one.

mod make;
mod read;
mod store;
#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
pub(crate) use make::check_relay_by;
pub use make::{authorities_of, chain_of, check_relay, checkpoint_of, sign};
pub use read::{read, write};
pub use salus_light::{
	network::{
		Chain as ChainEntry, ChainKind as EntryKind, Endpoint, EndpointKind, FileError,
		NetworkFile, Relay, Signature, SignedFile, Signers, Trusted, UpdateError, MAX_FILE_BYTES,
	},
	DEFAULT_MAX_AGE, HIGHEST_MAX_AGE,
};
pub use store::Store;

use std::{
	fs, io,
	path::{Path, PathBuf},
	sync::Arc,
	time::SystemTime,
};

use salus_primitives::{views::RegionView, Hash256, NewestFile};

use crate::{
	chain::Chain,
	files::{lock, read_json, write_json},
	gateway::Gateway,
	Error, Result,
};

/// The file with the signed network file.
const FILE: &str = "network.json";

/// The file whose lock a process has that writes what is known of a network.
const LOCK: &str = ".lock";

/// The folder with the networks that a member knows, one folder for each.
pub struct Networks {
	dir: PathBuf,
}

/// A network that a member knows.
#[derive(Clone)]
pub struct Network {
	signed: SignedFile,
	trusted: Trusted,
	store: Arc<Store>,
}

impl From<FileError> for Error {
	fn from(error: FileError) -> Self {
		Self::Input(error.to_string())
	}
}

impl From<UpdateError> for Error {
	fn from(error: UpdateError) -> Self {
		Self::Verification(error.to_string())
	}
}

impl Networks {
	/// The networks beside the keys in a folder.
	pub fn new(keys: &Path) -> Self {
		Self {
			dir: keys.join("networks"),
		}
	}

	/// The names of all networks.
	pub fn names(&self) -> Result<Vec<String>> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(Error::read(&self.dir)(error)),
		};
		let mut names = Vec::new();
		for entry in entries {
			let path = entry.map_err(Error::read(&self.dir))?.path();
			let name = path.file_name().and_then(|name| name.to_str());
			if let Some(name) = name.filter(|_| path.join(FILE).is_file()) {
				names.push(name.to_owned());
			}
		}
		names.sort();
		Ok(names)
	}

	/// The network with this name. `None`: no file of it was added.
	pub fn find(&self, name: &str) -> Result<Option<Network>> {
		let Some(dir) = self.folder(name) else {
			return Ok(None);
		};
		let file: Option<SignedFile> = read_json(&dir.join(FILE))?;
		file.map(|file| Network::open(dir, file)).transpose()
	}

	/// The folder of a network. A name from elsewhere, such as a configuration, can be a path: `None`.
	fn folder(&self, name: &str) -> Option<PathBuf> {
		let of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
		let is_name = !name.is_empty() && name.bytes().all(of_name);
		is_name.then(|| self.dir.join(name))
	}

	/// Adds a network by its first file here, after a person has confirmed the file's fingerprint.
	/// The same file again changes nothing.
	pub fn add(&self, file: SignedFile) -> Result<Network> {
		let trusted = Trusted::first(file.clone())?;
		let name = &trusted.network().name;
		let dir = self.dir.join(name);
		let _lock = lock(&dir.join(LOCK))?;
		if let Some(known) = self.find(name)? {
			if known.file() == trusted.network() {
				return Ok(known);
			}
			return Err(Error::NotAllowed {
				reason: format!("the network {name} is known, by another file"),
				next: Some(
					"for a newer file: salus network update. To confirm a first file again: salus \
					 network remove"
						.into(),
				),
			});
		}
		write_json(&dir.join(FILE), &file)?;
		Network::open(dir, file)
	}

	/// Takes the next file of a network. `confirmed` says that a person agreed to a higher reset
	/// number: what was seen with a lower one does not count any more.
	pub fn update(&self, name: &str, file: SignedFile, confirmed: bool) -> Result<Network> {
		let dir = self.dir.join(name);
		let _lock = lock(&dir.join(LOCK))?;
		let known = self.find(name)?.ok_or_else(|| {
			Error::NotFound(format!(
				"network {name}: add its first file: salus network add"
			))
		})?;
		known.trusted.update(file.clone(), confirmed)?;
		write_json(&dir.join(FILE), &file)?;
		Network::open(dir, file)
	}

	/// Takes all next files of a network that gateways have. `confirmed` says whether a person agreed to
	/// the higher reset number of a file.
	///
	/// # Errors
	///
	/// Why the next file that a gateway has is refused; or why no gateway answers.
	pub async fn catch_up(
		&self,
		network: Network,
		gateways: &[Gateway],
		confirmed: impl Fn(&NetworkFile) -> bool,
	) -> Result<Network> {
		let name = network.file().name.clone();
		let mut network = network;
		loop {
			let next = network.file().serial.saturating_add(1);
			let (mut newer, mut refused, mut silent, mut none) = (None, None, None, false);
			for gateway in gateways {
				match gateway.network_file(&name, next).await {
					Ok(Some(file)) => {
						let confirmed = confirmed(&file.network);
						match self.update(&name, file, confirmed) {
							Ok(taken) => {
								newer = Some(taken);
								break;
							}
							Err(error) => refused = refused.or(Some(error)),
						}
					}
					Ok(None) => none = true,
					Err(error) => silent = silent.or(Some(error)),
				}
			}
			network = match (newer, refused, silent.filter(|_| !none)) {
				(Some(newer), ..) => newer,
				(None, Some(error), _) | (None, None, Some(error)) => return Err(error),
				(None, None, None) => return Ok(network),
			};
		}
	}

	/// Forgets a network, and all that was seen of it. Its next file here is a first one again.
	pub fn remove(&self, name: &str) -> Result<()> {
		let dir = self.folder(name).filter(|dir| dir.join(FILE).is_file());
		let dir = dir.ok_or_else(|| Error::NotFound(format!("network {name}")))?;
		let _lock = lock(&dir.join(LOCK))?;
		fs::remove_dir_all(&dir).map_err(Error::write(&dir))
	}
}

impl Network {
	fn open(dir: PathBuf, file: SignedFile) -> Result<Self> {
		file.network.check()?;
		let trusted = Trusted::first(file.clone())?;
		let checkpoint = trusted.network().relay.as_ref();
		let store = Store::new(dir, checkpoint.map(|relay| relay.checkpoint.clone()));
		Ok(Self {
			signed: file,
			trusted,
			store: Arc::new(store),
		})
	}

	/// The file with its signatures.
	pub fn signed(&self) -> SignedFile {
		self.signed.clone()
	}

	/// The file.
	pub fn file(&self) -> &NetworkFile {
		self.trusted.network()
	}

	/// What was seen of the network.
	pub fn store(&self) -> Arc<Store> {
		self.store.clone()
	}

	/// Whether the file's validity has ended, by the client's own clock.
	pub fn ended(&self) -> bool {
		let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
		self.file()
			.ended(now.map_or(u64::MAX, |since| since.as_millis() as u64))
	}

	/// A chain of the network.
	pub fn chain(&self, para: u32) -> Result<&ChainEntry> {
		let found = self.file().chains.iter().find(|chain| chain.para == para);
		found.ok_or_else(|| {
			let known: Vec<_> = self
				.file()
				.chains
				.iter()
				.map(|one| one.para.to_string())
				.collect();
			Error::Input(format!(
				"the network {} has no chain {para}: its file names {}",
				self.file().name,
				known.join(", ")
			))
		})
	}

	/// The consortium's chain.
	pub fn consortium(&self) -> Result<&ChainEntry> {
		let mut chains = self.file().chains.iter();
		let found = chains.find(|chain| chain.kind == EntryKind::Consortium);
		found.ok_or_else(|| {
			let name = &self.file().name;
			Error::Input(format!(
				"the file of the network {name} names no consortium"
			))
		})
	}

	/// The chain that the file names this node for.
	pub fn chain_at(&self, url: &str) -> Option<&ChainEntry> {
		let mut chains = self.file().chains.iter();
		chains.find(|chain| chain.endpoints.iter().any(|endpoint| endpoint.url == url))
	}

	/// The numbers of the regions.
	pub fn regions(&self) -> Vec<u32> {
		let chains = self.file().chains.iter();
		let regions = chains.filter(|chain| chain.kind == EntryKind::Region);
		regions.map(|region| region.para).collect()
	}

	/// Connects to a chain, so that all that is read of it is proven. `own` is a node to ask before
	/// those of the file. `max_age` is the age of a head in milliseconds from which it is refused.
	pub async fn connect(&self, para: u32, own: Option<&str>, max_age: u64) -> Result<Chain> {
		let relay = self.file().relay.as_ref();
		Chain::proven(self.chain(para)?, relay, self.store(), own, max_age).await
	}

	/// The gateways through which an account can reach a chain: each with the hash of the first block
	/// of the region where it signs in. The consortium is reached through the gateways of all regions:
	/// those of the region `own` come first.
	pub fn gateways(&self, chain: &ChainEntry, own: Option<u32>) -> Vec<(String, Hash256)> {
		match chain.kind {
			EntryKind::Region => Self::gateways_of(vec![chain]),
			EntryKind::Consortium => self.all_gateways(own),
		}
	}

	/// The gateways of all regions, as [`gateways`](Self::gateways). Those of the region `own` come first.
	pub fn all_gateways(&self, own: Option<u32>) -> Vec<(String, Hash256)> {
		let all = self.file().chains.iter();
		let mut regions: Vec<_> = all.filter(|one| one.kind == EntryKind::Region).collect();
		regions.sort_by_key(|region| Some(region.para) != own);
		Self::gateways_of(regions)
	}

	fn gateways_of(regions: Vec<&ChainEntry>) -> Vec<(String, Hash256)> {
		let gateways = regions.into_iter().flat_map(|region| {
			let endpoints = region.endpoints.iter();
			let gateways = endpoints.filter(|one| one.kind == EndpointKind::Gateway);
			gateways.map(|gateway| (gateway.url.clone(), region.genesis.0))
		});
		gateways.collect()
	}

	/// Connects to a chain through gateways, so that all that is read of it is proven. The first one
	/// that answers and lets the account in is used, and the next one if it fails. `max_age` is as for
	/// [`connect`](Self::connect).
	///
	/// # Errors
	///
	/// A gateway's, if none lets the account in; any that is not a gateway's.
	pub async fn connect_through(
		&self,
		gateways: Vec<Gateway>,
		para: u32,
		max_age: u64,
	) -> Result<Chain> {
		let relay = self.file().relay.as_ref();
		Chain::through(gateways, self.chain(para)?, relay, self.store(), max_age).await
	}

	/// Checks that the consortium admitted the regions of the file, by their first blocks.
	pub fn check_regions(&self, regions: &[RegionView]) -> Result<()> {
		for region in regions {
			let ours = self
				.file()
				.chains
				.iter()
				.find(|one| one.para == region.region);
			if ours.is_some_and(|ours| ours.genesis != region.genesis_hash) {
				return Err(Error::Verification(format!(
					"region {} has another first block at the consortium than in the file of the \
					 network {}: ask an authority which one is right",
					region.region,
					self.file().name
				)));
			}
		}
		Ok(())
	}

	/// Refuses a region that the file does not name. Then the consortium alone says which chain it is, and
	/// [`check_regions`](Self::check_regions) has compared nothing.
	pub fn check_named(&self, region: u32) -> Result<()> {
		if self.regions().contains(&region) {
			return Ok(());
		}
		Err(Error::NotAllowed {
			reason: format!(
				"the file of the network {} does not name region {region}, so only the consortium says \
				 which chain it is",
				self.file().name
			),
			next: Some("take a newer file: salus network update".into()),
		})
	}

	/// What the consortium's authorities name as the newest file, if it is not this one: it is
	/// newer, or another one with the same number.
	pub fn withheld(&self, newest: &NewestFile) -> Option<String> {
		let (name, serial) = (&self.file().name, self.file().serial);
		if newest.serial > serial {
			return Some(format!(
				"the network {name} has file {}, and you have file {serial}: get the newer one, and \
				 take it with salus network update",
				newest.serial
			));
		}
		(newest.serial == serial && newest.file_hash != self.file().hash()).then(|| {
			format!(
				"the consortium names another file {serial} of the network {name} than yours: ask \
				 the authorities which one is right"
			)
		})
	}
}
