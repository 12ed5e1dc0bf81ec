//! Decides by the table whether a session may have what it asks for. Whatever block a request
//! names, the newest final state decides.

use futures::future::join;
use salus_client::{chain::State, Error};
use salus_primitives::{
	admission::Class, HistoryId, InterregionalGrantId, InterregionalState, RecordId,
};
use sp_core::H256;
use subxt::{config::substrate::SubstrateHeader, rpcs::rpc_params};

use crate::{
	node::{ChainName, Latest},
	sessions::Session,
	standing::Standing,
	table::{
		functions::{Function, Subject, Value, Whose},
		storage::{Entry, Key},
	},
	transaction::{Transaction, TransactionError},
	Gateway,
};

/// How much older than the newest final block one can be, in blocks: about a minute.
const RECENT: u64 = 60;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
	/// The chain has no such function, or nobody may call it.
	#[error("the function {0} is not in the table of docs/gateway.md")]
	Function(String),
	/// The arguments are not the function's.
	#[error("the arguments are not those of {0}")]
	Arguments(String),
	/// The caller may not call the function, or not about whom it asks.
	#[error("this account may not call {0} about this: see docs/gateway.md")]
	NotAllowed(String),
	/// The key is not in the table, or the caller may not read it.
	#[error("this account may not read this key: see docs/gateway.md")]
	Key,
	/// The caller may not send the transaction.
	#[error(transparent)]
	Transaction(#[from] TransactionError),
	/// The session has sent too many transactions.
	#[error("too many transactions: try again in a minute")]
	TooManyTransactions,
	/// The node does not answer.
	#[error("the gateway's node does not answer: try again in a minute")]
	NoNode,
}

/// What a request is checked against.
pub struct Access<'a> {
	gateway: &'a Gateway,
	session: &'a Session,
	chain: ChainName,
	standing: std::sync::Arc<Standing>,
}

/// The block that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
	/// The newest one.
	Newest,
	/// The one with this hash.
	Hash(H256),
	/// The final one with this number.
	Number(u64),
}

/// What a caller asks for at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
	/// The value.
	Value,
	/// The value's hash.
	Hash,
}

impl<'a> Access<'a> {
	/// For a request of this session about this chain.
	pub fn new(gateway: &'a Gateway, session: &'a Session, chain: ChainName) -> Self {
		Self {
			gateway,
			session,
			chain,
			standing: session.standing(),
		}
	}

	/// Whether the caller has one of these classes.
	pub fn is_one_of(&self, classes: &[Class]) -> bool {
		self.standing.is_one_of(classes)
	}

	/// Checks a call of a function at a block. Returns its arguments as they go on.
	///
	/// # Errors
	///
	/// [`Refused`].
	pub async fn call(&self, name: &str, arguments: &[u8], at: At) -> Result<Vec<u8>, Refused> {
		let function = Function::find(self.chain, name);
		let function = function.ok_or_else(|| Refused::Function(shortened(name)))?;
		let values = function.read(arguments);
		let values = values.map_err(|_| Refused::Arguments(function.name.into()))?;
		// The standing is of the region's newest final state.
		self.latest(ChainName::Region)?;
		self.latest(self.chain)?;
		for way in function.ways {
			if self.standing.is_one_of(way.who) && self.all_are(&values, way.whose, at).await? {
				return Ok(values.into_iter().flat_map(|value| value.bytes).collect());
			}
		}
		Err(Refused::NotAllowed(function.name.into()))
	}

	/// Checks that a key of the state may be read.
	///
	/// # Errors
	///
	/// [`Refused::Key`].
	pub fn key(&self, key: &[u8], part: Part) -> Result<(), Refused> {
		let entry = Entry::find(self.chain, key, &self.session.account);
		let allowed = entry.is_some_and(|entry| {
			let part = part == Part::Hash || entry.key != Key::WholeHash;
			part && self.standing.is_one_of(entry.who)
		});
		allowed.then_some(()).ok_or(Refused::Key)
	}

	/// Checks that a transaction, with its length before it, may be sent to this chain.
	///
	/// # Errors
	///
	/// [`Refused`].
	pub fn transaction(&self, bytes: &[u8]) -> Result<(), Refused> {
		let latest = self.latest(self.chain)?;
		let transaction = Transaction::decode(latest.state.metadata(), bytes)?;
		// The consortium has no members: its authorities' accounts are of no region.
		let classes: &[Class] = match self.chain {
			ChainName::Region => &self.standing.classes,
			ChainName::Consortium => &[],
		};
		Ok(transaction.check(&self.session.account, classes)?)
	}

	async fn all_are(&self, values: &[Value], whose: &[Whose], at: At) -> Result<bool, Refused> {
		for (value, whose) in values.iter().zip(whose) {
			let is = match whose {
				Whose::OwnNow => {
					self.is(&value.subject, Whose::Own).await? && self.is_recent(at).await?
				}
				Whose::Undelivered => self.is_undelivered(values).await?,
				whose => self.is(&value.subject, *whose).await?,
			};
			if !is {
				return Ok(false);
			}
		}
		Ok(values.len() == whose.len())
	}

	/// Whether a subject is of the caller.
	async fn is(&self, subject: &Subject, whose: Whose) -> Result<bool, Refused> {
		Ok(match (whose, subject) {
			(Whose::Public, _) => true,
			(Whose::Own, Subject::Account(account)) => *account == self.session.account,
			(Whose::Own, Subject::Member(member)) => self.standing.member.as_ref() == Some(member),
			(Whose::Own, Subject::Remote(remote)) => {
				self.standing.provider().as_ref() == Some(remote)
			}
			(Whose::Own, Subject::Transaction(bytes)) => {
				self.transaction(bytes)?;
				true
			}
			(Whose::Own, Subject::Entry(None)) => true,
			(Whose::Own, Subject::Entry(Some(entry))) => self.is_own_entry(*entry).await?,
			(Whose::Readable, Subject::Record(record)) => self.can_read(*record).await?,
			(Whose::OwnRecord, Subject::Record(record)) => self.is_patient_of(*record).await?,
			(Whose::Own, Subject::Record(_) | Subject::Nobody)
			| (Whose::OwnNow | Whose::Readable | Whose::OwnRecord | Whose::Undelivered, _) => false,
		})
	}

	async fn can_read(&self, record: RecordId) -> Result<bool, Refused> {
		let Some(member) = &self.standing.member else {
			return Ok(false);
		};
		let state = self.region()?;
		let (view, grant) = join(state.record(record), state.grant(record, member)).await;
		let Some(view) = found(view)? else {
			return Ok(false);
		};
		Ok(self.standing.patient() == Some(view.patient)
			|| view.author.author().member(view.patient) == *member
			|| found(grant)?.flatten().is_some())
	}

	async fn is_patient_of(&self, record: RecordId) -> Result<bool, Refused> {
		let Some(patient) = self.standing.patient() else {
			return Ok(false);
		};
		let view = found(self.region()?.record(record).await)?;
		Ok(view.is_some_and(|view| view.patient == patient))
	}

	/// Whether the consortium does not have the grant of a record to a provider of another region, and still
	/// can get it.
	async fn is_undelivered(&self, values: &[Value]) -> Result<bool, Refused> {
		use InterregionalState as Is;
		let mut subjects = values.iter().map(|value| &value.subject);
		let (Some(Subject::Record(record)), Some(Subject::Remote(grantee))) =
			(subjects.next(), subjects.next())
		else {
			return Ok(false);
		};
		let id = InterregionalGrantId {
			record: *record,
			grantee: grantee.clone(),
		};
		let grant = found(self.region()?.interregional_grant(&id).await)?;
		Ok(grant.is_some_and(|grant| {
			matches!(
				grant.state,
				Is::Granted | Is::Forwarded | Is::Overdue | Is::Refused(_)
			)
		}))
	}

	/// Whether an entry is of the caller's history, and not its last one. Whoever asks what comes after
	/// an entry has the entry in the proof of the answer.
	async fn is_own_entry(&self, entry: HistoryId) -> Result<bool, Refused> {
		let Some(member) = &self.standing.member else {
			return Ok(false);
		};
		let page = found(self.region()?.history_page(member, Some(entry), 1).await)?;
		Ok(page.is_some_and(|page| !page.items.is_empty()))
	}

	/// Whether a block is not much older than the newest final one.
	async fn is_recent(&self, at: At) -> Result<bool, Refused> {
		let latest = self.latest(self.chain)?;
		let number = match at {
			At::Newest => return Ok(true),
			At::Number(number) => Some(number),
			At::Hash(block) => {
				let header = latest.rpc.request("chain_getHeader", rpc_params![block]);
				let header: Option<SubstrateHeader<H256>> = header.await.map_err(|error| {
					tracing::warn!(%error, "cannot check a request");
					Refused::NoNode
				})?;
				header.map(|header| header.number)
			}
		};
		let oldest = latest.state.block_number().saturating_sub(RECENT);
		Ok(number.is_some_and(|number| number >= oldest))
	}

	fn region(&self) -> Result<State, Refused> {
		Ok(self.latest(ChainName::Region)?.state)
	}

	fn latest(&self, chain: ChainName) -> Result<Latest, Refused> {
		self.gateway.latest(chain).ok_or(Refused::NoNode)
	}
}

fn found<T>(answer: salus_client::Result<T>) -> Result<Option<T>, Refused> {
	match answer {
		Ok(found) => Ok(Some(found)),
		Err(Error::NotFound(_)) => Ok(None),
		Err(error) => {
			tracing::warn!(%error, "cannot check a request");
			Err(Refused::NoNode)
		}
	}
}

/// A name that a client sent, before a person reads it.
fn shortened(name: &str) -> String {
	salus_primitives::text::one_line(name, 64)
}
