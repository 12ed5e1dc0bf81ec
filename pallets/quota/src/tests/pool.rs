//! A pool as large as a node's. It follows the rule of `sc-transaction-pool`: when it is full, it
//! drops the lowest priority, the oldest first among equals, with the transactions that depend on
//! it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The most transactions that a node's pool holds.
const POOL: usize = 8_192;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
	priority: u64,
	arrived: usize,
	who: u64,
	nonce: u32,
}

#[derive(Default)]
struct Pool {
	waiting: BTreeSet<Waiting>,
	accounts: BTreeMap<u64, BTreeMap<u32, Waiting>>,
	arrivals: usize,
}

impl Pool {
	/// Whether the pool takes a transaction and keeps it.
	fn submit(&mut self, who: u64, nonce: u32, call: impl Into<RuntimeCall>) -> bool {
		let Ok(validity) = validate(signed(who, nonce, call)) else {
			return false;
		};
		self.arrivals += 1;
		let new = Waiting {
			priority: validity.priority,
			arrived: self.arrivals,
			who,
			nonce,
		};
		let account = self.accounts.entry(who).or_default();
		match account.get(&nonce) {
			Some(old) if old.priority >= new.priority => return false,
			Some(old) => self.waiting.remove(old),
			None => true,
		};
		account.insert(nonce, new);
		self.waiting.insert(new);
		while self.waiting.len() > POOL {
			let worst = *self.waiting.first().unwrap();
			let account = self.accounts.get_mut(&worst.who).unwrap();
			for dropped in account.split_off(&worst.nonce).values() {
				self.waiting.remove(dropped);
			}
		}
		self.holds(who, nonce)
	}

	fn holds(&self, who: u64, nonce: u32) -> bool {
		self.accounts
			.get(&who)
			.is_some_and(|account| account.contains_key(&nonce))
	}
}

#[test]
fn a_nonce_too_far_ahead_is_refused() {
	run(|| {
		assert_ok!(validate(signed(MEMBER, 63, work(Weight::zero()))));
		for nonce in [64, 65, u32::MAX] {
			let error = validate(signed(MEMBER, nonce, work(Weight::zero()))).unwrap_err();
			assert_eq!(error, refused(Refusal::NonceTooFar));
		}
		assert_ok!(apply(signed(MEMBER, 0, work(Weight::zero()))).unwrap());
		assert_ok!(validate(signed(MEMBER, 64, work(Weight::zero()))));
	});
}

#[test]
fn a_member_has_at_most_64_transactions_in_the_pool() {
	run(|| {
		let mut pool = Pool::default();
		let taken = (0..20_000)
			.filter(|nonce| pool.submit(MEMBER, *nonce, work(Weight::zero())))
			.count();
		assert_eq!(taken, 64);
	});
}

#[test]
fn priority_falls_with_use_and_with_the_gap() {
	run(|| {
		let priority = |who, nonce, call| validate(signed(who, nonce, call)).unwrap().priority;
		let fresh = priority(MEMBER, 0, percent(1));
		assert!(
			fresh > priority(MEMBER, 0, percent(2)),
			"a larger transaction"
		);
		assert!(
			fresh > priority(MEMBER, 1, percent(1)),
			"a later transaction"
		);
		assert!(priority(MEMBER, 1, percent(1)) > priority(MEMBER, 63, percent(1)));
		assert_ok!(apply(signed(MEMBER, 0, percent(50))).unwrap());
		let after = priority(MEMBER, 1, percent(1));
		assert!(fresh > after, "after use");
		assert_eq!(fresh, priority(OTHER, 0, percent(1)), "another member");
		Now::set(START + RECOVERY / 4);
		assert!(priority(MEMBER, 1, percent(1)) > after, "after recovery");
	});
}

#[test]
fn proof_size_lowers_priority_as_much_as_time() {
	run(|| {
		let priority = |weight| validate(signed(MEMBER, 0, work(weight))).unwrap().priority;
		let time = priority(Weight::from_parts(LIMIT.ref_time() / 2, 0));
		let proof = priority(Weight::from_parts(0, LIMIT.proof_size() / 2));
		assert!(
			time < crate::extension::FULL_PRIORITY / 2
				&& proof < crate::extension::FULL_PRIORITY / 2
		);
		assert!(
			time > crate::extension::FULL_PRIORITY / 3
				&& proof > crate::extension::FULL_PRIORITY / 3
		);
	});
}

#[test]
fn a_full_pool_takes_and_keeps_the_next_transaction_of_another_member() {
	run(|| {
		let mut pool = Pool::default();
		// 132 members flood it with the smallest transactions: more than it holds.
		let flooders = CROWD..CROWD + 132;
		for who in flooders.clone() {
			System::inc_providers(&who);
			for nonce in 0..64 {
				pool.submit(who, nonce, work(Weight::zero()));
			}
		}
		assert_eq!(pool.waiting.len(), POOL);

		// A member with a third of its limit in use sends a large transaction.
		assert_ok!(apply(signed(MEMBER, 0, percent(33))).unwrap());
		assert!(pool.submit(MEMBER, 1, percent(10)));
		assert!(pool.submit(INVITED, 0, work::Call::register {}));

		// The pool keeps them while the flood continues.
		for who in flooders {
			for nonce in 0..64 {
				pool.submit(who, nonce, work(Weight::zero()));
			}
		}
		assert_eq!(pool.waiting.len(), POOL);
		assert!(pool.holds(MEMBER, 1) && pool.holds(INVITED, 0));
	});
}

#[test]
fn many_invited_accounts_do_not_delay_a_vote() {
	run(|| {
		let priority = |who, nonce, call| validate(signed(who, nonce, call)).unwrap().priority;
		// The authority has most of its limit in use; each of the others is new.
		AuthorityQuota::set(LIMIT);
		assert_ok!(apply(signed(AUTHORITY, 0, percent(90))).unwrap());
		let vote = priority(AUTHORITY, 1, percent(1));
		assert!(vote > priority(MEMBER, 0, work(Weight::zero())));

		let mut pool = Pool::default();
		assert!(pool.submit(AUTHORITY, 1, percent(1)));
		for who in CROWD..CROWD + 2 * POOL as u64 {
			System::inc_providers(&who);
			pool.submit(who, 0, work(Weight::zero()));
		}
		assert_eq!(pool.waiting.len(), POOL);
		assert!(pool.holds(AUTHORITY, 1));
	});
}
