//! Every order of what patient, provider, consortium, channel and clock can do, with late, lost and
//! repeated messages and answers, against a small model of the consortium.
//!
//! The tests try every event in each state that they can reach. They try a state only once, as the
//! same follows from it. So they cover all sequences of events up to [`STEPS`].

use std::collections::{BTreeMap, HashSet, VecDeque};

use codec::Encode;
use salus_primitives::{
	testing::{HistoryList, Waiting},
	About, Answer, ConsortiumCall, DeliveredGrant, InterregionalState, Moment, Reason, Standing,
};

use crate::{mock::*, WrappedKeys};

/// The number of events in the longest sequences.
const STEPS: usize = 6;
/// When a grant with an end expires.
const END: Moment = START + ANSWER_WITHIN * 2 + 1;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
	/// The patient grants, without an end or with one.
	Grant,
	GrantUntilEnd,
	/// A provider forwards; the patient revokes.
	Forward,
	Revoke,
	/// The next message arrives, the one after it overtakes it, or it is lost.
	Arrive,
	Overtake,
	Lose,
	/// The first or the last message that arrived arrives once more.
	RepeatFirst,
	RepeatLast,
	/// The next answer arrives, the last one overtakes the others, or the next is lost.
	Answer,
	AnswerLast,
	LoseAnswer,
	/// The last or the first answer that came comes once more.
	Reanswer,
	ReanswerFirst,
	/// The grantee, or the record's author, is suspended or reinstated.
	GranteeStanding,
	AuthorStanding,
	/// The last message's deadline passes; the grant's end comes; a block has room to sweep.
	Deadline,
	End,
	Idle,
}

const EVENTS: [Event; 19] = [
	Event::Grant,
	Event::GrantUntilEnd,
	Event::Forward,
	Event::Revoke,
	Event::Arrive,
	Event::Overtake,
	Event::Lose,
	Event::RepeatFirst,
	Event::RepeatLast,
	Event::Answer,
	Event::AnswerLast,
	Event::LoseAnswer,
	Event::Reanswer,
	Event::ReanswerFirst,
	Event::GranteeStanding,
	Event::AuthorStanding,
	Event::Deadline,
	Event::End,
	Event::Idle,
];

/// All state outside the region's storage.
#[derive(Clone, Default, Encode)]
struct World {
	now: Moment,
	/// The calls that wait for an answer, as the mock of the consortium keeps them.
	waiting: Vec<(About, u64, Moment, bool)>,
	/// Messages in flight, and the first and the last that arrived.
	channel: Vec<ConsortiumCall>,
	arrived: Option<(ConsortiumCall, ConsortiumCall)>,
	/// Answers in flight, and the first and the last that arrived.
	answers: Vec<(u64, Answer)>,
	answered: Option<((u64, Answer), (u64, Answer))>,
	/// What the consortium holds: the last call that it took, and the grant.
	last: Option<ConsortiumCall>,
	held: Option<DeliveredGrant>,
	grantee_suspended: bool,
	author_suspended: bool,
	/// The sequence numbers of the last revocation that the patient made, and of the last that the
	/// consortium took.
	revoked: u64,
	consortium_revoked: u64,
}

impl World {
	/// The consortium takes a call, as `primitives/src/crossing.rs` says.
	fn consortium_takes(&mut self, call: &ConsortiumCall) -> Answer {
		if let Some(last) = &self.last {
			if call.sequence() < last.sequence() {
				return Answer::Refused(Reason::Superseded);
			}
			if call.sequence() == last.sequence() {
				let same = call == last;
				return if same {
					Answer::Done
				} else {
					Answer::Refused(Reason::Conflict)
				};
			}
		}
		match call {
			ConsortiumCall::DeliverGrant { grant } => {
				if self.grantee_suspended {
					return Answer::Refused(Reason::GranteeSuspended);
				}
				if grant.expires_at.is_some_and(|at| at <= self.now) {
					return Answer::Refused(Reason::Expired);
				}
				self.held = Some(grant.clone());
			}
			ConsortiumCall::RevokeGrant { .. } => {
				self.held = None;
				self.consortium_revoked = call.sequence();
			}
			other => panic!("{other:?}"),
		}
		self.last = Some(call.clone());
		Answer::Done
	}

	/// The grant that the consortium gives to the grantee.
	fn readable(&self) -> Option<&DeliveredGrant> {
		let withheld = self.grantee_suspended || self.author_suspended;
		let stands = |grant: &&DeliveredGrant| grant.expires_at.is_none_or(|at| at > self.now);
		self.held.as_ref().filter(stands).filter(|_| !withheld)
	}

	fn message_arrives(&mut self, call: ConsortiumCall) {
		let answer = self.consortium_takes(&call);
		self.answers.push((call.sequence(), answer));
		let first = self.arrived.take().map_or(call.clone(), |(first, _)| first);
		self.arrived = Some((first, call));
	}

	fn answer_arrives(&mut self, answer: (u64, Answer)) {
		answer_to(answer.0, answer.1.clone());
		let first = self
			.answered
			.take()
			.map_or(answer.clone(), |(first, _)| first);
		self.answered = Some((first, answer));
	}

	/// Makes a call in the region, and tells whether it succeeded. Its messages are then in flight.
	fn call(&mut self, call: impl FnOnce() -> sp_runtime::DispatchResult) -> bool {
		let before = storage();
		let succeeded = call().is_ok();
		if !succeeded {
			assert_eq!(storage(), before, "a refused call wrote something");
		}
		let sent = SentCalls::take();
		for call in &sent {
			if let ConsortiumCall::DeliverGrant { grant } = call {
				assert!(grant.sequence > self.revoked, "a revoked grant is sent");
			}
		}
		self.channel.extend(sent);
		succeeded
	}

	/// Makes an event happen, and tells whether it could.
	fn happen(&mut self, event: Event) -> bool {
		match event {
			Event::Grant => self.call(|| new_grant(None)),
			Event::GrantUntilEnd => self.call(|| new_grant(Some(END))),
			Event::Forward => self.call(forward),
			Event::Revoke => {
				let succeeded = self.call(revoke);
				if succeeded {
					self.revoked = grant_of(&grant_id()).sequence;
				}
				succeeded
			}
			Event::Arrive | Event::Overtake | Event::Lose => {
				let place = usize::from(event == Event::Overtake);
				if self.channel.len() <= place {
					return false;
				}
				let call = self.channel.remove(place);
				if event != Event::Lose {
					self.message_arrives(call);
				}
				true
			}
			Event::RepeatFirst | Event::RepeatLast => {
				let Some((first, last)) = self.arrived.clone() else {
					return false;
				};
				let repeated = event == Event::RepeatFirst;
				self.message_arrives(if repeated { first } else { last });
				true
			}
			Event::Answer | Event::AnswerLast | Event::LoseAnswer => {
				if self.answers.is_empty() || (event == Event::AnswerLast && self.answers.len() < 2)
				{
					return false;
				}
				let last = self.answers.len() - 1;
				let place = if event == Event::AnswerLast { last } else { 0 };
				let answer = self.answers.remove(place);
				if event != Event::LoseAnswer {
					self.answer_arrives(answer);
				}
				true
			}
			Event::Reanswer | Event::ReanswerFirst => {
				let Some((first, last)) = self.answered.clone() else {
					return false;
				};
				self.answer_arrives(if event == Event::Reanswer {
					last
				} else {
					first
				});
				true
			}
			Event::GranteeStanding => {
				self.grantee_suspended = !self.grantee_suspended;
				true
			}
			Event::AuthorStanding => {
				self.author_suspended = !self.author_suspended;
				self.set_author();
				true
			}
			Event::Deadline => deadline().is_some_and(|at| self.wait_until(at)),
			Event::End => self.wait_until(END),
			Event::Idle => {
				poll();
				true
			}
		}
	}

	fn wait_until(&mut self, at: Moment) -> bool {
		let waited = self.now < at;
		self.now = self.now.max(at);
		Now::set(self.now);
		waited
	}

	fn set_author(&self) {
		let standing = match self.author_suspended {
			true => Standing::Suspended,
			false => Standing::Verified,
		};
		MemberTable::set_standing(author(), standing);
	}

	/// Checks what must always hold.
	fn check(&self) {
		Interregional::do_try_state().unwrap();
		let readable = self.readable();
		if let Some(grant) = readable {
			assert!(
				grant.sequence > self.consortium_revoked,
				"a revoked grant is readable again"
			);
		}
		let key = WrappedKeys::<Test>::get(RECORD, remote());
		let view = Interregional::api_grant(RECORD, remote());
		match view.map(|view| view.state) {
			None => assert_eq!(readable, None, "readable, though it has ended"),
			Some(InterregionalState::Revoked) => {
				assert_eq!(readable, None, "readable, though it is revoked");
				assert_eq!(key, None, "the key is stored, though the grant is revoked");
			}
			Some(InterregionalState::Revoking) => {
				assert_eq!(
					key, None,
					"the key is stored, though the grant is being revoked"
				);
			}
			Some(InterregionalState::Delivered) => {
				let held = self.held.clone().expect("the consortium holds it");
				assert_eq!(held.sequence, grant_of(&grant_id()).sequence);
				assert_eq!(
					Some(held.wrapped_key),
					key,
					"the consortium holds another key"
				);
				let withheld = self.grantee_suspended || self.author_suspended;
				assert_eq!(readable.is_none(), withheld, "readable unless suspended");
			}
			Some(_) => assert!(key.is_some(), "a live grant has no key"),
		}
	}

	/// Reinstates everyone, and lets all messages and answers arrive in order.
	fn settle(&mut self) {
		self.grantee_suspended = false;
		self.author_suspended = false;
		self.set_author();
		while self.happen(Event::Arrive) {}
		while self.happen(Event::Answer) {}
	}

	/// After any history, a patient who revokes gets a confirmed revocation.
	fn assert_that_revoking_succeeds(mut self) {
		self.settle();
		for _ in 0..4 {
			if !self.happen(Event::Revoke) {
				self.happen(Event::Deadline);
				self.happen(Event::Revoke);
			}
			self.settle();
		}
		let view = Interregional::api_grant(RECORD, remote());
		let state = view.map(|view| view.state);
		let gone = matches!(state, None | Some(InterregionalState::Revoked));
		assert!(gone, "revoked, and now {state:?}");
		assert_eq!(self.readable(), None);
	}

	/// After any history, a grant without an end that a provider forwards is delivered.
	fn assert_that_granting_succeeds(mut self) {
		self.settle();
		for _ in 0..4 {
			if !self.happen(Event::Grant) {
				self.happen(Event::Deadline);
				self.happen(Event::Revoke);
			}
			self.settle();
		}
		poll();
		if !self.happen(Event::Forward) {
			// Earlier messages hold their places until their deadlines.
			self.wait_until(self.now + ANSWER_WITHIN);
			poll();
			assert!(self.happen(Event::Forward), "cannot be forwarded");
		}
		self.settle();
		self.check();
		let view = Interregional::api_grant(RECORD, remote()).unwrap();
		assert_eq!(view.state, InterregionalState::Delivered);
		assert_eq!(
			self.readable().map(|grant| grant.sequence),
			Some(view.sequence)
		);
	}
}

/// Grants with a wrapped key that no other grant has.
fn new_grant(expires_at: Option<Moment>) -> sp_runtime::DispatchResult {
	let stored = crate::Grants::<Test>::get(RECORD, remote());
	let next = stored.map_or(1, |grant| grant.sequence + 1);
	NewGrant {
		wrapped_key: wrapped(u32::try_from(next).unwrap(), 256),
		expires_at,
		..Default::default()
	}
	.by_patient()
}

type Storage = BTreeMap<Vec<u8>, Vec<u8>>;

fn storage() -> Storage {
	System::reset_events();
	let mut pairs = Storage::new();
	let mut last = Vec::new();
	while let Some(key) = sp_io::storage::next_key(&last) {
		pairs.insert(key.clone(), sp_io::storage::get(&key).unwrap().to_vec());
		last = key;
	}
	pairs
}

fn restore(pairs: &Storage, world: &World) {
	for key in storage().keys().filter(|key| !pairs.contains_key(*key)) {
		sp_io::storage::clear(key);
	}
	for (key, value) in pairs {
		sp_io::storage::set(key, value);
	}
	Now::set(world.now);
	Waiting::set(world.waiting.clone());
	// Entries only grow in number, so states that are equal otherwise would differ.
	HistoryList::clear();
	world.set_author();
}

/// Tries every event in every state that follows from the `first` events. Returns the number of
/// states.
fn explore(steps: usize, first: &[Event]) -> usize {
	let mut count = 0;
	new_test_ext().execute_with(|| {
		let mut world = World {
			now: START,
			..Default::default()
		};
		for event in first {
			assert!(world.happen(*event), "{event:?}");
		}
		world.waiting = Waiting::get();
		let start = (storage(), world);
		let mut seen = HashSet::from([sp_io::hashing::blake2_256(&start.encode())]);
		let mut next = VecDeque::from([(start, Vec::new())]);
		while let Some(((pairs, world), path)) = next.pop_front() {
			for event in EVENTS {
				restore(&pairs, &world);
				let mut world = world.clone();
				if !world.happen(event) {
					continue;
				}
				world.waiting = Waiting::get();
				let state = (storage(), world);
				if !seen.insert(sp_io::hashing::blake2_256(&state.encode())) {
					continue;
				}
				let mut path = path.clone();
				path.push(event);
				let print_on_panic = PrintOnPanic(&path);
				state.1.check();
				state.1.clone().assert_that_revoking_succeeds();
				restore(&state.0, &state.1);
				state.1.clone().assert_that_granting_succeeds();
				drop(print_on_panic);
				if path.len() < steps {
					next.push_back((state, path));
				}
			}
		}
		count = seen.len();
	});
	count
}

/// Prints the events that led to a failure.
struct PrintOnPanic<'a>(&'a [Event]);

impl Drop for PrintOnPanic<'_> {
	fn drop(&mut self) {
		if std::thread::panicking() {
			eprintln!("after {:?}", self.0);
		}
	}
}

#[test]
fn no_order_of_events_revives_a_revoked_grant() {
	let states = explore(STEPS, &[]);
	println!("{states} states");
	assert!(states > 1_000, "{states}");
}

#[test]
fn no_order_of_events_after_forwarding_revives_a_revoked_grant() {
	let states = explore(STEPS - 1, &[Event::Grant, Event::Forward]);
	println!("{states} states");
	assert!(states > 1_000, "{states}");
}

#[test]
fn no_order_of_events_after_delivery_revives_a_revoked_grant() {
	let delivered = [
		Event::GrantUntilEnd,
		Event::Forward,
		Event::Arrive,
		Event::Answer,
	];
	let states = explore(STEPS - 1, &delivered);
	println!("{states} states");
	assert!(states > 1_000, "{states}");
}

#[test]
fn no_order_of_events_after_a_sent_revocation_revives_a_revoked_grant() {
	let revoked = [Event::Grant, Event::Forward, Event::Arrive, Event::Revoke];
	let states = explore(STEPS - 1, &revoked);
	println!("{states} states");
	assert!(states > 1_000, "{states}");
}

#[test]
#[should_panic(expected = "a revoked grant is readable again")]
fn the_model_detects_a_consortium_that_forgets_sequence_numbers() {
	new_test_ext().execute_with(|| {
		let mut world = World {
			now: START,
			..Default::default()
		};
		let events = [
			Event::Grant,
			Event::Forward,
			Event::Arrive,
			Event::Revoke,
			Event::Arrive,
		];
		for event in events {
			assert!(world.happen(event));
			world.check();
		}
		world.last = None;
		assert!(world.happen(Event::RepeatFirst));
		world.check();
	});
}
