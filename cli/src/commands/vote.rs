//! `salus vote`, and the votes of `salus provider suspend` and `reinstate`.

use crate::{
	context::Context,
	display::clean,
	output::{merged, Output},
	parse,
};
use clap::{Args, Subcommand};
use salus_client::{
	address::to_address,
	standing_text,
	vote::{Candidate, Change, VoteOutcome},
	ProviderRef, Result,
};
use salus_primitives::views::VotesView;
use serde_json::{json, Value};

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Ballot {
	/// Vote for it
	#[arg(long)]
	pub aye: bool,
	/// Vote against it
	#[arg(long)]
	pub nay: bool,
}

#[derive(Subcommand)]
pub enum Vote {
	/// Vote on an application: is the applicant a genuine provider?
	#[command(after_help = "\
Examples:
  salus provider list --pending     List the open applications
  salus vote verify A12345 --aye    Vote to verify this applicant")]
	Verify {
		/// The applicant's account, or its number if nobody else applied for that number
		#[arg(value_parser = parse::candidate, value_name = "ACCOUNT|NUMBER")]
		who: Candidate,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// Vote on suspending a provider, who can then no longer add records
	Suspend {
		/// The provider: a professional number, or id:7
		provider: ProviderRef,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// Vote on reinstating a suspended provider
	Reinstate {
		/// The provider: a professional number, or id:7
		provider: ProviderRef,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// Vote on withdrawing a verification: the number was verified for the wrong person
	#[command(after_help = "\
The provider can do nothing any more, for good, and its number is free for the owner. Its
records stay, and say so.")]
	Unverify {
		/// The provider: a professional number, or id:7
		provider: ProviderRef,
		#[command(flatten)]
		ballot: Ballot,
	},
}

pub async fn run(context: &Context, command: Vote) -> Result<Output> {
	match command {
		Vote::Verify { who, ballot } => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let after = context
				.session(&chain, &me)
				.vote_verify(&who, ballot.aye)
				.await?;
			let who = match &who {
				Candidate::Account(account) => to_address(account),
				Candidate::Number(number) => number.to_string(),
			};
			Ok(outcome(&who, &after))
		}
		Vote::Suspend { provider, ballot } => {
			vote_standing(context, provider, Change::Suspend, ballot.aye).await
		}
		Vote::Reinstate { provider, ballot } => {
			vote_standing(context, provider, Change::Reinstate, ballot.aye).await
		}
		Vote::Unverify { provider, ballot } => {
			vote_standing(context, provider, Change::Unverify, ballot.aye).await
		}
	}
}

/// Votes on a change of a provider's standing.
pub async fn vote_standing(
	context: &Context,
	provider: ProviderRef,
	change: Change,
	aye: bool,
) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let (view, after) = context
		.session(&chain, &me)
		.vote_standing(&provider, change, aye)
		.await?;
	let name = clean(view.name.as_str());
	let mut output = outcome(&format!("{} (id:{}, {name})", view.number, view.id), &after);
	output.json = merged(output.json, json!({ "id": view.id }));
	Ok(output)
}

fn outcome(who: &str, after: &VoteOutcome) -> Output {
	match after {
		VoteOutcome::Open(votes) => Output::line(
			json!({ "decided": false, "votes": votes_json(votes) }),
			format!("voted on {who}: {}", votes_text(votes)),
		),
		VoteOutcome::Decided(Some(standing)) => Output::line(
			json!({ "decided": true, "standing": standing_text(*standing) }),
			format!(
				"your vote decided it: {who} is {}",
				standing_text(*standing)
			),
		),
		VoteOutcome::Decided(None) => Output::line(
			json!({ "decided": true, "standing": null }),
			format!("your vote decided it: {who} is not verified"),
		),
	}
}

/// Votes as text.
pub fn votes_text(votes: &VotesView) -> String {
	let against = match votes.nays {
		0 => String::new(),
		nays => format!(", {nays} against"),
	};
	format!("{} of {} votes{against}", votes.ayes, votes.needed)
}

/// Votes as JSON.
pub fn votes_json(votes: &VotesView) -> Value {
	json!({ "ayes": votes.ayes, "nays": votes.nays, "needed": votes.needed })
}
