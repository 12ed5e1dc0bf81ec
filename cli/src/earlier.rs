//! Reports on the transactions that earlier commands sent and did not see final, and on the
//! envelopes that they left without a record.

use crate::{
	display::{clean, hash},
	output::{report_error, to_stderr},
};
use salus_client::{
	chain::{Answer, Chain, Fate, Transaction},
	ipfs::to_base32,
	Error, Pending, Result, Upload,
};
use salus_primitives::AccountId;
use serde_json::json;

/// Sends the account's pending transactions again, and prints on standard error what became of
/// them, and which envelopes have no record. A failure is printed too: it does not stop the command.
pub async fn report(chain: &Chain, pending: &Pending, account: &AccountId, json: bool) {
	let settled = match chain.settle(pending, account).await {
		Ok(settled) => settled,
		Err(error) => {
			report_error(&error, json);
			return;
		}
	};
	for (transaction, fate, answer) in settled {
		let result = match fate {
			Fate::Final(place) => Some(chain.outcome(&transaction, &place).await.map(drop)),
			_ => None,
		};
		let Some(text) = text(&transaction, fate, answer, result) else {
			continue;
		};
		let (what, hash) = (clean(&transaction.what), hash(&transaction.hash));
		let text = clean(&text);
		if json {
			let value = json!({ "earlier": {
				"transaction": hash, "what": what, "fate": fate_name(fate), "message": text,
			} });
			to_stderr(&value.to_string());
		} else {
			to_stderr(&format!("earlier transaction {hash} ({what}): {text}"));
		}
	}
	let unfinished = chain.unfinished(pending, account).await;
	let told = unfinished.and_then(|all| all.iter().try_for_each(|one| tell(one, json)));
	if let Err(error) = told {
		report_error(&error, json);
	}
}

/// Says that an envelope has no record.
fn tell(upload: &Upload, json: bool) -> Result<()> {
	let cid = to_base32(&upload.cid()?);
	let patient = upload.patient().to_string();
	let text = format!(
		"an earlier command ended before its record was on the chain. Repeat that command, or add the \
		 record with salus record finish {cid}, or drop the envelope with salus record drop {cid}"
	);
	if json {
		let value = json!({ "unfinished": { "cid": cid, "patient": patient, "message": text } });
		to_stderr(&value.to_string());
	} else {
		to_stderr(&format!("envelope {cid} of patient {patient}: {text}"));
	}
	Ok(())
}

/// A fate's name.
pub fn fate_name(fate: Fate) -> &'static str {
	match fate {
		Fate::Waiting => "waiting",
		Fate::InBlock(_) => "in-block",
		Fate::Final(_) => "final",
		Fate::Replaced => "replaced",
		Fate::Expired => "expired",
	}
}

/// What became of a transaction. `None` if nothing happened that the person does not know:
/// `--wait best` said that it is in a block.
fn text(
	transaction: &Transaction,
	fate: Fate,
	answer: Option<Answer>,
	result: Option<Result<()>>,
) -> Option<String> {
	let until = transaction.last_block;
	Some(match (fate, answer, result) {
		(Fate::InBlock(_), ..) => return None,
		(Fate::Final(place), _, None | Some(Ok(()))) => format!("final in block {}", place.number),
		(Fate::Final(place), _, Some(Err(error @ Error::Refused { .. }))) => {
			format!("failed in final block {}: {error}", place.number)
		}
		// Nodes keep the state of recent blocks only.
		(Fate::Final(place), _, Some(Err(_))) => format!(
			"final in block {}; the node no longer has its result",
			place.number
		),
		(Fate::Replaced, ..) => {
			"it has no effect: another transaction of the account took its place".into()
		}
		(Fate::Expired, ..) => {
			"it has no effect: no block included it while it was valid. Run the command again"
				.into()
		}
		(Fate::Waiting, Some(Answer::Taken), _) => format!(
			"its block was reverted, or the node forgot it: sent again; it can come until block {until}"
		),
		(Fate::Waiting, Some(Answer::Refused(reason) | Answer::NotAllowed(reason)), _) => format!(
			"no block includes it, and the node does not take it again ({reason}); it can come until \
			 block {until}"
		),
		(Fate::Waiting, ..) => format!("waits for a block; it can come until block {until}"),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_fate_that_the_person_does_not_know_is_told() {
		let transaction = Transaction {
			what: "grant a record".into(),
			hash: [1; 32],
			first: [1; 32],
			genesis: [2; 32],
			account: [3; 32],
			nonce: 4,
			first_block: 5,
			last_block: 516,
			bytes: Vec::new(),
		};
		let told = |fate, answer| text(&transaction, fate, answer, None).unwrap();
		assert!(told(Fate::Replaced, None).contains("no effect"));
		assert!(told(Fate::Expired, None).contains("no effect"));
		for answer in [
			Answer::Taken,
			Answer::Held,
			Answer::Occupied,
			Answer::Refused("full".into()),
			Answer::NotAllowed("not invited".into()),
		] {
			assert!(told(Fate::Waiting, Some(answer)).contains("until block 516"));
		}
	}
}
