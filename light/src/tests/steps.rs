//! Which steps lead to a newer checkpoint.

use super::*;
use crate::{
	limits::{MAX_HEADERS, MAX_STEP_BYTES},
	AgeError, ChangeError, JustificationError, StepError,
};

fn justification(number: u32, error: JustificationError) -> StepError {
	StepError::Justification { number, error }
}

/// What a step with these votes for block 110, and these headers, gives.
fn with_votes(
	keys: &[ed25519::Pair],
	votes: Vec<Vote>,
	ancestry: &[&Header],
) -> Result<Checkpoint, StepError> {
	checkpoint(keys).step(&step(&target(), votes, ancestry), &CLOCK)
}

fn target() -> Header {
	block(H256::zero(), 110, vec![])
}

/// A block above the target or another block, at a distance.
fn above(parent: &Header) -> Header {
	block(parent.hash(), parent.number() + 1, vec![])
}

#[test]
fn a_step_leads_to_the_block_that_was_finalized() {
	let keys = keys(0..4);
	let before = checkpoint(&keys);
	let target = target();
	let after = before
		.step(&step(&target, votes(&keys, &target, 7), &[]), &CLOCK)
		.unwrap();
	let expected = Checkpoint {
		number: 110,
		hash: target.hash(),
		state_root: target.state_root(),
		slot: FIRST_SLOT + 110,
		..before
	};
	assert_eq!(after, expected);
}

#[test]
fn more_than_two_thirds_of_the_votes_are_needed() {
	for (count, least) in [(1, 1), (2, 2), (3, 3), (4, 3), (6, 5), (7, 5), (10, 7)] {
		let keys = keys(0..count);
		for voters in 0..=keys.len() {
			let result = with_votes(&keys, votes(&keys[..voters], &target(), 7), &[]);
			match voters >= least {
				true => assert!(result.is_ok(), "{voters} of {count}"),
				false => assert_eq!(
					result,
					Err(justification(110, JustificationError::NotFinal))
				),
			}
		}
	}
}

#[test]
fn weights_count_and_not_heads() {
	let keys = keys(0..3);
	let weights = keys
		.iter()
		.map(|key| key.public())
		.zip([10, 1, 1])
		.collect();
	let heavy = Checkpoint {
		authorities: Authorities::new(weights).unwrap(),
		..checkpoint(&keys)
	};
	let target = target();
	let one = step(&target, votes(&keys[..1], &target, 7), &[]);
	assert!(heavy.step(&one, &CLOCK).is_ok());
	let two = step(&target, votes(&keys[1..], &target, 7), &[]);
	assert_eq!(
		heavy.step(&two, &CLOCK),
		Err(justification(110, JustificationError::NotFinal))
	);
}

#[test]
fn a_vote_counts_once() {
	let keys = keys(0..4);
	let mut twice = votes(&keys[..2], &target(), 7);
	twice.extend(twice.clone());
	let result = with_votes(&keys, twice, &[]);
	assert_eq!(
		result,
		Err(justification(110, JustificationError::NotFinal))
	);
}

#[test]
fn two_votes_of_one_authority_count_as_grandpa_says() {
	// It voted for two blocks. Its votes count for both, so that honest nodes can still finalize.
	let keys = keys(0..4);
	let (target, one, two) = {
		let target = target();
		let one = above(&target);
		(
			target.clone(),
			one,
			block(target.hash(), 111, vec![grandpa(vec![3])]),
		)
	};
	let mut both = votes(&keys[..2], &target, 7);
	both.extend([vote(&keys[2], &one, 7), vote(&keys[2], &two, 7)]);
	assert!(with_votes(&keys, both, &[&one, &two]).is_ok());
	// Alone with one honest vote, it is not enough.
	let mut both = votes(&keys[..1], &target, 7);
	both.extend([vote(&keys[2], &one, 7), vote(&keys[2], &two, 7)]);
	let result = with_votes(&keys, both, &[&one, &two]);
	assert_eq!(
		result,
		Err(justification(110, JustificationError::NotFinal))
	);
}

#[test]
fn the_votes_must_be_of_the_authorities() {
	let keys = keys(0..8);
	let (set, strangers) = keys.split_at(4);
	let refused = Err(justification(110, JustificationError::NotAnAuthority));
	assert_eq!(
		with_votes(set, votes(strangers, &target(), 7), &[]),
		refused
	);
	let mut mixed = votes(set, &target(), 7);
	mixed.push(vote(&strangers[0], &target(), 7));
	assert_eq!(with_votes(set, mixed, &[]), refused);
}

#[test]
fn a_signature_is_for_one_vote_round_set_and_key() {
	let keys = keys(0..4);
	let refused = Err(justification(110, JustificationError::Signature));
	for set_id in [6, 8, 0, u64::MAX] {
		assert_eq!(
			with_votes(&keys, votes(&keys, &target(), set_id), &[]),
			refused
		);
	}
	let mut swapped = votes(&keys, &target(), 7);
	let signature = swapped[0].2;
	swapped[0].2 = swapped[1].2;
	swapped[1].2 = signature;
	assert_eq!(with_votes(&keys, swapped, &[]), refused);
	// A vote for a later block, moved to the target.
	let mut moved = votes(&keys, &above(&target()), 7);
	for vote in &mut moved {
		(vote.0, vote.1) = (target().hash(), 110);
	}
	assert_eq!(with_votes(&keys, moved, &[]), refused);
	// One false signature is enough, though the others suffice.
	let mut one = votes(&keys, &target(), 7);
	one[3].2 = ed25519::Signature::from_raw([0; 64]);
	assert_eq!(with_votes(&keys, one, &[]), refused);
	// A prevote is no precommit.
	let mut prevotes = votes(&keys, &target(), 7);
	for (vote, key) in prevotes.iter_mut().zip(&keys) {
		vote.2 = key.sign(&(0u8, vote.0, vote.1, ROUND, 7u64).encode());
	}
	assert_eq!(with_votes(&keys, prevotes, &[]), refused);
	// Another round.
	let target = target();
	let mut step = step(&target, votes(&keys, &target, 7), &[]);
	step.justification[0] ^= 1;
	assert_eq!(checkpoint(&keys).step(&step, &CLOCK), refused);
}

#[test]
fn votes_for_later_blocks_count_if_headers_link_them() {
	let keys = keys(0..4);
	let target = target();
	let (one, two) = (above(&target), above(&above(&target)));
	let linked = || {
		let mut all = votes(&keys[..2], &target, 7);
		all.extend(votes(&keys[2..], &two, 7));
		all
	};
	assert!(with_votes(&keys, linked(), &[&one, &two]).is_ok());
	assert!(
		with_votes(&keys, linked(), &[&two, &one]).is_ok(),
		"headers have no order"
	);
	let refused = Err(justification(110, JustificationError::Ancestry));
	for ancestry in [
		&[&one][..],
		&[&two],
		&[],
		&[&one, &two, &two],
		&[&one, &two, &above(&two)],
	] {
		assert_eq!(with_votes(&keys, linked(), ancestry), refused);
	}
	// A header that no vote needs.
	assert_eq!(
		with_votes(&keys, votes(&keys, &target, 7), &[&one]),
		refused
	);
	// All vote for a later block: that one is final, and not the target.
	let later = with_votes(&keys, votes(&keys, &two, 7), &[]);
	assert_eq!(later, Err(justification(110, JustificationError::NotFinal)));
	// Votes for a fork beside the target.
	let fork = block(H256::zero(), 110, vec![grandpa(vec![3])]);
	let mut forked = votes(&keys[..2], &target, 7);
	forked.extend(votes(&keys[2..], &fork, 7));
	assert!(with_votes(&keys, forked.clone(), &[]).is_err());
	assert!(with_votes(&keys, forked, &[&fork]).is_err());
}

#[test]
fn a_vote_for_an_earlier_block_does_not_finalize_a_later_one() {
	let keys = keys(0..3);
	let parent = block(H256::zero(), 109, vec![]);
	let target = block(parent.hash(), 110, vec![]);
	let mut all = votes(&keys[..2], &target, 7);
	all.push(vote(&keys[2], &parent, 7));
	let result = checkpoint(&keys).step(&step(&target, all, &[&target]), &CLOCK);
	assert_eq!(
		result,
		Err(justification(110, JustificationError::NotFinal))
	);
}

#[test]
fn a_block_has_its_own_number() {
	let keys = keys(0..4);
	let target = target();
	let refused = Err(justification(110, JustificationError::Number));
	let sign = |key: &ed25519::Pair, hash: H256, number: u32| {
		(
			hash,
			number,
			key.sign(&(1u8, hash, number, ROUND, 7u64).encode()),
			key.public(),
		)
	};
	for number in [0, 1, 109, 111, 112, u32::MAX - 1, u32::MAX] {
		// The target itself under another number, for one voter.
		let mut all = votes(&keys[..3], &target, 7);
		all.push(sign(&keys[3], target.hash(), number));
		assert_eq!(with_votes(&keys, all, &[]), refused, "{number}");
		// A later block.
		if number != 111 {
			let mut all = votes(&keys[..3], &target, 7);
			all.push(sign(&keys[3], above(&target).hash(), number));
			assert!(
				with_votes(&keys, all, &[&above(&target)]).is_err(),
				"{number}"
			);
		}
	}
	// A later block that says another number in its own header. The vote says that one, or the
	// right one.
	for number in [0, 1, 110, 112, u32::MAX] {
		let later = block(target.hash(), number, vec![]);
		for voted in [number, 111] {
			let mut all = votes(&keys[..3], &target, 7);
			all.push(sign(&keys[3], later.hash(), voted));
			assert!(with_votes(&keys, all, &[&later]).is_err(), "{number}");
		}
	}
}

#[test]
fn the_justification_is_for_this_block() {
	let keys = keys(0..4);
	let (target, other) = (target(), above(&target()));
	let mut wrong = step(&target, votes(&keys, &target, 7), &[]);
	wrong.header = other.encode();
	let result = checkpoint(&keys).step(&wrong, &CLOCK);
	assert_eq!(
		result,
		Err(justification(111, JustificationError::OtherBlock))
	);
}

#[test]
fn a_change_of_authorities_is_followed_to_other_keys() {
	let (old, new) = (keys(0..4), keys(10..17));
	let last = block(
		H256::zero(),
		110,
		vec![grandpa(vec![3, 0, 0, 0, 0]), change(&new, 0)],
	);
	let after = checkpoint(&old)
		.step(&step(&last, votes(&old, &last, 7), &[]), &CLOCK)
		.unwrap();
	assert_eq!((after.set_id, &after.authorities), (8, &authorities(&new)));
	let next = block(last.hash(), 111, vec![]);
	let by_new = step(&next, votes(&new, &next, 8), &[]);
	assert_eq!(after.step(&by_new, &CLOCK).unwrap().number, 111);
	// The old keys sign nothing after the change, and the new keys nothing before.
	let by_old = step(&next, votes(&old, &next, 8), &[]);
	let refused = Err(justification(111, JustificationError::NotAnAuthority));
	assert_eq!(after.step(&by_old, &CLOCK), refused);
	// The change cannot be skipped.
	assert_eq!(checkpoint(&old).step(&by_new, &CLOCK), refused);
}

#[test]
fn a_new_set_of_the_same_keys_is_another_set() {
	let keys = keys(0..4);
	let last = block(H256::zero(), 110, vec![change(&keys, 0)]);
	let after = checkpoint(&keys)
		.step(&step(&last, votes(&keys, &last, 7), &[]), &CLOCK)
		.unwrap();
	assert_eq!(after.set_id, 8);
	let next = block(last.hash(), 111, vec![]);
	let as_before = step(&next, votes(&keys, &next, 7), &[]);
	let refused = Err(justification(111, JustificationError::Signature));
	assert_eq!(after.step(&as_before, &CLOCK), refused);
	let skipped = step(&next, votes(&keys, &next, 8), &[]);
	assert_eq!(checkpoint(&keys).step(&skipped, &CLOCK), refused);
}

#[test]
fn other_changes_of_authorities_are_refused() {
	let keys = keys(0..4);
	let after = |logs| {
		let last = block(H256::zero(), 110, logs);
		checkpoint(&keys).step(&step(&last, votes(&keys, &last, 7), &[]), &CLOCK)
	};
	let not_followed = Err(StepError::Change(ChangeError::NotFollowed));
	let forced = grandpa((2u8, 100u32, authorities(&keys), 0u32).encode());
	let pause = grandpa((4u8, 0u32).encode());
	let resume = grandpa((5u8, 0u32).encode());
	for logs in [
		vec![change(&keys, 1)],
		vec![change(&keys, 0), change(&keys, 0)],
		vec![forced.clone()],
		vec![change(&keys, 0), forced],
		vec![pause],
		vec![resume],
		vec![grandpa(vec![0])],
		vec![grandpa(vec![6])],
		vec![grandpa(vec![])],
	] {
		assert_eq!(after(logs), not_followed);
	}
	let none = (1u8, Vec::<(ed25519::Public, u64)>::new(), 0u32).encode();
	assert!(matches!(
		after(vec![grandpa(none)]),
		Err(StepError::Change(ChangeError::Authorities(_)))
	));
	let mut cut = (1u8, authorities(&keys), 0u32).encode();
	cut.pop();
	let unreadable = Err(StepError::Change(ChangeError::Unreadable));
	assert_eq!(after(vec![grandpa(cut)]), unreadable);
	let mut long = (1u8, authorities(&keys), 0u32).encode();
	long.push(0);
	assert_eq!(after(vec![grandpa(long)]), unreadable);
	// Other engines' logs say nothing about the authorities.
	assert!(after(vec![
		DigestItem::Consensus(*b"BABE", vec![2]),
		DigestItem::Other(vec![4])
	])
	.is_ok());
}

#[test]
fn a_step_leads_forward() {
	let keys = keys(0..4);
	for number in [0, 1, 99, 100] {
		let older = block(H256::zero(), number, vec![]);
		let result = checkpoint(&keys).step(&step(&older, votes(&keys, &older, 7), &[]), &CLOCK);
		assert_eq!(
			result,
			Err(StepError::NotNewer {
				step: number,
				checkpoint: 100
			})
		);
	}
}

#[test]
fn the_slot_rises_by_as_much_as_the_number() {
	let keys = keys(0..4);
	let at = |number, slot| {
		let mut fields = block(H256::zero(), number, vec![]).fields().clone();
		fields.digest = vec![babe(slot)];
		let target = header(fields);
		checkpoint(&keys).step(&step(&target, votes(&keys, &target, 7), &[]), &CLOCK)
	};
	let before = FIRST_SLOT + 100;
	assert!(at(110, before + 10).is_ok());
	assert!(at(110, before + 11).is_ok());
	for (number, slot) in [
		(110, before + 9),
		(110, before),
		(110, 0),
		(u32::MAX, before + 200),
	] {
		let least = before + u64::from(number - 100);
		assert_eq!(
			at(number, slot),
			Err(StepError::Slot {
				number,
				slot,
				least
			})
		);
	}
	// A slot that makes room for a huge number is of the future.
	for slot in [before + u64::from(u32::MAX), u64::MAX] {
		assert!(matches!(
			at(u32::MAX, slot),
			Err(StepError::Age(AgeError::Ahead { .. }))
		));
	}
}

#[test]
fn a_step_is_not_of_the_future() {
	let keys = keys(0..4);
	let step = step(&target(), votes(&keys, &target(), 7), &[]);
	let slot = (FIRST_SLOT + 110) * 6000;
	let at = |now| checkpoint(&keys).step(&step, &Clock { now, ..CLOCK });
	assert!(at(slot - 60_000).is_ok());
	let ahead = AgeError::Ahead {
		block: slot,
		clock: slot - 60_001,
	};
	assert_eq!(at(slot - 60_001), Err(StepError::Age(ahead)));
}

#[test]
fn a_checkpoint_is_at_most_ninety_days_old() {
	let keys = keys(0..4);
	let step = step(&target(), votes(&keys, &target(), 7), &[]);
	let at = |now| checkpoint(&keys).step(&step, &Clock { now, ..CLOCK });
	let slot = (FIRST_SLOT + 100) * 6000;
	let last = slot + 90 * 24 * 3600 * 1000;
	assert!(at(last).is_ok());
	let too_old = StepError::CheckpointTooOld {
		checkpoint: slot,
		clock: last + 1,
	};
	assert_eq!(at(last + 1), Err(too_old));
	// One that is of the future is not old.
	assert!(matches!(
		at(slot - 60_001),
		Err(StepError::Age(AgeError::Ahead { .. }))
	));
}

#[test]
fn a_block_needs_one_babe_slot() {
	let keys = keys(0..4);
	let slot = FIRST_SLOT + 110;
	let with = |digest| {
		let mut fields = block(H256::zero(), 110, vec![]).fields().clone();
		fields.digest = digest;
		let target = header(fields);
		checkpoint(&keys).step(&step(&target, votes(&keys, &target, 7), &[]), &CLOCK)
	};
	let raw = |bytes| DigestItem::PreRuntime(*b"BABE", bytes);
	for variant in 1..=3u8 {
		assert!(with(vec![raw((variant, 0u32, slot, [7u8; 96]).encode())]).is_ok());
	}
	for digest in [
		vec![],
		vec![raw(vec![])],
		vec![raw((0u8, 0u32, slot).encode())],
		vec![raw((4u8, 0u32, slot).encode())],
		vec![raw((1u8, 0u32, 7u32).encode())],
		vec![babe(slot), babe(slot)],
		vec![DigestItem::PreRuntime(*b"aura", slot.encode())],
		vec![DigestItem::Seal(*b"BABE", (2u8, 1u32, slot).encode())],
	] {
		assert_eq!(with(digest), Err(StepError::NoSlot(110)));
	}
}

#[test]
fn a_step_above_a_limit_is_refused_before_it_is_checked() {
	let keys = keys(0..2);
	let target = target();
	let good = step(&target, votes(&keys, &target, 7), &[]);
	let large = Step {
		justification: vec![0; MAX_STEP_BYTES],
		..good.clone()
	};
	let size = MAX_STEP_BYTES + good.header.len();
	assert_eq!(
		checkpoint(&keys).step(&large, &CLOCK),
		Err(StepError::TooLarge(size))
	);

	// The count alone is enough, and no vote needs to follow.
	let with_counts = |precommits: u32, headers: u32| {
		let mut justification = (ROUND, target.hash(), target.number()).encode();
		justification.extend(Compact(precommits).encode());
		justification.extend(Compact(headers).encode());
		checkpoint(&keys).step(
			&Step {
				justification,
				..good.clone()
			},
			&CLOCK,
		)
	};
	for found in [5, 1000, u32::MAX] {
		let refused = JustificationError::TooManyPrecommits { found, max: 4 };
		assert_eq!(with_counts(found, 0), Err(justification(110, refused)));
	}
	for found in [MAX_HEADERS as u32 + 1, u32::MAX] {
		let refused = JustificationError::TooManyHeaders { found };
		assert_eq!(with_counts(0, found), Err(justification(110, refused)));
	}
	assert_eq!(
		with_counts(0, 0),
		Err(justification(110, JustificationError::NotFinal))
	);
}

#[test]
fn the_largest_ancestry_is_read() {
	let keys = keys(0..3);
	let target = target();
	let mut headers = vec![above(&target)];
	while headers.len() < MAX_HEADERS {
		headers.push(above(&headers[headers.len() - 1]));
	}
	let mut all = votes(&keys[..2], &target, 7);
	all.push(vote(&keys[2], &headers[MAX_HEADERS - 1], 7));
	let headers: Vec<_> = headers.iter().collect();
	assert!(with_votes(&keys, all, &headers).is_ok());
}

#[test]
fn bytes_after_a_step_are_refused() {
	let keys = keys(0..3);
	let good = step(&target(), votes(&keys, &target(), 7), &[]);
	let mut long = good.clone();
	long.header.push(0);
	assert_eq!(
		checkpoint(&keys).step(&long, &CLOCK),
		Err(StepError::Header(crate::HeaderError))
	);
	let mut long = good;
	long.justification.push(0);
	let refused = Err(justification(110, JustificationError::Unreadable));
	assert_eq!(checkpoint(&keys).step(&long, &CLOCK), refused);
}
