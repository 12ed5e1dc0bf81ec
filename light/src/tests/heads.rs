//! Which head of a parachain is taken.

use super::{states::trie, *};
use crate::{head, head_key, state::State, HeadError, KnownHead, StateError};

fn region_block(number: u32, logs: Vec<DigestItem>) -> Header {
	let mut fields = block(H256::zero(), number, vec![]).fields().clone();
	fields.digest = vec![DigestItem::PreRuntime(*b"aura", 77u64.encode())];
	fields.digest.extend(logs);
	header(fields)
}

/// A state of the relay chain with this value as region 2001's head.
fn relay(value: Vec<u8>) -> State {
	let (root, nodes) = trie(&[(head_key(2001), value), (head_key(2002), vec![0; 40])]);
	State::new(root, &nodes).unwrap()
}

#[test]
fn the_head_is_the_one_in_the_relay_chains_state() {
	let region = region_block(5, vec![]);
	let relay = relay(region.encode().encode());
	assert_eq!(head(&relay, 2001), Ok(region.clone()));
	assert_eq!(region.aura_slot(), Some(77));
	assert_eq!(head(&relay, 2003), Err(HeadError::NoHead(2003)));
	assert_eq!(
		head(&relay, 2002),
		Err(HeadError::State(StateError::Unreadable))
	);
}

#[test]
fn a_head_that_is_not_a_header_is_refused() {
	let region = region_block(5, vec![]).encode();
	let refused = Err(HeadError::Header(crate::HeaderError));
	assert_eq!(
		head(&relay(region[..region.len() - 1].encode()), 2001),
		refused
	);
	assert_eq!(
		head(&relay([&region[..], &[0]].concat().encode()), 2001),
		refused
	);
	assert_eq!(head(&relay(Vec::<u8>::new().encode()), 2001), refused);
}

#[test]
fn a_chain_does_not_go_back() {
	let (five, six) = (region_block(5, vec![]), region_block(6, vec![]));
	let known = KnownHead::follow(None, &five).unwrap();
	assert_eq!(
		known,
		KnownHead {
			number: 5,
			hash: five.hash()
		}
	);
	assert_eq!(KnownHead::follow(Some(known), &five), Ok(known));
	let newer = KnownHead::follow(Some(known), &six).unwrap();
	assert_eq!(newer.number, 6);
	let back = HeadError::Back { known: 6, head: 5 };
	assert_eq!(KnownHead::follow(Some(newer), &five), Err(back));
	let other = region_block(5, vec![DigestItem::Other(vec![])]);
	let replaced = HeadError::Replaced {
		number: 5,
		known: five.hash(),
		head: other.hash(),
	};
	assert_eq!(KnownHead::follow(Some(known), &other), Err(replaced));
}

#[test]
fn a_block_that_replaces_the_runtime_is_not_read() {
	let usual = region_block(5, vec![]);
	assert!(usual.state(&[]).is_ok());
	let upgrade = region_block(6, vec![DigestItem::RuntimeEnvironmentUpdated]);
	assert!(upgrade.replaces_runtime());
	assert_eq!(
		upgrade.state(&[]).err(),
		Some(StateError::RuntimeReplaced(6))
	);
}

#[test]
fn an_aura_slot_is_eight_bytes() {
	let with = |bytes: Vec<u8>| {
		let mut fields = region_block(5, vec![]).fields().clone();
		fields.digest = vec![DigestItem::PreRuntime(*b"aura", bytes)];
		header(fields).aura_slot()
	};
	assert_eq!(with(9u64.encode()), Some(9));
	for bytes in [vec![], vec![9; 7], vec![9; 9]] {
		assert_eq!(with(bytes), None);
	}
	assert_eq!(
		region_block(1, vec![DigestItem::PreRuntime(*b"aura", vec![0; 8])]).aura_slot(),
		None
	);
}
