//! Hashes that the chain stores.

use codec::Encode;
use sha2::{Digest, Sha256};

use crate::RecordKey;

const BLINDING_INFO: &str = "salus/hash/v1";
const COMMITMENT_DOMAIN: &str = "salus/name/v1";

/// The hash of a record on chain: SHA-256 over a salt and the document's SHA-256. The
/// salt comes from the record key, so that the hash confirms no guess at a short document.
pub fn blinded_hash(key: &RecordKey, document_hash: &[u8; 32]) -> [u8; 32] {
	let salt = key.derive(&[], BLINDING_INFO);
	Sha256::new()
		.chain_update(salt.as_slice())
		.chain_update(document_hash)
		.finalize()
		.into()
}

/// The commitment that the chain stores in place of a patient's name: SHA-256 over the SCALE of
/// ("salus/name/v1", salt, name). The patient keeps the random salt.
pub fn patient_commitment(name: &str, salt: &[u8; 32]) -> [u8; 32] {
	Sha256::digest((COMMITMENT_DOMAIN, salt, name).encode()).into()
}
