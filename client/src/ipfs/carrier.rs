//! Envelopes through a hospital's gateway: down as CARs, up by tus. The gateway need not be
//! trusted: each block that it sends is checked, and it compares what it gets with the CID.

use super::{client::is_loopback, ArrivingLeaves, Downloader, Out, Uploader, Wanted};
use crate::{http, progress::Progress, Error, Result};
use futures::future::{ready, BoxFuture, FutureExt};
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

/// The bytes of a part of an upload: the most that a gateway takes.
const PART: u64 = 16 * LEAF_LEN as u64;
/// How long the gateway may take to accept a connection, and to be silent.
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(150);
/// How often in a row a transfer is tried again that brings nothing, and the first and the longest
/// pause.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(500);
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
	url: Url,
	session: Box<dyn SignedIn>,
}

/// An upload that has begun.
struct Begun {
	url: Url,
	token: String,
}

/// Why a request did not do its work.
enum Failed {
	/// It may succeed later.
	Later(Error),
	/// It never will.
	Never(StatusCode, Error),
}

impl From<Failed> for Error {
	fn from(failed: Failed) -> Self {
		let (Failed::Later(error) | Failed::Never(_, error)) = failed;
		error
	}
}

#[derive(Deserialize)]
struct Refusal {
	error: String,
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
		let client = http::client()
			.connect_timeout(CONNECT)
			.read_timeout(SILENCE)
			.redirect(reqwest::redirect::Policy::none());
		let client = client.build().map_err(|error| wrong(&error.to_string()))?;
		Ok(Self {
			client,
			url,
			session: Box::new(session),
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
		let mut tries = Tries::default();
		while let Some(next) = arriving.next() {
			let leaf = LEAF_LEN as u64;
			let last = leaves.end().saturating_add(1).saturating_mul(leaf);
			let path = format!("v1/records/{region}/{record}/envelope");
			let mut url = self.at(&path);
			let range = format!("{}:{}", next.saturating_mul(leaf), last.saturating_sub(1));
			url.query_pairs_mut().append_pair("entity-bytes", &range);
			let mut answer = match self.in_session(self.client.get(url)).await {
				Ok(answer) => answer,
				Err(Failed::Later(error)) => {
					tries.again(error).await?;
					continue;
				}
				Err(failed) => return Err(failed.into()),
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
					tries = Tries::default();
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
		let mut tries = Tries::default();
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
				Err(Failed::Later(error)) => tries.again(error).await?,
				Err(failed) => return Err(failed.into()),
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
		let mut tries = Tries::default();
		let mut most = 0;
		loop {
			let state = self.settled(begun, size, progress).await?;
			if state.offset > most {
				progress.advance(state.offset.saturating_sub(most));
				most = state.offset;
				tries = Tries::default();
			}
			if state.kept {
				return Ok(());
			}
			match self.part(begun, file, (state.offset, size)).await {
				Ok(()) => {}
				Err(Failed::Later(error)) => tries.again(error).await?,
				Err(failed) => return Err(failed.into()),
			}
		}
	}

	/// How far an upload is, once it is kept or leaves are missing.
	async fn settled(&self, begun: &Begun, size: u64, progress: &dyn Progress) -> Result<State> {
		let limit = KEPT.saturating_add(Duration::from_secs(size / KEPT_RATE));
		let mut waited = Duration::ZERO;
		let mut tries = Tries::default();
		loop {
			if progress.cancelled() {
				return Err(self.failed("interrupted".into()));
			}
			match self.look(begun).await {
				Ok(state) if state.kept || state.offset < size => return Ok(state),
				Ok(_) => tries = Tries::default(),
				Err(Failed::Later(error)) => {
					tries.again(error).await?;
					continue;
				}
				Err(failed) => return Err(failed.into()),
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
		match self.answer(self.of(begun, Method::DELETE)).await {
			Ok(_) | Err(Failed::Never(StatusCode::UNAUTHORIZED, _)) => Ok(()),
			Err(failed) => Err(failed.into()),
		}
	}

	async fn look(&self, begun: &Begun) -> std::result::Result<State, Failed> {
		let answer = self.answer(self.of(begun, Method::HEAD)).await?;
		self.state(answer.headers())
	}

	/// Sends the next part.
	async fn part(
		&self,
		begun: &Begun,
		file: &mut File,
		(offset, size): (u64, u64),
	) -> std::result::Result<(), Failed> {
		let len = size.saturating_sub(offset).min(PART);
		let mut bytes = Vec::new();
		block_in_place(|| {
			file.seek(SeekFrom::Start(offset))?;
			file.take(len).read_to_end(&mut bytes)
		})
		.map_err(|error| Failed::Never(StatusCode::OK, Error::temporary(error)))?;
		let sum = block_in_place(|| base64(&Sha256::digest(&bytes)));
		let patch = self
			.of(begun, Method::PATCH)
			.header("Content-Type", "application/offset+octet-stream")
			.header("Upload-Offset", offset)
			.header("Upload-Checksum", format!("sha256 {sum}"));
		self.answer(patch.body(bytes)).await.map(drop)
	}

	fn of(&self, begun: &Begun, method: Method) -> RequestBuilder {
		self.client
			.request(method, begun.url.clone())
			.bearer_auth(&begun.token)
			.header("Tus-Resumable", "1.0.0")
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
		let answer = answer.map_err(|error| Failed::Later(self.failed(error.to_string())))?;
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
		file: &'a mut File,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>> {
		let fetch = async move {
			progress.step("fetching from the gateway", Some(wanted.size));
			let last = leaf_count(wanted.size).saturating_sub(1);
			let mut out = |_: u64, leaf: Vec<u8>| {
				let written = block_in_place(|| file.write_all(&leaf));
				written.map_err(Error::temporary).map(|()| true)
			};
			self.download(wanted, 0..=last, &mut out, progress).await
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
#[derive(Default)]
struct Tries(u32);

impl Tries {
	/// Waits before the next try. Fails with this error, if there were too many.
	async fn again(&mut self, error: Error) -> Result<()> {
		if self.0 >= TRIES {
			return Err(error);
		}
		let pause = PAUSE.saturating_mul(1 << self.0).min(LONGEST_PAUSE);
		self.0 = self.0.saturating_add(1);
		sleep(pause).await;
		Ok(())
	}
}

fn base64(bytes: &[u8]) -> String {
	use base64::{engine::general_purpose::STANDARD, Engine};
	STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

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
