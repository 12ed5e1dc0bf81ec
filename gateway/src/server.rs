//! Connections: how many there may be, and how long a client may take to say what it wants.

use std::{
	collections::HashMap,
	io,
	net::IpAddr,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use axum::{body::Body, extract::Request, Router};
use hyper::body::Incoming;
use hyper_util::{
	rt::{TokioIo, TokioTimer},
	service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::{
	http::{router, Client},
	stream::Stream,
	Gateway,
};

/// The most bytes of a request's headers. A browser sends less than a tenth of it.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The most headers of a request.
const MAX_HEADERS: usize = 64;

/// How long to wait after the system refused a connection, as when files run out.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes connections until the listener fails.
///
/// # Errors
///
/// The listener has no address.
pub async fn serve(gateway: Arc<Gateway>, listener: TcpListener) -> io::Result<()> {
	let limits = gateway.config.limits.clone();
	let patience = Duration::from_secs(limits.request_seconds);
	let open = Arc::new(Open {
		most: limits.connections,
		most_of_address: limits.connections_of_address,
		addresses: Mutex::default(),
	});
	tracing::info!(address = %listener.local_addr()?, "listening");
	let router = router(gateway);
	loop {
		let (stream, address) = match listener.accept().await {
			Ok(accepted) => accepted,
			Err(error) => {
				tracing::warn!(%error, "cannot take a connection");
				tokio::time::sleep(PAUSE).await;
				continue;
			}
		};
		// Without a place the connection is dropped, before anything of it is read.
		let Some(place) = Open::take(&open, address.ip()) else {
			continue;
		};
		let router = router.clone();
		tokio::spawn(async move {
			serve_one(router, stream, Client(address.ip()), patience).await;
			drop(place);
		});
	}
}

async fn serve_one(router: Router, stream: TcpStream, client: Client, patience: Duration) {
	let _ = stream.set_nodelay(true);
	let stream = Stream::new(stream, patience);
	let service = router.map_request(move |request: Request<Incoming>| {
		let mut request = request.map(Body::new);
		request.extensions_mut().insert(client);
		request
	});
	let connection = hyper::server::conn::http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(patience)
		.max_headers(MAX_HEADERS)
		.max_buf_size(MAX_HEADER_BYTES)
		.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
		.with_upgrades();
	// A client that goes away is nothing to report.
	let _ = connection.await;
}

/// The open connections, by address.
struct Open {
	most: usize,
	most_of_address: usize,
	addresses: Mutex<HashMap<IpAddr, usize>>,
}

/// One open connection.
struct Place {
	open: Arc<Open>,
	address: IpAddr,
}

impl Open {
	fn take(open: &Arc<Self>, address: IpAddr) -> Option<Place> {
		let mut addresses = open.lock();
		let all: usize = addresses.values().sum();
		let own = addresses.get(&address).copied().unwrap_or_default();
		if all >= open.most || own >= open.most_of_address {
			return None;
		}
		addresses.insert(address, own.saturating_add(1));
		Some(Place {
			open: open.clone(),
			address,
		})
	}

	fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
		self.addresses
			.lock()
			.unwrap_or_else(PoisonError::into_inner)
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		let mut addresses = self.open.lock();
		if let Some(own) = addresses.get_mut(&self.address) {
			*own = own.saturating_sub(1);
			if *own == 0 {
				addresses.remove(&self.address);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn connections_are_bounded_for_each_address_and_in_all() {
		let open = Arc::new(Open {
			most: 3,
			most_of_address: 2,
			addresses: Mutex::default(),
		});
		let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse::<IpAddr>().unwrap());
		let take = |address| Open::take(&open, address);
		let (first, _second) = (take(one).unwrap(), take(one).unwrap());
		assert!(take(one).is_none());
		let third = take(other).unwrap();
		assert!(take(other).is_none());
		drop(first);
		let _fourth = take(one).unwrap();
		drop(third);
		assert_eq!(
			open.lock().len(),
			1,
			"an address without connections is forgotten"
		);
	}
}
