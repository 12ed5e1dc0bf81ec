//! Wrapping record keys, and unwrapping them.

use super::keystore::UnlockedKey;
use crate::{Error, Result};
use salus_envelope::{wrap, RecordKey, WrapBinding};
use salus_primitives::{views::KeyView, AccountId, Author, Hash256, PatientId, WrappedKey};

/// What a wrapped key is bound to: a record, and the chain of the record's region.
pub(crate) fn binding(
	genesis: Hash256,
	patient: PatientId,
	author: Author,
	hash: Hash256,
) -> WrapBinding {
	WrapBinding {
		genesis,
		patient: patient.0,
		author: match author {
			Author::Patient => salus_envelope::Author::Patient,
			Author::Provider(id) => salus_envelope::Author::Provider(id.0),
		},
		hash,
	}
}

/// Wraps a record key for a member.
pub(crate) fn wrap_for(
	member_key: &KeyView<AccountId>,
	record_key: &RecordKey,
	binding: &WrapBinding,
) -> Result<WrappedKey> {
	let ciphertext = wrap(member_key.key.as_bytes(), record_key, binding)
		.map_err(|error| Error::Verification(format!("the encryption key: {error}")))?;
	Ok(WrappedKey::RsaOaep {
		key_version: member_key.version,
		ciphertext: ciphertext
			.try_into()
			.map_err(|_| Error::Verification("the wrapped key is too long".into()))?,
	})
}

/// Unwraps a record key with one's own key. `record` names the record in errors.
pub(crate) fn unwrap(
	own_key: &UnlockedKey,
	wrapped: &WrappedKey,
	binding: &WrapBinding,
	record: impl std::fmt::Display,
) -> Result<RecordKey> {
	let version = wrapped.key_version();
	let mut opened = own_key
		.private_key(version)?
		.unwrap(wrapped.ciphertext(), binding);
	for key in own_key.private_keys(version).skip(1) {
		opened = opened.or_else(|_| key.unwrap(wrapped.ciphertext(), binding));
	}
	opened.map_err(|error| {
		Error::Verification(format!("the wrapped key of record {record}: {error}"))
	})
}
