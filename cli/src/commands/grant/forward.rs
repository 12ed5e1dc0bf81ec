//! `salus grant forward`.

use crate::{
	context::Context,
	display::clean,
	interregional::{
		grant_fields, grant_json, grantee_standing, grantee_text, numbers, remote_text, state_text,
		Numbers,
	},
	output::{merged, transaction_json, Output},
};
use salus_client::{interregional::Forwarding, Error, Result};
use salus_primitives::{InterregionalGrantId, RecordId};
use serde_json::json;

pub async fn forward_one(
	context: &Context,
	id: InterregionalGrantId,
	numbers: &Numbers,
) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let (included, view) = context.session(&chain, &me).forward(&id).await?;
	let json = merged(grant_json(&view, numbers), transaction_json(&included));
	Ok(Output::fields(json, grant_fields(&view, numbers)))
}

pub async fn forward_waiting(context: &Context, record: Option<RecordId>) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let done = context.session(&chain, &me).forward_waiting(record).await?;
	let sent: Vec<_> = done
		.tried
		.iter()
		.filter_map(|one| one.result.as_ref().ok())
		.cloned()
		.collect();
	let numbers = numbers(context, &sent).await;
	forwarded(done, &numbers)
}

/// The output for the grants that were tried. An error if none could be sent.
fn forwarded(mut done: Forwarding, numbers: &Numbers) -> Result<Output> {
	let all_failed = done.tried.iter().all(|one| one.result.is_err());
	if all_failed && !done.tried.is_empty() {
		let first = done.tried.swap_remove(0);
		return Err(first.result.err().unwrap_or_else(|| {
			// Not reached: all results are errors.
			Error::NotFound("waiting grant".into())
		}));
	}
	let (mut sent, mut failed, mut lines) = (Vec::new(), Vec::new(), Vec::new());
	for one in &done.tried {
		let InterregionalGrantId { record, grantee } = &one.id;
		let grant = format!("record {record} for {}", remote_text(grantee, numbers));
		match &one.result {
			Ok(view) => {
				sent.push(grant_json(view, numbers));
				lines.push(format!("{grant}: {}", state_text(&view.state)));
			}
			Err(error) => {
				failed.push(json!({
					"record": record,
					"region": grantee.region,
					"grantee": grantee_text(grantee, numbers),
					"grantee_id": grantee.id,
					"grantee_standing": grantee_standing(grantee, numbers),
					"message": error.to_string(),
					"next": error.next(),
				}));
				lines.push(format!("{grant}: not sent: {}", clean(&error.to_string())));
			}
		}
	}
	if done.left {
		lines.push(
			"the other grants still wait: too many messages are unanswered. Repeat this later"
				.into(),
		);
	}
	if lines.is_empty() {
		lines.push("no grants wait to be forwarded".into());
	}
	let json = json!({ "forwarded": sent, "failed": failed, "left": done.left });
	Ok(Output { json, lines })
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_client::interregional::Forwarded;
	use salus_primitives::{
		views::InterregionalGrantView, InterregionalState, ProviderId, Purpose, RemoteProvider, Via,
	};

	fn tried(record: RecordId, fails: bool) -> Forwarded {
		let grantee = RemoteProvider {
			region: 2001,
			id: ProviderId(7),
		};
		let id = InterregionalGrantId {
			record,
			grantee: grantee.clone(),
		};
		let view = InterregionalGrantView {
			record,
			grantee,
			history: 0,
			state: InterregionalState::Forwarded,
			sequence: 1,
			message: Some([1; 32]),
			sent_at: Some(1),
			deadline: Some(2),
			key_version: 0,
			via: Via::Patient,
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
	fn both_sent_and_failed_grants_are_listed() {
		let done = Forwarding {
			tried: vec![tried(1, true), tried(2, false)],
			left: true,
		};
		let output = forwarded(done, &Numbers::new()).unwrap();
		assert_eq!(output.json["forwarded"][0]["record"], 2);
		assert_eq!(output.json["failed"][0]["record"], 1);
		assert_eq!(output.json["left"], true);
		assert_eq!(output.lines.len(), 3, "{:?}", output.lines);
	}

	#[test]
	fn forwarding_fails_if_no_grant_could_be_sent() {
		let none = Forwarding {
			tried: vec![tried(1, true), tried(2, true)],
			left: false,
		};
		let error = forwarded(none, &Numbers::new()).err().unwrap();
		assert!(error.to_string().contains("record 1"), "{error}");
		let output = forwarded(Forwarding::default(), &Numbers::new()).unwrap();
		assert_eq!(output.lines, ["no grants wait to be forwarded"]);
		assert_eq!(output.json["left"], false);
	}
}
