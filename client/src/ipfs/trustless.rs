//! Kubo's own gateway, which sends the blocks of an envelope that are on its disk.

use super::{client::loopback, to_base32};
use crate::{http, Error, Result};
use bytes::Bytes;
use futures::{stream::BoxStream, StreamExt, TryStreamExt};
use reqwest::{header::CONTENT_TYPE, Client, StatusCode, Url};
use salus_primitives::Cid;
use std::{ops::RangeInclusive, time::Duration};

/// How long it may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection to Kubo's gateway on this machine, with `Gateway.NoFetch` and without
/// `Gateway.DeserializedResponses`.
#[derive(Clone)]
pub struct Trustless {
	client: Client,
	url: Url,
}

impl Trustless {
	/// Creates a client for a gateway such as `http://127.0.0.1:8080`, which may be silent for so
	/// long. This sends nothing.
	///
	/// # Errors
	///
	/// It is not the address of a server on this machine.
	pub fn new(url: &str, silence: Duration) -> Result<Self> {
		let url = loopback(url, "gateway")?;
		if url.host_str() == Some("localhost") {
			return Err(Error::Input(
				"write 127.0.0.1 in the address of Kubo's gateway: it redirects localhost".into(),
			));
		}
		let client = http::client()
			.tls_certs_only([])
			.connect_timeout(CONNECT)
			.read_timeout(silence)
			.no_proxy()
			.redirect(reqwest::redirect::Policy::none());
		let client = client.build();
		Ok(Self {
			client: client.map_err(|error| Error::Input(error.to_string()))?,
			url,
		})
	}

	/// The blocks with these bytes of an envelope, as a CAR: each node once, before the first leaf
	/// below it, and the leaves in their order. The CAR ends early if a block is missing, or is cut.
	/// Nothing of it is checked.
	///
	/// # Errors
	///
	/// Kubo's gateway does not answer, or not with a CAR.
	pub async fn car(
		&self,
		cid: &Cid,
		bytes: RangeInclusive<u64>,
	) -> Result<BoxStream<'static, Result<Bytes>>> {
		let mut url = self.url.clone();
		url.set_path(&format!("/ipfs/{}", to_base32(cid)));
		let range = format!("{}:{}", bytes.start(), bytes.end());
		url.query_pairs_mut().clear().extend_pairs([
			("format", "car"),
			("car-order", "dfs"),
			("car-dups", "n"),
			("dag-scope", "entity"),
			("entity-bytes", &range),
		]);
		let answer = self.client.get(url).send().await;
		let answer = answer.map_err(|error| self.failed(&error.to_string()))?;
		let kind = answer.headers().get(CONTENT_TYPE);
		let is_car = kind.is_some_and(|kind| kind.as_bytes().starts_with(CAR.as_bytes()));
		if answer.status() != StatusCode::OK || !is_car {
			let what = format!("it answered with status {}, not a CAR", answer.status());
			return Err(self.failed(&what));
		}
		let gateway = self.clone();
		let failed = move |error: reqwest::Error| gateway.failed(&error.to_string());
		Ok(answer.bytes_stream().map_err(failed).boxed())
	}

	fn failed(&self, cause: &str) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause: cause.into(),
			next: Some("check that this is the address of Kubo's gateway, and start Kubo".into()),
		}
	}
}

/// The media type of a CAR.
pub const CAR: &str = "application/vnd.ipld.car";

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_a_gateway_on_this_machine_is_used() {
		for url in [
			"http://192.0.2.1:8080",
			"http://localhost:8080",
			"https://127.0.0.1:8080",
			"http://127.0.0.1:8080/ipfs",
		] {
			let error = Trustless::new(url, CONNECT).err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{url}");
		}
		for url in ["http://127.0.0.1:8080", "http://[::1]:8080"] {
			assert!(Trustless::new(url, CONNECT).is_ok(), "{url}");
		}
	}
}
