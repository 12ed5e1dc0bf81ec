//! Single leaves.

use super::*;
use crate::{leaf_start, LeafReader, Part, FIRST_LEAF_CAPACITY, LEAF_CAPACITY};

/// A document, its envelope and a reader of it.
fn long() -> (Vec<u8>, Vec<u8>, LeafReader) {
	let plain = document(FIRST_LEAF_CAPACITY + 2 * LEAF_CAPACITY + 10);
	let (envelope, _) = sealed_with_nonce(&plain, &NONCE);
	let reader = LeafReader::new(&envelope, envelope.len() as u64, &key()).unwrap();
	(plain, envelope, reader)
}

#[test]
fn leaves_in_any_order_give_the_document() {
	let (plain, envelope, reader) = long();
	let leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
	assert_eq!(reader.leaves(), leaves.len() as u64);
	let mut found = vec![0; plain.len()];
	for (number, bytes) in leaves.iter().enumerate().rev() {
		let Part { start, bytes, ends } = reader.open(number as u64, bytes).unwrap();
		assert_eq!(Some(start), leaf_start(number as u64));
		assert_eq!(ends, number == leaves.len() - 1);
		found[start as usize..][..bytes.len()].copy_from_slice(&bytes);
	}
	assert!(found == plain);
}

#[test]
fn the_leaves_after_the_document_are_empty() {
	// Document and padding end in the second leaf, the manifest in the third.
	let (envelope, _) = sealed_with_nonce(&document(2_090_000), &NONCE);
	let reader = LeafReader::new(&envelope, envelope.len() as u64, &key()).unwrap();
	let leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
	let part = |number: usize| reader.open(number as u64, leaves[number]).unwrap();
	assert!(!part(0).ends);
	assert!(part(1).ends);
	let Part { bytes, ends, .. } = part(2);
	assert!(bytes.is_empty() && ends);
}

#[test]
fn a_leaf_at_another_place_is_refused() {
	let (_, envelope, reader) = long();
	let leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
	let last = leaves.len() - 1;
	for place in 0..leaves.len() {
		for (from, leaf) in leaves.iter().enumerate() {
			let result = reader.open(place as u64, leaf);
			let check = result.as_ref().err().and_then(OpenError::check);
			let expected = if from == place {
				None
			} else if (place == last) != (from == last) {
				Some(Check::SegmentLength)
			} else {
				Some(Check::Tag)
			};
			assert_eq!(check, expected, "{from} at {place}");
		}
	}
	for place in [leaves.len() as u64, u64::MAX] {
		let error = reader.open(place, leaves[last]).unwrap_err();
		assert_eq!(error.check(), Some(Check::SegmentLength));
	}
}

#[test]
fn a_changed_leaf_is_refused() {
	let (_, envelope, reader) = long();
	let leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
	for (number, leaf) in leaves.iter().enumerate() {
		for at in [0, 47, 48, 64, leaf.len() / 2, leaf.len() - 1] {
			let mut changed = leaf.to_vec();
			changed[at] ^= 1;
			let error = reader.open(number as u64, &changed).unwrap_err();
			assert_eq!(error.check(), Some(Check::Tag), "{number} {at}");
		}
		for len in [0, 63, 64, leaf.len() - 16, leaf.len() - 1] {
			let error = reader.open(number as u64, &leaf[..len]).unwrap_err();
			assert_eq!(error.check(), Some(Check::SegmentLength), "{number} {len}");
		}
	}
}

/// The chain tells the size, and so which leaf is the last.
#[test]
fn an_envelope_of_another_size_is_refused() {
	let (_, envelope, _) = long();
	let two = &envelope[..2 * LEAF_LEN];
	let reader = LeafReader::new(two, two.len() as u64, &key()).unwrap();
	assert!(reader.open(0, &two[..LEAF_LEN]).is_ok());
	let error = reader.open(1, &two[LEAF_LEN..]).unwrap_err();
	assert_eq!(error.check(), Some(Check::Tag));
}

#[test]
fn the_header_of_a_first_leaf_is_checked() {
	let (_, envelope, _) = long();
	for (at, check) in [
		(0, Check::Magic),
		(8, Check::Version),
		(10, Check::Suite),
		(44, Check::Reserved),
		(47, Check::Reserved),
	] {
		let mut changed = envelope[..LEAF_LEN].to_vec();
		changed[at] ^= 1;
		let error = LeafReader::new(&changed, envelope.len() as u64, &key())
			.err()
			.unwrap();
		assert_eq!(error.check(), Some(check));
	}
	for len in [0, 47] {
		let error = LeafReader::new(&envelope[..len], 1 << 20, &key())
			.err()
			.unwrap();
		assert_eq!(error.check(), Some(Check::Magic));
	}
	// Another record's key.
	let other = RecordKey::from_bytes([1; 32]);
	let reader = LeafReader::new(&envelope, envelope.len() as u64, &other).unwrap();
	let error = reader
		.open(1, &envelope[LEAF_LEN..2 * LEAF_LEN])
		.unwrap_err();
	assert_eq!(error.check(), Some(Check::Tag));
}
