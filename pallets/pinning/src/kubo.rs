//! The calls of Kubo's RPC interface (docs.ipfs.tech/reference/kubo/rpc) that the worker makes.
//!
//! Whatever the server does, a call ends by its deadline, reads a bounded number of bytes, and
//! returns a value or an [`Error`]. It does not follow redirects.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::fmt;
use salus_primitives::{text::one_line, Cid};
use serde::{
	de::{DeserializeOwned, IgnoredAny},
	Deserialize,
};
use sp_core::offchain::{Duration, HttpError, HttpRequestStatus};
use sp_io::offchain;

use crate::dag::MAX_BLOCK_LEN;

/// The most bytes of a JSON answer that are read.
const MAX_JSON_LEN: u64 = 64 << 10;
/// Milliseconds for a call that does almost nothing.
const SHORT_TIME: u64 = 2_000;
/// Milliseconds for a call that reads or fetches one block.
const BLOCK_TIME: u64 = 5_000;

/// The most characters of Kubo's own messages that are shown.
const MAX_MESSAGE: usize = 200;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
	/// Nothing answers at the address.
	Unreachable,
	/// The connection broke during the answer.
	Cut,
	/// No complete answer by the deadline.
	Timeout,
	/// The block is longer than any that IPFS nodes exchange.
	TooLong,
	/// The bytes of a block do not have its hash.
	WrongBlock,
	/// The answer is not one that Kubo gives.
	InvalidAnswer(&'static str),
	/// It demands another secret, or the secret does not allow the call.
	Forbidden,
	/// Kubo answered with this error.
	Refused(String),
}

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unreachable => f.write_str("it does not answer"),
			Self::Cut => f.write_str("the connection broke during its answer"),
			Self::Timeout => f.write_str("Kubo did not answer in time"),
			Self::TooLong => f.write_str("Kubo sent more than a block may have"),
			Self::WrongBlock => f.write_str("Kubo sent a block with another hash"),
			Self::InvalidAnswer(what) => write!(f, "it sent an invalid answer: {what}"),
			Self::Forbidden => f.write_str(
				"it does not allow this node to use its RPC: set its secret (salus operator ipfs set)",
			),
			Self::Refused(message) => write!(f, "Kubo says: {message}"),
		}
	}
}

impl From<HttpError> for Error {
	fn from(error: HttpError) -> Self {
		match error {
			HttpError::DeadlineReached => Self::Timeout,
			HttpError::IoError | HttpError::Invalid => Self::Unreachable,
		}
	}
}

/// The result of reading all blocks of a tree offline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocks {
	/// All are there, with this many bytes together.
	Complete(u64),
	/// One or more are missing or damaged.
	Missing,
}

/// A Kubo, by the address of its RPC interface.
pub struct Kubo<'a> {
	/// `http://HOST:PORT`, without a path.
	pub address: &'a str,
	/// The secret that it demands.
	pub secret: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorAnswer {
	message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
	version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pinned {
	pins: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PinList {
	#[serde(default)]
	keys: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DagStat {
	dag_stats: Vec<OneDagStat>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneDagStat {
	cid: String,
	size: u64,
}

impl Kubo<'_> {
	/// Whether a Kubo answers: its version.
	pub fn version(&self) -> Result<String, Error> {
		let version: Version = self.json("version", SHORT_TIME)?;
		(!version.version.is_empty())
			.then_some(version.version)
			.ok_or(Error::InvalidAnswer("a version without a number"))
	}

	/// One block, fetched if need be. Its hash is checked.
	pub fn block(&self, cid: &Cid) -> Result<Vec<u8>, Error> {
		self.checked_block(cid, "")
	}

	/// One block from Kubo's own disk, or `None` if it is not there. Its hash is checked.
	pub fn stored_block(&self, cid: &Cid) -> Result<Option<Vec<u8>>, Error> {
		match self.checked_block(cid, "&offline=true") {
			Err(Error::Refused(message)) if is_missing(&message) => Ok(None),
			block => block.map(Some),
		}
	}

	fn checked_block(&self, cid: &Cid, options: &str) -> Result<Vec<u8>, Error> {
		let path = format!("block/get?arg={cid}{options}");
		let block = self.post(&path, MAX_BLOCK_LEN, BLOCK_TIME)?;
		(sp_io::hashing::sha2_256(&block) == cid.digest())
			.then_some(block)
			.ok_or(Error::WrongBlock)
	}

	/// Has Kubo fetch and keep a whole tree. Blocks that it fetched stay when the time is over.
	pub fn pin(&self, cid: &Cid, time: u64) -> Result<(), Error> {
		let path = format!("pin/add?arg={cid}&recursive=true&progress=false");
		let pinned: Pinned = self.json(&path, time)?;
		(pinned.pins == [base32(cid)])
			.then_some(())
			.ok_or(Error::InvalidAnswer("a pin of another CID"))
	}

	/// Removes Kubo's pin of a tree.
	pub fn unpin(&self, cid: &Cid) -> Result<(), Error> {
		self.json::<Pinned>(&format!("pin/rm?arg={cid}"), SHORT_TIME)
			.map(drop)
	}

	/// Whether Kubo has a pin of a tree. Its blocks may still be missing.
	pub fn is_pinned(&self, cid: &Cid) -> Result<bool, Error> {
		let path = format!("pin/ls?arg={cid}&type=recursive&quiet=true");
		match self.json::<PinList>(&path, SHORT_TIME) {
			Ok(list) => Ok(list.keys.contains_key(&base32(cid))),
			Err(Error::Refused(message)) if message.contains("is not pinned") => Ok(false),
			Err(error) => Err(error),
		}
	}

	/// Reads all blocks of a tree, without asking peers.
	pub fn blocks(&self, cid: &Cid, time: u64) -> Result<Blocks, Error> {
		let path = format!("dag/stat?arg={cid}&progress=false&offline=true");
		match self.json::<DagStat>(&path, time) {
			Ok(stat) => match stat.dag_stats.as_slice() {
				[one] if one.cid == base32(cid) => Ok(Blocks::Complete(one.size)),
				_ => Err(Error::InvalidAnswer("figures of another CID")),
			},
			Err(Error::Refused(message)) if is_missing(&message) => Ok(Blocks::Missing),
			Err(error) => Err(error),
		}
	}

	fn json<A: DeserializeOwned>(&self, path: &str, time: u64) -> Result<A, Error> {
		let body = self.post(path, MAX_JSON_LEN, time);
		let body = body.map_err(|error| match error {
			Error::TooLong => Error::InvalidAnswer("too many bytes"),
			error => error,
		})?;
		serde_json::from_slice(&body).map_err(|_| Error::InvalidAnswer("unexpected JSON"))
	}

	fn post(&self, path: &str, max_len: u64, time: u64) -> Result<Vec<u8>, Error> {
		let deadline = Some(offchain::timestamp().add(Duration::from_millis(time)));
		let url = format!("{}/api/v0/{path}", self.address);
		let id = offchain::http_request_start("POST", &url, &[])
			.map_err(|()| Error::InvalidAnswer("not from a valid address"))?;
		if let Some(secret) = self.secret {
			let bearer = format!("Bearer {secret}");
			offchain::http_request_add_header(id, "Authorization", &bearer)
				.map_err(|()| Error::InvalidAnswer("not to a valid secret"))?;
		}
		offchain::http_request_write_body(id, &[], deadline)?;
		let status = match offchain::http_response_wait(&[id], deadline).first() {
			Some(HttpRequestStatus::Finished(status)) => *status,
			Some(HttpRequestStatus::DeadlineReached) => return Err(Error::Timeout),
			_ => return Err(Error::Unreachable),
		};
		let max_len = if status == 200 { max_len } else { MAX_JSON_LEN };
		let max_len = usize::try_from(max_len).unwrap_or(usize::MAX);
		let mut body = Vec::new();
		let mut buffer = alloc::vec![0; 16 << 10];
		loop {
			let read = offchain::http_response_read_body(id, &mut buffer, deadline);
			let read = read.map_err(|error| match error {
				HttpError::DeadlineReached => Error::Timeout,
				HttpError::IoError | HttpError::Invalid => Error::Cut,
			})?;
			let read = usize::try_from(read).unwrap_or(usize::MAX);
			let Some(bytes) = buffer.get(..read) else {
				return Err(Error::InvalidAnswer("more bytes than requested"));
			};
			if bytes.is_empty() {
				break;
			}
			if body.len().saturating_add(read) > max_len {
				return Err(Error::TooLong);
			}
			body.extend_from_slice(bytes);
			if Some(offchain::timestamp()) >= deadline {
				return Err(Error::Timeout);
			}
		}
		if status == 200 {
			return Ok(body);
		}
		if status == 403 {
			return Err(Error::Forbidden);
		}
		match serde_json::from_slice::<ErrorAnswer>(&body) {
			Ok(failure) => Err(Error::Refused(one_line(&failure.message, MAX_MESSAGE))),
			Err(_) => Err(Error::InvalidAnswer(
				"an HTTP error without a message of Kubo",
			)),
		}
	}
}

/// Whether an error of Kubo says that a block is missing (ipld.ErrNotFound) or damaged
/// (`HashOnRead`).
fn is_missing(message: &str) -> bool {
	["not found", "could not find", "different hash"]
		.iter()
		.any(|words| message.contains(words))
}

/// The node's clock, in Unix milliseconds.
pub fn node_time() -> u64 {
	offchain::timestamp().unix_millis()
}

/// A CID as Kubo writes it: `b`, then RFC 4648's base 32 in lower case without padding.
pub(crate) fn base32(cid: &Cid) -> String {
	const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
	let mut text = String::from("b");
	for group in cid.as_bytes().chunks(5) {
		let digits = group.len().saturating_mul(8).div_ceil(5);
		let mut bits = [0; 8];
		for (to, from) in bits.iter_mut().skip(3).zip(group) {
			*to = *from;
		}
		let bits = u64::from_be_bytes(bits);
		for place in (0u32..8).rev().take(digits) {
			let digit = bits
				.checked_shr(place.saturating_mul(5))
				.unwrap_or_default()
				& 31;
			let digit = usize::try_from(digit)
				.ok()
				.and_then(|digit| DIGITS.get(digit));
			text.extend(digit.map(|digit| char::from(*digit)));
		}
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn cids_are_written_as_kubo_writes_them() {
		let hex = "dfb81a7adea2d6c9ac136c15941639a7bf7037b60b9b64e424aff755c7d990cf";
		let digest = sp_core::bytes::from_hex(hex).unwrap().try_into().unwrap();
		assert_eq!(
			base32(&Cid::from_digest(true, digest)),
			"bafybeig7xanhvxvc23e2ye3mcwkbmonhx5ydpnqltnsoijfp65k4pwmqz4"
		);
	}
}
