//! Record keys wrapped for members: RSA-OAEP with SHA-256, bound to their record.

use core::fmt;

use aws_lc_rs::{
	encoding::AsDer,
	rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey, OAEP_SHA256_MGF1SHA256},
};
use codec::Encode;
use getrandom::SysRng;
use rsa::{
	oaep::EncryptingKey,
	pkcs8::{DecodePublicKey, EncodePublicKey},
	rand_core::TryCryptoRng,
	traits::{PublicKeyParts, RandomizedEncryptor},
	BoxedUint, PublicKey,
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Author, Check, RecordKey};

/// The modulus bits of a new key.
pub const DEFAULT_MODULUS_BITS: usize = 3072;

const MIN_MODULUS_BITS: usize = 2048;
const MAX_MODULUS_BITS: usize = 4096;
const DOMAIN: &str = "salus/wrap/v1";

/// What a wrapped key belongs to. It opens with the same binding only, so a wrapped key that was
/// copied to another record does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapBinding {
	/// The genesis hash of the chain of the record's region.
	pub genesis: [u8; 32],
	/// The patient's id.
	pub patient: [u8; 16],
	/// The record's author.
	pub author: Author,
	/// The record's blinded hash.
	pub hash: [u8; 32],
}

impl WrapBinding {
	/// The OAEP label: lowercase hex of the SHA-256 over the SCALE of ("salus/wrap/v1", genesis,
	/// patient, author, hash, SHA-256 of the key's SubjectPublicKeyInfo).
	pub fn label(&self, spki: &[u8]) -> String {
		let Self {
			genesis,
			patient,
			author,
			hash,
		} = self;
		let spki_hash: [u8; 32] = Sha256::digest(spki).into();
		let payload = (DOMAIN, genesis, patient, author, hash, spki_hash).encode();
		hex::encode(Sha256::digest(payload))
	}
}

/// Why a key is not wrapped or unwrapped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
	/// The chain does not accept the public key.
	#[error(
		"the encryption key is not an RSA public key of 2048 to 4096 bits with exponent 65537 \
		 (canonical SubjectPublicKeyInfo, DER): ask its member for the right one"
	)]
	PublicKey,
	/// The private key is damaged, or not of the kind that Salus uses.
	#[error(
		"the private key is not an RSA key of 2048 to 4096 bits with exponent 65537 (canonical \
		 PKCS#8, DER) whose halves fit: restore the key file from a copy"
	)]
	PrivateKey,
	/// A modulus length that can't be generated.
	#[error("no key of {0} bits can be made: choose 2048, 3072 or 4096")]
	ModulusBits(usize),
	/// The wrapped key's length does not fit the private key.
	#[error(
		"the wrapped key has {wrapped} bytes, and the private key {key}: use the key version that \
		 it was wrapped for"
	)]
	Length {
		/// The wrapped key's bytes.
		wrapped: usize,
		/// The private key's modulus bytes.
		key: usize,
	},
	/// It does not open with this private key and binding, or holds no record key.
	#[error(
		"the wrapped key does not open: it was made for another key or another record, or is \
		 damaged"
	)]
	Unwrap,
	/// The RSA operation failed.
	#[error("the RSA operation failed: try again, and report it if it stays")]
	Failed,
}

impl WrapError {
	/// The check that failed. `None`: nothing was checked.
	pub fn check(&self) -> Option<Check> {
		match self {
			Self::PublicKey => Some(Check::PublicKey),
			Self::PrivateKey => Some(Check::KeyFilePrivateKey),
			Self::Length { .. } => Some(Check::WrappedKeyLength),
			Self::Unwrap => Some(Check::WrappedKey),
			Self::ModulusBits(_) | Self::Failed => None,
		}
	}
}

/// Wraps a record key for a member, by its encryption key: a SubjectPublicKeyInfo in DER.
pub fn wrap(spki: &[u8], key: &RecordKey, binding: &WrapBinding) -> Result<Vec<u8>, WrapError> {
	wrap_bytes(spki, key.as_bytes(), &binding.label(spki), &mut SysRng)
}

pub(crate) fn wrap_bytes<R: TryCryptoRng + ?Sized>(
	spki: &[u8],
	message: &[u8],
	label: &str,
	rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
	EncryptingKey::<Sha256>::new_with_label(parse_spki(spki)?, label.as_bytes())
		.encrypt_with_rng(rng, message)
		.map_err(|_| WrapError::Failed)
}

/// The same checks as the chain's.
fn parse_spki(spki: &[u8]) -> Result<PublicKey, WrapError> {
	let key = PublicKey::from_public_key_der(spki).map_err(|_| WrapError::PublicKey)?;
	let canonical = key.to_public_key_der().map_err(|_| WrapError::PublicKey)?;
	let bits = key.n().bit_width() as usize;
	let fine = canonical.as_bytes() == spki
		&& (MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits)
		&& *key.e() == BoxedUint::from(65537u64);
	fine.then_some(key).ok_or(WrapError::PublicKey)
}

/// A member's private encryption key. The memory that holds it is wiped when it is dropped; its
/// [`Debug`](fmt::Debug) form shows nothing of it.
#[derive(Clone)]
pub struct PrivateKey(PrivateDecryptingKey);

impl PrivateKey {
	/// A new random key of [`DEFAULT_MODULUS_BITS`]. Takes up to some seconds.
	pub fn generate() -> Result<Self, WrapError> {
		Self::generate_bits(DEFAULT_MODULUS_BITS)
	}

	/// A new random key of 2048, 3072 or 4096 bits. Takes up to some seconds.
	pub fn generate_bits(bits: usize) -> Result<Self, WrapError> {
		let size = match bits {
			2048 => KeySize::Rsa2048,
			3072 => KeySize::Rsa3072,
			4096 => KeySize::Rsa4096,
			_ => return Err(WrapError::ModulusBits(bits)),
		};
		PrivateDecryptingKey::generate(size)
			.map(Self)
			.map_err(|_| WrapError::Failed)
	}

	/// Reads a key from PKCS#8 in DER, in its one canonical form, and checks that its halves fit
	/// each other.
	pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, WrapError> {
		let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| WrapError::PrivateKey)?;
		let key = Self(key);
		if key.to_pkcs8_der().as_slice() != der {
			return Err(WrapError::PrivateKey);
		}
		key.check()?;
		Ok(key)
	}

	/// The key as PKCS#8 in DER: secret.
	pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
		let der = self.0.as_der().expect("a valid key has a DER form");
		Zeroizing::new(der.as_ref().to_vec())
	}

	/// The public key as SubjectPublicKeyInfo in DER, as on chain.
	pub fn public_spki_der(&self) -> Vec<u8> {
		let der = self
			.0
			.public_key()
			.as_der()
			.expect("a valid key has a DER form");
		der.as_ref().to_vec()
	}

	/// The bits of the modulus.
	pub fn modulus_bits(&self) -> usize {
		self.0.key_size_bits()
	}

	/// Takes a record key out of its wrapping. The binding must be the one it was wrapped with.
	pub fn unwrap(&self, wrapped: &[u8], binding: &WrapBinding) -> Result<RecordKey, WrapError> {
		let label = binding.label(&self.public_spki_der());
		let bytes = self.unwrap_bytes(wrapped, label.as_bytes())?;
		let bytes: Zeroizing<[u8; 32]> =
			Zeroizing::new(bytes.as_slice().try_into().map_err(|_| WrapError::Unwrap)?);
		Ok(RecordKey::from_bytes(*bytes))
	}

	pub(crate) fn unwrap_bytes(
		&self,
		wrapped: &[u8],
		label: &[u8],
	) -> Result<Zeroizing<Vec<u8>>, WrapError> {
		let len = self.0.key_size_bytes();
		if wrapped.len() != len {
			return Err(WrapError::Length {
				wrapped: wrapped.len(),
				key: len,
			});
		}
		let key = OaepPrivateDecryptingKey::new(self.0.clone()).map_err(|_| WrapError::Failed)?;
		let mut plain = Zeroizing::new(vec![0; len]);
		let len = key
			.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut plain, Some(label))
			.map_err(|_| WrapError::Unwrap)?
			.len();
		plain.truncate(len);
		Ok(plain)
	}

	/// Wraps and unwraps a probe.
	fn check(&self) -> Result<(), WrapError> {
		let probe = [0x5a; 32];
		let spki = self.public_spki_der();
		wrap_bytes(&spki, &probe, "", &mut SysRng)
			.and_then(|wrapped| self.unwrap_bytes(&wrapped, b""))
			.ok()
			.filter(|bytes| bytes.as_slice() == probe)
			.map(drop)
			.ok_or(WrapError::PrivateKey)
	}
}

impl fmt::Debug for PrivateKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(
			f,
			"PrivateKey(of {})",
			crate::fingerprint(&self.public_spki_der())
		)
	}
}
