//! A session: a member's unlocked key on one chain.

use crate::{
	address::to_address,
	chain::{Call, Chain, Included, State, Wait},
	keys::UnlockedKey,
	pending::Pending,
	progress::Progress,
	standing::{ensure_good_standing, not_verified},
	Error, Result,
};
use salus_primitives::{views::AccountStatus, MemberId, PatientId, ProviderId, MOST_CALLS};

/// A member's session on a chain. The five processes are its methods.
pub struct Session<'a> {
	/// The chain.
	pub chain: &'a Chain,
	/// The key whose account signs.
	pub key: &'a UnlockedKey,
	/// The block to wait for after each transaction.
	pub wait: Wait,
	/// Receives reports on progress.
	pub progress: &'a dyn Progress,
	/// Remembers transactions until they are final, so that the next session can send them again.
	pub pending: Option<&'a Pending>,
	/// Whether the chain is for development. Its clock runs apart, so that no time is compared with
	/// it. The user says so, never a node.
	pub development: bool,
	/// Whether [`submit`](Self::submit) gives the call as [`Error::OnlyCall`], and sends nothing.
	pub only_call: bool,
}

impl Session<'_> {
	/// Signs and sends a call, and waits for its block.
	pub async fn submit(&self, call: Call) -> Result<Included> {
		if self.only_call {
			let state = self.chain.finalized().await?;
			let call = call
				.encode(state.metadata())
				.map_err(|what| state.drift(what))?;
			return Err(Error::OnlyCall(call));
		}
		let seed = &self.key.secrets.seed;
		self.chain
			.submit(&call, seed, self.wait, self.progress, self.pending)
			.await
	}

	/// Submits calls in as few transactions as the chain allows, one after the other. The calls of
	/// a transaction take effect all, or none. Returns the last one.
	pub async fn submit_all(&self, mut calls: Vec<Call>) -> Result<Included> {
		let all = calls.len();
		if self.only_call && all > MOST_CALLS {
			return Err(Error::Input(format!(
				"these are {all} calls, and a transaction has room for {MOST_CALLS}: do fewer at once"
			)));
		}
		loop {
			let later = calls.split_off(calls.len().min(MOST_CALLS));
			let done = all - calls.len() - later.len();
			let submitted = match calls.len() {
				1 => self.submit(calls.remove(0)).await,
				_ => self.submit(Call::batch_all(calls)).await,
			};
			let included = submitted.map_err(|error| error.after(done, all))?;
			if later.is_empty() {
				return Ok(included);
			}
			calls = later;
		}
	}

	/// The chain's state at the block to wait for.
	pub async fn state(&self) -> Result<State> {
		self.chain.state_for(self.wait).await
	}

	/// The member that the account acts for.
	pub async fn member(&self, state: &State) -> Result<MemberId> {
		let account = self.key.account();
		match state.account(&account).await? {
			AccountStatus::Member(member) => Ok(member),
			AccountStatus::Applicant => {
				Err(not_verified(state.application(&account).await?.as_ref()))
			}
			AccountStatus::Invited => Err(Error::NotAllowed {
				reason: format!("{} is invited, but not registered", self.key.name),
				next: Some("register: salus patient register, or salus provider apply".into()),
			}),
			AccountStatus::Uninvited => Err(Error::NotAllowed {
				reason: format!("{} is not invited to this chain", self.key.name),
				next: Some(format!(
					"ask a verified provider or an authority to invite {}",
					to_address(&account)
				)),
			}),
		}
	}

	/// The patient that the account acts for.
	pub async fn patient(&self, state: &State) -> Result<PatientId> {
		match self.member(state).await? {
			MemberId::Patient(id) => Ok(id),
			member => Err(Error::NotAllowed {
				reason: format!(
					"only a patient can do this, and {} acts for {member}",
					self.key.name
				),
				next: Some("choose a patient's key with --as".into()),
			}),
		}
	}

	/// The verified provider that the account acts for.
	pub async fn verified_provider(&self, state: &State) -> Result<ProviderId> {
		match self.member(state).await? {
			MemberId::Provider(id) => {
				ensure_good_standing(state, &MemberId::Provider(id)).await?;
				Ok(id)
			}
			member => Err(Error::NotAllowed {
				reason: format!(
					"only a provider can do this, and {} acts for {member}",
					self.key.name
				),
				next: Some("choose a provider's key with --as".into()),
			}),
		}
	}
}
