//! The envelope's layout: header, segments, sizes. `docs/envelope.md` describes it in full.

/// The first bytes of every envelope.
pub const MAGIC: [u8; 8] = *b"salusenv";

/// The version of the format.
pub const VERSION: u16 = 1;

/// The suite: AES-256-CBC with PKCS#7, HMAC-SHA-256, HKDF-SHA-256, SHA-256, sr25519, segments of
/// 1 MiB.
pub const SUITE: u16 = 1;

/// The bytes of the header: magic, version, suite, nonce.
pub const HEADER_LEN: usize = 8 + 2 + 2 + NONCE_LEN;

/// The payload bytes of every segment but the last, which may have fewer.
pub const SEGMENT_CAPACITY: usize = PLAINTEXT_LEN - COUNT_LEN;

/// The bytes of every segment but the last: IV, ciphertext, tag.
pub const SEGMENT_LEN: usize = IV_LEN + PLAINTEXT_LEN + BLOCK_LEN + TAG_LEN;

pub(crate) const NONCE_LEN: usize = 32;
pub(crate) const BLOCK_LEN: usize = 16;
pub(crate) const IV_LEN: usize = BLOCK_LEN;
pub(crate) const TAG_LEN: usize = 32;
/// A full segment's plaintext, its count included and PKCS#7 not.
pub(crate) const PLAINTEXT_LEN: usize = 1 << 20;
/// How many document bytes a segment holds: u32, little-endian.
pub(crate) const COUNT_LEN: usize = 4;
/// The smallest segment: one payload byte.
pub(crate) const MIN_SEGMENT_LEN: usize = IV_LEN + BLOCK_LEN + TAG_LEN;

/// Why a header is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
	Magic,
	Version(u16),
	Suite(u16),
}

pub(crate) fn header(nonce: &[u8; NONCE_LEN]) -> [u8; HEADER_LEN] {
	let mut header = [0; HEADER_LEN];
	header[..8].copy_from_slice(&MAGIC);
	header[8..10].copy_from_slice(&VERSION.to_le_bytes());
	header[10..12].copy_from_slice(&SUITE.to_le_bytes());
	header[12..].copy_from_slice(nonce);
	header
}

/// The nonce of a header that this version can read.
pub(crate) fn parse_header(header: &[u8; HEADER_LEN]) -> Result<&[u8; NONCE_LEN], HeaderError> {
	let (prefix, nonce) = header
		.split_last_chunk()
		.expect("the header is longer than its nonce");
	let number = |at: usize| u16::from_le_bytes([prefix[at], prefix[at + 1]]);
	if prefix[..8] != MAGIC {
		return Err(HeaderError::Magic);
	}
	if number(8) != VERSION {
		return Err(HeaderError::Version(number(8)));
	}
	if number(10) != SUITE {
		return Err(HeaderError::Suite(number(10)));
	}
	Ok(nonce)
}

/// The smallest Padmé size that holds so many bytes: at most 12 % more, and only
/// O(log log) bits of the length show (Nikitin et al., "Reducing Metadata Leakage from Encrypted
/// Files and Communication with PURBs", 2019). `None` where it would overflow.
pub fn padme(len: u64) -> Option<u64> {
	let Some(exponent) = len.checked_ilog2().filter(|e| *e > 0) else {
		return Some(len);
	};
	let mantissa_bits = exponent.ilog2() + 1;
	let mask = (1u64 << (exponent - mantissa_bits)) - 1;
	Some(len.checked_add(mask)? & !mask)
}

/// The bytes of an envelope whose payload (document, padding, manifest and signature) has so
/// many. `None` where it would overflow.
pub fn envelope_size(payload: u64) -> Option<u64> {
	let capacity = SEGMENT_CAPACITY as u64;
	let full = payload.saturating_sub(1) / capacity;
	let last = payload - full * capacity;
	let blocks = (COUNT_LEN as u64 + last) / BLOCK_LEN as u64 + 1;
	let overhead = (HEADER_LEN + IV_LEN + TAG_LEN) as u64;
	full.checked_mul(SEGMENT_LEN as u64)?
		.checked_add(overhead + blocks * BLOCK_LEN as u64)
}
