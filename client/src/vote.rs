//! The authorities' votes on providers.

use crate::{
	address::to_address,
	chain::calls::{Motion, VOTE},
	session::Session,
	Error, ProviderRef, Result,
};
use salus_primitives::{
	views::{AccountStatus, ApplicationView, ProviderView, VotesView},
	AccountId, MemberId, ProfessionalNumber, Standing,
};

/// The applicant that a vote is on.
#[derive(Clone, Debug)]
pub enum Candidate {
	/// The applicant with this account.
	Account(AccountId),
	/// The only applicant for this number.
	Number(ProfessionalNumber),
}

/// A change of a provider's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
	/// It is suspended.
	Suspend,
	/// Its suspension ends.
	Reinstate,
	/// Its verification is withdrawn: its number is free.
	Unverify,
}

/// The state of a motion after a vote.
#[derive(Clone, Debug)]
pub enum VoteOutcome {
	/// The motion is open.
	Open(VotesView),
	/// The motion is decided: the provider's standing, or `None` if it is not a provider.
	Decided(Option<Standing>),
}

impl Session<'_> {
	/// Votes on an application.
	pub async fn vote_verify(&self, candidate: &Candidate, aye: bool) -> Result<VoteOutcome> {
		let application = self.find_application(candidate).await?;
		let motion = Motion::Verify {
			account: application.account.clone(),
			application: application.application_hash,
		};
		self.submit(VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		if let Some(open) = state.application(&application.account).await? {
			return Ok(VoteOutcome::Open(open.votes));
		}
		let standing = match state.account(&application.account).await? {
			AccountStatus::Member(MemberId::Provider(id)) => {
				Some(state.provider(id).await?.standing)
			}
			_ => None,
		};
		Ok(VoteOutcome::Decided(standing))
	}

	/// Votes on a change of a provider's standing. Returns the provider as it was: a number can have
	/// another holder by now than the authority thinks.
	pub async fn vote_standing(
		&self,
		provider: &ProviderRef,
		change: Change,
		aye: bool,
	) -> Result<(ProviderView<AccountId>, VoteOutcome)> {
		let view = self.state().await?.find_provider(provider).await?;
		let id = view.id;
		let motion = match change {
			Change::Suspend => Motion::Suspend { id },
			Change::Reinstate => Motion::Reinstate { id },
			Change::Unverify => Motion::Unverify { id },
		};
		self.submit(VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		let now = state.provider(id).await?.standing;
		let votes = match change {
			Change::Unverify => state.unverify_votes(id).await?,
			Change::Suspend | Change::Reinstate => state.standing_votes(id).await?,
		};
		let outcome = match now == view.standing && votes.ayes + votes.nays > 0 {
			true => VoteOutcome::Open(votes),
			false => VoteOutcome::Decided(Some(now)),
		};
		Ok((view, outcome))
	}

	async fn find_application(&self, candidate: &Candidate) -> Result<ApplicationView<AccountId>> {
		let state = self.state().await?;
		let number = match candidate {
			Candidate::Account(account) => {
				let application = state.application(account).await?;
				return application.ok_or_else(|| {
					Error::NotFound(format!("open application of {}", to_address(account)))
				});
			}
			Candidate::Number(number) => number,
		};
		let mut all = state.applications().await?;
		all.retain(|application| application.number == *number);
		match all.len() {
			0 => Err(Error::NotFound(format!("open application for {number}"))),
			1 => Ok(all.remove(0)),
			_ => {
				let accounts: Vec<_> = all
					.iter()
					.map(|application| to_address(&application.account))
					.collect();
				Err(Error::Input(format!(
					"several accounts applied for {number}: give the account instead, one of {}",
					accounts.join(", ")
				)))
			}
		}
	}
}
