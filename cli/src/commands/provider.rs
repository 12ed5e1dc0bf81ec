//! `salus provider`.

use super::{
	interregional::{enlistment_json, enlistment_text, entry_json, region_standing},
	key::remember,
	merged, patient, transaction, vote,
};
use crate::{args::Provider, context::Context, output::Output, text};
use salus_client::{address::to_address, standing_text, vote::Candidate, Error, Result};
use salus_primitives::{
	views::{ApplicationView, DirectoryView, ProviderView},
	AccountId, MemberId, ParaId, ProfessionalNumber, RemoteProvider,
};
use serde_json::{json, Value};

pub async fn run(context: &Context, command: Provider) -> Result<Output> {
	match command {
		Provider::Invite { account } => patient::invite(context, account).await,
		Provider::Apply { number, full_name } => {
			let mut me = context.unlock()?;
			let chain = context.chain().await?;
			let application = context
				.session(&chain, &me)
				.apply(number.clone(), full_name)
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
			let included = context.session(&chain, &me).withdraw().await?;
			Ok(Output::line(
				transaction(&included),
				"the application is withdrawn",
			))
		}
		Provider::Enlist => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let (included, view) = context.session(&chain, &me).enlist().await?;
			let line = enlistment_text(Some(&view));
			let json = merged(enlistment_json(&view), transaction(&included));
			Ok(Output {
				json,
				lines: vec![line, "see how far it is: salus provider show".into()],
			})
		}
		Provider::Show {
			number: Some(number),
			region: Some(region),
		} => entry(context, RemoteProvider { region, number }).await,
		Provider::Show { number, .. } => show(context, number).await,
		Provider::List {
			region: Some(region),
			..
		} => entries(context, region).await,
		Provider::List { pending: true, .. } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let all = state.applications().await?;
			let json = all.iter().map(application_json).collect();
			let row = |application: &ApplicationView<AccountId>| {
				vec![
					application.number.to_string(),
					text::clean(application.name.as_str()),
					to_address(&application.account),
					vote::count(&application.votes),
					text::time(application.since),
				]
			};
			let rows = all.iter().map(row).collect();
			let head = ["number", "name", "account", "votes", "since"];
			Ok(Output::table(json, &head, rows, "no applications are open"))
		}
		Provider::List { pending: false, .. } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let all = state.providers().await?;
			let json = all.iter().map(provider_json).collect();
			let row = |provider: &ProviderView<AccountId>| {
				vec![
					provider.number.to_string(),
					text::clean(provider.name.as_str()),
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
			let included = context.session(&chain, &me).retire().await?;
			Ok(Output::line(transaction(&included), "retired"))
		}
	}
}

async fn show(context: &Context, number: Option<ProfessionalNumber>) -> Result<Output> {
	let state = context.chain().await?.state_for(context.wait()).await?;
	let number = match number {
		Some(number) => number,
		None => {
			let account = patient::own_account(context)?;
			if let Some(own) = state.application(&account).await? {
				return Ok(applied(&[own]));
			}
			match patient::own_member(context, &state).await? {
				MemberId::Provider(number) => number,
				member => {
					return Err(Error::Input(format!(
						"this key acts for {member}: name a provider"
					)))
				}
			}
		}
	};
	let view = match state.provider(&number).await {
		Err(Error::NotFound(_)) => {
			// Perhaps someone applied for it.
			let mut all = state.applications().await?;
			all.retain(|application| application.number == number);
			if all.is_empty() {
				return Err(Error::NotFound(format!(
					"provider {number}, nor an application for it"
				)));
			}
			return Ok(applied(&all));
		}
		view => view?,
	};
	let member = MemberId::Provider(number.clone());
	let key = state.encryption_key(&member, None).await?;
	let fingerprint = salus_envelope::fingerprint(key.key.as_bytes());
	let votes = state.standing_votes(&number).await?;
	let enlistment = state.enlistment(&number).await?;
	let json = merged(
		provider_json(&view),
		json!({
			"fingerprint": fingerprint,
			"enlistment": enlistment.as_ref().map(enlistment_json),
		}),
	);
	let mut fields = vec![
		("provider", number.to_string()),
		("name", text::clean(view.name.as_str())),
		("standing", standing_text(view.standing).into()),
		("account", to_address(&view.account)),
		("verified", text::time(view.since)),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key_version),
		),
		("in the directory", enlistment_text(enlistment.as_ref())),
	];
	if votes.ayes + votes.nays > 0 {
		fields.push(("votes to change it", vote::count(&votes)));
	}
	Ok(Output::fields(json, fields))
}

/// A provider as the consortium's directory has it.
async fn entry(context: &Context, provider: RemoteProvider) -> Result<Output> {
	let directory = context
		.consortium()
		.await?
		.state_for(context.wait())
		.await?;
	let view = directory.provider(&provider).await?;
	let fingerprint = salus_envelope::fingerprint(view.key.key.as_bytes());
	let fields = vec![
		("provider", view.number.to_string()),
		(
			"region",
			format!(
				"{} ({})",
				view.region,
				region_standing(view.region_standing)
			),
		),
		("name", text::clean(view.name.as_str())),
		("standing", standing_text(view.standing).into()),
		("account", to_address(&view.account)),
		("verified", text::time(view.since)),
		("updated", text::time(view.updated_at)),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key.version),
		),
	];
	Ok(Output::fields(entry_json(&view), fields))
}

/// A region's providers in the consortium's directory.
async fn entries(context: &Context, region: ParaId) -> Result<Output> {
	let directory = context
		.consortium()
		.await?
		.state_for(context.wait())
		.await?;
	directory.region(region).await?;
	let all = directory.providers(region).await?;
	let json = all.iter().map(entry_json).collect();
	let row = |view: &DirectoryView<AccountId>| {
		vec![
			view.number.to_string(),
			text::clean(view.name.as_str()),
			standing_text(view.standing).into(),
			to_address(&view.account),
		]
	};
	let rows = all.iter().map(row).collect();
	let head = ["number", "name", "standing", "account"];
	let empty = format!("no provider of region {region} is enlisted");
	Ok(Output::table(json, &head, rows, &empty))
}

/// Applications for one number.
fn applied(all: &[ApplicationView<AccountId>]) -> Output {
	let mut fields = Vec::new();
	for application in all {
		fields.extend([
			("provider", application.number.to_string()),
			("name", text::clean(application.name.as_str())),
			(
				"standing",
				format!("not verified yet: {}", vote::count(&application.votes)),
			),
			("account", to_address(&application.account)),
		]);
	}
	let all = all.iter().map(application_json).collect();
	Output::fields(json!({ "applications": Value::Array(all) }), fields)
}

fn provider_json(view: &ProviderView<AccountId>) -> Value {
	json!({
		"number": view.number.to_string(),
		"name": view.name.as_str(),
		"standing": standing_text(view.standing),
		"account": to_address(&view.account),
		"key_version": view.key_version,
		"since": view.since,
	})
}

fn application_json(view: &ApplicationView<AccountId>) -> Value {
	json!({
		"number": view.number.to_string(),
		"name": view.name.as_str(),
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
