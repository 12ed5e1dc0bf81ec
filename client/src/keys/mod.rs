//! Keys: the member's own secrets at rest, other members' encryption keys as first seen, and the
//! wrapping of record keys.

mod keystore;
mod known;
mod wrap;

pub use keystore::{
	dev_seed, generate, new_encryption_key, read_secrets, secrets_for, seed_from_secret,
	EncryptionKeyInfo, KeyInfo, Keystore, Merged, UnlockedKey,
};
pub use known::{verify_key, verify_patient, Fingerprint, KnownKeys};
pub(crate) use wrap::{binding, unwrap, wrap_for};
