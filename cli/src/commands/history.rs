//! `salus history`.

use crate::{
	context::Context,
	display::{given_by, grant_end, purpose_name, time},
	output::{merged, to_stderr, Output},
};
use clap::Args;
use salus_client::{address::to_address, chain::State, Result};
use salus_primitives::{
	views::HistoryView, AccountId, GrantEvent, Grantee, HistoryEvent, MemberId, MAX_PAGE,
};
use serde_json::{json, Value};
use std::collections::BTreeMap;

#[derive(Args)]
pub struct History {
	/// At most so many entries
	#[arg(
		long,
		value_name = "N",
		default_value_t = 100,
		value_parser = clap::value_parser!(u32).range(1..)
	)]
	limit: u32,
}

/// Shows what happened to the member's grants and keys, newest first.
pub async fn run(context: &Context, history: &History) -> Result<Output> {
	let state = context.state().await?;
	let member = context.own_member(&state).await?;
	let (entries, more) = read(&state, &member, history.limit).await?;
	let mut names = Names::default();
	let (mut json, mut rows) = (Vec::new(), Vec::new());
	for entry in &entries {
		let (event, what) = event_json(&entry.event);
		let by = entry.by.as_ref().map(to_address);
		let common = json!({ "entry": entry.id, "at": entry.at, "by": by });
		json.push(merged(common, event));
		let (record, grantee) = match &entry.event {
			HistoryEvent::Grant {
				record, grantee, ..
			} => (record.to_string(), names.of(&state, grantee).await?),
			HistoryEvent::Key { .. } => (String::new(), String::new()),
		};
		let by = by.unwrap_or_else(|| "the chain".into());
		rows.push(vec![time(entry.at), what, record, grantee, by]);
	}
	let headings = ["time", "what", "record", "grantee", "by"];
	let empty = "nothing happened in the last three years";
	if more && !context.options.json {
		to_stderr("there are older entries: --limit shows more");
	}
	Ok(Output::table(Value::Array(json), &headings, rows, empty))
}

/// The newest entries of a history, and whether there are more.
async fn read(
	state: &State,
	member: &MemberId,
	limit: u32,
) -> Result<(Vec<HistoryView<AccountId>>, bool)> {
	let (mut entries, mut after, mut left) = (Vec::new(), None, limit);
	while left > 0 {
		let page = state
			.history_page(member, after, left.min(MAX_PAGE))
			.await?;
		left = left.saturating_sub(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
		entries.extend(page.items);
		after = page.next;
		if after.is_none() {
			break;
		}
	}
	Ok((entries, after.is_some()))
}

/// An event as JSON and as text.
fn event_json(event: &HistoryEvent) -> (Value, String) {
	let (record, grantee, via, event) = match event {
		HistoryEvent::Key { version } => {
			let json = json!({ "event": "key", "key_version": version });
			return (json, format!("encryption key, version {version}"));
		}
		HistoryEvent::Grant {
			record,
			grantee,
			via,
			event,
		} => (record, grantee, via, event),
	};
	let (name, what) = match event {
		GrantEvent::Granted {
			purpose,
			expires_at,
		} => {
			let (purpose, end) = (purpose_name(*purpose), grant_end(*expires_at));
			("granted", format!("granted for {purpose}, ends: {end}"))
		}
		GrantEvent::Forwarded => ("forwarded", "forwarded to the consortium".into()),
		GrantEvent::Delivered => ("delivered", "delivered by the consortium".into()),
		GrantEvent::Revoking => ("revoking", "revoked, and the consortium told".into()),
		GrantEvent::Revoked => ("revoked", "revoked".into()),
		GrantEvent::Expired => ("expired", "expired".into()),
	};
	let json = json!({ "event": name, "record": record, "via": via, "given_by": given_by(*via) });
	let json = merged(json, grantee_json(grantee));
	let terms = match event {
		GrantEvent::Granted {
			purpose,
			expires_at,
		} => json!({ "purpose": purpose_name(*purpose), "expires_at": expires_at }),
		_ => json!({}),
	};
	(merged(json, terms), what)
}

fn grantee_json(grantee: &Grantee) -> Value {
	match grantee {
		Grantee::Member(MemberId::Patient(id)) => json!({ "grantee_patient": id.to_string() }),
		Grantee::Member(MemberId::Provider(id)) => json!({ "grantee_id": id }),
		Grantee::Remote(provider) => {
			json!({ "grantee_region": provider.region, "grantee_id": provider.id })
		}
	}
}

/// The names of grantees that were read before.
#[derive(Default)]
struct Names(BTreeMap<MemberId, String>);

impl Names {
	async fn of(&mut self, state: &State, grantee: &Grantee) -> Result<String> {
		let member = match grantee {
			Grantee::Member(member) => member,
			Grantee::Remote(provider) => return Ok(provider.to_string()),
		};
		if let Some(name) = self.0.get(member) {
			return Ok(name.clone());
		}
		let name = state.member_text(member).await?;
		self.0.insert(member.clone(), name.clone());
		Ok(name)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::{ProviderId, Purpose, RemoteProvider, Via};

	#[test]
	fn an_expired_grant_and_a_revoked_one_differ() {
		let text = |event| {
			let grantee = RemoteProvider {
				region: 2002,
				id: ProviderId(7),
			};
			event_json(&HistoryEvent::Grant {
				record: 7,
				grantee: Grantee::Remote(grantee),
				via: Via::Patient,
				event,
			})
		};
		let (json, what) = text(GrantEvent::Expired);
		assert_eq!(
			(json["event"].as_str(), what.as_str()),
			(Some("expired"), "expired")
		);
		assert_eq!(
			(&json["grantee_region"], &json["grantee_id"]),
			(&json!(2002), &json!(7))
		);
		let (json, _) = text(GrantEvent::Revoked);
		assert_eq!(json["event"], "revoked");
		let (json, what) = text(GrantEvent::Granted {
			purpose: Purpose::Treatment,
			expires_at: None,
		});
		assert_eq!(
			(&json["purpose"], &json["expires_at"]),
			(&json!("treatment"), &json!(null))
		);
		assert_eq!(what, "granted for treatment, ends: when revoked");
	}
}
