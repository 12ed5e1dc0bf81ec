//! Signing in, and the session that begins with it.

use std::{
	path::PathBuf,
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use codec::Encode;
use futures::future::{BoxFuture, FutureExt};
use reqwest::{Method, StatusCode};
use salus_primitives::{signing::sign_in_message, AccountId, Hash256};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::{failed, refusal, Gateway, Inner, REFUSES};
use crate::{
	address::to_address,
	files::{read_json, write_json},
	ipfs::SignedIn,
	Error, Result,
};

/// A session that ends sooner is renewed.
const LEAST: Duration = Duration::from_secs(60);

/// The least time between two looks at a session.
const PAUSE: Duration = Duration::from_secs(1);

/// Signs messages as an account.
pub trait Sign: Send + Sync {
	/// Makes the key ready to sign.
	///
	/// # Errors
	///
	/// [`Error::KeyFile`]: it cannot be unlocked, or not without asking.
	fn unlock(&self, asking: Asking) -> Result<()>;

	/// The signature of the unlocked key.
	///
	/// # Errors
	///
	/// [`Error::KeyFile`]: it is locked.
	fn sign(&self, message: &str) -> Result<[u8; 64]>;
}

/// Whether to ask a person for a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
	/// The person is asked, if the key is locked.
	Allowed,
	/// Nobody is asked.
	Never,
}

/// Who signs in, and where.
#[derive(Clone)]
pub struct Identity {
	/// The account.
	pub account: AccountId,
	/// The hash of the first block of the gateway's region.
	pub genesis: Hash256,
	/// Signs as the account.
	pub sign: Arc<dyn Sign>,
	/// The folder with the files of sessions. Only their owner can read them.
	pub sessions: PathBuf,
}

/// A session, as its file has it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
	token: String,
	/// When it ends, in Unix seconds.
	ends: u64,
}

#[derive(Deserialize)]
struct Challenge {
	nonce: String,
	time: u64,
}

#[derive(Deserialize)]
struct Begun {
	token: String,
	seconds: u64,
}

impl Session {
	fn left(&self) -> Duration {
		Duration::from_secs(self.ends.saturating_sub(unix_seconds()))
	}
}

impl Gateway {
	/// The token of a session that goes on for a while: this one's, the file's, or a new one.
	pub(super) async fn token(&self, asking: Asking) -> Result<String> {
		let mut session = self.0.session.lock().await;
		let own = session.take();
		if own.is_none() {
			self.renew_in_time();
		}
		let lasting = match (self.renewed(own.as_ref(), asking).await, own) {
			// It is good until its end.
			(Err(_), Some(own)) if asking == Asking::Never && !own.left().is_zero() => own,
			(renewed, _) => renewed?,
		};
		let token = lasting.token.clone();
		*session = Some(lasting);
		Ok(token)
	}

	/// This session, or the file's, if it goes on for a while; else it is renewed.
	async fn renewed(&self, own: Option<&Session>, asking: Asking) -> Result<Session> {
		let lasts = |known: &Session| known.left() > LEAST;
		if let Some(own) = own.filter(|own| lasts(own)) {
			return Ok(own.clone());
		}
		// A file that cannot be read is replaced.
		let kept: Option<Session> = read_json(&self.file()).unwrap_or_default();
		match kept {
			Some(kept) if lasts(&kept) => return Ok(kept),
			Some(kept) if kept.left().is_zero() => self.remove_file(&kept.token),
			_ => {}
		}
		self.sign_in(own, asking).await
	}

	/// Forgets a token that the gateway refuses.
	pub(super) async fn forget(&self, token: &str) {
		let mut session = self.0.session.lock().await;
		if session.as_ref().is_some_and(|known| known.token == token) {
			*session = None;
			self.remove_file(token);
		}
	}

	/// Removes the session's file, unless another command has written a newer one. Nothing is lost if
	/// it stays.
	fn remove_file(&self, token: &str) {
		let kept: Option<Session> = read_json(&self.file()).unwrap_or_default();
		if kept.is_some_and(|kept| kept.token == token) {
			let _ = std::fs::remove_file(self.file());
		}
	}

	/// The file of this account's session at this gateway.
	fn file(&self) -> PathBuf {
		let Identity {
			account, sessions, ..
		} = &self.0.identity;
		let name = Sha256::digest((&self.0.host, account).encode());
		sessions.join(format!("{}.json", hex::encode(name)))
	}

	/// Renews the session before it ends, so that what it has open goes on: as long as the gateway
	/// is in use, and nobody must be asked for a passphrase.
	fn renew_in_time(&self) {
		let weak = Arc::downgrade(&self.0);
		tokio::spawn(async move {
			while let Some(inner) = weak.upgrade() {
				let Some(left) = Gateway(inner).renew().await else {
					return;
				};
				tokio::time::sleep(left.max(PAUSE)).await;
			}
		});
	}

	/// Renews the session, if it ends soon and no other command has renewed it. Returns the time until
	/// it must be looked at again. `None`: there is no session, or it could not be renewed.
	async fn renew(&self) -> Option<Duration> {
		let mut session = self.0.session.lock().await;
		let own = session.as_ref()?;
		let renewed = self.renewed(Some(own), Asking::Never).await.ok()?;
		let left = renewed.left().saturating_sub(LEAST);
		*session = Some(renewed);
		Some(left)
	}

	/// Signs in, or renews the session before, and writes the session's file.
	async fn sign_in(&self, before: Option<&Session>, asking: Asking) -> Result<Session> {
		let sign = &self.0.identity.sign;
		if sign.unlock(Asking::Never).is_err() {
			// Nobody is asked for a passphrase before the gateway answers. A person can take longer than
			// this challenge lasts.
			self.challenge().await?;
			sign.unlock(asking)?;
		}
		let begun = match self.begin(before).await {
			// A gateway that was started again knows no challenge of before.
			Err(Error::NotAllowed { .. }) => self.begin(before).await,
			begun => begun,
		};
		let Begun { token, seconds } = begun?;
		let session = Session {
			token,
			ends: unix_seconds().saturating_add(seconds),
		};
		write_json(&self.file(), &session)?;
		Ok(session)
	}

	/// Begins a session with the unlocked key.
	async fn begin(&self, before: Option<&Session>) -> Result<Begun> {
		let Inner { host, identity, .. } = &*self.0;
		let account: &[u8; 32] = identity.account.as_ref();
		let Challenge { nonce, time } = self.challenge().await?;
		let bytes = nonce.strip_prefix("0x").map(hex::decode);
		let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.ok()?).ok());
		let bytes = bytes.ok_or_else(|| self.unreadable())?;
		let message = sign_in_message(host, &identity.genesis, &bytes, account, time);
		let signature = identity.sign.sign(&message)?;
		let answer = json!({
			"account": to_address(&identity.account),
			"nonce": nonce,
			"time": time,
			"signature": format!("0x{}", hex::encode(signature)),
		});
		self.post("v1/session", &answer, before.map(|one| &*one.token))
			.await
	}

	async fn challenge(&self) -> Result<Challenge> {
		let ask = json!({ "account": to_address(&self.0.identity.account) });
		self.post("v1/challenge", &ask, None).await
	}

	async fn post<T: DeserializeOwned>(
		&self,
		path: &str,
		body: &Value,
		token: Option<&str>,
	) -> Result<T> {
		let mut post = self.0.http.request(Method::POST, self.path(path)?);
		if let Some(token) = token {
			post = post.bearer_auth(token);
		}
		let answer = post.json(body).send().await;
		let answer = answer.map_err(|error| failed(&self.0.url, error))?;
		let status = answer.status();
		let bytes = self.read(answer).await?;
		match status {
			StatusCode::OK => serde_json::from_slice(&bytes).map_err(|_| self.unreadable()),
			StatusCode::UNAUTHORIZED => {
				let account = to_address(&self.0.identity.account);
				Err(Error::NotAllowed {
					reason: format!(
						"{REFUSES}{account} cannot sign in, as it is not invited to the region"
					),
					next: Some(format!(
						"ask a verified provider or an authority to invite {account}"
					)),
				})
			}
			status => Err(refusal(status, &bytes)),
		}
	}
}

impl SignedIn for Gateway {
	fn token(&self) -> BoxFuture<'_, Result<String>> {
		self.token(Asking::Allowed).boxed()
	}

	fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool> {
		self.forget(token).map(|()| true).boxed()
	}
}

fn unix_seconds() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH);
	since.map_or(u64::MAX, |since| since.as_secs())
}
