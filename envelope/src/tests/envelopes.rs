//! Sealed documents open, at every size.

use std::io::{self, Read};

use super::*;
use crate::{
	blinded_hash, envelope_size, fingerprint, leaf_count, leaf_of, leaf_start, padme, verify,
	NameError, SealError, FIRST_LEAF_CAPACITY, HEADER_LEN, LEAF_CAPACITY, LEAF_LEN,
};
use sha2::{Digest, Sha256};

const MIB: usize = 1 << 20;

#[test]
fn documents_of_all_sizes_open() {
	let sizes = [
		0,
		1,
		15,
		16,
		17,
		1000,
		MIB - 4096,
		FIRST_LEAF_CAPACITY - 1000,
		FIRST_LEAF_CAPACITY - 1,
		FIRST_LEAF_CAPACITY,
		FIRST_LEAF_CAPACITY + 1,
		MIB - 1,
		MIB,
		MIB + 1,
		FIRST_LEAF_CAPACITY + LEAF_CAPACITY,
		2 * MIB,
		9 * MIB + 5,
	];
	for size in sizes {
		let plain = document(size);
		let (envelope, sealed) = sealed(&plain);
		assert_eq!(sealed.document_length, size as u64);
		assert_eq!(sealed.size, envelope.len() as u64, "size of {size}");
		assert_eq!(
			sealed.document_hash,
			<[u8; 32]>::from(Sha256::digest(&plain))
		);
		assert_eq!(sealed.hash, blinded_hash(&key(), &sealed.document_hash));
		let (found, opened) = opened(&envelope, sealed.hash).unwrap();
		assert!(found == plain, "document of {size}");
		assert_eq!(opened.document_hash, sealed.document_hash);
		assert_eq!(opened.manifest, details().with_length(size as u64));
	}
}

/// A reader that gives what it likes, as pipes do.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		self.1 = self.1 * 7 % 8191 + 1;
		if self.1.is_multiple_of(5) {
			return Err(io::ErrorKind::Interrupted.into());
		}
		let len = buffer.len().min(self.1).min(self.0.len());
		let (now, later) = self.0.split_at(len);
		buffer[..len].copy_from_slice(now);
		self.0 = later;
		Ok(len)
	}
}

#[test]
fn short_reads_give_the_same_result() {
	let plain = document(2 * MIB + 77);
	let mut envelope = Vec::new();
	let sealed = seal(Drip(&plain, 1), &mut envelope, &key(), details(), &author()).unwrap();
	let mut found = Vec::new();
	open(
		Drip(&envelope, 3),
		&mut found,
		&key(),
		&expected(sealed.hash),
	)
	.unwrap();
	assert!(found == plain);
}

#[test]
fn the_number_of_threads_does_not_change_the_envelope() {
	let plain = document(33 * MIB);
	let (one, sealed) = {
		let pool = rayon::ThreadPoolBuilder::new()
			.num_threads(1)
			.build()
			.unwrap();
		pool.install(|| sealed_with_nonce(&plain, &NONCE))
	};
	let pool = rayon::ThreadPoolBuilder::new()
		.num_threads(5)
		.build()
		.unwrap();
	let (five, _) = pool.install(|| sealed_with_nonce(&plain, &NONCE));
	assert!(one == five);
	let (found, _) = pool.install(|| opened(&one, sealed.hash)).unwrap();
	assert!(found == plain);
}

#[test]
fn equal_documents_have_different_envelopes() {
	let (one, _) = sealed(b"same");
	let (two, _) = sealed(b"same");
	assert_eq!(one.len(), two.len());
	assert_ne!(one[12..44], two[12..44], "nonces");
	assert_ne!(one[48..64], two[48..64], "IVs");
	assert_ne!(one[64..], two[64..]);
}

#[test]
fn every_segment_has_its_own_iv() {
	let (envelope, _) = sealed(&document(3 * MIB));
	let ivs: std::collections::HashSet<_> = segments(&envelope)
		.into_iter()
		.map(|segment| &segment[..IV_LEN])
		.collect();
	assert_eq!(ivs.len(), 4);
}

#[test]
fn the_envelope_size_hides_the_document_size() {
	// Padmé has a step every 16 KiB at this size.
	let (one, _) = sealed(&document(1_000_000));
	let (two, _) = sealed(&document(1_015_000));
	assert_eq!(one.len(), two.len());
}

#[test]
fn padme_matches_its_publication() {
	// From the definition in the paper: E = floor(log2 L), S = floor(log2 E) + 1, and the last
	// E - S bits are zero.
	for (len, padded) in [
		(0, 0),
		(1, 1),
		(2, 2),
		(8, 8),
		(9, 10),
		(100, 104),
		(1000, 1024),
		(1_000_000, 1_015_808),
	] {
		assert_eq!(padme(len), Some(padded), "{len}");
	}
	for len in (2..100_000).chain((1 << 40)..(1 << 40) + 1000) {
		let padded = padme(len).unwrap();
		assert!(padded >= len && (padded - len) * 100 <= len * 12, "{len}");
		assert_eq!(padme(padded), Some(padded));
	}
	assert_eq!(padme(u64::MAX), None);
}

#[test]
fn envelope_sizes_are_bounded() {
	assert_eq!(envelope_size(0), None);
	assert_eq!(envelope_size(1), Some(48 + 64));
	assert_eq!(envelope_size(u64::MAX), None);
	let first = FIRST_LEAF_CAPACITY as u64;
	let leaf = LEAF_LEN as u64;
	assert_eq!(envelope_size(first), Some(leaf));
	assert_eq!(envelope_size(first + 1), Some(leaf + 64));
	assert_eq!(envelope_size(first + LEAF_CAPACITY as u64), Some(2 * leaf));
	assert_eq!(
		envelope_size(first + LEAF_CAPACITY as u64 + 1),
		Some(2 * leaf + 64)
	);
}

/// The figures of docs/envelope.md.
#[test]
fn a_leaf_has_the_figures_of_the_page() {
	assert_eq!((LEAF_LEN, HEADER_LEN), (1_048_576, 48));
	assert_eq!((FIRST_LEAF_CAPACITY, LEAF_CAPACITY), (1_048_475, 1_048_523));
	// IV, ciphertext, tag; of the ciphertext 4 bytes are the count and one is padding.
	assert_eq!(16 + 65_533 * 16 + 32, LEAF_LEN);
	assert_eq!(48 + 16 + 65_530 * 16 + 32, LEAF_LEN);
	assert_eq!(4 + LEAF_CAPACITY + 1, 65_533 * 16);
	assert_eq!(4 + FIRST_LEAF_CAPACITY + 1, 65_530 * 16);
	assert_eq!(leaf_start(0), Some(0));
	assert_eq!(leaf_start(1), Some(1_048_475));
	assert_eq!(leaf_start(2), Some(1_048_475 + 1_048_523));
	assert_eq!(leaf_start(u64::MAX), None);
	for (place, leaf) in [
		(0, 0),
		(1_048_474, 0),
		(1_048_475, 1),
		(2_096_997, 1),
		(2_096_998, 2),
	] {
		assert_eq!(leaf_of(place), leaf, "{place}");
	}
	for (size, leaves) in [(112, 1), (1 << 20, 1), ((1 << 20) + 64, 2), (1 << 28, 256)] {
		assert_eq!(leaf_count(size), leaves, "{size}");
	}
}

/// A stored segment is one leaf, so the first byte after a leaf is the next segment's IV.
#[test]
fn every_leaf_but_the_last_is_full() {
	for size in [0, 1000, FIRST_LEAF_CAPACITY - 600, 3 * MIB] {
		let (envelope, sealed) = sealed(&document(size));
		let leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
		assert_eq!(leaf_count(sealed.size), leaves.len() as u64);
		assert_eq!(segments(&envelope).len(), leaves.len());
		assert_eq!(segments(&envelope)[1..], leaves[1..]);
	}
}

#[test]
fn a_read_error_stops_the_sealing() {
	struct Broken;
	impl Read for Broken {
		fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
			Err(io::ErrorKind::BrokenPipe.into())
		}
	}
	let plain = document(20 * MIB);
	let mut envelope = Vec::new();
	let result = seal(
		plain.chain(Broken),
		&mut envelope,
		&key(),
		details(),
		&author(),
	);
	assert!(matches!(result, Err(SealError::Read(_))), "{result:?}");
}

#[test]
fn a_write_error_is_returned() {
	struct Full(usize);
	impl io::Write for Full {
		fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
			let len = bytes.len().min(self.0);
			self.0 -= len;
			if len == 0 {
				Err(io::ErrorKind::StorageFull.into())
			} else {
				Ok(len)
			}
		}
		fn flush(&mut self) -> io::Result<()> {
			Ok(())
		}
	}
	let plain = document(30 * MIB);
	for room in [0, 100, 5 * MIB, 25 * MIB] {
		let result = seal(&plain[..], Full(room), &key(), details(), &author());
		assert!(matches!(result, Err(SealError::Write(_))), "{result:?}");
	}
	let (envelope, sealed) = sealed(&plain);
	for room in [0, 100, 5 * MIB, 25 * MIB] {
		let result = open(&envelope[..], Full(room), &key(), &expected(sealed.hash));
		assert!(matches!(result, Err(OpenError::Write(_))), "{result:?}");
	}
}

#[test]
fn only_the_account_of_the_author_can_sign() {
	struct Liar;
	impl Signer for Liar {
		fn account(&self) -> crate::Account {
			author().account()
		}
		fn sign(&self, message: &[u8]) -> crate::Signature {
			AccountSeed::from_bytes([9; 32]).sign(message)
		}
	}
	let other = AccountSeed::from_bytes([9; 32]);
	for (signer, told_at_once) in [(&other as &dyn Signer, true), (&Liar, false)] {
		let mut envelope = Vec::new();
		let result = seal(&b"x"[..], &mut envelope, &key(), details(), signer);
		assert!(matches!(result, Err(SealError::Signature)), "{result:?}");
		assert_eq!(envelope.is_empty(), told_at_once);
	}
}

#[test]
fn invalid_details_are_refused_before_anything_is_written() {
	let mut envelope = Vec::new();
	let details = Details {
		name: "a\u{1b}[2Jb".into(),
		..details()
	};
	let result = seal(&b"x"[..], &mut envelope, &key(), details, &author());
	let Err(SealError::Manifest(crate::ManifestError::Name(error))) = result else {
		panic!("{result:?}")
	};
	assert_eq!(error, NameError::Unprintable('\u{1b}'));
	assert!(envelope.is_empty());
}

#[test]
fn accounts_and_signatures_match_substrate() {
	// The development account Alice: its mini-secret and its account.
	let seed =
		hex_literal::hex!("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a");
	let account =
		hex_literal::hex!("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");
	let alice = AccountSeed::from_bytes(seed);
	assert_eq!(alice.account(), account);
	let signature = alice.sign(b"message");
	assert!(verify(&account, b"message", &signature));
	assert!(!verify(&account, b"another", &signature));
	assert!(!verify(&author().account(), b"message", &signature));
	assert!(!verify(&[0xff; 32], b"message", &signature));
	assert!(!verify(&account, b"message", &[0xff; 64]));
}

#[test]
fn debug_output_has_no_secrets() {
	let shown = format!("{:?} {:?} {:?}", key(), author(), private_key());
	assert!(!shown.contains("6b6b") && !shown.contains("107, 107"));
	assert!(!shown.contains("6161") && !shown.contains("97, 97"));
	assert!(shown.contains(&fingerprint(&private_key().public_spki_der())));
}
