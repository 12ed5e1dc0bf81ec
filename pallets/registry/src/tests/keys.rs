//! Encryption keys that every call must refuse.

use super::*;
use codec::Encode;
use salus_primitives::encryption_key_message;
use sp_core::Pair;

/// The modulus ends before the exponent's five bytes, which are the last ones of the key.
fn even() -> Vec<u8> {
	let mut der = RSA_2048.to_vec();
	let last = der.len() - 6;
	der[last] &= !1;
	der
}

fn with_a_byte_more() -> Vec<u8> {
	[RSA_2048, &[0]].concat()
}

/// Tries every kind of invalid key.
pub fn refused_keys(call: impl Fn(EncryptionKey) -> DispatchResult) {
	let cases = [
		(RSA_1024.to_vec(), Error::<Test>::KeyTooSmall),
		(RSA_4104.to_vec(), Error::<Test>::KeyTooLarge),
		(even(), Error::<Test>::KeyEvenModulus),
		(
			RSA_2048_EXPONENT_3.to_vec(),
			Error::<Test>::KeyWrongExponent,
		),
		(with_a_byte_more(), Error::<Test>::KeyNotDer),
		(
			b"-----BEGIN PUBLIC KEY-----".to_vec(),
			Error::<Test>::KeyNotDer,
		),
		(vec![], Error::<Test>::KeyNotDer),
		(vec![0x30; 2048], Error::<Test>::KeyNotDer),
	];
	for (der, error) in cases {
		assert_noop!(call(key_of(&der)), error);
	}
}

/// Tries signatures over other keys, versions, accounts and chains.
pub fn refused_signatures(
	who: u8,
	version: u32,
	call: impl Fn(EncryptionKey, KeySignature) -> DispatchResult,
) {
	let key = key(77);
	let bytes: [u8; 32] = account(who).into();
	let other_chain = encryption_key_message(&[0; 32], &bytes, version, &key);
	let bare_digest =
		sp_io::hashing::sha2_256(&("salus/key/v1", GENESIS, bytes, version, key.digest()).encode());
	let message = encryption_key_message(&GENESIS, &bytes, version, &key);
	let unwrapped = message
		.trim_start_matches("<Bytes>")
		.trim_end_matches("</Bytes>");
	let cases = [
		("another account's", sign(who + 1, version, &key)),
		("over another version", sign(who, version + 1, &key)),
		("over another key", sign(who, version, &super::key(78))),
		("for another chain", pair(who).sign(other_chain.as_bytes())),
		("over the bare digest", pair(who).sign(&bare_digest)),
		("over the text alone", pair(who).sign(unwrapped.as_bytes())),
		("over the bare key", pair(who).sign(key.as_bytes())),
		("none", KeySignature::from_raw([0; 64])),
	];
	for (what, signature) in cases {
		let result = call(key.clone(), signature);
		assert_eq!(
			result,
			Err(Error::<Test>::KeySignatureInvalid.into()),
			"{what}"
		);
		assert_noop!(
			call(key.clone(), signature),
			Error::<Test>::KeySignatureInvalid
		);
	}
	assert_ok!(call(key.clone(), sign(who, version, &key)));
}

#[test]
fn the_runtime_sets_the_smallest_modulus() {
	run(|| {
		let register = |who, der| {
			let key = key_of(der);
			let signature = sign(who, 0, &key);
			Registry::register_patient(signed(who), [0xc0; 32], key, signature)
		};
		assert_noop!(register(1, RSA_1024), Error::<Test>::KeyTooSmall);
		MinModulusBits::set(1024);
		assert_ok!(register(1, RSA_1024));
		assert_ok!(register(2, RSA_4096));
		MinModulusBits::set(2048);
	});
}
