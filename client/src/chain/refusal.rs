//! The chain's refusals, and what a person can do about each.

use super::{call::Call, transaction::Answer};
use crate::Error;
use codec::DecodeAll;
use salus_primitives::{
	admission::{sender_of, Class, Sender},
	Minutes, Refusal,
};
use subxt::{error::DispatchError, metadata::Metadata};

/// The next step after a pallet's error.
type NextStep = (&'static str, &'static str);

/// Errors of a region's chain.
#[rustfmt::skip]
const REGIONAL_NEXT_STEPS: &[NextStep] = &[
	(
		"Registry.NotAuthorized",
		"only verified providers and authorities can do this: see salus provider show, or \
		salus authority show",
	),
	("Registry.MaxInvitationsExceeded", "wait for the next period, or ask someone else to invite"),
	("Registry.ApplicationPending", "withdraw the application first: salus provider withdraw"),
	("Registry.NotInvited", "ask a verified provider or an authority for an invitation"),
	("Registry.ApplicationChanged", "check the application again: salus provider list --pending"),
	("Registry.CoolingDown", "wait, and apply or vote again later"),
	("Registry.StaleKeyVersion", "the key was rotated in the meantime: run salus key rotate again"),
	("Registry.KeySignatureInvalid", "check that this is the right chain, and update salus"),
	("Registry.AlreadyEnlisted", "nothing is left to do: see salus provider show"),
	("Emr.AuthorSuspended", "ask the authorities to reinstate the author"),
	("Emr.NotAuthorized", "choose a verified provider's key with --as, or a patient's: --about-me"),
	("Emr.AmendedOfProvider", "ask the provider that wrote the record to correct it"),
	("Emr.StaleKeyVersion", "a key was rotated in the meantime: try again"),
	("Emr.EnvelopeAlreadyExists", "another command added the record: see it with salus record list"),
	("Permissions.NotAuthorized", "only the record's patient can grant and revoke"),
	("Permissions.NotFound", "see the grants: salus grant list"),
	("Permissions.AlreadyReads", "the record's patient and author need no grant"),
	("Permissions.StaleKeyVersion", "the grantee rotated its key in the meantime: try again"),
	("Permissions.MaxGrantsPerRecordExceeded", "revoke a grant first: salus grant list"),
	(
		"Interregional.NotAuthorized",
		"only the record's patient can grant and revoke, and only a verified provider can forward",
	),
	("Interregional.NotFound", "see the grants: salus grant list"),
	("Interregional.MaxGrantsPerRecordExceeded", "revoke a grant first: salus grant list"),
	(
		"Interregional.MaxWaitingPerPatientExceeded",
		"revoke one that waits (salus grant list), or ask a provider to forward some: \
		salus grant forward --all",
	),
	("Interregional.GranteeOfThisRegion", "grant it with --to"),
	("Interregional.EndsBeforeSentTerms", "revoke the grant, and once confirmed, grant again"),
	("Interregional.RevocationPending", "wait for the consortium's answer: salus grant show"),
	("Interregional.AwaitingAnswer", "wait for the consortium's answer: salus grant show"),
	("Interregional.AlreadyDelivered", "nothing is left to do: see salus grant show"),
	("Interregional.AlreadyRevoked", "the patient can grant it again: salus grant add"),
	("Interregional.AuthorNotInGoodStanding", "ask the authorities to reinstate the author"),
	("Interregional.NotConnected", "ask the region's operators to open the channel"),
	("Interregional.TooManyInFlight", "try again in a minute"),
	("Interregional.TooManyForwarded", "try again in a minute"),
];

/// Errors that both kinds of chain have.
#[rustfmt::skip]
const COMMON_NEXT_STEPS: &[NextStep] = &[
	(
		"Governance.SignatureInvalid",
		"ask for a new offer, made on this chain: salus authority offer",
	),
	(
		"Governance.TooManyMotions",
		"wait until a motion of yours is decided, then close it: salus authority close",
	),
	(
		"Session.InvalidProof",
		"the new authority must make its offer on its own node: salus authority offer",
	),
	(
		"Session.DuplicatedKey",
		"another account has one of these session keys: make a new offer",
	),
	(
		"Governance.NoticePeriodNotOver",
		"see when it ends: salus authority show",
	),
	("Council.DuplicateVote", "this authority already voted so"),
	(
		"Council.TooEarly",
		"wait for more votes: salus authority show",
	),
];

/// Checks the errors of a region's chain against its metadata.
pub(super) fn check_regional(metadata: &Metadata) -> Vec<Result<(), String>> {
	check(metadata, REGIONAL_NEXT_STEPS)
}

/// Checks the errors that both kinds of chain have.
pub(super) fn check_common(metadata: &Metadata) -> Vec<Result<(), String>> {
	check(metadata, COMMON_NEXT_STEPS)
}

fn check(metadata: &Metadata, steps: &[NextStep]) -> Vec<Result<(), String>> {
	let exists = |name: &str| {
		let (pallet, error) = name.split_once('.')?;
		let errors = metadata.pallet_by_name(pallet)?.error_variants()?;
		errors.iter().find(|variant| variant.name == error)
	};
	let missing = |name: &str| format!("{name}: the chain does not have this error");
	steps
		.iter()
		.map(|(name, _)| exists(name).map(drop).ok_or_else(|| missing(name)))
		.collect()
}

/// What a person can do about a pallet's error.
fn next_step(code: &str) -> Option<&'static str> {
	let (_, next) = REGIONAL_NEXT_STEPS
		.iter()
		.chain(COMMON_NEXT_STEPS)
		.find(|(name, _)| *name == code)?;
	Some(next)
}

/// The error for a call that an account of these classes may not send, by the table. `None`: it may.
pub(super) fn not_allowed(call: &Call, classes: &[Class]) -> Option<Error> {
	// Not a batch, but the call in it. What a motion holds, no account sends.
	let (call, sender) = call.and_inner().find_map(|call| {
		let sender = sender_of(call.pallet(), call.name())?;
		let may = classes.iter().any(|class| sender.includes(*class));
		(matches!(sender, Sender::Accounts(_)) && !may).then_some((call, sender))
	})?;
	let class = classes.first().copied().unwrap_or(Class::Uninvited);
	let (reason, next) = split(&Refusal::NotAllowed(class).to_string());
	let name = format!("{}.{}", call.pallet(), call.name());
	Some(Error::NotAllowed {
		reason: format!("{reason} ({name} can be sent by {sender})"),
		next,
	})
}

/// The refusal of a node's pool, in words: of its error's message, and the data with it.
pub(super) fn pool_refusal(message: &str, data: Option<&str>) -> Answer {
	let code = data.and_then(|data| data.strip_prefix("Custom error: "));
	let refusal = code.and_then(|code| Refusal::from_code(code.parse().ok()?));
	match (refusal, data) {
		(Some(refusal @ Refusal::NotAllowed(_)), _) => Answer::NotAllowed(refusal.to_string()),
		(Some(refusal), _) => Answer::Refused(refusal.to_string()),
		(None, Some(data)) => Answer::Refused(format!("{message}: {data}")),
		(None, None) => Answer::Refused(message.into()),
	}
}

/// Splits a text into a reason and, after a colon, a next step.
fn split(text: &str) -> (String, Option<String>) {
	match text.split_once(": ") {
		Some((reason, next)) => (reason.into(), Some(next.into())),
		None => (text.into(), None),
	}
}

/// The error for a call that the chain refused.
pub(super) fn refusal(error: &DispatchError) -> Error {
	let (code, reason) = match error {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => {
				let docs = details.variant.docs.join(" ");
				let docs = docs.trim().trim_end_matches('.');
				let name = format!("{}.{}", details.pallet.name(), details.variant.name);
				let reason = if docs.is_empty() {
					name.clone()
				} else {
					docs.to_owned()
				};
				let field = details.variant.fields.first();
				let field = field.and_then(|field| field.type_name.as_deref());
				if let Some(next) = time_to_wait(field, module.bytes()) {
					let next = Some(next);
					return Error::Refused {
						code: name,
						reason,
						next,
					};
				}
				(name, reason)
			}
			Err(_) => ("Module".into(), format!("the error {:?}", module.bytes())),
		},
		DispatchError::BadOrigin => (
			"BadOrigin".into(),
			"this account is not allowed to make this call".into(),
		),
		other => {
			let text = other.to_string();
			(format!("{other:?}"), text.trim_end_matches('.').to_owned())
		}
	};
	let next = next_step(&code).map(Into::into);
	Error::Refused { code, reason, next }
}

/// When a call is possible again, if a pallet's error says it: an error whose field is [`Minutes`].
fn time_to_wait(field: Option<&str>, bytes: [u8; 5]) -> Option<String> {
	if field?.rsplit("::").next()? != "Minutes" {
		return None;
	}
	// The field follows the indices of pallet and error.
	let Minutes(minutes) = Minutes::decode_all(&mut &bytes[2..4]).ok()?;
	let (hours, rest) = (minutes / 60, minutes % 60);
	Some(match hours {
		0 => format!("try again in {rest} min"),
		_ => format!("try again in {hours} h {rest} min"),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::calls::{CANCEL_UPGRADE, RETIRE};

	#[test]
	fn a_refusal_of_the_pool_is_told_in_words() {
		for refusal in Refusal::all() {
			let data = format!("Custom error: {}", refusal.code());
			let answer = pool_refusal("Invalid Transaction", Some(&data));
			let reason = refusal.to_string();
			assert_eq!(
				answer,
				match refusal {
					Refusal::NotAllowed(_) => Answer::NotAllowed(reason),
					_ => Answer::Refused(reason),
				}
			);
		}
		for (data, reason) in [
			(Some("Custom error: 99"), "refused: Custom error: 99"),
			(Some("full"), "refused: full"),
			(None, "refused"),
		] {
			assert_eq!(
				pool_refusal("refused", data),
				Answer::Refused(reason.into())
			);
		}
	}

	#[test]
	fn a_call_that_the_account_may_not_send_is_named_with_who_may() {
		for call in [RETIRE.with(()), Call::batch_all(vec![RETIRE.with(())])] {
			for class in Class::ALL {
				let refusal = not_allowed(&call, &[class]);
				if matches!(class, Class::Provider | Class::SuspendedProvider) {
					assert!(refusal.is_none(), "{class}");
					continue;
				}
				let refusal = refusal.unwrap();
				let sender =
					"Registry.retire can be sent by a verified provider or a suspended provider";
				assert!(refusal.to_string().contains(sender), "{refusal}");
				assert!(refusal.next().is_some(), "{refusal}");
				let both = [class, Class::Provider];
				assert!(not_allowed(&call, &both).is_none(), "{class}");
			}
		}
		// An authority's motion holds a call that no account sends.
		let motion = Call::propose(2, CANCEL_UPGRADE.with(()), 10);
		assert!(not_allowed(&motion, &[Class::Authority]).is_none());
		assert!(not_allowed(&motion, &[Class::Provider]).is_some());
	}

	#[test]
	fn an_error_says_when_the_call_is_possible_again() {
		let wait = |field| time_to_wait(Some(field), [60, 9, 65, 0, 0]);
		assert_eq!(wait("Minutes").unwrap(), "try again in 1 h 5 min");
		assert_eq!(wait("salus_primitives::Minutes"), wait("Minutes"));
		assert_eq!(wait("Reason"), None);
		let soon = time_to_wait(Some("Minutes"), [60, 9, 7, 0, 0]);
		assert_eq!(soon.unwrap(), "try again in 7 min");
		assert_eq!(time_to_wait(None, [60, 9, 7, 0, 0]), None);
	}
}
