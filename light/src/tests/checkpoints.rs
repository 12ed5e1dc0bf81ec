//! A checkpoint as bytes, and which of two is kept.

use super::*;
use crate::{CheckpointError, Conflict};

#[test]
fn a_checkpoint_is_read_as_it_was_written() {
	let before = checkpoint(&keys(0..3));
	let bytes = before.encode();
	assert_eq!(Checkpoint::decode(&bytes), Ok(before));
	assert_eq!(bytes[0], 1, "the version of its format");
	let unreadable = Err(CheckpointError::Unreadable);
	for end in 0..bytes.len() {
		assert_eq!(Checkpoint::decode(&bytes[..end]), unreadable);
	}
	assert_eq!(
		Checkpoint::decode(&[bytes.clone(), vec![0]].concat()),
		unreadable
	);
	for version in (0..=255).filter(|version| *version != 1) {
		let other = [&[version], &bytes[1..]].concat();
		assert_eq!(
			Checkpoint::decode(&other),
			Err(CheckpointError::Version(version))
		);
	}
}

#[test]
fn a_checkpoint_has_authorities_with_votes() {
	assert!(Authorities::new(vec![]).is_err());
	let keys = keys(0..2);
	let weigh = |weights: [u64; 2]| {
		Authorities::new(keys.iter().map(|key| key.public()).zip(weights).collect())
	};
	assert!(weigh([0, 0]).is_err());
	assert!(weigh([u64::MAX, 1]).is_err());
	assert!(weigh([u64::MAX, 0]).is_ok());
	// The same as bytes: three authorities' weights, at the end before the reset number.
	let mut bytes = checkpoint(&keys).encode();
	let end = bytes.len() - 4;
	bytes[end - 40 - 8..end - 40].fill(0);
	bytes[end - 8..end].fill(0);
	assert_eq!(Checkpoint::decode(&bytes), Err(CheckpointError::Unreadable));
}

#[test]
fn the_first_block_of_a_chain_is_no_checkpoint() {
	let mut fields = block(H256::zero(), 0, vec![]).fields().clone();
	fields.digest.clear();
	let made = Checkpoint::new(
		H256::zero(),
		&header(fields),
		0,
		authorities(&keys(0..1)),
		0,
	);
	assert_eq!(made, Err(CheckpointError::NoSlot(0)));
}

#[test]
fn the_newer_checkpoint_stays() {
	let old = checkpoint(&keys(0..3));
	let new = Checkpoint {
		number: 101,
		..old.clone()
	};
	assert_eq!(old.clone().newer(new.clone()), Ok(new.clone()));
	assert_eq!(new.clone().newer(old.clone()), Ok(new.clone()));
	assert_eq!(old.clone().newer(old.clone()), Ok(old.clone()));
	// Two blocks of one number, or two chains.
	let fork = Checkpoint {
		hash: H256::zero(),
		..old.clone()
	};
	let found = Err(Conflict::Fork(100, old.hash, fork.hash));
	assert_eq!(old.clone().newer(fork), found);
	let other = Checkpoint {
		genesis: H256::zero(),
		..new.clone()
	};
	let found = Err(Conflict::Genesis(new.genesis, other.genesis));
	assert_eq!(new.clone().newer(other.clone()), found);
	// A reset is above all.
	let reset = Checkpoint {
		reset: 1,
		number: 5,
		..other
	};
	assert_eq!(new.clone().newer(reset.clone()), Ok(reset.clone()));
	assert_eq!(reset.clone().newer(new), Ok(reset));
}
