//! One segment's encryption, and eight segments' at a time.

use cbc::cipher::{
	array::Array, consts::U16, Block, BlockCipherEncBackend, BlockCipherEncClosure,
	BlockCipherEncrypt, BlockModeDecrypt, BlockSizeUser, InnerIvInit, KeyInit as _,
};
use hmac::{Hmac, Mac};
use rayon::prelude::*;
use sha2::Sha256;

pub(crate) use aes::Aes256;

use crate::{
	format::{
		segment_len, BLOCK_LEN, COUNT_LEN, HEADER_LEN, IV_LEN, MIN_SEGMENT_LEN, NONCE_LEN, TAG_LEN,
	},
	RecordKey,
};

pub(crate) const CIPHER_INFO: &str = "salus/envelope/v1/aes-256-cbc";
pub(crate) const MAC_INFO: &str = "salus/envelope/v1/hmac-sha-256";

/// How many segments' chains are encrypted at a time. AES has a latency of some 60 cycles a
/// block and hardware starts a round each cycle: eight chains keep it busy.
pub(crate) const LANES: usize = 8;

type AesBlock = Array<u8, U16>;

/// One segment on its way through.
pub(crate) struct Segment {
	pub number: u64,
	pub last: bool,
	/// Sealing: IV and plaintext, then IV, ciphertext and tag. Opening: the other way.
	pub data: Vec<u8>,
	/// Whether it opened.
	pub opened: Result<(), SegmentError>,
}

/// Why a segment does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SegmentError {
	/// A segment cannot have this length.
	Length,
	/// The tag is wrong.
	Tag,
	/// The tag is right, and the padding wrong, or longer than this segment's can be.
	Padding,
}

/// The keys of one envelope.
pub(crate) struct Cipher {
	aes: Aes256,
	mac: Hmac<Sha256>,
}

impl Cipher {
	pub(crate) fn new(key: &RecordKey, nonce: &[u8; NONCE_LEN], header: &[u8; HEADER_LEN]) -> Self {
		let cipher_key = key.derive(nonce, CIPHER_INFO);
		let mac_key = key.derive(nonce, MAC_INFO);
		Self {
			aes: Aes256::new((&*cipher_key).into()),
			mac: new_mac(mac_key.as_slice()).chain_update(header),
		}
	}

	/// Encrypts and authenticates these segments, on all of the pool's threads.
	pub(crate) fn seal(&self, segments: &mut [Segment]) {
		segments.par_chunks_mut(LANES).for_each(|group| {
			let mut lanes: Vec<_> = group
				.iter_mut()
				.map(|segment| {
					pad(&mut segment.data);
					blocks_mut(&mut segment.data)
				})
				.collect();
			encrypt_lanes(&self.aes, &mut lanes);
			group.par_iter_mut().for_each(|segment| {
				let tag = self.tag(segment, &segment.data).finalize().into_bytes();
				segment.data.extend_from_slice(&tag);
			});
		});
	}

	/// Checks and decrypts these segments, on all of the pool's threads.
	pub(crate) fn open(&self, segments: &mut [Segment]) {
		segments
			.par_iter_mut()
			.for_each(|segment| segment.opened = self.open_one(segment));
	}

	fn open_one(&self, segment: &mut Segment) -> Result<(), SegmentError> {
		let len = segment.data.len();
		let fits = (MIN_SEGMENT_LEN..=segment_len(segment.number)).contains(&len);
		if !fits || !len.is_multiple_of(BLOCK_LEN) {
			return Err(SegmentError::Length);
		}
		let (body, tag) = segment.data.split_at(len - TAG_LEN);
		self.tag(segment, body)
			.verify_slice(tag)
			.map_err(|_| SegmentError::Tag)?;
		segment.data.truncate(len - TAG_LEN);
		let text = decrypt_chain(&self.aes, &mut segment.data);
		let plaintext_len = unpad(text).ok_or(SegmentError::Padding)?;
		// A count and at least one byte of payload. Only the last segment is not full: the others
		// have one byte of padding.
		if plaintext_len <= COUNT_LEN || !(segment.last || text.len() - plaintext_len == 1) {
			return Err(SegmentError::Padding);
		}
		segment.data.truncate(IV_LEN + plaintext_len);
		Ok(())
	}

	/// The tag of a segment that is IV and ciphertext, whatever these hold.
	#[cfg(test)]
	pub(crate) fn authenticate(&self, segment: &Segment) -> [u8; TAG_LEN] {
		self.tag(segment, &segment.data)
			.finalize()
			.into_bytes()
			.into()
	}

	fn tag(&self, segment: &Segment, body: &[u8]) -> Hmac<Sha256> {
		self.mac
			.clone()
			.chain_update(segment.number.to_le_bytes())
			.chain_update([u8::from(segment.last)])
			.chain_update(body)
	}
}

pub(crate) fn new_mac(key: &[u8]) -> Hmac<Sha256> {
	Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// PKCS#7 (RFC 5652, 6.3). What is padded begins at a block's boundary.
pub(crate) fn pad(data: &mut Vec<u8>) {
	let padding = BLOCK_LEN - data.len() % BLOCK_LEN;
	data.resize(data.len() + padding, padding as u8);
}

/// How long the text is without its PKCS#7.
pub(crate) fn unpad(text: &[u8]) -> Option<usize> {
	let last = *text.last()?;
	let len = text.len().checked_sub(usize::from(last))?;
	let fine = (1..=BLOCK_LEN).contains(&usize::from(last));
	(fine && text[len..].iter().all(|byte| *byte == last)).then_some(len)
}

/// The same bytes as AES blocks.
///
/// # Panics
///
/// When they are not whole blocks.
pub(crate) fn blocks_mut(bytes: &mut [u8]) -> &mut [AesBlock] {
	let (blocks, rest) = Array::slice_as_chunks_mut(bytes);
	assert!(rest.is_empty(), "whole blocks only");
	blocks
}

/// CBC decryption in place of a chain that begins with its IV. Gives what follows the IV.
///
/// # Panics
///
/// When the chain is not whole blocks, the IV's at least.
pub(crate) fn decrypt_chain<'a>(aes: &Aes256, chain: &'a mut [u8]) -> &'a mut [u8] {
	let (iv, text) = chain
		.split_first_chunk_mut::<IV_LEN>()
		.expect("a chain begins with its IV");
	let iv: &[u8; IV_LEN] = iv;
	cbc::Decryptor::inner_iv_init(aes.clone(), iv.into()).decrypt_blocks(blocks_mut(text));
	text
}

/// CBC encryption in place of several chains, each of which begins with its IV.
pub(crate) fn encrypt_lanes(aes: &Aes256, lanes: &mut [&mut [AesBlock]]) {
	let mut done = 1;
	loop {
		// Only an envelope's last segment is shorter: its lane leaves, the others go on.
		let mut open: Vec<_> = lanes.iter_mut().filter(|lane| lane.len() > done).collect();
		let Some(end) = open.iter().map(|lane| lane.len()).min() else {
			return;
		};
		while !open.is_empty() {
			let rest = open.split_off(open.len().min(LANES));
			let step = Step {
				lanes: &mut open,
				from: done,
				to: end,
			};
			aes.encrypt_with_backend(step);
			open = rest;
		}
		done = end;
	}
}

/// The blocks `from..to` of each lane.
struct Step<'a, 'b, 'c> {
	lanes: &'a mut [&'b mut &'c mut [AesBlock]],
	from: usize,
	to: usize,
}

impl BlockSizeUser for Step<'_, '_, '_> {
	type BlockSize = U16;
}

impl BlockCipherEncClosure for Step<'_, '_, '_> {
	#[inline(always)]
	fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
		// A fixed number of lanes lets the compiler unroll, so that the chains overlap.
		match self.lanes.len() {
			LANES => run::<B, LANES>(backend, self.lanes, self.from, self.to),
			_ => {
				for lane in self.lanes {
					run::<B, 1>(backend, core::slice::from_mut(lane), self.from, self.to);
				}
			}
		}
	}
}

#[inline(always)]
fn run<B: BlockCipherEncBackend<BlockSize = U16>, const N: usize>(
	backend: &B,
	lanes: &mut [&mut &mut [AesBlock]],
	from: usize,
	to: usize,
) {
	let mut lanes = lanes.iter_mut();
	let mut chains: [(Block<B>, _); N] = core::array::from_fn(|_| {
		let lane = lanes.next().expect("as many lanes as chains");
		let (before, rest) = lane[..to].split_at_mut(from);
		(before[from - 1], rest.iter_mut())
	});
	for _ in from..to {
		for (state, blocks) in &mut chains {
			let block = blocks.next().expect("every lane is so long");
			// As one number: sixteen bytes written one by one would have to settle in memory
			// before the cipher reads them.
			let mixed = u128::from_ne_bytes(state.0) ^ u128::from_ne_bytes(block.0);
			*state = Array(mixed.to_ne_bytes());
			backend.encrypt_block((&mut *state).into());
			*block = *state;
		}
	}
}
