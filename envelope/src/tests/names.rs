//! Sealed names, and hashes with a name in them.

use super::*;
use crate::{
	check_name, name::seal_text, open_name, patient_commitment, seal_name, NameError,
	OpenNameError, MAX_SEALED_NAME_LEN, SEALED_NAME_LEN,
};

#[test]
fn names_of_all_lengths_open() {
	assert_eq!(SEALED_NAME_LEN, 112);
	for len in 1..=MAX_SEALED_NAME_LEN {
		let name = "n".repeat(len);
		let sealed = seal_name(&key(), &name).unwrap();
		assert_eq!(open_name(&key(), &sealed), Ok(name));
	}
	assert_eq!(seal_name(&key(), ""), Err(NameError::Empty));
	let error = seal_name(&key(), &"ü".repeat(32)).unwrap_err();
	assert_eq!(
		error,
		NameError::TooLong {
			length: 64,
			limit: 63
		}
	);
	assert!(error.to_string().contains("at most 63"), "{error}");
}

#[test]
fn equal_names_are_sealed_differently() {
	let one = seal_name(&key(), "x").unwrap();
	let two = seal_name(&key(), "x").unwrap();
	assert!(one.iter().zip(&two).filter(|(a, b)| a == b).count() < 16);
}

#[test]
fn any_flipped_bit_is_refused() {
	let sealed = seal_name(&key(), "Blood count").unwrap();
	for bit in 0..SEALED_NAME_LEN * 8 {
		let mut changed = sealed;
		changed[bit / 8] ^= 1 << (bit % 8);
		assert_eq!(open_name(&key(), &changed), Err(OpenNameError::Damaged));
	}
}

#[test]
fn sealed_names_of_another_length_are_refused() {
	let sealed = seal_name(&key(), "Blood count").unwrap();
	let more = [&sealed[..], &[0; 100]].concat();
	for len in (0..more.len()).filter(|len| *len != SEALED_NAME_LEN) {
		assert_eq!(open_name(&key(), &more[..len]), Err(OpenNameError::Damaged));
	}
}

#[test]
fn the_key_of_another_record_is_refused() {
	let sealed = seal_name(&key(), "Blood count").unwrap();
	let other = RecordKey::from_bytes([0; 32]);
	assert_eq!(open_name(&other, &sealed), Err(OpenNameError::Damaged));
}

#[test]
fn invalid_names_are_refused() {
	let text = |bytes: &[u8]| {
		let mut text = [0; 64];
		text[..bytes.len()].copy_from_slice(bytes);
		open_name(&key(), &seal_text(&key(), &[0; 16], &text))
	};
	assert_eq!(text(b"\x01x"), Ok("x".into()));
	for bad in [
		&b"\x00"[..],
		b"\x40x",
		b"\xffx",
		b"\x01xy",
		b"\x02x\0",
		b"\x02\xc3\x28",
		b"\x04\xf0\x9f\x92\xa9\x01",
		b"\x05\x1b[2Jx",
	] {
		assert_eq!(text(bad), Err(OpenNameError::Malformed), "{bad:?}");
	}
}

#[test]
fn names_have_only_printable_characters() {
	for fine in [
		"x",
		"Blutbild März",
		"血液検査",
		"می‌خواهم",
		"👩‍⚕️",
		"../a b\\c",
		"ſt ﬁ",
	] {
		assert_eq!(check_name(fine, 255), Ok(()), "{fine}");
	}
	for bad in [
		'\0',
		'\n',
		'\r',
		'\t',
		'\u{1b}',
		'\u{7f}',
		'\u{85}',
		'\u{9b}',
		'\u{61c}',
		'\u{200b}',
		'\u{200e}',
		'\u{2028}',
		'\u{202e}',
		'\u{2066}',
		'\u{2069}',
		'\u{feff}',
		'\u{e0041}',
	] {
		let name = format!("a{bad}b");
		assert_eq!(check_name(&name, 255), Err(NameError::Unprintable(bad)));
		// What tells of it is printable.
		assert_eq!(
			check_name(&NameError::Unprintable(bad).to_string(), 255),
			Ok(())
		);
	}
}

#[test]
fn a_commitment_binds_name_and_salt() {
	let one = patient_commitment("Ada", &[1; 32]);
	assert_ne!(one, patient_commitment("Adb", &[1; 32]));
	assert_ne!(one, patient_commitment("Ada", &[2; 32]));
}
