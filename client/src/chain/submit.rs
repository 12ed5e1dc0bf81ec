//! Signing and sending transactions.

use super::{
	call::Call,
	connection::{Chain, ChainKind, State, Wait},
	events::{self, Included, RecordAdded, RECORD_ADDED},
	heads::{Head, Heads},
	refusal::not_allowed,
	transaction::{Answer, Fate, Place, Transaction},
};
use crate::{error::Sent, pending::Pending, progress::Progress, Error, Result};
use salus_envelope::Signer;
use salus_primitives::{
	admission::Class,
	blocks::{self, MORTAL_BLOCKS},
	AccountId, Hash256,
};
use std::{
	fs::File,
	future::Future,
	time::{Duration, SystemTime},
};
use subxt::{
	config::{substrate::MultiSignature, DefaultExtrinsicParamsBuilder},
	utils::AccountId32,
	SubstrateConfig,
};
use tokio::{
	sync::watch,
	time::{sleep, sleep_until, timeout_at, Instant},
};

/// A transaction stays valid for this many blocks.
const MORTAL_FOR: u64 = MORTAL_BLOCKS as u64;
/// Finality that lags by so many blocks is no longer normal. Nodes then stop to tell the fate of
/// transactions.
const LONG_LAG: u64 = blocks::LONG_LAG as u64;
/// A transaction's fate is unknown if the chain finalizes nothing for this time. While it does, the
/// fate becomes certain: with the last block that can include the transaction, at the latest.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
/// A transaction that no block includes is sent again after this time: the pool can forget it
/// without a word. Each refusal doubles the time, as it begins a pool's ban of what it dropped anew.
const SEND_AGAIN: Duration = Duration::from_secs(3);
/// A transaction is signed at most this often for another block's runtime or state.
const MAX_SIGNATURES: u32 = 3;
/// A transaction is sent at most with so many nonces, until one is not used yet.
const MAX_NONCES: u32 = 10;

/// A signer, in the form that subxt takes.
struct Account<'a>(&'a (dyn Signer + Sync));

impl subxt::transactions::Signer<SubstrateConfig> for Account<'_> {
	fn account_id(&self) -> AccountId32 {
		AccountId32(self.0.account())
	}

	fn sign(&self, payload: &[u8]) -> MultiSignature {
		MultiSignature::Sr25519(self.0.sign(payload))
	}
}

/// Refuses to sign while the last final block is so old that a transaction that starts there is
/// not valid in the next block. The pool would call it signed for another chain.
fn check_finality(heads: &Heads) -> Result<()> {
	if heads.lag().saturating_add(1) < MORTAL_FOR {
		return Ok(());
	}
	Err(Error::NotAllowed {
		reason: format!(
			"cannot send the transaction: {}, and a transaction is valid for {MORTAL_FOR} blocks from \
			a final one",
			lag_text(heads)
		),
		next: Some(
			"wait until the chain finalizes again: salus chain info shows both blocks".into(),
		),
	})
}

/// How far finality lags.
fn lag_text(heads: &Heads) -> String {
	format!(
		"the chain's last final block is {}, {} blocks behind the best block",
		heads.last_final.number,
		heads.lag()
	)
}

/// How far finality lags, if that is no longer normal.
fn long_lag(heads: &Heads) -> Option<String> {
	(heads.lag() >= LONG_LAG).then(|| lag_text(heads))
}

/// Says once how far finality lags, when that is no longer normal.
fn tell_lag(heads: &Heads, told: &mut bool, progress: &dyn Progress) {
	if let Some(lag) = long_lag(heads).filter(|_| !*told) {
		*told = true;
		progress.note(&lag);
	}
}

/// A call on its way into a block.
struct Submission<'a> {
	chain: &'a Chain,
	call: &'a Call,
	signer: &'a (dyn Signer + Sync),
	progress: &'a dyn Progress,
	pending: Option<&'a Pending>,
	heads: watch::Receiver<Heads>,
	signatures: u32,
	/// Whether the pool refused the last signature for its sender. Its block is another one then than
	/// the best block, by which the account may send the call.
	elsewhere: bool,
	/// The hash of the first signature with the present nonce.
	first: Option<Hash256>,
	/// Earlier signatures with the same nonce, for other blocks: a block may include one instead.
	others: Vec<Transaction>,
	/// The files of all of them. Other commands leave them to this one.
	files: Vec<File>,
}

impl Chain {
	/// Signs a call, sends it, and waits until a block includes it. Fails if the call failed there.
	/// Sends the same bytes again while no block includes them, and signs again, with the same
	/// nonce, if the runtime changes first: so the call takes effect at most once.
	///
	/// If a final block includes another transaction with its nonce, as of the same account on
	/// another machine, this one can never come: it is signed again with a fresh nonce.
	///
	/// A call that the account may not send is not signed. Once it is sent, no answer of a node ends
	/// it: if the pool refuses it, the error is [`Error::Unknown`], as a block can still include it.
	///
	/// `pending` remembers the transaction until it is final, and gives each its own nonce.
	pub async fn submit(
		&self,
		call: &Call,
		signer: &(dyn Signer + Sync),
		wait: Wait,
		progress: &dyn Progress,
		pending: Option<&Pending>,
	) -> Result<Included> {
		progress.step("sending the transaction", None);
		let mut submission = Submission {
			chain: self,
			call,
			signer,
			progress,
			pending,
			heads: self.heads().await?,
			signatures: 0,
			elsewhere: false,
			first: None,
			others: Vec::new(),
			files: Vec::new(),
		};
		for _ in 0..MAX_NONCES {
			let (mut transaction, mut state) = {
				let account = signer.account().into();
				let _turn = match pending {
					Some(pending) => Some(pending.turn(&account).await?),
					None => None,
				};
				let nonce = self.next_nonce(&account, pending).await?;
				submission.send(nonce).await?
			};
			progress.step("waiting for a block", None);
			let followed = submission.follow(&mut transaction, &mut state, wait);
			let followed = self.unless_stalled(wait, followed).await;
			let included = followed.map_err(|reason| transaction.lost(reason))??;
			if let Some(included) = included {
				return Ok(included);
			}
			progress.note("another transaction of the account took its place: sending again");
			(submission.signatures, submission.first) = (0, None);
		}
		Err(Error::Rejected {
			reason: "other transactions of the account took its place, again and again".into(),
			next: Some("end the other commands with this key, and try again".into()),
		})
	}

	/// Does the work. If the chain finalizes nothing for [`PATIENCE`] meanwhile, this ends with the
	/// reason why the fate of the transaction is unknown.
	async fn unless_stalled<T>(
		&self,
		wait: Wait,
		work: impl Future<Output = T>,
	) -> std::result::Result<T, String> {
		tokio::select! {
			done = work => Ok(done),
			lag = self.standstill() => Err(stalled(wait, self.patience, lag)),
		}
	}

	/// Ends when the chain has finalized nothing for [`PATIENCE`]. Returns how far finality lags, if
	/// that is known and no longer normal.
	async fn standstill(&self) -> Option<String> {
		let (mut last, mut newest) = (None, None);
		let mut end = Instant::now() + self.patience;
		loop {
			let newer = async {
				let mut heads = self.heads().await.ok()?;
				let newer = |heads: &Heads| {
					newest = Some(*heads);
					Some(heads.last_final.number) > last
				};
				let number = heads.wait_for(newer).await.ok()?.last_final.number;
				Some(number)
			};
			match timeout_at(end, newer).await {
				Ok(Some(number)) => {
					last = Some(number);
					end = Instant::now() + self.patience;
				}
				Ok(None) if Instant::now() < end => sleep(SEND_AGAIN).await,
				_ => return newest.as_ref().and_then(long_lag),
			}
		}
	}

	/// Waits for the fate of a transaction that an earlier command sent: until it is where `wait`
	/// says, or can no longer come. Sends it again while no block includes it.
	pub async fn resume(
		&self,
		transaction: &Transaction,
		wait: Wait,
		progress: &dyn Progress,
		pending: &Pending,
	) -> Result<Fate> {
		progress.step("waiting for a block", None);
		let fate = self.certain_fate(transaction, wait, progress, pending);
		let fate = self.unless_stalled(wait, fate).await;
		let fate = fate
			.and_then(|fate| fate.map_err(|error| error.to_string()))
			.map_err(|reason| transaction.lost(reason))?;
		progress.done();
		if matches!(fate, Fate::Final(_) | Fate::Replaced | Fate::Expired) {
			pending.settle(transaction)?;
		}
		Ok(fate)
	}

	/// Waits for the fate of a transaction's call, as [`Chain::resume`]. If the transaction has no
	/// effect, another signature of the call with the same nonce can have it, or can still come.
	/// Returns the signature that a block includes, or else the transaction.
	pub async fn resume_call(
		&self,
		transaction: Transaction,
		wait: Wait,
		progress: &dyn Progress,
		pending: &Pending,
	) -> Result<(Transaction, Fate)> {
		let fate = self.resume(&transaction, wait, progress, pending).await?;
		if matches!(fate, Fate::Replaced | Fate::Expired) {
			for other in pending.others(&transaction)? {
				let fate = self.resume(&other, wait, progress, pending).await?;
				if matches!(fate, Fate::InBlock(_) | Fate::Final(_)) {
					return Ok((other, fate));
				}
			}
		}
		Ok((transaction, fate))
	}

	/// Waits until the block of the transaction with this hash is where `wait` says. `None`: the
	/// newest blocks do not have it.
	pub async fn await_hash(
		&self,
		hash: &Hash256,
		wait: Wait,
		progress: &dyn Progress,
	) -> Result<Option<Fate>> {
		let fate = self.fate_of_hash(hash, wait, progress);
		let fate = self.unless_stalled(wait, fate).await;
		progress.done();
		fate.map_err(|reason| Error::Unknown {
			sent: Box::new(Sent::with_hash(hash)),
			reason,
		})?
	}

	async fn fate_of_hash(
		&self,
		hash: &Hash256,
		wait: Wait,
		progress: &dyn Progress,
	) -> Result<Option<Fate>> {
		let mut heads = self.heads().await?;
		let mut told = false;
		loop {
			let now = *heads.borrow();
			let Some(place) = self.find_hash(hash, now).await? else {
				return Ok(None);
			};
			if place.number <= now.last_final.number {
				return Ok(Some(Fate::Final(place)));
			}
			if wait == Wait::Best {
				return Ok(Some(Fate::InBlock(place)));
			}
			progress.step("waiting for finality", None);
			let is_final = |heads: &Heads| {
				tell_lag(heads, &mut told, progress);
				place.number <= heads.last_final.number
			};
			if heads.wait_for(is_final).await.is_err() {
				heads = self.heads().await?;
			}
		}
	}

	async fn certain_fate(
		&self,
		transaction: &Transaction,
		wait: Wait,
		progress: &dyn Progress,
		pending: &Pending,
	) -> Result<Fate> {
		let mut heads = self.heads().await?;
		let (mut known, mut told) = (None, false);
		let mut pause = SEND_AGAIN;
		let mut again = Instant::now();
		loop {
			let now = *heads.borrow_and_update();
			let fate = self.fate_at(transaction, now, &mut known).await?;
			match fate {
				Fate::Waiting => {}
				Fate::InBlock(_) if wait == Wait::Finalized => {}
				fate => return Ok(fate),
			}
			tell_lag(&now, &mut told, progress);
			tokio::select! {
				changed = heads.changed() => if changed.is_err() {
					heads = self.heads().await?;
				},
				() = sleep_until(again), if fate == Fate::Waiting => {
					let turn = pending.turn(&transaction.account()).await?;
					let answer = self.send(transaction).await?;
					drop(turn);
					let refused = answer.is_refusal();
					pause = if refused { pause.saturating_mul(2) } else { SEND_AGAIN };
					again = Instant::now() + pause;
				}
			}
		}
	}

	/// The nonce for the account's next transaction.
	async fn next_nonce(&self, account: &AccountId, pending: Option<&Pending>) -> Result<u64> {
		// The pool's nonce: earlier transactions may still wait there.
		let id = AccountId32(*account.as_ref());
		let nonce = self.methods.system_account_next_index(&id).await;
		let nonce = nonce.map_err(|error| self.failed(&error))?;
		// The pool can be a block behind, and give a nonce that is used.
		let best = self.heads().await?.borrow().best;
		let mut nonce = nonce.max(self.nonce_at(account.as_ref(), best).await?);
		let Some(pending) = pending else {
			return Ok(nonce);
		};
		// The pool does not count those that it forgot.
		for earlier in pending.of(&self.genesis(), account)? {
			if earlier.nonce != nonce {
				continue;
			}
			match self.send(&earlier).await? {
				Answer::Taken | Answer::Held | Answer::Outdated | Answer::Occupied => {
					nonce = nonce.saturating_add(1);
				}
				Answer::Refused(_) | Answer::NotAllowed(_) => {}
			}
		}
		Ok(nonce)
	}

	/// Looks for the account's pending transactions that no running command follows. Sends again
	/// those that no block includes, and forgets those that are final or can no longer come. Returns
	/// all with what became of them, and the pool's answer if it was sent again. Of several
	/// signatures of one call, those that came furthest.
	pub async fn settle(
		&self,
		pending: &Pending,
		account: &AccountId,
	) -> Result<Vec<(Transaction, Fate, Option<Answer>)>> {
		pending.sweep(account, SystemTime::now());
		let mut settled = Vec::new();
		for transaction in pending.of(&self.genesis(), account)? {
			if pending.is_followed(&transaction) {
				continue;
			}
			let mut fate = self.fate(&transaction).await?;
			let mut answer = None;
			if fate == Fate::Waiting {
				// The command that signed it may be about to send it.
				let _turn = pending.turn(account).await?;
				if !pending.holds(&transaction) {
					continue;
				}
				fate = self.fate(&transaction).await?;
				if fate == Fate::Waiting {
					answer = Some(self.send(&transaction).await?);
				}
			}
			if matches!(fate, Fate::Final(_) | Fate::Replaced | Fate::Expired) {
				pending.settle(&transaction)?;
			}
			settled.push((transaction, fate, answer));
		}
		let progress = |fate: &Fate| match fate {
			Fate::Final(_) => 3,
			Fate::InBlock(_) => 2,
			Fate::Waiting => 1,
			Fate::Replaced | Fate::Expired => 0,
		};
		let all: Vec<_> = settled
			.iter()
			.map(|(one, fate, _)| (one.clone(), progress(fate)))
			.collect();
		settled.retain(|(one, fate, _)| {
			let mut same = all.iter().filter(|(other, _)| other.is_same_call(one));
			same.all(|(_, furthest)| *furthest <= progress(fate))
		});
		Ok(settled)
	}
}

impl Submission<'_> {
	/// Signs the call and sends it. Returns the transaction with the state that it was signed for.
	async fn send(&mut self, nonce: u64) -> Result<(Transaction, State)> {
		let (transaction, state) = self.sign(nonce).await?;
		if let Some(pending) = self.pending {
			self.files.push(pending.add(&transaction)?);
		}
		self.progress.signed(&transaction.hash);
		// From here on the node has the transaction. Whatever it answers is its word: until the blocks
		// tell the fate, nothing is forgotten, and no other nonce is used for the call.
		let answer = self.chain.send(&transaction).await;
		let answer = answer
			.map_err(|error| transaction.lost(format!("the node did not answer: {error}")))?;
		self.elsewhere = matches!(answer, Answer::NotAllowed(_));
		if let Answer::Refused(reason) | Answer::NotAllowed(reason) = answer {
			let fate = self.chain.fate(&transaction).await;
			let fate = fate.map_err(|error| transaction.lost(error.to_string()))?;
			// A block may include it already, if something else sent these bytes. What was signed for
			// another block's runtime or state is signed again, while it is followed.
			if fate == Fate::Waiting && !self.sign_again(&state).await {
				return Err(transaction.lost(format!(
					"the node refuses it: {reason}. It can still take effect until block {}",
					transaction.last_block
				)));
			}
		}
		Ok((transaction, state))
	}

	/// Whether to sign again: because the runtime has changed since this state, or because the pool had
	/// another block. A pool takes no bytes that it refused a while ago.
	async fn sign_again(&self, since: &State) -> bool {
		if self.signatures >= MAX_SIGNATURES {
			return false;
		}
		if self.elsewhere {
			let step = "the node has another block, and refuses it there: sending again";
			self.progress.step(step, None);
			return true;
		}
		let best = self.chain.best().await;
		let changed = best.is_ok_and(|best| best.spec_version() != since.spec_version());
		if changed {
			self.progress
				.step("the runtime changed: sending again", None);
		}
		changed
	}

	/// The refusal of the call, if the account may not send it in this state.
	async fn refusal_at(&self, state: &State) -> Result<Option<Error>> {
		let account = self.signer.account().into();
		let (class, authority) = match state.kind() {
			ChainKind::Region => (state.class(&account).await?.0, Class::Authority),
			ChainKind::Consortium => (Class::Uninvited, Class::ConsortiumAuthority),
		};
		let refusal = not_allowed(self.call, &[class]);
		// An authority can be a member too.
		if refusal.is_some() && state.authorities().await?.contains(&account) {
			return Ok(not_allowed(self.call, &[authority, class]));
		}
		Ok(refusal)
	}

	/// Signs the call, unless the account may not send it.
	async fn sign(&mut self, nonce: u64) -> Result<(Transaction, State)> {
		// Mortal from a final block: if the block were reverted, the transaction would be invalid.
		let heads = *self.heads.borrow();
		check_finality(&heads)?;
		let mut first = heads.last_final;
		// A pool can be a block behind: it refuses a transaction from a block that it does not know yet.
		if first.number == heads.best.number && first.number > 0 {
			let number = first.number.saturating_sub(1);
			let hash = self.chain.block_hash(number).await?;
			let none = || Error::Node(format!("it has no block {number}"));
			first = Head {
				number,
				hash: hash.ok_or_else(none)?,
			};
		}
		// Signed for the runtime of the best block, which makes the next one.
		let state = self.chain.at_head(heads.best).await?;
		if let Some(refusal) = self.refusal_at(&state).await? {
			let last = self.chain.at_head(heads.last_final).await?;
			let proven = self.refusal_at(&last).await?;
			return Err(proven.unwrap_or_else(|| only_at_best(refusal)));
		}
		let metadata = state.metadata();
		let drift = |what| state.drift(what);
		let payload = self.call.payload(metadata).map_err(drift)?;
		// Checked now: after the transaction is sent, its events must be readable.
		if state.kind() == ChainKind::Region {
			events::check_fields::<RecordAdded>(metadata, RECORD_ADDED).map_err(drift)?;
		}
		let params = DefaultExtrinsicParamsBuilder::new()
			.mortal_from_unchecked(MORTAL_FOR, first.number, first.hash)
			.nonce(nonce)
			.build();
		let signed = state
			.client
			.tx()
			.create_signed(&payload, &Account(self.signer), params)
			.await
			.map_err(|error| self.chain.failed(&error))?;
		self.signatures = self.signatures.saturating_add(1);
		let hash = signed.hash().0;
		let transaction = Transaction {
			what: self.call.what(),
			hash,
			first: self.first.unwrap_or(hash),
			genesis: self.chain.genesis(),
			account: self.signer.account(),
			nonce,
			first_block: first.number.saturating_add(1),
			last_block: first.number.saturating_add(MORTAL_FOR).saturating_sub(1),
			bytes: signed.into_encoded(),
		};
		Ok((transaction, state))
	}

	/// Waits until the transaction is where `wait` says. Returns its result there. `None`: it can
	/// never come, as a final block includes another transaction with its nonce.
	async fn follow(
		&mut self,
		transaction: &mut Transaction,
		state: &mut State,
		wait: Wait,
	) -> Result<Option<Included>> {
		let mut known = None;
		let mut seen: Option<(Place, Result<Included>)> = None;
		let mut told = false;
		let mut pause = SEND_AGAIN;
		let mut again = Instant::now() + pause;
		loop {
			let heads = *self.heads.borrow_and_update();
			let fate = self.chain.fate_at(transaction, heads, &mut known).await;
			let fate = fate.map_err(|error| transaction.lost(error.to_string()))?;
			match fate {
				Fate::InBlock(place) if seen.as_ref().is_none_or(|(at, _)| *at != place) => {
					let outcome = self.chain.outcome(transaction, &place).await;
					if outcome.is_ok() {
						self.progress.note(&format!("in block {}", place.number));
					}
					// After a revert, another block can accept what this one refused.
					let refused = matches!(outcome, Err(Error::Refused { .. }));
					if wait == Wait::Best && !refused {
						return outcome.map(Some);
					}
					self.progress.step("waiting for finality", None);
					seen = Some((place, outcome));
				}
				Fate::InBlock(_) => {}
				Fate::Final(place) => {
					let outcome = match seen {
						Some((at, outcome)) if at == place && !is_unknown(&outcome) => outcome,
						_ => self.chain.outcome(transaction, &place).await,
					};
					if outcome.is_ok() {
						self.progress
							.note(&format!("final in block {}", place.number));
					}
					if !is_unknown(&outcome) {
						self.settle(transaction);
						self.others.iter().for_each(|other| self.settle(other));
					}
					return outcome.map(Some);
				}
				Fate::Waiting if seen.take().is_some() => {
					self.progress.note("its block was reverted: sending again");
					self.progress.step("waiting for a block", None);
					again = Instant::now();
				}
				Fate::Waiting => {}
				Fate::Replaced => {
					self.settle(transaction);
					let Some(other) = self.others.pop() else {
						return Ok(None);
					};
					(*transaction, known, seen) = (other, None, None);
					continue;
				}
				// So are the earlier signatures: they are not valid for longer.
				Fate::Expired => {
					self.settle(transaction);
					self.others.iter().for_each(|other| self.settle(other));
					let next = self
						.chain
						.nonce_at(&transaction.account, heads.last_final)
						.await;
					return Err(expired(transaction, next.ok()));
				}
			}
			tell_lag(&heads, &mut told, self.progress);
			tokio::select! {
				changed = self.heads.changed() => if changed.is_err() {
					let anew = self.chain.heads().await;
					self.heads = anew.map_err(|error| transaction.lost(error.to_string()))?;
				},
				() = sleep_until(again), if fate == Fate::Waiting => {
					let refused = self.send_again(transaction, state).await?;
					pause = if refused { pause.saturating_mul(2) } else { SEND_AGAIN };
					again = Instant::now() + pause;
				}
			}
		}
	}

	/// Sends the transaction again. Signs it again if the runtime has changed since `state`. Returns
	/// whether the pool refused it.
	async fn send_again(
		&mut self,
		transaction: &mut Transaction,
		state: &mut State,
	) -> Result<bool> {
		let answer = self.chain.send(transaction).await;
		let answer = answer.map_err(|error| transaction.lost(error.to_string()))?;
		let refused = answer.is_refusal();
		if refused && self.sign_again(state).await {
			self.first = Some(transaction.first);
			match self.send(transaction.nonce).await {
				Ok((signed, at)) => {
					self.others.push(std::mem::replace(transaction, signed));
					*state = at;
					return Ok(false);
				}
				// The node may have the second signature.
				Err(error @ Error::Unknown { .. }) => return Err(error),
				// Nothing was sent: the blocks tell the fate of the first signature.
				Err(_) => {}
			}
		}
		Ok(refused)
	}

	/// Notes that a transaction's fate is certain. If that fails, the next command does it.
	fn settle(&self, transaction: &Transaction) {
		if let Some(pending) = self.pending {
			let _ = pending.settle(transaction);
		}
	}
}

/// A refusal by the best block alone, which is the node's word.
fn only_at_best(refusal: Error) -> Error {
	Error::NotAllowed {
		reason: format!("the node says, by a block that is not final: {refusal}"),
		next: Some("wait until the block is final, and try again; or use another node".into()),
	}
}

/// Whether a transaction's result could not be read.
fn is_unknown(outcome: &Result<Included>) -> bool {
	matches!(outcome, Err(Error::Unknown { .. }))
}

/// The error for a transaction that no block included. `next` is the account's next nonce. The node
/// chose the transaction's, by those that it said were waiting.
fn expired(transaction: &Transaction, next: Option<u64>) -> Error {
	let none = "no block included it while it was valid";
	let gap = next.filter(|next| *next < transaction.nonce);
	let (reason, next) = match gap {
		None => (none.into(), "try again"),
		Some(next) => (
			format!(
				"{none}: the node gave it the nonce {}, but the account's next one is {next}",
				transaction.nonce
			),
			"try again; if it happens again, use another node: --node",
		),
	};
	Error::Rejected {
		reason,
		next: Some(next.into()),
	}
}

/// Why the fate of a transaction is unknown when the chain stops to finalize.
fn stalled(wait: Wait, patience: Duration, lag: Option<String>) -> String {
	let missing = match wait {
		Wait::Best => "no block includes it",
		Wait::Finalized => "its block is not final",
	};
	let lag = lag.map_or(String::new(), |lag| format!(": {lag}"));
	let patience = patience.as_secs();
	format!("{missing}, and the chain has finalized nothing for {patience} s{lag}")
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{
			calls::RETIRE,
			fake::{Node, Pool, BANNED, OCCUPIED, OUTDATED},
		},
		Kind,
	};
	use salus_envelope::AccountSeed;
	use std::{
		collections::BTreeSet,
		sync::{Arc, Mutex},
	};
	use subxt::config::substrate::H256;

	/// What a person is told.
	#[derive(Default)]
	struct Told(Mutex<Vec<String>>);

	impl Progress for Told {
		fn step(&self, name: &str, _total: Option<u64>) {
			self.note(name);
		}

		fn note(&self, text: &str) {
			self.0.lock().unwrap().push(text.into());
		}
	}

	impl Told {
		/// How often a person is told something with this text.
		fn count(&self, text: &str) -> usize {
			let all = self.0.lock().unwrap();
			all.iter().filter(|told| told.contains(text)).count()
		}

		async fn wait_for(&self, text: &str) {
			wait_until(|| self.count(text) > 0).await;
		}
	}

	async fn wait_until(is_so: impl Fn() -> bool) {
		let end = Instant::now() + Duration::from_secs(60);
		while !is_so() {
			assert!(Instant::now() < end, "it does not come");
			sleep(Duration::from_millis(10)).await;
		}
	}

	fn seed() -> AccountSeed {
		AccountSeed::from_bytes([4; 32])
	}

	fn account() -> AccountId {
		seed().account().into()
	}

	/// Does something with a submission on a fake node's chain.
	async fn submission<T>(
		node: &Node,
		pending: &Pending,
		work: impl AsyncFnOnce(&mut Submission<'_>) -> T,
	) -> T {
		let (chain, call, signer) = (node.chain().await, RETIRE.with(()), seed());
		let mut submission = Submission {
			chain: &chain,
			call: &call,
			signer: &signer,
			progress: &(),
			pending: Some(pending),
			heads: chain.heads().await.unwrap(),
			signatures: 0,
			elsewhere: false,
			first: None,
			others: Vec::new(),
			files: Vec::new(),
		};
		work(&mut submission).await
	}

	/// Submits a call on a fake node's chain, while the test makes its blocks.
	async fn submit(
		node: &Node,
		wait: Wait,
		told: &Told,
		blocks: impl AsyncFnOnce(),
	) -> Result<Included> {
		let (chain, call, signer) = (node.chain().await, RETIRE.with(()), seed());
		let submitted = chain.submit(&call, &signer, wait, told, None);
		tokio::pin!(submitted);
		tokio::select! {
			// Too early: the result is wrong.
			included = &mut submitted => included,
			() = blocks() => submitted.await,
		}
	}

	fn waiting(node: &Chain, pending: &Pending) -> Vec<Transaction> {
		pending.of(&node.genesis(), &account()).unwrap()
	}

	#[tokio::test]
	async fn a_transaction_that_a_block_has_is_not_signed_again() {
		for answer in [OUTDATED, BANNED] {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			// Something else sent the same bytes before.
			let node = Node::new(move |node, bytes| {
				node.add_block(&[bytes]);
				answer
			});
			let send = async |one: &mut Submission<'_>| one.send(0).await;
			let sent = submission(&node, &pending, send).await;
			assert!(sent.is_ok(), "{answer:?}");
			assert_eq!(waiting(&node.chain().await, &pending).len(), 1);
		}
	}

	#[tokio::test]
	async fn a_transaction_whose_nonce_a_final_block_used_ends() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|node, _| {
			node.add_block(&[b"another"]);
			OUTDATED
		});
		let follow = async |one: &mut Submission<'_>| {
			let (mut sent, mut state) = one.send(0).await?;
			assert_eq!(waiting(one.chain, &pending).len(), 1);
			node.finalize();
			one.follow(&mut sent, &mut state, Wait::Finalized).await
		};
		let followed = submission(&node, &pending, follow).await;
		assert!(matches!(followed, Ok(None)));
		assert!(waiting(&node.chain().await, &pending).is_empty());
	}

	/// The node has the transaction, and can include it later.
	#[tokio::test]
	async fn what_only_the_node_refuses_is_told_at_once_and_not_forgotten() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Refuses(1010, "Custom error: 122"));
		let (chain, call, signer) = (node.chain().await, RETIRE.with(()), seed());
		let submit = chain.submit(&call, &signer, Wait::Finalized, &(), Some(&pending));
		let error = submit.await.err().unwrap();
		assert_eq!(error.kind(), Kind::Unknown, "{error}");
		let text = error.to_string();
		assert!(text.contains("the node refuses it"), "{text}");
		assert!(text.contains("used up its quota"), "{text}");
		let sent = waiting(&chain, &pending).pop().unwrap();
		let last = format!("until block {}", sent.last_block);
		assert!(text.contains(&last), "{text}");
		assert!(error.next().unwrap().contains("salus chain tx"), "{text}");
		assert_eq!(node.sent(), 1);
		node.add_block(&[&sent.bytes]);
		node.finalize();
		let resumed = chain.resume(&sent, Wait::Finalized, &(), &pending).await;
		assert!(matches!(resumed, Ok(Fate::Final(_))), "{resumed:?}");
	}

	#[tokio::test]
	async fn a_call_that_the_account_may_not_send_is_neither_signed_nor_sent() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		node.uninvite();
		node.add_block(&[]);
		// A block that is not final is the node's word.
		for (says, next) in [("the node says", "final"), ("this account", "invite it")] {
			let send = async |one: &mut Submission<'_>| one.send(0).await.map(drop);
			let error = submission(&node, &pending, send).await.unwrap_err();
			assert_eq!(error.kind(), Kind::Refused, "{error}");
			let text = error.to_string();
			assert!(
				text.starts_with(says) && text.contains("not invited"),
				"{text}"
			);
			assert!(error.next().unwrap().contains(next), "{error}");
			node.finalize();
		}
		assert_eq!(node.sent(), 0);
		assert!(waiting(&node.chain().await, &pending).is_empty());
	}

	/// A pool bans what it refused, so the same bytes do not come in.
	#[tokio::test]
	async fn what_the_pool_refuses_by_another_block_is_signed_again_with_the_same_nonce() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|node, _| match node.sent() {
			1 => Pool::Refuses(1010, "Custom error: 101"),
			2 => BANNED,
			_ => Pool::Takes,
		});
		submission(&node, &pending, async |one: &mut Submission<'_>| {
			let (mut sent, mut state) = one.send(0).await.unwrap();
			let first = sent.clone();
			assert!(!one.send_again(&mut sent, &mut state).await.unwrap());
			assert_eq!((node.sent(), sent.nonce), (3, first.nonce));
			assert!(sent.is_same_call(&first) && sent != first);
		})
		.await;
		assert_eq!(waiting(&node.chain().await, &pending).len(), 2);
		// A node that goes on so is not asked for ever.
		let node = Node::new(|_, _| Pool::Refuses(1010, "Custom error: 101"));
		let error = submission(&node, &pending, async |one: &mut Submission<'_>| {
			let (mut sent, mut state) = one.send(0).await.unwrap();
			one.send_again(&mut sent, &mut state).await.unwrap();
			one.send_again(&mut sent, &mut state).await.unwrap_err()
		});
		let error = error.await;
		assert_eq!(error.kind(), Kind::Unknown, "{error}");
		assert!(error.to_string().contains("not invited"), "{error}");
	}

	#[tokio::test]
	async fn a_nonce_that_the_best_block_used_is_not_used_again() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		node.add_block(&[b"another"]);
		node.lag_pool();
		let chain = node.chain().await;
		let nonce = chain.next_nonce(&account(), Some(&pending)).await;
		assert_eq!(nonce.unwrap(), 1);
	}

	/// Otherwise the chain includes both: the call takes effect twice.
	#[tokio::test]
	async fn a_transaction_whose_nonce_only_the_node_calls_used_is_not_signed_again() {
		for lie in [OUTDATED, OCCUPIED] {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			let seen = Arc::new(Mutex::new(BTreeSet::new()));
			let kept = seen.clone();
			let node = Node::new(move |_, bytes| {
				kept.lock().unwrap().insert(bytes.to_vec());
				lie
			});
			let (chain, call, signer) = (node.chain().await, RETIRE.with(()), seed());
			let submit = chain.submit(&call, &signer, Wait::Finalized, &(), Some(&pending));
			let includes_late = async {
				wait_until(|| node.sent() > 0).await;
				sleep(Duration::from_millis(500)).await;
				assert_eq!(waiting(&chain, &pending).len(), 1, "{lie:?}");
				let first = seen.lock().unwrap().first().cloned();
				node.add_block(&[&first.unwrap()]);
				node.finalize();
			};
			// The fake chain has no events, so the result is unknown.
			let _ = tokio::join!(submit, includes_late);
			assert_eq!(seen.lock().unwrap().len(), 1, "{lie:?}");
		}
	}

	#[tokio::test]
	async fn a_pool_that_is_a_block_behind_knows_the_block_that_a_transaction_is_valid_from() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		for (best, last_final, first_block) in [(1, 1, 1), (3, 3, 3), (4, 3, 4), (6, 6, 6)] {
			while node.height() < best {
				node.add_block(&[]);
				if node.height() == last_final {
					node.finalize();
				}
			}
			let sent = submission(&node, &pending, async |one| one.send(0).await).await;
			let (sent, _) = sent.unwrap();
			assert_eq!(sent.first_block, first_block, "{best}, {last_final}");
		}
	}

	#[tokio::test]
	async fn a_transaction_that_expires_tells_if_its_nonce_was_too_high() {
		for (nonce, says) in [
			(0, None),
			(5, Some("nonce 5, but the account's next one is 0")),
		] {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			let node = Node::new(|_, _| Pool::Takes);
			let expires = async |one: &mut Submission<'_>| {
				let (mut sent, mut state) = one.send(nonce).await.unwrap();
				for _ in 0..MORTAL_FOR {
					node.add_block(&[]);
				}
				node.finalize();
				one.follow(&mut sent, &mut state, Wait::Finalized).await
			};
			let error = submission(&node, &pending, expires).await.err().unwrap();
			let (text, next) = (error.to_string(), error.next().unwrap_or_default());
			assert!(text.contains("no block included it"), "{text}");
			assert!(text.contains(says.unwrap_or_default()), "{text}");
			assert_eq!(text.contains("nonce"), says.is_some(), "{text}");
			assert_eq!(next.contains("another node"), says.is_some(), "{next}");
			assert!(waiting(&node.chain().await, &pending).is_empty());
		}
	}

	#[tokio::test]
	async fn a_command_that_waits_tells_why_no_block_is_final_any_more() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		let waits = async |one: &mut Submission<'_>| {
			let (mut sent, mut state) = one.send(0).await.unwrap();
			node.stop_proving("chain 2001: the chain went back");
			one.follow(&mut sent, &mut state, Wait::Finalized).await
		};
		let error = submission(&node, &pending, waits).await.err().unwrap();
		assert!(matches!(error, Error::Unknown { .. }), "{error}");
		assert!(error.to_string().contains("the chain went back"), "{error}");
	}

	#[tokio::test]
	async fn earlier_transactions_are_sent_again_in_turn() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		let sign = async |one: &mut Submission<'_>| one.sign(0).await.unwrap().0;
		let signed = submission(&node, &pending, sign).await;
		let chain = node.chain().await;
		// The command that signed it has the turn, and did not send it yet.
		let turn = pending.turn(&account()).await.unwrap();
		pending.add(&signed).unwrap();
		let wait = Duration::from_millis(200);
		let settled = tokio::time::timeout(wait, chain.settle(&pending, &account())).await;
		assert!(settled.is_err() && node.sent() == 0);
		drop(turn);
		// Its command follows it.
		let followed = pending.add(&signed).unwrap();
		assert!(chain.settle(&pending, &account()).await.unwrap().is_empty());
		drop(followed);
		let settled = chain.settle(&pending, &account()).await.unwrap();
		let [(_, Fate::Waiting, Some(Answer::Taken))] = settled.as_slice() else {
			panic!("{settled:?}")
		};
		assert_eq!(node.sent(), 1);
		// A final one is kept for chain tx.
		node.add_block(&[&signed.bytes]);
		node.finalize();
		let mut heads = chain.heads().await.unwrap();
		let is_final = |heads: &Heads| heads.last_final.number == 2;
		heads.wait_for(is_final).await.unwrap();
		let settled = chain.settle(&pending, &account()).await.unwrap();
		assert!(matches!(settled[0].1, Fate::Final(_)), "{settled:?}");
		assert!(waiting(&chain, &pending).is_empty());
		let found = pending.find(&chain.genesis(), &signed.hash).unwrap();
		assert_eq!(found, Some(signed));
	}

	#[tokio::test]
	async fn a_reverted_transaction_is_sent_again_at_once() {
		let (node, told) = (Node::new(|_, _| Pool::Takes), Told::default());
		let included = submit(&node, Wait::Finalized, &told, async || {
			wait_until(|| node.sent() == 1).await;
			node.add_block(&[&node.last_sent()]);
			told.wait_for("in block 2").await;
			node.revert(1);
			let sent = timeout_at(
				Instant::now() + SEND_AGAIN / 2,
				wait_until(|| node.sent() == 2),
			);
			sent.await.expect("sent again without a pause");
			assert_eq!(told.count("its block was reverted: sending again"), 1);
			node.add_block(&[]);
			node.add_block(&[&node.last_sent()]);
			told.wait_for("in block 3").await;
			assert_eq!(told.count("final in block"), 0);
			node.finalize();
		});
		let included = included.await.unwrap();
		assert_eq!(H256(included.block), node.hash(3));
		assert_eq!(told.count("final in block 3"), 1);
	}

	#[tokio::test]
	async fn the_block_that_replaces_a_reverted_one_decides() {
		let (node, told) = (Node::new(|_, _| Pool::Takes), Told::default());
		let included = submit(&node, Wait::Best, &told, async || {
			wait_until(|| node.sent() == 1).await;
			let sent = node.last_sent();
			node.add_refusing_block(&[&sent]);
			// A refusal is not told before it is final.
			told.wait_for("waiting for finality").await;
			node.revert(1);
			node.add_block(&[&sent]);
		});
		let included = included.await.unwrap();
		assert_eq!(H256(included.block), node.hash(2));
		// The other way round: what is final was refused.
		let (node, told) = (Node::new(|_, _| Pool::Takes), Told::default());
		let refused = submit(&node, Wait::Finalized, &told, async || {
			wait_until(|| node.sent() == 1).await;
			let sent = node.last_sent();
			node.add_block(&[&sent]);
			told.wait_for("in block 2").await;
			node.revert(1);
			node.add_refusing_block(&[&sent]);
			node.finalize();
		});
		let error = refused.await.err().unwrap();
		assert!(matches!(error, Error::Refused { .. }), "{error}");
	}

	#[tokio::test]
	async fn the_place_in_a_reverted_block_is_forgotten() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|_, _| Pool::Takes);
		let sent = submission(&node, &pending, async |one| one.send(0).await).await;
		let (sent, _) = sent.unwrap();
		let chain = node.chain().await;
		let head = |number: usize| Head {
			number: number as u64,
			hash: node.hash(number),
		};
		let mut known = None;
		let mut fate = async || {
			let heads = Heads {
				best: head(node.height()),
				last_final: head(node.last_final()),
			};
			chain.fate_at(&sent, heads, &mut known).await.unwrap()
		};
		node.add_block(&[&sent.bytes]);
		let Fate::InBlock(first) = fate().await else {
			panic!("no block has it")
		};
		// Another block has its number.
		node.revert(1);
		node.add_block(&[]);
		assert_eq!(fate().await, Fate::Waiting);
		node.add_block(&[&sent.bytes]);
		let Fate::InBlock(second) = fate().await else {
			panic!("no block has it")
		};
		assert_eq!((first.number, second.number), (2, 3));
		// Another block has it, at the same number.
		node.revert(2);
		node.add_block(&[&[1, 2, 3][..], &sent.bytes]);
		node.add_block(&[]);
		node.finalize();
		let Fate::Final(third) = fate().await else {
			panic!("no final block has it")
		};
		assert_eq!((third.number, third.index), (2, 1));
		assert_ne!(third.block, first.block);
	}

	#[tokio::test]
	async fn the_next_command_sends_again_what_a_revert_took_out_of_the_chain() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|node, bytes| {
			if node.sent() == 1 {
				node.add_block(&[bytes]);
			}
			Pool::Takes
		});
		let (chain, call, signer) = (node.chain().await, RETIRE.with(()), seed());
		let included = chain.submit(&call, &signer, Wait::Best, &(), Some(&pending));
		let hash = included.await.unwrap().hash;
		let settle = async || {
			let settled = chain.settle(&pending, &account()).await.unwrap();
			let [(one, fate, answer)] = settled.as_slice() else {
				panic!("{settled:?}")
			};
			assert_eq!(one.hash, hash);
			(*fate, answer.clone())
		};
		let in_block = settle().await;
		assert!(matches!(in_block, (Fate::InBlock(_), None)), "{in_block:?}");
		node.revert(1);
		assert_eq!(settle().await, (Fate::Waiting, Some(Answer::Taken)));
		assert_eq!(node.sent(), 2);
		node.add_block(&[]);
		node.add_block(&[&node.last_sent()]);
		node.finalize();
		let mut heads = chain.heads().await.unwrap();
		let is_final = |heads: &Heads| heads.last_final.number == 3;
		heads.wait_for(is_final).await.unwrap();
		let last = settle().await;
		assert!(matches!(last, (Fate::Final(_), None)), "{last:?}");
		assert!(waiting(&chain, &pending).is_empty());
	}

	/// K18: the cause of a long wait is told by all that wait.
	#[tokio::test]
	async fn whoever_waits_for_finality_is_told_how_far_it_lags() {
		for (lag, told_once) in [(LONG_LAG - 1, 0), (LONG_LAG, 1)] {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			let node = Node::new(move |node, bytes| {
				node.add_block(&[bytes]);
				for _ in 1..lag {
					node.add_block(&[]);
				}
				Pool::Takes
			});
			let mut chain = node.chain().await;
			chain.patience = Duration::from_secs(1);
			let (call, signer, wait) = (RETIRE.with(()), seed(), Wait::Finalized);
			let text = format!("last final block is 1, {lag} blocks behind");
			let check = |told: &Told, error: Error, of: &str| {
				assert_eq!(told.count(&text), told_once, "{of}: {:?}", told.0);
				assert!(matches!(error, Error::Unknown { .. }), "{of}: {error}");
				let error = error.to_string();
				assert!(error.contains("finalized nothing for 1 s"), "{of}: {error}");
				assert_eq!(error.contains(&text), told_once == 1, "{of}: {error}");
			};
			let told = Told::default();
			let submitted = chain.submit(&call, &signer, wait, &told, Some(&pending));
			check(&told, submitted.await.err().unwrap(), "submit");
			let sent = waiting(&chain, &pending).pop().unwrap();
			let told = Told::default();
			let resumed = chain.resume(&sent, wait, &told, &pending);
			check(&told, resumed.await.err().unwrap(), "resume");
			let told = Told::default();
			let awaited = chain.await_hash(&sent.hash, wait, &told);
			check(&told, awaited.await.err().unwrap(), "await_hash");
			// It ends by itself.
			node.finalize();
			let resumed = chain.resume(&sent, wait, &(), &pending).await;
			assert!(matches!(resumed, Ok(Fate::Final(_))), "{resumed:?}");
		}
	}

	#[tokio::test]
	async fn a_second_signature_of_unknown_fate_is_an_error() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let node = Node::new(|node, _| match node.sent() {
			1 => Pool::Takes,
			2 => {
				node.upgrade();
				Pool::Refuses(1010, "Transaction has a bad signature")
			}
			_ => Pool::Hangs,
		});
		let error = submission(&node, &pending, async |one: &mut Submission<'_>| {
			let (mut first, mut state) = one.send(0).await.unwrap();
			one.send_again(&mut first, &mut state).await.unwrap_err()
		});
		let error = error.await;
		assert!(matches!(error, Error::Unknown { .. }), "{error}");
		// Both are remembered.
		assert_eq!(waiting(&node.chain().await, &pending).len(), 2);
	}

	#[tokio::test]
	async fn each_signature_of_a_call_leads_to_the_one_that_a_block_includes() {
		for lands in [0, 1] {
			let dir = tempfile::tempdir().unwrap();
			let pending = Pending::new(dir.path());
			let node = Node::new(|node, _| {
				if node.sent() == 2 {
					node.upgrade();
					return Pool::Refuses(1010, "Transaction has a bad signature");
				}
				Pool::Takes
			});
			let both = submission(&node, &pending, async |one: &mut Submission<'_>| {
				let (mut second, mut state) = one.send(0).await.unwrap();
				one.send_again(&mut second, &mut state).await.unwrap();
				[one.others.pop().unwrap(), second]
			});
			let both = both.await;
			assert_ne!(both[0].hash, both[1].hash);
			let chain = node.chain().await;
			node.add_block(&[&both[lands].bytes]);
			node.finalize();
			let mut heads = chain.heads().await.unwrap();
			let is_final = |heads: &Heads| heads.last_final.number == 2;
			heads.wait_for(is_final).await.unwrap();
			for asked in &both {
				let resumed = chain.resume_call(asked.clone(), Wait::Finalized, &(), &pending);
				let (landed, fate) = resumed.await.unwrap();
				assert_eq!(landed, both[lands]);
				assert!(matches!(fate, Fate::Final(_)), "{fate:?}");
			}
			// The next command tells one fate for one call.
			for one in &both {
				pending.add(one).unwrap();
			}
			let settled = chain.settle(&pending, &account()).await.unwrap();
			let [(one, Fate::Final(_), None)] = settled.as_slice() else {
				panic!("{settled:?}")
			};
			assert_eq!(*one, both[lands]);
		}
	}

	#[tokio::test]
	async fn an_unknown_hash_is_awaited_until_its_block_is_final() {
		let node = Node::new(|_, _| Pool::Takes);
		let chain = node.chain().await;
		let hash = sp_crypto_hashing::blake2_256(b"transaction");
		let await_hash = |wait| chain.await_hash(&hash, wait, &());
		assert_eq!(await_hash(Wait::Finalized).await.unwrap(), None);
		node.add_block(&[b"transaction"]);
		// The subscription tells of the block.
		let mut heads = chain.heads().await.unwrap();
		heads
			.wait_for(|heads| heads.best.number == 2)
			.await
			.unwrap();
		let fate = await_hash(Wait::Best).await.unwrap();
		assert!(matches!(fate, Some(Fate::InBlock(_))), "{fate:?}");
		let limit = Duration::from_millis(200);
		let waits = tokio::time::timeout(limit, await_hash(Wait::Finalized)).await;
		assert!(waits.is_err(), "{waits:?}");
		node.finalize();
		let fate = await_hash(Wait::Finalized).await.unwrap();
		assert!(matches!(fate, Some(Fate::Final(_))), "{fate:?}");
	}

	/// A node can make up its best block, and the blocks before it, with a transaction that the chain
	/// does not have.
	#[tokio::test]
	async fn a_transaction_of_a_fork_that_the_node_made_up_is_not_final() {
		let node = Node::new(|_, _| Pool::Takes);
		node.add_block(&[b"transaction"]);
		node.add_block(&[]);
		let chain = node.chain().await;
		let wanted = sp_crypto_hashing::blake2_256(b"transaction");
		let hash = async |number: u64| chain.block_hash(number).await.unwrap().unwrap();
		let best = Head {
			number: 3,
			hash: hash(3).await,
		};
		let find = async |last_final| {
			let heads = Heads { best, last_final };
			chain.find_hash(&wanted, heads).await.unwrap()
		};
		let in_chain = Head {
			number: 2,
			hash: hash(2).await,
		};
		let found = find(in_chain).await;
		assert!(found.is_some_and(|place| place.number == 2), "{found:?}");
		// The proven block with this number is another one, here one without transactions.
		let proven = Head {
			number: 2,
			hash: hash(1).await,
		};
		assert_eq!(find(proven).await, None);
		// A fork so long that the search would end before the final blocks.
		for _ in 0..1024 {
			node.add_block(&[]);
		}
		let heads = Heads {
			best: Head {
				number: 1027,
				hash: hash(1027).await,
			},
			last_final: in_chain,
		};
		let found = chain.find_hash(&wanted, heads).await.unwrap();
		assert!(found.is_some_and(|place| place.number == 2), "{found:?}");
	}

	#[test]
	fn a_transaction_is_not_signed_while_finality_lags_by_its_validity() {
		let heads = |last_final, best| {
			let [last_final, best] = [last_final, best].map(|number| Head {
				number,
				hash: Default::default(),
			});
			Heads { best, last_final }
		};
		for (last_final, best) in [(0, 0), (10, 10), (100, 100 + MORTAL_FOR - 2)] {
			let heads = heads(last_final, best);
			assert!(check_finality(&heads).is_ok(), "{heads:?}");
		}
		for best in [100 + MORTAL_FOR - 1, 1_000_000] {
			let error = check_finality(&heads(100, best)).unwrap_err();
			assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
			let text = error.to_string();
			assert!(
				text.contains(&format!("{} blocks behind", best - 100)),
				"{text}"
			);
			assert!(error.next().unwrap().contains("chain info"), "{error}");
		}
		assert_eq!(long_lag(&heads(100, 227)), None);
		let text = long_lag(&heads(100, 228)).unwrap();
		assert!(text.contains("128 blocks behind"), "{text}");
	}
}
