//! `salus grant`.

use super::{
	interregional::{
		grant_fields, grant_json as interregional_json, incoming_json, state_name, state_text,
		until,
	},
	merged,
	patient::own_member,
	transaction,
};
use crate::{args::Grant, context::Context, output::Output, text};
use salus_client::{
	chain::State,
	grant::Terms,
	interregional::{record_ref, remote_provider, Forwarding, RemoteGrantee},
	keys::Fingerprint,
	Error, Result, Session,
};
use salus_primitives::{
	views::{GrantView, IncomingGrantView, InterregionalGrantView},
	AccountId, InterregionalGrantId, MemberId, RecordId, RemoteProvider,
};
use serde_json::{json, Value};

/// Whom a record is granted to.
enum Grantee {
	Member(MemberId),
	Remote(RemoteProvider),
}

impl Grantee {
	/// One of both: the arguments see to that.
	fn of(member: Option<MemberId>, remote: Option<RemoteProvider>) -> Result<Self> {
		match (member, remote) {
			(Some(member), None) => Ok(Self::Member(member)),
			(None, Some(provider)) => Ok(Self::Remote(provider)),
			_ => Err(Error::Input(
				"name a member, or a provider with its region".into(),
			)),
		}
	}
}

impl std::fmt::Display for Grantee {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Member(member) => member.fmt(f),
			Self::Remote(provider) => provider.fmt(f),
		}
	}
}

pub async fn run(context: &Context, command: Grant) -> Result<Output> {
	match command {
		Grant::Add {
			records,
			to,
			remote,
			fingerprint,
			yes,
			purpose,
			expires,
		} => {
			let grantee = Grantee::of(to, remote.named())?;
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let expires_at = match &expires {
				Some(end) => Some(text::parse_end(end, chain.finalized().await?.now().await?)?),
				None => None,
			};
			let terms = Terms {
				purpose,
				expires_at,
			};
			let session = context.session(&chain, &me);
			match grantee {
				Grantee::Member(member) => {
					to_member(context, &session, &records, &member, terms).await
				}
				Grantee::Remote(provider) => {
					let trust = (fingerprint.as_ref(), yes);
					to_remote(context, &session, &records, &provider, trust, terms).await
				}
			}
		}
		Grant::Forward {
			record: Some(record),
			remote,
			all: false,
		} => match remote.named() {
			Some(grantee) => forward_one(context, InterregionalGrantId { record, grantee }).await,
			None => forward_waiting(context, Some(record)).await,
		},
		Grant::Forward { .. } => forward_waiting(context, None).await,
		Grant::Revoke {
			records,
			from,
			remote,
		} => revoke(context, &records, Grantee::of(from, remote.named())?).await,
		Grant::List { incoming: true, .. } => incoming(context).await,
		Grant::List { waiting: true, .. } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let all = state.waiting().await?;
			let json = all.iter().map(interregional_json).collect();
			let rows = all.iter().map(interregional_row).collect();
			Ok(Output::table(json, &HEAD, rows, "no grants wait"))
		}
		Grant::List { record, .. } => list(context, record).await,
		Grant::Show { record, remote } => show(context, record, remote.named()).await,
	}
}

/// Grants to a member of the region.
async fn to_member(
	context: &Context,
	session: &Session<'_>,
	records: &[RecordId],
	member: &MemberId,
	terms: Terms,
) -> Result<Output> {
	let (ipfs, mut known) = (context.ipfs()?, context.known()?);
	let included = session
		.grant(records, member, terms, &ipfs, &mut known)
		.await?;
	let line = format!("{member} can read {}", given(records, terms));
	let json = terms_json(records, text::member(member), terms);
	Ok(Output::line(merged(json, transaction(&included)), line))
}

/// Grants to a provider of another region.
async fn to_remote(
	context: &Context,
	session: &Session<'_>,
	records: &[RecordId],
	provider: &RemoteProvider,
	(fingerprint, yes): (Option<&Fingerprint>, bool),
	terms: Terms,
) -> Result<Output> {
	let consortium = context.consortium().await?;
	let (ipfs, mut known) = (context.ipfs()?, context.known()?);
	if yes {
		known = known.trust_directory();
	}
	let grantee = RemoteGrantee {
		provider,
		fingerprint,
	};
	let included = session
		.grant_interregional(&consortium, records, grantee, terms, &ipfs, &mut known)
		.await?;
	let lines = vec![
		format!("{provider} may read {}", given(records, terms)),
		"a provider of this region has to forward it now: salus grant forward".into(),
	];
	let json = merged(
		terms_json(records, provider.number.to_string(), terms),
		json!({ "region": provider.region, "state": "granted" }),
	);
	Ok(Output {
		json: merged(json, transaction(&included)),
		lines,
	})
}

fn terms_json(records: &[RecordId], grantee: String, terms: Terms) -> Value {
	json!({
		"records": records,
		"grantee": grantee,
		"purpose": text::purpose(terms.purpose),
		"expires_at": terms.expires_at,
	})
}

fn given(records: &[RecordId], terms: Terms) -> String {
	let end = terms.expires_at.map(text::time);
	let until = end.map_or_else(String::new, |end| format!(" until {end}"));
	format!(
		"{} for {}{until}",
		listed(records),
		text::purpose(terms.purpose)
	)
}

async fn forward_one(context: &Context, id: InterregionalGrantId) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let (included, view) = context.session(&chain, &me).forward(&id).await?;
	let shown = Output::fields(Value::Null, grant_fields(&view));
	Ok(Output {
		json: merged(interregional_json(&view), transaction(&included)),
		lines: shown.lines,
	})
}

async fn forward_waiting(context: &Context, record: Option<RecordId>) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let done = context.session(&chain, &me).forward_waiting(record).await?;
	forwarded(done)
}

/// What became of the grants that waited; an error if none could be sent.
fn forwarded(mut done: Forwarding) -> Result<Output> {
	let none = done.tried.iter().all(|one| one.result.is_err());
	if none && !done.tried.is_empty() {
		let first = done.tried.swap_remove(0);
		return Err(first.result.err().unwrap_or_else(|| {
			// Not reached: all of them are errors.
			Error::NotFound("grant that waits".into())
		}));
	}
	let (mut sent, mut failed, mut lines) = (Vec::new(), Vec::new(), Vec::new());
	for one in &done.tried {
		let InterregionalGrantId { record, grantee } = &one.id;
		let named = format!("record {record} for {grantee}");
		match &one.result {
			Ok(view) => {
				sent.push(interregional_json(view));
				lines.push(format!("{named}: {}", state_text(&view.state)));
			}
			Err(error) => {
				failed.push(json!({
					"record": record,
					"region": grantee.region,
					"grantee": grantee.number.to_string(),
					"message": error.to_string(),
					"next": error.next(),
				}));
				lines.push(format!(
					"{named}: not sent: {}",
					text::clean(&error.to_string())
				));
			}
		}
	}
	if done.left {
		lines
			.push("the others wait, as too many messages are unanswered: repeat this later".into());
	}
	if lines.is_empty() {
		lines.push("no grants wait".into());
	}
	let json = json!({ "forwarded": sent, "failed": failed, "left": done.left });
	Ok(Output { json, lines })
}

async fn revoke(context: &Context, records: &[RecordId], from: Grantee) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let session = context.session(&chain, &me);
	let line = format!(
		"{from} is handed no key of {} any more; what was read before stays read",
		listed(records)
	);
	let provider = match from {
		Grantee::Member(member) => {
			let included = session.revoke(records, &member).await?;
			let json = json!({ "records": records, "grantee": text::member(&member) });
			return Ok(Output::line(merged(json, transaction(&included)), line));
		}
		Grantee::Remote(provider) => provider,
	};
	let (included, views) = session.revoke_interregional(records, &provider).await?;
	let mut lines = vec![format!("{provider}: {} taken back", listed(records))];
	for view in &views {
		let state = state_text(&view.state);
		lines.push(format!("record {}: {state}", view.record));
	}
	lines.push("what was read before stays read".into());
	let json = json!({
		"records": records,
		"region": provider.region,
		"grantee": provider.number.to_string(),
		"grants": views.iter().map(interregional_json).collect::<Vec<_>>(),
	});
	Ok(Output {
		json: merged(json, transaction(&included)),
		lines,
	})
}

const HEAD: [&str; 6] = ["record", "grantee", "state", "purpose", "granted", "until"];

/// The grants of a record, or all that one gave and was given.
async fn list(context: &Context, record: Option<RecordId>) -> Result<Output> {
	let state = context.chain().await?.state_for(context.wait()).await?;
	let (grants, crossing) = match record {
		Some(record) => {
			state.record(record).await?;
			let grants = state.grants_of(record).await?;
			(grants, state.interregional_grants_of(record).await?)
		}
		None => of_member(&state, &own_member(context, &state).await?).await?,
	};
	let json = grants
		.iter()
		.map(grant_json)
		.chain(crossing.iter().map(interregional_json))
		.collect();
	let rows = grants
		.iter()
		.map(grant_row)
		.chain(crossing.iter().map(interregional_row))
		.collect();
	Ok(Output::table(json, &HEAD, rows, "no grants"))
}

async fn of_member(
	state: &State,
	member: &MemberId,
) -> Result<(Vec<GrantView>, Vec<InterregionalGrantView>)> {
	let (mut grants, mut crossing) = (Vec::new(), Vec::new());
	if let MemberId::Patient(patient) = member {
		for record in state.records_of(member).await? {
			grants.extend(state.grants_of(record).await?);
		}
		crossing = state.interregional_grants_by(*patient).await?;
	}
	grants.extend(state.granted_to(member).await?);
	Ok((grants, crossing))
}

fn grant_row(grant: &GrantView) -> Vec<String> {
	vec![
		grant.record.to_string(),
		grant.grantee.to_string(),
		"in force".into(),
		text::purpose(grant.purpose).into(),
		text::time(grant.granted_at),
		until(grant.expires_at),
	]
}

fn interregional_row(grant: &InterregionalGrantView) -> Vec<String> {
	vec![
		grant.record.to_string(),
		grant.grantee.to_string(),
		state_name(&grant.state).into(),
		text::purpose(grant.purpose).into(),
		text::time(grant.granted_at),
		until(grant.expires_at),
	]
}

fn grant_json(grant: &GrantView) -> Value {
	json!({
		"record": grant.record,
		"grantee": text::member(&grant.grantee),
		"purpose": text::purpose(grant.purpose),
		"granted_at": grant.granted_at,
		"expires_at": grant.expires_at,
		"key_version": grant.wrapped_key.key_version(),
	})
}

/// Records of other regions that were granted to this key's provider: no passphrase needed.
async fn incoming(context: &Context) -> Result<Output> {
	let state = context.chain().await?.state_for(context.wait()).await?;
	let grantee = remote_provider(&state, own_member(context, &state).await?).await?;
	let directory = context
		.consortium()
		.await?
		.state_for(context.wait())
		.await?;
	let all = directory.granted_to(&grantee).await?;
	if all.is_empty() {
		// Nothing is there for who is not enlisted: that is the more useful answer.
		directory.provider(&grantee).await?;
	}
	let json = all.iter().map(incoming_json).collect();
	let row = |grant: &IncomingGrantView<AccountId>| {
		vec![
			record_ref(grant).to_string(),
			format!(
				"{} {}",
				grant.author,
				text::clean(grant.author_name.as_str())
			),
			text::size(grant.size),
			text::purpose(grant.purpose).into(),
			text::time(grant.granted_at),
			until(grant.expires_at),
		]
	};
	let rows = all.iter().map(row).collect();
	let head = [
		"record", "author", "envelope", "purpose", "granted", "until",
	];
	let empty = "no records of other regions are granted to you, or handed out now";
	Ok(Output::table(json, &head, rows, empty))
}

async fn show(
	context: &Context,
	record: RecordId,
	grantee: Option<RemoteProvider>,
) -> Result<Output> {
	let state = context.chain().await?.state_for(context.wait()).await?;
	let views = match grantee {
		Some(grantee) => {
			let id = InterregionalGrantId { record, grantee };
			let view = state.interregional_grant(&id).await?;
			return Ok(Output::fields(
				interregional_json(&view),
				grant_fields(&view),
			));
		}
		None => {
			state.record(record).await?;
			state.interregional_grants_of(record).await?
		}
	};
	let json = views.iter().map(interregional_json).collect();
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

fn listed(records: &[u64]) -> String {
	let ids: Vec<_> = records.iter().map(u64::to_string).collect();
	match ids.as_slice() {
		[one] => format!("record {one}"),
		_ => format!("records {}", ids.join(", ")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_client::interregional::Forwarded;
	use salus_primitives::{InterregionalState, Purpose};

	fn tried(record: RecordId, fails: bool) -> Forwarded {
		let grantee = RemoteProvider {
			region: 2001,
			number: "B54321".parse().unwrap(),
		};
		let id = InterregionalGrantId {
			record,
			grantee: grantee.clone(),
		};
		let view = InterregionalGrantView {
			record,
			grantee,
			state: InterregionalState::Forwarded,
			sequence: 1,
			message: Some([1; 32]),
			sent_at: Some(1),
			deadline: Some(2),
			key_version: 0,
			purpose: Purpose::Treatment,
			granted_at: 0,
			expires_at: None,
		};
		let result = match fails {
			true => Err(Error::NotFound(format!("grant of record {record}"))),
			false => Ok(view),
		};
		Forwarded { id, result }
	}

	#[test]
	fn what_was_sent_and_what_was_not_are_both_told() {
		let done = Forwarding {
			tried: vec![tried(1, true), tried(2, false)],
			left: true,
		};
		let output = forwarded(done).unwrap();
		assert_eq!(output.json["forwarded"][0]["record"], 2);
		assert_eq!(output.json["failed"][0]["record"], 1);
		assert_eq!(output.json["left"], true);
		assert_eq!(output.lines.len(), 3, "{:?}", output.lines);
	}

	#[test]
	fn it_fails_if_none_could_be_sent_and_not_if_none_waits() {
		let none = Forwarding {
			tried: vec![tried(1, true), tried(2, true)],
			left: false,
		};
		let error = forwarded(none).err().unwrap();
		assert!(error.to_string().contains("record 1"), "{error}");
		let output = forwarded(Forwarding::default()).unwrap();
		assert_eq!(output.lines, ["no grants wait"]);
		assert_eq!(output.json["left"], false);
	}
}
