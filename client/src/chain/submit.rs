//! Signing and sending transactions, and what became of them.

use super::{call::Args, call::Encoded, shape, Call, Chain, ChainKind, State};
use crate::{Error, Result};
use codec::DecodeAll;
use salus_envelope::Signer;
use salus_primitives::{Cid, Hash256, PatientId, ProfessionalNumber, RecordId, Refusal, SendError};
use scale_info::{meta_type, TypeDef, TypeInfo};
use std::time::Duration;
use subxt::{
	config::{
		substrate::{MultiSignature, H256},
		DefaultExtrinsicParamsBuilder, ParamsFor,
	},
	error::{BackendError, DispatchError, ExtrinsicError, RpcError},
	extrinsics::ExtrinsicEvents,
	metadata::{ArcMetadata, Metadata},
	transactions::{TransactionInvalid, TransactionStatus, TransactionUnknown, ValidationResult},
	utils::AccountId32,
	SubstrateConfig,
};

/// Blocks for which a transaction stays valid.
const MORTAL_FOR: u64 = 64;
/// After so long without a block that has it, its fate is called unknown.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often a transaction is signed at most.
const MAX_SIGNATURES: u32 = 3;

/// What to wait for after sending a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
	/// A block has it; that block may yet be taken back.
	Best,
	/// It is final.
	#[default]
	Finalized,
}

/// How far a transaction, a transfer or a computation is.
pub trait Progress: Send + Sync {
	/// A step begins, of `total` bytes, or of unknown length.
	fn step(&self, _name: &str, _total: Option<u64>) {}
	/// So many bytes more.
	fn advance(&self, _bytes: u64) {}
	/// All is done.
	fn done(&self) {}
	/// Whether the person wants it to stop: transfers and computations then fail.
	fn cancelled(&self) -> bool {
		false
	}
}

/// No one looks.
impl Progress for () {}

/// A transaction that succeeded, in its block.
pub struct Included {
	/// The transaction's hash.
	pub hash: Hash256,
	/// The hash of its block.
	pub block: Hash256,
	events: ExtrinsicEvents<SubstrateConfig>,
	metadata: ArcMetadata,
}

/// `Emr.RecordAdded`: record, patient, author, CID.
pub type RecordAdded = (RecordId, PatientId, ProfessionalNumber, Cid);

/// What differs between the events and errors here and those of a chain of this kind, one line
/// each.
pub fn drift(metadata: &Metadata, kind: ChainKind) -> Vec<String> {
	let there = |name: &str| match kind {
		ChainKind::Region => !name.starts_with("Consortium."),
		ChainKind::Consortium => ["Consortium.", "Council.", "Governance."]
			.iter()
			.any(|pallet| name.starts_with(pallet)),
	};
	let mut lines: Vec<_> = NEXT_STEPS
		.iter()
		.filter(|(name, _)| there(name) && !has_error(metadata, name))
		.map(|(name, _)| format!("{name}: the chain has no such error"))
		.collect();
	if kind == ChainKind::Region {
		lines.extend(check_event::<RecordAdded>(metadata, "Emr", "RecordAdded").err());
		lines.extend(check_event::<()>(metadata, ITEM_DONE.0, ITEM_DONE.1).err());
		if !has_event(metadata, ITEM_FAILED) {
			lines.push(format!(
				"{}.{}: the chain has no such event",
				ITEM_FAILED.0, ITEM_FAILED.1
			));
		}
	}
	lines
}

fn has_event(metadata: &Metadata, (pallet, name): (&str, &str)) -> bool {
	metadata
		.pallet_by_name(pallet)
		.and_then(|pallet| pallet.event_variants())
		.is_some_and(|events| events.iter().any(|event| event.name == name))
}

fn has_error(metadata: &Metadata, name: &str) -> bool {
	let Some((pallet, error)) = name.split_once('.') else {
		return false;
	};
	metadata
		.pallet_by_name(pallet)
		.and_then(|pallet| pallet.error_variants())
		.is_some_and(|errors| errors.iter().any(|variant| variant.name == error))
}

fn check_event<E: TypeInfo + 'static>(
	metadata: &Metadata,
	pallet: &str,
	name: &str,
) -> std::result::Result<(), String> {
	let compare = || {
		let event = metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| {
				pallet
					.event_variants()?
					.iter()
					.find(|event| event.name == name)
			})
			.ok_or("the chain has no such event")?;
		let TypeDef::Tuple(ours) = meta_type::<E>().type_info().type_def else {
			return Err("an event here is a tuple".to_owned());
		};
		if ours.fields.len() != event.fields.len() {
			return Err(format!("it has {} fields", event.fields.len()));
		}
		ours.fields
			.into_iter()
			.zip(&event.fields)
			.try_for_each(|(ours, theirs)| shape::compare(ours, metadata.types(), theirs.ty.id))
	};
	compare().map_err(|error| format!("{pallet}.{name}: {error}"))
}

impl Included {
	/// Whether the transaction put a motion's call into effect; the error is that call's own. A
	/// motion that waits for votes, or fell, is no error.
	pub fn motion_executed(&self) -> Result<bool> {
		for event in self.events.iter() {
			let event = event.map_err(|error| Error::Node(error.to_string()))?;
			if (event.pallet_name(), event.event_name()) != EXECUTED {
				continue;
			}
			// 32 bytes of hash, then a result: 0 is fine, 1 is followed by the error.
			match event.field_bytes().get(32..) {
				Some([1, error @ ..]) => {
					let error = DispatchError::decode_from(error, self.metadata.clone());
					return Err(refusal(
						&error.map_err(|error| Error::Node(error.to_string()))?,
					));
				}
				Some([0, ..]) => return Ok(true),
				_ => return Err(Error::Node("an event of the council makes no sense".into())),
			}
		}
		Ok(false)
	}

	/// What became of each call of a [`Call::force_batch`], in order.
	pub fn items(&self) -> Result<Vec<Result<()>>> {
		let mut items = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(|error| Error::Node(error.to_string()))?;
			match (event.pallet_name(), event.event_name()) {
				ITEM_DONE => items.push(Ok(())),
				ITEM_FAILED => {
					let error =
						DispatchError::decode_from(event.field_bytes(), self.metadata.clone())
							.map_err(|error| Error::Node(error.to_string()))?;
					items.push(Err(refusal(&error)));
				}
				_ => {}
			}
		}
		Ok(items)
	}

	/// The records that it added, in order.
	pub fn records_added(&self) -> Result<Vec<RecordAdded>> {
		let mut found = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(|error| Error::Node(error.to_string()))?;
			if (event.pallet_name(), event.event_name()) == ("Emr", "RecordAdded") {
				let decoded = RecordAdded::decode_all(&mut event.field_bytes());
				found.push(decoded.map_err(|error| Error::Node(error.to_string()))?);
			}
		}
		Ok(found)
	}
}

/// `Council.Executed`: the hash of what the council decided, and what came of it.
const EXECUTED: (&str, &str) = ("Council", "Executed");

/// One call of a batch was done.
const ITEM_DONE: (&str, &str) = ("Utility", "ItemCompleted");
/// One call of a batch failed, with its error.
const ITEM_FAILED: (&str, &str) = ("Utility", "ItemFailed");

/// Any of our signers, in the form that subxt takes.
struct Account<'a>(&'a (dyn Signer + Sync));

impl subxt::transactions::Signer<SubstrateConfig> for Account<'_> {
	fn account_id(&self) -> AccountId32 {
		AccountId32(self.0.account())
	}

	fn sign(&self, payload: &[u8]) -> MultiSignature {
		MultiSignature::Sr25519(self.0.sign(payload))
	}
}

/// Why no block has a transaction.
enum NotIncluded {
	/// The pool says that it is invalid.
	Invalid(Error),
	/// Something else happened.
	Other(Error),
}

impl From<Error> for NotIncluded {
	fn from(error: Error) -> Self {
		Self::Other(error)
	}
}

impl Chain {
	/// Signs a call, sends it, and waits until it is in a block and succeeded there. It is signed
	/// again, with the same nonce, when the chain went over to another runtime before a block had it.
	pub async fn submit(
		&self,
		call: &Call,
		signer: &(dyn Signer + Sync),
		wait: Wait,
		progress: &dyn Progress,
	) -> Result<Included> {
		progress.step("sending the transaction", None);
		let account = AccountId32(signer.account());
		// The pool's view of the nonce, so that several may wait there.
		let nonce = self.methods.system_account_next_index(&account).await;
		let nonce = nonce.map_err(|error| self.failed(&error))?;
		let mut signatures = 0;
		let (state, hash, included) = loop {
			// From a final block on, always: signed over one that the chain gives up, it would be invalid.
			let last = self.finalized().await?;
			// For the runtime that makes the next block; validated over a state no older than that final one.
			let state = self.best().await?;
			let params = DefaultExtrinsicParamsBuilder::new()
				.mortal_from_unchecked(
					MORTAL_FOR,
					last.client.block_number(),
					last.client.block_hash(),
				)
				.nonce(nonce)
				.build();
			signatures += 1;
			match self
				.send(&state, call, signer, params, wait, progress)
				.await
			{
				Ok((hash, included)) => break (state, hash, included),
				// With one nonce, no two of them can be in the chain.
				Err(NotIncluded::Invalid(_))
					if signatures < MAX_SIGNATURES && self.runtime_changed(&state).await =>
				{
					progress.step("the chain has another runtime: sending again", None);
				}
				Err(NotIncluded::Invalid(error) | NotIncluded::Other(error)) => return Err(error),
			}
		};
		let lost = |error: &dyn std::error::Error| Error::Unknown {
			hash: format!("{hash:?}"),
			reason: format!("its events can't be read: {error}"),
		};
		let events = included
			.fetch_events()
			.await
			.map_err(|error| lost(&error))?;
		for event in events.iter() {
			let event = event.map_err(|error| lost(&error))?;
			if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
				let error =
					DispatchError::decode_from(event.field_bytes(), state.client.metadata())
						.map_err(|error| lost(&error))?;
				return Err(refusal(&error));
			}
		}
		Ok(Included {
			hash: hash.0,
			block: included.block_hash().0,
			events,
			metadata: state.client.metadata(),
		})
	}

	/// Whether the chain has another runtime by now.
	async fn runtime_changed(&self, since: &State) -> bool {
		let best = self.best().await;
		best.is_ok_and(|best| best.spec_version() != since.spec_version())
	}

	/// Signs a call for the runtime of this state, and sends it.
	async fn send(
		&self,
		state: &State,
		call: &Call,
		signer: &(dyn Signer + Sync),
		params: ParamsFor<SubstrateConfig>,
		wait: Wait,
		progress: &dyn Progress,
	) -> std::result::Result<(H256, InBlock), NotIncluded> {
		call.check(state.metadata()).map_err(Error::Drift)?;
		// What the events will be read as, before there is anything to lose.
		if state.kind() == ChainKind::Region {
			check_event::<RecordAdded>(state.metadata(), "Emr", "RecordAdded")
				.map_err(Error::Drift)?;
		}
		let mut args = Vec::new();
		call.encode_args(state.metadata(), &mut args)
			.map_err(Error::Drift)?;
		let payload = Encoded {
			call,
			args: Args(args),
		};
		let transaction = state
			.client
			.tx()
			.create_signed(&payload, &Account(signer), params)
			.await
			.map_err(|error| self.failed(&error))?;
		// The pool would say no more than a number.
		match transaction.validate().await {
			Ok(ValidationResult::Valid(_)) => {}
			Ok(ValidationResult::Invalid(reason)) => return Err(invalid(&reason).into()),
			Ok(ValidationResult::Unknown(reason)) => return Err(unknown(&reason).into()),
			Err(error) => return Err(self.failed(&error).into()),
		}
		let hash = transaction.hash();
		let lost = |reason: String| Error::Unknown {
			hash: format!("{hash:?}"),
			reason,
		};
		// Unless the pool itself said no, it may have the transaction from here on.
		let sent = transaction.submit_and_watch().await;
		let watched = sent.map_err(|error| match not_taken(&error) {
			Some(reason) => NotIncluded::Invalid(Error::Rejected {
				reason,
				next: Some("wait for the account's earlier transactions, and try again".into()),
			}),
			None => lost(format!("the node's answer is missing: {error}")).into(),
		})?;
		progress.step(
			match wait {
				Wait::Best => "waiting for a block",
				Wait::Finalized => "waiting for a final block",
			},
			None,
		);
		let included = tokio::time::timeout(PATIENCE, included(watched, wait, lost))
			.await
			.map_err(|_| {
				let missing = match wait {
					Wait::Best => "no block has it",
					Wait::Finalized => "it is not final",
				};
				lost(format!("{missing} after {} s", PATIENCE.as_secs()))
			})??;
		Ok((hash, included))
	}
}

/// What the pool said, if it was the pool that said no.
fn not_taken(error: &ExtrinsicError) -> Option<String> {
	let ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
		subxt::rpcs::Error::User(said),
	))) = error
	else {
		return None;
	};
	match &said.data {
		Some(data) => Some(format!(
			"{}: {}",
			said.message,
			data.get().trim_matches('"')
		)),
		None => Some(said.message.clone()),
	}
}

type Client = subxt::client::OnlineClientAtBlockImpl<SubstrateConfig>;
type InBlock = subxt::transactions::TransactionInBlock<SubstrateConfig, Client>;

async fn included(
	mut watched: subxt::transactions::TransactionProgress<SubstrateConfig, Client>,
	wait: Wait,
	lost: impl Fn(String) -> Error,
) -> std::result::Result<InBlock, NotIncluded> {
	while let Some(status) = watched.next().await {
		match status.map_err(|error| lost(error.to_string()))? {
			TransactionStatus::InBestBlock(block) if wait == Wait::Best => return Ok(block),
			TransactionStatus::InFinalizedBlock(block) => return Ok(block),
			TransactionStatus::Invalid { message } => {
				return Err(NotIncluded::Invalid(lost(message)))
			}
			TransactionStatus::Error { message } | TransactionStatus::Dropped { message } => {
				return Err(lost(message).into())
			}
			_ => {}
		}
	}
	Err(lost("the node stopped telling about it".into()).into())
}

fn invalid(reason: &TransactionInvalid) -> Error {
	use TransactionInvalid::*;
	let (reason, next) = match reason {
		Custom(code) => {
			let (reason, next) = custom(*code);
			return Error::Rejected { reason, next };
		}
		Payment => (
			"the account is not let in on this chain",
			"ask a verified provider or an authority to invite it",
		),
		ExhaustsResources => (
			"the transaction is too large for a block",
			"send less at once",
		),
		Future => (
			"earlier transactions of this account are still missing",
			"wait for them, and try again",
		),
		Stale | AncientBirthBlock => ("the account sent something else meanwhile", "try again"),
		BadProof | BadSigner => (
			"its signature is not what the chain expects",
			"check that this is the right chain, and update salus",
		),
		Call | BadMandatory | MandatoryValidation => (
			"this account may not send that call",
			"see what the account is: salus patient show, salus provider show",
		),
	};
	Error::Rejected {
		reason: reason.into(),
		next: Some(next.into()),
	}
}

/// The runtime's own codes. Their text says what to do after a colon.
fn custom(code: u8) -> (String, Option<String>) {
	let Some(refusal) = Refusal::from_code(code) else {
		return (format!("the runtime gave the code {code}"), None);
	};
	let text = refusal.to_string();
	match text.split_once(": ") {
		Some((reason, next)) => (reason.into(), Some(next.into())),
		None => (text, None),
	}
}

fn unknown(reason: &TransactionUnknown) -> Error {
	Error::Rejected {
		reason: match reason {
			TransactionUnknown::CannotLookup => "the chain does not know the account".into(),
			TransactionUnknown::NoUnsignedValidator => "the call can't be sent like that".into(),
			TransactionUnknown::Custom(code) => custom(*code).0,
		},
		next: None,
	}
}

fn refusal(error: &DispatchError) -> Error {
	let (code, reason) = match error {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => {
				let field = details.variant.fields.first();
				let nested = field.and_then(|field| field.type_name.as_deref());
				if let Some(error) = not_sent(nested, module.bytes()) {
					let name = format!("{}.{}", details.pallet.name(), details.variant.name);
					return unsent(&name, error);
				}
				let docs = details.variant.docs.join(" ");
				let docs = docs.trim().trim_end_matches('.');
				let name = format!("{}.{}", details.pallet.name(), details.variant.name);
				let reason = if docs.is_empty() {
					name.clone()
				} else {
					docs.to_owned()
				};
				(name, reason)
			}
			Err(_) => ("Module".into(), format!("the error {:?}", module.bytes())),
		},
		DispatchError::BadOrigin => (
			"BadOrigin".into(),
			"this account may not make that call".into(),
		),
		other => {
			let text = other.to_string();
			(format!("{other:?}"), text.trim_end_matches('.').to_owned())
		}
	};
	let next = next_step(&code).map(Into::into);
	Error::Refused { code, reason, next }
}

/// Why a message to the consortium did not leave, if that is what a pallet's error of this nested
/// type says.
fn not_sent(nested: Option<&str>, bytes: [u8; 5]) -> Option<SendError> {
	let name = nested?.rsplit("::").next()?;
	if name != "SendError" {
		return None;
	}
	// After the pallet's index and the error's.
	SendError::decode_all(&mut &bytes[2..3]).ok()
}

/// Nothing changed, as the message could not be sent. Its text says what to do after a colon.
fn unsent(name: &str, error: SendError) -> Error {
	let text = error.to_string();
	let (reason, next) = match text.split_once(": ") {
		Some((reason, next)) => (reason.to_owned(), Some(next.to_owned())),
		None => (text, None),
	};
	Error::Refused {
		code: format!("{name}.{error:?}"),
		reason: format!("nothing was sent to the consortium: {reason}"),
		next,
	}
}

/// What a person can do about a pallet's error.
fn next_step(code: &str) -> Option<&'static str> {
	NEXT_STEPS
		.iter()
		.find(|(name, _)| *name == code)
		.map(|(_, next)| *next)
}

const NEXT_STEPS: &[(&str, &str)] = &[
	(
		"Registry.NotAuthorized",
		"only verified providers, and authorities, do this: see salus provider show, salus authority show",
	),
	("Registry.MaxInvitationsExceeded", "wait for the next period, or ask someone else to invite"),
	("Registry.ApplicationPending", "withdraw the application first: salus provider withdraw"),
	("Registry.NotInvited", "ask a verified provider or an authority for an invitation"),
	("Registry.ApplicationChanged", "look at it again: salus provider list --pending"),
	("Registry.CoolingDown", "wait, and apply or vote again later"),
	("Registry.KeyAlreadyHeld", "make a new key: salus key new, or salus key rotate"),
	("Registry.StaleKeyVersion", "the key was rotated meanwhile: run salus key rotate again"),
	("Registry.KeySignatureInvalid", "check that this is the right chain, and update salus"),
	("Registry.AlreadyEnlisted", "there is nothing left to do: salus provider show"),
	("Emr.AuthorNotVerified", "wait for the authorities' votes: salus provider list --pending"),
	("Emr.AuthorSuspended", "the authorities may reinstate the author"),
	("Emr.NotAuthorized", "choose the author's key with --as"),
	("Emr.StaleKeyVersion", "someone rotated a key meanwhile: try again"),
	("Permissions.NotAuthorized", "only the record's patient grants and revokes"),
	("Permissions.NotFound", "see what is granted: salus grant list"),
	("Permissions.AlreadyReads", "its patient and author need no grant"),
	("Permissions.StaleKeyVersion", "the grantee rotated its key meanwhile: try again"),
	("Permissions.MaxGrantsPerRecordExceeded", "revoke one first: salus grant list"),
	(
		"Interregional.NotAuthorized",
		"only the record's patient grants and revokes, and only a verified provider forwards",
	),
	("Interregional.NotFound", "see what is granted: salus grant list"),
	("Interregional.MaxGrantsPerRecordExceeded", "revoke one first: salus grant list"),
	("Interregional.GranteeOfThisRegion", "grant it with --to"),
	("Interregional.EndsBeforeSentTerms", "take it back, and grant it again when that is confirmed"),
	("Interregional.RevocationPending", "wait for the consortium's answer: salus grant show"),
	("Interregional.AwaitingAnswer", "wait for the consortium's answer: salus grant show"),
	("Interregional.AlreadyDelivered", "there is nothing left to do: salus grant show"),
	("Interregional.AlreadyRevoked", "its patient may grant it again: salus grant add"),
	("Interregional.AuthorNotInGoodStanding", "the authorities may reinstate the author"),
	("Governance.SessionKeysNotSet", "the account sets its session keys first (Session.set_keys)"),
	("Governance.NoticePeriodNotOver", "see when it is: salus authority show"),
	("Council.DuplicateVote", "the authority has voted so already"),
	("Council.TooEarly", "wait for more votes: salus authority show"),
];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn refusals_of_the_pool_say_what_to_do() {
		for refusal in Refusal::ALL {
			let error = invalid(&TransactionInvalid::Custom(refusal.code()));
			assert!(matches!(error, Error::Rejected { .. }));
			assert!(error.next().is_some(), "{error}");
		}
		let text = invalid(&TransactionInvalid::Custom(99)).to_string();
		assert!(text.contains("99"), "{text}");
	}

	#[test]
	fn a_message_that_was_not_sent_says_why() {
		let error = not_sent(Some("SendError"), [42, 9, 1, 0, 0]);
		assert_eq!(error, Some(SendError::TooManyInFlight));
		let error = not_sent(Some("salus_primitives::SendError"), [42, 9, 0, 0, 0]);
		assert_eq!(error, Some(SendError::NotConnected));
		// A later runtime's, another nested error, and none.
		assert_eq!(not_sent(Some("SendError"), [42, 9, 99, 0, 0]), None);
		assert_eq!(not_sent(Some("Reason"), [42, 9, 1, 0, 0]), None);
		assert_eq!(not_sent(None, [42, 9, 1, 0, 0]), None);

		let error = unsent("Interregional.NotSent", SendError::TooManyInFlight);
		let Error::Refused { code, .. } = &error else {
			panic!("{error}")
		};
		assert_eq!(code, "Interregional.NotSent.TooManyInFlight");
		assert!(error.next().unwrap().contains("try again"), "{error}");
		assert!(error.to_string().contains("nothing was sent"), "{error}");
	}
}
