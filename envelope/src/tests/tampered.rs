//! Every change to an envelope is refused.

use super::*;
use crate::{format::TAG_LEN, seal_name, FIRST_LEAF_CAPACITY, LEAF_CAPACITY, SEALED_NAME_LEN};

const TWO_LEAVES: usize = FIRST_LEAF_CAPACITY + LEAF_CAPACITY;

fn refused(envelope: &[u8], hash: [u8; 32]) -> OpenError {
	opened(envelope, hash).expect_err("refused")
}

/// An envelope of three segments, the last of them short.
fn three() -> (Vec<u8>, Sealed) {
	let (envelope, sealed) = sealed_with_nonce(&document(TWO_LEAVES + 10), &NONCE);
	assert_eq!(segments(&envelope).len(), 3);
	(envelope, sealed)
}

fn parts(envelope: &[u8]) -> (&[u8], Vec<&[u8]>) {
	(&envelope[..HEADER_LEN], segments(envelope))
}

#[test]
fn any_flipped_bit_is_refused() {
	let (envelope, sealed) = sealed(b"A short document.");
	opened(&envelope, sealed.hash).unwrap();
	for bit in 0..envelope.len() * 8 {
		let mut changed = envelope.clone();
		changed[bit / 8] ^= 1 << (bit % 8);
		let error = refused(&changed, sealed.hash);
		let fine = match bit / 8 {
			0..8 => matches!(error, OpenError::NotAnEnvelope),
			8..10 => matches!(error, OpenError::UnknownVersion(_)),
			10..12 => matches!(error, OpenError::UnknownSuite(_)),
			44..48 => matches!(error, OpenError::Reserved),
			_ => matches!(error, OpenError::Damaged { segment: 0 }),
		};
		assert!(fine, "bit {bit}: {error}");
	}
}

#[test]
fn any_truncated_envelope_is_refused() {
	let (envelope, sealed) = sealed(b"A short document.");
	for len in 0..envelope.len() {
		let error = refused(&envelope[..len], sealed.hash);
		let fine = match len {
			..HEADER_LEN => matches!(error, OpenError::NotAnEnvelope),
			_ => matches!(
				error,
				OpenError::Truncated | OpenError::Damaged { segment: 0 }
			),
		};
		assert!(fine, "{len} bytes: {error}");
	}
	let (envelope, sealed) = three();
	let cuts = [
		1,
		15,
		16,
		17,
		48,
		64,
		envelope.len() % LEAF_LEN,
		envelope.len() % LEAF_LEN + 1,
		LEAF_LEN,
		LEAF_LEN + 16,
	];
	for cut in cuts {
		refused(&envelope[..envelope.len() - cut], sealed.hash);
	}
}

#[test]
fn an_extended_envelope_is_refused() {
	let (envelope, sealed) = sealed(b"A short document.");
	for more in (1..=200).chain([LEAF_LEN - 1, LEAF_LEN, LEAF_LEN + 64]) {
		for byte in [0, 0x10, 0xff] {
			let mut extended = envelope.clone();
			extended.resize(envelope.len() + more, byte);
			refused(&extended, sealed.hash);
		}
	}
	// A segment of its own after a full last one.
	let (envelope, sealed) = full_last();
	for more in [1, 64, LEAF_LEN] {
		let extended = [&envelope[..], &document(more)].concat();
		assert!(matches!(
			refused(&extended, sealed.hash),
			OpenError::Damaged { .. }
		));
	}
}

/// An envelope whose last segment, the second, is full: a payload of two capacities is no Padmé
/// size, so this one does not open for its padding. It serves to see what is refused before.
fn full_last() -> (Vec<u8>, Sealed) {
	let (_, sealed) = sealed_with_nonce(b"", &NONCE);
	let envelope = forge(&[
		(&full_segment(0, FIRST_LEAF_CAPACITY), false),
		(&full_segment(1, LEAF_CAPACITY), true),
	]);
	assert_eq!(envelope.len(), 2 * LEAF_LEN);
	assert!(matches!(
		refused(&envelope, sealed.hash),
		OpenError::Malformed(Check::Manifest)
	));
	(envelope, sealed)
}

#[test]
fn an_envelope_without_its_last_segment_is_refused() {
	let (envelope, sealed) = three();
	for segments in 0..3 {
		let cut = &envelope[..(segments * LEAF_LEN).max(HEADER_LEN)];
		let error = refused(cut, sealed.hash);
		match segments {
			0 => assert!(matches!(error, OpenError::Truncated), "{error}"),
			n => assert!(
				matches!(error, OpenError::Damaged { segment } if segment == n as u64 - 1),
				"{error}"
			),
		}
	}
}

#[test]
fn dropped_repeated_and_swapped_segments_are_refused() {
	let (envelope, sealed) = three();
	let (header, parts) = parts(&envelope);
	let [a, b, c] = parts[..] else {
		panic!("three segments")
	};
	assert!(opened(&[header, a, b, c].concat(), sealed.hash).is_ok());
	// The first segment is 48 bytes shorter than the others.
	let orders: [(&[&[u8]], u64); 7] = [
		(&[b, a, c], 0),
		(&[a, c, b], 1),
		(&[a, a, b, c], 1),
		(&[a, b, b, c], 2),
		(&[a, a, c], 1),
		(&[b, c], 0),
		(&[a, c], 1),
	];
	for (order, bad) in orders {
		let error = refused(&[header, &order.concat()].concat(), sealed.hash);
		assert!(
			matches!(error, OpenError::Damaged { segment } if segment == bad),
			"{error}"
		);
	}
}

#[test]
fn a_segment_of_another_envelope_is_refused() {
	let (envelope, sealed) = three();
	let plain = document(TWO_LEAVES + 10);
	// The same document and the same key: only the nonce differs.
	let (other, other_sealed) = sealed_with_nonce(&plain, &[0x4f; NONCE_LEN]);
	assert_eq!(sealed.hash, other_sealed.hash);
	let (header, mine) = parts(&envelope);
	let (_, theirs) = parts(&other);
	for at in 0..3 {
		let mut segments = mine.clone();
		segments[at] = theirs[at];
		let error = refused(&[header, &segments.concat()].concat(), sealed.hash);
		assert!(matches!(error, OpenError::Damaged { segment } if segment == at as u64));
	}
	// All of the other's segments after my header.
	assert!(matches!(
		refused(&[header, &theirs.concat()].concat(), sealed.hash),
		OpenError::Damaged { segment: 0 }
	));
}

#[test]
fn a_flipped_last_segment_mark_is_refused() {
	let (envelope, sealed) = sealed_with_nonce(b"x", &NONCE);
	// The same plaintext, sealed as if more were to follow.
	let cipher = Cipher::new(&key(), &NONCE, &header(&NONCE));
	let mut segment = Segment {
		number: 0,
		last: true,
		data: envelope[HEADER_LEN..].to_vec(),
		opened: Ok(()),
	};
	cipher.open(core::slice::from_mut(&mut segment));
	segment.opened.unwrap();
	let plaintext = segment.data[IV_LEN..].to_vec();
	assert!(opened(&forge(&[(&plaintext, true)]), sealed.hash).is_ok());
	let error = refused(&forge(&[(&plaintext, false)]), sealed.hash);
	assert!(
		matches!(error, OpenError::Damaged { segment: 0 }),
		"{error}"
	);
	// A middle segment that says it is the last.
	let full = full_segment(0, FIRST_LEAF_CAPACITY);
	let error = refused(&forge(&[(&full, true), (&plaintext, true)]), sealed.hash);
	assert!(
		matches!(error, OpenError::Damaged { segment: 0 }),
		"{error}"
	);
}

#[test]
fn an_unknown_version_or_suite_is_refused() {
	let (envelope, sealed) = sealed(b"x");
	for (at, value) in [(8, 0), (8, 2), (9, 1), (10, 0), (10, 2), (11, 1)] {
		let mut changed = envelope.clone();
		changed[at] = value;
		let number = u16::from_le_bytes([changed[at & !1], changed[at | 1]]);
		match refused(&changed, sealed.hash) {
			OpenError::UnknownVersion(found) => assert!(at < 10 && found == number),
			OpenError::UnknownSuite(found) => assert!(at >= 10 && found == number),
			error => panic!("{error}"),
		}
	}
}

#[test]
fn another_record_key_is_refused() {
	let (envelope, sealed) = sealed(b"x");
	let other = RecordKey::from_bytes([0x6c; 32]);
	let result = open(
		&envelope[..],
		std::io::sink(),
		&other,
		&expected(sealed.hash),
	);
	assert!(matches!(result, Err(OpenError::Damaged { segment: 0 })));
}

#[test]
fn every_expected_value_is_compared() {
	let (envelope, sealed) = sealed(b"x");
	let right = || expected(sealed.hash);
	let other = AccountSeed::from_bytes([9; 32]).account();
	let change = |change: fn(&mut Expected)| {
		let mut expect = right();
		change(&mut expect);
		expect
	};
	let cases = [
		(change(|e| e.patient = [0; 16]), Check::Patient),
		(change(|e| e.author = Author::Provider(8)), Check::Author),
		(change(|e| e.author = Author::Patient), Check::Author),
		(
			Expected {
				author_account: Some(other),
				..right()
			},
			Check::Account,
		),
		// Only a patient can prove its account.
		(change(|e| e.author_account = None), Check::Account),
		(change(|e| e.region = 2001), Check::Region),
		(change(|e| e.genesis = [0; 32]), Check::Genesis),
		(change(|e| e.amends = Some([0; 32])), Check::Amends),
		(change(|e| e.sealed_name[0] ^= 1), Check::Name),
		(change(|e| e.added_at = Some(0)), Check::Time),
	];
	for (expect, check) in cases {
		let result = open(&envelope[..], std::io::sink(), &key(), &expect);
		assert!(matches!(result, Err(OpenError::WrongManifest(found)) if found == check));
	}
	for bit in 0..256 {
		let mut hash = sealed.hash;
		hash[bit / 8] ^= 1 << (bit % 8);
		assert!(matches!(refused(&envelope, hash), OpenError::WrongDocument));
	}
}

/// A correction names the record that it corrects, and no other.
#[test]
fn an_amendment_is_bound_to_the_record_that_it_amends() {
	let details = Details {
		amends: Some([0x68; 32]),
		..details()
	};
	let mut envelope = Vec::new();
	let sealed = seal(&b"x"[..], &mut envelope, &key(), details, &author()).unwrap();
	for (amends, fine) in [
		(Some([0x68; 32]), true),
		(Some([0x69; 32]), false),
		(None, false),
	] {
		let expect = Expected {
			amends,
			..expected(sealed.hash)
		};
		let result = open(&envelope[..], std::io::sink(), &key(), &expect);
		match result {
			Ok(opened) => assert!(fine && opened.manifest.amends == amends),
			Err(OpenError::WrongManifest(Check::Amends)) => assert!(!fine),
			Err(error) => panic!("{error}"),
		}
	}
}

/// Clocks differ a little. A chain for development has no clock to compare with.
#[test]
fn an_envelope_is_sealed_an_hour_after_its_record_at_most() {
	let (envelope, sealed) = sealed(b"x");
	let hour = 60 * 60 * 1000;
	for (added_at, fine) in [
		(Some(TIME - hour - 1), false),
		(Some(TIME - hour), true),
		(Some(TIME), true),
		(Some(u64::MAX), true),
		(None, true),
	] {
		let expect = Expected {
			added_at,
			..expected(sealed.hash)
		};
		let result = open(&envelope[..], std::io::sink(), &key(), &expect);
		match result {
			Ok(_) => assert!(fine, "{added_at:?}"),
			Err(OpenError::WrongManifest(Check::Time)) => assert!(!fine, "{added_at:?}"),
			Err(error) => panic!("{error}"),
		}
	}
}

#[test]
fn the_sealed_name_is_the_short_form_of_the_manifests() {
	let long = "検査の結果".repeat(6) + "、左.pdf";
	let details = Details {
		name: long.clone(),
		..details()
	};
	let mut envelope = Vec::new();
	let sealed = seal(&b"x"[..], &mut envelope, &key(), details, &author()).unwrap();
	let other = long.replace('左', "右");
	let of_another_record = seal_name(&RecordKey::from_bytes([1; 32]), &long).unwrap();
	for (sealed_name, fine) in [
		(seal_name(&key(), &long).unwrap(), true),
		(seal_name(&key(), &other).unwrap(), false),
		(seal_name(&key(), "検査の結果").unwrap(), false),
		(of_another_record, false),
		([0; SEALED_NAME_LEN], false),
	] {
		let expect = Expected {
			sealed_name,
			..expected(sealed.hash)
		};
		let result = open(&envelope[..], std::io::sink(), &key(), &expect);
		match result {
			Ok(opened) => assert!(fine && opened.manifest.name == long),
			Err(OpenError::WrongManifest(Check::Name)) => assert!(!fine),
			Err(error) => panic!("{error}"),
		}
	}
}

#[test]
fn every_byte_of_a_tag_is_checked() {
	// The last byte of the tag counts as the first.
	let (mut envelope, sealed) = sealed(b"x");
	let at = envelope.len() - TAG_LEN;
	for byte in 0..TAG_LEN {
		envelope[at + byte] ^= 0x80;
		assert!(matches!(
			refused(&envelope, sealed.hash),
			OpenError::Damaged { segment: 0 }
		));
		envelope[at + byte] ^= 0x80;
	}
	assert!(opened(&envelope, sealed.hash).is_ok());
}
