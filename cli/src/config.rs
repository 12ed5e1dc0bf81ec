//! The configuration file: named networks, with the addresses of their nodes and of Kubo.
//!
//! ```toml
//! default = "trial"                         # the network to use without --network
//!
//! [network.trial]
//! region = 2001                             # the region to use without --region
//! consortium = "wss://consortium.example"
//! ipfs = "http://127.0.0.1:5001"
//!
//! [network.trial.regions]
//! 2001 = "wss://region-2001.example"
//! 2002 = "wss://region-2002.example"
//!
//! [network.local]
//! development = true                        # chains whose clock runs apart: times are not checked
//! ```

use crate::{display::clean, parse};
use clap::Args;
use salus_client::{ipfs::DEFAULT_API, Error, Result};
use salus_primitives::ParaId;
use serde::Deserialize;
use std::{
	collections::BTreeMap,
	env,
	fs::File,
	io::{ErrorKind, Read},
	path::{Path, PathBuf},
	str::FromStr,
};

/// The longest configuration file, in bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// The longest name of a network.
const MAX_NAME: usize = 64;
/// The longest address.
const MAX_URL: usize = 2048;
/// The node's address if neither the command line nor the file has one.
const DEFAULT_NODE: &str = "ws://127.0.0.1:9944";

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The network to use without `--network`.
	default: Option<NetworkName>,
	/// All networks, by name.
	#[serde(default)]
	network: BTreeMap<NetworkName, Network>,
	/// The file's path, also if there is no file.
	#[serde(skip)]
	path: String,
}

/// A network's chains and IPFS.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
	/// The region to use without `--region`.
	region: Option<ParaId>,
	/// A node of the consortium's chain.
	consortium: Option<NodeUrl>,
	/// The RPC of the user's own Kubo.
	ipfs: Option<IpfsUrl>,
	/// Whether the chains are for development. Their clock runs apart from all others, so that no
	/// time is compared with it.
	#[serde(default)]
	development: bool,
	/// A node of each region's chain.
	#[serde(default)]
	regions: BTreeMap<RegionNumber, NodeUrl>,
}

/// A network's name: letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct NetworkName(String);

/// A node's address.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct NodeUrl(String);

/// The address of a Kubo's RPC.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct IpfsUrl(String);

/// A region's number, as a key of a TOML table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct RegionNumber(ParaId);

impl TryFrom<String> for NetworkName {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		let valid = (1..=MAX_NAME).contains(&text.len())
			&& text
				.bytes()
				.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
		if valid {
			return Ok(Self(text));
		}
		Err(format!(
			"the name of a network is 1 to {MAX_NAME} letters, digits, -, _ and ."
		))
	}
}

impl TryFrom<String> for NodeUrl {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		check_url(&text, &["ws://", "wss://"])?;
		Ok(Self(text))
	}
}

impl TryFrom<String> for IpfsUrl {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		check_url(&text, &["http://"])?;
		Ok(Self(text))
	}
}

impl TryFrom<String> for RegionNumber {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		parse::region(&text).map(Self)
	}
}

/// Checks an address's scheme, length and characters. The connection checks the rest.
fn check_url(text: &str, schemes: &[&str]) -> std::result::Result<(), String> {
	let valid = text.len() <= MAX_URL
		&& text.bytes().all(|byte| byte.is_ascii_graphic())
		&& schemes
			.iter()
			.any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
	if valid {
		return Ok(());
	}
	Err(format!(
		"this address must begin with {}, without spaces",
		schemes.join(" or ")
	))
}

/// The chain that a command uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
	/// A region's.
	Region(ParaId),
	/// The consortium's.
	Consortium,
}

impl FromStr for Target {
	type Err = String;

	fn from_str(text: &str) -> std::result::Result<Self, String> {
		match text {
			"consortium" => Ok(Self::Consortium),
			_ => parse::region(text)
				.map(Self::Region)
				.map_err(|error| format!("{error}; for the consortium's chain, write consortium")),
		}
	}
}

/// The network, chain and addresses from the command line or the environment. An address here wins
/// over the network's.
#[derive(Args, Clone, Debug, Default)]
pub struct Endpoints {
	/// The chain to use: a region's number, or consortium (for the commands authority and chain).
	/// Write it before the command: after a command, --region is the region of a provider
	/// [default: the network's region]
	#[arg(
		long = "region",
		env = "SALUS_REGION",
		value_name = "N|consortium",
		help_heading = "Option before the command",
		hide_short_help = true
	)]
	pub target: Option<Target>,
	/// The network in the configuration file [default: the file's default, or its only network]
	#[arg(
		long,
		global = true,
		env = "SALUS_NETWORK",
		value_name = "NAME",
		hide_short_help = true
	)]
	pub network: Option<String>,
	/// The node to connect to: wss://…, or ws://… on this machine [default: the network's, or
	/// ws://127.0.0.1:9944]
	#[arg(
		long,
		global = true,
		env = "SALUS_NODE",
		value_name = "URL",
		hide_short_help = true
	)]
	pub node: Option<String>,
	/// A node of the consortium's chain, for commands across regions [default: the network's]
	#[arg(
		long,
		global = true,
		env = "SALUS_CONSORTIUM",
		value_name = "URL",
		hide_short_help = true
	)]
	pub consortium: Option<String>,
	/// The RPC of your own Kubo, on this machine [default: the network's, or
	/// http://127.0.0.1:5001]
	#[arg(
		long,
		global = true,
		env = "SALUS_IPFS_API",
		value_name = "URL",
		hide_short_help = true
	)]
	pub ipfs: Option<String>,
	/// The chains are for development, and their clock runs apart: do not compare times with it
	/// [default: as the network says, or not]
	#[arg(
		long,
		global = true,
		env = "SALUS_DEVELOPMENT",
		value_parser = clap::builder::BoolishValueParser::new(),
		action = clap::ArgAction::SetTrue,
		hide_short_help = true
	)]
	pub development: bool,
}

impl Config {
	/// Reads this file, which must exist, or else the one at the default path.
	pub fn read(path: Option<&Path>) -> Result<Self> {
		let (path, required) = match (path, default_path()) {
			(Some(path), _) => (path.to_owned(), true),
			(None, Some(path)) => (path, false),
			(None, None) => return Ok(Self::default()),
		};
		let shown = path.display().to_string();
		let failed = |cause: std::io::Error| {
			Error::Input(format!("cannot read the configuration {shown}: {cause}"))
		};
		let file = match File::open(&path) {
			Err(error) if error.kind() == ErrorKind::NotFound && !required => {
				return Ok(Self {
					path: shown,
					..Self::default()
				})
			}
			file => file.map_err(failed)?,
		};
		let mut bytes = Vec::new();
		file.take(MAX_BYTES + 1)
			.read_to_end(&mut bytes)
			.map_err(failed)?;
		if bytes.len() as u64 > MAX_BYTES {
			let limit = MAX_BYTES / 1024;
			return Err(Error::Input(format!(
				"the configuration {shown} is larger than {limit} KiB"
			)));
		}
		let text = String::from_utf8(bytes)
			.map_err(|_| Error::Input(format!("the configuration {shown} is not text in UTF-8")))?;
		Self::parse(&text, &shown)
	}

	/// Parses the file's text. An error names the file and the line.
	fn parse(text: &str, path: &str) -> Result<Self> {
		let error_at = |offset: Option<usize>, cause: &str| {
			let line = offset.map_or_else(String::new, |offset| {
				let before = text.as_bytes().iter().take(offset);
				let line = before.filter(|byte| **byte == b'\n').count() + 1;
				format!("{line}: ")
			});
			let cause = cause.split('\n').collect::<Vec<_>>().join("; ");
			Error::Input(format!("{path}:{line}{}", clean(&cause)))
		};
		let mut config: Self = toml::from_str(text)
			.map_err(|error| error_at(error.span().map(|span| span.start), error.message()))?;
		config.path = path.into();
		if let Some(NetworkName(default)) = &config.default {
			config.network_named(default)?;
		}
		for (NetworkName(name), network) in &config.network {
			if let Some(region) = network.region {
				network.node_of(region, name, path)?;
			}
		}
		Ok(config)
	}

	fn network_names(&self) -> String {
		let names: Vec<_> = self.network.keys().map(|name| name.0.as_str()).collect();
		names.join(", ")
	}

	fn network_named(&self, name: &str) -> Result<(&str, &Network)> {
		let found = self.network.iter().find(|(one, _)| one.0 == name);
		found
			.map(|(name, network)| (name.0.as_str(), network))
			.ok_or_else(|| {
				let networks = match self.network.is_empty() {
					true => "defines no networks".into(),
					false => format!("defines the networks {}", self.network_names()),
				};
				Error::Input(format!(
					"there is no network {}: {} {networks}",
					clean(name),
					self.file()
				))
			})
	}

	/// The file's path for a message.
	fn file(&self) -> &str {
		match self.path.as_str() {
			"" => "the configuration file (HOME is not set: use --config)",
			path => path,
		}
	}

	/// The network to use: the named one, else the file's default, else its only one.
	fn network(&self, endpoints: &Endpoints) -> Result<Option<(&str, &Network)>> {
		if let Some(name) = &endpoints.network {
			return self.network_named(name).map(Some);
		}
		if let Some(NetworkName(name)) = &self.default {
			return self.network_named(name).map(Some);
		}
		let mut all = self.network.iter();
		match (all.next(), all.next()) {
			(None, _) => Ok(None),
			(Some((name, network)), None) => Ok(Some((name.0.as_str(), network))),
			// With a node's address, no network is needed.
			_ if endpoints.node.is_some() => Ok(None),
			_ => Err(Error::Input(format!(
				"the configuration defines several networks ({}): choose one with --network or \
				 SALUS_NETWORK",
				self.network_names()
			))),
		}
	}

	/// The address of the node to use, and the region that it must serve.
	pub fn node(&self, endpoints: &Endpoints) -> Result<(String, Option<ParaId>)> {
		let requested = match endpoints.target {
			Some(Target::Region(region)) => Some(region),
			_ => None,
		};
		if let Some(node) = &endpoints.node {
			return Ok((node.clone(), requested));
		}
		if endpoints.target == Some(Target::Consortium) {
			return Ok((self.consortium(endpoints)?, None));
		}
		let Some((name, network)) = self.network(endpoints)? else {
			return match requested {
				None => Ok((DEFAULT_NODE.into(), None)),
				Some(region) => Err(Error::Input(format!(
					"the address of a node of region {region} is not known: use --node, or \
					 define a network in {}",
					self.file()
				))),
			};
		};
		let mut regions = network.regions.keys();
		let only = match (regions.next(), regions.next()) {
			(Some(only), None) => Some(only.0),
			_ => None,
		};
		let region = requested.or(network.region).or(only).ok_or_else(|| {
			Error::Input(match network.regions.is_empty() {
				true => format!(
					"the network {name} in {} has no address of a region's node: add one under \
					 regions, or use --node",
					self.file()
				),
				false => format!(
					"the network {name} has several regions ({}): choose one with --region \
					 before the command, or with SALUS_REGION",
					network.region_list()
				),
			})
		})?;
		let node = network.node_of(region, name, self.file())?;
		Ok((node.into(), Some(region)))
	}

	/// The address of a node of the consortium's chain.
	pub fn consortium(&self, endpoints: &Endpoints) -> Result<String> {
		if let Some(node) = &endpoints.consortium {
			return Ok(node.clone());
		}
		let network = self.network(endpoints)?;
		let node = network.and_then(|(_, network)| network.consortium.as_ref());
		node.map(|node| node.0.clone()).ok_or_else(|| {
			Error::Input(format!(
				"the address of a consortium node is not known: use --consortium, or add \
				 consortium to a network in {}",
				self.file()
			))
		})
	}

	/// The address of the RPC of the user's own Kubo.
	pub fn ipfs(&self, endpoints: &Endpoints) -> Result<String> {
		Ok(self
			.own_ipfs(endpoints)?
			.unwrap_or_else(|| DEFAULT_API.into()))
	}

	/// The same, if the user says that there is one.
	pub fn own_ipfs(&self, endpoints: &Endpoints) -> Result<Option<String>> {
		if let Some(url) = &endpoints.ipfs {
			return Ok(Some(url.clone()));
		}
		let network = self.network(endpoints)?;
		let url = network.and_then(|(_, network)| network.ipfs.as_ref());
		Ok(url.map(|url| url.0.clone()))
	}

	/// The name of the network to use, if there is one to choose.
	pub fn network_name(&self, endpoints: &Endpoints) -> Option<String> {
		let named = endpoints.network.clone();
		named.or_else(|| Some(self.network(endpoints).ok()??.0.into()))
	}

	/// The region that the configuration chooses.
	pub fn region(&self, endpoints: &Endpoints) -> Option<ParaId> {
		self.network(endpoints).ok()??.1.region
	}

	/// The user's own node of a chain, which is asked before those of the network file.
	pub fn own_node(&self, endpoints: &Endpoints, chain: Target) -> Option<String> {
		let network = || Some(self.network(endpoints).ok()??.1);
		match chain {
			Target::Region(region) => endpoints.node.clone().or_else(|| {
				let node = network()?.regions.get(&RegionNumber(region))?;
				Some(node.0.clone())
			}),
			Target::Consortium => endpoints
				.consortium
				.clone()
				.or_else(|| Some(network()?.consortium.as_ref()?.0.clone())),
		}
	}

	/// Whether the chains are for development. No node is asked.
	pub fn development(&self, endpoints: &Endpoints) -> Result<bool> {
		if endpoints.development {
			return Ok(true);
		}
		let network = self.network(endpoints)?;
		Ok(network.is_some_and(|(_, network)| network.development))
	}
}

impl Network {
	fn region_list(&self) -> String {
		let regions: Vec<_> = self.regions.keys().map(|key| key.0.to_string()).collect();
		regions.join(", ")
	}

	fn node_of(&self, region: ParaId, name: &str, path: &str) -> Result<&str> {
		let node = self.regions.get(&RegionNumber(region));
		node.map(|node| node.0.as_str()).ok_or_else(|| {
			let regions = match self.regions.is_empty() {
				true => "no region's node".into(),
				false => format!("only the nodes of {}", self.region_list()),
			};
			Error::Input(format!(
				"the network {name} in {path} has no node of region {region}: it has {regions}"
			))
		})
	}
}

/// `$XDG_CONFIG_HOME/salus/config.toml`, else `~/.config/salus/config.toml`.
fn default_path() -> Option<PathBuf> {
	let set = |name| env::var_os(name).filter(|dir| !dir.is_empty());
	let dir = match set("XDG_CONFIG_HOME") {
		Some(dir) => PathBuf::from(dir),
		None => PathBuf::from(set("HOME")?).join(".config"),
	};
	Some(dir.join("salus/config.toml"))
}

#[cfg(test)]
mod tests {
	use super::*;

	const TWO_NETWORKS: &str = r#"
default = "trial"

[network.trial]
region = 2001
consortium = "wss://consortium.example"
ipfs = "http://127.0.0.1:5002"

[network.trial.regions]
2001 = "wss://a.example"
2002 = "wss://b.example"

[network.local.regions]
2001 = "ws://127.0.0.1:9000"
"#;

	fn parse(text: &str) -> Result<Config> {
		Config::parse(text, "config.toml")
	}

	fn endpoints(network: Option<&str>, target: Option<Target>) -> Endpoints {
		Endpoints {
			network: network.map(Into::into),
			target,
			..Endpoints::default()
		}
	}

	fn input_error<T: std::fmt::Debug>(result: Result<T>) -> String {
		let error = result.unwrap_err();
		assert!(matches!(error, Error::Input(_)), "{error}");
		error.to_string()
	}

	#[test]
	fn without_a_file_the_default_addresses_are_used() {
		let config = Config::default();
		let nothing = Endpoints::default();
		assert_eq!(config.node(&nothing).unwrap(), (DEFAULT_NODE.into(), None));
		assert_eq!(config.ipfs(&nothing).unwrap(), DEFAULT_API);
		assert!(input_error(config.consortium(&nothing)).contains("--consortium"));
		assert!(input_error(config.node(&endpoints(Some("trial"), None))).contains("trial"));
		let region = endpoints(None, Some(Target::Region(2001)));
		assert!(input_error(config.node(&region)).contains("--node"));
	}

	#[test]
	fn a_network_has_the_addresses_of_its_chains() {
		let config = parse(TWO_NETWORKS).unwrap();
		let node = |network, target| config.node(&endpoints(network, target));
		let at = |url: &str, region| (url.to_owned(), Some(region));
		assert_eq!(node(None, None).unwrap(), at("wss://a.example", 2001));
		let other = Some(Target::Region(2002));
		assert_eq!(node(None, other).unwrap(), at("wss://b.example", 2002));
		// The only region of a network is used without --region.
		let local = at("ws://127.0.0.1:9000", 2001);
		assert_eq!(node(Some("local"), None).unwrap(), local);
		assert!(input_error(node(Some("local"), other)).contains("2001"));
		assert!(input_error(node(Some("nosuch"), None)).contains("local, trial"));
		let consortium = node(None, Some(Target::Consortium)).unwrap();
		assert_eq!(consortium, ("wss://consortium.example".into(), None));
		let error = input_error(node(Some("local"), Some(Target::Consortium)));
		assert!(error.contains("--consortium"));
		let nothing = Endpoints::default();
		assert_eq!(
			config.consortium(&nothing).unwrap(),
			"wss://consortium.example"
		);
		assert_eq!(config.ipfs(&nothing).unwrap(), "http://127.0.0.1:5002");
		let local = endpoints(Some("local"), None);
		assert_eq!(config.ipfs(&local).unwrap(), DEFAULT_API);
	}

	#[test]
	fn an_address_on_the_command_line_wins_over_the_file() {
		let config = parse(TWO_NETWORKS).unwrap();
		let endpoints = Endpoints {
			network: Some("local".into()),
			target: Some(Target::Region(2002)),
			node: Some("ws://localhost:1".into()),
			consortium: Some("ws://localhost:2".into()),
			ipfs: Some("http://localhost:3".into()),
			development: false,
		};
		let node = config.node(&endpoints).unwrap();
		assert_eq!(node, ("ws://localhost:1".into(), Some(2002)));
		assert_eq!(config.consortium(&endpoints).unwrap(), "ws://localhost:2");
		assert_eq!(config.ipfs(&endpoints).unwrap(), "http://localhost:3");
	}

	#[test]
	fn only_the_user_says_that_a_chain_is_for_development() {
		let text = format!("{TWO_NETWORKS}\n[network.dev]\ndevelopment = true\n");
		let config = parse(&text).unwrap();
		let of = |network| config.development(&endpoints(network, None)).unwrap();
		assert!(of(Some("dev")) && !of(Some("local")) && !of(None));
		let option = Endpoints {
			development: true,
			..Endpoints::default()
		};
		assert!(config.development(&option).unwrap());
		assert!(!Config::default()
			.development(&Endpoints::default())
			.unwrap());
	}

	#[test]
	fn one_of_several_networks_must_be_chosen_unless_a_node_is_given() {
		let text = TWO_NETWORKS.replace("default = \"trial\"", "");
		let config = parse(&text).unwrap();
		let nothing = Endpoints::default();
		assert!(input_error(config.node(&nothing)).contains("--network"));
		assert!(input_error(config.ipfs(&nothing)).contains("--network"));
		let node = Endpoints {
			node: Some("ws://localhost:1".into()),
			..nothing
		};
		config.node(&node).unwrap();
		assert_eq!(config.ipfs(&node).unwrap(), DEFAULT_API);
		// One of several regions must be chosen too.
		let config = parse(&TWO_NETWORKS.replace("region = 2001\n", "")).unwrap();
		assert!(input_error(config.node(&Endpoints::default())).contains("2001, 2002"));
	}

	#[test]
	fn an_error_in_the_file_names_its_line() {
		let node = "[network.x.regions]\n";
		for (text, line, word) in [
			("a = 1", 1, "unknown field"),
			("\n\n[network.x]\nnodes = 1", 4, "unknown field"),
			("[network.x", 1, ""),
			("default = 7", 1, "string"),
			("\n[network.\"a b\"]", 2, "name"),
			("[network.x]\nregion = -1", 2, ""),
			("[network.x]\nregion = 4294967296", 2, ""),
			("[network.x]\nconsortium = \"http://a\"", 2, "wss://"),
			("[network.x]\nconsortium = \"ws://\"", 2, "wss://"),
			("[network.x]\nipfs = \"https://a\"", 2, "http://"),
			("[network.x]\n\nipfs = 5001", 3, "string"),
			("[network.x]\ndevelopment = 1", 2, "boolean"),
			(&format!("{node}2001 = \"nonsense\""), 2, "wss://"),
			(&format!("{node}2001 = \"ws://a b\""), 2, "wss://"),
			(&format!("{node}02001 = \"ws://a\""), 2, "region"),
			(&format!("{node}\"+1\" = \"ws://a\""), 2, "region"),
			(&format!("{node}one = \"ws://a\""), 2, "region"),
			(
				&format!("{node}1 = \"ws://a\"\n1 = \"ws://b\""),
				3,
				"duplicate",
			),
		] {
			let error = input_error(parse(text));
			let prefix = format!("config.toml:{line}: ");
			assert!(error.starts_with(&prefix), "{text:?}: {error}");
			assert!(error.contains(word), "{text:?}: {error}");
			assert!(!error.contains('\n'), "{text:?}: {error}");
		}
	}

	#[test]
	fn a_default_that_is_not_defined_is_an_error() {
		let error = input_error(parse("default = \"nosuch\""));
		assert!(error.contains("nosuch"), "{error}");
		let error = input_error(parse("[network.x]\nregion = 2001"));
		assert!(error.contains("2001"), "{error}");
	}

	#[test]
	fn a_file_that_is_too_large_or_malformed_is_refused() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("config.toml");
		let read = |bytes: &[u8]| {
			std::fs::write(&path, bytes).unwrap();
			Config::read(Some(&path))
		};
		assert!(read(b"").is_ok());
		assert!(read(TWO_NETWORKS.as_bytes()).is_ok());
		assert!(input_error(read(&[b'#'; MAX_BYTES as usize + 1])).contains("KiB"));
		assert!(read(&[b'#'; MAX_BYTES as usize]).is_ok());
		assert!(input_error(read(&[0xff])).contains("UTF-8"));
		// Deep nesting is an error, not a crash.
		let deep = format!("a = {}", "[".repeat(100_000));
		assert!(read(deep.as_bytes()).is_err());
		assert!(input_error(Config::read(Some(&dir.path().join("nosuch")))).contains("nosuch"));
		assert!(Config::read(Some(dir.path())).is_err());
	}

	#[test]
	fn a_target_is_a_region_number_or_the_consortium() {
		assert_eq!("2002".parse(), Ok(Target::Region(2002)));
		assert_eq!("consortium".parse(), Ok(Target::Consortium));
		for text in ["", "Consortium", "+1", "-1", "1/2", "4294967296", " 1"] {
			assert!(text.parse::<Target>().is_err(), "{text:?}");
		}
	}
}
