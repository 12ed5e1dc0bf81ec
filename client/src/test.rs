//! What tests share.

use salus_envelope::{encryption_key_message, AccountSeed, PrivateKey, Signer};
use salus_primitives::{views::KeyView, AccountId, EncryptionKey, KeySignature};
use std::sync::OnceLock;

/// Two encryption keys, made once: making one takes a while.
pub fn key(which: usize) -> &'static PrivateKey {
	static KEYS: OnceLock<[PrivateKey; 2]> = OnceLock::new();
	let make = || PrivateKey::generate_bits(2048).unwrap();
	&KEYS.get_or_init(|| [make(), make()])[which]
}

/// A registered encryption key of one account.
pub fn key_view(genesis: &[u8; 32], version: u32, which: usize) -> KeyView<AccountId> {
	let seed = AccountSeed::from_bytes([5; 32]);
	let spki = key(which).public_spki_der();
	let message = encryption_key_message(genesis, &seed.account(), version, &spki);
	KeyView {
		version,
		key: EncryptionKey::RsaOaep(spki.try_into().unwrap()),
		account: seed.account().into(),
		signature: KeySignature::from_raw(seed.sign(&message)),
		since: 0,
	}
}
