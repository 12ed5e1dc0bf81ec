//! Encryption keys and wrapped keys, with the checks that a chain makes of them.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use rsa::{
	pkcs1::RsaPublicKeyRef,
	pkcs8::{der::Decode as _, EncodePublicKey, SubjectPublicKeyInfoRef},
};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};
use sp_core::{bounded::BoundedVec, sr25519, ConstU32};

use crate::Hash256;

/// The version of a member's encryption key: 0 at registration, one more at each rotation.
pub type KeyVersion = u32;

/// The account's sr25519 signature over [`encryption_key_message`].
pub type KeySignature = sr25519::Signature;

/// A member's public key, by suite.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "std", derive(Hash))]
pub enum EncryptionKey {
	/// RSA for OAEP with SHA-256: SubjectPublicKeyInfo in DER (RFC 5280).
	RsaOaep(BoundedVec<u8, ConstU32<2048>>),
}

/// A record key, encrypted to one member's encryption key, by suite.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "std", derive(Hash))]
pub enum WrappedKey {
	/// RSA-OAEP with SHA-256.
	RsaOaep {
		/// The version of the encryption key that it was made for.
		key_version: KeyVersion,
		/// As long as the key's modulus.
		ciphertext: BoundedVec<u8, ConstU32<2048>>,
	},
}

/// Why an [`EncryptionKey`] is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncryptionKeyError {
	/// Not the canonical DER of an RSA SubjectPublicKeyInfo.
	NotDer,
	/// The modulus has fewer bits than the chain asks for.
	TooSmall,
	/// The modulus has more than 4096 bits.
	TooLarge,
	/// The modulus is even.
	EvenModulus,
	/// The exponent is not 65537.
	WrongExponent,
}

impl fmt::Display for EncryptionKeyError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotDer => {
				"the encryption key is not an RSA public key (SubjectPublicKeyInfo, DER)"
			}
			Self::TooSmall => "the encryption key's modulus is too small",
			Self::TooLarge => "the encryption key's modulus has more than 4096 bits",
			Self::EvenModulus => "the encryption key's modulus is even",
			Self::WrongExponent => "the encryption key's exponent is not 65537",
		})
	}
}

impl core::error::Error for EncryptionKeyError {}

/// The most bits that an RSA modulus may have.
pub const MAX_MODULUS_BITS: u32 = 4096;

impl EncryptionKey {
	/// The key's own bytes: for RSA its SubjectPublicKeyInfo in DER.
	pub fn as_bytes(&self) -> &[u8] {
		match self {
			Self::RsaOaep(spki) => spki,
		}
	}

	/// The SHA-256 digest of [`Self::as_bytes`]. People compare it, and wrapped keys are bound to
	/// it.
	pub fn digest(&self) -> Hash256 {
		Sha256::digest(self.as_bytes()).into()
	}

	/// Checks that the key is well formed and strong enough. Returns the bits of its modulus.
	pub fn check(&self, min_modulus_bits: u32) -> Result<u32, EncryptionKeyError> {
		use EncryptionKeyError::*;
		let Self::RsaOaep(der) = self;
		let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| NotDer)?;
		let bits = spki.subject_public_key.as_bytes().ok_or(NotDer)?;
		let parts = RsaPublicKeyRef::try_from(bits).map_err(|_| NotDer)?;
		let modulus = parts.modulus.as_bytes();
		let top = modulus.first().ok_or(NotDer)?;
		let bits = u32::try_from(modulus.len())
			.ok()
			.and_then(|len| len.checked_mul(8)?.checked_sub(top.leading_zeros()))
			.ok_or(NotDer)?;
		ensure(bits >= min_modulus_bits, TooSmall)?;
		ensure(bits <= MAX_MODULUS_BITS, TooLarge)?;
		ensure(modulus.last().is_some_and(|low| low & 1 == 1), EvenModulus)?;
		ensure(parts.public_exponent.as_bytes() == [1, 0, 1], WrongExponent)?;
		// The rest must be the algorithm rsaEncryption, in its canonical form.
		let key = rsa::PublicKey::try_from(spki).map_err(|_| NotDer)?;
		let canonical = key.to_public_key_der().map_err(|_| NotDer)?;
		ensure(canonical.as_bytes() == der.as_slice(), NotDer)?;
		Ok(bits)
	}
}

fn ensure(fine: bool, error: EncryptionKeyError) -> Result<(), EncryptionKeyError> {
	fine.then_some(()).ok_or(error)
}

impl WrappedKey {
	/// The version of the encryption key that it was made for.
	pub fn key_version(&self) -> KeyVersion {
		match self {
			Self::RsaOaep { key_version, .. } => *key_version,
		}
	}

	/// The encrypted bytes.
	pub fn ciphertext(&self) -> &[u8] {
		match self {
			Self::RsaOaep { ciphertext, .. } => ciphertext,
		}
	}

	/// Whether this can be a record key wrapped for a key with so many modulus bits.
	pub fn fits(&self, modulus_bits: u32) -> bool {
		u32::try_from(self.ciphertext().len()).is_ok_and(|len| len == modulus_bits.div_ceil(8))
	}
}

/// The message that an account signs when it registers an encryption key on the chain with this
/// genesis hash. With the signature, a member of another region can check that the account
/// registered the key.
pub fn encryption_key_message(
	genesis: &[u8; 32],
	account: &[u8; 32],
	version: KeyVersion,
	key: &EncryptionKey,
) -> String {
	salus_signing::encryption_key_message(genesis, account, version, key.as_bytes())
}

#[cfg(test)]
mod tests {
	use super::{EncryptionKeyError::*, *};
	use alloc::vec;
	use alloc::vec::Vec;
	use hex_literal::hex;

	use crate::testing::*;

	/// AlgorithmIdentifier rsaEncryption with its NULL (RFC 3279, 2.3.1).
	const RSA_ENCRYPTION: &[u8] = &hex!("300d06092a864886f70d0101010500");
	const F4: &[u8] = &[1, 0, 1];

	fn check(der: &[u8]) -> Result<u32, EncryptionKeyError> {
		key_of(der).check(2048)
	}

	fn der(tag: u8, content: &[u8]) -> Vec<u8> {
		let len = content.len();
		let head = match len {
			0..=127 => vec![tag, len as u8],
			128..=255 => vec![tag, 0x81, len as u8],
			_ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
		};
		[head.as_slice(), content].concat()
	}

	/// A SubjectPublicKeyInfo with the bytes of its two integers as they are given.
	fn spki(algorithm: &[u8], modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
		let key = der(0x30, &[der(2, modulus), der(2, exponent)].concat());
		let bits = der(3, &[&[0], key.as_slice()].concat());
		der(0x30, &[algorithm, &bits].concat())
	}

	/// The modulus of the 2048-bit key, with the leading zero that DER asks for.
	fn modulus() -> Vec<u8> {
		RSA_2048[32..289].to_vec()
	}

	#[test]
	fn keys_made_by_openssl_are_accepted() {
		for (der, bits) in [(RSA_2048, 2048), (RSA_3072, 3072), (RSA_4096, 4096)] {
			assert_eq!(check(der), Ok(bits));
			// The exact minimum is enough, one bit more is not.
			assert_eq!(key_of(der).check(bits), Ok(bits));
			assert_eq!(key_of(der).check(bits + 1), Err(TooSmall));
		}
		assert_eq!(spki(RSA_ENCRYPTION, &modulus(), F4), RSA_2048);
	}

	#[test]
	fn too_small_and_too_large_moduli_are_refused() {
		assert_eq!(check(RSA_1024), Err(TooSmall));
		assert_eq!(key_of(RSA_1024).check(1024), Ok(1024));
		assert_eq!(check(RSA_4104), Err(TooLarge));
		let with_bits = |top: u8, bytes: usize| {
			let mut modulus = vec![0xff; bytes + 1];
			modulus[0] = 0;
			modulus[1] = top;
			// An integer has no zero in front but for its sign.
			let from = usize::from(top & 0x80 == 0);
			check(&spki(RSA_ENCRYPTION, &modulus[from..], F4))
		};
		assert_eq!(with_bits(0x80, 256), Ok(2048));
		assert_eq!(with_bits(0x7f, 256), Err(TooSmall));
		assert_eq!(with_bits(0x01, 257), Ok(2049));
		assert_eq!(with_bits(0xff, 512), Ok(4096));
		assert_eq!(with_bits(0x01, 513), Err(TooLarge));
		assert_eq!(with_bits(0xff, 1024), Err(TooLarge));
		assert_eq!(with_bits(0xff, 1800), Err(TooLarge));
	}

	#[test]
	fn even_moduli_and_other_exponents_are_refused() {
		let mut even = modulus();
		*even.last_mut().unwrap() &= 0xfe;
		assert_eq!(check(&spki(RSA_ENCRYPTION, &even, F4)), Err(EvenModulus));
		assert_eq!(check(RSA_2048_EXPONENT_3), Err(WrongExponent));
		for exponent in [
			&[1][..],
			&[2],
			&[3],
			&[17],
			&[1, 0, 0],
			&[1, 0, 3],
			&[1, 0, 0, 1],
			&[0x7f; 9],
		] {
			let wrong = spki(RSA_ENCRYPTION, &modulus(), exponent);
			assert_eq!(check(&wrong), Err(WrongExponent), "{exponent:?}");
		}
	}

	#[test]
	fn keys_of_other_algorithms_are_refused() {
		assert_eq!(check(P256), Err(NotDer));
		assert_eq!(check(RSA_2048_PSS), Err(NotDer));
		// id-RSAES-OAEP, and md5WithRSAEncryption: the same key under another name.
		for oid in [
			hex!("300d06092a864886f70d0101070500"),
			hex!("300d06092a864886f70d0101040500"),
		] {
			assert_eq!(check(&spki(&oid, &modulus(), F4)), Err(NotDer));
		}
	}

	#[test]
	fn only_the_canonical_der_of_a_key_is_accepted() {
		let cases = [
			(
				"no NULL",
				spki(&hex!("300b06092a864886f70d010101"), &modulus(), F4),
			),
			(
				"a sequence for NULL",
				spki(&hex!("300d06092a864886f70d0101013000"), &modulus(), F4),
			),
			(
				"a zero more",
				spki(RSA_ENCRYPTION, &[&[0], modulus().as_slice()].concat(), F4),
			),
			(
				"a negative modulus",
				spki(RSA_ENCRYPTION, &modulus()[1..], F4),
			),
			(
				"a zero before the exponent",
				spki(RSA_ENCRYPTION, &modulus(), &[0, 1, 0, 1]),
			),
			("no modulus", spki(RSA_ENCRYPTION, &[], F4)),
			("no exponent", spki(RSA_ENCRYPTION, &modulus(), &[])),
			("a byte after it", [RSA_2048, &[0]].concat()),
			(
				"a byte within it",
				der(0x30, &[&RSA_2048[4..], &[0]].concat()),
			),
			(
				"a length of three bytes",
				[&hex!("30830001 22"), &RSA_2048[4..]].concat(),
			),
			(
				"an indefinite length",
				[&hex!("3080"), &RSA_2048[4..], &[0, 0]].concat(),
			),
			("a set", [&hex!("31"), &RSA_2048[1..]].concat()),
			("PKCS#1", RSA_2048[24..].to_vec()),
			("PEM", b"-----BEGIN PUBLIC KEY-----\nMIIB".to_vec()),
			("nothing", vec![]),
			("zeros", vec![0; 2048]),
		];
		for (what, der) in cases {
			assert_eq!(check(&der), Err(NotDer), "{what}");
		}
		// Unused bits in the BIT STRING.
		let mut unused = RSA_2048.to_vec();
		assert_eq!(unused[23], 0);
		unused[23] = 1;
		assert_eq!(check(&unused), Err(NotDer));
	}

	#[test]
	fn a_truncated_key_is_refused() {
		for len in 0..RSA_2048.len() {
			assert_eq!(check(&RSA_2048[..len]), Err(NotDer), "{len}");
		}
	}

	/// An accepted key is canonical and odd, and has the bits that the check returns.
	#[test]
	fn a_changed_byte_is_accepted_in_the_modulus_only() {
		let mut passed = 0;
		for place in 0..RSA_2048.len() {
			for change in [0x01, 0x80, 0xff] {
				let mut changed = RSA_2048.to_vec();
				changed[place] ^= change;
				let Ok(bits) = key_of(&changed).check(0) else {
					continue;
				};
				passed += 1;
				assert!(
					(32..289).contains(&place),
					"passed with a change at {place}"
				);
				assert_eq!(bits, if place == 32 { 2049 } else { 2048 });
				assert_eq!(changed[288] & 1, 1);
			}
		}
		assert!(
			passed > 700,
			"most changes of the modulus alone pass: {passed}"
		);
	}

	#[test]
	fn oversized_keys_and_unknown_suites_do_not_decode() {
		use codec::Decode;
		let long = (0u8, vec![0u8; 2049]).encode();
		assert!(EncryptionKey::decode(&mut &long[..]).is_err());
		let other_suite = (1u8, RSA_2048.to_vec()).encode();
		assert!(EncryptionKey::decode(&mut &other_suite[..]).is_err());
		let good = (0u8, RSA_2048.to_vec()).encode();
		assert_eq!(EncryptionKey::decode(&mut &good[..]), Ok(key_of(RSA_2048)));
	}

	#[test]
	fn a_wrapped_key_fits_a_modulus_of_its_length() {
		let wrapped = |len: usize| WrappedKey::RsaOaep {
			key_version: 7,
			ciphertext: vec![0; len].try_into().unwrap(),
		};
		assert!(wrapped(256).fits(2048) && wrapped(257).fits(2049) && wrapped(384).fits(3072));
		for len in [0, 255, 257, 384, 2048] {
			assert!(!wrapped(len).fits(2048), "{len}");
		}
		assert_eq!(wrapped(1).key_version(), 7);
		assert_eq!(wrapped(3).ciphertext(), [0; 3]);
	}
}
