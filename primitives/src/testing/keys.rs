//! Keys of members and accounts.

use sp_core::{sr25519, Pair};
use std::{cell::RefCell, collections::BTreeMap};

use crate::{encryption_key_message, AccountId, EncryptionKey, Hash256, KeySignature, KeyVersion};

/// An RSA public key of 1024 bits, made by OpenSSL as all of these: SubjectPublicKeyInfo in DER.
pub const RSA_1024: &[u8] = include_bytes!("../fixtures/rsa1024.der");
/// An RSA public key of 2048 bits.
pub const RSA_2048: &[u8] = include_bytes!("../fixtures/rsa2048.der");
/// An RSA public key of 2048 bits with the exponent 3.
pub const RSA_2048_EXPONENT_3: &[u8] = include_bytes!("../fixtures/rsa2048_e3.der");
/// An RSA public key of 2048 bits for RSASSA-PSS only.
pub const RSA_2048_PSS: &[u8] = include_bytes!("../fixtures/rsa2048_pss.der");
/// An RSA public key of 3072 bits.
pub const RSA_3072: &[u8] = include_bytes!("../fixtures/rsa3072.der");
/// An RSA public key of 4096 bits, the largest that is accepted.
pub const RSA_4096: &[u8] = include_bytes!("../fixtures/rsa4096.der");
/// An RSA public key of 4104 bits, which is too large.
pub const RSA_4104: &[u8] = include_bytes!("../fixtures/rsa4104.der");
/// A public key on the elliptic curve P-256.
pub const P256: &[u8] = include_bytes!("../fixtures/p256.der");

/// A different key pair for each number.
pub fn pair(who: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[who; 32])
}

/// The account of a [`pair`].
pub fn account(who: u8) -> AccountId {
	pair(who).public().into()
}

/// An encryption key from DER.
pub fn key_of(der: &[u8]) -> EncryptionKey {
	EncryptionKey::RsaOaep(der.to_vec().try_into().unwrap())
}

/// A different encryption key of 2048 bits for each number. Nobody can decrypt with it: its
/// factors are unknown.
pub fn key(seed: u8) -> EncryptionKey {
	let mut der = RSA_2048.to_vec();
	der[100..116].fill(seed);
	key_of(&der)
}

thread_local! {
	static SIGNATURES: RefCell<BTreeMap<(u8, String), KeySignature>> = RefCell::default();
}

/// The signature of the account of a [`pair`] over its encryption key, on the chain with this
/// genesis hash. The same arguments give the same bytes within a test, which sr25519 alone does
/// not.
pub fn sign_key(
	genesis: &Hash256,
	who: u8,
	version: KeyVersion,
	key: &EncryptionKey,
) -> KeySignature {
	let message = encryption_key_message(genesis, &account(who).into(), version, key);
	SIGNATURES.with_borrow_mut(|signatures| {
		let sign = || pair(who).sign(message.as_bytes());
		*signatures
			.entry((who, message.clone()))
			.or_insert_with(sign)
	})
}
