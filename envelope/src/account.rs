//! Accounts, and signing as one.

use core::fmt;

use schnorrkel::{signing_context, ExpansionMode, Keypair, MiniSecretKey, PublicKey};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random::random;

/// An account: an sr25519 public key.
pub type Account = [u8; 32];

/// An sr25519 signature.
pub type Signature = [u8; 64];

// The signing context of all Substrate accounts.
const CONTEXT: &[u8] = b"substrate";

/// Signs as an account: a key in memory, or a device.
pub trait Signer {
	/// The account that it signs as.
	fn account(&self) -> Account;

	/// The account's signature over these bytes, as [`verify`] accepts it.
	fn sign(&self, message: &[u8]) -> Signature;
}

/// Whether this is the account's signature over these bytes.
pub fn verify(account: &Account, message: &[u8], signature: &Signature) -> bool {
	let Ok(key) = PublicKey::from_bytes(account) else {
		return false;
	};
	let Ok(signature) = schnorrkel::Signature::from_bytes(signature) else {
		return false;
	};
	key.verify_simple(CONTEXT, message, &signature).is_ok()
}

/// The secret seed of an account: an sr25519 mini-secret, expanded as Substrate does. Wiped from
/// memory when dropped; its [`Debug`](fmt::Debug) form shows the account only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AccountSeed([u8; 32]);

impl AccountSeed {
	/// A new random seed.
	pub fn generate() -> Self {
		Self(random())
	}

	/// The seed of these bytes.
	pub fn from_bytes(bytes: [u8; 32]) -> Self {
		Self(bytes)
	}

	/// The seed's bytes: secret.
	pub fn as_bytes(&self) -> &[u8; 32] {
		&self.0
	}

	fn keypair(&self) -> Keypair {
		MiniSecretKey::from_bytes(&self.0)
			.expect("any 32 bytes are a mini-secret")
			.expand_to_keypair(ExpansionMode::Ed25519)
	}
}

impl Signer for AccountSeed {
	fn account(&self) -> Account {
		self.keypair().public.to_bytes()
	}

	fn sign(&self, message: &[u8]) -> Signature {
		self.keypair()
			.sign(signing_context(CONTEXT).bytes(message))
			.to_bytes()
	}
}

impl fmt::Debug for AccountSeed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "AccountSeed(of {})", hex::encode(self.account()))
	}
}
