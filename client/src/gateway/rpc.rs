//! A gateway as a client of RPC: whatever asks nodes can ask gateways.
//!
//! Two methods are no node's: [`VIEW`] and [`CODE`]. The rest goes through the socket.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{json, Map, Value};
use sp_core::bytes::to_hex;
use subxt::{
	ext::jsonrpsee::core::client::Client as Socket,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
		Error, UserError,
	},
};
use tokio::sync::Mutex;

use super::{name, socket::reason, Asking, Gateway, REFUSES};
use crate::{chain::DISCARDED, network::EntryKind, rpc::mark};

/// Proves views, values and the chain's head: `POST /v1/view`. Its parameter is the request, without
/// the chain.
pub(super) const VIEW: &str = "salus_view";

/// A runtime's code by its hash: `GET /v1/code`.
pub(super) const CODE: &str = "salus_code";

/// The code of the errors by which a gateway refuses what its table does not allow.
pub(crate) const REFUSED: i32 = -32001;

/// A chain that is reached through a gateway. Its socket is opened when it is needed, and again if it
/// has ended. Nobody is asked for a passphrase then.
pub(crate) struct GatewayRpc {
	gateway: Gateway,
	chain: EntryKind,
	/// The socket. After its end, it tells why.
	socket: Mutex<Option<Arc<Socket>>>,
}

impl GatewayRpc {
	pub fn new(gateway: Gateway, chain: EntryKind) -> Self {
		Self {
			gateway,
			chain,
			socket: Mutex::default(),
		}
	}

	/// The gateway's address.
	pub fn url(&self) -> &str {
		self.gateway.url()
	}

	/// Signs in, unless a session goes on, and opens the socket. A person can be asked for a
	/// passphrase.
	pub async fn open(&self) -> crate::Result<()> {
		let socket = self.gateway.connect(self.chain, Asking::Allowed).await?;
		*self.socket.lock().await = Some(Arc::new(socket));
		Ok(())
	}

	/// The open socket.
	async fn socket(&self) -> Result<Arc<Socket>, Error> {
		let mut socket = self.socket.lock().await;
		let ended = match &*socket {
			Some(open) if open.is_connected() => return Ok(open.clone()),
			Some(ended) => Some(reason(ended).await),
			None => None,
		};
		match self.gateway.connect(self.chain, Asking::Never).await {
			Ok(new) => Ok(socket.insert(Arc::new(new)).clone()),
			Err(error) => Err(match ended {
				Some(ended) => {
					let said = match error {
						crate::Error::NotAllowed { reason, .. } => format!("{}{reason}", mark()),
						error => error.to_string(),
					};
					client_error(format!("{said}. Before, the connection ended: {ended}"))
				}
				None => rpc_error(error),
			}),
		}
	}

	async fn request(
		&self,
		method: &str,
		params: Option<Box<RawValue>>,
	) -> Result<Box<RawValue>, Error> {
		match method {
			VIEW => {
				let (mut body,): (Map<String, Value>,) = read(params)?;
				body.insert("chain".into(), name(self.chain).into());
				let body = Value::Object(body);
				let answer = self.gateway.request(Method::POST, "v1/view", Some(&body));
				let answer = answer.await.map_err(rpc_error)?;
				let text = String::from_utf8(answer).map_err(unreadable)?;
				RawValue::from_string(text).map_err(unreadable)
			}
			CODE => {
				let (hash,): (String,) = read(params)?;
				let path = format!("v1/code/{}/{hash}", name(self.chain));
				let code = self.gateway.request(Method::GET, &path, None).await;
				let code = json!(to_hex(&code.map_err(rpc_error)?, false));
				RawValue::from_string(code.to_string()).map_err(unreadable)
			}
			_ => {
				let socket = self.socket().await?;
				let answer = socket.request_raw(method, params).await;
				answer_of(&socket, answer).await
			}
		}
	}
}

/// What a socket answered: a refusal says whose it is, and a socket that has ended says why.
async fn answer_of<T>(socket: &Socket, answer: Result<T, Error>) -> Result<T, Error> {
	match answer {
		Err(Error::User(refused)) if refused.code == REFUSED => {
			let said = format!("{}{REFUSES}{}", mark(), refused.message);
			Err(user_error(said))
		}
		Err(_) if !socket.is_connected() => Err(client_error(reason(socket).await)),
		answer => answer,
	}
}

fn rpc_error(error: crate::Error) -> Error {
	match error {
		crate::Error::NotAllowed { reason, .. } => user_error(format!("{}{reason}", mark())),
		crate::Error::Discarded => user_error(DISCARDED.into()),
		error => client_error(error.to_string()),
	}
}

fn user_error(message: String) -> Error {
	Error::User(UserError {
		code: REFUSED,
		message,
		data: None,
	})
}

fn client_error(text: String) -> Error {
	Error::Client(text.into())
}

fn unreadable(error: impl std::error::Error) -> Error {
	client_error(format!("the gateway's answer cannot be read: {error}"))
}

fn read<T: serde::de::DeserializeOwned>(params: Option<Box<RawValue>>) -> Result<T, Error> {
	let params = params.as_deref().map_or("null", RawValue::get);
	serde_json::from_str(params).map_err(|error| client_error(error.to_string()))
}

impl RpcClientT for GatewayRpc {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(self.request(method, params))
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			let socket = self.socket().await?;
			let subscribed = socket.subscribe_raw(sub, params, unsub).await;
			answer_of(&socket, subscribed).await
		})
	}
}
