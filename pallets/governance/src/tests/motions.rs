use frame_support::weights::Weight;
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
		assert_eq!(OpenMotions::get(), []);
		assert_eq!(ReplicationTargetOf::<Test>::get(), 3);
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
