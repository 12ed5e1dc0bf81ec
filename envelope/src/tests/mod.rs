//! Tests that reach inside: forged envelopes need the keys that the format derives.

mod accepted;
mod envelopes;
mod forged;
mod keyfiles;
mod keys;
mod leaves;
mod names;
mod parts;
mod patients;
mod properties;
mod refusals;
mod tampered;
mod vectors;
mod wraps;
mod wycheproofs;

use crate::{
	cipher::{Cipher, Segment},
	format::{capacity, header, COUNT_LEN, HEADER_LEN, IV_LEN, LEAF_LEN, NONCE_LEN},
	fuzzing,
	fuzzing::NONCE,
	name::{padded, seal_text},
	open, patient_id, seal,
	seal::seal_with,
	AccountSeed, Author, Check, Details, Expected, ManifestAuthor, OpenError, Opened, PrivateKey,
	RecordKey, Sealed, SealedName, Signer,
};

pub const GENESIS: [u8; 32] = [0x67; 32];
pub const PATIENT: [u8; 16] = [0x70; 16];

pub const TIME: u64 = 1_790_000_000_000;

pub fn key() -> RecordKey {
	RecordKey::from_bytes([0x6b; 32])
}

pub fn author() -> AccountSeed {
	AccountSeed::from_bytes([0x61; 32])
}

pub fn details() -> Details {
	Details {
		name: "Blood count, März".into(),
		media_type: "application/fhir+json".into(),
		patient: PATIENT,
		author: ManifestAuthor::Provider(7),
		author_account: author().account(),
		region: 2000,
		genesis: GENESIS,
		amends: None,
		time: TIME,
	}
}

/// Details of a document that its patient added, whose founding account is [`author`]'s.
pub fn by_patient() -> Details {
	let founding_account = author().account();
	let commitment = [0x63; 32];
	Details {
		patient: patient_id(&GENESIS, &founding_account, &commitment),
		author: ManifestAuthor::Patient {
			founding_account,
			commitment,
		},
		..details()
	}
}

pub fn expected(hash: [u8; 32]) -> Expected {
	let Details {
		patient,
		author,
		author_account,
		region,
		genesis,
		..
	} = details();
	Expected {
		hash,
		patient,
		author: author.author(),
		author_account: Some(author_account),
		region,
		genesis,
		amends: None,
		sealed_name: sealed_name(),
		added_at: Some(TIME + 6000),
	}
}

/// The sealed name of [`details`].
pub fn sealed_name() -> SealedName {
	seal_text(&key(), &[0x49; IV_LEN], &padded(&details().name))
}

/// Bytes that differ from place to place.
pub fn document(len: usize) -> Vec<u8> {
	(0..len)
		.map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
		.collect()
}

pub fn sealed(document: &[u8]) -> (Vec<u8>, Sealed) {
	let mut envelope = Vec::new();
	let sealed = seal(document, &mut envelope, &key(), details(), &author()).unwrap();
	(envelope, sealed)
}

pub fn opened(envelope: &[u8], hash: [u8; 32]) -> Result<(Vec<u8>, Opened), OpenError> {
	let mut document = Vec::new();
	let opened = open(envelope, &mut document, &key(), &expected(hash))?;
	Ok((document, opened))
}

/// An envelope of these segments under [`key`].
pub fn forge(plaintexts: &[(&[u8], bool)]) -> Vec<u8> {
	fuzzing::forge(&key(), plaintexts)
}

/// An envelope's segments: its leaves, the first without the header.
pub fn segments(envelope: &[u8]) -> Vec<&[u8]> {
	let mut leaves: Vec<_> = envelope.chunks(LEAF_LEN).collect();
	leaves[0] = &leaves[0][HEADER_LEN..];
	leaves
}

/// The plaintext of a full segment: a count, then zeros.
pub fn full_segment(number: u64, count: usize) -> Vec<u8> {
	let mut plaintext = vec![0; COUNT_LEN + capacity(number)];
	plaintext[..COUNT_LEN].copy_from_slice(&(count as u32).to_le_bytes());
	plaintext
}

/// Keys take long to make: one of the smallest size serves all tests.
pub fn private_key() -> PrivateKey {
	static KEY: std::sync::OnceLock<PrivateKey> = std::sync::OnceLock::new();
	KEY.get_or_init(|| PrivateKey::generate_bits(2048).unwrap())
		.clone()
}

/// [`seal`] with all randomness fixed.
pub fn sealed_with_nonce(document: &[u8], nonce: &[u8; NONCE_LEN]) -> (Vec<u8>, Sealed) {
	let mut envelope = Vec::new();
	let mut next = 0;
	let iv = || {
		next += 1;
		[next; IV_LEN]
	};
	let sealed = seal_with(
		document,
		&mut envelope,
		&key(),
		details(),
		&Steady(author()),
		nonce,
		iv,
	)
	.unwrap();
	(envelope, sealed)
}

/// Signs equal messages equally: sr25519 signatures have randomness in them.
pub struct Steady(pub AccountSeed);

impl Signer for Steady {
	fn account(&self) -> crate::Account {
		self.0.account()
	}

	fn sign(&self, message: &[u8]) -> crate::Signature {
		use schnorrkel::{context::attach_rng, signing_context, ExpansionMode, MiniSecretKey};
		let pair = MiniSecretKey::from_bytes(self.0.as_bytes())
			.unwrap()
			.expand_to_keypair(ExpansionMode::Ed25519);
		pair.sign(attach_rng(
			signing_context(b"substrate").bytes(message),
			Counter(0),
		))
		.to_bytes()
	}
}

/// No randomness at all: bytes that count up.
pub struct Counter(pub u8);

impl Counter {
	fn fill(&mut self, bytes: &mut [u8]) {
		for byte in bytes {
			*byte = self.0;
			self.0 = self.0.wrapping_add(1);
		}
	}
}

impl rand_core::RngCore for Counter {
	fn next_u32(&mut self) -> u32 {
		rand_core::impls::next_u32_via_fill(self)
	}

	fn next_u64(&mut self) -> u64 {
		rand_core::impls::next_u64_via_fill(self)
	}

	fn fill_bytes(&mut self, bytes: &mut [u8]) {
		self.fill(bytes);
	}

	fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
		self.fill(bytes);
		Ok(())
	}
}

impl rand_core::CryptoRng for Counter {}

impl rsa::rand_core::TryRng for Counter {
	type Error = core::convert::Infallible;

	fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
		Ok(rand_core::impls::next_u32_via_fill(self))
	}

	fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
		Ok(rand_core::impls::next_u64_via_fill(self))
	}

	fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
		self.fill(bytes);
		Ok(())
	}
}

impl rsa::rand_core::TryCryptoRng for Counter {}
