//! Envelopes by a forger who has the record key: valid tags, wrong content.

use super::*;
use crate::{
	blinded_hash,
	format::FIRST_LEAF_CAPACITY,
	manifest::{manifest_message, Trailer, MAX_TRAILER_LEN},
	padme, Manifest,
};
use sha2::{Digest, Sha256};

const PLAIN: &[u8] = b"A short document.";

fn hash_of(document: &[u8]) -> [u8; 32] {
	blinded_hash(&key(), &Sha256::digest(document).into())
}

fn manifest() -> Manifest {
	details().with_length(PLAIN.len() as u64)
}

fn signed(manifest: Manifest, signer: &AccountSeed, document: &[u8]) -> Vec<u8> {
	let message = manifest_message(&manifest, &Sha256::digest(document).into());
	Trailer {
		signature: signer.sign(message.as_bytes()),
		manifest,
	}
	.encode()
}

/// One segment: a count, the document, as much padding, a trailer.
fn one(count: usize, document: &[u8], padding: &[u8], trailer: &[u8]) -> Vec<u8> {
	let count = (count as u32).to_le_bytes();
	forge(&[(&[&count, document, padding, trailer].concat(), true)])
}

/// A valid envelope except for the trailer.
fn with_trailer(trailer: &[u8]) -> Vec<u8> {
	let content = PLAIN.len() + trailer.len();
	let padding = vec![0; padme(content as u64).unwrap() as usize - content];
	one(PLAIN.len(), PLAIN, &padding, trailer)
}

fn refused(envelope: &[u8]) -> OpenError {
	opened(envelope, hash_of(PLAIN)).expect_err("refused")
}

fn malformed(envelope: &[u8], check: Check) {
	match refused(envelope) {
		OpenError::Malformed(found) => assert_eq!(found, check),
		error => panic!("{check}: {error}"),
	}
}

#[test]
fn the_forge_can_make_a_valid_envelope() {
	let (plain, _) = opened(
		&with_trailer(&signed(manifest(), &author(), PLAIN)),
		hash_of(PLAIN),
	)
	.unwrap();
	assert_eq!(plain, PLAIN);
}

#[test]
fn a_signature_by_another_account_is_refused() {
	let other = AccountSeed::from_bytes([9; 32]);
	let error = refused(&with_trailer(&signed(manifest(), &other, PLAIN)));
	assert!(matches!(error, OpenError::WrongSignature), "{error}");
	// Nor does it help to name the other as the author.
	let theirs = Manifest {
		author_account: other.account(),
		..manifest()
	};
	let error = refused(&with_trailer(&signed(theirs, &other, PLAIN)));
	assert!(
		matches!(error, OpenError::WrongManifest(Check::Account)),
		"{error}"
	);
}

#[test]
fn a_signature_over_other_bytes_is_refused() {
	for (manifest, document) in [
		(manifest(), &b"Another document."[..]),
		(
			Manifest {
				name: "Another".into(),
				..manifest()
			},
			PLAIN,
		),
		(
			Manifest {
				time: 0,
				..manifest()
			},
			PLAIN,
		),
	] {
		let trailer = signed(manifest, &author(), document);
		let (Trailer { signature, .. }, _) = Trailer::parse(&trailer).unwrap();
		let trailer = Trailer {
			manifest: self::manifest(),
			signature,
		}
		.encode();
		let error = refused(&with_trailer(&trailer));
		assert!(matches!(error, OpenError::WrongSignature), "{error}");
	}
}

#[test]
fn another_document_under_the_same_manifest_is_refused() {
	let other = b"B short document.";
	let trailer = signed(manifest(), &author(), other);
	let content = other.len() + trailer.len();
	let padding = vec![0; padme(content as u64).unwrap() as usize - content];
	let error = refused(&one(other.len(), other, &padding, &trailer));
	assert!(matches!(error, OpenError::WrongDocument), "{error}");
}

#[test]
fn any_flipped_bit_of_the_payload_is_refused() {
	let trailer = signed(manifest(), &author(), PLAIN);
	let content = PLAIN.len() + trailer.len();
	let padding = padme(content as u64).unwrap() as usize - content;
	let count = (PLAIN.len() as u32).to_le_bytes();
	let good = [&count, PLAIN, &vec![0; padding], &trailer].concat();
	assert!(opened(&forge(&[(&good, true)]), hash_of(PLAIN)).is_ok());
	for bit in 0..good.len() * 8 {
		let mut changed = good.clone();
		changed[bit / 8] ^= 1 << (bit % 8);
		refused(&forge(&[(&changed, true)]));
	}
}

#[test]
fn padding_of_another_size_is_refused() {
	let trailer = signed(manifest(), &author(), PLAIN);
	let content = PLAIN.len() + trailer.len();
	let right = padme(content as u64).unwrap() as usize - content;
	assert!(right > 0, "choose another document");
	for padding in (0..right).chain(right + 1..right + 40) {
		malformed(
			&one(PLAIN.len(), PLAIN, &vec![0; padding], &trailer),
			Check::PaddedSize,
		);
	}
}

#[test]
fn padding_that_is_not_zero_is_refused() {
	let trailer = signed(manifest(), &author(), PLAIN);
	let content = PLAIN.len() + trailer.len();
	let right = padme(content as u64).unwrap() as usize - content;
	for at in 0..right {
		let mut padding = vec![0; right];
		padding[at] = 1;
		malformed(&one(PLAIN.len(), PLAIN, &padding, &trailer), Check::Padding);
	}
}

/// A document of 1.5 million bytes, so that padding runs over many kilobytes and two segments.
fn long(spoil: impl Fn(usize, usize) -> Option<u8>) -> (Vec<u8>, [u8; 32]) {
	let document = document(1_500_000);
	let manifest = details().with_length(document.len() as u64);
	let trailer = signed(manifest, &author(), &document);
	let content = document.len() + trailer.len();
	let padding = padme(content as u64).unwrap() as usize - content;
	assert!(padding > 2 * MAX_TRAILER_LEN);
	let mut zeros = vec![0; padding];
	for (at, byte) in zeros.iter_mut().enumerate() {
		*byte = spoil(at, padding).unwrap_or(0);
	}
	let payload = [&document[..], &zeros, &trailer].concat();
	let (first, second) = payload.split_at(FIRST_LEAF_CAPACITY);
	let rest = (document.len() - FIRST_LEAF_CAPACITY) as u32;
	let first = [&(FIRST_LEAF_CAPACITY as u32).to_le_bytes(), first].concat();
	let second = [&rest.to_le_bytes(), second].concat();
	(
		forge(&[(&first, false), (&second, true)]),
		hash_of(&document),
	)
}

#[test]
fn long_padding_that_is_not_zero_is_refused() {
	let (envelope, hash) = long(|_, _| None);
	assert!(opened(&envelope, hash).is_ok());
	for spoiled in [0, 1, 1000] {
		let (envelope, hash) = long(|at, _| (at == spoiled).then_some(1));
		assert!(matches!(
			opened(&envelope, hash),
			Err(OpenError::Malformed(Check::Padding))
		));
	}
	let (envelope, hash) = long(|at, len| (at == len - 1).then_some(0x80));
	assert!(matches!(
		opened(&envelope, hash),
		Err(OpenError::Malformed(Check::Padding))
	));
}

#[test]
fn a_middle_segment_that_is_not_full_is_refused() {
	let trailer = signed(manifest(), &author(), PLAIN);
	let content = PLAIN.len() + trailer.len();
	let zeros = vec![0; padme(content as u64).unwrap() as usize - content];
	let rest = [&zeros[..], &trailer].concat();
	for split in [1, 5, PLAIN.len()] {
		let (start, end) = PLAIN.split_at(split);
		let first = [&(start.len() as u32).to_le_bytes(), start].concat();
		let second = [&(end.len() as u32).to_le_bytes(), end, &rest].concat();
		let envelope = forge(&[(&first, false), (&second, true)]);
		// A short segment in the middle moves the boundary, so its tag can't be right.
		assert!(matches!(
			refused(&envelope),
			OpenError::Damaged { segment: 0 }
		));
	}
	// As long as a full one, but with more padding than one byte.
	for missing in 1..16 {
		let mut short = full_segment(0, 1);
		short.truncate(short.len() - missing);
		let second = [&0u32.to_le_bytes(), &rest[..]].concat();
		malformed(
			&forge(&[(&short, false), (&second, true)]),
			Check::SegmentPadding,
		);
	}
}

#[test]
fn a_segment_over_its_capacity_is_refused() {
	for more in [1, 16] {
		let mut long = full_segment(0, 1);
		long.resize(long.len() + more, 0);
		assert!(matches!(
			refused(&forge(&[(&long, true)])),
			OpenError::Damaged { .. }
		));
	}
}

#[test]
fn an_empty_segment_is_refused() {
	for len in 0..=COUNT_LEN {
		malformed(&forge(&[(&vec![0; len], true)]), Check::SegmentPadding);
	}
}

#[test]
fn wrong_pkcs7_padding_is_refused() {
	// Sealed by hand: the last byte says how much padding there is.
	let (envelope, sealed) = sealed_with_nonce(PLAIN, &NONCE);
	let cipher = Cipher::new(&key(), &NONCE, &crate::format::header(&NONCE));
	let mut body = envelope[HEADER_LEN..].to_vec();
	let tag_at = body.len() - 32;
	// The last block's plaintext is xored with the block before: flip bits of its last byte, and
	// authenticate anew.
	for flip in [0x01, 0x10, 0x80, 0xff] {
		body[tag_at - 17] ^= flip;
		let changed = Segment {
			number: 0,
			last: true,
			data: body[..tag_at].to_vec(),
			opened: Ok(()),
		};
		let tag = cipher.authenticate(&changed);
		let forged = [&envelope[..HEADER_LEN], &body[..tag_at], &tag].concat();
		match opened(&forged, sealed.hash) {
			Err(OpenError::Malformed(Check::SegmentPadding)) => {}
			other => panic!("{flip}: {other:?}"),
		}
		body[tag_at - 17] ^= flip;
	}
}

#[test]
fn wrong_lengths_are_refused() {
	let trailer = signed(manifest(), &author(), PLAIN);
	let content = PLAIN.len() + trailer.len();
	let zeros = vec![0; padme(content as u64).unwrap() as usize - content];
	for count in [0, 1, PLAIN.len() - 1] {
		malformed(&one(count, PLAIN, &zeros, &trailer), Check::Padding);
	}
	malformed(
		&one(PLAIN.len() + 1, PLAIN, &zeros, &trailer),
		Check::DocumentLength,
	);
	let all = PLAIN.len() + zeros.len() + trailer.len();
	malformed(&one(all, PLAIN, &zeros, &trailer), Check::Manifest);
	malformed(&one(all + 1, PLAIN, &zeros, &trailer), Check::Count);
	malformed(
		&one(u32::MAX as usize, PLAIN, &zeros, &trailer),
		Check::Count,
	);
}

#[test]
fn a_document_longer_than_its_manifest_says_is_refused() {
	// The first segment's payload is not all document, yet the second has some.
	let first = full_segment(0, 1);
	let second = [&1u32.to_le_bytes()[..], b"x"].concat();
	malformed(&forge(&[(&first, false), (&second, true)]), Check::Count);
}

#[test]
fn invalid_manifests_are_refused() {
	let good = manifest();
	let bad = [
		Manifest {
			name: "".into(),
			..good.clone()
		},
		Manifest {
			name: "n".repeat(256),
			..good.clone()
		},
		Manifest {
			name: "\u{1b}]0;owned\u{7}".into(),
			..good.clone()
		},
		Manifest {
			name: "gpj.\u{202e}exe".into(),
			..good.clone()
		},
		Manifest {
			name: "two\nlines".into(),
			..good.clone()
		},
		Manifest {
			media_type: "".into(),
			..good.clone()
		},
		Manifest {
			media_type: "t".repeat(128),
			..good.clone()
		},
		Manifest {
			media_type: "text/plain\r\nX: y".into(),
			..good.clone()
		},
		Manifest {
			media_type: "text/pläin".into(),
			..good.clone()
		},
	];
	for manifest in bad {
		malformed(
			&with_trailer(&signed(manifest.clone(), &author(), PLAIN)),
			Check::Manifest,
		);
		let details = Details {
			name: manifest.name,
			media_type: manifest.media_type,
			author: manifest.author,
			..details()
		};
		let result = seal(PLAIN, std::io::sink(), &key(), details, &author());
		assert!(
			matches!(result, Err(crate::SealError::Manifest(_))),
			"{result:?}"
		);
	}
	let length = Manifest {
		length: good.length + 1,
		..good.clone()
	};
	malformed(
		&with_trailer(&signed(length, &author(), PLAIN)),
		Check::DocumentLength,
	);
}

#[test]
fn the_longest_texts_are_accepted() {
	let details = Details {
		name: "ü".repeat(127) + "x",
		media_type: "t".repeat(127),
		amends: Some([0x68; 32]),
		..by_patient()
	};
	let mut envelope = Vec::new();
	let sealed = seal(PLAIN, &mut envelope, &key(), details.clone(), &author()).unwrap();
	let expect = Expected {
		patient: by_patient().patient,
		author: Author::Patient,
		amends: Some([0x68; 32]),
		sealed_name: crate::seal_name(&key(), &details.name).unwrap(),
		..expected(sealed.hash)
	};
	let opened = open(&envelope[..], std::io::sink(), &key(), &expect).unwrap();
	assert_eq!(opened.manifest.name.len(), 255);
	let trailer = Trailer {
		manifest: opened.manifest,
		signature: [0; 64],
	}
	.encode();
	assert_eq!(trailer.len(), MAX_TRAILER_LEN);
}

#[test]
fn invalid_trailers_are_refused() {
	let good = signed(manifest(), &author(), PLAIN);
	let manifest_len = good.len() - 66;
	for len in (0..manifest_len)
		.chain(manifest_len + 1..manifest_len + 10)
		.chain([0xffff])
	{
		let mut trailer = good.clone();
		let at = trailer.len() - 2;
		trailer[at..].copy_from_slice(&(len as u16).to_le_bytes());
		refused(&with_trailer(&trailer));
	}
	for len in 0..66 {
		malformed(&with_trailer(&vec![0; len]), Check::Manifest);
	}
	// One byte more inside the manifest.
	let mut longer = good.clone();
	longer.insert(manifest_len, 0);
	let at = longer.len() - 2;
	longer[at..].copy_from_slice(&(manifest_len as u16 + 1).to_le_bytes());
	malformed(&with_trailer(&longer), Check::Manifest);
	// A length of the name in more bytes than it needs.
	let mut other = good.clone();
	let name_len = other[0] >> 2;
	other.splice(0..1, [name_len << 2 | 1, name_len >> 6]);
	let at = other.len() - 2;
	other[at..].copy_from_slice(&(manifest_len as u16 + 1).to_le_bytes());
	malformed(&with_trailer(&other), Check::Manifest);
}

#[test]
fn a_sealed_name_is_refused_as_a_segment() {
	// A sealed name has a segment's shape: IV, ciphertext, tag. HKDF pads a salt with zeros, so a
	// nonce of zeros gives both the same salt, and only the infos keep their keys apart.
	let mut text = [0; 64];
	text[0] = 4;
	text[1..5].copy_from_slice(b"name");
	text[48..].fill(16);
	let sealed = seal_text(&key(), &[1; 16], &text);
	let envelope = [&crate::format::header(&[0; 32])[..], &sealed].concat();
	assert!(matches!(
		refused(&envelope),
		OpenError::Damaged { segment: 0 }
	));
	let infos = [
		crate::cipher::CIPHER_INFO,
		crate::cipher::MAC_INFO,
		crate::name::NAME_CIPHER_INFO,
		crate::name::NAME_MAC_INFO,
	];
	let keys: std::collections::HashSet<_> = infos
		.iter()
		.map(|info| *key().derive(&[0; 32], info))
		.collect();
	assert_eq!(keys.len(), 4);
	assert_eq!(*key().derive(&[0; 32], "x"), *key().derive(&[], "x"));
}
