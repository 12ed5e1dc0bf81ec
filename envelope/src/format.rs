//! The envelope's layout: header, segments, sizes. `docs/envelope.md` describes it in full.

/// The first bytes of every envelope.
pub const MAGIC: [u8; 8] = *b"salusenv";

/// The version of the format.
pub const VERSION: u16 = 1;

/// The suite: AES-256-CBC with PKCS#7, HMAC-SHA-256, HKDF-SHA-256, SHA-256, sr25519, leaves of
/// 1 MiB.
pub const SUITE: u16 = 1;

/// The bytes of the header: magic, version, suite, nonce, and four zeros.
pub const HEADER_LEN: usize = RESERVED_AT + 4;

/// The bytes of every leaf of an envelope but the last, which may have fewer. IPFS stores each
/// leaf as a block of its own. A leaf is a segment; the first one begins with the header.
pub const LEAF_LEN: usize = 1 << 20;

/// The payload bytes of the first leaf, if others follow.
pub const FIRST_LEAF_CAPACITY: usize = LEAF_CAPACITY - HEADER_LEN;

/// The payload bytes of a leaf that is neither the first nor the last.
pub const LEAF_CAPACITY: usize = LEAF_LEN - IV_LEN - COUNT_LEN - 1 - TAG_LEN;

pub(crate) const NONCE_LEN: usize = 32;
const NONCE_AT: usize = 12;
const RESERVED_AT: usize = NONCE_AT + NONCE_LEN;
pub(crate) const BLOCK_LEN: usize = 16;
pub(crate) const IV_LEN: usize = BLOCK_LEN;
pub(crate) const TAG_LEN: usize = 32;
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
	Reserved,
}

pub(crate) fn header(nonce: &[u8; NONCE_LEN]) -> [u8; HEADER_LEN] {
	let mut header = [0; HEADER_LEN];
	header[..8].copy_from_slice(&MAGIC);
	header[8..10].copy_from_slice(&VERSION.to_le_bytes());
	header[10..12].copy_from_slice(&SUITE.to_le_bytes());
	header[NONCE_AT..RESERVED_AT].copy_from_slice(nonce);
	header
}

/// The nonce of a header that this version can read.
pub(crate) fn parse_header(header: &[u8; HEADER_LEN]) -> Result<&[u8; NONCE_LEN], HeaderError> {
	let (prefix, rest) = header.split_at(NONCE_AT);
	let (nonce, reserved) = rest
		.split_first_chunk()
		.expect("the nonce has its place in the header");
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
	if reserved.iter().any(|byte| *byte != 0) {
		return Err(HeaderError::Reserved);
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

/// The bytes of a segment that is not the last: IV, ciphertext, tag.
pub(crate) fn segment_len(number: u64) -> usize {
	match number {
		0 => LEAF_LEN - HEADER_LEN,
		_ => LEAF_LEN,
	}
}

/// The payload bytes of a segment that is not the last.
pub(crate) fn capacity(number: u64) -> usize {
	match number {
		0 => FIRST_LEAF_CAPACITY,
		_ => LEAF_CAPACITY,
	}
}

/// The place in the payload, and so in the document, of the first byte of this leaf. `None` where
/// it would overflow.
pub fn leaf_start(leaf: u64) -> Option<u64> {
	match leaf.checked_sub(1) {
		None => Some(0),
		Some(before) => before
			.checked_mul(LEAF_CAPACITY as u64)?
			.checked_add(FIRST_LEAF_CAPACITY as u64),
	}
}

/// The leaf with this byte of the payload, and so of the document.
pub fn leaf_of(place: u64) -> u64 {
	match place.checked_sub(FIRST_LEAF_CAPACITY as u64) {
		None => 0,
		Some(after) => 1 + after / LEAF_CAPACITY as u64,
	}
}

/// How many leaves an envelope of so many bytes has.
pub fn leaf_count(envelope_size: u64) -> u64 {
	envelope_size.div_ceil(LEAF_LEN as u64)
}

/// The bytes of an envelope whose payload (document, padding, manifest and signature) has so
/// many: 1 at least. `None` where it would overflow.
pub fn envelope_size(payload: u64) -> Option<u64> {
	let last_leaf = leaf_of(payload.checked_sub(1)?);
	let last = payload - leaf_start(last_leaf)?;
	let header = if last_leaf == 0 { HEADER_LEN } else { 0 };
	let blocks = (COUNT_LEN as u64 + last) / BLOCK_LEN as u64 + 1;
	let overhead = (header + IV_LEN + TAG_LEN) as u64;
	last_leaf
		.checked_mul(LEAF_LEN as u64)?
		.checked_add(overhead + blocks * BLOCK_LEN as u64)
}

/// Whether an envelope can have so many bytes: its last segment has 64 at least, in steps of 16.
///
/// ```
/// use salus_envelope::fits_layout;
///
/// assert!(fits_layout(112) && fits_layout((1 << 20) + 64));
/// assert!(!fits_layout(0) && !fits_layout(111) && !fits_layout(1 << 20 | 8));
/// ```
pub fn fits_layout(envelope_size: u64) -> bool {
	let Some(last) = leaf_count(envelope_size).checked_sub(1) else {
		return false;
	};
	let leaf = envelope_size - last * LEAF_LEN as u64;
	let header = if last == 0 { HEADER_LEN as u64 } else { 0 };
	let fits = |segment| segment >= MIN_SEGMENT_LEN as u64 && segment % BLOCK_LEN as u64 == 0;
	leaf.checked_sub(header).is_some_and(fits)
}
