//! For tests and fuzzing: envelopes with valid tags and any content, and hostile bytes to all that
//! reads what others wrote.

use sha2::{Digest, Sha256};

use crate::{
	cipher::{Cipher, Segment},
	format::{header, COUNT_LEN, FIRST_LEAF_CAPACITY, IV_LEN, LEAF_LEN, NONCE_LEN},
	name::seal_text,
	open, open_name,
	tree::DAG_PB,
	wrap, Author, Expected, LeafPath, LeafReader, PrivateKey, RecordKey, Secrets, WrapBinding,
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

/// The values on chain that hostile bytes are compared with.
const EXPECTED: Expected = Expected {
	hash: [0; 32],
	patient: [0; 16],
	author: Author::Provider(7),
	author_account: Some([0; 32]),
	region: 2000,
	genesis: [0; 32],
	amends: None,
	sealed_name: [0; 112],
	added_at: None,
};

/// Gives bytes to the reader of this number.
///
/// Bytes as they come would hardly pass a tag or a hash. So most of them are authenticated with a
/// key that the readers know, as a grantee who turned hostile could do.
///
/// # Panics
///
/// When a reader accepts them, or panics itself.
pub fn read_hostile(reader: u8, bytes: &[u8]) {
	let key = RecordKey::from_bytes([1; 32]);
	match reader % 8 {
		0 => refused(&key, bytes),
		1 => refused(&key, &forge(&key, &[(bytes, true)])),
		2 => {
			// A full leaf and a short one, divided at a byte that the bytes choose.
			let at = bytes.first().map_or(0, |at| usize::from(*at) * 8);
			let (one, two) = bytes.split_at(at.min(bytes.len()));
			let mut full = one.to_vec();
			full.resize(COUNT_LEN + FIRST_LEAF_CAPACITY, 0);
			refused(&key, &forge(&key, &[(&full, false), (two, true)]));
		}
		3 => {
			// Size and leaf, then a block whose hash is right.
			let Some((size, rest)) = bytes.split_first_chunk() else {
				return;
			};
			let Some((leaf, block)) = rest.split_first_chunk() else {
				return;
			};
			let hash: [u8; 32] = Sha256::digest(block).into();
			let cid = [&[1, DAG_PB, 0x12, 0x20], &hash[..]].concat();
			let (size, leaf) = (u64::from_le_bytes(*size), u64::from_le_bytes(*leaf));
			if let Ok(mut path) = LeafPath::new(&cid, size, leaf) {
				let _ = path.take(block.to_vec());
			}
		}
		4 => {
			assert!(open_name(&key, bytes).is_err());
			if let Some(text) = bytes.first_chunk() {
				let _ = open_name(&key, &seal_text(&key, &[0; IV_LEN], text));
			}
		}
		5 => {
			let binding = WrapBinding {
				genesis: EXPECTED.genesis,
				patient: EXPECTED.patient,
				author: EXPECTED.author,
				hash: EXPECTED.hash,
			};
			let _ = wrap(bytes, &key, &binding);
		}
		6 => drop(PrivateKey::from_pkcs8_der(bytes)),
		_ => drop(Secrets::from_json(bytes)),
	}
}

/// An envelope that is not whole to [`open`], and its leaves one by one.
fn refused(key: &RecordKey, envelope: &[u8]) {
	assert!(open(envelope, std::io::sink(), key, &EXPECTED).is_err());
	if let Ok(reader) = LeafReader::new(envelope, envelope.len() as u64, key) {
		for (leaf, bytes) in envelope.chunks(LEAF_LEN).enumerate() {
			let _ = reader.open(leaf as u64, bytes);
		}
	}
}
