//! The configuration: one file in TOML. An unknown key is an error.

use std::{
	fs, io,
	net::SocketAddr,
	path::{Path, PathBuf},
};

use salus_light::Checkpoint;
use serde::{
	de::{value::Error as ValueError, IntoDeserializer},
	Deserialize, Deserializer,
};

use crate::{envelopes::config::EnvelopesConfig, listeners, view::Hex};

/// What an operator decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The address and port to listen on.
	pub listen: SocketAddr,
	/// The names by which clients reach this gateway: the host, and the port if it is not 443, as in
	/// the network file. A request to another one is refused, and so is a signature for another one.
	pub hosts: Vec<String>,
	/// The origins of the web pages that may use this gateway, beside those on the user's own machine,
	/// such as `https://portal.example`.
	#[serde(default)]
	pub origins: Vec<String>,
	/// The certificate. Without it, `behind_proxy` must be true.
	pub tls: Option<TlsConfig>,
	/// Plain HTTP on loopback, behind a proxy with TLS. The client's address is the last one in the
	/// proxy's `X-Forwarded-For`.
	#[serde(default)]
	pub behind_proxy: bool,
	/// The nodes' and Kubo's RPC may listen beyond loopback, and so may plain HTTP.
	#[serde(default)]
	pub beyond_loopback: bool,
	/// The address and port for Prometheus. Without it, there are no metrics.
	pub metrics: Option<SocketAddr>,
	/// The network file that members use. `check` and the metrics tell when it ends.
	pub network_file: Option<PathBuf>,
	/// The folder with all network files, each as `NAME-NUMBER.json`, for members who missed some.
	pub network_files: Option<PathBuf>,
	/// The file that `salus-backup` touches. `check` and the metrics tell when the last backup was made.
	pub backup: Option<PathBuf>,
	/// The RPC of the region's node, such as `ws://127.0.0.1:9944`.
	pub region: String,
	/// The RPC of the consortium's node. Without it, this gateway serves the region only.
	pub consortium: Option<String>,
	/// The relay chain. Without it, views have no proof of the chains' heads.
	pub relay: Option<RelayConfig>,
	/// Kubo, for envelopes. Without it, this gateway carries none.
	pub envelopes: Option<EnvelopesConfig>,
	/// The limits. Each has a default.
	#[serde(default)]
	pub limits: Limits,
}

/// The certificate, and its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
	/// The certificate and those of its issuers, in PEM. Read again when it changes.
	pub certificate: PathBuf,
	/// Its key, in PEM. Read again when the certificate changes.
	pub key: PathBuf,
	/// The command that renews both. `check` prints it.
	#[serde(default = "renew")]
	pub renew: String,
}

fn renew() -> String {
	"certbot renew".into()
}

/// Where the proofs of the chains' heads come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayConfig {
	/// The RPC of a node of the relay chain, such as that in a collator.
	pub rpc: String,
	/// The network file's checkpoint.
	pub checkpoint: CheckpointBytes,
	/// The file that keeps the relay chain's steps.
	pub steps: PathBuf,
	/// The length of the relay chain's slots.
	#[serde(default = "slot")]
	pub slot_milliseconds: u64,
}

fn slot() -> u64 {
	6_000
}

/// A checkpoint, as hexadecimal digits after `0x`, or why it is none. The gateway then refuses to start,
/// and `check` prints the command that writes the network file's.
#[derive(Clone, Debug)]
pub struct CheckpointBytes(pub Result<Checkpoint, String>);

impl<'de> Deserialize<'de> for CheckpointBytes {
	fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
		let text = String::deserialize(from)?;
		let bytes: Result<_, ValueError> = Hex::deserialize(text.into_deserializer());
		let bytes = bytes.map_err(|error| error.to_string());
		let decoded = bytes
			.and_then(|Hex(bytes)| Checkpoint::decode(&bytes).map_err(|error| error.to_string()));
		Ok(Self(decoded))
	}
}

/// How much a gateway takes. Times are seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
	/// How long a session lasts after each sign-in.
	pub session_seconds: u64,
	/// How long a challenge can be answered.
	pub challenge_seconds: u64,
	/// The most sessions.
	pub sessions: usize,
	/// The most sessions of one account. One more ends its oldest.
	pub sessions_of_account: usize,
	/// The most open connections.
	pub connections: usize,
	/// The most open connections of one address, or of one /64 network of IPv6.
	pub connections_of_address: usize,
	/// The most open WebSockets. Each has a connection of its own to the node, which therefore needs
	/// `--rpc-max-connections` of at least two more than these.
	pub sockets: usize,
	/// The most open WebSockets of one account, in all of its sessions.
	pub sockets_of_account: usize,
	/// The most views that run at once. Each takes a core of the node.
	pub views: usize,
	/// Requests of one account in a second, after some at once. Letting blocks go does not count.
	pub requests_per_second: u32,
	/// Transactions of one account in a minute, after some at once.
	pub transactions_per_minute: u32,
	/// Challenges and sign-ins of one address, or of one /64 network of IPv6, in a minute.
	pub sign_ins_per_minute: u32,
	/// How long a client can take to send a request's headers, or all of a request, and how long it can
	/// read nothing of what is sent to it.
	pub request_seconds: u64,
	/// How long a gateway that stops waits for requests and parts of uploads.
	pub stop_seconds: u64,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			session_seconds: 600,
			challenge_seconds: 60,
			sessions: 2_000,
			sessions_of_account: 8,
			connections: 4_000,
			connections_of_address: 1_000,
			sockets: 500,
			sockets_of_account: 24,
			views: 8,
			requests_per_second: 100,
			transactions_per_minute: 120,
			sign_ins_per_minute: 120,
			request_seconds: 15,
			stop_seconds: 30,
		}
	}
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// The file cannot be read.
	#[error(
		"cannot read the configuration {0}: {1}; name a file with --config that this user can read"
	)]
	Unreadable(String, std::io::Error),
	/// The file is not what this program expects.
	#[error("the configuration is refused: {0}")]
	Malformed(#[from] toml::de::Error),
	/// No client could reach the gateway.
	#[error("the configuration is refused: hosts is empty; name the host that clients connect to")]
	NoHost,
	/// A host is not a host.
	#[error(
		"the configuration is refused: {0} in hosts is not a host; give the name, and the port if it \
		 is not 443, such as clinic.example or clinic.example:8443"
	)]
	Host(String),
	/// An origin is not an origin.
	#[error(
		"the configuration is refused: {0} in origins is not an origin; give the scheme and the host \
		 without a path, such as https://portal.example"
	)]
	Origin(String),
	/// Clients' connections would not be encrypted.
	#[error(
		"the configuration is refused: it does not say how clients' connections are encrypted; give \
		 tls.certificate and tls.key, or behind_proxy = true for plain HTTP behind a proxy with TLS"
	)]
	NotEncrypted,
	/// It says so twice.
	#[error("the configuration is refused: it has both tls and behind_proxy; give one of them")]
	BothEncrypted,
	/// Something would be open to other machines.
	#[error(
		"the configuration is refused: {0} is not on this machine's loopback; move it there, or set \
		 beyond_loopback = true if nobody else can reach it"
	)]
	BeyondLoopback(&'static str),
}

/// A service that other machines can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
	"{key} also listens on {address}, where other machines reach it without this gateway: let it \
	 listen on 127.0.0.1 alone, or set beyond_loopback = true if nobody else can reach it"
)]
pub struct Exposed {
	/// The key of the configuration.
	pub key: &'static str,
	/// One of its addresses.
	pub address: SocketAddr,
}

impl Config {
	/// Reads a configuration from a file.
	///
	/// # Errors
	///
	/// [`ConfigError`] says what to correct.
	pub fn read(path: &Path) -> Result<Self, ConfigError> {
		let text = fs::read_to_string(path)
			.map_err(|error| ConfigError::Unreadable(path.display().to_string(), error))?;
		Self::parse(&text)
	}

	/// Reads a configuration from text.
	///
	/// # Errors
	///
	/// [`ConfigError`] says what to correct.
	pub fn parse(text: &str) -> Result<Self, ConfigError> {
		let config: Self = toml::from_str(text)?;
		if config.hosts.is_empty() {
			return Err(ConfigError::NoHost);
		}
		for host in &config.hosts {
			let parsed: Result<axum::http::uri::Authority, _> = host.parse();
			if !parsed.is_ok_and(|parsed| parsed.as_str() == host && !host.contains('@')) {
				return Err(ConfigError::Host(host.clone()));
			}
		}
		for origin in &config.origins {
			let host = origin.split_once("://").map(|(_, host)| host);
			if host.is_none_or(|host| host.is_empty() || host.contains(['/', '@', '?', '#'])) {
				return Err(ConfigError::Origin(origin.clone()));
			}
		}
		match (&config.tls, config.behind_proxy) {
			(None, false) => return Err(ConfigError::NotEncrypted),
			(Some(_), true) => return Err(ConfigError::BothEncrypted),
			_ => {}
		}
		if !config.beyond_loopback {
			config.check_loopback()?;
		}
		Ok(config)
	}

	/// The services that only this gateway may reach, with the key of each.
	pub fn services(&self) -> Vec<(&'static str, &str)> {
		let envelopes = self.envelopes.as_ref();
		let all = [
			("region", Some(&self.region)),
			("consortium", self.consortium.as_ref()),
			("relay.rpc", self.relay.as_ref().map(|relay| &relay.rpc)),
			("envelopes.rpc", envelopes.map(|kubo| &kubo.rpc)),
			("envelopes.gateway", envelopes.map(|kubo| &kubo.gateway)),
		];
		let given = all.into_iter();
		given
			.filter_map(|(key, url)| Some((key, url?.as_str())))
			.collect()
	}

	/// The services that other machines can reach now, although they must not. One that has not
	/// started yet is not seen.
	///
	/// # Errors
	///
	/// The system does not tell who listens.
	pub fn exposed(&self) -> io::Result<Vec<Exposed>> {
		let mut exposed = Vec::new();
		if self.beyond_loopback {
			return Ok(exposed);
		}
		for (key, url) in self.services() {
			let Some(port) = listeners::loopback_port(url) else {
				continue;
			};
			let addresses = listeners::beyond_loopback(port)?;
			exposed.extend(addresses.into_iter().map(|ip| Exposed {
				key,
				address: SocketAddr::new(ip, port),
			}));
		}
		Ok(exposed)
	}

	fn check_loopback(&self) -> Result<(), ConfigError> {
		let services = self.services();
		let elsewhere = services
			.into_iter()
			.find(|(_, url)| listeners::loopback_port(url).is_none());
		if let Some((key, _)) = elsewhere {
			return Err(ConfigError::BeyondLoopback(key));
		}
		if self.behind_proxy && !self.listen.ip().is_loopback() {
			return Err(ConfigError::BeyondLoopback("listen, with plain HTTP,"));
		}
		if self
			.metrics
			.is_some_and(|metrics| !metrics.ip().is_loopback())
		{
			return Err(ConfigError::BeyondLoopback("metrics"));
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LEAST: &str = r#"
		listen = "127.0.0.1:8443"
		hosts = ["clinic.example"]
		behind_proxy = true
		region = "ws://127.0.0.1:9944"
	"#;

	#[test]
	fn the_least_configuration_has_safe_defaults() {
		let config = Config::parse(LEAST).unwrap();
		assert_eq!(config.limits.session_seconds, 600);
		assert!(config.origins.is_empty());
		assert!(!config.beyond_loopback);
	}

	#[test]
	fn plain_http_is_for_a_proxy_on_loopback() {
		let certificate = "[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"";
		let unsaid = LEAST.replace("behind_proxy = true", "");
		let error = Config::parse(&unsaid).unwrap_err();
		assert!(matches!(error, ConfigError::NotEncrypted), "{error}");
		let error = Config::parse(&format!("{LEAST}\n{certificate}")).unwrap_err();
		assert!(matches!(error, ConfigError::BothEncrypted), "{error}");
		let open = |text: &str| text.replace("127.0.0.1:8443", "0.0.0.0:8443");
		let error = Config::parse(&open(LEAST)).unwrap_err();
		assert!(matches!(error, ConfigError::BeyondLoopback(_)), "{error}");
		let config = Config::parse(&format!("{}\n{certificate}", open(&unsaid))).unwrap();
		assert_eq!(config.tls.unwrap().renew, "certbot renew");
	}

	#[test]
	fn services_beyond_loopback_are_refused_unless_the_operator_allows_them() {
		let region = "ws://127.0.0.1:9944";
		for elsewhere in [
			"ws://192.0.2.1:9944",
			"ws://localhost.example:9944",
			"wss://0.0.0.0",
			"no address",
		] {
			let text = LEAST.replace(region, elsewhere);
			let error = Config::parse(&text).unwrap_err();
			let refused = matches!(error, ConfigError::BeyondLoopback("region"));
			assert!(refused, "{elsewhere}: {error}");
			let allowed = format!("beyond_loopback = true\n{text}");
			assert!(Config::parse(&allowed).is_ok(), "{elsewhere}");
		}
		for own in ["ws://[::1]:9944", "ws://localhost:9944", "ws://127.0.0.2"] {
			assert!(Config::parse(&LEAST.replace(region, own)).is_ok(), "{own}");
		}
		for (key, more) in [
			("metrics", "metrics = \"192.0.2.1:9616\""),
			("consortium", "consortium = \"ws://192.0.2.1\""),
			(
				"envelopes.gateway",
				"[envelopes]\nrpc = \"http://127.0.0.1:5001\"\nuploads = \"u\"\n\
				 gateway = \"http://192.0.2.1:8080\"",
			),
		] {
			let error = Config::parse(&format!("{LEAST}\n{more}")).unwrap_err();
			let refused = matches!(error, ConfigError::BeyondLoopback(found) if found == key);
			assert!(refused, "{key}: {error}");
		}
	}

	#[test]
	fn a_service_that_listens_on_every_address_is_seen() {
		let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
		let port = listener.local_addr().unwrap().port();
		let text = LEAST.replace("9944", &port.to_string());
		let exposed = Config::parse(&text).unwrap().exposed().unwrap();
		let open = Exposed {
			key: "region",
			address: ([0, 0, 0, 0], port).into(),
		};
		assert_eq!(exposed, [open]);
		let allowed = Config::parse(&format!("beyond_loopback = true\n{text}")).unwrap();
		assert!(allowed.exposed().unwrap().is_empty());
		drop(listener);
		let _own = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
		assert!(Config::parse(&text).unwrap().exposed().unwrap().is_empty());
	}

	#[test]
	fn the_configuration_that_is_installed_can_be_read() {
		let text = include_str!("../../deploy/etc/gateway.toml");
		let config = Config::parse(text).unwrap();
		// Its checkpoint is still to come.
		assert!(config.relay.unwrap().checkpoint.0.is_err());
		assert!(config.tls.is_some() && config.metrics.is_some() && !config.beyond_loopback);
		let secret = config.envelopes.unwrap().secret.unwrap();
		let unit = include_str!("../../deploy/systemd/salus-gateway.service");
		let name = secret.file_name().unwrap().to_str().unwrap();
		assert!(unit.contains(&format!("LoadCredential={name}:")));
	}

	/// The keys that a part of the configuration takes, as its refusal of another one lists them.
	fn keys(part: &str) -> Vec<String> {
		let header = if part.is_empty() {
			String::new()
		} else {
			format!("[{part}]\n")
		};
		let parsed: Result<Config, _> = toml::from_str(&format!("{header}no_key = 1"));
		let error = parsed.unwrap_err().to_string();
		let listed = error.split_once("expected").unwrap().1;
		let names = listed.split('`').skip(1).step_by(2);
		let before = if part.is_empty() {
			String::new()
		} else {
			format!("{part}.")
		};
		names.map(|name| format!("{before}{name}")).collect()
	}

	#[test]
	fn the_page_documents_each_key_once() {
		const PARTS: &[&str] = &[
			"",
			"tls",
			"relay",
			"envelopes",
			"envelopes.limits",
			"limits",
		];
		let mut known: Vec<_> = PARTS.iter().flat_map(|part| keys(part)).collect();
		known.retain(|key| !PARTS.contains(&&**key));
		known.sort_unstable();
		let page = include_str!("../../docs/gateway.md");
		let table = page.split_once("| key | meaning | default |").unwrap().1;
		let table = table.split("\n\n").next().unwrap();
		let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
		let mut documented: Vec<_> = rows
			.map(|row| row.split('`').next().unwrap().to_owned())
			.collect();
		documented.sort_unstable();
		assert_eq!(documented, known);
	}

	#[test]
	fn envelopes_have_limits_of_their_own() {
		let envelopes = r#"
			[envelopes]
			rpc = "http://127.0.0.1:5001"
			gateway = "http://127.0.0.1:8080"
			uploads = "/var/lib/salus-gateway/uploads"
			limits.account_bytes = 1000
		"#;
		let config = Config::parse(&format!("{LEAST}\n{envelopes}")).unwrap();
		let envelopes = config.envelopes.unwrap();
		assert_eq!(envelopes.limits.account_bytes, 1000);
		assert_eq!(envelopes.limits.upload_seconds, 7 * 24 * 60 * 60);
		assert!(envelopes.secret.is_none());
	}

	#[test]
	fn an_unknown_key_is_refused() {
		for line in [
			"tokens = 5",
			"[limits]\nsession_second = 5",
			"[envelopes]\nkubo = 5",
		] {
			let error = Config::parse(&format!("{LEAST}\n{line}")).unwrap_err();
			assert!(error.to_string().contains("unknown field"), "{error}");
		}
	}

	#[test]
	fn hosts_and_origins_are_checked() {
		for host in [
			"https://clinic.example",
			"a@b",
			"clinic.example/",
			"",
			"a b",
		] {
			let text = LEAST.replace("clinic.example", host);
			let error = Config::parse(&text).unwrap_err();
			assert!(matches!(error, ConfigError::Host(_)), "{host}: {error}");
		}
		for origin in ["portal.example", "https://portal.example/", "https://", "*"] {
			let error = Config::parse(&format!("origins = [\"{origin}\"]\n{LEAST}")).unwrap_err();
			assert!(matches!(error, ConfigError::Origin(_)), "{origin}: {error}");
		}
		let none = LEAST.replace("\"clinic.example\"", "");
		assert!(matches!(Config::parse(&none), Err(ConfigError::NoHost)));
	}
}
