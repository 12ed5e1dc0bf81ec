//! A client's connection, which ends if the client does not read, and not before it could.

use std::{
	future::Future,
	io,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	task::{ready, Context, Poll},
	time::Duration,
};

use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::TcpStream,
	time::{sleep, Sleep},
};

use crate::envelopes::MAX_PART;

/// How many bytes are read at once of what nobody wants.
const PIECE: usize = 16 * 1024;

/// The most bytes that are read of it: a part of an upload, the largest request, and what TLS adds to it.
const MAX_UNWANTED: u64 = MAX_PART + MAX_PART / 64;

/// A connection whose writes fail once the client has taken nothing for a while.
pub struct Stream {
	inner: TcpStream,
	patience: Duration,
	/// Whether something that the client sends is not read.
	unread: Arc<AtomicBool>,
	/// Runs while a write waits.
	waiting: Option<Pin<Box<Sleep>>>,
	/// Runs once all is written, while the client still sends.
	lingering: Option<Pin<Box<Sleep>>>,
	/// How many bytes were read meanwhile.
	unwanted: u64,
}

impl Stream {
	/// A connection whose client may let a write wait for so long, and as long may go on to send once all is
	/// written.
	pub fn new(inner: TcpStream, patience: Duration, unread: Arc<AtomicBool>) -> Self {
		Self {
			inner,
			patience,
			unread,
			waiting: None,
			lingering: None,
			unwanted: 0,
		}
	}

	/// What a write gave, or an error if the client has let it wait for too long.
	fn written<T>(
		&mut self,
		context: &mut Context<'_>,
		written: Poll<io::Result<T>>,
	) -> Poll<io::Result<T>> {
		if written.is_ready() {
			self.waiting = None;
			return written;
		}
		let patience = self.patience;
		let waiting = self
			.waiting
			.get_or_insert_with(|| Box::pin(sleep(patience)));
		ready!(waiting.as_mut().poll(context));
		Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
	}
}

impl AsyncRead for Stream {
	fn poll_read(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
		buffer: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		Pin::new(&mut self.inner).poll_read(context, buffer)
	}
}

impl AsyncWrite for Stream {
	fn poll_write(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
		bytes: &[u8],
	) -> Poll<io::Result<usize>> {
		let written = Pin::new(&mut self.inner).poll_write(context, bytes);
		self.written(context, written)
	}

	fn poll_write_vectored(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
		parts: &[io::IoSlice<'_>],
	) -> Poll<io::Result<usize>> {
		let written = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
		self.written(context, written)
	}

	fn is_write_vectored(&self) -> bool {
		self.inner.is_write_vectored()
	}

	fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.inner).poll_flush(context)
	}

	/// Ends what is written. What the client still sends is read and dropped, as much as a request may have:
	/// a reset could take the answer from it.
	fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		let Self {
			inner,
			patience,
			unread,
			lingering,
			unwanted,
			..
		} = &mut *self;
		if lingering.is_none() {
			ready!(Pin::new(&mut *inner).poll_shutdown(context))?;
			if !unread.load(Ordering::Relaxed) {
				return Poll::Ready(Ok(()));
			}
		}
		let end = lingering.get_or_insert_with(|| Box::pin(sleep(*patience)));
		let mut piece = [0; PIECE];
		while *unwanted < MAX_UNWANTED && end.as_mut().poll(context).is_pending() {
			let mut piece = ReadBuf::new(&mut piece);
			let read = ready!(Pin::new(&mut *inner).poll_read(context, &mut piece));
			// It has ended, or is lost.
			if read.is_err() || piece.filled().is_empty() {
				break;
			}
			*unwanted = unwanted.saturating_add(piece.filled().len() as u64);
		}
		Poll::Ready(Ok(()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	const MIB: usize = 1024 * 1024;

	/// A client, and the connection of it that the gateway has.
	async fn connect(patience: Duration, unread: bool) -> (TcpStream, Stream) {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let client = TcpStream::connect(address).await.unwrap();
		let (server, _) = listener.accept().await.unwrap();
		let unread = Arc::new(AtomicBool::new(unread));
		(client, Stream::new(server, patience, unread))
	}

	#[tokio::test]
	async fn a_write_fails_if_the_client_takes_nothing() {
		// More than the system takes for a client that does not read.
		let large = vec![0; 64 * MIB];
		let (_client, mut server) = connect(Duration::from_millis(300), false).await;
		let error = server.write_all(&large).await.unwrap_err();
		assert_eq!(error.kind(), io::ErrorKind::TimedOut);

		// A slow one gets all, although that takes longer.
		let patience = Duration::from_secs(3);
		let (mut client, mut server) = connect(patience, false).await;
		let write = async {
			server.write_all(&large).await.unwrap();
			drop(server);
		};
		let read = async {
			let mut part = vec![0; MIB];
			for _ in 0..64 {
				client.read_exact(&mut part).await.unwrap();
				sleep(patience / 60).await;
			}
			assert_eq!(client.read(&mut part).await.unwrap(), 0);
		};
		tokio::join!(write, read);
	}

	#[tokio::test]
	async fn a_client_that_still_sends_sees_the_end_and_no_reset() {
		let (mut client, mut server) = connect(Duration::from_secs(600), true).await;
		server.write_all(b"refused").await.unwrap();
		let send = async {
			client.write_all(&vec![0; 15 * MIB]).await.unwrap();
			let mut answer = Vec::new();
			client.read_to_end(&mut answer).await.unwrap();
			assert_eq!(answer, b"refused");
			drop(client);
		};
		tokio::join!(send, async { server.shutdown().await.unwrap() });

		// For one that has sent all, nothing waits.
		let (_client, mut server) = connect(Duration::from_secs(600), false).await;
		server.shutdown().await.unwrap();
	}

	#[tokio::test]
	async fn a_client_that_sends_without_end_is_cut_off() {
		let (mut client, mut server) = connect(Duration::from_secs(600), true).await;
		let send = async {
			let piece = vec![0; MIB];
			// More than is read, and than the system takes for a server that does not read.
			for _ in 0..1024 {
				if client.write_all(&piece).await.is_err() {
					return;
				}
			}
			panic!("the gateway reads all of it");
		};
		let end = async {
			server.shutdown().await.unwrap();
			drop(server);
		};
		tokio::join!(send, end);
	}
}
