//! Moves messages between a client's socket and one of its own to the node.

use std::{sync::Arc, time::Duration};

use axum::{
	extract::{
		ws::{rejection::WebSocketUpgradeRejection, CloseFrame, Message, WebSocket},
		Path, State, WebSocketUpgrade,
	},
	http::StatusCode,
	response::{IntoResponse, Response},
};
use futures::{SinkExt, StreamExt};
use salus_client::rpc::Prompt;
use salus_primitives::AccountId;
use tokio::time::{interval, timeout, Instant, MissedTickBehavior};
use tokio_tungstenite::{
	client_async_tls_with_config,
	tungstenite::{self, protocol::WebSocketConfig, Message as NodeMessage},
	MaybeTlsStream, WebSocketStream,
};

use super::{
	door::{Door, Outcome},
	request::MAX_MESSAGE,
	subscriptions::Subscriptions,
};
use crate::{
	http::{Caller, Failure, SUBPROTOCOL},
	node::ChainName,
	places::Place,
	sessions::{End, Session},
	Gateway,
};

/// The most bytes of a node's message: a block with everything in it, in hexadecimal digits.
const MAX_NODE_MESSAGE: usize = 32 * 1024 * 1024;

/// The most bytes that wait to be sent to a client. The next message waits until they are gone.
const MAX_UNSENT: usize = MAX_NODE_MESSAGE + 1024 * 1024;

/// How often a client is asked whether it is there.
const PING: Duration = Duration::from_secs(20);

/// How long a client may be silent, although it is asked.
const SILENCE: Duration = Duration::from_secs(60);

/// How long a message to a client or to the node may take.
const SLOW: Duration = Duration::from_secs(15);

/// How long to read on after the reason was sent.
const LINGER: Duration = Duration::from_secs(2);

/// How long the node may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

type NodeSocket = WebSocketStream<MaybeTlsStream<Prompt>>;

/// Why a socket ends, beside the end of its session.
const GONE: (u16, &str) = (
	4010,
	"the gateway's node has closed the connection: connect again",
);
const TOO_FAST: (u16, &str) = (4011, "too many messages: send fewer in a second");
const TOO_SLOW: (u16, &str) = (4012, "the connection is too slow, or the client is silent");
const NOT_TEXT: (u16, &str) = (1003, "messages must be text");
const TOO_LARGE: (u16, &str) = (1009, "the message is too large");

/// `GET /v1/chain/{chain}`: the WebSocket.
pub async fn upgrade(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	Path(chain): Path<ChainName>,
	upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
	let upgrade = match upgrade {
		Ok(upgrade) => upgrade,
		Err(rejection) => return Ok(rejection.into_response()),
	};
	let node = gateway.node(chain).ok_or_else(|| {
		Failure::new(
			StatusCode::NOT_FOUND,
			"this gateway does not serve the consortium",
		)
	})?;
	let place = gateway.sockets.take(session.account.clone());
	let place = place.ok_or_else(|| {
		let text =
			"too many connections are open, in all or of this account: close one, or try again \
			in a minute";
		Failure::new(StatusCode::SERVICE_UNAVAILABLE, text)
	})?;
	let config = WebSocketConfig::default()
		.max_message_size(Some(MAX_NODE_MESSAGE))
		.max_frame_size(Some(MAX_NODE_MESSAGE));
	let connected = async {
		let stream = Prompt::connect(&node.url).await?;
		client_async_tls_with_config(&*node.url, stream, Some(config), None).await
	};
	let Ok(Ok((node, _))) = timeout(CONNECT, connected).await else {
		return Err(Failure::no_node());
	};
	Ok(upgrade
		.protocols([SUBPROTOCOL])
		.max_message_size(MAX_MESSAGE)
		.max_frame_size(MAX_MESSAGE)
		.max_write_buffer_size(MAX_UNSENT)
		.on_upgrade(move |client| run(gateway, session, chain, client, node, place)))
}

async fn run(
	gateway: Arc<Gateway>,
	session: Arc<Session>,
	chain: ChainName,
	mut client: WebSocket,
	mut node: NodeSocket,
	_place: Place<AccountId>,
) {
	let (number, ended) = session.open(chain);
	let mut door = Door {
		gateway: &gateway,
		session: &session,
		chain,
		subscriptions: Subscriptions::default(),
	};
	// Whatever it waits for, such as a silent node, the end of the session ends it.
	let told = tokio::select! {
		end = ended => {
			let end = end.unwrap_or(End::Expired);
			Some((end.code(), end.to_string()))
		}
		told = pass(&mut door, &mut client, &mut node) => told,
	};
	if let Some((code, reason)) = told {
		let frame = CloseFrame {
			code,
			reason: reason.into(),
		};
		// The client may be gone, or may not read.
		let _ = timeout(SLOW, client.send(Message::Close(Some(frame)))).await;
		// What the client still sends is read for a while: else the system drops the connection, and the
		// reason with it.
		let rest = async { while let Some(Ok(_)) = client.recv().await {} };
		let _ = timeout(LINGER, rest).await;
	}
	let _ = timeout(SLOW, node.close(None)).await;
	session.closed(number);
}

/// Passes messages until one side ends. Returns what to tell the client; nothing, if it is gone.
async fn pass(
	door: &mut Door<'_>,
	client: &mut WebSocket,
	node: &mut NodeSocket,
) -> Option<(u16, String)> {
	let told = |(code, reason): (u16, &str)| Some((code, reason.to_owned()));
	let mut ping = interval(PING);
	ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
	let mut heard = Instant::now();
	loop {
		tokio::select! {
			_ = ping.tick() => {
				if heard.elapsed() > SILENCE || !send(client, Message::Ping(Default::default())).await {
					return told(TOO_SLOW);
				}
			}
			message = client.recv() => {
				heard = Instant::now();
				let text = match message {
					Some(Ok(Message::Text(text))) => text,
					Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
					Some(Ok(Message::Binary(_))) => return told(NOT_TEXT),
					Some(Ok(Message::Close(_))) | None => return None,
					Some(Err(error)) if is_too_large(&error) => return told(TOO_LARGE),
					Some(Err(_)) => return None,
				};
				match door.take(&text).await {
					Outcome::Forward(text) => {
						let sent = timeout(SLOW, node.send(NodeMessage::text(text))).await;
						if !matches!(sent, Ok(Ok(()))) {
							return told(GONE);
						}
					}
					Outcome::Answer(text) => {
						if !send(client, Message::text(text)).await {
							return told(TOO_SLOW);
						}
					}
					Outcome::Flood => return told(TOO_FAST),
				}
			}
			message = node.next() => {
				let text = match message {
					Some(Ok(NodeMessage::Text(text))) => text,
					Some(Ok(NodeMessage::Ping(_) | NodeMessage::Pong(_))) => continue,
					_ => return told(GONE),
				};
				door.subscriptions.message(&text);
				if !send(client, Message::text(text.as_str())).await {
					return told(TOO_SLOW);
				}
			}
		}
	}
}

fn is_too_large(error: &axum::Error) -> bool {
	let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
	matches!(cause, Some(tungstenite::Error::Capacity(_)))
}

/// Sends a message to the client. False if it takes too long, or the client is gone.
async fn send(client: &mut WebSocket, message: Message) -> bool {
	matches!(timeout(SLOW, client.send(message)).await, Ok(Ok(())))
}
