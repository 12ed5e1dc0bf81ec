//! The size of a record in the state.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::assert_ok;

use crate::mock::*;

type Storage = BTreeMap<Vec<u8>, Vec<u8>>;

/// All that the state holds but for the events and other values of `System`.
fn storage() -> Storage {
	let system = sp_io::hashing::twox_128(b"System");
	let mut pairs = Storage::new();
	let mut last = Vec::new();
	while let Some(key) = sp_io::storage::next_key(&last) {
		let value = sp_io::storage::get(&key).unwrap().to_vec();
		last.clone_from(&key);
		if !key.starts_with(&system) {
			pairs.insert(key, value);
		}
	}
	pairs
}

fn bytes(storage: &Storage) -> usize {
	storage
		.iter()
		.map(|(key, value)| key.len() + value.len())
		.sum()
}

/// Keys whose values differ.
fn touched(before: &Storage, after: &Storage) -> usize {
	let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
	keys.into_iter()
		.filter(|key| before.get(*key) != after.get(*key))
		.count()
}

/// What a person would say a record holds: two wrapped keys of 3072 bits, hash, CID, sealed name,
/// the ids of record, patient and author, and the account.
const CONTENT: usize = 2 * 384 + 32 + 36 + 112 + 8 + 16 + 4 + 32;

#[test]
fn a_record_is_stored_in_little_more_than_its_content() {
	new_test_ext().execute_with(|| {
		// The first record also adds the author's allowance for the patient.
		assert_ok!(NewRecord::default().by_author());
		let before = storage();
		assert_ok!(NewRecord::default().by_author());
		// The mock's account is 8 bytes long, a runtime's is 32.
		let stored = bytes(&storage()) - bytes(&before) + 24;
		let ratio = stored as f64 / CONTENT as f64;
		println!("a record: {CONTENT} bytes of content, {stored} bytes stored, {ratio:.3} times");
		assert!(stored > CONTENT, "something was not counted");
		assert!(ratio <= 1.35, "{ratio}");
	});
}

#[test]
fn a_record_costs_the_same_however_many_there_are() {
	new_test_ext().execute_with(|| {
		let mut costs = Vec::new();
		for id in 0..1_000u64 {
			let measured = [0, 1, 999].contains(&id).then(storage);
			assert_ok!(NewRecord::default().by_author());
			if let Some(before) = measured {
				let after = storage();
				costs.push((touched(&before, &after), bytes(&after) - bytes(&before)));
			}
		}
		let [first, second, thousandth] = costs[..] else {
			panic!("three were measured")
		};
		// A record, two wrapped keys, two index entries, the envelope, the allowance, and the next id.
		assert_eq!(first.0, 8);
		assert_eq!(second.0, 8);
		assert_eq!(thousandth, second);
		// The first one adds the entries of the next id and of the allowance.
		let (next_id, allowance) = (32 + 8, 32 + 16 + 8 + 5 + 8);
		assert_eq!(first.1, second.1 + next_id + allowance);
		Emr::do_try_state().unwrap();
	});
}
