//! `salus vote`, and the votes of `salus provider suspend` and `reinstate`.

use super::provider::candidate_text;
use crate::{args::Vote, context::Context, output::Output};
use salus_client::{standing_text, vote::VoteOutcome, Result};
use salus_primitives::{views::VotesView, ProfessionalNumber};
use serde_json::{json, Value};

pub async fn run(context: &Context, command: Vote) -> Result<Output> {
	match command {
		Vote::Verify { who, ballot } => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let after = context
				.session(&chain, &me)
				.vote_verify(&who, ballot.aye)
				.await?;
			Ok(outcome(&candidate_text(&who), &after))
		}
		Vote::Suspend { number, ballot } => standing(context, number, false, ballot.aye).await,
		Vote::Reinstate { number, ballot } => standing(context, number, true, ballot.aye).await,
	}
}

/// A vote on a provider's standing.
pub async fn standing(
	context: &Context,
	number: ProfessionalNumber,
	reinstate: bool,
	aye: bool,
) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let name = number.to_string();
	let after = context
		.session(&chain, &me)
		.vote_standing(number, reinstate, aye)
		.await?;
	Ok(outcome(&name, &after))
}

fn outcome(who: &str, after: &VoteOutcome) -> Output {
	match after {
		VoteOutcome::Open(votes) => Output::line(
			json!({ "decided": false, "votes": self::json(votes) }),
			format!("voted on {who}: {}", count(votes)),
		),
		VoteOutcome::Decided(Some(standing)) => Output::line(
			json!({ "decided": true, "standing": standing_text(*standing) }),
			format!("voted, and decided: {who} is {}", standing_text(*standing)),
		),
		VoteOutcome::Decided(None) => Output::line(
			json!({ "decided": true, "standing": null }),
			format!("voted, and decided: {who} is not verified"),
		),
	}
}

/// Votes for people.
pub fn count(votes: &VotesView) -> String {
	let against = match votes.nays {
		0 => String::new(),
		nays => format!(", {nays} against"),
	};
	format!("{} of {} votes{against}", votes.ayes, votes.needed)
}

pub fn json(votes: &VotesView) -> Value {
	json!({ "ayes": votes.ayes, "nays": votes.nays, "needed": votes.needed })
}
