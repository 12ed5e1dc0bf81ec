//! A client of Kubo's RPC.

use super::cid::{to_base32, CidWriter};
use crate::{progress::Progress, Error, Result};
use futures::future::{select, Either};
use reqwest::{multipart, Body, Client, Response, StatusCode, Url};
use salus_primitives::{local_storage::DEFAULT_IPFS_API, Cid};
use serde::Deserialize;
use std::{
	io::{Read, Seek, SeekFrom, Write},
	pin::pin,
	time::Duration,
};

/// Kubo's own default address.
pub const DEFAULT_API: &str = DEFAULT_IPFS_API;

/// The layout of a file's tree: the profile `unixfs-v1-2025`, as in [`CidWriter`].
const LAYOUT: &[(&str, &str)] = &[
	("cid-version", "1"),
	("hash", "sha2-256"),
	("raw-leaves", "true"),
	("chunker", "size-1048576"),
	("max-file-links", "1024"),
	("trickle", "false"),
	("inline", "false"),
];

const CONNECT: Duration = Duration::from_secs(5);
/// A transfer fails after this long without a byte: Kubo never stops looking for a missing block.
const STALL: Duration = Duration::from_secs(60);
/// The slowest upload, in bytes a second.
const SLOWEST: u64 = 1 << 20;
/// The longest answer that is read, except for files.
const MAX_ANSWER: usize = 64 * 1024;

/// A connection to Kubo's RPC.
#[derive(Clone)]
pub struct Ipfs {
	client: Client,
	/// For uploads: Kubo answers only after the last byte.
	upload: Client,
	url: Url,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
	message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Added {
	hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
	version: String,
}

impl Ipfs {
	/// Creates a client for a Kubo on this machine, such as [`DEFAULT_API`]. This sends nothing.
	pub fn new(url: &str) -> Result<Self> {
		let wrong =
			|cause: &str| Error::Input(format!("{url} is not an address of Kubo's RPC: {cause}"));
		let url = Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
		if url.scheme() != "http" || !is_loopback(&url) {
			return Err(wrong(
				"it must begin with http:// and be on this machine, as the RPC is not encrypted",
			));
		}
		let client = || {
			Client::builder()
				.connect_timeout(CONNECT)
				.no_proxy()
				.redirect(reqwest::redirect::Policy::none())
		};
		let build = |builder: reqwest::ClientBuilder| {
			builder.build().map_err(|error| wrong(&error.to_string()))
		};
		Ok(Self {
			client: build(client().read_timeout(STALL))?,
			upload: build(client())?,
			url,
		})
	}

	/// The RPC's address.
	pub fn url(&self) -> &str {
		self.url.as_str()
	}

	/// Kubo's version.
	pub async fn version(&self) -> Result<String> {
		let answer = self.post("version", &[], None).await?;
		Ok(self.json::<Version>(answer).await?.version)
	}

	/// Adds and pins the envelope in a file. Fails if Kubo returns another CID than this one.
	pub async fn add(
		&self,
		file: &mut std::fs::File,
		cid: &Cid,
		progress: &dyn Progress,
	) -> Result<()> {
		let system = |error: std::io::Error| self.failed(format!("the envelope: {error}"));
		file.seek(SeekFrom::Start(0)).map_err(system)?;
		let size = file.metadata().map_err(system)?.len();
		progress.step("adding to IPFS", Some(size));
		let (sender, receiver) = tokio::sync::mpsc::channel::<std::io::Result<Vec<u8>>>(4);
		let body = Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async {
			let item = receiver.recv().await?;
			Some((item, receiver))
		}));
		let part = multipart::Part::stream_with_length(body, size).file_name("envelope");
		let limit = STALL + Duration::from_secs(size / SLOWEST);
		let form = multipart::Form::new().part("file", part);
		let mut query = LAYOUT.to_vec();
		query.extend([("pin", "true"), ("quieter", "true"), ("cid-base", "base16")]);
		let feed = async move {
			loop {
				let mut piece = vec![0; 256 * 1024];
				let read = match progress.cancelled() {
					true => Err(std::io::Error::other("interrupted")),
					false => tokio::task::block_in_place(|| file.read(&mut piece)),
				};
				let item = match read {
					Ok(0) => return,
					Ok(len) => {
						piece.truncate(len);
						progress.advance(len as u64);
						Ok(piece)
					}
					Err(error) => Err(error),
				};
				let end = item.is_err();
				if sender.send(item).await.is_err() || end {
					return;
				}
			}
		};
		let added = async {
			let answer = self.post("add", &query, Some((form, limit))).await?;
			self.json::<Added>(answer).await
		};
		// An answer ends the upload: Kubo does not need the rest.
		let added = match select(pin!(added), pin!(feed)).await {
			Either::Left((added, _)) => added?,
			Either::Right(((), added)) => added.await?,
		};
		let expected = cid.to_string();
		if added.hash != expected {
			return Err(Error::Verification(format!(
				"Kubo stored the envelope under the CID {}, but its CID is {expected}",
				printable(&added.hash)
			)));
		}
		Ok(())
	}

	/// Unpins an envelope: Kubo may remove it.
	pub async fn unpin(&self, cid: &Cid) -> Result<()> {
		self.post("pin/rm", &[("arg", &cid.to_string())], None)
			.await
			.map(drop)
	}

	/// Fetches an envelope into `out`, and checks its CID and size. After an error, `out` holds
	/// unchecked bytes.
	pub async fn cat(
		&self,
		cid: &Cid,
		size: u64,
		out: &mut (impl Write + Send),
		progress: &dyn Progress,
	) -> Result<()> {
		progress.step("fetching from IPFS", Some(size));
		let arg = cid.to_string();
		let mut answer = self.post("cat", &[("arg", &arg)], None).await?;
		let mut writer = CidWriter::new();
		loop {
			let piece = answer.chunk().await.map_err(|error| self.broken(&error))?;
			let Some(piece) = piece else { break };
			if progress.cancelled() {
				return Err(self.failed("interrupted".into()));
			}
			if writer.len() + piece.len() as u64 > size {
				return Err(Error::Verification(format!(
					"IPFS returned more than the envelope's {size} bytes"
				)));
			}
			let written = tokio::task::block_in_place(|| {
				writer.write_all(&piece)?;
				out.write_all(&piece)
			});
			written.map_err(|error| self.failed(format!("the envelope: {error}")))?;
			progress.advance(piece.len() as u64);
		}
		if writer.len() < size {
			return Err(Error::Verification(format!(
				"IPFS returned only {} of the envelope's {size} bytes",
				writer.len()
			)));
		}
		let found = writer.finish();
		if found != *cid {
			return Err(Error::Verification(format!(
				"IPFS returned content with the CID {}, not {}",
				to_base32(&found),
				to_base32(cid)
			)));
		}
		Ok(())
	}

	async fn post(
		&self,
		command: &str,
		query: &[(&str, &str)],
		form: Option<(multipart::Form, Duration)>,
	) -> Result<Response> {
		let mut url = self.url.clone();
		url.set_path(&format!("/api/v0/{command}"));
		url.query_pairs_mut().clear().extend_pairs(query);
		let request = match form {
			Some((form, limit)) => self.upload.post(url).multipart(form).timeout(limit),
			None => self.client.post(url),
		};
		let answer = request.send().await.map_err(|error| self.broken(&error))?;
		match answer.status() {
			StatusCode::OK => Ok(answer),
			status => {
				let body = self.body(answer).await?;
				let cause = match serde_json::from_slice::<Failure>(&body) {
					Ok(failure) => printable(&failure.message),
					Err(_) => {
						return Err(self.not_kubo(&format!("it answered with status {status}")))
					}
				};
				Err(self.failed(cause))
			}
		}
	}

	async fn json<T: for<'a> Deserialize<'a>>(&self, answer: Response) -> Result<T> {
		let body = self.body(answer).await?;
		serde_json::from_slice(&body).map_err(|_| self.not_kubo("its answer is not one of Kubo's"))
	}

	async fn body(&self, mut answer: Response) -> Result<Vec<u8>> {
		let mut body = Vec::new();
		while let Some(piece) = answer.chunk().await.map_err(|error| self.broken(&error))? {
			body.extend(piece);
			if body.len() > MAX_ANSWER {
				return Err(self.not_kubo("its answer is too long"));
			}
		}
		Ok(body)
	}

	fn broken(&self, error: &reqwest::Error) -> Error {
		let (cause, next) = if error.is_connect() {
			(
				"it cannot be reached".into(),
				"start Kubo (ipfs daemon), or give its address with --ipfs or SALUS_IPFS_API",
			)
		} else if error.is_timeout() {
			(
				"it did not answer in time".into(),
				"perhaps no node with the envelope is online: see salus pin status, and try again \
					later",
			)
		} else {
			let mut cause: &dyn std::error::Error = error;
			while let Some(deeper) = cause.source() {
				cause = deeper;
			}
			(format!("the transfer was cut: {cause}"), "try again")
		};
		Error::Ipfs {
			url: self.url.to_string(),
			cause,
			next: Some(next.into()),
		}
	}

	/// The error for an answer that is not from Kubo.
	fn not_kubo(&self, cause: &str) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause: cause.into(),
			next: Some(
				"check that this is the address of Kubo's RPC: --ipfs or SALUS_IPFS_API".into(),
			),
		}
	}

	fn failed(&self, cause: String) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause,
			next: None,
		}
	}
}

/// Whether an address is on this machine.
fn is_loopback(url: &Url) -> bool {
	let host = url.host_str().unwrap_or_default();
	let bare = host.trim_start_matches('[').trim_end_matches(']');
	host == "localhost"
		|| bare
			.parse::<std::net::IpAddr>()
			.is_ok_and(|address| address.is_loopback())
}

/// Shortens a text, and replaces its control characters.
fn printable(text: &str) -> String {
	let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
	clean.take(300).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	/// A server that gives this answer to each request.
	async fn server(answer: Vec<u8>) -> Ipfs {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		tokio::spawn(async move {
			while let Ok((mut socket, _)) = listener.accept().await {
				let answer = answer.clone();
				tokio::spawn(async move {
					let mut request = vec![0; 64 * 1024];
					let _ = socket.read(&mut request).await;
					let _ = socket.write_all(&answer).await;
					let _ = socket.shutdown().await;
				});
			}
		});
		Ipfs::new(&url).unwrap()
	}

	fn http(status: &str, body: &[u8]) -> Vec<u8> {
		let mut answer = format!(
			"HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
			body.len()
		)
		.into_bytes();
		answer.extend(body);
		answer
	}

	fn cid_of(bytes: &[u8]) -> Cid {
		let mut writer = CidWriter::new();
		writer.write_all(bytes).unwrap();
		writer.finish()
	}

	async fn cat(body: &[u8], cid: &Cid, size: u64) -> Result<Vec<u8>> {
		let ipfs = server(http("200 OK", body)).await;
		let mut out = Vec::new();
		ipfs.cat(cid, size, &mut out, &()).await.map(|()| out)
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn fetched_content_must_have_its_cid_and_size() {
		let bytes = vec![7; 3000];
		let cid = cid_of(&bytes);
		assert_eq!(cat(&bytes, &cid, 3000).await.unwrap(), bytes);
		let mut other = bytes.clone();
		other[2999] ^= 1;
		for (body, size) in [
			(&other[..], 3000),
			(&bytes[..2999], 3000),
			(&bytes[..], 2999),
		] {
			let error = cat(body, &cid, size).await.unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_answer_that_is_not_kubos_is_an_ipfs_error() {
		let junk = vec![b'x'; 10 << 20];
		let mut cut = http("200 OK", b"{\"Version\":\"0.43.0\"}");
		cut.truncate(cut.len() - 5);
		for answer in [
			http("200 OK", b"<html>not Kubo</html>"),
			http("200 OK", b"{\"Version\":"),
			http("200 OK", &junk),
			http("404 Not Found", b"<html></html>"),
			http(
				"500 Internal Server Error",
				b"{\"Message\":\"no \\u001b[2J way\",\"Code\":0}",
			),
			http("302 Found", b""),
			cut,
			Vec::new(),
		] {
			let error = server(answer).await.version().await.unwrap_err();
			assert!(matches!(error, Error::Ipfs { .. }), "{error}");
			assert!(!error.to_string().contains('\u{1b}'), "{error}");
		}
		let good = server(http("200 OK", b"{\"Version\":\"0.43.0\"}")).await;
		assert_eq!(good.version().await.unwrap(), "0.43.0");
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_upload_fails_if_kubo_returns_another_cid() {
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(b"envelope").unwrap();
		let cid = cid_of(b"envelope");
		let good = format!("{{\"Name\":\"x\",\"Hash\":\"{cid}\",\"Size\":\"8\"}}\n");
		let ipfs = server(http("200 OK", good.as_bytes())).await;
		ipfs.add(&mut file, &cid, &()).await.unwrap();
		let other = format!(
			"{{\"Name\":\"x\",\"Hash\":\"{}\",\"Size\":\"8\"}}\n",
			cid_of(b"other")
		);
		let ipfs = server(http("200 OK", other.as_bytes())).await;
		let error = ipfs.add(&mut file, &cid, &()).await.unwrap_err();
		assert!(matches!(error, Error::Verification(_)), "{error}");
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_refusal_ends_an_upload() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let ipfs = Ipfs::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
		// It refuses after the first bytes, and never reads the rest.
		tokio::spawn(async move {
			let (mut socket, _) = listener.accept().await.unwrap();
			let _ = socket.read(&mut [0; 1024]).await;
			let refusal = http("403 Forbidden", b"{\"Message\":\"no room\"}");
			socket.write_all(&refusal).await.unwrap();
			tokio::time::sleep(Duration::from_secs(600)).await;
		});
		let mut file = tempfile::tempfile().unwrap();
		file.set_len(64 << 20).unwrap();
		let cid = cid_of(b"any content");
		let adding = ipfs.add(&mut file, &cid, &());
		let error = tokio::time::timeout(Duration::from_secs(30), adding)
			.await
			.expect("the upload ends")
			.unwrap_err();
		assert!(error.to_string().contains("no room"), "{error}");
	}

	#[tokio::test]
	async fn only_a_kubo_on_this_machine_is_used() {
		for url in [
			"http://192.0.2.1:5001",
			"https://127.0.0.1:5001",
			"ftp://localhost",
			"x",
		] {
			assert!(matches!(Ipfs::new(url), Err(Error::Input(_))), "{url}");
		}
		for url in [
			"http://127.0.0.1:5001",
			"http://localhost:5001",
			"http://[::1]:5001",
		] {
			assert!(Ipfs::new(url).is_ok(), "{url}");
		}
		let error = Ipfs::new("http://127.0.0.1:9")
			.unwrap()
			.version()
			.await
			.unwrap_err();
		assert!(
			error.next().is_some_and(|next| next.contains("Kubo")),
			"{error}"
		);
	}
}
