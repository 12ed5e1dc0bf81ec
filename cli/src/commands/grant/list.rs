//! `salus grant list` and `salus grant show`.

use super::Named;
use crate::{
	context::Context,
	display::{author, given_by, grant_end, purpose_name, size, time},
	interregional::{
		grant_fields, grant_json, incoming_json, numbers, remote_text, state_name, Numbers,
	},
	output::{merged, Output},
};
use salus_client::{
	chain::State,
	interregional::{record_ref, remote_provider},
	Result,
};
use salus_primitives::{
	views::{GrantView, IncomingGrantView, InterregionalGrantView, RecordFilter},
	AccountId, InterregionalGrantId, MemberId, RecordId, RemoteProvider,
};
use serde_json::{json, Value};

/// The columns of a list of grants.
const HEADINGS: [&str; 7] = [
	"record", "grantee", "state", "purpose", "given by", "granted", "ends",
];

/// Lists the grants of a record, or all that the member gave or received.
pub async fn list(context: &Context, record: Option<RecordId>) -> Result<Output> {
	let state = context.state().await?;
	let (grants, interregional) = match record {
		Some(record) => {
			state.record(record).await?;
			let grants = state.grants_of(record).await?;
			(grants, state.interregional_grants_of(record).await?)
		}
		None => grants_of_member(&state, &context.own_member(&state).await?).await?,
	};
	let numbers = numbers(context, &interregional).await;
	let (mut json, mut rows) = (Vec::new(), Vec::new());
	for grant in &grants {
		let grantee = Named::of(grant);
		json.push(member_grant_json(grant, &grantee));
		rows.push(member_grant_row(grant, &grantee));
	}
	json.extend(
		interregional
			.iter()
			.map(|grant| grant_json(grant, &numbers)),
	);
	rows.extend(
		interregional
			.iter()
			.map(|grant| interregional_grant_row(grant, &numbers)),
	);
	let json = json.into();
	Ok(Output::table(json, &HEADINGS, rows, "there are no grants"))
}

/// The grants that a member gave or received.
async fn grants_of_member(
	state: &State,
	member: &MemberId,
) -> Result<(Vec<GrantView>, Vec<InterregionalGrantView>)> {
	let mut grants = Vec::new();
	let mut interregional = Vec::new();
	if let MemberId::Patient(patient) = member {
		grants = state.grants_by(*patient).await?;
		interregional = state.interregional_grants_by(*patient).await?;
	}
	let all = RecordFilter::default();
	let granted = state.granted_to(member, &all, false).await?;
	grants.extend(granted.into_iter().map(|granted| granted.grant));
	Ok((grants, interregional))
}

fn member_grant_row(grant: &GrantView, grantee: &Named) -> Vec<String> {
	vec![
		grant.record.to_string(),
		grantee.text.clone(),
		"in force".into(),
		purpose_name(grant.purpose).into(),
		given_by(grant.via).into(),
		time(grant.granted_at),
		grant_end(grant.expires_at),
	]
}

fn interregional_grant_row(grant: &InterregionalGrantView, numbers: &Numbers) -> Vec<String> {
	vec![
		grant.record.to_string(),
		remote_text(&grant.grantee, numbers),
		state_name(&grant.state).into(),
		purpose_name(grant.purpose).into(),
		given_by(grant.via).into(),
		time(grant.granted_at),
		grant_end(grant.expires_at),
	]
}

fn member_grant_json(grant: &GrantView, grantee: &Named) -> Value {
	let json = json!({
		"record": grant.record,
		"via": grant.via,
		"purpose": purpose_name(grant.purpose),
		"granted_at": grant.granted_at,
		"expires_at": grant.expires_at,
		"key_version": grant.key_version,
	});
	merged(json, grantee.json.clone())
}

pub async fn list_waiting(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let all = state.waiting().await?;
	let numbers = numbers(context, &all).await;
	let json = all
		.iter()
		.map(|grant| grant_json(grant, &numbers))
		.collect();
	let rows = all
		.iter()
		.map(|grant| interregional_grant_row(grant, &numbers))
		.collect();
	let empty = "no grants wait to be forwarded";
	Ok(Output::table(json, &HEADINGS, rows, empty))
}

/// Lists the records of other regions that are granted to the provider. It needs no passphrase.
pub async fn list_incoming(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let grantee = remote_provider(&state, context.own_member(&state).await?).await?;
	let directory = context.directory().await?;
	let filter = RecordFilter::default();
	let all = directory.granted_to(&grantee, None, &filter, false).await?;
	if all.is_empty() {
		// Fails with a more useful message if the provider is not enlisted.
		directory.provider(&grantee).await?;
	}
	let json = all.iter().map(incoming_json).collect();
	let row = |grant: &IncomingGrantView<AccountId>| {
		vec![
			record_ref(grant).to_string(),
			author(&grant.author),
			size(grant.envelope_size),
			purpose_name(grant.purpose).into(),
			given_by(grant.via).into(),
			time(grant.granted_at),
			grant_end(grant.expires_at),
		]
	};
	let rows = all.iter().map(row).collect();
	let headings = [
		"record", "author", "envelope", "purpose", "given by", "granted", "ends",
	];
	let empty = "you can read no records of other regions now";
	let mut output = Output::table(json, &headings, rows, empty);
	if !all.is_empty() {
		let note = "this is what the regions told the consortium; they may have changed it since";
		output.lines.push(note.into());
	}
	Ok(output)
}

pub async fn show(
	context: &Context,
	record: RecordId,
	grantee: Option<(RemoteProvider, Numbers)>,
) -> Result<Output> {
	let state = context.state().await?;
	let views = match grantee {
		Some((grantee, numbers)) => {
			let id = InterregionalGrantId { record, grantee };
			let view = state.interregional_grant(&id).await?;
			let json = grant_json(&view, &numbers);
			return Ok(Output::fields(json, grant_fields(&view, &numbers)));
		}
		None => {
			state.record(record).await?;
			state.interregional_grants_of(record).await?
		}
	};
	let numbers = numbers(context, &views).await;
	let json = views
		.iter()
		.map(|view| grant_json(view, &numbers))
		.collect();
	let mut lines = Vec::new();
	for view in &views {
		if !lines.is_empty() {
			lines.push(String::new());
		}
		lines.extend(Output::fields(Value::Null, grant_fields(view, &numbers)).lines);
	}
	if lines.is_empty() {
		lines.push(format!("record {record} is not granted to other regions"));
	}
	Ok(Output { json, lines })
}
