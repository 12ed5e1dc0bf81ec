//! All orders of changes, blocks, messages and answers up to a length. Messages and answers can be
//! late, repeated or lost. A model stands for the consortium.

use super::*;
use frame_support::storage::{with_transaction, TransactionOutcome};
use std::collections::VecDeque;

/// An event.
#[derive(Clone, Copy, Debug)]
enum Happening {
	/// The authorities suspend the provider, or reinstate it.
	Change,
	/// A block with weight to spare.
	Block,
	/// The first message on its way arrives.
	Arrive,
	/// The first message on its way is lost.
	Lose,
	/// The first answer on its way arrives.
	Hear,
	/// The same, and it will arrive once more.
	HearTwice,
	/// The first answer on its way is lost.
	Miss,
	/// An answer time passes.
	Wait,
	/// The consortium expels the region, or admits it again.
	Expel,
	/// The provider enlists.
	Enlist,
}

use Happening::*;

const ALL: [Happening; 10] = [
	Change, Block, Arrive, Lose, Hear, HearTwice, Miss, Wait, Expel, Enlist,
];

/// The length of the orders that are tried.
const LENGTH: usize = 6;

/// All that is outside the region.
#[derive(Clone, Default)]
struct World {
	messages: VecDeque<ConsortiumCall>,
	answers: VecDeque<(u64, Answer)>,
	entry: Option<DirectoryEntry>,
	expelled: bool,
}

impl World {
	/// The consortium's reaction to a call.
	fn take(&mut self, call: ConsortiumCall) -> Result<(), Reason> {
		let (entry, is_new) = match call {
			ConsortiumCall::EnlistProvider { entry } => (entry, true),
			ConsortiumCall::UpdateProvider { entry } => (entry, false),
			other => panic!("{other:?} is not about a provider"),
		};
		if self.expelled {
			return Err(Reason::NotARegion);
		}
		match &self.entry {
			None if !is_new => return Err(Reason::NotEnlisted),
			Some(known) if known.sequence > entry.sequence => return Err(Reason::Superseded),
			Some(known) if known.sequence == entry.sequence => {
				assert_eq!(*known, entry, "one sequence number, two contents");
			}
			_ => self.entry = Some(entry),
		}
		Ok(())
	}

	/// Whether anything changes.
	fn happens(&mut self, what: Happening) -> bool {
		match what {
			Change => {
				let change = match standing(UPIN).unwrap() {
					Standing::Verified => Standing::suspended,
					_ => Standing::reinstated,
				};
				Registry::set_standing(id(UPIN), change);
			}
			Block => {
				let before = (Waiting::get(), Outbox::<Test>::iter_keys().next());
				poll();
				self.messages.extend(take_sent());
				return before != (Waiting::get(), Outbox::<Test>::iter_keys().next());
			}
			Arrive => {
				let Some(call) = self.messages.pop_front() else {
					return false;
				};
				let sequence = call.sequence();
				let answer = match self.take(call) {
					Ok(()) => Answer::Done,
					Err(reason) => Answer::Refused(reason),
				};
				self.answers.push_back((sequence, answer));
			}
			Lose => return self.messages.pop_front().is_some(),
			Hear | HearTwice => {
				let Some((sequence, first)) = self.answers.pop_front() else {
					return false;
				};
				answer(UPIN, sequence, first.clone());
				if let HearTwice = what {
					self.answers.push_back((sequence, first));
				}
			}
			Miss => return self.answers.pop_front().is_some(),
			Wait => advance(AnswerTime::get()),
			Expel => self.expelled = !self.expelled,
			Enlist => return Registry::enlist(signed(1)).is_ok(),
		}
		true
	}

	/// The invariants.
	fn check(&self, so_far: &[Happening]) {
		let state = Registry::try_state_enlistments();
		assert_eq!(state, Ok(()), "{so_far:?}");
		let Some(enlistment) = Enlistments::<Test>::get(id(UPIN)) else {
			assert_eq!(self.entry, None, "{so_far:?}");
			return;
		};
		if let Some(entry) = &self.entry {
			assert!(entry.sequence <= enlistment.sequence, "{so_far:?}");
		}
		// If the region considers the entry enlisted, the consortium has the current entry.
		if enlistment.state == EnlistmentState::Enlisted {
			let now = Registry::entry(id(UPIN), enlistment.sequence);
			assert_eq!(self.entry, now, "{so_far:?}");
		}
	}

	/// From now on every message arrives: the consortium ends with the current entry.
	fn settle(mut self, so_far: &[Happening]) {
		self.expelled = false;
		for _ in 0..3 {
			while self.happens(Arrive) || self.happens(Hear) {}
			self.happens(Enlist);
			advance(MaxRetryTime::get());
			self.happens(Block);
		}
		while self.happens(Arrive) || self.happens(Hear) {}
		let enlistment = enlistment(UPIN);
		assert_eq!(enlistment.state, EnlistmentState::Enlisted, "{so_far:?}");
		assert_eq!(enlistment.step, Step::Rest, "{so_far:?}");
		self.check(so_far);
	}
}

fn undone(test: impl FnOnce()) {
	let (now, waiting) = (Now::get(), Waiting::get());
	let _: DispatchResult = with_transaction(|| {
		test();
		TransactionOutcome::Rollback(Ok(()))
	});
	Now::set(now);
	Waiting::set(waiting);
}

fn explore(world: &World, so_far: &mut Vec<Happening>, orders: &mut u64) {
	*orders += 1;
	undone(|| world.clone().settle(so_far));
	if so_far.len() == LENGTH {
		return;
	}
	for next in ALL {
		undone(|| {
			let mut world = world.clone();
			if world.happens(next) {
				so_far.push(next);
				world.check(so_far);
				explore(&world, so_far, orders);
				so_far.pop();
			}
		});
	}
}

#[test]
fn in_every_order_of_events_the_consortium_ends_with_the_current_entry() {
	new_test_ext().execute_with(|| {
		verify(1, UPIN);
		let mut orders = 0;
		assert_ok!(Registry::enlist(signed(1)));
		explore(&World::default(), &mut vec![], &mut orders);
		assert!(orders > 10_000, "{orders}");
	});
}
