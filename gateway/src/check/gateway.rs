//! The gateway itself: whether it answers.

use std::{net::SocketAddr, time::Duration};

use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

use super::Fault;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request that it refuses. With TLS it is no greeting, and the gateway ends the connection.
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: check\r\nconnection: close\r\n\r\n";

/// What is wrong with the gateway that listens here.
pub async fn fault(listen: SocketAddr) -> Option<Fault> {
	if answers(listen, PATIENCE).await {
		return None;
	}
	let what = format!(
		"the gateway does not answer on {listen}. If the command does not help, \
		 journalctl --unit salus-gateway says why"
	);
	Some(Fault::new(what, "systemctl restart salus-gateway"))
}

/// Whether something answers. To end the connection is an answer.
async fn answers(listen: SocketAddr, patience: Duration) -> bool {
	let asked = async {
		let Ok(mut stream) = TcpStream::connect(listen).await else {
			return false;
		};
		let _ = stream.write_all(REQUEST).await;
		let _ = stream.read(&mut [0]).await;
		true
	};
	timeout(patience, asked).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::net::TcpListener;

	#[tokio::test]
	async fn a_gateway_that_hangs_does_not_answer() {
		let patience = Duration::from_millis(100);
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		// The kernel takes the connection, and nobody reads it.
		assert!(!answers(address, patience).await);
		drop(listener);
		assert!(!answers(address, PATIENCE).await);
	}
}
