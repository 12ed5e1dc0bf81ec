//! What a socket waits for, and what is open for it at the node.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::{value::RawValue, Value};

use super::request::{Given, Id, Request};
use crate::table::methods::Kind;

/// The most requests that wait for an answer.
const MAX_WAITING: usize = 64;

/// The most open subscriptions. A node allows four follows of a connection.
const MAX_OPEN: usize = 64;

/// The most bytes of a message that ends a subscription. Others are longer, or of no interest.
const MAX_LAST: usize = 4096;

/// The requests and the subscriptions of a socket.
#[derive(Default)]
pub struct Subscriptions {
	waiting: HashMap<Id, Kind>,
	open: HashSet<Id>,
}

/// A message of a node, as far as it is read.
#[derive(Deserialize)]
struct Message<'a> {
	id: Option<Id>,
	#[serde(borrow)]
	result: Option<&'a RawValue>,
	#[serde(borrow)]
	params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Update<'a> {
	subscription: Id,
	#[serde(borrow)]
	result: &'a RawValue,
}

impl Subscriptions {
	/// Takes note of a request that goes on, or says why it may not.
	pub fn request(&mut self, request: &Request) -> Result<(), &'static str> {
		let kind = request.method.kind;
		if kind == Kind::Release {
			return Ok(());
		}
		if self.waiting.len() >= MAX_WAITING {
			return Err("too many requests wait for an answer");
		}
		if self.waiting.contains_key(&request.id) {
			return Err("a request with this id waits for an answer");
		}
		let begun = self
			.waiting
			.values()
			.filter(|kind| **kind == Kind::Subscribe)
			.count();
		if kind == Kind::Subscribe && self.open.len().saturating_add(begun) >= MAX_OPEN {
			return Err("too many subscriptions are open: end some");
		}
		if let (Kind::Unsubscribe, Some(Given::Plain(id))) = (kind, request.params.first()) {
			if let Ok(id) = serde_json::from_value::<Id>(id.clone()) {
				self.open.remove(&id);
			}
		}
		self.waiting.insert(request.id.clone(), kind);
		Ok(())
	}

	/// Takes note of a node's message.
	pub fn message(&mut self, text: &str) {
		let Ok(message) = serde_json::from_str::<Message>(text) else {
			return;
		};
		if let Some(id) = message.id {
			let kind = self.waiting.remove(&id);
			let opened = message
				.result
				.and_then(|id| serde_json::from_str(id.get()).ok());
			if let (Some(Kind::Subscribe), Some(opened)) = (kind, opened) {
				self.open.insert(opened);
			}
		} else if let Some(params) = message.params.filter(|_| text.len() <= MAX_LAST) {
			let update = serde_json::from_str::<Update>(params.get());
			if let Some(update) = update.ok().filter(|update| is_last(update.result.get())) {
				self.open.remove(&update.subscription);
			}
		}
	}
}

/// Whether a subscription ends with this: a follow that the node stopped, or a transaction whose fate
/// is known.
fn is_last(result: &str) -> bool {
	const LAST: [&str; 5] = [
		"finalized",
		"finalityTimeout",
		"usurped",
		"dropped",
		"invalid",
	];
	match serde_json::from_str(result) {
		Ok(Value::String(status)) => LAST.contains(&&*status),
		Ok(Value::Object(update)) => {
			let stop = update.get("event").and_then(Value::as_str) == Some("stop");
			stop || update.len() == 1 && update.keys().all(|status| LAST.contains(&&**status))
		}
		_ => false,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn request(id: u64, method: &str, params: &str) -> Request {
		let text =
			format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#);
		Request::read(&text).unwrap()
	}

	#[test]
	fn waiting_requests_are_bounded_and_their_answers_make_room() {
		let mut all = Subscriptions::default();
		let chain = |id| request(id, "system_chain", "[]");
		for id in 0..64 {
			all.request(&chain(id)).unwrap();
		}
		assert!(all.request(&chain(64)).is_err());
		let hash = format!("\"0x{}\"", "01".repeat(32));
		let unpin = request(5, "chainHead_v1_unpin", &format!("[\"a\",{hash}]"));
		assert_eq!(all.request(&unpin), Ok(()), "it never waits");
		all.message(r#"{"jsonrpc":"2.0","id":7,"result":"Development"}"#);
		assert!(all.request(&chain(6)).is_err(), "its id waits");
		assert_eq!(all.request(&chain(7)), Ok(()));
	}

	#[test]
	fn open_subscriptions_are_bounded_until_they_end() {
		let mut all = Subscriptions::default();
		let subscribe = |id| request(id, "state_subscribeRuntimeVersion", "[]");
		for id in 0..64 {
			all.request(&subscribe(id)).unwrap();
			all.message(&format!(
				r#"{{"jsonrpc":"2.0","id":{id},"result":"s{id}"}}"#
			));
		}
		assert!(all.request(&subscribe(64)).is_err());
		let ends = [
			r#"{"method":"chainHead_v1_followEvent","params":{"subscription":"s1","result":{"event":"stop"}}}"#,
			r#"{"method":"author_extrinsicUpdate","params":{"subscription":"s2","result":{"finalized":"0x00"}}}"#,
			r#"{"method":"author_extrinsicUpdate","params":{"subscription":"s3","result":"invalid"}}"#,
		];
		for (id, end) in (64..).zip(ends) {
			all.message(end);
			assert_eq!(all.request(&subscribe(id)), Ok(()), "{end}");
		}
		assert!(all.request(&subscribe(70)).is_err());
		all.message(r#"{"params":{"subscription":"s4","result":{"event":"newBlock"}}}"#);
		assert!(all.request(&subscribe(70)).is_err());
		let end = request(80, "state_unsubscribeRuntimeVersion", "[\"s4\"]");
		all.request(&end).unwrap();
		assert_eq!(all.request(&subscribe(70)), Ok(()));
	}
}
