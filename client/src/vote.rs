//! The authorities' votes on providers.

use crate::{
	address::to_address,
	chain::calls::{Motion, VOTE},
	session::Session,
	Error, Result,
};
use salus_primitives::{
	views::{AccountStatus, ApplicationView, VotesView},
	AccountId, ProfessionalNumber, Standing,
};

/// The applicant that a vote is on.
#[derive(Clone, Debug)]
pub enum Candidate {
	/// The applicant with this account.
	Account(AccountId),
	/// The only applicant for this number.
	Number(ProfessionalNumber),
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
			application: application.hash,
		};
		self.submit(VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		if let Some(open) = state.application(&application.account).await? {
			return Ok(VoteOutcome::Open(open.votes));
		}
		let standing = match state.account(&application.account).await? {
			AccountStatus::Member(_) => Some(state.provider(&application.number).await?.standing),
			_ => None,
		};
		Ok(VoteOutcome::Decided(standing))
	}

	/// Votes on a provider's suspension, or its reinstatement.
	pub async fn vote_standing(
		&self,
		number: ProfessionalNumber,
		reinstate: bool,
		aye: bool,
	) -> Result<VoteOutcome> {
		let before = self.state().await?.provider(&number).await?.standing;
		let motion = if reinstate {
			Motion::Reinstate {
				number: number.clone(),
			}
		} else {
			Motion::Suspend {
				number: number.clone(),
			}
		};
		self.submit(VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		let now = state.provider(&number).await?.standing;
		let votes = state.standing_votes(&number).await?;
		if now == before && votes.ayes + votes.nays > 0 {
			return Ok(VoteOutcome::Open(votes));
		}
		Ok(VoteOutcome::Decided(Some(now)))
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
