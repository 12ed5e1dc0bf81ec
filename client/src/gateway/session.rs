//! Signing in, and the session that begins with it.

use std::{
	path::PathBuf,
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use codec::Encode;
use reqwest::{Method, StatusCode};
use salus_primitives::{signing::sign_in_message, AccountId, Hash256};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::{failed, Gateway, Inner};
use crate::{
	address::to_address,
	files::{read_json, write_json},
	Error, Result,
};

/// A session that ends sooner is not used any more.
const LEAST: Duration = Duration::from_secs(60);

/// The least time between two looks at a session.
const PAUSE: Duration = Duration::from_secs(1);

/// Signs messages as an account.
pub trait Sign: Send + Sync {
	/// The signature. A person may be asked for a passphrase.
	///
	/// # Errors
	///
	/// The key cannot be unlocked.
	fn sign(&self, message: &str) -> Result<[u8; 64]>;

	/// The signature, if nobody must be asked for it.
	fn sign_unasked(&self, message: &str) -> Option<[u8; 64]>;
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

/// How to sign a challenge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
	/// A person can be asked.
	Allowed,
	/// Nobody is asked.
	Never,
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
	pub(super) async fn token(&self) -> Result<String> {
		let mut session = self.0.session.lock().await;
		let first = session.is_none();
		// A file that cannot be read is replaced.
		let kept = || read_json(&self.file()).unwrap_or_default();
		let known: Option<Session> = session.take().or_else(kept);
		let lasting = match known.filter(|known| known.left() >= LEAST) {
			Some(known) => known,
			None => self.sign_in(None, Asking::Allowed).await?,
		};
		if first {
			self.renew_in_time();
		}
		let token = lasting.token.clone();
		*session = Some(lasting);
		Ok(token)
	}

	/// Forgets a token that the gateway refuses.
	pub(super) async fn forget(&self, token: &str) {
		let mut session = self.0.session.lock().await;
		if session.as_ref().is_some_and(|known| known.token == token) {
			*session = None;
			// Another command may have renewed the session. Nothing is lost if the file stays.
			let kept: Option<Session> = read_json(&self.file()).unwrap_or_default();
			if kept.is_some_and(|kept| kept.token == token) {
				let _ = std::fs::remove_file(self.file());
			}
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

	/// Renews the session, if it ends soon. Returns the time until it must be looked at again.
	async fn renew(&self) -> Option<Duration> {
		let mut session = self.0.session.lock().await;
		let before = session.as_ref()?;
		if before.left() <= LEAST {
			let token = before.token.clone();
			*session = Some(self.sign_in(Some(&token), Asking::Never).await.ok()?);
		}
		Some(session.as_ref()?.left().saturating_sub(LEAST))
	}

	/// Signs in, or renews the session with this token, and writes the session's file.
	async fn sign_in(&self, before: Option<&str>, asking: Asking) -> Result<Session> {
		let Inner { host, identity, .. } = &*self.0;
		let account: &[u8; 32] = identity.account.as_ref();
		let ask = json!({ "account": to_address(&identity.account) });
		let Challenge { nonce, time } = self.post("v1/challenge", &ask, None).await?;
		let bytes = nonce.strip_prefix("0x").map(hex::decode);
		let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.ok()?).ok());
		let bytes = bytes.ok_or_else(|| self.unreadable())?;
		let message = sign_in_message(host, &identity.genesis, &bytes, account, time);
		let signature = match asking {
			Asking::Allowed => identity.sign.sign(&message)?,
			Asking::Never => {
				let signature = identity.sign.sign_unasked(&message);
				signature.ok_or_else(|| Error::KeyFile("the key is locked".into()))?
			}
		};
		let answer = json!({
			"account": to_address(&identity.account),
			"nonce": nonce,
			"time": time,
			"signature": format!("0x{}", hex::encode(signature)),
		});
		let Begun { token, seconds } = self.post("v1/session", &answer, before).await?;
		let session = Session {
			token,
			ends: unix_seconds().saturating_add(seconds),
		};
		write_json(&self.file(), &session)?;
		Ok(session)
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
		match answer.status() {
			StatusCode::OK => {
				let bytes = self.read(answer).await?;
				serde_json::from_slice(&bytes).map_err(|_| self.unreadable())
			}
			StatusCode::UNAUTHORIZED => {
				let account = to_address(&self.0.identity.account);
				Err(Error::NotAllowed {
					reason: format!(
						"the gateway at {} does not let {account} in: the account is not invited to its \
						 region",
						self.0.url
					),
					next: Some(format!(
						"ask a verified provider or an authority to invite {account}"
					)),
				})
			}
			status => Err(self.refusal(status, answer).await),
		}
	}
}

fn unix_seconds() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH);
	since.map_or(u64::MAX, |since| since.as_secs())
}
