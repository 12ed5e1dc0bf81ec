//! A client's connection, which ends if the client does not read.

use std::{
	future::Future,
	io,
	pin::Pin,
	task::{ready, Context, Poll},
	time::Duration,
};

use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::TcpStream,
	time::{sleep, Sleep},
};

/// A connection whose writes fail once the client has taken nothing for a while.
pub struct Stream {
	inner: TcpStream,
	patience: Duration,
	/// Runs while a write waits.
	waiting: Option<Pin<Box<Sleep>>>,
}

impl Stream {
	/// A connection whose client may let a write wait for so long.
	pub fn new(inner: TcpStream, patience: Duration) -> Self {
		Self {
			inner,
			patience,
			waiting: None,
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

	fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.inner).poll_shutdown(context)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	#[tokio::test]
	async fn a_write_fails_if_the_client_takes_nothing() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let _client = TcpStream::connect(address).await.unwrap();
		let (server, _) = listener.accept().await.unwrap();
		let patience = Duration::from_millis(300);
		let mut server = Stream::new(server, patience);
		// More than the system takes for a client that does not read.
		let large = vec![0; 64 * 1024 * 1024];
		let error = server.write_all(&large).await.unwrap_err();
		assert_eq!(error.kind(), io::ErrorKind::TimedOut);

		// A slow one gets all.
		let mut client = TcpStream::connect(address).await.unwrap();
		let (server, _) = listener.accept().await.unwrap();
		let mut server = Stream::new(server, patience);
		let write = async {
			server.write_all(&large).await.unwrap();
			drop(server);
		};
		let read = async {
			let (mut all, mut part) = (0, vec![0; 8 * 1024 * 1024]);
			loop {
				match client.read(&mut part).await.unwrap() {
					0 => return all,
					some => all += some,
				}
				tokio::time::sleep(patience / 100).await;
			}
		};
		assert_eq!(tokio::join!(write, read).1, large.len());
	}
}
