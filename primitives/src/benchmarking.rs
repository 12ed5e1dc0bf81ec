//! The largest values that there are, for the benchmarks of the pallets.

use alloc::vec;

use crate::{
	keys::MAX_MODULUS_BITS, EncryptionKey, KeyVersion, ProfessionalName, ProfessionalNumber,
	WrappedKey, MAX_NAME_CHARS,
};

/// The position of the seed in the DER of [`largest_key`]: well inside the modulus, so that it
/// stays odd and as long.
const SEED_AT: usize = 64;

/// A different encryption key of 4096 bits for each seed.
pub fn largest_key(seed: &[u8; 32]) -> EncryptionKey {
	let mut der = include_bytes!("fixtures/rsa4096.der").to_vec();
	for (byte, with) in der.iter_mut().skip(SEED_AT).zip(seed) {
		*byte = *with;
	}
	EncryptionKey::RsaOaep(der.try_into().unwrap_or_default())
}

/// A record key that is wrapped for a [`largest_key`].
pub fn longest_wrapped_key(key_version: KeyVersion) -> WrappedKey {
	let length = usize::try_from(MAX_MODULUS_BITS.div_ceil(8)).unwrap_or_default();
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xa5; length].try_into().unwrap_or_default(),
	}
}

/// A professional number of the longer kind.
pub fn longest_number() -> ProfessionalNumber {
	ProfessionalNumber(b"1000000004".to_vec().try_into().unwrap_or_default())
}

/// A professional name of [`MAX_NAME_CHARS`] characters and as many bytes as a name may have.
pub fn longest_name() -> ProfessionalName {
	let length = usize::try_from(MAX_NAME_CHARS).unwrap_or_default();
	ProfessionalName::parse(&"\u{20000}".repeat(length)).expect("a name may be this long")
}
