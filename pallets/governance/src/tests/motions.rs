use frame_support::{
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use sp_runtime::{traits::Hash, DispatchError};

use super::*;

/// A motion: the hash of its call, and its number.
type Motion = (H256, u32);

/// Proposes a motion that is different for each number.
fn propose(who: u8, number: u32) -> Result<Motion, DispatchError> {
	let parameter = Parameter::ReplicationTarget(number);
	let call: Box<RuntimeCall> = Box::new(Call::set_parameter { parameter }.into());
	let hash = <Test as frame_system::Config>::Hashing::hash_of(&call);
	let index = pallet_collective::ProposalCount::<Test, CouncilInstance>::get();
	Council::propose(signed(who), 2, call, 1_000).map_err(|error| error.error)?;
	Ok((hash, index))
}

fn vote(who: u8, (hash, index): Motion, aye: bool) {
	assert_ok!(Council::vote(signed(who), hash, index, aye));
}

fn close((hash, index): Motion) -> DispatchResult {
	let closed = Council::close(signed(1), hash, index, Weight::MAX, 1_000);
	closed.map(drop).map_err(|error| error.error)
}

#[test]
fn an_authority_has_two_open_motions_at_most() {
	run(|| {
		assert_ok!(propose(1, 1));
		let second = propose(1, 2).unwrap();
		assert_noop!(propose(1, 3), Error::<Test>::TooManyMotions);
		assert_ok!(propose(2, 3));
		// A decided motion counts no more.
		vote(1, second, true);
		vote(2, second, true);
		assert_noop!(propose(1, 4), Error::<Test>::TooManyMotions);
		assert_ok!(close(second));
		assert_ok!(propose(1, 4));
		assert_noop!(propose(1, 5), Error::<Test>::TooManyMotions);
	});
}

#[test]
fn a_motion_counts_for_its_present_proposer() {
	run(|| {
		let first = propose(1, 1).unwrap();
		vote(2, first, false);
		vote(3, first, false);
		assert_ok!(close(first));
		assert_ok!(propose(2, 1));
		assert_ok!(propose(1, 2));
		assert_ok!(propose(1, 3));
		assert_ok!(propose(2, 4));
		assert_noop!(propose(2, 5), Error::<Test>::TooManyMotions);
	});
}

#[test]
fn more_than_a_third_against_drop_a_motion_early() {
	run(|| {
		let hash = propose(1, 1).unwrap();
		vote(2, hash, false);
		assert!(
			close(hash).is_err(),
			"one of three is not more than a third"
		);
		vote(3, hash, false);
		assert_ok!(close(hash));
		assert_eq!(OpenMotions::open(), []);
		assert_eq!(ReplicationTargetOf::<Test>::get(), 3);
	});
}

#[test]
fn the_votes_of_a_removed_authority_do_not_count() {
	run(|| {
		let motion = propose(1, 1).unwrap();
		vote(1, motion, true);
		vote(2, motion, true);
		assert_ok!(Governance::remove_authority(two_thirds(), account(2)));
		assert!(close(motion).is_err(), "one vote is left, of two");
		vote(3, motion, true);
		assert_ok!(close(motion));
		assert_eq!(ReplicationTargetOf::<Test>::get(), 1);
	});
}

#[test]
fn the_collective_keeps_no_tickets() {
	run(|| {
		let (hash, _) = propose(1, 1).unwrap();
		let costs = pallet_collective::CostOf::<Test, CouncilInstance>::get(hash);
		assert!(costs.is_none());
	});
}

/// Goes to a block, and does what the pallet does before its transactions.
fn begin_block(number: u64) {
	System::set_block_number(number);
	Governance::on_poll(number, &mut WeightMeter::new());
}

#[test]
fn a_motion_ends() {
	run(|| {
		System::set_block_number(1);
		let motion = propose(1, 1).unwrap();
		vote(1, motion, true);
		System::set_block_number(2);
		let later = propose(2, 2).unwrap();
		begin_block(MOTION);
		assert_eq!(OpenMotions::open(), [motion.0, later.0]);
		// Even if it has enough votes by then.
		vote(2, motion, true);
		begin_block(MOTION + 1);
		assert_eq!(OpenMotions::open(), [later.0]);
		let voted = Council::vote(signed(3), motion.0, motion.1, true);
		assert!(voted.is_err(), "a vote after the end");
		assert!(close(motion).is_err(), "carried after the end");
		assert_ok!(propose(1, 1));
	});
}

#[test]
fn the_motions_of_a_removed_authority_end() {
	run(|| {
		let [first, second] = [1, 2].map(|number| propose(2, number).unwrap());
		let other = propose(1, 3).unwrap();
		assert_ok!(Governance::remove_authority(two_thirds(), account(2)));
		assert_eq!(OpenMotions::open(), [first.0, second.0, other.0]);
		begin_block(2);
		begin_block(3);
		assert_eq!(OpenMotions::open(), [other.0]);
		begin_block(4);
		assert_eq!(OpenMotions::open(), [other.0]);
	});
}

#[test]
fn motions_end_one_in_each_block_and_only_where_there_is_room() {
	run(|| {
		for number in 1..=2 {
			propose(1, number).unwrap();
			propose(2, number + 2).unwrap();
		}
		let decided = OpenMotions::open()[0];
		assert_ok!(Council::vote(signed(2), decided, 0, false));
		assert_ok!(Council::vote(signed(3), decided, 0, false));
		assert_ok!(close((decided, 0)));
		let mut full = WeightMeter::with_limit(Weight::zero());
		Governance::on_poll(MOTION + 1, &mut full);
		assert_eq!(OpenMotions::open().len(), 3);
		// The decided one takes a turn too.
		for left in [3, 2, 1, 0, 0] {
			begin_block(MOTION + 1);
			assert_eq!(OpenMotions::open().len(), left);
		}
	});
}
