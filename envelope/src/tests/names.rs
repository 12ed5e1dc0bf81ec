//! Sealed names, and hashes with a name in them.

use super::*;
use crate::{
	check_name, open_name, patient_commitment, seal_name, short_name, NameError, OpenNameError,
	MAX_NAME_LEN, MAX_SEALED_NAME_LEN, SEALED_NAME_LEN,
};

#[test]
fn names_of_all_lengths_open() {
	assert_eq!(SEALED_NAME_LEN, 112);
	for len in 1..=MAX_SEALED_NAME_LEN {
		let name = "n".repeat(len);
		let sealed = seal_name(&key(), &name).unwrap();
		assert_eq!(open_name(&key(), &sealed), Ok(name));
	}
	assert_eq!(MAX_SEALED_NAME_LEN, 62);
	assert_eq!(seal_name(&key(), ""), Err(NameError::Empty));
	assert!(seal_name(&key(), &"n".repeat(255)).is_ok());
	let error = seal_name(&key(), &"ü".repeat(128)).unwrap_err();
	assert_eq!(
		error,
		NameError::TooLong {
			length: 256,
			limit: 255
		}
	);
	assert!(error.to_string().contains("at most 255"), "{error}");
}

/// Names of the same start stay apart, and keep what a reader needs to open the file.
#[test]
fn long_names_are_shortened_and_stay_different() {
	let stem = "東京都立総合病院放射線科胸部単純撮影検査報告書二〇二六年5月";
	let (left, right) = (format!("{stem}左.pdf"), format!("{stem}右.pdf"));
	assert_eq!((left.len(), right.len()), (95, 95));
	assert_ne!(short_name(&left), short_name(&right));
	for name in [&left, &right] {
		let short = short_name(name);
		assert!(short.len() <= MAX_SEALED_NAME_LEN, "{short}");
		assert!(short.starts_with("東京都立総合病院放射線科"), "{short}");
		assert!(short.ends_with(".pdf"), "{short}");
		let sealed = seal_name(&key(), name).unwrap();
		assert_eq!(open_name(&key(), &sealed), Ok(short));
	}
}

#[test]
fn names_that_fit_stay_as_they_are() {
	let longest = "n".repeat(MAX_SEALED_NAME_LEN);
	for name in ["x", "Blood count", "", &longest] {
		assert_eq!(short_name(name), name);
	}
	let short = short_name(&"n".repeat(MAX_SEALED_NAME_LEN + 1));
	assert_eq!(short.len(), MAX_SEALED_NAME_LEN);
	assert!(short.starts_with(&("n".repeat(51) + "…")), "{short}");
}

#[test]
fn an_extension_is_up_to_ten_letters_and_digits() {
	let long = "n".repeat(70);
	for (extension, kept) in [
		(".pdf", ".pdf"),
		(".PDF", ".PDF"),
		(".tar.gz", ".gz"),
		(".7z", ".7z"),
		(".a123456789", ".a123456789"),
		(".a1234567890", ""),
		(".", ""),
		("..", ""),
		(".p df", ""),
		(".pdf ", ""),
		(".päf", ""),
		("", ""),
	] {
		let short = short_name(&format!("{long}{extension}"));
		assert_eq!(short.len(), MAX_SEALED_NAME_LEN, "{extension}");
		let end = &short[MAX_SEALED_NAME_LEN - kept.len() - 11..];
		assert!(end.starts_with('…') && end.ends_with(kept), "{short}");
	}
	// The whole name has the form of an extension.
	let short = short_name(&format!(".{long}"));
	assert!(short.starts_with(".nnn"), "{short}");
	assert_eq!(short_name(&"n".repeat(MAX_NAME_LEN)).len(), 62);
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
		let error = OpenNameError::Damaged(Check::SealedNameTag);
		assert_eq!(open_name(&key(), &changed), Err(error));
	}
}

#[test]
fn sealed_names_of_another_length_are_refused() {
	let sealed = seal_name(&key(), "Blood count").unwrap();
	let more = [&sealed[..], &[0; 100]].concat();
	for len in (0..more.len()).filter(|len| *len != SEALED_NAME_LEN) {
		let error = OpenNameError::Damaged(Check::SealedNameLength);
		assert_eq!(open_name(&key(), &more[..len]), Err(error));
	}
}

#[test]
fn the_key_of_another_record_is_refused() {
	let sealed = seal_name(&key(), "Blood count").unwrap();
	let other = RecordKey::from_bytes([0; 32]);
	let error = OpenNameError::Damaged(Check::SealedNameTag);
	assert_eq!(open_name(&other, &sealed), Err(error));
}

#[test]
fn invalid_names_are_refused() {
	let text = |bytes: &[u8], padding: u8| {
		let mut text = [0; 64];
		text[..bytes.len()].copy_from_slice(bytes);
		text[63] = padding;
		open_name(&key(), &seal_text(&key(), &[0; 16], &text))
	};
	assert_eq!(text(b"\x01x", 1), Ok("x".into()));
	for bad in [
		&b"\x00"[..],
		b"\x3fx",
		b"\xffx",
		b"\x01xy",
		b"\x02x\0",
		b"\x02\xc3\x28",
		b"\x04\xf0\x9f\x92\xa9\x01",
		b"\x05\x1b[2Jx",
	] {
		let error = OpenNameError::Malformed(Check::SealedNameText);
		assert_eq!(text(bad, 1), Err(error), "{bad:?}");
	}
	// Padding of more than one byte is valid PKCS#7, and no sealed name.
	let mut two = [0; 64];
	two[..2].copy_from_slice(b"\x01x");
	two[62..].fill(2);
	let error = OpenNameError::Malformed(Check::SealedNamePadding);
	assert_eq!(
		open_name(&key(), &seal_text(&key(), &[0; 16], &two)),
		Err(error.clone())
	);
	for padding in [0, 2, 16, 17, 0xff] {
		assert_eq!(text(b"\x01x", padding), Err(error.clone()));
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
