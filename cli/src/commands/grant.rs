//! `salus grant`.

use super::{merged, patient::own_member, transaction};
use crate::{args::Grant, context::Context, output::Output, text};
use salus_client::{grants::Terms, Result};
use salus_primitives::{views::GrantView, MemberId};
use serde_json::{json, Value};

pub async fn run(context: &Context, command: Grant) -> Result<Output> {
	match command {
		Grant::Add {
			records,
			to,
			purpose,
			expires,
		} => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let ipfs = context.ipfs()?;
			let mut known = context.known()?;
			let expires_at = match &expires {
				Some(end) => Some(text::parse_end(end, chain.finalized().await?.now().await?)?),
				None => None,
			};
			let terms = Terms {
				purpose,
				expires_at,
			};
			let acting = context.acting(&chain, &me);
			let included = acting
				.grant(&records, &to, terms, &ipfs, &mut known)
				.await?;
			let until =
				expires_at.map_or_else(String::new, |end| format!(" until {}", text::time(end)));
			let line = format!(
				"{} can read {} for {}{until}",
				to,
				listed(&records),
				text::purpose(purpose)
			);
			let json = json!({
				"records": records,
				"grantee": text::member(&to),
				"purpose": text::purpose(purpose),
				"expires_at": expires_at,
			});
			Ok(Output::line(merged(json, transaction(&included)), line))
		}
		Grant::Revoke { records, from } => {
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let included = context.acting(&chain, &me).revoke(&records, &from).await?;
			let line = format!(
				"{from} is handed no key of {} any more; what was read before stays read",
				listed(&records)
			);
			let json = json!({ "records": records, "grantee": text::member(&from) });
			Ok(Output::line(merged(json, transaction(&included)), line))
		}
		Grant::List { record } => {
			let state = context.chain().await?.state_for(context.wait()).await?;
			let mut grants = Vec::new();
			match record {
				Some(record) => {
					state.record(record).await?;
					grants = state.grants_of(record).await?;
				}
				None => {
					let member = own_member(context, &state).await?;
					if let MemberId::Patient(_) = member {
						for record in state.records_of(&member).await? {
							grants.extend(state.grants_of(record).await?);
						}
					}
					grants.extend(state.granted_to(&member).await?);
				}
			}
			let json = grants.iter().map(grant_json).collect();
			let row = |grant: &GrantView| {
				vec![
					grant.record.to_string(),
					grant.grantee.to_string(),
					text::purpose(grant.purpose).into(),
					text::time(grant.granted_at),
					grant
						.expires_at
						.map_or_else(|| "revoked".into(), text::time),
				]
			};
			let rows = grants.iter().map(row).collect();
			let head = ["record", "grantee", "purpose", "granted", "until"];
			Ok(Output::table(json, &head, rows, "no grants"))
		}
	}
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

fn listed(records: &[u64]) -> String {
	let ids: Vec<_> = records.iter().map(u64::to_string).collect();
	match ids.as_slice() {
		[one] => format!("record {one}"),
		_ => format!("records {}", ids.join(", ")),
	}
}
