//! `salus provider`.

use super::{
	invitation::{invite, Invitation},
	vote::{vote_standing, votes_json, votes_text},
};
use crate::{
	at_one_block::at_one_block,
	context::Context,
	display::{account_json, acting, clean, hash, time},
	interregional::{enlistment_json, enlistment_text, entry_json, region_standing},
	output::{merged, transaction_json, Output},
	parse,
};
use clap::Subcommand;
use salus_client::{
	address::to_address,
	chain::{Directory, State},
	standing_text,
	vote::Change,
	Error, ProviderRef, Result,
};
use salus_primitives::{
	views::{ApplicationView, DirectoryView, ProviderView},
	AccountId, MemberId, ParaId, ProfessionalName, ProfessionalNumber, ProviderId, Standing,
};
use serde_json::{json, Value};

#[derive(Subcommand)]
pub enum Provider {
	/// Invite an account to apply as a provider
	Invite(Invitation),
	/// Apply as a provider; the authorities then vote on your application
	#[command(after_help = "\
Example:
  salus provider apply A12345 --full-name \"Dr Tobias Lindqvist\"

A verified provider or an authority must invite your account first.
You can add records once enough authorities have voted for you. To see the votes:
salus provider show.")]
	Apply {
		/// Your professional number: a UPIN (A12345) or an NPI (10 digits)
		number: ProfessionalNumber,
		/// Your professional name. Everyone can read it
		#[arg(long, value_name = "NAME")]
		full_name: ProfessionalName,
	},
	/// Withdraw your application
	Withdraw,
	/// Enlist with the consortium, so that patients of other regions can grant you records
	Enlist,
	/// Show a provider, an application, or an entry in the consortium's directory
	#[command(after_help = "\
Examples:
  salus provider show                         Yourself, and your enlistment
  salus provider show A12345                  A provider of your region
  salus provider show id:7                    The provider with this id
  salus provider show B54321 --region 2002    A provider of another region

A number means its present holder. An id is a provider's for ever, also that of a former
holder.")]
	Show {
		/// The provider: a professional number, or id:7 [default: yourself]
		provider: Option<ProviderRef>,
		/// The provider's region: show its entry in the consortium's directory
		#[arg(long, value_name = "N", value_parser = parse::region, requires = "provider")]
		region: Option<ParaId>,
	},
	/// List providers
	List {
		/// List the open applications instead
		#[arg(long)]
		pending: bool,
		/// List the providers of this region in the consortium's directory
		#[arg(long, value_name = "N", value_parser = parse::region, conflicts_with = "pending")]
		region: Option<ParaId>,
	},
	/// Vote, as an authority, to suspend a provider (same as: salus vote suspend --aye)
	Suspend {
		/// The provider: a professional number, or id:7
		provider: ProviderRef,
		/// Vote against it
		#[arg(long)]
		nay: bool,
	},
	/// Vote, as an authority, to reinstate a provider (same as: salus vote reinstate --aye)
	Reinstate {
		/// The provider: a professional number, or id:7
		provider: ProviderRef,
		/// Vote against it
		#[arg(long)]
		nay: bool,
	},
	/// Retire as a provider, for good
	Retire {
		/// Confirm that you want to retire. You cannot undo it
		#[arg(long, required = true)]
		yes: bool,
	},
}

pub async fn run(context: &Context, command: Provider) -> Result<Output> {
	match command {
		Provider::Invite(invitation) => invite(context, invitation).await,
		Provider::Apply { number, full_name } => apply(context, number, full_name).await,
		Provider::Withdraw => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let included = context.session(&chain, &me).withdraw().await?;
			Ok(Output::line(
				transaction_json(&included),
				"your application is withdrawn",
			))
		}
		Provider::Enlist => enlist(context).await,
		Provider::Show {
			provider: Some(provider),
			region: Some(region),
		} => show_entry(context, region, &provider).await,
		Provider::Show { provider, .. } => show(context, provider).await,
		Provider::List {
			region: Some(region),
			..
		} => at_one_block(context, || list_entries(context, region)).await,
		Provider::List { pending: true, .. } => {
			at_one_block(context, || list_applications(context)).await
		}
		Provider::List { pending: false, .. } => at_one_block(context, || list(context)).await,
		Provider::Suspend { provider, nay } => {
			vote_standing(context, provider, Change::Suspend, !nay).await
		}
		Provider::Reinstate { provider, nay } => {
			vote_standing(context, provider, Change::Reinstate, !nay).await
		}
		Provider::Retire { yes: _ } => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let included = context.session(&chain, &me).retire().await?;
			Ok(Output::line(
				transaction_json(&included),
				"you are retired as a provider",
			))
		}
	}
}

async fn apply(
	context: &Context,
	number: ProfessionalNumber,
	full_name: ProfessionalName,
) -> Result<Output> {
	let mut me = context.unlock()?;
	let chain = context.chain().await?;
	let application = context
		.session(&chain, &me)
		.apply(number.clone(), full_name)
		.await?;
	context.remember_member(&mut me, &number)?;
	let line = format!(
		"applied as provider {number}. To be verified, you need the votes of {} authorities",
		application.votes.needed
	);
	Ok(Output::line(application_json(&application), line))
}

async fn enlist(context: &Context) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let (included, view) = context.session(&chain, &me).enlist().await?;
	Ok(Output {
		json: merged(enlistment_json(&view), transaction_json(&included)),
		lines: vec![
			enlistment_text(Some(&view)),
			"salus provider show shows the progress".into(),
		],
	})
}

async fn list(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let all = state.providers().await?;
	let json = all.iter().map(provider_json).collect();
	let row = |provider: &ProviderView<AccountId>| {
		vec![
			provider.number.to_string(),
			provider.id.to_string(),
			clean(provider.name.as_str()),
			standing_text(provider.standing).into(),
			acting(&provider.accounts),
		]
	};
	let rows = all.iter().map(row).collect();
	let headings = ["number", "id", "name", "standing", "account"];
	let empty = "there are no verified providers";
	Ok(Output::table(json, &headings, rows, empty))
}

async fn list_applications(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let all = state.applications().await?;
	let json = all.iter().map(application_json).collect();
	let row = |application: &ApplicationView<AccountId>| {
		vec![
			application.number.to_string(),
			clean(application.name.as_str()),
			to_address(&application.account),
			votes_text(&application.votes),
			time(application.since),
		]
	};
	let rows = all.iter().map(row).collect();
	let headings = ["number", "name", "account", "votes", "since"];
	let empty = "there are no open applications";
	Ok(Output::table(json, &headings, rows, empty))
}

async fn show(context: &Context, provider: Option<ProviderRef>) -> Result<Output> {
	let state = context.state().await?;
	let view = match provider {
		Some(ProviderRef::Id(id)) => state.provider(id).await?,
		Some(ProviderRef::Number(number)) => match state.holder(&number).await {
			Err(Error::NotFound(_)) => return show_unheld(&state, &number).await,
			view => view?,
		},
		None => {
			if let Some(own) = state.application(&context.own_account()?).await? {
				return Ok(shown_applications(&[own]));
			}
			match context.own_member(&state).await? {
				MemberId::Provider(id) => state.provider(id).await?,
				member => {
					return Err(Error::Input(format!(
						"your key belongs to {member}, which is not a provider: give a \
						 professional number"
					)))
				}
			}
		}
	};
	let key = state.encryption_key(&view.id.into(), None).await?;
	let fingerprint = salus_envelope::fingerprint(key.key.as_bytes());
	let votes = [
		("open vote", state.standing_votes(view.id).await?),
		(
			"open vote to unverify",
			state.unverify_votes(view.id).await?,
		),
	];
	let enlistment = state.enlistment(view.id).await?;
	let json = merged(
		provider_json(&view),
		json!({
			"fingerprint": fingerprint,
			"enlistment": enlistment.as_ref().map(enlistment_json),
		}),
	);
	let mut fields = vec![
		("provider", view.number.to_string()),
		("id", view.id.to_string()),
		("name", clean(view.name.as_str())),
		("standing", standing_line(view.standing)),
		("account", acting(&view.accounts)),
		("verified", time(view.since)),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key_version),
		),
		("enlistment", enlistment_text(enlistment.as_ref())),
	];
	for (name, votes) in votes {
		if votes.ayes + votes.nays > 0 {
			fields.push((name, votes_text(&votes)));
		}
	}
	Ok(Output::fields(json, fields))
}

/// Shows the applications for a number that nobody holds, and its former holders.
async fn show_unheld(state: &State, number: &ProfessionalNumber) -> Result<Output> {
	let mut applications = state.applications().await?;
	applications.retain(|application| application.number == *number);
	let mut former = state.providers().await?;
	former.retain(|provider| provider.number == *number);
	if applications.is_empty() && former.is_empty() {
		return Err(Error::NotFound(format!(
			"provider {number}, and no application for this number"
		)));
	}
	let mut output = shown_applications(&applications);
	for provider in &former {
		let line = former_line(number, provider.id, &provider.name);
		output.lines.push(line);
	}
	let former = former.iter().map(provider_json).collect::<Vec<_>>();
	output.json = merged(output.json, json!({ "former_holders": former }));
	Ok(output)
}

/// Shows the former holders of a number that nobody in the directory holds.
async fn show_former(
	directory: &Directory,
	region: ParaId,
	provider: &ProviderRef,
	missing: String,
) -> Result<Output> {
	let ProviderRef::Number(number) = provider else {
		return Err(Error::NotEnlisted(missing));
	};
	let mut former = directory.providers(region).await?;
	former.retain(|entry| entry.number == *number);
	if former.is_empty() {
		return Err(Error::NotEnlisted(missing));
	}
	let line = |entry: &DirectoryView<AccountId>| former_line(number, entry.id, &entry.name);
	Ok(Output {
		json: json!({ "former_holders": former.iter().map(entry_json).collect::<Vec<_>>() }),
		lines: former.iter().map(line).collect(),
	})
}

fn former_line(number: &ProfessionalNumber, id: ProviderId, name: &ProfessionalName) -> String {
	let name = clean(name.as_str());
	format!("{number} was verified for id:{id} ({name}), and the authorities withdrew that")
}

/// A standing, and what it means where the word does not say it.
fn standing_line(standing: Standing) -> String {
	match standing {
		Standing::Unverified | Standing::UnverifiedSuspended => {
			let text = standing_text(standing);
			format!("{text}: the authorities withdrew the verification")
		}
		standing => standing_text(standing).into(),
	}
}

/// Shows a provider's entry in the consortium's directory.
async fn show_entry(context: &Context, region: ParaId, provider: &ProviderRef) -> Result<Output> {
	let directory = context.directory().await?;
	let view = match directory.find_provider(region, provider).await {
		Err(Error::NotEnlisted(what)) => {
			return show_former(&directory, region, provider, what).await;
		}
		view => view?,
	};
	let fingerprint = salus_envelope::fingerprint(view.key.key.as_bytes());
	let fields = vec![
		("provider", view.number.to_string()),
		("id", view.id.to_string()),
		(
			"region",
			format!(
				"{} ({})",
				view.region,
				region_standing(view.region_standing)
			),
		),
		("name", clean(view.name.as_str())),
		("standing", standing_line(view.standing)),
		("account", to_address(&view.account)),
		("verified", time(view.since)),
		("updated", time(view.updated_at)),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key.version),
		),
	];
	Ok(Output::fields(entry_json(&view), fields))
}

/// Lists a region's providers in the consortium's directory.
async fn list_entries(context: &Context, region: ParaId) -> Result<Output> {
	let directory = context.directory().await?;
	directory.region(region).await?;
	let all = directory.providers(region).await?;
	let json = all.iter().map(entry_json).collect();
	let row = |view: &DirectoryView<AccountId>| {
		vec![
			view.number.to_string(),
			view.id.to_string(),
			clean(view.name.as_str()),
			standing_text(view.standing).into(),
			to_address(&view.account),
		]
	};
	let rows = all.iter().map(row).collect();
	let headings = ["number", "id", "name", "standing", "account"];
	let empty = format!("region {region} has no enlisted providers");
	Ok(Output::table(json, &headings, rows, &empty))
}

/// The applications of one account or for one number.
fn shown_applications(all: &[ApplicationView<AccountId>]) -> Output {
	let mut fields = Vec::new();
	for application in all {
		fields.extend([
			("provider", application.number.to_string()),
			("name", clean(application.name.as_str())),
			(
				"standing",
				format!("not verified yet: {}", votes_text(&application.votes)),
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
		"id": view.id,
		"name": view.name.as_str(),
		"standing": standing_text(view.standing),
		"account": acting(&view.accounts),
		"accounts": view.accounts.iter().map(account_json).collect::<Vec<_>>(),
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
		"application": hash(&view.application_hash),
		"since": view.since,
		"votes": votes_json(&view.votes),
	})
}
