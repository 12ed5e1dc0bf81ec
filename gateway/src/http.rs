//! The paths, and what every request must have before it gets any.
//!
//! Whoever has not signed in gets the same answer for every path, whether it exists or not, and
//! whatever is wrong: it tells nothing of the chain, of its members or of this program.

use std::{
	net::{IpAddr, Ipv6Addr},
	sync::Arc,
	time::Duration,
};

use axum::{
	body::{to_bytes, Bytes},
	extract::{rejection::BytesRejection, DefaultBodyLimit, FromRequestParts, Request, State},
	http::{
		header::{
			ACCEPT_ENCODING, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
			CONTENT_TYPE, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL,
		},
		request::Parts,
		HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
	},
	middleware::{from_fn, from_fn_with_state, Next},
	response::{IntoResponse, Response},
	routing::{get, post},
	Router,
};
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde::{de::DeserializeOwned, Serialize};
use serde_json::json;
use tokio::task::spawn_blocking;
use tower_http::{
	cors::{AllowOrigin, CorsLayer},
	timeout::TimeoutLayer,
};

use crate::{
	envelopes::{self, SENT_HEADERS, SHOWN_HEADERS},
	network,
	rpc::socket,
	sessions::Session,
	sign_in, view, Gateway,
};

/// The largest body of a request, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// How hard answers are deflated, of 10. More takes longer, and saves little of hexadecimal digits.
const DEFLATE_LEVEL: u8 = 1;

/// The subprotocol of WebSockets.
pub const SUBPROTOCOL: &str = "salus.v1";

/// Before the token among the subprotocols that a browser offers, as it cannot set headers.
pub const TOKEN_SUBPROTOCOL: &str = "salus.token.";

/// An answer that is not the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub StatusCode, pub String);

impl Failure {
	/// The answer to all who have not signed in.
	pub fn unauthorized() -> Self {
		Self(StatusCode::UNAUTHORIZED, "sign in first".into())
	}

	/// A failure with this status and text.
	pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
		Self(status, text.into())
	}

	/// The node does not answer.
	pub fn no_node() -> Self {
		let text = "the gateway's node does not answer: try again in a minute";
		Self::new(StatusCode::SERVICE_UNAVAILABLE, text)
	}
}

impl IntoResponse for Failure {
	fn into_response(self) -> Response {
		(self.0, Json(json!({ "error": self.1 }))).into_response()
	}
}

/// A body in JSON.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
	fn into_response(self) -> Response {
		match serde_json::to_vec(&self.0) {
			Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
			Err(error) => {
				tracing::error!(%error, "cannot write an answer");
				StatusCode::INTERNAL_SERVER_ERROR.into_response()
			}
		}
	}
}

/// Reads a body in JSON.
pub(crate) fn read_json<T: DeserializeOwned>(
	body: Result<Bytes, BytesRejection>,
) -> Result<T, Failure> {
	let malformed = |status| Failure::new(status, "the request is malformed: see docs/gateway.md");
	let body = body.map_err(|rejection| malformed(rejection.status()))?;
	serde_json::from_slice(&body).map_err(|_| malformed(StatusCode::BAD_REQUEST))
}

/// Where a client is, as limits count it: an address, or a /64 network of IPv6, as one customer has all
/// addresses of such a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
	/// The client at an address.
	pub fn at(address: IpAddr) -> Self {
		Self(match address.to_canonical() {
			IpAddr::V6(address) => {
				let [a, b, c, d, ..] = address.segments();
				Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
			}
			address => address,
		})
	}
}

/// The session of a request.
pub struct Caller(pub Arc<Session>);

impl FromRequestParts<Arc<Gateway>> for Caller {
	type Rejection = Failure;

	async fn from_request_parts(
		parts: &mut Parts,
		gateway: &Arc<Gateway>,
	) -> Result<Self, Failure> {
		let token = token(&parts.headers);
		let session = token.and_then(|token| gateway.sessions.find(token));
		session.map(Self).ok_or_else(Failure::unauthorized)
	}
}

/// The token in a request's headers.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
	let bearer = headers
		.get(AUTHORIZATION)
		.and_then(|value| value.to_str().ok());
	bearer
		.and_then(|value| value.strip_prefix("Bearer "))
		.or_else(|| {
			let mut offered = elements(headers, SEC_WEBSOCKET_PROTOCOL);
			offered.find_map(|one| one.strip_prefix(TOKEN_SUBPROTOCOL))
		})
}

/// The elements of the lists in all headers with this name.
fn elements(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
	let values = headers.get_all(name).into_iter();
	let values = values.filter_map(|value| value.to_str().ok());
	values.flat_map(|value| value.split(',').map(str::trim))
}

/// All paths.
pub fn router(gateway: Arc<Gateway>) -> Router {
	let timeout = Duration::from_secs(gateway.config.limits.request_seconds);
	let origins = gateway.clone();
	let allowed = move |origin: &HeaderValue, _: &Parts| is_allowed_origin(&origins, origin);
	let cors = CorsLayer::new()
		.allow_origin(AllowOrigin::predicate(allowed))
		.allow_methods([
			Method::GET,
			Method::HEAD,
			Method::POST,
			Method::PATCH,
			Method::DELETE,
		])
		.allow_headers(SENT_HEADERS)
		.expose_headers(SHOWN_HEADERS)
		.max_age(Duration::from_secs(600));
	let paths = Router::new()
		.route("/v1/challenge", post(sign_in::challenge))
		.route("/v1/session", post(sign_in::begin).delete(sign_in::end))
		.route("/v1/chain/{chain}", get(socket::upgrade))
		.route("/v1/view", post(view::view).layer(from_fn(deflate)))
		.route("/v1/code/{chain}/{hash}", get(view::code))
		.route("/v1/network/{name}/{serial}", get(network::file))
		.fallback(unknown)
		.method_not_allowed_fallback(unknown)
		// It counts when a path reads a body: it has looked at the caller's token before.
		.layer(DefaultBodyLimit::max(MAX_BODY))
		.layer(TimeoutLayer::with_status_code(
			StatusCode::REQUEST_TIMEOUT,
			timeout,
		))
		// Their bodies are larger, and take longer.
		.merge(envelopes::routes(timeout))
		.method_not_allowed_fallback(unknown)
		.layer(cors)
		.with_state(gateway.clone());
	// Around all of it, and not around each path: a path adds headers to its answers at last.
	Router::new()
		.fallback_service(paths)
		.layer(from_fn_with_state(gateway, guard))
}

async fn unknown(_: Caller) -> Failure {
	Failure::new(
		StatusCode::NOT_FOUND,
		"there is no such path: see docs/gateway.md",
	)
}

/// Deflates the answer to a client that takes that: hexadecimal digits then need half of their bytes. The
/// size tells other web sites nothing, as they cannot send requests with the session's token.
async fn deflate(request: Request, next: Next) -> Response {
	let takes = elements(request.headers(), ACCEPT_ENCODING).any(|coding| coding == "deflate");
	let answer = next.run(request).await;
	if !takes || answer.status() != StatusCode::OK {
		return answer;
	}
	let (mut parts, body) = answer.into_parts();
	// It is in memory already.
	let Ok(body) = to_bytes(body, usize::MAX).await else {
		return StatusCode::INTERNAL_SERVER_ERROR.into_response();
	};
	let deflated = spawn_blocking(move || compress_to_vec_zlib(&body, DEFLATE_LEVEL)).await;
	let Ok(deflated) = deflated else {
		return StatusCode::INTERNAL_SERVER_ERROR.into_response();
	};
	let coding = HeaderValue::from_static("deflate");
	parts.headers.insert(CONTENT_ENCODING, coding);
	parts.headers.remove(CONTENT_LENGTH);
	Response::from_parts(parts, deflated.into())
}

/// Refuses requests to another host, and those that another web page makes. No answer is stored.
async fn guard(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
	let headers = request.headers();
	let origin = headers.get(ORIGIN);
	let mut response = if own_host(&gateway, headers).is_none()
		|| origin.is_some_and(|origin| !is_allowed_origin(&gateway, origin))
	{
		Failure::unauthorized().into_response()
	} else {
		next.run(request).await
	};
	let status = response.status();
	let counted = gateway
		.metrics
		.answers
		.with_label_values(&[status.as_str()]);
	counted.inc();
	let unauthorized = status == StatusCode::UNAUTHORIZED;
	if unauthorized {
		gateway.count_refusal("unauthorized");
	} else if status == StatusCode::TOO_MANY_REQUESTS {
		gateway.count_refusal("rate");
	}
	let headers = response.headers_mut();
	if unauthorized {
		// It tells that the path exists.
		headers.remove(ALLOW);
	}
	headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
	response
}

/// The name of this gateway by which the client has reached it.
pub(crate) fn own_host<'a>(gateway: &'a Gateway, headers: &HeaderMap) -> Option<&'a str> {
	let mut named = headers.get_all(HOST).into_iter();
	let host = named.next()?.to_str().ok()?;
	if named.next().is_some() {
		return None;
	}
	let mut own = gateway.config.hosts.iter();
	own.find(|own| own.eq_ignore_ascii_case(host))
		.map(String::as_str)
}

/// Whether web pages of this origin may use this gateway: those that are configured, and those that
/// the user's own machine serves.
fn is_allowed_origin(gateway: &Gateway, origin: &HeaderValue) -> bool {
	let Ok(origin) = origin.to_str() else {
		return false;
	};
	gateway
		.config
		.origins
		.iter()
		.any(|allowed| allowed == origin)
		|| is_loopback(origin)
}

fn is_loopback(origin: &str) -> bool {
	let Some(host) = origin.strip_prefix("http://") else {
		return false;
	};
	let (name, port) = match host.rsplit_once(':') {
		Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
		_ => (host, None),
	};
	let digits = |port: &str| port.parse::<u16>().is_ok();
	["localhost", "127.0.0.1", "[::1]"].contains(&name) && port.is_none_or(digits)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_pages_of_the_own_machine_are_loopback() {
		for origin in [
			"http://localhost",
			"http://localhost:8080",
			"http://127.0.0.1:5173",
			"http://[::1]:8080",
			"http://[::1]",
		] {
			assert!(is_loopback(origin), "{origin}");
		}
		for origin in [
			"http://localhost.evil.example",
			"http://127.0.0.1.evil.example:80",
			"http://localhost:80@evil.example",
			"http://evil.example/localhost",
			"null",
			"file://",
			"",
			"http://",
		] {
			assert!(!is_loopback(origin), "{origin}");
		}
	}

	#[test]
	fn a_network_of_ipv6_counts_as_one_client() {
		let client = |text: &str| Client::at(text.parse().unwrap());
		let one = client("2001:db8:1:2::1");
		assert_eq!(one, client("2001:db8:1:2:ffff:ffff:ffff:ffff"));
		assert_ne!(one, client("2001:db8:1:3::1"));
		// A socket for both shows addresses of IPv4 as ones of IPv6.
		assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
		assert_ne!(client("::ffff:192.0.2.1"), client("::ffff:192.0.2.2"));
	}

	#[test]
	fn a_token_comes_as_bearer_or_as_subprotocol() {
		let headers = |name, value| HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
		let bearer = headers(AUTHORIZATION, "Bearer abc");
		assert_eq!(token(&bearer), Some("abc"));
		let offered = headers(SEC_WEBSOCKET_PROTOCOL, "salus.v1, salus.token.abc");
		assert_eq!(token(&offered), Some("abc"));
		for (name, value) in [
			(AUTHORIZATION, "Basic abc"),
			(AUTHORIZATION, "bearer abc"),
			(SEC_WEBSOCKET_PROTOCOL, "salus.v1"),
		] {
			assert_eq!(token(&headers(name, value)), None, "{value}");
		}
	}
}
