//! The configuration: one file in TOML. An unknown key is an error.

use std::{
	fs,
	net::SocketAddr,
	path::{Path, PathBuf},
};

use salus_light::Checkpoint;
use serde::{de::Error as _, Deserialize, Deserializer};

use crate::{envelopes::config::EnvelopesConfig, view::Hex};

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

/// A checkpoint, as hexadecimal digits after `0x`.
#[derive(Clone, Debug)]
pub struct CheckpointBytes(pub Checkpoint);

impl<'de> Deserialize<'de> for CheckpointBytes {
	fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
		let Hex(bytes) = Hex::deserialize(from)?;
		Checkpoint::decode(&bytes)
			.map(Self)
			.map_err(D::Error::custom)
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
	/// The most open connections of one address.
	pub connections_of_address: usize,
	/// The most open WebSockets. Each has a connection of its own to the node, which therefore needs
	/// `--rpc-max-connections` of at least two more than these.
	pub sockets: usize,
	/// The most views that run at once. Each takes a core of the node.
	pub views: usize,
	/// Requests of one account in a second, after some at once. Letting blocks go does not count.
	pub requests_per_second: u32,
	/// Transactions of one account in a minute, after some at once.
	pub transactions_per_minute: u32,
	/// Challenges and sign-ins of one address in a minute.
	pub sign_ins_per_minute: u32,
	/// How long a client can take to send a request's headers, or all of a request, and how long it can
	/// read nothing of what is sent to it.
	pub request_seconds: u64,
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
			views: 8,
			requests_per_second: 100,
			transactions_per_minute: 120,
			sign_ins_per_minute: 120,
			request_seconds: 15,
		}
	}
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// The file cannot be read.
	#[error("cannot read the configuration {0}: {1}")]
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
		Ok(config)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LEAST: &str = r#"
		listen = "127.0.0.1:8443"
		hosts = ["clinic.example"]
		region = "ws://127.0.0.1:9944"
	"#;

	#[test]
	fn the_least_configuration_has_safe_defaults() {
		let config = Config::parse(LEAST).unwrap();
		assert_eq!(config.limits.session_seconds, 600);
		assert!(config.origins.is_empty());
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
