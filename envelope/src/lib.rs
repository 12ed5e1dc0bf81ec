//! The cryptography of a medical record: the encrypted document, its record key and its wrapped
//! keys. `docs/envelope.md` describes the byte format.
//!
//! # Terminology
//!
//! - **Document**: the medical file in the clear.
//! - **Envelope**: the encrypted document as it is stored on IPFS, with its manifest inside.
//! - **Record key**: the random 256-bit key `k` of one record, a [`RecordKey`].
//! - **Wrapped key**: the record key encrypted to one member's RSA key and bound to its record.
//! - **Blinded hash**: the hash of a document on chain. Without `k` it cannot confirm a guess.
//!
//! # Example
//!
//! An author seals a document, wraps its record key for the patient, and the patient opens it.
//!
//! ```
#![doc = include_str!("../examples/record.rs")]
//! ```
//!
//! # Functions by task
//!
//! | to | use |
//! |---|---|
//! | encrypt and decrypt documents of any size, in flat memory | [`seal`], [`open`] |
//! | find and decrypt a single leaf of an envelope | [`LeafPath`], [`LeafReader`] |
//! | build the nodes over an envelope's leaves | [`TreeBuilder`] |
//! | tell an envelope by its first bytes | [`check_header`] |
//! | wrap a record key for a member, and unwrap it | [`wrap`], [`PrivateKey`] |
//! | seal a record's name for the chain, and open it | [`seal_name`], [`open_name`] |
//! | commit to a patient's name, and compute the patient's id | [`patient_commitment`], [`patient_id`] |
//! | sign as an account | [`Signer`], [`AccountSeed`], [`verify`] |
//! | store a member's secrets in a file | [`Secrets`] |
//!
//! Nothing here does I/O beyond [`Read`](std::io::Read) and [`Write`](std::io::Write).
//! Randomness comes from the operating system. If that fails, the functions that need it panic, as
//! a key without it would not be safe.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod account;
mod author;
mod check;
mod cipher;
mod format;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod hash;
mod json;
mod key;
mod keyfile;
mod leaf;
mod manifest;
mod name;
mod open;
mod pipeline;
mod random;
mod seal;
mod tree;
mod wrap;

#[cfg(test)]
mod tests;

pub use account::{verify, Account, AccountSeed, Signature, Signer};
pub use author::{patient_id, Author, ManifestAuthor};
pub use check::Check;
pub use format::{
	envelope_size, fits_layout, leaf_count, leaf_of, leaf_start, padme, FIRST_LEAF_CAPACITY,
	HEADER_LEN, LEAF_CAPACITY, LEAF_LEN, MAGIC, SUITE, VERSION,
};
pub use hash::{blinded_hash, patient_commitment};
pub use key::RecordKey;
pub use keyfile::{
	CommittedName, KeyFileError, Secrets, KEY_FILE_WORK_FACTOR, MAX_KEY_FILE_WORK_FACTOR,
};
pub use leaf::{LeafReader, Part};
pub use manifest::{manifest_message, Details, Manifest, ManifestError};
pub use name::{
	check_name, open_name, seal_name, short_name, NameError, OpenNameError, SealedName,
	MAX_NAME_LEN, MAX_SEALED_NAME_LEN, SEALED_NAME_LEN,
};
pub use open::{check_header, open, Expected, OpenError, Opened, MOST_AHEAD};
pub use salus_signing::{encryption_key_message, fingerprint};
pub use seal::{seal, SealError, Sealed};
pub use tree::{CidBytes, LeafPath, Node, TreeBuilder};
pub use wrap::{wrap, PrivateKey, WrapBinding, WrapError, DEFAULT_MODULUS_BITS};
