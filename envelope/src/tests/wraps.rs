//! Wrapped keys.

use super::*;
use crate::{
	wrap,
	wrap::{wrap_bytes, WrapBinding, WrapError},
};
use getrandom::SysRng;

fn binding() -> WrapBinding {
	WrapBinding {
		genesis: GENESIS,
		patient: PATIENT,
		author: Author::Provider(7),
		hash: [0x68; 32],
	}
}

fn unwrapped(bytes: &[u8], binding: &WrapBinding) -> Result<[u8; 32], WrapError> {
	private_key()
		.unwrap(bytes, binding)
		.map(|key| *key.as_bytes())
}

fn wrapped(message: &[u8], label: &str) -> Vec<u8> {
	wrap_bytes(
		&private_key().public_spki_der(),
		message,
		label,
		&mut SysRng,
	)
	.unwrap()
}

#[test]
fn a_wrapped_key_unwraps() {
	let spki = private_key().public_spki_der();
	let one = wrap(&spki, &key(), &binding()).unwrap();
	let two = wrap(&spki, &key(), &binding()).unwrap();
	assert_eq!(one.len(), 256);
	assert_ne!(one, two);
	assert_eq!(unwrapped(&one, &binding()), Ok(*key().as_bytes()));
	assert_eq!(unwrapped(&two, &binding()), Ok(*key().as_bytes()));
}

#[test]
fn all_key_sizes_wrap_and_unwrap() {
	for bits in [3072, 4096] {
		let private = PrivateKey::generate_bits(bits).unwrap();
		assert_eq!(private.modulus_bits(), bits);
		let wrapped = wrap(&private.public_spki_der(), &key(), &binding()).unwrap();
		assert_eq!(wrapped.len(), bits / 8);
		assert_eq!(
			private.unwrap(&wrapped, &binding()).unwrap().as_bytes(),
			key().as_bytes()
		);
	}
	for bits in [0, 1024, 2047, 8192] {
		assert_eq!(
			PrivateKey::generate_bits(bits).unwrap_err(),
			WrapError::ModulusBits(bits)
		);
	}
}

#[test]
fn a_wrapped_key_of_another_record_is_refused() {
	let wrapped = wrap(&private_key().public_spki_der(), &key(), &binding()).unwrap();
	for other in [
		WrapBinding {
			genesis: [0; 32],
			..binding()
		},
		WrapBinding {
			patient: [0; 16],
			..binding()
		},
		WrapBinding {
			author: Author::Provider(8),
			..binding()
		},
		WrapBinding {
			author: Author::Patient,
			..binding()
		},
		WrapBinding {
			hash: [0; 32],
			..binding()
		},
	] {
		assert_eq!(unwrapped(&wrapped, &other), Err(WrapError::Unwrap));
	}
}

#[test]
fn a_wrong_or_empty_label_is_refused() {
	let right = binding().label(&private_key().public_spki_der());
	assert_eq!(
		unwrapped(&wrapped(&[1; 32], &right), &binding()),
		Ok([1; 32])
	);
	for wrong in [
		"",
		"x",
		&right[..63],
		&right.to_uppercase(),
		&binding().label(b"another key"),
	] {
		assert_eq!(
			unwrapped(&wrapped(&[1; 32], wrong), &binding()),
			Err(WrapError::Unwrap)
		);
	}
}

#[test]
fn the_label_is_hex() {
	let label = binding().label(b"key");
	assert_eq!(label.len(), 64);
	assert!(label
		.bytes()
		.all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
}

#[test]
fn record_keys_of_another_length_are_refused() {
	let label = binding().label(&private_key().public_spki_der());
	for len in [0, 1, 16, 31, 33, 64] {
		let wrapped = wrapped(&vec![1; len], &label);
		assert_eq!(
			unwrapped(&wrapped, &binding()),
			Err(WrapError::Unwrap),
			"{len}"
		);
	}
}

#[test]
fn ciphertexts_above_the_modulus_are_refused() {
	// As large as the modulus and larger, in as many bytes.
	let private = private_key();
	let modulus = modulus(&private.public_spki_der());
	assert_eq!(modulus.len(), 256);
	let mut more = modulus.clone();
	more[255] = more[255].wrapping_add(2);
	for large in [modulus, more, vec![0xff; 256]] {
		assert_eq!(unwrapped(&large, &binding()), Err(WrapError::Unwrap));
	}
	assert_eq!(unwrapped(&[0; 256], &binding()), Err(WrapError::Unwrap));
}

/// The modulus of a 2048-bit key's SubjectPublicKeyInfo: it ends before the exponent's five bytes.
fn modulus(spki: &[u8]) -> Vec<u8> {
	let end = spki.len() - 5;
	spki[end - 256..end].to_vec()
}

#[test]
fn ciphertexts_of_another_length_are_refused() {
	let wrapped = wrap(&private_key().public_spki_der(), &key(), &binding()).unwrap();
	let longer = [&[0], &wrapped[..]].concat();
	let longer_end = [&wrapped[..], &[0]].concat();
	for other in [
		&[][..],
		&wrapped[1..],
		&wrapped[..255],
		&longer,
		&longer_end,
		&[0; 384],
	] {
		let error = WrapError::Length {
			wrapped: other.len(),
			key: 256,
		};
		assert_eq!(unwrapped(other, &binding()), Err(error));
	}
}

#[test]
fn any_changed_byte_is_refused() {
	let wrapped = wrap(&private_key().public_spki_der(), &key(), &binding()).unwrap();
	for at in 0..wrapped.len() {
		let mut changed = wrapped.clone();
		changed[at] ^= 1 << (at % 8);
		assert_eq!(unwrapped(&changed, &binding()), Err(WrapError::Unwrap));
	}
}

#[test]
fn public_keys_that_the_chain_refuses_are_refused() {
	let good = private_key().public_spki_der();
	assert!(wrap(&good, &key(), &binding()).is_ok());
	let refused = |spki: &[u8]| {
		assert_eq!(wrap(spki, &key(), &binding()), Err(WrapError::PublicKey));
	};
	for len in 0..good.len() {
		refused(&good[..len]);
	}
	refused(&[&good[..], &[0]].concat());
	refused(b"-----BEGIN PUBLIC KEY-----");
	let last = good.len() - 1;
	// Exponent 65539, and an even modulus.
	for (at, bit) in [(last, 2), (last - 5, 1)] {
		let mut changed = good.clone();
		changed[at] ^= bit;
		refused(&changed);
	}
	// The algorithm: RSASSA-PSS instead of rsaEncryption.
	let mut changed = good.clone();
	let oid = good
		.windows(9)
		.position(|w| w == b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
		.unwrap();
	changed[oid + 8] = 0x0a;
	refused(&changed);
	refused(&small_key());
}

/// A public key of 1024 bits.
pub(super) fn small_key() -> Vec<u8> {
	use rsa::{pkcs8::EncodePublicKey, BoxedUint, PublicKey};
	let modulus = BoxedUint::from_be_slice(&[0xff; 128], 1024).unwrap();
	let key = PublicKey::new(modulus, BoxedUint::from(65537u64)).unwrap();
	key.to_public_key_der().unwrap().into_vec()
}

#[test]
fn invalid_private_keys_are_refused() {
	let private = private_key();
	let der = private.to_pkcs8_der();
	let again = PrivateKey::from_pkcs8_der(&der).unwrap();
	assert_eq!(again.public_spki_der(), private.public_spki_der());
	for len in 0..der.len() {
		assert_eq!(
			PrivateKey::from_pkcs8_der(&der[..len]).unwrap_err(),
			WrapError::PrivateKey
		);
	}
	// The public half: a modulus that is not of these primes.
	let modulus = modulus(&private.public_spki_der());
	let at = der
		.windows(256)
		.position(|window| window == modulus)
		.unwrap();
	for byte in [0, 100, 255] {
		let mut changed = der.to_vec();
		changed[at + byte] ^= 2;
		assert_eq!(
			PrivateKey::from_pkcs8_der(&changed).unwrap_err(),
			WrapError::PrivateKey
		);
	}
	// The private half.
	for at in [der.len() - 1, der.len() - 200, der.len() - 900] {
		let mut changed = der.to_vec();
		changed[at] ^= 2;
		assert_eq!(
			PrivateKey::from_pkcs8_der(&changed).unwrap_err(),
			WrapError::PrivateKey
		);
	}
}
