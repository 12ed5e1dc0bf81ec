//! The types of the storage.

// The derived code of an enum breaks this lint.
#![allow(clippy::as_conversions)]

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{Author, Cid, CidError, Hash256, Moment, PatientId, RecordId, SealedName};
use scale_info::TypeInfo;

use crate::{Config, Error};

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// A [`Record`] in a runtime.
pub type RecordOf<T> = Record<AccountIdOf<T>>;
/// A [`StoredRecord`] in a runtime.
pub type StoredRecordOf<T> = StoredRecord<AccountIdOf<T>>;

/// A record as the chain stores it, by the version of its format. Nothing changes a stored record, so a
/// later format adds a version, and every reader gets a [`Record`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum StoredRecord<AccountId> {
	/// The first version.
	#[codec(index = 1)]
	V1(Record<AccountId>),
}

impl<AccountId> From<Record<AccountId>> for StoredRecord<AccountId> {
	fn from(record: Record<AccountId>) -> Self {
		Self::V1(record)
	}
}

impl<AccountId> From<StoredRecord<AccountId>> for Record<AccountId> {
	fn from(stored: StoredRecord<AccountId>) -> Self {
		match stored {
			StoredRecord::V1(record) => record,
		}
	}
}

/// The immutable part of a record: all but its wrapped keys.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Record<AccountId> {
	/// Whose record it is.
	pub patient: PatientId,
	/// Who added it.
	pub author: Author,
	/// The account that added it: whose signature the envelope bears.
	pub account: AccountId,
	/// Its name, sealed with the record key.
	pub sealed_name: SealedName,
	/// The blinded hash of the document.
	pub document_hash: Hash256,
	/// The CID of the envelope.
	pub cid: Cid,
	/// The size of the envelope in bytes.
	pub envelope_size: u64,
	/// When it was added, in Unix milliseconds.
	pub added_at: Moment,
	/// The record that it corrects.
	pub amends: Option<RecordId>,
}

/// The holder of one of a record's own wrapped keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Holder {
	/// The record's patient.
	Patient,
	/// The record's author, if it is a provider.
	Author,
}

impl<T: Config> From<CidError> for Error<T> {
	fn from(error: CidError) -> Self {
		match error {
			CidError::Text => Self::CidIsText,
			CidError::Version => Self::UnsupportedCidVersion,
			CidError::Codec => Self::UnsupportedCidCodec,
			CidError::Hash => Self::UnsupportedCidHash,
			CidError::Length => Self::WrongCidLength,
		}
	}
}
