//! The WebSocket of a gateway's JSON-RPC. Its end has the gateway's reason, which the transport of the
//! RPC client drops.

use std::{io, time::Duration};

use futures::{
	future::BoxFuture,
	stream::{SplitSink, SplitStream},
	SinkExt, StreamExt,
};
use reqwest::{
	header::{HeaderValue, AUTHORIZATION},
	Url,
};
use subxt::ext::jsonrpsee::{
	core::client::{Client, Error, ReceivedMessage, TransportReceiverT, TransportSenderT},
	ws_client::WsClientBuilder,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
	connect_async_with_config,
	tungstenite::{self, client::IntoClientRequest, Message},
	MaybeTlsStream, WebSocketStream,
};

use super::PATIENCE;
use crate::rpc::MAX_UPDATES;

/// How long a gateway may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Sending(SplitSink<Stream, Message>);

struct Receiving(SplitStream<Stream>);

/// Why a socket is of no more use.
#[derive(Debug, thiserror::Error)]
enum Ended {
	/// The gateway's reason.
	#[error("{0}")]
	Told(String),
	#[error("the gateway closed the connection without a reason")]
	Untold,
	#[error(transparent)]
	Failed(#[from] tungstenite::Error),
}

/// Opens a socket.
pub(super) async fn open(url: &Url, token: &str) -> Result<Client, Box<tungstenite::Error>> {
	let mut request = url.as_str().into_client_request()?;
	let bearer = HeaderValue::try_from(format!("Bearer {token}"));
	let bearer = bearer.map_err(|error| tungstenite::Error::HttpFormat(error.into()))?;
	request.headers_mut().insert(AUTHORIZATION, bearer);
	let connected = timeout(CONNECT, connect_async_with_config(request, None, true)).await;
	let late = |_| tungstenite::Error::Io(io::ErrorKind::TimedOut.into());
	let (stream, _) = connected.map_err(late)??;
	let (sender, receiver) = stream.split();
	Ok(WsClientBuilder::new()
		.request_timeout(PATIENCE)
		.max_buffer_capacity_per_subscription(MAX_UPDATES)
		.build_with_transport(Sending(sender), Receiving(receiver)))
}

/// Why a socket has ended.
pub(super) async fn reason(ended: &Client) -> String {
	match ended.disconnect_reason().await {
		Error::RestartNeeded(reason) => reason.to_string(),
		other => other.to_string(),
	}
}

impl TransportSenderT for Sending {
	type Error = Ended;

	fn send<'a, 'b>(&'a mut self, text: String) -> BoxFuture<'b, Result<(), Ended>>
	where
		'a: 'b,
		Self: 'b,
	{
		Box::pin(async move { Ok(self.0.send(Message::text(text)).await?) })
	}

	fn close<'a, 'b>(&'a mut self) -> BoxFuture<'b, Result<(), Ended>>
	where
		'a: 'b,
		Self: 'b,
	{
		Box::pin(async move { Ok(self.0.close().await?) })
	}
}

impl TransportReceiverT for Receiving {
	type Error = Ended;

	fn receive<'a, 'b>(&'a mut self) -> BoxFuture<'b, Result<ReceivedMessage, Ended>>
	where
		'a: 'b,
		Self: 'b,
	{
		Box::pin(async move {
			loop {
				match self.0.next().await {
					Some(Ok(Message::Text(text))) => {
						return Ok(ReceivedMessage::Text(text.as_str().into()));
					}
					Some(Ok(Message::Close(Some(frame)))) if !frame.reason.is_empty() => {
						return Err(Ended::Told(frame.reason.as_str().into()));
					}
					Some(Ok(Message::Close(_))) | None => return Err(Ended::Untold),
					Some(Ok(_)) => {}
					Some(Err(error)) => return Err(error.into()),
				}
			}
		})
	}
}
