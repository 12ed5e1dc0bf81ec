//! A gateway: how a member's device reaches the chains of a network.
//!
//! A [`Gateway`] signs in with the member's account when a request needs it, and keeps the token of
//! the session in a file until the session ends. JSON-RPC goes through a WebSocket. What must be
//! proven comes with its proof: a gateway is trusted no more than a node.

mod proof;
mod rpc;
mod session;
mod socket;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use reqwest::{
	header::{ACCEPT_ENCODING, CONTENT_ENCODING},
	Client, Method, Response, StatusCode, Url,
};
use serde_json::Value;
use subxt::ext::jsonrpsee::core::client::Client as Socket;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite;

use crate::{
	chain::check_url,
	http,
	network::{EntryKind, SignedFile},
	Error, Result,
};
pub(crate) use proof::{code, newest, state};
pub(crate) use rpc::{GatewayRpc, REFUSED};
use session::Session;
pub use session::{Asking, Identity, Sign};

/// What every error begins with by which a gateway refuses a request.
pub(crate) const REFUSES: &str = "the gateway refuses: ";

/// How long a gateway may take to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of an answer: a proof and a view's result, in hexadecimal digits.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// How gateways may encode an answer, so that it has fewer bytes.
const DEFLATE: &str = "deflate";

/// A gateway at which an account signs in.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
	/// Its address, with `/` at the end.
	url: Url,
	/// The host, and the port if it is not the scheme's.
	host: String,
	http: Client,
	identity: Identity,
	session: Mutex<Option<Session>>,
}

impl Gateway {
	/// The gateway at an address such as `https://clinic.example`.
	///
	/// # Errors
	///
	/// [`Error::Input`]: the address is not a gateway's, or leads to another machine without
	/// encryption.
	pub fn new(url: &str, identity: Identity) -> Result<Self> {
		let wrong = || {
			Error::Input(format!(
				"{url} is not a gateway's address: it begins with https://, or with http:// on this \
				 machine"
			))
		};
		// The same rules as for nodes.
		let socket = url.strip_prefix("http").map(|rest| format!("ws{rest}"));
		check_url(&socket.ok_or_else(wrong)?).map_err(|_| wrong())?;
		let mut url: Url = url.parse().map_err(|_| wrong())?;
		if !url.path().ends_with('/') {
			url.set_path(&format!("{}/", url.path()));
		}
		let name = url.host_str().ok_or_else(wrong)?;
		let host = match url.port() {
			Some(port) => format!("{name}:{port}"),
			None => name.into(),
		};
		let http = http::client().timeout(PATIENCE).build();
		Ok(Self(Arc::new(Inner {
			http: http.map_err(|error| failed(&url, error))?,
			url,
			host,
			identity,
			session: Mutex::default(),
		})))
	}

	/// Its address.
	pub fn url(&self) -> &str {
		self.0.url.as_str()
	}

	/// Connects to the node of a chain.
	async fn connect(&self, chain: EntryKind, asking: Asking) -> Result<Socket> {
		let mut url = self.path(&format!("v1/chain/{}", name(chain)))?;
		let scheme = match url.scheme() {
			"https" => "wss",
			_ => "ws",
		};
		// Between schemes of this kind it cannot fail.
		let _ = url.set_scheme(scheme);
		for last in [false, true] {
			let token = self.token(asking).await?;
			let error = match socket::open(&url, &token).await {
				Ok(socket) => return Ok(socket),
				Err(error) => *error,
			};
			let tungstenite::Error::Http(answer) = error else {
				return Err(Error::Connection {
					url: self.url().into(),
					cause: error.to_string(),
				});
			};
			if answer.status() != StatusCode::UNAUTHORIZED || last {
				let body = answer.body().as_deref().unwrap_or_default();
				return Err(refusal(answer.status(), body));
			}
			// The gateway may have ended the session, as when it was started again.
			self.forget(&token).await;
		}
		Err(self.unreadable())
	}

	/// Sends a request within the session, which changes nothing: it is sent again if its connection ends
	/// before the answer, as one that was open for long can. Nobody is asked for a passphrase.
	async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Vec<u8>> {
		let (mut broken, mut unauthorized) = (false, false);
		loop {
			let token = self.token(Asking::Never).await?;
			let mut request = self.0.http.request(method.clone(), self.path(path)?);
			if let Some(body) = body {
				request = request.json(body);
			}
			let request = request.header(ACCEPT_ENCODING, DEFLATE);
			let answer = match request.bearer_auth(&token).send().await {
				Err(error) if !broken && !error.is_connect() && !error.is_timeout() => {
					broken = true;
					continue;
				}
				answer => answer.map_err(|error| failed(&self.0.url, error))?,
			};
			match answer.status() {
				StatusCode::OK => return self.read(answer).await,
				StatusCode::UNAUTHORIZED if !unauthorized => {
					unauthorized = true;
					self.forget(&token).await;
				}
				StatusCode::NOT_FOUND => return Err(Error::Discarded),
				status => return Err(refusal(status, &self.read(answer).await?)),
			}
		}
	}

	/// The file of a network with this number, whose signatures are not checked here. `None`: the
	/// gateway does not have it. A person can be asked for a passphrase.
	pub async fn network_file(&self, name: &str, serial: u32) -> Result<Option<SignedFile>> {
		self.token(Asking::Allowed).await?;
		let path = format!("v1/network/{name}/{serial}");
		match self.request(Method::GET, &path, None).await {
			Ok(file) => Ok(Some(SignedFile::parse(&file)?)),
			Err(Error::Discarded) => Ok(None),
			Err(error) => Err(error),
		}
	}

	fn path(&self, path: &str) -> Result<Url> {
		self.0.url.join(path).map_err(|_| self.unreadable())
	}

	/// Reads an answer, within a limit.
	async fn read(&self, answer: Response) -> Result<Vec<u8>> {
		let coding = answer.headers().get(CONTENT_ENCODING).cloned();
		let mut parts = answer.bytes_stream();
		let mut bytes = Vec::new();
		while let Some(part) = parts.next().await {
			bytes.extend(part.map_err(|error| failed(&self.0.url, error))?);
			if bytes.len() > MAX_ANSWER {
				return Err(self.unreadable());
			}
		}
		match coding {
			Some(coding) if coding == DEFLATE => {
				decompress_to_vec_zlib_with_limit(&bytes, MAX_ANSWER).map_err(|_| self.unreadable())
			}
			_ => Ok(bytes),
		}
	}

	fn unreadable(&self) -> Error {
		Error::Node(format!("{} gave an answer that cannot be read", self.0.url))
	}
}

/// The error that a gateway answered.
fn refusal(status: StatusCode, body: &[u8]) -> Error {
	let body: Value = serde_json::from_slice(body).unwrap_or_default();
	let said = body["error"].as_str().unwrap_or("it does not say why");
	match status {
		StatusCode::FORBIDDEN => Error::NotAllowed {
			reason: format!("{REFUSES}{said}"),
			next: None,
		},
		_ => Error::Node(said.into()),
	}
}

/// A chain's name in paths and requests.
fn name(chain: EntryKind) -> &'static str {
	match chain {
		EntryKind::Region => "region",
		EntryKind::Consortium => "consortium",
	}
}

fn failed(url: &Url, error: reqwest::Error) -> Error {
	Error::Connection {
		url: url.as_str().into(),
		cause: error.without_url().to_string(),
	}
}
