//! A client's request: read strictly, and written anew for the node.

use std::borrow::Cow;

use salus_client::address::{parse_account, to_address};
use salus_primitives::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue, Value};
use sp_core::H256;

use crate::{
	access::Part,
	table::methods::{Method, Param},
	transaction::MAX_TRANSACTION,
};

/// The most bytes of a message: a transaction in hexadecimal digits, and the rest.
pub const MAX_MESSAGE: usize = 2 * MAX_TRANSACTION + 4096;

/// The most bytes of a function's arguments.
const MAX_ARGUMENTS: usize = 64 * 1024;

/// The most bytes of a key of the state.
const MAX_KEY: usize = 512;

/// The most keys in one request.
const MAX_KEYS: usize = 16;

/// The most blocks in one request. A node keeps no more of them for a client.
const MAX_BLOCKS: usize = 512;

/// The most characters of an id.
const MAX_ID: usize = 128;

/// A request's id, which the client chose.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
	/// A number.
	Number(u64),
	/// A text.
	Text(String),
}

/// A request for a method of the table.
#[derive(Debug)]
pub struct Request {
	/// Its id.
	pub id: Id,
	/// The method.
	pub method: &'static Method,
	/// Its parameters.
	pub params: Vec<Given>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
	/// One that says nothing of data, as it goes on.
	Plain(Value),
	/// A function of the runtime.
	Function(String),
	/// Its arguments.
	Arguments(Vec<u8>),
	/// A transaction.
	Transaction(Vec<u8>),
	/// A key of the state.
	Key(Vec<u8>),
	/// Keys of the state.
	Keys(Vec<Vec<u8>>),
	/// Keys of the state, and what is asked for at each.
	Items(Vec<(Vec<u8>, Part)>),
	/// An account.
	Account(AccountId),
}

/// Why a message is not such a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
	/// The request's id, if it could be read.
	pub id: Option<Id>,
	/// JSON-RPC's code.
	pub code: i32,
	/// What is wrong.
	pub message: &'static str,
}

const PARSE: i32 = -32700;
const INVALID: i32 = -32600;
const NO_METHOD: i32 = -32601;
const PARAMS: i32 = -32602;

/// The members of a request; another one, or one twice, is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members<'a> {
	#[serde(borrow)]
	jsonrpc: Cow<'a, str>,
	id: Id,
	#[serde(borrow)]
	method: Cow<'a, str>,
	#[serde(borrow, default)]
	params: Option<Vec<&'a RawValue>>,
}

/// An item of `chainHead_v1_storage`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
	key: String,
	#[serde(rename = "type")]
	part: ItemPart,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ItemPart {
	Value,
	Hash,
}

impl Request {
	/// Reads a message.
	///
	/// # Errors
	///
	/// [`Malformed`].
	pub fn read(text: &str) -> Result<Self, Malformed> {
		let without_id = |code, message| Malformed {
			id: None,
			code,
			message,
		};
		if text.trim_start().starts_with('[') {
			return Err(without_id(
				INVALID,
				"batches are refused: send one request at a time",
			));
		}
		let members: Members = serde_json::from_str(text).map_err(|error| {
			if error.is_data() {
				without_id(INVALID, "this is not a request of JSON-RPC 2.0 with an id")
			} else {
				without_id(PARSE, "this is not JSON")
			}
		})?;
		let long = matches!(&members.id, Id::Text(text) if text.len() > MAX_ID);
		if long || members.jsonrpc != "2.0" {
			return Err(without_id(
				INVALID,
				"this is not a request of JSON-RPC 2.0 with an id",
			));
		}
		let id = members.id;
		let malformed = |code, message| Malformed {
			id: Some(id.clone()),
			code,
			message,
		};
		let method = Method::find(&members.method)
			.ok_or_else(|| malformed(NO_METHOD, "Method not found"))?;
		let mut given = members.params.unwrap_or_default().into_iter();
		let params = method.params.iter();
		let params = params.map(|param| read_param(*param, given.next()));
		let params: Option<Vec<_>> = params.collect();
		let params = params.filter(|_| given.next().is_none());
		let params = params.ok_or_else(|| malformed(PARAMS, "the parameters are malformed"))?;
		Ok(Self { id, method, params })
	}

	/// The block that it names.
	pub fn block(&self) -> Option<H256> {
		let mut params = self.method.params.iter().zip(&self.params);
		params.find_map(|(param, given)| match (param, given) {
			(Param::Hash | Param::Block, Given::Plain(block)) => {
				serde_json::from_value(block.clone()).ok()
			}
			_ => None,
		})
	}

	/// The message that goes on to the node.
	pub fn write(&self) -> String {
		let params: Vec<_> = self.params.iter().map(Given::write).collect();
		let (id, method) = (&self.id, self.method.name);
		json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
	}
}

impl Given {
	fn write(&self) -> Value {
		match self {
			Self::Plain(value) => value.clone(),
			Self::Function(name) => name.as_str().into(),
			Self::Arguments(bytes) | Self::Transaction(bytes) => hex_of(bytes).into(),
			Self::Key(key) => hex_of(key).into(),
			Self::Keys(keys) => keys.iter().map(|key| hex_of(key)).collect(),
			Self::Items(items) => {
				let item = |(key, part): &(Vec<u8>, Part)| {
					let part = match part {
						Part::Value => "value",
						Part::Hash => "hash",
					};
					json!({ "key": hex_of(key), "type": part })
				};
				items.iter().map(item).collect()
			}
			Self::Account(account) => to_address(account).into(),
		}
	}
}

fn read_param(param: Param, given: Option<&RawValue>) -> Option<Given> {
	let given = given.map(RawValue::get).filter(|text| *text != "null");
	let optional = matches!(param, Param::Block | Param::Number | Param::Null);
	let Some(text) = given else {
		return optional.then_some(Given::Plain(Value::Null));
	};
	let string = || serde_json::from_str::<String>(text).ok();
	let bytes = |most| hex_within(&string()?, most);
	Some(match param {
		Param::Bool => Given::Plain(serde_json::from_str::<bool>(text).ok()?.into()),
		Param::Hash | Param::Block => Given::Plain(hash(&string()?)?),
		Param::Hashes => Given::Plain(match string() {
			Some(one) => hash(&one)?,
			None => {
				let all: Vec<String> = serde_json::from_str(text).ok()?;
				let hashes = some_of(&all, MAX_BLOCKS)?.iter().map(|one| hash(one));
				hashes.collect::<Option<Vec<_>>>()?.into()
			}
		}),
		Param::Number => Given::Plain(match string() {
			Some(digits) => {
				let digits = digits.strip_prefix("0x")?;
				u32::from_str_radix(digits, 16).ok()?.into()
			}
			None => serde_json::from_str::<u32>(text).ok()?.into(),
		}),
		// jsonrpsee's ids of subscriptions are texts or numbers.
		Param::Subscription | Param::Operation => {
			let id: Id = serde_json::from_str(text).ok()?;
			if matches!(&id, Id::Text(text) if text.len() > MAX_ID) {
				return None;
			}
			Given::Plain(json!(id))
		}
		Param::Transaction => Given::Transaction(bytes(MAX_TRANSACTION)?),
		Param::Function => Given::Function(string()?),
		// PAPI sends an empty text if there are none.
		Param::Arguments => Given::Arguments(match &*string()? {
			"" => Vec::new(),
			text => hex_within(text, MAX_ARGUMENTS)?,
		}),
		Param::Key => Given::Key(bytes(MAX_KEY)?),
		Param::Keys => {
			let all: Vec<String> = serde_json::from_str(text).ok()?;
			let keys = some_of(&all, MAX_KEYS)?
				.iter()
				.map(|key| hex_within(key, MAX_KEY));
			Given::Keys(keys.collect::<Option<_>>()?)
		}
		Param::Items => {
			let all: Vec<Item> = serde_json::from_str(text).ok()?;
			let items = some_of(&all, MAX_KEYS)?.iter().map(|Item { key, part }| {
				let part = match part {
					ItemPart::Value => Part::Value,
					ItemPart::Hash => Part::Hash,
				};
				Some((hex_within(key, MAX_KEY)?, part))
			});
			Given::Items(items.collect::<Option<_>>()?)
		}
		Param::Account => Given::Account(parse_account(&string()?).ok()?),
		Param::Null => return None,
	})
}

/// A list that is neither empty nor too long.
fn some_of<T>(list: &[T], most: usize) -> Option<&[T]> {
	(1..=most).contains(&list.len()).then_some(list)
}

/// A block's hash, in lower case.
fn hash(text: &str) -> Option<Value> {
	let bytes = hex_within(text, 32)?;
	(bytes.len() == 32).then(|| hex_of(&bytes).into())
}

fn hex_within(text: &str, most: usize) -> Option<Vec<u8>> {
	let digits = text.strip_prefix("0x")?;
	let few = digits.len() <= most.saturating_mul(2);
	few.then(|| hex::decode(digits).ok())?
}

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests;
