//! `salus grant list` and `salus grant show`.

use crate::{
	context::Context,
	display::{clean, grant_end, member, purpose_name, size, time},
	interregional::{grant_fields, grant_json, incoming_json, state_name},
	output::Output,
};
use salus_client::{
	chain::State,
	interregional::{record_ref, remote_provider},
	Result,
};
use salus_primitives::{
	views::{GrantView, IncomingGrantView, InterregionalGrantView},
	AccountId, InterregionalGrantId, MemberId, RecordId, RemoteProvider,
};
use serde_json::{json, Value};

/// The columns of a list of grants.
const HEADINGS: [&str; 6] = ["record", "grantee", "state", "purpose", "granted", "ends"];

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
	let json = grants
		.iter()
		.map(member_grant_json)
		.chain(interregional.iter().map(grant_json))
		.collect();
	let rows = grants
		.iter()
		.map(member_grant_row)
		.chain(interregional.iter().map(interregional_grant_row))
		.collect();
	Ok(Output::table(json, &HEADINGS, rows, "there are no grants"))
}

/// The grants that a member gave or received.
async fn grants_of_member(
	state: &State,
	member: &MemberId,
) -> Result<(Vec<GrantView>, Vec<InterregionalGrantView>)> {
	let (mut grants, mut interregional) = (Vec::new(), Vec::new());
	if let MemberId::Patient(patient) = member {
		for record in state.records_of(member).await? {
			grants.extend(state.grants_of(record).await?);
		}
		interregional = state.interregional_grants_by(*patient).await?;
	}
	grants.extend(state.granted_to(member).await?);
	Ok((grants, interregional))
}

fn member_grant_row(grant: &GrantView) -> Vec<String> {
	vec![
		grant.record.to_string(),
		grant.grantee.to_string(),
		"in force".into(),
		purpose_name(grant.purpose).into(),
		time(grant.granted_at),
		grant_end(grant.expires_at),
	]
}

fn interregional_grant_row(grant: &InterregionalGrantView) -> Vec<String> {
	vec![
		grant.record.to_string(),
		grant.grantee.to_string(),
		state_name(&grant.state).into(),
		purpose_name(grant.purpose).into(),
		time(grant.granted_at),
		grant_end(grant.expires_at),
	]
}

fn member_grant_json(grant: &GrantView) -> Value {
	json!({
		"record": grant.record,
		"grantee": member(&grant.grantee),
		"purpose": purpose_name(grant.purpose),
		"granted_at": grant.granted_at,
		"expires_at": grant.expires_at,
		"key_version": grant.wrapped_key.key_version(),
	})
}

pub async fn list_waiting(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let all = state.waiting().await?;
	let json = all.iter().map(grant_json).collect();
	let rows = all.iter().map(interregional_grant_row).collect();
	let empty = "no grants wait to be forwarded";
	Ok(Output::table(json, &HEADINGS, rows, empty))
}

/// Lists the records of other regions that are granted to the provider. It needs no passphrase.
pub async fn list_incoming(context: &Context) -> Result<Output> {
	let state = context.state().await?;
	let grantee = remote_provider(&state, context.own_member(&state).await?).await?;
	let directory = context.directory().await?;
	let all = directory.granted_to(&grantee).await?;
	if all.is_empty() {
		// Fails with a more useful message if the provider is not enlisted.
		directory.provider(&grantee).await?;
	}
	let json = all.iter().map(incoming_json).collect();
	let row = |grant: &IncomingGrantView<AccountId>| {
		vec![
			record_ref(grant).to_string(),
			format!("{} {}", grant.author, clean(grant.author_name.as_str())),
			size(grant.size),
			purpose_name(grant.purpose).into(),
			time(grant.granted_at),
			grant_end(grant.expires_at),
		]
	};
	let rows = all.iter().map(row).collect();
	let headings = ["record", "author", "envelope", "purpose", "granted", "ends"];
	let empty = "you can read no records of other regions now";
	Ok(Output::table(json, &headings, rows, empty))
}

pub async fn show(
	context: &Context,
	record: RecordId,
	grantee: Option<RemoteProvider>,
) -> Result<Output> {
	let state = context.state().await?;
	let views = match grantee {
		Some(grantee) => {
			let id = InterregionalGrantId { record, grantee };
			let view = state.interregional_grant(&id).await?;
			return Ok(Output::fields(grant_json(&view), grant_fields(&view)));
		}
		None => {
			state.record(record).await?;
			state.interregional_grants_of(record).await?
		}
	};
	let json = views.iter().map(grant_json).collect();
	let mut lines = Vec::new();
	for view in &views {
		if !lines.is_empty() {
			lines.push(String::new());
		}
		lines.extend(Output::fields(Value::Null, grant_fields(view)).lines);
	}
	if lines.is_empty() {
		lines.push(format!("record {record} is not granted to other regions"));
	}
	Ok(Output { json, lines })
}
