//! A client of Kubo's RPC.

use super::{
	cid::{to_base32, CidWriter},
	Adding, Downloader, Out, Uploader, Wanted,
};
use crate::{http, progress::Progress, Error, Result};
use futures::future::{select, BoxFuture, Either};
use reqwest::{
	header::{HeaderMap, HeaderValue, AUTHORIZATION},
	multipart, Body, Client, RequestBuilder, Response, StatusCode, Url,
};
use salus_envelope::{CidBytes, LeafPath, OpenError};
use salus_primitives::{
	local_storage::{ipfs_api, DEFAULT_IPFS_API},
	text::one_line,
	Cid,
};
use serde::{de::IgnoredAny, Deserialize};
use std::{
	collections::HashMap,
	fs::File,
	io::{self, Read, Seek, SeekFrom, Write},
	ops::RangeInclusive,
	pin::pin,
	time::{Duration, Instant},
};

/// Kubo's own default address.
pub const DEFAULT_API: &str = DEFAULT_IPFS_API;

/// The layout of a file's tree: the profile `unixfs-v1-2025`, as in [`CidWriter`].
pub(super) const LAYOUT: &[(&str, &str)] = &[
	("cid-version", "1"),
	("hash", "sha2-256"),
	("raw-leaves", "true"),
	("chunker", "size-1048576"),
	("max-file-links", "1024"),
	("trickle", "false"),
	("inline", "false"),
];

const CONNECT: Duration = Duration::from_secs(5);
/// Removing a pin takes at most this long: somebody waits for the command to end.
const UNPIN: Duration = Duration::from_secs(2);
/// A download fails if it brings fewer bytes than this in a period of [`Limits::stall`].
const LEAST: u64 = 64 * 1024;
/// The slowest that Kubo may store an upload, in bytes a second.
pub(super) const SLOWEST: u64 = 1 << 20;
/// The slices of an envelope that are read back after an upload, and their bytes.
const SLICES: usize = 4;
const SLICE: u64 = 64 * 1024;
/// The longest answer that is read, except for files.
const MAX_ANSWER: usize = 64 * 1024;
/// The longest block that IPFS nodes exchange.
const MAX_BLOCK: usize = 2 << 20;
/// The most characters of Kubo's messages that are shown.
const MAX_MESSAGE: usize = 300;

/// How long Kubo may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
	/// For a call without a transfer.
	pub(super) short: Duration,
	/// For a transfer, without a byte: Kubo never stops looking for a missing block.
	pub(super) stall: Duration,
}

const LIMITS: Limits = Limits {
	short: Duration::from_secs(30),
	stall: Duration::from_secs(60),
};

/// What to say if Kubo takes too long: the cause and the next step.
pub(super) type TooSlow = (&'static str, &'static str);

pub(super) const NO_ANSWER: TooSlow = (
	"it did not answer in time",
	"check Kubo's load and disk, or start it again",
);
pub(super) const NO_DOWNLOAD: TooSlow = (
	"the envelope does not arrive",
	"perhaps no node with the envelope is online: see salus pin status, and try again later",
);
pub(super) const NO_UPLOAD: TooSlow = (
	"it did not store the envelope in time",
	"check Kubo's load and disk, and try again",
);

/// A connection to Kubo's RPC.
#[derive(Clone)]
pub struct Ipfs {
	pub(super) client: Client,
	/// For uploads: Kubo answers only after the last byte.
	pub(super) upload: Client,
	url: Url,
	pub(super) limits: Limits,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
	message: String,
}

/// What Kubo says of a file that it added.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Added {
	pub(super) hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pins {
	keys: HashMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
	version: String,
}

impl Ipfs {
	/// Creates a client for a Kubo on this machine, such as [`DEFAULT_API`]. This sends nothing.
	pub fn new(url: &str) -> Result<Self> {
		Self::with(url, None, LIMITS)
	}

	/// The same for a Kubo whose `API.Authorizations` demand a secret.
	pub fn with_secret(url: &str, secret: &str) -> Result<Self> {
		Self::with(url, Some(secret), LIMITS)
	}

	fn with(url: &str, secret: Option<&str>, limits: Limits) -> Result<Self> {
		let url = loopback(url, "RPC")?;
		let mut headers = HeaderMap::new();
		if let Some(secret) = secret {
			let bearer = HeaderValue::from_str(&format!("Bearer {secret}"));
			let mut bearer = bearer.map_err(|_| {
				Error::Input("Kubo's secret has characters that are not printable ASCII".into())
			})?;
			bearer.set_sensitive(true);
			headers.insert(AUTHORIZATION, bearer);
		}
		let client = || {
			// The RPC is not encrypted, so no certificates are read.
			let client = http::client()
				.tls_certs_only([])
				.default_headers(headers.clone())
				.connect_timeout(CONNECT)
				.no_proxy()
				.redirect(reqwest::redirect::Policy::none());
			// By default, 30 s of standstill end a connection.
			#[cfg(target_os = "linux")]
			let client = client.tcp_user_timeout(None::<Duration>);
			client
		};
		let build = |builder: reqwest::ClientBuilder| {
			let built = builder.build();
			built.map_err(|error| Error::Input(error.to_string()))
		};
		Ok(Self {
			client: build(client().read_timeout(limits.stall))?,
			upload: build(client())?,
			url,
			limits,
		})
	}

	/// The RPC's address.
	pub fn url(&self) -> &str {
		self.url.as_str()
	}

	/// Kubo's version.
	pub async fn version(&self) -> Result<String> {
		Ok(self
			.short::<Version>("version", &[], self.limits.short)
			.await?
			.version)
	}

	/// Adds and pins the envelope in a file, and reads parts of it back. Fails if Kubo returns
	/// another CID than this one, or does not keep the envelope.
	pub async fn add(&self, file: &mut File, cid: &Cid, progress: &dyn Progress) -> Result<()> {
		let size = file.metadata().map_err(Error::temporary)?.len();
		let added = self.upload(file, size, progress).await?;
		self.check_added(&added, file, size, cid).await
	}

	/// The address of the call that adds an envelope, and pins it or not.
	pub(super) fn add_call(&self, pin: bool) -> Url {
		let mut query = LAYOUT.to_vec();
		let pin = if pin { "true" } else { "false" };
		query.extend([("pin", pin), ("quieter", "true"), ("cid-base", "base16")]);
		self.call("add", &query)
	}

	async fn upload(&self, file: &mut File, size: u64, progress: &dyn Progress) -> Result<Added> {
		file.rewind().map_err(Error::temporary)?;
		progress.step("adding to IPFS", Some(size));
		let (sender, receiver) = tokio::sync::mpsc::channel::<io::Result<Vec<u8>>>(4);
		let body = Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async {
			let item = receiver.recv().await?;
			Some((item, receiver))
		}));
		let part = multipart::Part::stream_with_length(body, size).file_name("envelope");
		let form = multipart::Form::new().part("file", part);
		// Ends when all is sent, or with the reason why not.
		let feed = async move {
			loop {
				let mut piece = vec![0; 256 * 1024];
				let read = tokio::task::block_in_place(|| file.read(&mut piece));
				let len = read.map_err(Error::temporary)?;
				if len == 0 {
					return Ok(());
				}
				if progress.cancelled() {
					return Err(self.failed("interrupted".into()));
				}
				piece.truncate(len);
				match tokio::time::timeout(self.limits.stall, sender.send(Ok(piece))).await {
					Ok(Ok(())) => progress.advance(len as u64),
					// The request has ended, and has the reason.
					Ok(Err(_)) => return Ok(()),
					Err(_) => return Err(self.too_slow(NO_UPLOAD)),
				}
			}
		};
		let limit = Duration::from_secs(size / SLOWEST) + self.limits.stall;
		let added = async {
			let request = self.upload.post(self.add_call(true)).multipart(form);
			let answer = self.answer(request.timeout(limit), NO_UPLOAD).await?;
			self.json::<Added>(answer, NO_UPLOAD).await
		};
		// An answer ends the upload: Kubo does not need the rest.
		let added = match select(pin!(added), pin!(feed)).await {
			Either::Left((added, _)) => added?,
			Either::Right((fed, added)) => {
				fed?;
				added.await?
			}
		};
		Ok(added)
	}

	/// Checks that Kubo added an envelope with this CID, has a pin of it, and returns some slices of it from
	/// its own disk.
	pub(super) async fn check_added(
		&self,
		added: &Added,
		file: &mut File,
		size: u64,
		cid: &Cid,
	) -> Result<()> {
		let expected = cid.to_string();
		if added.hash != expected {
			return Err(self.not_kept(format!(
				"it stored the envelope under the CID {}, but its CID is {expected}",
				one_line(&added.hash, MAX_MESSAGE)
			)));
		}
		if !self.has_pin(cid).await? {
			return Err(self.not_kept("it says that it does not keep the envelope".into()));
		}
		let arg = cid.to_string();
		for _ in 0..SLICES {
			let offset = random_below(size.saturating_sub(SLICE) + 1)?;
			let mut expected = Vec::new();
			file.seek(SeekFrom::Start(offset))
				.and_then(|_| Read::by_ref(file).take(SLICE).read_to_end(&mut expected))
				.map_err(Error::temporary)?;
			let (start, length) = (offset.to_string(), expected.len().to_string());
			let query = [
				("arg", arg.as_str()),
				("offset", &start),
				("length", &length),
				("offline", "true"),
			];
			let request = self
				.client
				.post(self.call("cat", &query))
				.timeout(self.limits.short);
			let answer = self.answer(request, NO_ANSWER).await;
			let kept = match answer {
				Ok(answer) => self
					.body(answer, NO_ANSWER)
					.await
					.map(|kept| kept == expected),
				Err(error) => Err(error),
			};
			match kept {
				Ok(true) => {}
				Ok(false) => {
					return Err(self.not_kept("it returns other bytes than the envelope's".into()))
				}
				Err(error) => {
					return Err(self.not_kept(format!("it does not return the envelope: {error}")))
				}
			}
		}
		Ok(())
	}

	/// Whether Kubo has a pin of an envelope of this size. Fails if it has, but does not return the
	/// envelope: it may do so later.
	pub async fn keeps(&self, cid: &Cid, size: u64, progress: &dyn Progress) -> Result<bool> {
		if !self.has_pin(cid).await? {
			return Ok(false);
		}
		self.cat(cid, size, &mut io::sink(), progress).await?;
		Ok(true)
	}

	/// Whether Kubo has a pin of an envelope.
	async fn has_pin(&self, cid: &Cid) -> Result<bool> {
		let arg = cid.to_string();
		let query = [
			("arg", arg.as_str()),
			("type", "recursive"),
			("cid-base", "base16"),
		];
		match self
			.short::<Pins>("pin/ls", &query, self.limits.short)
			.await
		{
			Err(Error::Ipfs { cause, .. }) if cause.contains("not pinned") => Ok(false),
			pins => Ok(pins?.keys.contains_key(&arg)),
		}
	}

	/// Unpins an envelope: Kubo may remove it. Returns whether it had a pin of it.
	pub async fn unpin(&self, cid: &Cid) -> Result<bool> {
		let query = [("arg", &*cid.to_string())];
		match self.short::<IgnoredAny>("pin/rm", &query, UNPIN).await {
			Err(Error::Ipfs { cause, .. }) if cause.contains("not pinned") => Ok(false),
			result => result.map(|_| true),
		}
	}

	/// Fetches an envelope into `out`, and checks its CID and size. After an error, `out` holds
	/// unchecked bytes.
	pub async fn cat(
		&self,
		cid: &Cid,
		size: u64,
		out: &mut (impl Write + Send + ?Sized),
		progress: &dyn Progress,
	) -> Result<()> {
		progress.step("fetching from IPFS", Some(size));
		let request = self
			.client
			.post(self.call("cat", &[("arg", &cid.to_string())]));
		let mut answer = self.answer(request, NO_DOWNLOAD).await?;
		let mut writer = CidWriter::new();
		let (mut since, mut before) = (Instant::now(), 0);
		loop {
			let piece = answer.chunk().await;
			let Some(piece) = piece.map_err(|error| self.broken(&error, NO_DOWNLOAD))? else {
				break;
			};
			if progress.cancelled() {
				return Err(self.failed("interrupted".into()));
			}
			if writer.len() + piece.len() as u64 > size {
				return Err(Error::Verification(format!(
					"IPFS returned more than the envelope's {size} bytes"
				)));
			}
			tokio::task::block_in_place(|| {
				writer.write_all(&piece)?;
				out.write_all(&piece)
			})
			.map_err(Error::temporary)?;
			progress.advance(piece.len() as u64);
			if since.elapsed() > self.limits.stall {
				if writer.len() - before < LEAST {
					return Err(self.too_slow(NO_DOWNLOAD));
				}
				(since, before) = (Instant::now(), writer.len());
			}
		}
		let len = writer.len();
		let found = writer.finish();
		if found != *cid && len < size {
			return Err(self.failed(format!(
				"the transfer was cut after {len} of the envelope's {size} bytes"
			)));
		}
		if found != *cid {
			return Err(Error::Verification(format!(
				"IPFS returned content with the CID {}, not {}",
				to_base32(&found),
				to_base32(cid)
			)));
		}
		if len < size {
			return Err(Error::Verification(format!(
				"the envelope has {len} bytes, and its record says {size}"
			)));
		}
		Ok(())
	}

	/// Fetches a block. Who uses it checks its hash.
	async fn block(&self, cid: &CidBytes) -> Result<Vec<u8>> {
		// In base 16.
		let arg = format!("f{}", hex::encode(cid));
		let request = self
			.client
			.post(self.call("block/get", &[("arg", &arg)]))
			.timeout(self.limits.stall);
		let answer = self.answer(request, NO_DOWNLOAD).await?;
		let block = self.limited(answer, NO_DOWNLOAD, MAX_BLOCK).await?;
		Ok(block)
	}

	/// Fetches a leaf of an envelope, and checks its way from the envelope's CID. `nodes` keeps the
	/// blocks above leaves for further leaves.
	pub async fn leaf(
		&self,
		cid: &Cid,
		size: u64,
		leaf: u64,
		nodes: &mut HashMap<CidBytes, Vec<u8>>,
	) -> Result<Vec<u8>> {
		let refused = |error: OpenError| Error::Verification(error.to_string());
		let mut path = LeafPath::new(cid.as_bytes(), size, leaf).map_err(refused)?;
		loop {
			let next = *path.next();
			let block = match nodes.get(&next) {
				Some(block) => block.clone(),
				None => self.block(&next).await?,
			};
			let node = (path.left() > 1).then(|| block.clone());
			match path.take(block).map_err(refused)? {
				Some(leaf) => return Ok(leaf),
				// Only blocks whose hash is right are kept.
				None => nodes.extend(node.map(|node| (next, node))),
			}
		}
	}

	/// The result of a call without a transfer.
	pub(super) async fn short<T: for<'a> Deserialize<'a>>(
		&self,
		command: &str,
		query: &[(&str, &str)],
		limit: Duration,
	) -> Result<T> {
		let request = self.client.post(self.call(command, query)).timeout(limit);
		let answer = self.answer(request, NO_ANSWER).await?;
		self.json(answer, NO_ANSWER).await
	}

	/// The address of a call.
	pub(super) fn call(&self, command: &str, query: &[(&str, &str)]) -> Url {
		let mut url = self.url.clone();
		url.set_path(&format!("/api/v0/{command}"));
		url.query_pairs_mut().clear().extend_pairs(query);
		url
	}

	/// Sends a request. A refusal is an error.
	pub(super) async fn answer(&self, request: RequestBuilder, slow: TooSlow) -> Result<Response> {
		let answer = request.send().await;
		let answer = answer.map_err(|error| self.broken(&error, slow))?;
		match answer.status() {
			StatusCode::OK => Ok(answer),
			status => {
				let body = self.body(answer, slow).await?;
				match serde_json::from_slice::<Failure>(&body) {
					Ok(failure) => Err(self.failed(one_line(&failure.message, MAX_MESSAGE))),
					Err(_) if status == StatusCode::FORBIDDEN => Err(self.error(
						"it does not allow this call".into(),
						"give the secret that its API.Authorizations have for this program",
					)),
					Err(_) => Err(self.not_kubo(&format!("it answered with status {status}"))),
				}
			}
		}
	}

	pub(super) async fn json<T: for<'a> Deserialize<'a>>(
		&self,
		answer: Response,
		slow: TooSlow,
	) -> Result<T> {
		let body = self.body(answer, slow).await?;
		serde_json::from_slice(&body).map_err(|_| self.not_kubo("its answer is not one of Kubo's"))
	}

	pub(super) async fn body(&self, answer: Response, slow: TooSlow) -> Result<Vec<u8>> {
		self.limited(answer, slow, MAX_ANSWER).await
	}

	pub(super) async fn limited(
		&self,
		mut answer: Response,
		slow: TooSlow,
		limit: usize,
	) -> Result<Vec<u8>> {
		let mut body = Vec::new();
		loop {
			let piece = answer.chunk().await;
			let Some(piece) = piece.map_err(|error| self.broken(&error, slow))? else {
				return Ok(body);
			};
			body.extend(piece);
			if body.len() > limit {
				return Err(self.not_kubo("its answer is too long"));
			}
		}
	}

	pub(super) fn broken(&self, error: &reqwest::Error, slow: TooSlow) -> Error {
		if error.is_connect() {
			return self.error(
				"it cannot be reached".into(),
				"start Kubo (ipfs daemon), or give its address with --ipfs or SALUS_IPFS_API",
			);
		}
		if error.is_timeout() {
			return self.too_slow(slow);
		}
		let mut cause: &dyn std::error::Error = error;
		while let Some(deeper) = cause.source() {
			cause = deeper;
		}
		self.error(format!("the transfer was cut: {cause}"), "try again")
	}

	fn too_slow(&self, (cause, next): TooSlow) -> Error {
		self.error(cause.into(), next)
	}

	/// The error for an answer that is not from Kubo.
	pub(super) fn not_kubo(&self, cause: &str) -> Error {
		self.error(
			cause.into(),
			"check that this is the address of Kubo's RPC: --ipfs or SALUS_IPFS_API",
		)
	}

	/// The error for an upload that Kubo did not keep.
	pub(super) fn not_kept(&self, cause: String) -> Error {
		self.error(
			cause,
			"check Kubo and its disk, or use another Kubo (--ipfs)",
		)
	}

	fn error(&self, cause: String, next: &str) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause,
			next: Some(next.into()),
		}
	}

	pub(super) fn failed(&self, cause: String) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause,
			next: None,
		}
	}
}

impl Uploader for Ipfs {
	fn begin(&self) -> Option<Adding> {
		Some(Adding::begin(self))
	}

	fn add<'a>(
		&'a self,
		file: &'a mut File,
		cid: &'a Cid,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		Box::pin(self.add(file, cid, progress))
	}

	fn keeps<'a>(
		&'a self,
		cid: &'a Cid,
		size: u64,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<bool>> {
		Box::pin(self.keeps(cid, size, progress))
	}

	fn unpin<'a>(&'a self, cid: &'a Cid, _: u64) -> BoxFuture<'a, Result<bool>> {
		Box::pin(self.unpin(cid))
	}
}

impl Downloader for Ipfs {
	fn fetch<'a>(
		&'a self,
		wanted: &'a Wanted,
		out: &'a mut (dyn Write + Send),
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		Box::pin(self.cat(&wanted.cid, wanted.size, out, progress))
	}

	fn leaves<'a>(
		&'a self,
		wanted: &'a Wanted,
		leaves: RangeInclusive<u64>,
		out: &'a mut Out<'_>,
		_: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		let fetched = async move {
			let mut nodes = HashMap::new();
			for number in leaves {
				let leaf = self.leaf(&wanted.cid, wanted.size, number, &mut nodes);
				if !out(number, leaf.await?)? {
					break;
				}
			}
			Ok(())
		};
		Box::pin(fetched)
	}
}

/// Reads the address of one of Kubo's servers, which must be on this machine.
pub(super) fn loopback(url: &str, server: &str) -> Result<Url> {
	// Does not repeat the address: it may have a password.
	let wrong = |cause: &str| {
		Error::Input(format!(
			"this is not an address of Kubo's {server}: {cause}"
		))
	};
	let address = ipfs_api(url.as_bytes())
		.ok_or_else(|| wrong("write http://HOST:PORT, without user, password and path"))?;
	let url = Url::parse(address).map_err(|error| wrong(&error.to_string()))?;
	if !is_loopback(&url) {
		return Err(wrong("it must be on this machine, as it is not encrypted"));
	}
	Ok(url)
}

/// Whether an address is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
	let host = url.host_str().unwrap_or_default();
	let bare = host.trim_start_matches('[').trim_end_matches(']');
	host == "localhost"
		|| bare
			.parse::<std::net::IpAddr>()
			.is_ok_and(|address| address.is_loopback())
}

/// A random number below a limit.
fn random_below(limit: u64) -> Result<u64> {
	let random = getrandom::u64().map_err(|error| Error::temporary(io::Error::other(error)))?;
	Ok(random % limit)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::ipfs::cid::root_of;
	use std::sync::{Arc, Mutex};
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	/// A server that answers each request as its path and query say.
	async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Ipfs {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let answer = Arc::new(answer);
		tokio::spawn(async move {
			while let Ok((mut socket, _)) = listener.accept().await {
				let answer = answer.clone();
				tokio::spawn(async move {
					let mut request = vec![0; 64 * 1024];
					let len = socket.read(&mut request).await.unwrap_or_default();
					let head = String::from_utf8_lossy(&request[..len]).into_owned();
					let path = head.split(' ').nth(1).unwrap_or_default();
					let path = path.strip_prefix("/api/v0/").unwrap_or(path);
					let _ = socket.write_all(&answer(path)).await;
					let _ = socket.shutdown().await;
					// What is not read could take the answer from the client.
					while socket.read(&mut request).await.is_ok_and(|read| read > 0) {}
				});
			}
		});
		Ipfs::new(&url).unwrap()
	}

	/// A server that gives this answer to each request.
	async fn server(answer: Vec<u8>) -> Ipfs {
		serve(move |_| answer.clone()).await
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
		for (body, size) in [(&other[..], 3000), (&bytes[..], 2999), (&bytes[..], 3001)] {
			let error = cat(body, &cid, size).await.unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
	}

	/// A Kubo with the blocks of a file of three leaves; `spoil` changes what it answers.
	async fn kubo_with_three_leaves(
		spoil: impl Fn(&str, &mut Vec<u8>) + Send + Sync + 'static,
	) -> (Ipfs, Cid, Vec<Vec<u8>>, Arc<Mutex<Vec<String>>>) {
		let file: Vec<u8> = (0..(2 << 20) + 100).map(|at| (at / 7) as u8).collect();
		let leaves: Vec<_> = file.chunks(1 << 20).map(<[u8]>::to_vec).collect();
		let (cid, node) = (cid_of(&file), root_of(&file));
		let name = |cid: &Cid| format!("f{}", hex::encode(cid.as_bytes()));
		let mut blocks: HashMap<_, _> = leaves
			.iter()
			.map(|leaf| (name(&cid_of(leaf)), leaf.clone()))
			.collect();
		blocks.insert(name(&cid), node);
		let asked = Arc::new(Mutex::new(Vec::new()));
		let log = asked.clone();
		let ipfs = serve(move |path| {
			let wanted = path.strip_prefix("block/get?arg=").unwrap_or_default();
			log.lock().unwrap().push(wanted.to_owned());
			let mut block = blocks[wanted].clone();
			spoil(wanted, &mut block);
			http("200 OK", &block)
		})
		.await;
		(ipfs, cid, leaves, asked)
	}

	/// A leaf costs the tree's depth and itself; a second leaf only itself.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_leaf_is_fetched_without_the_others() {
		let (ipfs, cid, leaves, asked) = kubo_with_three_leaves(|_, _| {}).await;
		let size = (2 << 20) + 100;
		let mut nodes = HashMap::new();
		for (count, leaf) in [(2, 1), (3, 0), (4, 2)] {
			let found = ipfs.leaf(&cid, size, leaf, &mut nodes).await.unwrap();
			assert!(found == leaves[leaf as usize], "leaf {leaf}");
			assert_eq!(asked.lock().unwrap().len(), count);
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_leaf_of_other_bytes_is_refused() {
		for depth in 0..2 {
			let (ipfs, cid, ..) = kubo_with_three_leaves(move |name, block| {
				// Version, codec, hash: "f01" and "70" for a node.
				if name.starts_with("f0170") == (depth == 0) {
					let last = block.len() - 1;
					block[last] ^= 1;
				}
			})
			.await;
			let mut nodes = HashMap::new();
			let error = ipfs.leaf(&cid, (2 << 20) + 100, 1, &mut nodes).await;
			let error = error.unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
		// Another size than the tree's.
		let (ipfs, cid, ..) = kubo_with_three_leaves(|_, _| {}).await;
		for size in [1 << 20, 2 << 20, 4 << 20] {
			let error = ipfs.leaf(&cid, size, 0, &mut HashMap::new()).await;
			assert!(matches!(error.unwrap_err(), Error::Verification(_)));
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_download_that_is_cut_is_not_a_failed_check() {
		let bytes = vec![7; 3000];
		let error = cat(&bytes[..2999], &cid_of(&bytes), 3000)
			.await
			.unwrap_err();
		assert!(matches!(error, Error::Ipfs { .. }), "{error}");
		assert!(error.to_string().contains("2999 of"), "{error}");
	}

	/// A server that sends one byte of its answer every 20 ms, for ever.
	async fn trickle() -> Ipfs {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		tokio::spawn(async move {
			while let Ok((mut socket, _)) = listener.accept().await {
				tokio::spawn(async move {
					// An answer before the request is an error of its own.
					let _ = socket.read(&mut [0; 1024]).await;
					let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
					let mut sent = socket.write_all(head).await;
					while sent.is_ok() {
						tokio::time::sleep(Duration::from_millis(20)).await;
						sent = socket.write_all(b" ").await;
					}
				});
			}
		});
		// Long enough for a busy machine to send the head of an answer.
		let limits = Limits {
			short: Duration::from_secs(2),
			stall: Duration::from_secs(2),
		};
		Ipfs::with(&url, None, limits).unwrap()
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_trickle_of_bytes_does_not_hold_a_command() {
		let ipfs = trickle().await;
		let cid = cid_of(b"envelope");
		let (mut out, mut all) = (Vec::new(), Vec::new());
		let calls = async {
			for error in [
				ipfs.version().await.err(),
				ipfs.cat(&cid, 100_000, &mut out, &()).await.err(),
				ipfs.unpin(&cid).await.err(),
			] {
				let error = error.unwrap();
				assert!(matches!(error, Error::Ipfs { .. }), "{error}");
				all.push(error.next().unwrap_or_default());
			}
		};
		let limit = Duration::from_secs(60);
		tokio::time::timeout(limit, calls)
			.await
			.expect("each call ends");
		let online: Vec<_> = all.iter().map(|next| next.contains("online")).collect();
		assert_eq!(online, [false, true, false], "{all:?}");
	}

	/// Kubo writes to a slow disk, and reads nothing meanwhile. By default, the HTTP client would end
	/// the connection after 30 s.
	#[tokio::test(flavor = "multi_thread")]
	async fn an_upload_survives_half_a_minute_of_standstill() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let ipfs = Ipfs::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
		// More than the sockets hold.
		let envelope = vec![7; 16 << 20];
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(&envelope).unwrap();
		let standstill = async {
			let (mut socket, _) = listener.accept().await.unwrap();
			tokio::time::sleep(Duration::from_secs(35)).await;
			let mut read = 0;
			while read < envelope.len() {
				let len = socket.read(&mut vec![0; 1 << 20]).await.unwrap();
				assert!(len > 0, "the connection ended after {read} bytes");
				read += len;
			}
			let late = http(
				"500 Internal Server Error",
				br#"{"Message":"late","Code":0}"#,
			);
			socket.write_all(&late).await.unwrap();
			socket.shutdown().await.unwrap();
		};
		let cid = cid_of(&envelope);
		let (added, ()) = tokio::join!(ipfs.add(&mut file, &cid, &()), standstill);
		let error = added.unwrap_err();
		assert!(error.to_string().contains("late"), "{error}");
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
			cut.clone(),
			Vec::new(),
		] {
			let error = server(answer).await.version().await.unwrap_err();
			assert!(matches!(error, Error::Ipfs { .. }), "{error}");
			assert!(!error.to_string().contains('\u{1b}'), "{error}");
		}
		let error = server(cut).await.version().await.unwrap_err();
		assert!(error.to_string().contains("was cut"), "{error}");
		let good = server(http("200 OK", b"{\"Version\":\"0.43.0\"}")).await;
		assert_eq!(good.version().await.unwrap(), "0.43.0");
	}

	/// What goes wrong in a storage of envelopes.
	#[derive(Clone, Copy, Debug, PartialEq, Eq)]
	enum Fault {
		Nothing,
		/// It tells another CID.
		OtherCid,
		/// It says that it does not keep the envelope.
		NotKept,
		/// It returns fewer or other bytes.
		Cut,
		OtherBytes,
		/// It refuses after the first bytes, and never reads the rest.
		NoRoom,
		/// As before, after longer than a default of the HTTP client allows.
		NoRoomLate,
		/// It has no pin to remove, or cannot remove one.
		NoPin,
		Locked,
		/// One byte every 20 ms, for ever.
		Trickle,
	}

	const ENVELOPE: &[u8] = b"envelope";

	/// The person asked to stop.
	struct Interrupted;

	impl Progress for Interrupted {
		fn cancelled(&self) -> bool {
			true
		}
	}

	/// Starts a storage with a fault, and connects to it.
	type Way = fn(Fault) -> BoxFuture<'static, Box<dyn Uploader>>;

	/// All ways to upload.
	const WAYS: &[Way] =
		&[|fault| Box::pin(async move { Box::new(kubo(fault).await) as Box<dyn Uploader> })];

	/// A Kubo with a fault.
	async fn kubo(fault: Fault) -> Ipfs {
		let cid = cid_of(ENVELOPE);
		let refused = |message: &str| {
			let body = format!("{{\"Message\":\"{message}\",\"Code\":0}}");
			http("500 Internal Server Error", body.as_bytes())
		};
		match fault {
			Fault::Nothing => serve(answers(cid, "", "")).await,
			Fault::OtherCid => {
				let other = format!("{{\"Hash\":\"{}\"}}", cid_of(b"other"));
				serve(answers(cid, "add", &other)).await
			}
			Fault::NotKept => serve(answers(cid, "pin/ls", "{\"Keys\":{}}")).await,
			Fault::Cut => serve(answers(cid, "cat", "")).await,
			Fault::OtherBytes => serve(answers(cid, "cat", "envelops")).await,
			Fault::NoRoom => full(Duration::ZERO).await,
			Fault::NoRoomLate => full(Duration::from_secs(33)).await,
			Fault::NoPin => server(refused("not pinned or pinned indirectly")).await,
			Fault::Locked => server(refused("lock held")).await,
			Fault::Trickle => trickle().await,
		}
	}

	/// A Kubo that refuses an upload after some time.
	async fn full(after: Duration) -> Ipfs {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		tokio::spawn(async move {
			let (mut socket, _) = listener.accept().await.unwrap();
			let _ = socket.read(&mut [0; 1024]).await;
			tokio::time::sleep(after).await;
			let refusal = http("403 Forbidden", b"{\"Message\":\"no room\"}");
			socket.write_all(&refusal).await.unwrap();
			tokio::time::sleep(Duration::from_secs(600)).await;
		});
		Ipfs::new(&url).unwrap()
	}

	/// Kubo's answers on an envelope that it keeps, except for one.
	fn answers(cid: Cid, wrong: &'static str, answer: &str) -> impl Fn(&str) -> Vec<u8> {
		let answer = answer.to_owned();
		move |path| {
			let body = match path.split('?').next().unwrap() {
				command if command == wrong => answer.clone(),
				"add" => format!("{{\"Name\":\"x\",\"Hash\":\"{cid}\",\"Size\":\"8\"}}\n"),
				"pin/ls" => format!("{{\"Keys\":{{\"{cid}\":{{\"Type\":\"recursive\"}}}}}}"),
				"pin/rm" => format!("{{\"Pins\":[\"{cid}\"]}}"),
				_ => "envelope".into(),
			};
			http("200 OK", body.as_bytes())
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_upload_fails_unless_the_envelope_is_kept() {
		let (cid, size) = (cid_of(ENVELOPE), ENVELOPE.len() as u64);
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(ENVELOPE).unwrap();
		for way in WAYS {
			let good = way(Fault::Nothing).await;
			good.add(&mut file, &cid, &()).await.unwrap();
			assert!(good.keeps(&cid, size, &()).await.unwrap());
			for fault in [Fault::NotKept, Fault::NoPin] {
				let kept = way(fault).await.keeps(&cid, size, &()).await;
				assert!(!kept.unwrap(), "{fault:?}");
			}
			// It has a pin, so the envelope may come back.
			for fault in [Fault::Cut, Fault::OtherBytes, Fault::Locked] {
				let kept = way(fault).await.keeps(&cid, size, &()).await;
				assert!(kept.is_err(), "{fault:?}");
			}
			let interrupted = good.keeps(&cid, size, &Interrupted).await;
			assert!(interrupted.is_err());
			for fault in [
				Fault::OtherCid,
				Fault::NotKept,
				Fault::Cut,
				Fault::OtherBytes,
			] {
				let storage = way(fault).await;
				let mut errors = vec![storage.add(&mut file, &cid, &()).await.unwrap_err()];
				if let Some(mut adding) = storage.begin() {
					tokio::task::block_in_place(|| adding.write_all(ENVELOPE)).unwrap();
					let added = adding.finish(&mut file, &cid, &()).await;
					errors.push(added.unwrap_err());
				}
				for error in errors {
					assert!(matches!(error, Error::Ipfs { .. }), "{fault:?}: {error}");
					// The one who stores is the author.
					let next = error.next().unwrap_or_default();
					assert!(!next.contains("author"), "{next}");
				}
			}
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_envelope_without_a_pin_counts_as_unpinned() {
		let cid = cid_of(ENVELOPE);
		for way in WAYS {
			assert!(way(Fault::Nothing).await.unpin(&cid, 8).await.unwrap());
			assert!(!way(Fault::NoPin).await.unpin(&cid, 8).await.unwrap());
			assert!(way(Fault::Locked).await.unpin(&cid, 8).await.is_err());
		}
	}

	/// A refusal ends an upload, at once or after half a minute of standstill.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_refusal_ends_an_upload() {
		let cid = cid_of(b"any content");
		for way in WAYS {
			for fault in [Fault::NoRoom, Fault::NoRoomLate] {
				let storage = way(fault).await;
				let mut file = tempfile::tempfile().unwrap();
				file.set_len(64 << 20).unwrap();
				let adding = storage.add(&mut file, &cid, &());
				let error = tokio::time::timeout(Duration::from_secs(100), adding)
					.await
					.expect("the upload ends")
					.unwrap_err();
				assert!(error.to_string().contains("no room"), "{fault:?}: {error}");
			}
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_trickle_of_bytes_does_not_hold_an_upload() {
		let cid = cid_of(ENVELOPE);
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(ENVELOPE).unwrap();
		for way in WAYS {
			let storage = way(Fault::Trickle).await;
			let mut all = Vec::new();
			let calls = async {
				for error in [
					storage.add(&mut file, &cid, &()).await.err(),
					storage.keeps(&cid, 8, &()).await.err(),
					storage.unpin(&cid, 8).await.err(),
				] {
					let error = error.unwrap();
					assert!(matches!(error, Error::Ipfs { .. }), "{error}");
					all.push(error.next().unwrap_or_default());
				}
			};
			let limit = Duration::from_secs(60);
			tokio::time::timeout(limit, calls)
				.await
				.expect("each call ends");
			// Only a download waits for others.
			assert!(!all.iter().any(|next| next.contains("online")), "{all:?}");
		}
	}

	#[tokio::test]
	async fn only_a_kubo_on_this_machine_is_used() {
		for url in [
			"http://192.0.2.1:5001",
			"https://127.0.0.1:5001",
			"ftp://localhost",
			"http://127.0.0.1:5001/path",
			"http://ana:secret@127.0.0.1:5001",
			"x",
		] {
			let error = Ipfs::new(url).err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{url}");
			assert!(!error.to_string().contains("secret"), "{error}");
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
