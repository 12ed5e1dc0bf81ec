//! Short ways to write values.

use crate::{Cid, KeyVersion, ParaId, ProfessionalNumber, ProviderId, RemoteProvider, WrappedKey};

/// A professional number from text.
pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).unwrap()
}

/// A provider of another region.
pub fn provider_of(region: ParaId, id: u32) -> RemoteProvider {
	let id = ProviderId(id);
	RemoteProvider { region, id }
}

/// A wrapped key with a ciphertext of this length.
pub fn wrapped(key_version: KeyVersion, length: usize) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xe7; length].try_into().unwrap(),
	}
}

/// The CID of the mock records' envelope.
pub fn cid() -> Cid {
	Cid::from_digest(true, [0xc1; 32])
}
