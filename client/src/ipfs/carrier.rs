//! Envelopes through a hospital's gateway: down as CARs, up by tus. The gateway need not be
//! trusted: each block that it sends is checked, and it compares what it gets with the CID.

use super::{client::is_loopback, ArrivingLeaves, Downloader, Out, Uploader, Wanted};
use crate::{http, progress::Progress, Error, Result};
use futures::future::{join, ready, BoxFuture, FutureExt};
use reqwest::{
	header::{HeaderMap, LOCATION},
	Client, Method, RequestBuilder, Response, StatusCode, Url,
};
use salus_envelope::{leaf_count, LEAF_LEN};
use salus_primitives::{text::one_line, Cid};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
	fs::File,
	io::{Read, Seek, SeekFrom, Write},
	ops::RangeInclusive,
	time::Duration,
};
use tokio::{task::block_in_place, time::sleep};

/// The bytes of a part of an upload: the most that a gateway takes, and a leaf.
const PART: u64 = 16 * LEAF_LEN as u64;
const LEAST_PART: u64 = LEAF_LEN as u64;
/// The slowest line for an upload, in bytes a second: as a gateway has it.
const SLOWEST: u64 = 1 << 10;
/// How long the gateway may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How often in a row a transfer is tried again that brings nothing, and the longest pause.
const TRIES: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How often the gateway is asked whether Kubo keeps an envelope, and how many bytes of it Kubo
/// reads in a second at least.
const KEPT_PAUSE: Duration = Duration::from_millis(500);
const KEPT_RATE: u64 = 5 << 20;
const KEPT: Duration = Duration::from_secs(300);
/// The most characters of a gateway's messages that are shown.
const MAX_MESSAGE: usize = 300;
/// The longest refusal that is read.
const MAX_REFUSAL: usize = 4096;

/// How long to wait.
#[derive(Clone, Copy)]
struct Limits {
	/// For a gateway that is silent.
	silence: Duration,
	/// Before the second try.
	pause: Duration,
}

const LIMITS: Limits = Limits {
	silence: Duration::from_secs(150),
	pause: Duration::from_millis(500),
};

/// A session at a gateway.
pub trait SignedIn: Send + Sync {
	/// Its token now.
	fn token(&self) -> BoxFuture<'_, Result<String>>;

	/// The gateway refuses this token. Returns whether to ask for another one.
	fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool>;
}

/// A token that nobody renews.
impl SignedIn for String {
	fn token(&self) -> BoxFuture<'_, Result<String>> {
		ready(Ok(self.clone())).boxed()
	}

	fn refused<'a>(&'a self, _: &'a str) -> BoxFuture<'a, bool> {
		ready(false).boxed()
	}
}

/// A gateway, for a member who has signed in.
pub struct Carrier {
	client: Client,
	/// For parts of uploads: silence is no failure while a part is sent.
	upload: Client,
	url: Url,
	session: Box<dyn SignedIn>,
	limits: Limits,
}

/// An upload that has begun.
struct Begun {
	url: Url,
	token: String,
}

/// Why a request did not do its work.
enum Failed {
	/// There was no answer. It may succeed later.
	Cut(Error),
	/// It may succeed later.
	Later(Error),
	/// It never will.
	Never(StatusCode, Error),
}

impl Failed {
	/// Why it is tried again.
	///
	/// # Errors
	///
	/// It is not.
	fn later(self) -> Result<Error> {
		match self {
			Self::Cut(error) | Self::Later(error) => Ok(error),
			Self::Never(_, error) => Err(error),
		}
	}
}

impl From<Failed> for Error {
	fn from(failed: Failed) -> Self {
		let (Failed::Cut(error) | Failed::Later(error) | Failed::Never(_, error)) = failed;
		error
	}
}

#[derive(Deserialize)]
struct Refusal {
	error: String,
}

/// The next part of an upload.
struct Part {
	/// Where it begins, and its bytes.
	place: (u64, u64),
	bytes: Vec<u8>,
	/// Their SHA-256, in base64.
	sum: String,
}

impl Part {
	/// Reads so many bytes from a place in a file.
	fn read(file: &mut File, place: (u64, u64)) -> Result<Self> {
		let (offset, len) = place;
		let mut bytes = Vec::new();
		block_in_place(|| {
			file.seek(SeekFrom::Start(offset))?;
			file.take(len).read_to_end(&mut bytes)?;
			let sum = base64(&Sha256::digest(&bytes));
			Ok(Self { place, bytes, sum })
		})
		.map_err(Error::temporary)
	}
}

/// What a gateway says of an upload.
struct State {
	offset: u64,
	kept: bool,
}

impl Carrier {
	/// The gateway at this address, and the session there. This sends nothing.
	///
	/// # Errors
	///
	/// The address is not one of HTTPS, or of this machine.
	pub fn new(url: &str, session: impl SignedIn + 'static) -> Result<Self> {
		Self::with(url, session, LIMITS)
	}

	fn with(url: &str, session: impl SignedIn + 'static, limits: Limits) -> Result<Self> {
		let wrong = |cause: &str| Error::Input(format!("this is not a gateway's address: {cause}"));
		let mut url = Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
		if !url.path().ends_with('/') {
			url.set_path(&format!("{}/", url.path()));
		}
		let plain = url.scheme() == "http" && is_loopback(&url);
		if url.scheme() != "https" && !plain {
			return Err(wrong("it must begin with https://, or be on this machine"));
		}
		if !url.username().is_empty() || url.password().is_some() {
			return Err(wrong("it has a user or a password"));
		}
		let client = || {
			http::client()
				.connect_timeout(CONNECT)
				.redirect(reqwest::redirect::Policy::none())
		};
		let build = |builder: reqwest::ClientBuilder| {
			let built = builder.build();
			built.map_err(|error| wrong(&error.to_string()))
		};
		Ok(Self {
			client: build(client().read_timeout(limits.silence))?,
			upload: build(client())?,
			url,
			session: Box::new(session),
			limits,
		})
	}

	/// Fetches leaves of a record's envelope, and gives each to `out` once it is checked, in order. A
	/// transfer that is cut goes on at its leaf.
	///
	/// # Errors
	///
	/// The gateway refuses, sends other bytes, or brings nothing after several tries; or `out` fails.
	async fn download(
		&self,
		wanted: &Wanted,
		leaves: RangeInclusive<u64>,
		out: &mut Out<'_>,
		progress: &dyn Progress,
	) -> Result<()> {
		let Wanted {
			region,
			record,
			cid,
			size,
		} = wanted;
		let refused = |error: salus_envelope::OpenError| Error::Verification(error.to_string());
		let mut arriving = ArrivingLeaves::new(cid, *size, leaves.clone()).map_err(refused)?;
		let mut tries = self.tries();
		while let Some(next) = arriving.next() {
			let leaf = LEAF_LEN as u64;
			let last = leaves.end().saturating_add(1).saturating_mul(leaf);
			let path = format!("v1/records/{region}/{record}/envelope");
			let mut url = self.at(&path);
			let range = format!("{}:{}", next.saturating_mul(leaf), last.saturating_sub(1));
			url.query_pairs_mut().append_pair("entity-bytes", &range);
			let mut answer = match self.in_session(self.client.get(url)).await {
				Ok(answer) => answer,
				Err(failed) => {
					tries.again(failed.later()?).await?;
					continue;
				}
			};
			arriving.resume();
			let cut = loop {
				if progress.cancelled() {
					return Err(self.failed("interrupted".into()));
				}
				let mut bytes = match answer.chunk().await {
					Ok(Some(bytes)) => bytes,
					Ok(None) => break self.failed("the envelope did not arrive in full".into()),
					Err(error) => break self.failed(format!("the transfer was cut: {error}")),
				};
				progress.advance(bytes.len() as u64);
				while let Some(number) = arriving.next() {
					let Some(leaf) = arriving.take(&mut bytes).map_err(refused)? else {
						break;
					};
					tries = self.tries();
					if !out(number, leaf)? {
						return Ok(());
					}
				}
				if arriving.next().is_none() {
					return Ok(());
				}
			};
			tries.again(cut).await?;
		}
		Ok(())
	}

	/// Announces an envelope. The same one is the same upload.
	///
	/// # Errors
	///
	/// The gateway refuses it, or does not answer after several tries.
	async fn begin(&self, cid: &Cid, size: u64) -> Result<Begun> {
		let mut tries = self.tries();
		loop {
			let cid = base64(cid.to_string().as_bytes());
			let post = self
				.client
				.post(self.at("v1/uploads"))
				.header("Tus-Resumable", "1.0.0")
				.header("Upload-Length", size)
				.header("Upload-Metadata", format!("cid {cid}"));
			match self.in_session(post).await {
				Ok(answer) => {
					let text = |name| answer.headers().get(name)?.to_str().ok();
					let place = text(LOCATION.as_str());
					let place = place.and_then(|place| answer.url().join(place).ok());
					// The token is for this gateway alone.
					let place = place.filter(|place| place.origin() == self.url.origin());
					let begun = place.zip(text("upload-token"));
					let (url, token) = begun.ok_or_else(|| self.odd())?;
					let token = token.to_owned();
					return Ok(Begun { url, token });
				}
				Err(failed) => tries.again(failed.later()?).await?,
			}
		}
	}

	/// Sends what the gateway does not have of an envelope, and waits until Kubo keeps all of it. It
	/// goes on after the gateway, Kubo or the line failed.
	///
	/// # Errors
	///
	/// The gateway refuses, or takes nothing after several tries; or the file cannot be read.
	async fn send(
		&self,
		begun: &Begun,
		file: &mut File,
		size: u64,
		progress: &dyn Progress,
	) -> Result<()> {
		progress.step("uploading", Some(size));
		let mut tries = self.tries();
		let (mut most, mut len) = (0, PART);
		// Where the part began that the gateway took last, and what it said then.
		let (mut taken, mut told) = (None, None);
		// The part that was read while another one was sent.
		let mut ahead: Option<Part> = None;
		loop {
			let is_settled = |state: &State| state.kept || state.offset < size;
			let state = match told.take().filter(is_settled) {
				Some(state) if !progress.cancelled() => state,
				_ => self.settled(begun, size, progress).await?,
			};
			if state.offset > most {
				progress.advance(state.offset.saturating_sub(most));
				most = state.offset;
				tries = self.tries();
			}
			if state.kept {
				return Ok(());
			}
			let lost = taken.is_some_and(|from| state.offset <= from);
			let missing = size.saturating_sub(state.offset);
			let failed = if lost {
				taken = None;
				Failed::Cut(self.failed("it loses what it is sent".into()))
			} else {
				let place = (state.offset, missing.min(len));
				let part = match ahead.take().filter(|part| part.place == place) {
					Some(part) => part,
					None => Part::read(file, place)?,
				};
				let left = missing.saturating_sub(place.1);
				let after = (place.0.saturating_add(place.1), left.min(len));
				let read = async {
					let read = (left > 0).then(|| Part::read(file, after));
					read.transpose()
				};
				let (sent, read) = join(self.part(begun, part), read).await;
				ahead = read?;
				match sent {
					Ok(state) => {
						(taken, told) = (Some(place.0), Some(state));
						continue;
					}
					Err(failed) => failed,
				}
			};
			// Of a part that is cut, nothing is kept: a bad line brings shorter ones.
			if matches!(failed, Failed::Cut(_)) {
				len = (len / 2).max(LEAST_PART);
			}
			tries.again(failed.later()?).await?;
		}
	}

	/// How far an upload is, once it is kept or leaves are missing.
	async fn settled(&self, begun: &Begun, size: u64, progress: &dyn Progress) -> Result<State> {
		let limit = KEPT.saturating_add(Duration::from_secs(size / KEPT_RATE));
		let mut waited = Duration::ZERO;
		let mut tries = self.tries();
		loop {
			if progress.cancelled() {
				return Err(self.failed("interrupted".into()));
			}
			match self.look(begun).await {
				Ok(state) if state.kept || state.offset < size => return Ok(state),
				Ok(_) => tries = self.tries(),
				Err(failed) => {
					tries.again(failed.later()?).await?;
					continue;
				}
			}
			if waited > limit {
				return Err(self.failed("Kubo does not confirm that it keeps it".into()));
			}
			sleep(KEPT_PAUSE).await;
			waited = waited.saturating_add(KEPT_PAUSE);
		}
	}

	/// Ends an upload: the gateway removes it. One that is gone is no error.
	///
	/// # Errors
	///
	/// The gateway refuses, or does not answer.
	async fn end(&self, begun: &Begun) -> Result<()> {
		let delete = of(&self.client, begun, Method::DELETE);
		match self.answer(delete).await {
			Ok(_) | Err(Failed::Never(StatusCode::UNAUTHORIZED, _)) => Ok(()),
			Err(failed) => Err(failed.into()),
		}
	}

	async fn look(&self, begun: &Begun) -> std::result::Result<State, Failed> {
		let head = of(&self.client, begun, Method::HEAD);
		let answer = self.answer(head).await?;
		self.state(answer.headers())
	}

	/// Sends a part.
	async fn part(&self, begun: &Begun, part: Part) -> std::result::Result<State, Failed> {
		let Part { place, bytes, sum } = part;
		let (offset, len) = place;
		let sending = Duration::from_secs(len / SLOWEST);
		let patch = of(&self.upload, begun, Method::PATCH)
			.timeout(self.limits.silence.saturating_add(sending))
			.header("Content-Type", "application/offset+octet-stream")
			.header("Upload-Offset", offset)
			.header("Upload-Checksum", format!("sha256 {sum}"));
		let answer = self.answer(patch.body(bytes)).await?;
		self.state(answer.headers())
	}

	fn state(&self, headers: &HeaderMap) -> std::result::Result<State, Failed> {
		let text = |name| headers.get(name)?.to_str().ok();
		let offset = text("upload-offset").and_then(|offset| offset.parse().ok());
		let odd = || Failed::Never(StatusCode::OK, self.odd());
		Ok(State {
			offset: offset.ok_or_else(odd)?,
			kept: text("upload-kept") == Some("true"),
		})
	}

	fn at(&self, path: &str) -> Url {
		let mut url = self.url.clone();
		url.set_path(&format!("{}{path}", self.url.path()));
		url.set_query(None);
		url
	}

	/// Sends a request of the session. If the gateway has ended it, such as by a restart, another one
	/// is asked for once.
	async fn in_session(&self, request: RequestBuilder) -> std::result::Result<Response, Failed> {
		let token = || self.session.token();
		let failed = |error| Failed::Never(StatusCode::OK, error);
		let again = request.try_clone();
		let first = token().await.map_err(failed)?;
		let answer = self.answer(request.bearer_auth(&first)).await;
		let ended = matches!(answer, Err(Failed::Never(StatusCode::UNAUTHORIZED, _)));
		let Some(again) = again.filter(|_| ended) else {
			return answer;
		};
		if !self.session.refused(&first).await {
			return answer;
		}
		let second = token().await.map_err(failed)?;
		self.answer(again.bearer_auth(second)).await
	}

	/// Sends a request. Only a success is an answer.
	async fn answer(&self, request: RequestBuilder) -> std::result::Result<Response, Failed> {
		let answer = request.send().await;
		let answer = answer.map_err(|error| Failed::Cut(self.failed(error.to_string())))?;
		let status = answer.status();
		if status.is_success() {
			return Ok(answer);
		}
		let text = self.refusal(answer).await;
		let text = text.unwrap_or_else(|| format!("it answered with status {status}"));
		let later = [
			StatusCode::REQUEST_TIMEOUT,
			StatusCode::CONFLICT,
			StatusCode::LOCKED,
			StatusCode::TOO_MANY_REQUESTS,
		];
		// 460: the part was damaged on its way.
		let again = later.contains(&status) || status.as_u16() == 460 || status.is_server_error();
		if again && status != StatusCode::INSUFFICIENT_STORAGE {
			return Err(Failed::Later(self.failed(text)));
		}
		let error = match status {
			StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Error::NotAllowed {
				reason: format!("the gateway refuses: {text}"),
				next: None,
			},
			_ => self.failed(text),
		};
		Err(Failed::Never(status, error))
	}

	/// What a refusal says.
	async fn refusal(&self, mut answer: Response) -> Option<String> {
		let mut body = Vec::new();
		while let Ok(Some(bytes)) = answer.chunk().await {
			body.extend(bytes);
			if body.len() > MAX_REFUSAL {
				return None;
			}
		}
		let refusal: Refusal = serde_json::from_slice(&body).ok()?;
		Some(one_line(&refusal.error, MAX_MESSAGE))
	}

	fn tries(&self) -> Tries {
		Tries {
			count: 0,
			pause: self.limits.pause,
		}
	}

	fn odd(&self) -> Error {
		self.failed("its answer is not one of a gateway".into())
	}

	fn failed(&self, cause: String) -> Error {
		Error::Ipfs {
			url: self.url.to_string(),
			cause,
			next: None,
		}
	}
}

impl Uploader for Carrier {
	fn add<'a>(
		&'a self,
		file: &'a mut File,
		cid: &'a Cid,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		let add = async move {
			let size = file.metadata().map_err(Error::temporary)?.len();
			let begun = self.begin(cid, size).await?;
			self.send(&begun, file, size, progress).await
		};
		add.boxed()
	}

	fn keeps<'a>(
		&'a self,
		cid: &'a Cid,
		size: u64,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<bool>> {
		let keeps = async move {
			let begun = self.begin(cid, size).await?;
			let kept = self.settled(&begun, size, progress).await?.kept;
			if !kept {
				self.end(&begun).await?;
			}
			Ok(kept)
		};
		keeps.boxed()
	}

	fn unpin<'a>(&'a self, cid: &'a Cid, size: u64) -> BoxFuture<'a, Result<bool>> {
		let unpin = async move {
			let begun = self.begin(cid, size).await?;
			let kept = self.look(&begun).await?.kept;
			self.end(&begun).await?;
			Ok(kept)
		};
		unpin.boxed()
	}
}

impl Downloader for Carrier {
	fn fetch<'a>(
		&'a self,
		wanted: &'a Wanted,
		out: &'a mut (dyn Write + Send),
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		let fetch = async move {
			progress.step("fetching from the gateway", Some(wanted.size));
			let last = leaf_count(wanted.size).saturating_sub(1);
			let mut write = |_: u64, leaf: Vec<u8>| {
				let written = block_in_place(|| out.write_all(&leaf));
				written.map_err(Error::temporary).map(|()| true)
			};
			self.download(wanted, 0..=last, &mut write, progress).await
		};
		fetch.boxed()
	}

	fn leaves<'a>(
		&'a self,
		wanted: &'a Wanted,
		leaves: RangeInclusive<u64>,
		out: &'a mut Out<'_>,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		self.download(wanted, leaves, out, progress).boxed()
	}
}

/// How often a transfer was tried in vain.
struct Tries {
	count: u32,
	/// Before the second one.
	pause: Duration,
}

impl Tries {
	/// Waits before the next try. Fails with this error, if there were too many.
	async fn again(&mut self, error: Error) -> Result<()> {
		if self.count >= TRIES {
			return Err(error);
		}
		let pause = self.pause.saturating_mul(1 << self.count);
		let pause = pause.min(LONGEST_PAUSE);
		self.count = self.count.saturating_add(1);
		sleep(pause).await;
		Ok(())
	}
}

/// A request about an upload.
fn of(client: &Client, begun: &Begun, method: Method) -> RequestBuilder {
	client
		.request(method, begun.url.clone())
		.bearer_auth(&begun.token)
		.header("Tus-Resumable", "1.0.0")
}

fn base64(bytes: &[u8]) -> String {
	use base64::{engine::general_purpose::STANDARD, Engine};
	STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::{Arc, Mutex};
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::{TcpListener, TcpStream},
	};

	/// A line to a gateway.
	#[derive(Clone, Copy)]
	struct Line {
		/// How many bytes of a body pass before it is cut.
		cut: usize,
		/// How long it stands still after each 64 KiB, or less.
		pause: Duration,
	}

	/// What a gateway has of an upload.
	#[derive(Default)]
	struct Got {
		bytes: Vec<u8>,
		/// The length of each part that it took.
		parts: Vec<usize>,
		/// It forgets each part at once.
		loses: bool,
	}

	/// A gateway at the end of a line. It keeps parts that are whole.
	async fn gateway(line: Line, got: Got, size: usize) -> (Carrier, Arc<Mutex<Got>>) {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let got = Arc::new(Mutex::new(got));
		let shared = got.clone();
		tokio::spawn(async move {
			while let Ok((socket, _)) = listener.accept().await {
				let got = shared.clone();
				tokio::spawn(async move { serve(socket, line, &got, size).await });
			}
		});
		let limits = Limits {
			silence: Duration::from_secs(2),
			pause: Duration::from_millis(1),
		};
		(Carrier::with(&url, String::new(), limits).unwrap(), got)
	}

	/// Answers requests until the connection ends.
	async fn serve(mut socket: TcpStream, line: Line, got: &Mutex<Got>, size: usize) -> Option<()> {
		let mut bytes = Vec::new();
		let mut piece = vec![0; 64 << 10];
		loop {
			let head = loop {
				let end = bytes.windows(4).position(|end| end == b"\r\n\r\n");
				if let Some(end) = end {
					break String::from_utf8(bytes.drain(..end + 4).collect()).unwrap();
				}
				match socket.read(&mut piece).await.ok()? {
					0 => return None,
					len => bytes.extend(&piece[..len]),
				}
			};
			let head = head.to_lowercase();
			let header = |name: &str| {
				let mut lines = head.lines();
				let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
				value.map_or(0, |value| value.parse().unwrap())
			};
			let len = header("content-length");
			while bytes.len() < len {
				if bytes.len() >= line.cut {
					return None;
				}
				tokio::time::sleep(line.pause).await;
				match socket.read(&mut piece).await.ok()? {
					0 => return None,
					read => bytes.extend(&piece[..read]),
				}
			}
			let body: Vec<u8> = bytes.drain(..len).collect();
			let answer = {
				let mut got = got.lock().unwrap();
				if head.starts_with("patch") {
					assert_eq!(header("upload-offset"), got.bytes.len());
					got.parts.push(len);
					if !got.loses {
						got.bytes.extend(body);
					}
				}
				format!(
					"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLocation: uploads/1\r\nUpload-Token: ab\r\n\
					 Upload-Offset: {}\r\nUpload-Kept: {}\r\n\r\n",
					got.bytes.len(),
					got.bytes.len() == size
				)
			};
			socket.write_all(answer.as_bytes()).await.ok()?;
		}
	}

	/// Uploads so many bytes.
	async fn upload(carrier: &Carrier, size: usize) -> (Result<()>, Vec<u8>) {
		let bytes: Vec<u8> = (0..size).map(|place| (place / 7) as u8).collect();
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(&bytes).unwrap();
		let cid = Cid::from_digest(true, [7; 32]);
		(carrier.add(&mut file, &cid, &()).await, bytes)
	}

	/// A part takes longer than a gateway may be silent.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_slow_line_brings_an_upload() {
		let line = Line {
			cut: usize::MAX,
			pause: Duration::from_millis(50),
		};
		let size = 4 << 20;
		let (carrier, got) = gateway(line, Got::default(), size).await;
		let (sent, bytes) = upload(&carrier, size).await;
		sent.unwrap();
		let got = got.lock().unwrap();
		assert!(got.bytes == bytes);
		assert_eq!(got.parts, [size]);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_line_that_is_always_cut_brings_an_upload() {
		let line = Line {
			cut: 3 << 20,
			pause: Duration::ZERO,
		};
		let size = (9 << 20) + 64;
		let (carrier, got) = gateway(line, Got::default(), size).await;
		let (sent, bytes) = upload(&carrier, size).await;
		sent.unwrap();
		let got = got.lock().unwrap();
		assert!(got.bytes == bytes);
		let part = 2 << 20;
		assert_eq!(got.parts, [part, part, part, part, (1 << 20) + 64]);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_gateway_that_loses_all_is_not_sent_it_for_ever() {
		let line = Line {
			cut: usize::MAX,
			pause: Duration::ZERO,
		};
		let loses = Got {
			loses: true,
			..Got::default()
		};
		let size = 1 << 20;
		let (carrier, got) = gateway(line, loses, size).await;
		let limit = Duration::from_secs(60);
		let sent = tokio::time::timeout(limit, upload(&carrier, size)).await;
		let error = sent.expect("it gives up").0.unwrap_err();
		assert!(error.to_string().contains("loses"), "{error}");
		assert_eq!(got.lock().unwrap().parts.len(), 9);
	}

	#[test]
	fn a_gateway_elsewhere_is_reached_by_https_only() {
		for url in [
			"http://clinic.example",
			"ftp://127.0.0.1",
			"https://ana:secret@clinic.example",
			"clinic.example",
		] {
			let error = Carrier::new(url, String::new()).err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{url}");
			assert!(!error.to_string().contains("secret"), "{error}");
		}
		for url in [
			"https://clinic.example",
			"http://127.0.0.1:8443",
			"http://localhost:1",
		] {
			assert!(Carrier::new(url, String::new()).is_ok(), "{url}");
		}
	}
}
