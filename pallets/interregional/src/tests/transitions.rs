//! Every state with every event, compared with `docs/interregional.md`.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{assert_noop, assert_ok};
use salus_primitives::{Answer, InterregionalState, Reason, SendError};
use sp_runtime::DispatchResult;

use crate::{mock::*, Error, Grants, StoredState};

const PAGE: &str = include_str!("../../../../docs/interregional.md");

/// The page's table: rows, then columns.
type Table = BTreeMap<String, BTreeMap<String, String>>;

fn cells(line: &str) -> Vec<String> {
	let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
	inner.split('|').map(|cell| cell.trim().into()).collect()
}

fn table() -> Table {
	let mut lines = PAGE
		.lines()
		.skip_while(|line| !line.starts_with("| state | grant |"));
	let heads = cells(lines.next().unwrap());
	let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
	let row = |line: &str| {
		let cells = cells(line);
		assert_eq!(cells.len(), heads.len(), "{line}");
		let by_head = heads.iter().cloned().zip(cells.iter().cloned()).skip(1);
		(cells[0].clone(), by_head.collect())
	};
	rows.map(row).collect()
}

const STATES: [&str; 13] = [
	"Nothing",
	"Granted",
	"Granted anew",
	"Forwarded",
	"Overdue",
	"Delivered",
	"Refused",
	"Revoking",
	"Revoking, unconfirmed",
	"Revoked",
	"Revoked, confirmed",
	"Ended",
	"Ended, sent",
];

const EVENTS: [&str; 11] = [
	"grant",
	"forward",
	"forward, no way",
	"revoke",
	"revoke, no way",
	"done",
	"refused",
	"superseded",
	"stale answer",
	"deadline",
	"end",
];

/// The state that the grant of [`RECORD`] to [`remote`] is in.
fn state() -> &'static str {
	let stored = Grants::<Test>::get(RECORD, remote());
	let Some(grant) = stored else {
		return "Nothing";
	};
	let sent = grant.message.is_some();
	let Some(view) = Interregional::api_grant(RECORD, remote()) else {
		return if sent { "Ended, sent" } else { "Ended" };
	};
	match view.state {
		InterregionalState::Granted if sent => "Granted anew",
		InterregionalState::Granted => "Granted",
		InterregionalState::Forwarded => "Forwarded",
		InterregionalState::Overdue => "Overdue",
		InterregionalState::Delivered => "Delivered",
		InterregionalState::Refused(_) => "Refused",
		InterregionalState::Revoking if view.deadline.is_some() => "Revoking",
		InterregionalState::Revoking => "Revoking, unconfirmed",
		InterregionalState::Revoked if sent => "Revoked, confirmed",
		InterregionalState::Revoked => "Revoked",
	}
}

const NEAR_END: u64 = START + ANSWER_WITHIN / 2;
const FAR_END: u64 = START + ANSWER_WITHIN * 10;

/// Brings a grant with this end into a state, only by calls, answers and time.
fn bring_into(wanted: &str, end: u64) {
	if wanted == "Nothing" {
		return;
	}
	assert_ok!(NewGrant::until(end).by_patient());
	match wanted {
		"Granted" => {}
		"Revoked" => {
			assert_ok!(revoke());
		}
		"Ended" => Now::set(end),
		_ => {
			assert_ok!(forward());
			match wanted {
				"Granted anew" => {
					assert_ok!(NewGrant::until(end).by_patient());
				}
				"Forwarded" => {}
				"Overdue" => pass_deadline(),
				"Delivered" => answer(Answer::Done),
				"Refused" => answer(Answer::Refused(Reason::GranteeSuspended)),
				"Ended, sent" => Now::set(end),
				_ => {
					assert_ok!(revoke());
					match wanted {
						"Revoking" => {}
						"Revoking, unconfirmed" => answer(Answer::Refused(Reason::NotARegion)),
						"Revoked, confirmed" => answer(Answer::Done),
						other => panic!("{other}"),
					}
				}
			}
		}
	}
}

fn without_channel(call: fn() -> DispatchResult) -> DispatchResult {
	SendFailure::set(Some(SendError::NotConnected));
	let result = call();
	SendFailure::set(None);
	result
}

fn sequence() -> u64 {
	Grants::<Test>::get(RECORD, remote()).map_or(1, |grant| grant.sequence)
}

/// Makes an event happen. Only calls can fail.
fn happen(event: &str) -> DispatchResult {
	match event {
		"grant" => return NewGrant::default().by_patient(),
		"forward" => return forward(),
		"forward, no way" => return without_channel(forward),
		"revoke" => return revoke(),
		"revoke, no way" => return without_channel(revoke),
		"done" => answer_to(sequence(), Answer::Done),
		"refused" => answer_to(sequence(), Answer::Refused(Reason::GranteeUnknown)),
		"superseded" => answer_to(sequence(), Answer::Refused(Reason::Superseded)),
		"stale answer" => {
			let told = [Answer::Done, Answer::Refused(Reason::Superseded)];
			for answer in told {
				answer_to(sequence() - 1, answer.clone());
				answer_to(sequence() + 1, answer);
			}
		}
		"deadline" => {
			let at = deadline().unwrap_or(START + ANSWER_WITHIN);
			Now::mutate(|now| *now = at.max(*now));
		}
		"end" => {
			let stored = Grants::<Test>::get(RECORD, remote());
			let at = stored
				.and_then(|grant| grant.expires_at)
				.unwrap_or(NEAR_END);
			Now::mutate(|now| *now = at.max(*now));
		}
		other => panic!("{other}"),
	}
	Ok(())
}

fn error(name: &str) -> sp_runtime::DispatchError {
	match name {
		"`NotFound`" => Error::<Test>::NotFound,
		"`AwaitingAnswer`" => Error::AwaitingAnswer,
		"`AlreadyDelivered`" => Error::AlreadyDelivered,
		"`AlreadyRevoked`" => Error::AlreadyRevoked,
		"`RevocationPending`" => Error::RevocationPending,
		"`NotConnected`" => Error::NotConnected,
		other => panic!("{other} is neither a state nor an error"),
	}
	.into()
}

fn sweep() {
	poll();
}

/// Checks one cell of the table, with or without a sweep before and after the event.
fn check(from: &str, event: &str, expected: &str, swept: bool) {
	run(|| {
		// The end comes before any deadline, unless the answer is overdue.
		let near = event == "end" && from != "Overdue";
		bring_into(from, if near { NEAR_END } else { FAR_END });
		if swept {
			sweep();
		}
		assert_eq!(state(), from, "cannot reach the state");
		let at = format!("{event} in {from}");
		let is_call = event.starts_with("grant")
			|| event.starts_with("forward")
			|| event.starts_with("revoke");
		if expected.starts_with('`') {
			assert!(is_call, "{at}: only calls are refused");
			assert_noop!(happen(event), error(expected));
			return;
		}
		let before = sp_io::storage::root(Default::default());
		let happened = happen(event);
		assert_eq!(happened, Ok(()), "{at}");
		if expected == "–" {
			assert!(!is_call, "{at}: a call that is taken changes something");
			let after = sp_io::storage::root(Default::default());
			assert_eq!(before, after, "{at} writes something");
		}
		if swept {
			sweep();
		}
		let to = if expected == "–" { from } else { expected };
		assert_eq!(state(), to, "{at}");
	});
}

#[test]
fn the_page_has_every_state_and_every_event() {
	let table = table();
	let rows: BTreeSet<_> = table.keys().map(String::as_str).collect();
	assert_eq!(rows, BTreeSet::from(STATES));
	for (state, row) in &table {
		let columns: BTreeSet<_> = row.keys().map(String::as_str).collect();
		assert_eq!(columns, BTreeSet::from(EVENTS), "{state}");
	}
}

#[test]
fn every_event_in_every_state_does_what_the_page_says() {
	for (from, row) in table() {
		for (event, expected) in row {
			check(&from, &event, &expected, false);
			check(&from, &event, &expected, true);
		}
	}
}

/// The arrows of the page's diagram: from, event, to.
fn arrows() -> BTreeSet<(String, String, String)> {
	let diagram = PAGE.split("```").find(|part| part.starts_with("mermaid"));
	let lines: Vec<_> = diagram.unwrap().lines().map(str::trim).collect();
	let mut names = BTreeMap::from([("[*]", "Nothing")]);
	for line in &lines {
		if let Some((name, alias)) = line
			.strip_prefix("state \"")
			.and_then(|line| line.split_once("\" as "))
		{
			names.insert(alias, name);
		}
	}
	let name = |text: &str| -> String {
		let alias = text.trim();
		names.get(alias).copied().unwrap_or(alias).into()
	};
	let mut arrows = BTreeSet::new();
	for (from, rest) in lines.iter().filter_map(|line| line.split_once("-->")) {
		let (to, events) = rest.split_once(':').unwrap();
		for event in events.split(',') {
			arrows.insert((name(from), event.trim().into(), name(to)));
		}
	}
	arrows
}

/// The page says what the diagram leaves out: that a grant ends by itself, calls whose message
/// cannot be sent, and answers that do the same as another one.
#[test]
fn the_diagram_shows_the_table() {
	let shown = |from: &str, event: &str| {
		let plain = ["grant", "forward", "revoke", "done", "refused", "deadline"];
		plain.contains(&event) && !from.starts_with("Ended")
	};
	let mut expected = BTreeSet::new();
	for (from, row) in table() {
		for (event, to) in row {
			let moves = STATES.contains(&to.as_str()) && to != from;
			if moves && shown(&from, &event) {
				expected.insert((from.clone(), event, to));
			}
		}
	}
	assert_eq!(arrows(), expected);
}

#[test]
fn the_table_covers_every_stored_state() {
	let mut states = BTreeSet::new();
	for wanted in STATES {
		run(|| {
			bring_into(wanted, FAR_END);
			sweep();
			if let Some(grant) = Grants::<Test>::get(RECORD, remote()) {
				states.insert(match grant.state {
					StoredState::Granted => 0,
					StoredState::Forwarded => 1,
					StoredState::Delivered => 2,
					StoredState::Refused(_) => 3,
					StoredState::Revoking => 4,
					StoredState::Revoked => 5,
					StoredState::Ended => 6,
				});
			}
		});
	}
	assert_eq!(states, (0..7).collect());
}
