//! For tests and fuzzing: envelopes with valid tags and any content.

use crate::{
	cipher::{Cipher, Segment},
	format::{header, IV_LEN, NONCE_LEN},
	RecordKey,
};

pub(crate) const NONCE: [u8; NONCE_LEN] = [0x4e; NONCE_LEN];

/// Seals segments of any shape: each is a plaintext with its count, and whether it is marked last.
pub fn forge(key: &RecordKey, plaintexts: &[(&[u8], bool)]) -> Vec<u8> {
	let header = header(&NONCE);
	let mut segments: Vec<_> = plaintexts
		.iter()
		.zip(0..)
		.map(|((plaintext, last), number)| Segment {
			number,
			last: *last,
			data: [&[number as u8; IV_LEN], *plaintext].concat(),
			opened: Ok(()),
		})
		.collect();
	Cipher::new(key, &NONCE, &header).seal(&mut segments);
	let bodies = segments.into_iter().flat_map(|segment| segment.data);
	header.into_iter().chain(bodies).collect()
}
