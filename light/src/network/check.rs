//! What must hold of a network file by itself.

use alloc::{collections::BTreeSet, string::String};
use thiserror::Error;

use super::{Chain, ChainKind, Endpoint, NetworkFile, SignedFile, MAX_FILE_BYTES};

const FORMAT: u32 = 1;
const MAX_NAME: usize = 32;
const MAX_URL: usize = 256;
/// Hosts that are this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// The highest number of chains, of endpoints of a chain, of accounts, and of signatures.
const MAX_ENTRIES: usize = 64;

/// Why a file is not a network file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
	/// It has too many bytes.
	#[error("the network file has {0} bytes; {MAX_FILE_BYTES} are the most")]
	TooLarge(usize),
	/// It is not the JSON of one, or it has a field that this program does not know.
	#[error("the network file cannot be read: {0}")]
	Unreadable(String),
	/// It has another format.
	#[error(
		"the network file has format {0}, and this program knows format {FORMAT} only: update it"
	)]
	Format(u32),
	/// A field has a value that it cannot have.
	#[error("the network file's {field} is refused: {why}")]
	Field {
		/// The field.
		field: &'static str,
		/// Why.
		why: &'static str,
	},
}

impl SignedFile {
	/// Reads a file. Its signatures are not checked here: see [`Trusted`](super::Trusted).
	///
	/// # Errors
	///
	/// [`FileError`] if it is too large, not a network file, or contradicts itself.
	pub fn parse(json: &[u8]) -> Result<Self, FileError> {
		if json.len() > MAX_FILE_BYTES {
			return Err(FileError::TooLarge(json.len()));
		}
		let file: Self = serde_json::from_slice(json)
			.map_err(|error| FileError::Unreadable(alloc::format!("{error}")))?;
		file.network.check()?;
		ensure(
			file.signatures.len() <= MAX_ENTRIES,
			"signatures",
			"there are too many",
		)?;
		Ok(file)
	}
}

impl NetworkFile {
	/// Checks what must hold of a file by itself. Whoever makes one checks it before it is signed.
	///
	/// # Errors
	///
	/// [`FileError`].
	pub fn check(&self) -> Result<(), FileError> {
		if self.format != FORMAT {
			return Err(FileError::Format(self.format));
		}
		let name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
		ensure(
			(1..=MAX_NAME).contains(&self.name.len()) && self.name.bytes().all(name),
			"name",
			"it is 1 to 32 lower case letters, digits and hyphens",
		)?;
		ensure(self.serial > 0, "serial", "the first file has number 1")?;
		self.check_relay()?;
		self.check_chains()?;
		self.check_portal()?;
		self.check_signers()
	}

	fn check_portal(&self) -> Result<(), FileError> {
		let Some(portal) = &self.portal else {
			return Ok(());
		};
		let origin = has_scheme(portal, &["https", "http"]) && portal.matches('/').count() == 2;
		ensure(
			origin,
			"portal",
			"it is an origin such as https://portal.example",
		)?;
		let host = host(portal);
		// On one machine, the ports tell services apart.
		if LOOPBACK.contains(&&*host) {
			return Ok(());
		}
		ensure(
			has_scheme(portal, &["https"]),
			"portal",
			"without TLS, others on the way could serve another one: it begins with https://",
		)?;
		let mut endpoints = self.chains.iter().flat_map(|chain| &chain.endpoints);
		ensure(
			endpoints.all(|endpoint| self::host(&endpoint.url) != host),
			"portal",
			"an endpoint has its host, and whoever has both could serve pages that see all: \
			 give it a host of its own",
		)
	}

	fn check_relay(&self) -> Result<(), FileError> {
		let development = self.chains.iter().all(|chain| chain.development);
		ensure(
			self.relay.is_none() == development,
			"relay",
			"it is there exactly if a chain is not for development",
		)?;
		let Some(relay) = &self.relay else {
			return Ok(());
		};
		ensure(relay.slot_duration > 0, "relay.slot_duration", "it is zero")?;
		ensure(
			relay.checkpoint.genesis == relay.genesis,
			"relay.checkpoint",
			"it is of another relay chain",
		)?;
		ensure(
			relay.checkpoint.reset == self.reset,
			"relay.checkpoint",
			"it has another reset number than the file",
		)
	}

	fn check_chains(&self) -> Result<(), FileError> {
		let count = self.chains.len();
		ensure(
			(1..=MAX_ENTRIES).contains(&count),
			"chains",
			"there are none or too many",
		)?;
		let paras: BTreeSet<_> = self.chains.iter().map(|chain| chain.para).collect();
		ensure(paras.len() == count, "chains", "two have the same number")?;
		let genesis: BTreeSet<_> = self.chains.iter().map(|chain| chain.genesis).collect();
		ensure(
			genesis.len() == count,
			"chains",
			"two have the same genesis",
		)?;
		let consortiums = self
			.chains
			.iter()
			.filter(|chain| chain.kind == ChainKind::Consortium);
		ensure(
			consortiums.count() <= 1,
			"chains.kind",
			"two are the consortium",
		)?;
		for Chain {
			slot_duration,
			endpoints,
			..
		} in &self.chains
		{
			ensure(*slot_duration > 0, "chains.slot_duration", "it is zero")?;
			ensure(
				(1..=MAX_ENTRIES).contains(&endpoints.len()),
				"chains.endpoints",
				"there are none or too many",
			)?;
			for Endpoint { url, .. } in endpoints {
				ensure(
					has_scheme(url, &["wss", "ws", "https", "http"]),
					"chains.endpoints.url",
					"it is an address such as wss://node.example:443",
				)?;
			}
		}
		Ok(())
	}

	fn check_signers(&self) -> Result<(), FileError> {
		let accounts = &self.signers.accounts;
		ensure(
			accounts.len() <= MAX_ENTRIES,
			"signers.accounts",
			"there are too many",
		)?;
		let different: BTreeSet<_> = accounts.iter().collect();
		ensure(
			different.len() == accounts.len(),
			"signers.accounts",
			"one is there twice",
		)?;
		ensure(
			self.signers.threshold >= 2,
			"signers.threshold",
			"it is below two",
		)?;
		ensure(
			self.signers.threshold as usize <= accounts.len(),
			"signers.threshold",
			"it is higher than the number of accounts",
		)
	}
}

fn ensure(holds: bool, field: &'static str, why: &'static str) -> Result<(), FileError> {
	if holds {
		Ok(())
	} else {
		Err(FileError::Field { field, why })
	}
}

/// The host of an address that [`has_scheme`] took, without its port.
fn host(url: &str) -> String {
	let (_, rest) = url.split_once("://").unwrap_or_default();
	let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
	let host = match authority.split_once(']') {
		Some((six, _)) => six.trim_start_matches('['),
		None => authority.split(':').next().unwrap_or_default(),
	};
	host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether this is an address with one of these schemes, of a host and without a password or a
/// character that could hide what it is.
fn has_scheme(url: &str, schemes: &[&str]) -> bool {
	let Some((scheme, rest)) = url.split_once("://") else {
		return false;
	};
	schemes.contains(&scheme)
		&& url.len() <= MAX_URL
		&& !rest.is_empty()
		&& !rest.starts_with(['/', ':'])
		&& rest
			.bytes()
			.all(|byte| byte.is_ascii_graphic() && byte != b'@' && byte != b'\\')
}
