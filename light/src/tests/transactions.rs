//! A transaction that is said to be final.

use super::{states::trie, *};
use crate::{
	branch, events_key,
	limits::{MAX_HEADERS, MAX_PROOF_BYTES},
	Included, Inclusion, InclusionError, StateError,
};
use sp_core::Blake2Hasher;
use sp_trie::{LayoutV0, LayoutV1, TrieConfiguration};

fn body() -> Vec<Vec<u8>> {
	(0..20u8)
		.map(|at| vec![at; 20 + 3 * usize::from(at)])
		.collect()
}

/// A block with these transactions, and three blocks after it.
fn chain(root: H256, events: &[u8]) -> (Vec<Header>, Vec<Vec<u8>>) {
	let (state_root, nodes) = trie(&[(events_key(), events.to_vec())]);
	let mut fields = block(H256::zero(), 50, vec![]).fields().clone();
	(fields.extrinsics_root, fields.state_root) = (root, state_root);
	let mut headers = vec![header(fields)];
	for number in 51..54 {
		headers.push(block(headers[headers.len() - 1].hash(), number, vec![]));
	}
	(headers, nodes)
}

fn root() -> H256 {
	LayoutV0::<Blake2Hasher>::ordered_trie_root(body())
}

fn inclusion(headers: &[Header], index: u32) -> Inclusion {
	let branch = branch(root(), &body(), index).unwrap();
	Inclusion {
		index,
		branch,
		headers: headers.iter().map(Header::encode).collect(),
	}
}

fn error(result: Result<Included, InclusionError>) -> InclusionError {
	result.err().expect("it is refused")
}

#[test]
fn a_transaction_is_proven_by_its_branch_and_the_headers_up_to_the_head() {
	let (headers, nodes) = chain(root(), b"events");
	for index in 0..20 {
		let proof = inclusion(&headers[..3], index);
		let included = proof.verify(&headers[3]).unwrap();
		assert_eq!(included.block, headers[0]);
		assert_eq!(included.transaction, body()[index as usize]);
		assert_eq!(included.events(&nodes).unwrap(), b"events");
		assert_eq!(included.events(&[]), Err(StateError::NotShown));
	}
	// In the head itself.
	let included = inclusion(&[], 3).verify(&headers[0]).unwrap();
	assert_eq!(included.transaction, body()[3]);
}

#[test]
fn both_layouts_of_a_chains_trie_are_read() {
	let root = LayoutV1::<Blake2Hasher>::ordered_trie_root(body());
	assert_ne!(root, self::root());
	let (headers, _) = chain(root, b"");
	let branch = branch(root, &body(), 19).unwrap();
	let proof = Inclusion {
		index: 19,
		branch,
		headers: vec![],
	};
	assert_eq!(proof.verify(&headers[0]).unwrap().transaction, body()[19]);
}

#[test]
fn other_transactions_make_no_branch() {
	let mut other = body();
	other.swap(1, 2);
	assert_eq!(branch(root(), &other, 1), None);
	assert_eq!(branch(root(), &body()[..19], 1), None);
}

#[test]
fn headers_must_link_the_block_to_the_head() {
	let (headers, _) = chain(root(), b"");
	for wrong in [
		vec![0, 1],
		vec![0, 2],
		vec![1, 0, 2],
		vec![0, 1, 1, 2],
		vec![0, 1, 2, 3],
		vec![0],
	] {
		let headers_of: Vec<_> = wrong.iter().map(|at| headers[*at].clone()).collect();
		let proof = inclusion(&headers_of, 1);
		assert_eq!(
			error(proof.verify(&headers[3])),
			InclusionError::NotLinked,
			"{wrong:?}"
		);
	}
	let mut proof = inclusion(&headers[..3], 1);
	proof.headers[1].push(0);
	assert_eq!(error(proof.verify(&headers[3])), InclusionError::NotLinked);
	// A header that a chain cannot have, though the next one names it.
	let odd = b"odd".to_vec();
	let head = block(H256(sp_crypto_hashing::blake2_256(&odd)), 51, vec![]);
	proof.headers = vec![odd];
	let refused = InclusionError::Header(crate::HeaderError);
	assert_eq!(error(proof.verify(&head)), refused);
}

#[test]
fn a_branch_is_for_one_index() {
	let (headers, _) = chain(root(), b"");
	let mut proof = inclusion(&headers[..3], 1);
	proof.index = 20;
	let refused = error(proof.verify(&headers[3]));
	assert!(matches!(
		refused,
		InclusionError::Branch(StateError::NotShown)
			| InclusionError::NoTransaction {
				block: 50,
				index: 20
			}
	));
	let absent = Inclusion {
		index: 20,
		branch: branch(root(), &body(), 20).unwrap(),
		headers: vec![],
	};
	let refused = InclusionError::NoTransaction {
		block: 50,
		index: 20,
	};
	assert_eq!(error(absent.verify(&headers[0])), refused);
	for without in 0..absent.branch.len() {
		let mut fewer = absent.clone();
		fewer.branch.remove(without);
		let refused = InclusionError::Branch(StateError::NotShown);
		assert_eq!(error(fewer.verify(&headers[0])), refused);
	}
}

#[test]
fn every_bit_of_a_branch_and_of_its_headers_counts() {
	let (headers, _) = chain(root(), b"");
	let good = inclusion(&headers[..3], 7);
	let head = &headers[3];
	for (at, bytes) in good.headers.iter().enumerate() {
		for bit in 0..bytes.len() * 8 {
			let mut bad = good.clone();
			bad.headers[at][bit / 8] ^= 1 << (bit % 8);
			assert!(bad.verify(head).is_err());
		}
	}
	for (at, node) in good.branch.iter().enumerate() {
		for bit in 0..node.len() * 8 {
			let mut bad = good.clone();
			bad.branch[at][bit / 8] ^= 1 << (bit % 8);
			assert!(bad.verify(head).is_err());
		}
	}
}

#[test]
fn an_inclusion_above_a_limit_is_refused() {
	let (headers, _) = chain(root(), b"");
	let mut many = inclusion(&[], 1);
	many.headers = vec![vec![]; MAX_HEADERS + 1];
	let refused = InclusionError::TooManyHeaders(MAX_HEADERS + 1);
	assert_eq!(error(many.verify(&headers[0])), refused);
	many.headers = vec![vec![0; MAX_PROOF_BYTES + 1]];
	let refused = InclusionError::TooLarge(MAX_PROOF_BYTES + 1);
	assert_eq!(error(many.verify(&headers[0])), refused);
}

#[test]
fn a_block_without_events_has_an_empty_list() {
	let (headers, _) = chain(root(), b"");
	let (state_root, nodes) = trie(&[]);
	let mut included = inclusion(&[], 1).verify(&headers[0]).unwrap();
	let mut fields = included.block.fields().clone();
	fields.state_root = state_root;
	included.block = header(fields);
	assert_eq!(included.events(&nodes), Ok(vec![0]));
}
