//! `salus provider`.

use super::{key::remember, merged, patient, transaction, vote};
use crate::{args::Provider, context::Context, output::Output, text};
use salus_client::{
	chain::to_address,
	members::{standing_text, Candidate},
	Error, Result,
};
use salus_primitives::{
	views::{ApplicationView, ProviderView},
	AccountId, MemberId, ProfessionalNumber,
};
use serde_json::{json, Value};

pub async fn run(context: &Context, command: Provider) -> Result<Output> {
	match command {
		Provider::Invite { account } => patient::invite(context, account).await,
		Provider::Apply { number, full_name } => {
			let mut me = context.unlock()?;
			let chain = context.chain().await?;
			let application = context
				.acting(&chain, &me)
				.apply(number.clone(), &full_name)
				.await?;
			remember(context, &mut me, &MemberId::Provider(number.clone()))?;
			let line = format!(
				"applied as provider {number}: verified once {} authorities have voted for it",
				application.votes.needed
			);
			Ok(Output::line(application_json(&application), line))
		}
		Provider::Withdraw => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let included = context.acting(&chain, &me).withdraw().await?;
			Ok(Output::line(
				transaction(&included),
				"the application is withdrawn",
			))
		}
		Provider::Show { number } => show(context, number).await,
		Provider::List { pending: true } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let all = state.applications().await?;
			let json = all.iter().map(application_json).collect();
			let row = |application: &ApplicationView<AccountId>| {
				vec![
					application.number.to_string(),
					text::clean_bytes(&application.name),
					to_address(&application.account),
					vote::count(&application.votes),
					text::time(application.since),
				]
			};
			let rows = all.iter().map(row).collect();
			let head = ["number", "name", "account", "votes", "since"];
			Ok(Output::table(json, &head, rows, "no applications are open"))
		}
		Provider::List { pending: false } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let all = state.providers().await?;
			let json = all.iter().map(provider_json).collect();
			let row = |provider: &ProviderView<AccountId>| {
				vec![
					provider.number.to_string(),
					text::clean_bytes(&provider.name),
					standing_text(provider.standing).into(),
					to_address(&provider.account),
				]
			};
			let rows = all.iter().map(row).collect();
			let head = ["number", "name", "standing", "account"];
			Ok(Output::table(json, &head, rows, "no provider is verified"))
		}
		Provider::Suspend { number, nay } => vote::standing(context, number, false, !nay).await,
		Provider::Reinstate { number, nay } => vote::standing(context, number, true, !nay).await,
		Provider::Retire { yes: _ } => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let included = context.acting(&chain, &me).retire().await?;
			Ok(Output::line(transaction(&included), "retired"))
		}
	}
}

async fn show(context: &Context, number: Option<ProfessionalNumber>) -> Result<Output> {
	let state = context.chain().await?.state_for(context.wait()).await?;
	let number = match number {
		Some(number) => number,
		None => match patient::own_member(context, &state).await? {
			MemberId::Provider(number) => number,
			member => {
				return Err(Error::Input(format!(
					"this key acts for {member}: name a provider"
				)))
			}
		},
	};
	let view = match state.provider(&number).await {
		Err(Error::NotFound(_)) => return applied(&state, &number).await,
		view => view?,
	};
	let member = MemberId::Provider(number.clone());
	let key = state.encryption_key(&member, None).await?;
	let fingerprint = salus_envelope::fingerprint(key.key.as_bytes());
	let votes = state.standing_votes(&number).await?;
	let json = merged(provider_json(&view), json!({ "fingerprint": fingerprint }));
	let mut fields = vec![
		("provider", number.to_string()),
		("name", text::clean_bytes(&view.name)),
		("standing", standing_text(view.standing).into()),
		("account", to_address(&view.account)),
		("verified", text::time(view.since)),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key_version),
		),
	];
	if votes.ayes + votes.nays > 0 {
		fields.push(("votes to change it", vote::count(&votes)));
	}
	Ok(Output::fields(json, fields))
}

/// A number that no provider has: perhaps someone applied for it.
async fn applied(
	state: &salus_client::chain::State,
	number: &ProfessionalNumber,
) -> Result<Output> {
	let mut all = state.applications().await?;
	all.retain(|application| application.number == *number);
	let Some(first) = all.first() else {
		return Err(Error::NotFound(format!(
			"provider {number}, nor an application for it"
		)));
	};
	let fields = vec![
		("provider", number.to_string()),
		("name", text::clean_bytes(&first.name)),
		(
			"standing",
			format!("not verified yet: {}", vote::count(&first.votes)),
		),
		("account", to_address(&first.account)),
		("applications", all.len().to_string()),
	];
	Ok(Output::fields(application_json(first), fields))
}

fn provider_json(view: &ProviderView<AccountId>) -> Value {
	json!({
		"number": view.number.to_string(),
		"name": String::from_utf8_lossy(&view.name),
		"standing": standing_text(view.standing),
		"account": to_address(&view.account),
		"key_version": view.key_version,
		"since": view.since,
	})
}

fn application_json(view: &ApplicationView<AccountId>) -> Value {
	json!({
		"number": view.number.to_string(),
		"name": String::from_utf8_lossy(&view.name),
		"standing": "applied",
		"account": to_address(&view.account),
		"application": super::hash(&view.hash),
		"since": view.since,
		"votes": vote::json(&view.votes),
	})
}

/// Who a number or account stands for in a message.
pub fn candidate_text(candidate: &Candidate) -> String {
	match candidate {
		Candidate::Account(account) => to_address(account),
		Candidate::Number(number) => number.to_string(),
	}
}
