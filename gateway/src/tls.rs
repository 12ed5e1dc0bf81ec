//! TLS: a certificate that is read again when it changes.
//!
//! TLS 1.3 alone: all browsers and systems that can run the portal have it.

use std::{
	fs, io,
	path::{Path, PathBuf},
	sync::{Arc, PoisonError, RwLock, Weak},
	time::Duration,
};

use rustls::{
	client::verify_server_name,
	crypto::ring::default_provider,
	pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer, ServerName},
	server::{ClientHello, ParsedCertificate, ResolvesServerCert},
	sign::CertifiedKey,
	version::TLS13,
	ServerConfig,
};
use tokio_rustls::TlsAcceptor;
use x509_parser::parse_x509_certificate;

use crate::config::TlsConfig;

/// How often the certificate's file is read.
const PAUSE: Duration = Duration::from_secs(10);

/// The certificate of this gateway, with its key.
#[derive(Debug)]
pub struct Certificate {
	files: TlsConfig,
	current: RwLock<Current>,
}

#[derive(Clone, Debug)]
struct Current {
	key: Arc<CertifiedKey>,
	/// The end of its validity, in Unix seconds.
	end: i64,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
	/// A file cannot be read.
	#[error(
		"cannot read {}: {}; name the files in tls.certificate and tls.key, and let the gateway's user \
		 read them", .0.display(), .1
	)]
	Unreadable(PathBuf, io::Error),
	/// The certificate is none.
	#[error("{} has no certificate in PEM: {}", .0.display(), .1)]
	Certificate(PathBuf, String),
	/// The key is none, or that of another certificate.
	#[error("{} has no key in PEM that fits the certificate: {}", .0.display(), .1)]
	Key(PathBuf, String),
	/// TLS cannot begin.
	#[error("cannot begin with TLS: {0}")]
	Tls(#[from] rustls::Error),
}

impl Certificate {
	/// Reads the certificate and its key.
	///
	/// # Errors
	///
	/// [`TlsError`] says what to correct.
	pub fn read(files: TlsConfig) -> Result<Self, TlsError> {
		Ok(Self {
			current: RwLock::new(read(&files)?),
			files,
		})
	}

	/// Reads the files again. Returns whether there is another certificate. One that cannot be used
	/// changes nothing.
	///
	/// # Errors
	///
	/// [`TlsError`] says what to correct.
	pub fn refresh(&self) -> Result<bool, TlsError> {
		let next = read(&self.files)?;
		if next.key.cert == self.current().key.cert {
			return Ok(false);
		}
		*self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
		Ok(true)
	}

	/// The end of its validity, in Unix seconds.
	pub fn end(&self) -> i64 {
		self.current().end
	}

	/// The hosts among these that the certificate does not name.
	pub fn unnamed<'a>(&self, hosts: &'a [String]) -> Vec<&'a str> {
		let current = self.current();
		let names = |host: &str| {
			let certificate = current.key.end_entity_cert()?;
			let certificate = ParsedCertificate::try_from(certificate)?;
			let failed = |_| rustls::Error::General("this is no host".into());
			let name = ServerName::try_from(without_port(host)).map_err(failed)?;
			verify_server_name(&certificate, &name)
		};
		let unnamed = hosts.iter().filter(|host| names(host).is_err());
		unnamed.map(String::as_str).collect()
	}

	/// What makes TLS of connections.
	///
	/// # Errors
	///
	/// [`TlsError::Tls`].
	pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, TlsError> {
		let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
		let mut config = config
			.with_protocol_versions(&[&TLS13])?
			.with_no_client_auth()
			.with_cert_resolver(self.clone());
		config.alpn_protocols = vec![b"http/1.1".to_vec()];
		Ok(TlsAcceptor::from(Arc::new(config)))
	}

	fn current(&self) -> Current {
		let current = self.current.read();
		current.unwrap_or_else(PoisonError::into_inner).clone()
	}
}

impl ResolvesServerCert for Certificate {
	fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
		Some(self.current().key)
	}
}

/// Reads the certificate again for as long as it is used.
pub async fn watch(certificate: Weak<Certificate>) {
	let mut told = None;
	loop {
		tokio::time::sleep(PAUSE).await;
		let Some(certificate) = certificate.upgrade() else {
			return;
		};
		match certificate.refresh() {
			Ok(changed) => {
				told = None;
				if changed {
					tracing::info!("the certificate was renewed");
				}
			}
			Err(error) => {
				let error = error.to_string();
				if told.as_ref() != Some(&error) {
					tracing::warn!(error, "the certificate stays the one before");
				}
				told = Some(error);
			}
		}
	}
}

fn read(files: &TlsConfig) -> Result<Current, TlsError> {
	let open = |path: &Path| {
		let failed = |error| TlsError::Unreadable(path.into(), error);
		fs::read(path).map_err(failed)
	};
	let malformed = |why: String| TlsError::Certificate(files.certificate.clone(), why);
	let pem = open(&files.certificate)?;
	let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
	let chain = chain.map_err(|error| malformed(error.to_string()))?;
	let first = chain.first();
	let first = first.ok_or_else(|| malformed("there is none".into()))?;
	let end = end(first).map_err(malformed)?;
	let unfit = |why: String| TlsError::Key(files.key.clone(), why);
	let key = PrivateKeyDer::from_pem_slice(&open(&files.key)?);
	let key = key.map_err(|error| unfit(error.to_string()))?;
	let key = CertifiedKey::from_der(chain, key, &default_provider());
	Ok(Current {
		key: Arc::new(key.map_err(|error| unfit(error.to_string()))?),
		end,
	})
}

/// The end of a certificate's validity, in Unix seconds.
fn end(certificate: &[u8]) -> Result<i64, String> {
	let parsed = parse_x509_certificate(certificate);
	let (_, parsed) = parsed.map_err(|error| error.to_string())?;
	Ok(parsed.validity().not_after.timestamp())
}

/// A host without its port.
fn without_port(host: &str) -> &str {
	let name = match host.rsplit_once(':') {
		Some((name, port)) if !port.ends_with(']') => name,
		_ => host,
	};
	name.trim_matches(['[', ']'])
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::process::Command;

	/// Makes a certificate for a host, for a number of days.
	fn make(files: &TlsConfig, host: &str, days: &str) {
		let made = Command::new("openssl")
			.args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", days])
			.args([
				"-pkeyopt",
				"ec_paramgen_curve:P-256",
				"-subj",
				"/CN=gateway",
			])
			.args(["-addext", &format!("subjectAltName={host}"), "-keyout"])
			.arg(&files.key)
			.arg("-out")
			.arg(&files.certificate)
			.output()
			.unwrap();
		assert!(made.status.success(), "{made:?}");
	}

	fn files(folder: &Path) -> TlsConfig {
		TlsConfig {
			certificate: folder.join("certificate.pem"),
			key: folder.join("key.pem"),
			renew: String::new(),
		}
	}

	#[test]
	fn a_renewed_certificate_replaces_the_one_before() {
		let folder = tempfile::tempdir().unwrap();
		let files = files(folder.path());
		make(&files, "DNS:clinic.example", "30");
		let certificate = Certificate::read(files.clone()).unwrap();
		let (first, end) = (certificate.current().key, certificate.end());
		assert!(!certificate.refresh().unwrap());
		make(&files, "DNS:clinic.example", "90");
		assert!(certificate.refresh().unwrap());
		assert_ne!(certificate.current().key.cert, first.cert);
		assert_eq!((certificate.end() - end) / 3_600, 60 * 24);
	}

	#[test]
	fn a_certificate_that_cannot_be_used_changes_nothing() {
		let folder = tempfile::tempdir().unwrap();
		let files = files(folder.path());
		make(&files, "DNS:clinic.example", "30");
		let certificate = Certificate::read(files.clone()).unwrap();
		let first = certificate.current().key;
		let key = fs::read(&files.key).unwrap();
		// A new certificate before its key.
		make(&files, "DNS:clinic.example", "30");
		fs::write(&files.key, &key).unwrap();
		assert!(matches!(certificate.refresh(), Err(TlsError::Key(..))));
		for text in [
			"",
			"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		] {
			fs::write(&files.certificate, text).unwrap();
			let refused = certificate.refresh();
			assert!(matches!(refused, Err(TlsError::Certificate(..))), "{text}");
		}
		fs::remove_file(&files.certificate).unwrap();
		assert!(matches!(
			certificate.refresh(),
			Err(TlsError::Unreadable(..))
		));
		assert_eq!(certificate.current().key.cert, first.cert);
	}

	#[test]
	fn hosts_that_a_certificate_does_not_name_are_told() {
		let folder = tempfile::tempdir().unwrap();
		let files = files(folder.path());
		make(&files, "DNS:clinic.example,IP:192.0.2.1", "30");
		let certificate = Certificate::read(files).unwrap();
		let hosts = [
			"clinic.example",
			"clinic.example:8443",
			"192.0.2.1:8443",
			"other.example",
			"[2001:db8::1]:8443",
		];
		let hosts = hosts.map(String::from);
		assert_eq!(
			certificate.unnamed(&hosts),
			["other.example", "[2001:db8::1]:8443"]
		);
	}
}
