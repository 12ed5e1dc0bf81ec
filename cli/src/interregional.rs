//! How inter-regional grants, directory entries and enlistments are shown.

use crate::{
	context::Context,
	display::{author_json, given_by, grant_end, hash, purpose_name, time},
	output::merged,
};
use salus_client::{
	address::to_address, interregional::record_ref, ipfs::to_base32, provider_text, standing_text,
	ProviderRef,
};
use salus_primitives::{
	views::{DirectoryView, EnlistmentView, IncomingGrantView, InterregionalGrantView},
	AccountId, Cause, EnlistmentState, InterregionalState, ParaId, ProfessionalNumber,
	RegionStanding, RemoteProvider, Standing,
};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// A state's name.
pub fn state_name(state: &InterregionalState) -> &'static str {
	match state {
		InterregionalState::Granted => "granted",
		InterregionalState::Forwarded => "forwarded",
		InterregionalState::Overdue => "overdue",
		InterregionalState::Delivered => "delivered",
		InterregionalState::Refused(_) => "refused",
		InterregionalState::Revoking => "revoking",
		InterregionalState::Revoked => "revoked",
	}
}

/// A state's name, its meaning and what to do next.
pub fn state_text(state: &InterregionalState) -> String {
	let meaning = match state {
		InterregionalState::Granted => {
			"waits until a provider of this region forwards it (salus grant forward)"
		}
		InterregionalState::Forwarded => "sent; the consortium has not answered yet",
		InterregionalState::Overdue => {
			"no answer came in time. The grant may have arrived or not; it is safe to forward \
			 it again"
		}
		InterregionalState::Delivered => "the provider can read the record",
		InterregionalState::Refused(cause) => return format!("refused: {cause}"),
		InterregionalState::Revoking => {
			"the consortium has not confirmed yet that it deleted the wrapped key. If this \
			 state does not change, revoke it again"
		}
		InterregionalState::Revoked => "the consortium no longer gives out the wrapped key",
	};
	format!("{}: {meaning}", state_name(state))
}

fn cause_json(cause: &Cause) -> Value {
	let code = match cause {
		Cause::Reason(reason) => json!(reason),
		Cause::Failure(_) => json!("failed"),
	};
	json!({ "code": code, "text": cause.to_string() })
}

/// The numbers and standings of providers of other regions, as far as the directory was at hand.
pub type Numbers = BTreeMap<RemoteProvider, (ProfessionalNumber, Standing)>;

/// Reads the numbers and standings of these grantees from the directory. Without a consortium's
/// node, they are shown by their ids.
pub async fn numbers(context: &Context, grants: &[InterregionalGrantView]) -> Numbers {
	let mut numbers = Numbers::new();
	if grants.is_empty() {
		return numbers;
	}
	let Ok(directory) = context.directory().await else {
		return numbers;
	};
	for grant in grants {
		if numbers.contains_key(&grant.grantee) {
			continue;
		}
		if let Ok(Some(entry)) = directory.find(&grant.grantee).await {
			numbers.insert(grant.grantee.clone(), (entry.number, entry.standing));
		}
	}
	numbers
}

/// A provider of another region, by its number if that is known.
pub fn remote_text(provider: &RemoteProvider, numbers: &Numbers) -> String {
	match numbers.get(provider) {
		Some((number, standing)) => {
			let text = provider_text(number, provider.id, Some(*standing));
			format!("provider {text} of region {}", provider.region)
		}
		None => provider.to_string(),
	}
}

/// A grantee's number, or its id if the number is not known, as the command reads it.
pub fn grantee_text(provider: &RemoteProvider, numbers: &Numbers) -> String {
	let number = numbers.get(provider).map(|(number, _)| number.to_string());
	number.unwrap_or_else(|| ProviderRef::Id(provider.id).to_string())
}

/// A grantee's standing, if it is known.
pub fn grantee_standing(provider: &RemoteProvider, numbers: &Numbers) -> Option<&'static str> {
	let standing = numbers.get(provider).map(|(_, standing)| *standing);
	standing.map(standing_text)
}

/// An inter-regional grant as JSON.
pub fn grant_json(view: &InterregionalGrantView, numbers: &Numbers) -> Value {
	let reason = match &view.state {
		InterregionalState::Refused(cause) => cause_json(cause),
		_ => Value::Null,
	};
	json!({
		"record": view.record,
		"region": view.grantee.region,
		"grantee": grantee_text(&view.grantee, numbers),
		"grantee_id": view.grantee.id,
		"grantee_standing": grantee_standing(&view.grantee, numbers),
		"via": view.via,
		"state": state_name(&view.state),
		"reason": reason,
		"message": view.message.as_ref().map(hash),
		"sent_at": view.sent_at,
		"deadline": view.deadline,
		"sequence": view.sequence,
		"key_version": view.key_version,
		"purpose": purpose_name(view.purpose),
		"granted_at": view.granted_at,
		"expires_at": view.expires_at,
	})
}

/// An inter-regional grant as names and values.
pub fn grant_fields(
	view: &InterregionalGrantView,
	numbers: &Numbers,
) -> Vec<(&'static str, String)> {
	let mut fields = vec![
		("record", view.record.to_string()),
		("grantee", remote_text(&view.grantee, numbers)),
		("state", state_text(&view.state)),
	];
	if let Some(message) = &view.message {
		fields.push(("message", hash(message)));
	}
	if let Some(sent) = view.sent_at {
		fields.push(("sent", time(sent)));
	}
	if let Some(deadline) = view.deadline {
		fields.push(("answer due", time(deadline)));
	}
	fields.extend([
		("purpose", purpose_name(view.purpose).into()),
		("given by", given_by(view.via).into()),
		("granted", time(view.granted_at)),
		("ends", grant_end(view.expires_at)),
	]);
	fields
}

/// A grant of another region's record, as the consortium gives it to the grantee, as JSON.
pub fn incoming_json(view: &IncomingGrantView<AccountId>) -> Value {
	let json = json!({
		"record": record_ref(view).to_string(),
		"region": view.region,
		"genesis": hash(&view.genesis_hash.0),
		"patient": view.patient.to_string(),
		"account": view.account.as_ref().map(to_address),
		"hash": hash(&view.document_hash),
		"cid": to_base32(&view.cid),
		"size": view.envelope_size,
		"added_at": view.added_at,
		"via": view.via,
		"purpose": purpose_name(view.purpose),
		"granted_at": view.granted_at,
		"expires_at": view.expires_at,
		"delivered_at": view.delivered_at,
		"key_version": view.key_version,
		"sequence": view.sequence,
	});
	merged(json, author_json(&view.author))
}

/// What a grant of another region's record proves.
pub fn as_told(region: ParaId) -> String {
	format!("what region {region} told the consortium; the region may have changed it since")
}

/// The name of a region's standing.
pub fn region_standing(standing: RegionStanding) -> &'static str {
	match standing {
		RegionStanding::Admitted => "admitted",
		RegionStanding::Expelled => "expelled",
	}
}

/// A provider's entry in the consortium's directory, as JSON.
pub fn entry_json(view: &DirectoryView<AccountId>) -> Value {
	json!({
		"region": view.region,
		"region_standing": region_standing(view.region_standing),
		"number": view.number.to_string(),
		"id": view.id,
		"name": view.name.as_str(),
		"standing": standing_text(view.standing),
		"account": to_address(&view.account),
		"key_version": view.key.version,
		"fingerprint": salus_envelope::fingerprint(view.key.key.as_bytes()),
		"since": view.since,
		"updated_at": view.updated_at,
		"sequence": view.sequence,
	})
}

/// The state of a provider's enlistment. `None`: the provider never asked for it.
pub fn enlistment_text(view: Option<&EnlistmentView>) -> String {
	let Some(view) = view else {
		return "not enlisted (salus provider enlist)".into();
	};
	let earlier = match view.enlisted {
		Some(enlisted) if enlisted < view.sequence => "; the directory has an earlier entry",
		_ => "",
	};
	match &view.state {
		EnlistmentState::Waiting => {
			format!("waiting: the region sends it to the consortium automatically{earlier}")
		}
		EnlistmentState::Sent => {
			format!("sent: the consortium has not answered yet{earlier}")
		}
		EnlistmentState::Enlisted => "enlisted".into(),
		EnlistmentState::Refused(cause) => format!("refused: {cause}{earlier}"),
	}
}

/// A provider's enlistment as JSON.
pub fn enlistment_json(view: &EnlistmentView) -> Value {
	let (state, reason) = match &view.state {
		EnlistmentState::Waiting => ("waiting", Value::Null),
		EnlistmentState::Sent => ("sent", Value::Null),
		EnlistmentState::Enlisted => ("enlisted", Value::Null),
		EnlistmentState::Refused(cause) => ("refused", cause_json(cause)),
	};
	json!({
		"id": view.id,
		"state": state,
		"reason": reason,
		"sequence": view.sequence,
		"enlisted": view.enlisted,
		"message": view.message.as_ref().map(hash),
		"deadline": view.deadline,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::{Failure, ProviderId, Purpose, Reason, Via};

	fn view(state: InterregionalState) -> InterregionalGrantView {
		InterregionalGrantView {
			record: 7,
			grantee: RemoteProvider {
				region: 2001,
				id: ProviderId(7),
			},
			history: 0,
			state,
			sequence: 3,
			message: Some([0xab; 32]),
			sent_at: Some(1000),
			deadline: None,
			key_version: 2,
			via: Via::Patient,
			purpose: Purpose::Treatment,
			granted_at: 0,
			expires_at: None,
		}
	}

	#[test]
	fn a_refused_grant_shows_the_reason() {
		for reason in Reason::ALL {
			let view = view(InterregionalState::Refused(Cause::Reason(reason)));
			let json = grant_json(&view, &Numbers::new());
			assert_eq!(json["state"], "refused");
			assert_eq!(json["reason"]["code"], json!(reason));
			assert_eq!(json["reason"]["text"], reason.to_string());
			let shown = grant_fields(&view, &Numbers::new());
			let state = shown.iter().find(|(name, _)| *name == "state").unwrap();
			assert_eq!(state.1, format!("refused: {reason}"));
		}
		let code = &grant_json(
			&view(InterregionalState::Refused(Cause::Reason(
				Reason::GranteeSuspended,
			))),
			&Numbers::new(),
		)["reason"]["code"];
		assert_eq!(code, "grantee-suspended");
		let failed = Cause::Failure(Failure::call(&[3, 50]));
		let json = grant_json(&view(InterregionalState::Refused(failed)), &Numbers::new());
		assert_eq!(json["reason"]["code"], "failed");
		assert!(json["reason"]["text"].as_str().unwrap().contains("0x0332"));
	}

	#[test]
	fn a_sent_grant_shows_the_id_of_its_message() {
		let view = view(InterregionalState::Forwarded);
		let id = format!("0x{}", "ab".repeat(32));
		let json = grant_json(&view, &Numbers::new());
		assert_eq!(json["message"], id);
		assert_eq!(json["reason"], Value::Null);
		assert_eq!(
			(&json["region"], &json["grantee"], &json["grantee_id"]),
			(&json!(2001), &json!("id:7"), &json!(7))
		);
		let known = |standing| {
			let number = "B54321".parse().unwrap();
			Numbers::from([(view.grantee.clone(), (number, standing))])
		};
		let (holder, former) = (known(Standing::Verified), known(Standing::Unverified));
		let json = grant_json(&view, &former);
		assert_eq!(json["grantee"], "B54321");
		assert_eq!(json["grantee_standing"], "unverified");
		assert_eq!(
			remote_text(&view.grantee, &holder),
			"provider B54321 of region 2001"
		);
		// The number alone means its present holder.
		assert!(remote_text(&view.grantee, &former).contains("id:7"));
		let fields = grant_fields(&view, &Numbers::new());
		assert!(fields.contains(&("message", id)), "{fields:?}");
		assert!(!fields.iter().any(|(name, _)| *name == "answer due"));
		assert!(fields.contains(&("given by", "the patient".into())));
	}

	#[test]
	fn each_state_has_its_own_name() {
		let states = [
			InterregionalState::Granted,
			InterregionalState::Forwarded,
			InterregionalState::Overdue,
			InterregionalState::Delivered,
			InterregionalState::Refused(Cause::Reason(Reason::Expired)),
			InterregionalState::Revoking,
			InterregionalState::Revoked,
		];
		let mut names: Vec<_> = states.iter().map(state_name).collect();
		names.sort_unstable();
		names.dedup();
		assert_eq!(names.len(), states.len());
	}

	#[test]
	fn an_enlistment_shows_what_the_directory_has() {
		let view = |state, enlisted| EnlistmentView {
			id: ProviderId(7),
			state,
			sequence: 4,
			enlisted,
			message: None,
			deadline: None,
		};
		let shown = |state, enlisted| enlistment_text(Some(&view(state, enlisted)));
		assert_eq!(shown(EnlistmentState::Enlisted, Some(4)), "enlisted");
		assert!(shown(EnlistmentState::Sent, Some(3)).contains("earlier"));
		assert!(!shown(EnlistmentState::Sent, None).contains("earlier"));
		let refused = EnlistmentState::Refused(Cause::Reason(Reason::AccountTaken));
		let text = shown(refused.clone(), None);
		assert_eq!(text, format!("refused: {}", Reason::AccountTaken));
		let json = enlistment_json(&view(refused, None));
		assert_eq!(json["reason"]["code"], "account-taken");
		assert!(enlistment_text(None).contains("salus provider enlist"));
	}
}
