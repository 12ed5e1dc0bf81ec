//! A gateway: how a member's device reaches the chains of a network.
//!
//! A [`Gateway`] signs in with the member's account when a request needs it, and keeps the session in a
//! file until it ends. JSON-RPC goes through a WebSocket. What must be proven comes with its proof:
//! the gateway is trusted no more than a node.

mod proof;
mod session;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use reqwest::{header, Client, Method, Response, StatusCode, Url};
use serde_json::Value;
use subxt::{
	ext::jsonrpsee::ws_client::{HeaderMap, HeaderValue, WsClientBuilder},
	rpcs::RpcClient,
};
use tokio::sync::Mutex;

use crate::{chain::check_url, http, network::EntryKind, Error, Result};
use session::Session;
pub use session::{Identity, Sign};

/// What every error begins with by which a gateway refuses a request.
pub(crate) const REFUSES: &str = "the gateway refuses: ";

/// How long a gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of an answer: a proof and a view's result, in hexadecimal digits.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// The updates that can wait for this program, as with a node.
const MAX_UPDATES: usize = 4096;

/// A gateway at which an account signs in.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
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
		let url: Url = url.parse().map_err(|_| wrong())?;
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

	/// Signs in, unless a session goes on.
	///
	/// # Errors
	///
	/// [`Error::Connection`], or [`Error::NotAllowed`] if the gateway refuses the account.
	pub async fn open(&self) -> Result<()> {
		self.token().await.map(drop)
	}

	/// JSON-RPC with the node of a chain.
	///
	/// # Errors
	///
	/// [`Error::Connection`].
	pub(crate) async fn rpc(&self, chain: EntryKind) -> Result<RpcClient> {
		let mut url = self.path(&format!("v1/chain/{}", name(chain)))?;
		let scheme = match url.scheme() {
			"https" => "wss",
			_ => "ws",
		};
		// Between schemes of this kind it cannot fail.
		let _ = url.set_scheme(scheme);
		for last in [false, true] {
			let token = self.token().await?;
			let bearer = HeaderValue::try_from(format!("Bearer {token}"));
			let bearer = bearer.map_err(|_| self.unreadable())?;
			let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
			let socket = WsClientBuilder::default()
				.set_headers(headers)
				.max_buffer_capacity_per_subscription(MAX_UPDATES)
				.build(&url)
				.await;
			match socket {
				Ok(socket) => return Ok(RpcClient::new(socket)),
				Err(error) if last => {
					return Err(Error::Connection {
						url: self.url().into(),
						cause: error.to_string(),
					});
				}
				// The gateway may have ended the session, as when it was started again.
				Err(_) => self.forget(&token).await,
			}
		}
		Err(self.unreadable())
	}

	/// Sends a request within the session.
	async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Vec<u8>> {
		for last in [false, true] {
			let token = self.token().await?;
			let mut request = self.0.http.request(method.clone(), self.path(path)?);
			if let Some(body) = body {
				request = request.json(body);
			}
			let answer = request.bearer_auth(&token).send().await;
			let answer = answer.map_err(|error| failed(&self.0.url, error))?;
			match answer.status() {
				StatusCode::OK => return self.read(answer).await,
				StatusCode::UNAUTHORIZED if !last => self.forget(&token).await,
				status => return Err(self.refusal(status, answer).await),
			}
		}
		Err(self.unreadable())
	}

	fn path(&self, path: &str) -> Result<Url> {
		self.0.url.join(path).map_err(|_| self.unreadable())
	}

	/// Reads an answer, within a limit.
	async fn read(&self, answer: Response) -> Result<Vec<u8>> {
		let mut parts = answer.bytes_stream();
		let mut bytes = Vec::new();
		while let Some(part) = parts.next().await {
			bytes.extend(part.map_err(|error| failed(&self.0.url, error))?);
			if bytes.len() > MAX_ANSWER {
				return Err(self.unreadable());
			}
		}
		Ok(bytes)
	}

	/// The error that a gateway answered.
	async fn refusal(&self, status: StatusCode, answer: Response) -> Error {
		let body = self.read(answer).await.unwrap_or_default();
		let body: Value = serde_json::from_slice(&body).unwrap_or_default();
		let said = body["error"].as_str().unwrap_or("it does not say why");
		let reason = format!("{REFUSES}{said}");
		match status {
			StatusCode::FORBIDDEN => Error::NotAllowed { reason, next: None },
			_ => Error::Node(reason),
		}
	}

	fn unreadable(&self) -> Error {
		Error::Node(format!("{} gave an answer that cannot be read", self.0.url))
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
