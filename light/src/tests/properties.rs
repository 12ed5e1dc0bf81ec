//! Any bytes, and any votes.

use super::*;
use alloc::collections::BTreeSet;
use proptest::prelude::*;

use crate::State;

/// Block 110 with the number 0, and blocks after it: 1 and 2 above 0, 3 above 1, and 4 beside 0.
fn blocks() -> Vec<Header> {
	let tree = |parent: &Header, salt| {
		block(
			parent.hash(),
			parent.number() + 1,
			vec![DigestItem::Other(vec![salt])],
		)
	};
	let parent = block(H256::zero(), 109, vec![]);
	let (zero, four) = (tree(&parent, 0), tree(&parent, 4));
	let (one, two) = (tree(&zero, 1), tree(&zero, 2));
	let three = tree(&one, 3);
	vec![zero, one, two, three, four]
}

/// Whether a block is block 0 or above it, and whether it is block 1 or above it.
const ABOVE: [(bool, bool); 5] = [
	(true, false),
	(true, true),
	(true, false),
	(true, true),
	(false, false),
];

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	/// The count agrees with a simple one: more than two thirds of seven voted for the target or
	/// above it, each counted once, and no vote was for a fork beside it. If so many voted for a
	/// later block that this one is final, the justification is for that one.
	#[test]
	fn the_count_is_as_simple_as_it_says(
		cast in prop::collection::vec((0..7usize, 0..5usize), 0..14),
	) {
		let (keys, blocks) = (keys(0..7), blocks());
		// Each authority votes for one block.
		let mut voted = BTreeSet::new();
		let cast: Vec<_> = cast.into_iter().filter(|(voter, _)| voted.insert(*voter)).collect();
		let all = cast.iter().map(|(voter, at)| vote(&keys[*voter], &blocks[*at], 7)).collect();
		// The headers that the votes need.
		let lowest = cast.iter().map(|(_, at)| *at).min_by_key(|at| blocks[*at].number());
		let mut needed = BTreeSet::new();
		for (_, at) in &cast {
			let mut at = *at;
			while Some(at) != lowest {
				needed.insert(at);
				match at {
					1 | 2 => at = 0,
					3 => at = 1,
					_ => break,
				}
			}
		}
		let ancestry: Vec<_> = needed.iter().map(|at| &blocks[*at]).collect();
		let result = checkpoint(&keys).step(&step(&blocks[0], all, &ancestry), &CLOCK);

		let count =
			|which: &dyn Fn(usize) -> bool| cast.iter().filter(|(_, at)| which(*at)).count();
		let fork = count(&|at| at == 4) > 0;
		// Without a vote for the target, no headers lead down to it.
		let base = count(&|at| at == 0) > 0;
		let first = count(&|at| ABOVE[at].0) >= 5;
		let later = count(&|at| ABOVE[at].1) >= 5 || count(&|at| at == 2) >= 5;
		prop_assert_eq!(result.is_ok(), first && !later && !fork && base, "{:?}", result);
	}

	#[test]
	fn any_bytes_are_refused(header: Vec<u8>, justification: Vec<u8>) {
		let from = checkpoint(&keys(0..3));
		prop_assert!(Checkpoint::decode(&header).is_err());
		let good = block(H256::zero(), 110, vec![]).encode();
		let bad = Step { header, justification: justification.clone() };
		prop_assert!(from.step(&bad, &CLOCK).is_err());
		let half_good = Step { header: good, justification };
		prop_assert!(from.step(&half_good, &CLOCK).is_err());
	}

	/// As above, but with the right target, counts and voters, so that the bytes get further.
	#[test]
	fn any_votes_of_the_authorities_are_refused(
		votes in prop::collection::vec(any::<(u8, bool, u32, [u8; 32])>(), 0..6),
		ancestry in prop::collection::vec((any::<u32>(), any::<bool>()), 0..4),
	) {
		let keys = keys(0..3);
		let target = block(H256::zero(), 110, vec![]);
		let ancestry: Vec<_> = ancestry
			.into_iter()
			.map(|(number, linked)| {
				block(if linked { target.hash() } else { H256::zero() }, number, vec![])
			})
			.collect();
		let votes = votes
			.into_iter()
			.map(|(who, right, number, hash)| {
				let any = ancestry.get(number as usize % 5).map_or(H256(hash), Header::hash);
				let (hash, number) = if right { (target.hash(), 110) } else { (any, number) };
				(hash, number, ed25519::Signature::from_raw([7; 64]), keys[usize::from(who % 3)].public())
			})
			.collect();
		let ancestry: Vec<_> = ancestry.iter().collect();
		prop_assert!(checkpoint(&keys).step(&step(&target, votes, &ancestry), &CLOCK).is_err());
	}

	/// A hostile runtime can root its state in any bytes. They are read without a panic.
	#[test]
	fn any_nodes_are_a_state_or_an_error(
		kind in 0..16u8,
		nodes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..4),
		key in prop::collection::vec(any::<u8>(), 0..4),
	) {
		let mut nodes = nodes;
		// The first bits of a node are its kind.
		nodes[0].insert(0, kind << 4 | 1);
		let root = sp_crypto_hashing::blake2_256(&nodes[0]).into();
		let state = State::new(root, &nodes).unwrap();
		for key in [&key[..], &[], &[0xff; 40]] {
			let _ = (state.get(key), state.next_key(key), state.keys(key));
		}
	}
}
