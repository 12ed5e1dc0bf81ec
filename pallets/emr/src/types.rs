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
	pub hash: Hash256,
	/// The CID of the envelope.
	pub cid: Cid,
	/// The size of the envelope in bytes.
	pub size: u64,
	/// When it was added.
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

/// A record's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedId = [u8; 8];

impl<T: Config> From<CidError> for Error<T> {
	fn from(error: CidError) -> Self {
		match error {
			CidError::Version => Self::UnsupportedCidVersion,
			CidError::Codec => Self::UnsupportedCidCodec,
			CidError::Hash => Self::UnsupportedCidHash,
			CidError::Length => Self::WrongCidLength,
		}
	}
}
