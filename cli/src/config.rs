//! Named networks: a file that says where the nodes of regions and consortium are, so that one
//! command line talks to several chains.
//!
//! ```toml
//! default = "trial"                         # the network to use unless --network says another
//!
//! [network.trial]
//! region = 2001                             # the region to use unless --region says another
//! consortium = "wss://consortium.example"
//! ipfs = "http://127.0.0.1:5001"
//!
//! [network.trial.regions]
//! 2001 = "wss://region-2001.example"
//! 2002 = "wss://region-2002.example"
//! ```

use crate::text::{clean, parse_region};
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

/// The longest file that is read.
const MAX_BYTES: u64 = 256 * 1024;
/// The longest name of a network.
const MAX_NAME: usize = 64;
/// The longest address.
const MAX_URL: usize = 2048;
/// The node where nothing says another.
const DEFAULT_NODE: &str = "ws://127.0.0.1:9944";

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The network to use unless one is asked for.
	default: Option<Name>,
	/// All networks, by name.
	#[serde(default)]
	network: BTreeMap<Name, Network>,
	/// Where the file is, or would be.
	#[serde(skip)]
	path: String,
}

/// A network's chains and IPFS.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
	/// The region to use unless one is asked for.
	region: Option<ParaId>,
	/// A node of the consortium's chain.
	consortium: Option<NodeUrl>,
	/// The RPC of the person's own Kubo.
	ipfs: Option<IpfsUrl>,
	/// A node of each region's chain.
	#[serde(default)]
	regions: BTreeMap<RegionKey, NodeUrl>,
}

/// A network's name: letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

/// A node's address.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct NodeUrl(String);

/// The address of a Kubo's RPC.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct IpfsUrl(String);

/// A region's number as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct RegionKey(ParaId);

impl TryFrom<String> for Name {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		let fine = (1..=MAX_NAME).contains(&text.len())
			&& text
				.bytes()
				.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
		if fine {
			return Ok(Self(text));
		}
		Err(format!(
			"a network's name has up to {MAX_NAME} letters, digits, - and _"
		))
	}
}

impl TryFrom<String> for NodeUrl {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		url(&text, &["ws://", "wss://"])?;
		Ok(Self(text))
	}
}

impl TryFrom<String> for IpfsUrl {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		url(&text, &["http://"])?;
		Ok(Self(text))
	}
}

impl TryFrom<String> for RegionKey {
	type Error = String;

	fn try_from(text: String) -> std::result::Result<Self, String> {
		parse_region(&text).map(Self)
	}
}

/// Whether a text could be such an address. What it leads to is seen when it is used.
fn url(text: &str, schemes: &[&str]) -> std::result::Result<(), String> {
	let fine = text.len() <= MAX_URL
		&& text.bytes().all(|byte| byte.is_ascii_graphic())
		&& schemes
			.iter()
			.any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
	if fine {
		return Ok(());
	}
	Err(format!(
		"an address there begins with {}",
		schemes.join(" or ")
	))
}

/// The chain that a command talks to.
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
			_ => parse_region(text)
				.map(Self::Region)
				.map_err(|error| format!("{error}, or the word consortium")),
		}
	}
}

/// What the command line and the environment say. An address that is given wins over a network's.
#[derive(Clone, Debug, Default)]
pub struct Given {
	/// A network's name.
	pub network: Option<String>,
	/// A chain.
	pub target: Option<Target>,
	/// That chain's node.
	pub node: Option<String>,
	/// A node of the consortium's chain.
	pub consortium: Option<String>,
	/// The RPC of the person's own Kubo.
	pub ipfs: Option<String>,
}

impl Config {
	/// Reads the file that is given, which must be there, or the one in its usual place.
	pub fn read(given: Option<&Path>) -> Result<Self> {
		let (path, required) = match (given, usual_path()) {
			(Some(path), _) => (path.to_owned(), true),
			(None, Some(path)) => (path, false),
			(None, None) => return Ok(Self::default()),
		};
		let shown = path.display().to_string();
		let failed = |cause: std::io::Error| Error::Input(format!("{shown}: {cause}"));
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
			let most = MAX_BYTES / 1024;
			return Err(Error::Input(format!("{shown}: more than {most} KiB")));
		}
		let text = String::from_utf8(bytes)
			.map_err(|_| Error::Input(format!("{shown}: it is not UTF-8")))?;
		Self::parse(&text, &shown)
	}

	/// Reads a file's text; an error names the file and the line.
	fn parse(text: &str, path: &str) -> Result<Self> {
		let at = |place: Option<usize>, cause: &str| {
			let line = place.map_or_else(String::new, |place| {
				let before = text.as_bytes().iter().take(place);
				let line = before.filter(|byte| **byte == b'\n').count() + 1;
				format!("{line}: ")
			});
			let cause = cause.split('\n').collect::<Vec<_>>().join("; ");
			Error::Input(format!("{path}:{line}{}", clean(&cause)))
		};
		let mut config: Self = toml::from_str(text)
			.map_err(|error| at(error.span().map(|span| span.start), error.message()))?;
		config.path = path.into();
		if let Some(Name(default)) = &config.default {
			config.named(default)?;
		}
		for (Name(name), network) in &config.network {
			if let Some(region) = network.region {
				network.node_of(region, name, path)?;
			}
		}
		Ok(config)
	}

	fn names(&self) -> String {
		let names: Vec<_> = self.network.keys().map(|name| name.0.as_str()).collect();
		names.join(", ")
	}

	fn named(&self, name: &str) -> Result<(&str, &Network)> {
		let found = self.network.iter().find(|(one, _)| one.0 == name);
		found
			.map(|(name, network)| (name.0.as_str(), network))
			.ok_or_else(|| {
				let there = match self.network.is_empty() {
					true => "there is none".into(),
					false => format!("there are: {}", self.names()),
				};
				Error::Input(format!(
					"no network {} in {}; {there}",
					clean(name),
					self.place()
				))
			})
	}

	fn place(&self) -> &str {
		match self.path.as_str() {
			"" => "the configuration (no home: give --config)",
			path => path,
		}
	}

	/// The network that is asked for: by name, the file's default, or the only one.
	fn network(&self, given: &Given) -> Result<Option<(&str, &Network)>> {
		if let Some(name) = &given.network {
			return self.named(name).map(Some);
		}
		if let Some(Name(name)) = &self.default {
			return self.named(name).map(Some);
		}
		let mut all = self.network.iter();
		match (all.next(), all.next()) {
			(None, _) => Ok(None),
			(Some((name, network)), None) => Ok(Some((name.0.as_str(), network))),
			// Who gives a node's address needs none.
			_ if given.node.is_some() => Ok(None),
			_ => Err(Error::Input(format!(
				"choose a network with --network or SALUS_NETWORK: {}",
				self.names()
			))),
		}
	}

	/// The address of the node to talk to, and the region that it must be of.
	pub fn node(&self, given: &Given) -> Result<(String, Option<ParaId>)> {
		let asked = match given.target {
			Some(Target::Region(region)) => Some(region),
			_ => None,
		};
		if let Some(node) = &given.node {
			return Ok((node.clone(), asked));
		}
		if given.target == Some(Target::Consortium) {
			return Ok((self.consortium(given)?, None));
		}
		let Some((name, network)) = self.network(given)? else {
			return match asked {
				None => Ok((DEFAULT_NODE.into(), None)),
				Some(region) => Err(Error::Input(format!(
					"nothing says where region {region}'s node is: give --node, or a network in {}",
					self.place()
				))),
			};
		};
		let mut regions = network.regions.keys();
		let only = match (regions.next(), regions.next()) {
			(Some(only), None) => Some(only.0),
			_ => None,
		};
		let region = asked.or(network.region).or(only).ok_or_else(|| {
			Error::Input(match network.regions.is_empty() {
				true => format!("network {name} in {} names no region's node", self.place()),
				false => format!(
					"choose a region of network {name}, with --region before the command or SALUS_REGION: {}",
					network.region_list()
				),
			})
		})?;
		let node = network.node_of(region, name, self.place())?;
		Ok((node.into(), Some(region)))
	}

	/// The address of a node of the consortium's chain.
	pub fn consortium(&self, given: &Given) -> Result<String> {
		if let Some(node) = &given.consortium {
			return Ok(node.clone());
		}
		let network = self.network(given)?;
		let node = network.and_then(|(_, network)| network.consortium.as_ref());
		node.map(|node| node.0.clone()).ok_or_else(|| {
			Error::Input(format!(
				"nothing says where the consortium's node is: give --consortium, or consortium in a network of {}",
				self.place()
			))
		})
	}

	/// The address of the RPC of the person's own Kubo.
	pub fn ipfs(&self, given: &Given) -> Result<String> {
		if let Some(url) = &given.ipfs {
			return Ok(url.clone());
		}
		let network = self.network(given)?;
		let url = network.and_then(|(_, network)| network.ipfs.as_ref());
		Ok(url.map_or_else(|| DEFAULT_API.into(), |url| url.0.clone()))
	}
}

impl Network {
	fn region_list(&self) -> String {
		let regions: Vec<_> = self.regions.keys().map(|key| key.0.to_string()).collect();
		regions.join(", ")
	}

	fn node_of(&self, region: ParaId, name: &str, path: &str) -> Result<&str> {
		let node = self.regions.get(&RegionKey(region));
		node.map(|node| node.0.as_str()).ok_or_else(|| {
			let there = match self.regions.is_empty() {
				true => "it names none".into(),
				false => format!("it names those of {}", self.region_list()),
			};
			Error::Input(format!(
				"network {name} in {path} names no node of region {region}; {there}"
			))
		})
	}
}

/// `$XDG_CONFIG_HOME/salus/config.toml`, else `~/.config/salus/config.toml`.
fn usual_path() -> Option<PathBuf> {
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

	const TWO: &str = r#"
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

	fn given(network: Option<&str>, target: Option<Target>) -> Given {
		Given {
			network: network.map(Into::into),
			target,
			..Given::default()
		}
	}

	fn wrong<T: std::fmt::Debug>(result: Result<T>) -> String {
		let error = result.unwrap_err();
		assert!(matches!(error, Error::Input(_)), "{error}");
		error.to_string()
	}

	#[test]
	fn without_a_file_the_defaults_hold() {
		let config = Config::default();
		let nothing = Given::default();
		assert_eq!(config.node(&nothing).unwrap(), (DEFAULT_NODE.into(), None));
		assert_eq!(config.ipfs(&nothing).unwrap(), DEFAULT_API);
		assert!(wrong(config.consortium(&nothing)).contains("--consortium"));
		assert!(wrong(config.node(&given(Some("trial"), None))).contains("trial"));
		let region = given(None, Some(Target::Region(2001)));
		assert!(wrong(config.node(&region)).contains("--node"));
	}

	#[test]
	fn a_network_says_where_its_chains_are() {
		let config = parse(TWO).unwrap();
		let node = |network, target| config.node(&given(network, target));
		let at = |url: &str, region| (url.to_owned(), Some(region));
		assert_eq!(node(None, None).unwrap(), at("wss://a.example", 2001));
		let other = Some(Target::Region(2002));
		assert_eq!(node(None, other).unwrap(), at("wss://b.example", 2002));
		// The only region of a network needs no name.
		let local = at("ws://127.0.0.1:9000", 2001);
		assert_eq!(node(Some("local"), None).unwrap(), local);
		assert!(wrong(node(Some("local"), other)).contains("2001"));
		assert!(wrong(node(Some("nosuch"), None)).contains("local, trial"));
		let consortium = node(None, Some(Target::Consortium)).unwrap();
		assert_eq!(consortium, ("wss://consortium.example".into(), None));
		assert!(wrong(node(Some("local"), Some(Target::Consortium))).contains("--consortium"));
		let nothing = Given::default();
		assert_eq!(
			config.consortium(&nothing).unwrap(),
			"wss://consortium.example"
		);
		assert_eq!(config.ipfs(&nothing).unwrap(), "http://127.0.0.1:5002");
		let local = given(Some("local"), None);
		assert_eq!(config.ipfs(&local).unwrap(), DEFAULT_API);
	}

	#[test]
	fn what_is_given_wins() {
		let config = parse(TWO).unwrap();
		let given = Given {
			network: Some("local".into()),
			target: Some(Target::Region(2002)),
			node: Some("ws://localhost:1".into()),
			consortium: Some("ws://localhost:2".into()),
			ipfs: Some("http://localhost:3".into()),
		};
		let node = config.node(&given).unwrap();
		assert_eq!(node, ("ws://localhost:1".into(), Some(2002)));
		assert_eq!(config.consortium(&given).unwrap(), "ws://localhost:2");
		assert_eq!(config.ipfs(&given).unwrap(), "http://localhost:3");
	}

	#[test]
	fn several_networks_need_a_choice_unless_a_node_is_given() {
		let text = TWO.replace("default = \"trial\"", "");
		let config = parse(&text).unwrap();
		let nothing = Given::default();
		assert!(wrong(config.node(&nothing)).contains("--network"));
		assert!(wrong(config.ipfs(&nothing)).contains("--network"));
		let node = Given {
			node: Some("ws://localhost:1".into()),
			..nothing
		};
		config.node(&node).unwrap();
		assert_eq!(config.ipfs(&node).unwrap(), DEFAULT_API);
		// And so do several regions.
		let config = parse(&TWO.replace("region = 2001\n", "")).unwrap();
		assert!(wrong(config.node(&Given::default())).contains("2001, 2002"));
	}

	#[test]
	fn a_bad_file_is_told_with_its_line() {
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
			let error = wrong(parse(text));
			let place = format!("config.toml:{line}: ");
			assert!(error.starts_with(&place), "{text:?}: {error}");
			assert!(error.contains(word), "{text:?}: {error}");
			assert!(!error.contains('\n'), "{text:?}: {error}");
		}
	}

	#[test]
	fn a_file_that_names_what_it_lacks_is_told() {
		let error = wrong(parse("default = \"nosuch\""));
		assert!(error.contains("nosuch"), "{error}");
		let error = wrong(parse("[network.x]\nregion = 2001"));
		assert!(error.contains("2001"), "{error}");
	}

	#[test]
	fn a_file_has_bounds() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("config.toml");
		let read = |bytes: &[u8]| {
			std::fs::write(&path, bytes).unwrap();
			Config::read(Some(&path))
		};
		assert!(read(b"").is_ok());
		assert!(read(TWO.as_bytes()).is_ok());
		assert!(wrong(read(&[b'#'; MAX_BYTES as usize + 1])).contains("KiB"));
		assert!(read(&[b'#'; MAX_BYTES as usize]).is_ok());
		assert!(wrong(read(&[0xff])).contains("UTF-8"));
		// Deep nesting ends in an error, not in a crash.
		let deep = format!("a = {}", "[".repeat(100_000));
		assert!(read(deep.as_bytes()).is_err());
		assert!(wrong(Config::read(Some(&dir.path().join("nosuch")))).contains("nosuch"));
		assert!(Config::read(Some(dir.path())).is_err());
	}

	#[test]
	fn targets() {
		assert_eq!("2002".parse(), Ok(Target::Region(2002)));
		assert_eq!("consortium".parse(), Ok(Target::Consortium));
		for text in ["", "Consortium", "+1", "-1", "1/2", "4294967296", " 1"] {
			assert!(text.parse::<Target>().is_err(), "{text:?}");
		}
	}
}
