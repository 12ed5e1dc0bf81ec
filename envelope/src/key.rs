//! The record key and the keys derived from it.

use core::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::random;

/// The random 256-bit key of one record. Wiped from memory when dropped.
///
/// Its [`Debug`](fmt::Debug) form shows nothing of it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecordKey([u8; 32]);

impl RecordKey {
	/// A new random key.
	pub fn generate() -> Self {
		Self(random())
	}

	/// The key of these bytes.
	pub fn from_bytes(bytes: [u8; 32]) -> Self {
		Self(bytes)
	}

	/// The key's bytes: secret.
	pub fn as_bytes(&self) -> &[u8; 32] {
		&self.0
	}

	/// HKDF-SHA-256 (RFC 5869) of the key. An empty salt is the RFC's "not provided".
	pub(crate) fn derive(&self, salt: &[u8], info: &str) -> Zeroizing<[u8; 32]> {
		let mut okm = Zeroizing::new([0; 32]);
		Hkdf::<Sha256>::new(Some(salt), &self.0)
			.expand(info.as_bytes(), okm.as_mut_slice())
			.expect("one block of output is within HKDF's bound");
		okm
	}
}

impl fmt::Debug for RecordKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("RecordKey(..)")
	}
}
