//! Hostile bytes to everything of the library that reads what others wrote: envelopes, sealed
//! names, wrapped keys' public keys, private keys.
//!
//! Bytes as they come would hardly pass a tag, so this target also authenticates them with a key
//! that it knows: what a grantee who turned hostile could do.
//!
//! `cargo +nightly fuzz run open` in `envelope/`, by cargo-fuzz.

#![no_main]

use libfuzzer_sys::fuzz_target;
use salus_envelope::{
	fuzzing::forge, open, open_name, wrap, Author, Expected, LeafReader, PrivateKey, RecordKey,
	WrapBinding, LEAF_LEN,
};

fuzz_target!(|input: (u8, &[u8])| {
	let (choice, bytes) = input;
	let key = RecordKey::from_bytes([1; 32]);
	let hash = [0; 32];
	let author = Author::Provider(7);
	let expect = Expected {
		hash,
		patient: [0; 16],
		author,
		author_account: Some([0; 32]),
		region: 2000,
		genesis: [0; 32],
		amends: None,
		sealed_name: [0; 112],
		added_at: None,
	};
	let binding = WrapBinding { genesis: [0; 32], patient: [0; 16], author, hash };
	match choice % 5 {
		0 => assert!(open(bytes, std::io::sink(), &key, &expect).is_err()),
		1 => {
			// Segments divided at a byte that the input chooses.
			let at = bytes.first().map_or(0, |at| usize::from(*at) * 8).min(bytes.len());
			let (one, two) = bytes.split_at(at);
			let envelope = forge(&key, &[(one, false), (two, true)]);
			assert!(open(&envelope[..], std::io::sink(), &key, &expect).is_err());
			let envelope = forge(&key, &[(bytes, true)]);
			assert!(open(&envelope[..], std::io::sink(), &key, &expect).is_err());
			let size = envelope.len() as u64;
			let reader = LeafReader::new(&envelope, size, &key).unwrap();
			for (leaf, bytes) in envelope.chunks(LEAF_LEN).enumerate() {
				let _ = reader.open(leaf as u64, bytes);
			}
		},
		2 => {
			let _ = open_name(&key, bytes);
		},
		3 => {
			let _ = wrap(bytes, &key, &binding);
		},
		_ => {
			let _ = PrivateKey::from_pkcs8_der(bytes);
		},
	}
});
