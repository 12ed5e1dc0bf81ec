//! Signing in: a challenge, and the account's signature over it.

use std::sync::Arc;

use axum::{
	body::Bytes,
	extract::{rejection::BytesRejection, State},
	http::{HeaderMap, StatusCode},
	Extension,
};
use salus_client::address::parse_account;
use salus_primitives::{admission::Class, AccountId, ParaId, UnixMilliseconds};
use salus_signing::sign_in_message;
use serde::{Deserialize, Serialize};
use sp_core::{sr25519, Pair};

use crate::{
	challenges::Challenge,
	gateway::now,
	http::{own_host, read_json, token, Caller, Client, Failure, Json},
	node::{ChainName, Latest},
	sessions::NotBegun,
	standing::Standing,
	Gateway,
};

/// Asks for a challenge.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
	account: String,
}

/// A challenge. The client adds the host that it has connected to and the region's genesis hash,
/// which it knows: the gateway tells neither.
#[derive(Serialize)]
pub struct Given {
	nonce: String,
	time: UnixMilliseconds,
}

/// The answer to a challenge.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
	account: String,
	nonce: String,
	time: UnixMilliseconds,
	signature: String,
}

/// A session.
#[derive(Serialize)]
pub struct Begun {
	token: String,
	/// How long the token is valid, in seconds.
	seconds: u64,
	/// The classes of the account.
	classes: Vec<Class>,
	/// The region's number.
	region: ParaId,
}

/// `POST /v1/challenge`: any account gets one.
pub async fn challenge(
	State(gateway): State<Arc<Gateway>>,
	Extension(client): Extension<Client>,
	body: Result<Bytes, BytesRejection>,
) -> Result<Json<Given>, Failure> {
	check_rate(&gateway, client)?;
	let ask: Ask = read_json(body)?;
	let account = parse_account(&ask.account).map_err(|_| refused())?;
	let given = gateway.challenges.give(&account, now());
	let Challenge { nonce, time } = given.map_err(|_| busy())?;
	Ok(Json(Given {
		nonce: format!("0x{}", hex::encode(nonce)),
		time,
	}))
}

/// `POST /v1/session`: begins a session. With the token of one, goes on with it under a new token.
pub async fn begin(
	State(gateway): State<Arc<Gateway>>,
	Extension(client): Extension<Client>,
	headers: HeaderMap,
	body: Result<Bytes, BytesRejection>,
) -> Result<Json<Begun>, Failure> {
	check_rate(&gateway, client)?;
	let answer: Answer = read_json(body)?;
	let host = own_host(&gateway, &headers).ok_or_else(refused)?;
	let newest = || {
		let latest = gateway.latest(ChainName::Region);
		latest.ok_or_else(Failure::no_node)
	};
	let mut latest = newest()?;

	let account = parse_account(&answer.account).map_err(|_| refused())?;
	let challenge = Challenge {
		nonce: bytes(&answer.nonce)?,
		time: answer.time,
	};
	let signature = sr25519::Signature::from_raw(bytes(&answer.signature)?);
	if !gateway.challenges.check(&challenge, &account, now()) {
		return Err(refused());
	}
	let Challenge { nonce, time } = challenge;
	let message = sign_in_message(host, &latest.genesis, &nonce, account.as_ref(), time);
	if !is_signed(&account, &message, &signature) {
		return Err(refused());
	}
	let mut standing = admitted(&latest, &account).await?;
	if !gateway.challenges.consume(&challenge, now()) {
		return Err(refused());
	}
	let token = loop {
		let looked_up = (standing.clone(), latest.changes);
		let begun = gateway
			.sessions
			.begin(account.clone(), looked_up, token(&headers));
		match begun {
			Ok(token) => break token,
			Err(NotBegun::Full) => return Err(busy()),
			// The account can have been suspended while it signed in.
			Err(NotBegun::Old) => {
				latest = newest()?;
				standing = admitted(&latest, &account).await?;
			}
		}
	};
	tracing::info!(sessions = gateway.sessions.count(), "signed in");
	Ok(Json(Begun {
		token,
		seconds: gateway.config.limits.session_seconds,
		classes: standing.classes,
		region: standing.region,
	}))
}

/// What the account is in this state. It must be more than a stranger.
async fn admitted(latest: &Latest, account: &AccountId) -> Result<Standing, Failure> {
	let standing = latest.standing(account).await.map_err(|error| {
		tracing::warn!(%error, "cannot look an account up");
		Failure::no_node()
	})?;
	let admitted = standing.is_admitted().then_some(standing);
	admitted.ok_or_else(refused)
}

/// `DELETE /v1/session`: ends the session.
pub async fn end(State(gateway): State<Arc<Gateway>>, _: Caller, headers: HeaderMap) -> StatusCode {
	if let Some(token) = token(&headers) {
		gateway.sessions.sign_out(token);
	}
	StatusCode::NO_CONTENT
}

fn is_signed(account: &AccountId, message: &str, signature: &sr25519::Signature) -> bool {
	let key = sr25519::Public::from_raw(*account.as_ref());
	sr25519::Pair::verify(signature, message, &key)
}

/// `0x` and hexadecimal digits of this many bytes.
fn bytes<const N: usize>(text: &str) -> Result<[u8; N], Failure> {
	let mut bytes = [0; N];
	let digits = text.strip_prefix("0x").ok_or_else(refused)?;
	hex::decode_to_slice(digits, &mut bytes).map_err(|_| refused())?;
	Ok(bytes)
}

fn check_rate(gateway: &Gateway, client: Client) -> Result<(), Failure> {
	let late = |_| {
		Failure::new(
			StatusCode::TOO_MANY_REQUESTS,
			"too many sign-ins: try again in a minute",
		)
	};
	gateway.sign_ins.check_key(&client).map_err(late)
}

/// The one answer to whatever is wrong with an account, a challenge or a signature.
fn refused() -> Failure {
	Failure::new(StatusCode::UNAUTHORIZED, "the sign-in is refused")
}

fn busy() -> Failure {
	Failure::new(
		StatusCode::SERVICE_UNAVAILABLE,
		"the gateway is full, or stops: try again in a minute",
	)
}
