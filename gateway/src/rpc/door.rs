//! Decides what of a client's messages goes on to the node.

use serde_json::{json, Value};

use super::{
	request::{Given, Id, Malformed, Request},
	subscriptions::Subscriptions,
};
use crate::{
	access::{Access, At, Part, Refused},
	node::ChainName,
	sessions::Session,
	table::methods::{Kind, METHODS},
	Gateway,
};

/// The code of a refusal by the table.
const REFUSED: i32 = -32001;
/// The code of a refusal by a limit: the same request can succeed later.
const LIMITED: i32 = -32002;

/// What becomes of a message.
pub enum Outcome {
	/// This message goes on to the node.
	Forward(String),
	/// The client gets this answer.
	Answer(String),
	/// The client sends too much, and the socket ends.
	Flood,
}

/// The door of one socket.
pub struct Door<'a> {
	pub gateway: &'a Gateway,
	pub session: &'a Session,
	pub chain: ChainName,
	pub subscriptions: Subscriptions,
}

impl Door<'_> {
	/// Decides about a client's message.
	pub async fn take(&mut self, text: &str) -> Outcome {
		let (rates, account) = (&self.gateway.sessions.rates, &self.session.account);
		if !rates.messages.allows(account) {
			self.gateway.count_refusal("flood");
			return Outcome::Flood;
		}
		let mut request = match Request::read(text) {
			Ok(request) => request,
			Err(Malformed { id, code, message }) => {
				self.gateway.count_refusal("malformed");
				return Outcome::Answer(error(id.as_ref(), code, message));
			}
		};
		let id = request.id.clone();
		let refuse = |code, message: &str| Outcome::Answer(error(Some(&id), code, message));
		let releases = request.method.kind == Kind::Release;
		if !releases && !rates.requests.allows(account) {
			self.gateway.count_refusal("rate");
			return refuse(LIMITED, "too many requests: try again in a second");
		}
		if request.method.kind == Kind::Own {
			return Outcome::Answer(methods(&id));
		}
		if let Err(refused) = self.check(&mut request).await {
			self.gateway.count_refusal(match &refused {
				Refused::Function(_) | Refused::Arguments(_) | Refused::NotAllowed(_) => "function",
				Refused::Key => "key",
				Refused::Transaction(_) => "transaction",
				Refused::TooManyTransactions => "rate",
				Refused::NoNode => "node",
			});
			let code = match refused {
				Refused::NoNode | Refused::TooManyTransactions => LIMITED,
				_ => REFUSED,
			};
			return refuse(code, &refused.to_string());
		}
		if let Err(reason) = self.subscriptions.request(&request) {
			self.gateway.count_refusal("rate");
			return refuse(LIMITED, reason);
		}
		Outcome::Forward(request.write())
	}

	/// Checks what a request names, and takes the arguments of functions as they were read.
	async fn check(&self, request: &mut Request) -> Result<(), Refused> {
		let access = Access::new(self.gateway, self.session, self.chain);
		if !access.is_one_of(request.method.who) {
			return Err(Refused::NotAllowed(request.method.name.into()));
		}
		let at = request.block().map_or(At::Newest, At::Hash);
		let mut function = None;
		for param in &mut request.params {
			match param {
				Given::Plain(_) => {}
				Given::Function(name) => function = Some(name.clone()),
				Given::Arguments(arguments) => {
					let name = function.take().unwrap_or_default();
					*arguments = access.call(&name, arguments, at).await?;
				}
				Given::Transaction(bytes) => {
					access.transaction(bytes)?;
					let rate = &self.gateway.sessions.rates.transactions;
					if !rate.allows(&self.session.account) {
						return Err(Refused::TooManyTransactions);
					}
				}
				Given::Key(key) => access.key(key, Part::Value)?,
				Given::Keys(keys) => {
					keys.iter()
						.try_for_each(|key| access.key(key, Part::Value))?;
				}
				Given::Items(items) => {
					items
						.iter()
						.try_for_each(|(key, part)| access.key(key, *part))?;
				}
				Given::Account(account) if *account == self.session.account => {}
				Given::Account(_) => return Err(Refused::NotAllowed(request.method.name.into())),
			}
		}
		Ok(())
	}
}

/// An error as JSON-RPC writes it.
fn error(id: Option<&Id>, code: i32, message: &str) -> String {
	let error = json!({ "code": code, "message": message });
	json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string()
}

/// The answer to `rpc_methods`.
fn methods(id: &Id) -> String {
	let mut names: Vec<_> = METHODS.iter().map(|method| method.name).collect();
	names.sort_unstable();
	let result: Value = json!({ "methods": names });
	json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string()
}
