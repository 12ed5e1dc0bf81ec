//! Connections: how many there may be, and how long a client may take to say what it wants.

use std::{
	convert::Infallible,
	io,
	net::IpAddr,
	pin::pin,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	task::Poll,
	time::Duration,
};

use axum::{
	body::{Body, HttpBody},
	extract::Request,
	http::{header::CONNECTION, HeaderMap, HeaderValue},
	response::Response,
	Router,
};
use futures::{stream, StreamExt};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
	io::{AsyncRead, AsyncWrite},
	net::{TcpListener, TcpStream},
	sync::watch,
	task::JoinSet,
	time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::{
	http::{router, Client},
	metrics,
	places::Places,
	stream::Stream,
	tls::Certificate,
	Gateway,
};

/// The most bytes of a request's headers. A browser sends less than a tenth of it.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The most headers of a request.
const MAX_HEADERS: usize = 64;

/// The most open connections of Prometheus.
const METRICS_CONNECTIONS: usize = 16;

/// How long to wait after the system refused a connection, as when files run out.
const PAUSE: Duration = Duration::from_millis(50);

/// What a connection needs.
#[derive(Clone)]
struct Serving {
	router: Router,
	tls: Option<TlsAcceptor>,
	/// How long a client may take for TLS and for the headers of a request, how long it may read nothing,
	/// and how long it may go on to send a request that has its answer.
	patience: Duration,
	behind_proxy: bool,
	stopping: watch::Receiver<bool>,
}

/// Takes connections until the gateway [stops](Gateway::stop), and then waits until requests and
/// sockets have ended.
///
/// # Errors
///
/// The listener has no address, or TLS cannot begin.
pub async fn serve(gateway: Arc<Gateway>, listener: TcpListener) -> io::Result<()> {
	let limits = &gateway.config.limits;
	let certificate = gateway.certificate.as_ref();
	let tls = certificate.map(Certificate::acceptor).transpose();
	let serving = Serving {
		router: router(gateway.clone()),
		tls: tls.map_err(io::Error::other)?,
		patience: Duration::from_secs(limits.request_seconds),
		behind_proxy: gateway.config.behind_proxy,
		stopping: gateway.stopping.subscribe(),
	};
	let open = Places::new(limits.connections, limits.connections_of_address);
	tracing::info!(address = %listener.local_addr()?, "listening");
	let mut connections = take(listener, serving, open).await;
	tracing::info!("stops: waits for requests");
	let ended = async {
		while connections.join_next().await.is_some() {}
		gateway.sockets.all_free().await;
	};
	let patience = Duration::from_secs(limits.stop_seconds);
	if timeout(patience, ended).await.is_err() {
		tracing::warn!("some requests did not end in time, and are cut");
	}
	Ok(())
}

/// Answers Prometheus until the gateway stops.
pub async fn serve_metrics(gateway: Arc<Gateway>, listener: TcpListener) {
	let patience = Duration::from_secs(gateway.config.limits.request_seconds);
	let stopping = gateway.stopping.subscribe();
	let serving = Serving {
		router: metrics::router(gateway),
		tls: None,
		patience,
		behind_proxy: false,
		stopping,
	};
	let open = Places::new(METRICS_CONNECTIONS, METRICS_CONNECTIONS);
	take(listener, serving, open).await;
}

/// Takes connections until the gateway stops. Returns those that are still open.
async fn take(listener: TcpListener, serving: Serving, open: Arc<Places<Client>>) -> JoinSet<()> {
	let mut connections = JoinSet::new();
	let mut stopping = serving.stopping.clone();
	loop {
		let accepted = tokio::select! {
			() = stops(&mut stopping) => return connections,
			Some(_) = connections.join_next() => continue,
			accepted = listener.accept() => accepted,
		};
		let (stream, address) = match accepted {
			Ok(accepted) => accepted,
			Err(error) => {
				tracing::warn!(%error, "cannot take a connection");
				tokio::time::sleep(PAUSE).await;
				continue;
			}
		};
		// Without a place the connection is dropped, before anything of it is read.
		let client = Client::at(address.ip());
		let Some(place) = open.take(client) else {
			continue;
		};
		let serving = serving.clone();
		connections.spawn(async move {
			serve_one(serving, stream, client).await;
			drop(place);
		});
	}
}

/// Returns once the gateway stops.
async fn stops(stopping: &mut watch::Receiver<bool>) {
	let _ = stopping.wait_for(|stops| *stops).await;
}

async fn serve_one(serving: Serving, stream: TcpStream, client: Client) {
	let _ = stream.set_nodelay(true);
	let unread = Arc::new(AtomicBool::new(false));
	let stream = Stream::new(stream, serving.patience, unread.clone());
	match serving.tls.clone() {
		None => http(serving, stream, client, unread).await,
		// A client that fails to begin is nothing to report.
		Some(tls) => {
			if let Ok(Ok(stream)) = timeout(serving.patience, tls.accept(stream)).await {
				http(serving, stream, client, unread).await;
			}
		}
	}
}

/// Answers the requests of a connection. `unread` tells the stream whether something of the last one was
/// not read.
async fn http<S>(serving: Serving, stream: S, client: Client, unread: Arc<AtomicBool>)
where
	S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
	let Serving {
		router,
		patience,
		behind_proxy,
		mut stopping,
		..
	} = serving;
	let service = service_fn(move |request: Request<Incoming>| {
		let forwarded = behind_proxy.then(|| forwarded(request.headers())).flatten();
		let client = forwarded.map_or(client, Client::at);
		let mut request = request.map(|body| noted(body, &unread));
		request.extensions_mut().insert(client);
		let (router, unread) = (router.clone(), unread.clone());
		async move {
			let mut answer: Response = router.oneshot(request).await?;
			if unread.load(Ordering::Relaxed) {
				// hyper closes the connection then. A client that is not told sends its next request there.
				let close = HeaderValue::from_static("close");
				answer.headers_mut().insert(CONNECTION, close);
			}
			Ok::<_, Infallible>(answer)
		}
	});
	let connection = hyper::server::conn::http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(patience)
		.max_headers(MAX_HEADERS)
		.max_buf_size(MAX_HEADER_BYTES)
		.serve_connection(TokioIo::new(stream), service)
		.with_upgrades();
	let mut connection = pin!(connection);
	// A client that goes away is nothing to report.
	tokio::select! {
		_ = connection.as_mut() => return,
		() = stops(&mut stopping) => {}
	}
	connection.as_mut().graceful_shutdown();
	let _ = connection.await;
}

/// A request's body, which notes in `unread` whether it was read to its end.
fn noted(body: Incoming, unread: &Arc<AtomicBool>) -> Body {
	let ended = body.is_end_stream();
	unread.store(!ended, Ordering::Relaxed);
	if ended {
		return Body::empty();
	}
	let unread = unread.clone();
	let end = stream::poll_fn(move |_| {
		unread.store(false, Ordering::Relaxed);
		Poll::Ready(None)
	});
	Body::from_stream(Body::new(body).into_data_stream().chain(end))
}

/// The client's address, as the proxy tells it.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
	let last = headers.get_all("x-forwarded-for").iter().next_back()?;
	last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_proxys_own_word_of_the_client_counts() {
		let mut headers = HeaderMap::new();
		assert_eq!(forwarded(&headers), None);
		for (value, expected) in [
			("192.0.2.1", Some("192.0.2.1")),
			("192.0.2.1, 2001:db8::1", Some("2001:db8::1")),
			("192.0.2.1,evil", None),
		] {
			headers.append("x-forwarded-for", value.parse().unwrap());
			let expected: Option<IpAddr> = expected.map(|ip| ip.parse().unwrap());
			assert_eq!(forwarded(&headers), expected, "{value}");
		}
	}
}
