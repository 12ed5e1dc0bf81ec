//! Connections to the RPC of nodes.
//!
//! A node sends a WebSocket message of 8 KiB or more in two parts, first its header of some bytes. Its
//! RPC server leaves Nagle's algorithm on, so the second part waits until the first one is
//! acknowledged. A system delays that by 40 ms, for each such answer. So [`Prompt`] acknowledges what
//! it reads at once.

use std::{
	collections::hash_map::RandomState,
	hash::{BuildHasher, Hasher},
	io,
	pin::Pin,
	sync::OnceLock,
	task::{Context, Poll},
};

use reqwest::Url;
use subxt::{
	ext::jsonrpsee::ws_client::WsClientBuilder,
	rpcs::{Error, RpcClient},
};
use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::TcpStream,
};

/// The updates of a subscription that can wait for this program.
pub(crate) const MAX_UPDATES: usize = 4096;

/// Begins what this program itself says in the text of an error. What is built on RPC passes errors on as
/// text, a node's own words among them. No node knows this number, so none can speak for the program.
pub(crate) fn mark() -> &'static str {
	static MARK: OnceLock<String> = OnceLock::new();
	MARK.get_or_init(|| format!("[{:016x}] ", RandomState::new().build_hasher().finish()))
}

/// Connects to the node at `ws://…`, or at `wss://…`, where something else than the node's server
/// sends. Which addresses are safe, is checked elsewhere.
///
/// # Errors
///
/// Nobody answers there.
pub async fn connect(url: &str) -> Result<RpcClient, Error> {
	let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Client(error);
	if !url.starts_with("ws://") {
		return RpcClient::from_insecure_url(url).await;
	}
	let stream = Prompt::connect(url).await;
	let stream = stream.map_err(|error| failed(error.into()))?;
	let client = WsClientBuilder::new()
		.max_buffer_capacity_per_subscription(MAX_UPDATES)
		.build_with_stream(url, stream)
		.await;
	Ok(RpcClient::new(
		client.map_err(|error| failed(error.into()))?,
	))
}

/// A connection that acknowledges what it reads at once.
pub struct Prompt(TcpStream);

impl Prompt {
	/// Connects to the host of a `ws://…` or `wss://…` address.
	///
	/// # Errors
	///
	/// It is not an address, or nobody answers there.
	pub async fn connect(url: &str) -> io::Result<Self> {
		let wrong = |_| io::Error::from(io::ErrorKind::InvalidInput);
		let url: Url = url.parse().map_err(wrong)?;
		let port = url.port_or_known_default().unwrap_or_default();
		let host = url.host_str().unwrap_or_default();
		let stream = TcpStream::connect(format!("{host}:{port}")).await?;
		stream.set_nodelay(true)?;
		Ok(Self(stream))
	}
}

impl AsyncRead for Prompt {
	fn poll_read(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
		buffer: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		let read = Pin::new(&mut self.0).poll_read(context, buffer);
		// The system forgets it after some parts. If it cannot, the answer only comes later.
		#[cfg(target_os = "linux")]
		if read.is_ready() {
			let _ = self.0.set_quickack(true);
		}
		read
	}
}

impl AsyncWrite for Prompt {
	fn poll_write(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
		bytes: &[u8],
	) -> Poll<io::Result<usize>> {
		Pin::new(&mut self.0).poll_write(context, bytes)
	}

	fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.0).poll_flush(context)
	}

	fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.0).poll_shutdown(context)
	}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
	use super::*;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	#[tokio::test]
	async fn what_is_read_is_acknowledged_at_once() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("ws://{}", listener.local_addr().unwrap());
		let mut client = Prompt::connect(&url).await.unwrap();
		let (mut server, _) = listener.accept().await.unwrap();
		for _ in 0..3 {
			// As the system does after some parts.
			client.0.set_quickack(false).unwrap();
			assert!(!client.0.quickack().unwrap());
			server.write_u8(7).await.unwrap();
			assert_eq!(client.read_u8().await.unwrap(), 7);
			assert!(client.0.quickack().unwrap());
		}
	}
}
