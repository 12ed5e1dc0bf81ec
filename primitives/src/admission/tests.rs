use alloc::{format, string::ToString, vec, vec::Vec};

use super::*;

/// A call by its names, or one that contains others.
#[derive(Clone, Encode)]
enum Call {
	Plain(&'static str, &'static str),
	Batch(Vec<Call>),
	Motion(u32, Vec<Call>),
	Long(Vec<u8>),
}

impl SendableCall for Call {
	fn names(&self) -> (&'static str, &'static str) {
		match self {
			Self::Plain(pallet, name) => (pallet, name),
			Self::Batch(_) => ("Utility", "batch"),
			Self::Motion(..) => ("Council", "propose"),
			Self::Long(_) => ("Governance", "set_parameter"),
		}
	}

	fn contents(&self) -> Contents<'_, Self> {
		match self {
			Self::Plain(..) | Self::Long(_) => Contents::Nothing,
			Self::Batch(calls) => Contents::Batch(calls),
			Self::Motion(threshold, call) => Contents::Motion(*threshold, &call[0]),
		}
	}
}

const CLOSE: Call = Call::Plain("Council", "close");
const REVOKE: Call = Call::Plain("Permissions", "revoke");
const ADD: Call = Call::Plain("Governance", "add_authority");

fn motion(threshold: u32, call: Call) -> Call {
	Call::Motion(threshold, vec![call])
}

/// The calls of the table as an account sends them: by itself, and in batches in batches.
fn variants(call: Call) -> [Call; 4] {
	let batch = |calls| Call::Batch(calls);
	[
		call.clone(),
		batch(vec![call.clone()]),
		batch(vec![batch(vec![]), batch(vec![call.clone()])]),
		batch(vec![batch(vec![batch(vec![call])])]),
	]
}

#[test]
fn each_class_sends_what_the_table_says_by_itself_and_in_batches() {
	for (pallet, name, sender) in TABLE {
		if matches!(sender, Sender::Contents) || *name == "propose" {
			continue;
		}
		for class in Class::ALL {
			for call in variants(Call::Plain(pallet, name)) {
				let expected = match sender.includes(class) {
					true => Ok(()),
					false => Err(Refusal::NotAllowed(class)),
				};
				let found = check(&call, &[class], 3);
				assert_eq!(found, expected, "{class}: {pallet}.{name}");
			}
		}
	}
}

#[test]
fn a_class_that_can_send_no_call_by_itself_can_send_no_batch() {
	for class in Class::ALL {
		let sends_a_call = TABLE.iter().any(|(_, _, sender)| match sender {
			Sender::Accounts(classes) => classes.contains(&class),
			_ => false,
		});
		let expected = match sends_a_call {
			true => Ok(()),
			false => Err(Refusal::NotAllowed(class)),
		};
		for batch in variants(Call::Batch(vec![])) {
			assert_eq!(check(&batch, &[class], 3), expected, "{class}");
		}
	}
}

#[test]
fn an_uninvited_account_sends_nothing() {
	for call in [CLOSE, REVOKE, Call::Batch(vec![])] {
		let refusal = Refusal::NotAllowed(Class::Uninvited);
		assert_eq!(check(&call, &[Class::Uninvited], 3), Err(refusal));
	}
}

#[test]
fn a_call_that_is_not_in_the_table_is_refused_from_every_class() {
	let execute = Call::Plain("Council", "execute");
	let derivative = Call::Plain("Utility", "as_derivative");
	for call in [execute, derivative] {
		for call in variants(call) {
			// The others cannot send the batch around it.
			for class in Class::ALL {
				if Sender::Contents.includes(class) {
					let found = check(&call, &[class], 3);
					assert_eq!(found, Err(Refusal::NotSendable));
				}
			}
		}
	}
}

#[test]
fn one_bad_call_in_a_batch_is_enough() {
	let batch = Call::Batch(vec![REVOKE, REVOKE, CLOSE]);
	let refusal = Refusal::NotAllowed(Class::Patient);
	assert_eq!(check(&batch, &[Class::Patient], 3), Err(refusal));
}

#[test]
fn an_authority_that_is_a_member_may_send_what_either_may() {
	let both = [Class::Authority, Class::Patient];
	let batch = Call::Batch(vec![REVOKE, CLOSE]);
	assert_eq!(check(&batch, &both, 3), Ok(()));
	let retire = Call::Plain("Registry", "retire");
	let refusal = Refusal::NotAllowed(Class::Authority);
	assert_eq!(check(&retire, &both, 3), Err(refusal));
}

#[test]
fn a_motion_needs_exactly_two_thirds_of_the_authorities() {
	for (authorities, two_thirds) in [(1, 1), (2, 2), (3, 2), (4, 3), (6, 4), (100, 67)] {
		for threshold in 0..=authorities {
			for call in variants(motion(threshold, ADD)) {
				let found = check(&call, &[Class::Authority], authorities);
				let expected = match threshold == two_thirds {
					true => Ok(()),
					false => Err(Refusal::NotTwoThirds),
				};
				assert_eq!(found, expected, "{threshold} of {authorities}");
			}
		}
	}
}

#[test]
fn a_motion_makes_only_the_calls_that_motions_may() {
	let authority = [Class::Authority];
	for call in [REVOKE, CLOSE, motion(2, ADD), Call::Batch(vec![ADD, CLOSE])] {
		let found = check(&motion(2, call), &authority, 3);
		assert_eq!(found, Err(Refusal::NotForMotions));
	}
	let batch = Call::Batch(vec![ADD, ADD]);
	assert_eq!(check(&motion(2, batch), &authority, 3), Ok(()));
	let execute = Call::Plain("Council", "execute");
	let found = check(&motion(2, execute), &authority, 3);
	assert_eq!(found, Err(Refusal::NotSendable));
}

#[test]
fn a_motion_with_a_long_call_is_refused() {
	let authority = [Class::Authority];
	let long = |length| motion(2, Call::Long(vec![0; length]));
	// One byte for the variant and two for the length.
	let longest = MAX_MOTION_LEN - 3;
	assert_eq!(check(&long(longest), &authority, 3), Ok(()));
	let found = check(&long(longest + 1), &authority, 3);
	assert_eq!(found, Err(Refusal::MotionTooLong));
}

#[test]
fn the_number_of_calls_is_bounded() {
	let most = MAX_CALLS as usize - 1;
	let patient = [Class::Patient];
	assert_eq!(check(&Call::Batch(vec![REVOKE; most]), &patient, 3), Ok(()));
	let flat = Call::Batch(vec![REVOKE; most + 1]);
	let nested = Call::Batch(vec![Call::Batch(vec![REVOKE; most / 2]); 2]);
	for call in [flat, Call::Batch(vec![nested, REVOKE])] {
		assert_eq!(check(&call, &patient, 3), Err(Refusal::TooManyCalls));
	}
}

#[test]
fn no_call_is_in_the_table_twice() {
	let mut names: Vec<_> = TABLE.iter().map(|(of, name, _)| (of, name)).collect();
	names.sort();
	names.dedup();
	assert_eq!(names.len(), TABLE.len());
}

#[test]
fn each_refusal_has_a_code_and_a_text_of_its_own() {
	let all: Vec<_> = Refusal::all().collect();
	for refusal in &all {
		assert_eq!(Refusal::from_code(refusal.code()), Some(*refusal));
		assert!(refusal.to_string().contains(": "), "{refusal}");
	}
	let known = |code: &u8| Refusal::from_code(*code).is_some();
	assert_eq!((0..=u8::MAX).filter(known).count(), all.len());
	let mut texts: Vec<_> = all.iter().map(ToString::to_string).collect();
	texts.sort();
	texts.dedup();
	assert_eq!(texts.len(), all.len());
}

/// The two tables of docs/calls.md.
#[test]
fn the_docs_have_the_table_and_the_refusals() {
	let docs = include_str!("../../../docs/calls.md");
	let mut expected = vec!["| call | sender |".into(), "|---|---|".into()];
	for (pallet, name, sender) in TABLE {
		expected.push(format!("| `{pallet}.{name}` | {sender} |"));
	}
	expected.extend(["| code | reason |".into(), "|---|---|".into()]);
	for refusal in Refusal::all() {
		expected.push(format!("| {} | {refusal} |", refusal.code()));
	}
	let found: Vec<_> = docs.lines().filter(|line| line.starts_with('|')).collect();
	assert_eq!(
		found,
		expected,
		"docs/calls.md should have:\n{}",
		expected.join("\n")
	);
}

#[test]
fn the_calls_that_add_to_the_state_are_in_the_table_and_revoking_is_not_among_them() {
	for (pallet, name, entries) in STATE_ENTRIES {
		let sender = sender_of(pallet, name).unwrap_or_else(|| panic!("{pallet}.{name}"));
		assert!(matches!(sender, Sender::Accounts(_)), "{pallet}.{name}");
		assert!(*entries > 0 && *name != "revoke" && *name != "retire");
	}
	assert_eq!(REVOKE.state_bytes(), 0);
	let grant = Call::Plain("Permissions", "grant");
	let one = grant.encoded_size() as u64 + 10 * ENTRY_BYTES;
	assert_eq!(grant.state_bytes(), one);
	assert_eq!(
		Call::Batch(vec![REVOKE, grant.clone(), grant]).state_bytes(),
		2 * one
	);
}

/// A new call is in one of the two lists.
#[test]
fn each_call_of_accounts_adds_to_the_state_or_is_known_to_add_nothing() {
	let nothing = [
		("System", "apply_authorized_upgrade"),
		("Session", "purge_keys"),
		("Council", "close"),
		("Governance", "authorize_announced_upgrade"),
		("Registry", "withdraw_application"),
		("Registry", "retire"),
		("Permissions", "revoke"),
		("Interregional", "revoke"),
	];
	for (pallet, name, sender) in TABLE {
		if matches!(sender, Sender::Accounts(_)) {
			let mut entries = STATE_ENTRIES.iter();
			let adds = entries.any(|(of, call, _)| of == pallet && call == name);
			let known = nothing.contains(&(*pallet, *name));
			assert_ne!(adds, known, "{pallet}.{name}");
		}
	}
}
