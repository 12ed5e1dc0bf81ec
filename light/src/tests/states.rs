//! What a proof shows of a state.

use super::*;
use crate::{limits::*, transaction, State, StateError};
use sp_core::{storage::well_known_keys::CODE, Blake2Hasher, Hasher};
use sp_trie::LayoutV1;

type Layout = LayoutV1<Blake2Hasher>;

/// A state of these entries: its root and all its nodes.
pub fn trie(entries: &[(Vec<u8>, Vec<u8>)]) -> (H256, Vec<Vec<u8>>) {
	let (root, mut nodes) = transaction::trie::<Layout>(entries.iter().cloned()).unwrap();
	(
		root,
		nodes.drain().into_values().map(|(node, _)| node).collect(),
	)
}

/// A proof of these keys, as a node makes it.
fn prove(entries: &[(Vec<u8>, Vec<u8>)], keys: &[Vec<u8>]) -> (H256, Vec<Vec<u8>>) {
	let (root, nodes) = transaction::trie::<Layout>(entries.iter().cloned()).unwrap();
	(
		root,
		transaction::prove::<Layout>(root, &nodes, keys).unwrap(),
	)
}

/// Forty entries with keys of two prefixes, and values of 1 to 80 bytes.
pub fn entries() -> Vec<(Vec<u8>, Vec<u8>)> {
	let key = |at: u8| [&[at % 2; 16][..], &sp_crypto_hashing::twox_64(&[at]), &[at]].concat();
	(0..40)
		.map(|at| (key(at), vec![at; 1 + 2 * usize::from(at)]))
		.collect()
}

fn sorted_keys(prefix: u8) -> Vec<Vec<u8>> {
	let mut keys: Vec<_> = entries()
		.into_iter()
		.map(|(key, _)| key)
		.filter(|key| key[0] == prefix)
		.collect();
	keys.sort();
	keys
}

#[test]
fn a_whole_state_shows_all_it_has() {
	let (root, nodes) = trie(&entries());
	let state = State::new(root, &nodes).unwrap();
	for (key, value) in entries() {
		assert_eq!(state.get(&key), Ok(Some(value)));
		assert_eq!(state.get(&key[..20]), Ok(None));
	}
	assert_eq!(state.keys(&[0; 16]), Ok(sorted_keys(0)));
	assert_eq!(state.keys(&[1; 16]), Ok(sorted_keys(1)));
	assert_eq!(state.keys(&[2; 16]), Ok(vec![]));
	let mut all = sorted_keys(0);
	all.extend(sorted_keys(1));
	assert_eq!(state.keys(&[]), Ok(all.clone()));
	let mut walked = Vec::<Vec<u8>>::new();
	while let Some(key) = state.next_key(walked.last().unwrap_or(&vec![])).unwrap() {
		walked.push(key);
	}
	assert_eq!(walked, all);
}

#[test]
fn an_empty_state_has_nothing() {
	let (root, nodes) = trie(&[]);
	let state = State::new(root, &nodes).unwrap();
	assert_eq!(state.get(b"key"), Ok(None));
	assert_eq!(state.keys(b""), Ok(vec![]));
	assert_eq!(state.next_key(b""), Ok(None));
	assert_eq!(state.code(), Err(StateError::NoCode));
}

#[test]
fn the_hash_of_the_code_is_shown_without_the_code() {
	let code = vec![7; 5000];
	let entries = [(CODE.to_vec(), code.clone())];
	let beside = [CODE, &[0]].concat();
	let (root, nodes) = prove(&entries, &[beside]);
	let state = State::new(root, &nodes).unwrap();
	assert_eq!(
		state.code_hash().unwrap().0,
		sp_crypto_hashing::blake2_256(&code)
	);
	assert_eq!(state.code(), Err(StateError::NotShown));
	let (root, nodes) = trie(&[]);
	assert_eq!(
		State::new(root, &nodes).unwrap().code_hash(),
		Err(StateError::NoCode)
	);
}

#[test]
fn a_proof_of_one_key_shows_no_other() {
	let entries = entries();
	for (at, (key, value)) in entries.iter().enumerate() {
		let (root, nodes) = prove(&entries, core::slice::from_ref(key));
		let state = State::new(root, &nodes).unwrap();
		assert_eq!(state.get(key), Ok(Some(value.clone())));
		// Small values stand in the nodes of others' branches. Large ones have their own nodes.
		let unseen = entries
			.iter()
			.enumerate()
			.filter(|(other, (_, value))| *other != at && value.len() > 32);
		for (_, (other, _)) in unseen {
			assert_eq!(state.get(other), Err(StateError::NotShown));
		}
		assert_eq!(state.keys(&key[..16]), Err(StateError::NotShown));
	}
}

#[test]
fn a_proof_shows_that_a_key_has_no_value() {
	let absent = [&[1; 16][..], b"absent"].concat();
	let (root, nodes) = prove(&entries(), core::slice::from_ref(&absent));
	let state = State::new(root, &nodes).unwrap();
	assert_eq!(state.get(&absent), Ok(None));
	for without in 0..nodes.len() {
		let mut fewer = nodes.clone();
		fewer.remove(without);
		let state = State::new(root, &fewer).unwrap();
		assert_eq!(
			state.get(&absent),
			Err(StateError::NotShown),
			"without node {without}"
		);
	}
}

#[test]
fn a_list_is_complete_or_refused() {
	let keys = sorted_keys(1);
	let (root, nodes) = prove(&entries(), &keys);
	assert_eq!(
		State::new(root, &nodes).unwrap().keys(&[1; 16]),
		Ok(keys.clone())
	);
	// A proof of all keys but one.
	for omitted in 0..keys.len() {
		let mut fewer = keys.clone();
		let key = fewer.remove(omitted);
		let (root, nodes) = prove(&entries(), &fewer);
		match State::new(root, &nodes).unwrap().keys(&[1; 16]) {
			// The key's node is small, and stands in that of another.
			Ok(found) => assert!(found.contains(&key)),
			Err(error) => assert_eq!(error, StateError::NotShown),
		}
	}
	// Each node left out.
	for without in 0..nodes.len() {
		let mut fewer = nodes.clone();
		fewer.remove(without);
		let state = State::new(root, &fewer).unwrap();
		let values: Result<Vec<_>, _> = keys.iter().map(|key| state.get(key)).collect();
		assert_eq!(values, Err(StateError::NotShown), "without node {without}");
	}
}

#[test]
fn nodes_of_another_state_show_nothing() {
	let (root, nodes) = trie(&entries());
	let mut other = entries();
	other[7].1 = b"altered".to_vec();
	let (other_root, other_nodes) = trie(&other);
	assert_ne!(root, other_root);
	let state = State::new(root, &other_nodes).unwrap();
	assert_eq!(state.get(&other[7].0), Err(StateError::NotShown));
	// Together with its own nodes, others change nothing.
	let all = [nodes, other_nodes].concat();
	let state = State::new(root, &all).unwrap();
	assert_eq!(state.get(&other[7].0), Ok(Some(entries()[7].1.clone())));
	assert_eq!(
		State::new(root, &[]).unwrap().get(b"key"),
		Err(StateError::NotShown)
	);
}

#[test]
fn the_genesis_is_the_hash_of_block_0() {
	let genesis = H256::repeat_byte(5);
	let key = crate::genesis_key();
	let (root, nodes) = trie(&[(key.clone(), genesis.encode())]);
	assert_eq!(State::new(root, &nodes).unwrap().genesis(), Ok(genesis));
	for wrong in [vec![5; 31], vec![5; 33]] {
		let (root, nodes) = trie(&[(key.clone(), wrong)]);
		assert_eq!(
			State::new(root, &nodes).unwrap().genesis(),
			Err(StateError::Unreadable)
		);
	}
	let (root, nodes) = trie(&entries());
	assert_eq!(
		State::new(root, &nodes).unwrap().genesis(),
		Err(StateError::Unreadable)
	);
}

#[test]
fn a_proof_above_the_limit_is_refused() {
	let (root, _) = trie(&[]);
	let half = vec![0; MAX_PROOF_BYTES / 2];
	assert!(State::new(root, &[half.clone(), half.clone()]).is_ok());
	let large = State::new(root, &[half.clone(), half, vec![0]]).err();
	assert_eq!(large, Some(StateError::TooLarge(MAX_PROOF_BYTES + 1)));
}

#[test]
fn nodes_that_are_added_again_do_not_count() {
	let (root, nodes) = trie(&entries());
	let large = vec![7; MAX_PROOF_BYTES / 2 + 1];
	let mut state = State::new(root, &nodes).unwrap();
	for _ in 0..3 {
		state.add(std::slice::from_ref(&large)).unwrap();
		state.add(&nodes).unwrap();
	}
	let other = vec![8; MAX_PROOF_BYTES / 2];
	assert!(matches!(state.add(&[other]), Err(StateError::TooLarge(_))));
	let (key, value) = entries().swap_remove(0);
	assert_eq!(state.get(&key), Ok(Some(value)));
}

#[test]
fn a_runtime_above_the_limit_is_refused() {
	for (size, allowed) in [(MAX_CODE_BYTES, true), (MAX_CODE_BYTES + 1, false)] {
		let code = vec![7; size];
		let (root, nodes) = trie(&[(CODE.to_vec(), code.clone())]);
		let expected = if allowed {
			Ok(code)
		} else {
			Err(StateError::CodeTooLarge(size))
		};
		assert!(State::new(root, &nodes).unwrap().code() == expected);
	}
}

#[test]
fn the_hash_of_the_runtime_is_shown_without_it() {
	let code = vec![7; 1000];
	let with_code = [entries(), vec![(CODE.to_vec(), code.clone())]].concat();
	// The key after it has no value.
	let (root, nodes) = prove(&with_code, &[[CODE, &[0]].concat()]);
	assert!(!nodes.contains(&code));
	let mut state = State::new(root, &nodes).unwrap();
	assert_eq!(state.code_hash(), Ok(Blake2Hasher::hash(&code)));
	assert_eq!(state.code(), Err(StateError::NotShown));
	assert_eq!(state.exists(CODE), Ok(true));
	assert_eq!(state.exists(&[CODE, &[0]].concat()), Ok(false));
	state.add(std::slice::from_ref(&code)).unwrap();
	assert_eq!(state.code(), Ok(code));
	let (root, nodes) = trie(&entries());
	let state = State::new(root, &nodes).unwrap();
	assert_eq!(state.code_hash(), Err(StateError::NoCode));
	let state = State::new(root, &[]).unwrap();
	assert_eq!(state.code_hash(), Err(StateError::NotShown));
}
