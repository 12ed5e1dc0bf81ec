//! The calls that cross from a region to the consortium. Their bytes are those of the consortium
//! runtime's own calls.
//!
//! No call says which region sends it: the consortium reads that from the XCM origin. So a region
//! can only speak of its own patients, records and providers.
//!
//! **Sequence numbers.** Every directory entry and every (record, grantee) has a sequence number.
//! The region raises it with every update. The consortium keeps the last one. It accepts a higher
//! number. The same number with the same content gets the same answer and changes nothing. It
//! refuses a lower number ([`Reason::Superseded`](crate::Reason::Superseded)), and the same number
//! with other content ([`Reason::Conflict`](crate::Reason::Conflict)). So a late or repeated
//! message never revives a revoked grant or a suspended provider, and sending again is always
//! safe.
//!
//! **Expelled regions.** From an expelled region, the consortium accepts only calls that take
//! access away, by the same rules: the revocation of a grant, and an entry that suspends, retires
//! or un-verifies an enlisted provider and ends no suspension. A repeated call is answered as
//! before. All others are refused ([`Reason::NotARegion`](crate::Reason::NotARegion)).

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	AccountId, Author, Cid, EncryptionKey, Hash256, InterregionalGrantId, KeySignature, KeyVersion,
	Moment, PatientId, ProfessionalName, ProfessionalNumber, ProviderId, Purpose, RecordId,
	RemoteProvider, SealedName, Standing, Via, WrappedKey,
};

/// The index of the consortium pallet in the consortium's runtime. It is part of the bytes that
/// cross.
pub const CONSORTIUM_PALLET_INDEX: u8 = 50;

/// A provider's encryption key with the signature of the account that registered it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedKey {
	/// Its version.
	pub version: KeyVersion,
	/// The key.
	pub key: EncryptionKey,
	/// The account that signed it; the one that acts for the provider may be another by now.
	pub account: AccountId,
	/// That account's signature over [`crate::encryption_key_message`], with the genesis hash of
	/// the provider's region.
	pub signature: KeySignature,
	/// When it was registered.
	pub since: Moment,
}

/// A provider's entry in the consortium's directory, as its region sends it.
///
/// Enlisting and updating both send the whole entry, and the last one counts. An update of the
/// changed fields only would be smaller, but a lost one would leave the directory wrong until
/// someone noticed. With whole entries, the next update corrects it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DirectoryEntry {
	/// Its id in its region.
	pub id: ProviderId,
	/// Its professional number. A region gives it to one present holder at a time: of two entries
	/// with the same number, the later id is the present holder's.
	pub number: ProfessionalNumber,
	/// Its professional name.
	pub name: ProfessionalName,
	/// The account that acts for it.
	pub account: AccountId,
	/// How it stands.
	pub standing: Standing,
	/// When its region verified it.
	pub since: Moment,
	/// Its current encryption key.
	pub key: SignedKey,
	/// The entry's sequence number.
	pub sequence: u64,
}

/// The author of a record, as the record's region states it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum DeliveredAuthor {
	/// The record's patient. Nothing outside the region links the patient's id with an account; the
	/// envelope's manifest proves the account to its readers.
	Patient,
	/// A provider. It need not be enlisted.
	Provider {
		/// Its id in the record's region.
		id: ProviderId,
		/// Its professional number.
		number: ProfessionalNumber,
		/// Its professional name.
		name: ProfessionalName,
		/// The account that added the record and signed the envelope.
		account: AccountId,
	},
}

impl DeliveredAuthor {
	/// The author without its particulars.
	pub fn author(&self) -> Author {
		match self {
			Self::Patient => Author::Patient,
			Self::Provider { id, .. } => Author::Provider(*id),
		}
	}
}

/// An inter-regional grant as the consortium hands it to its grantee: all that a reader needs
/// without being a member of the record's region. `Key` is `()` where the wrapped key is kept apart.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DeliveredGrant<Key = WrappedKey> {
	/// The record, in the region that sends this.
	pub record: RecordId,
	/// The provider that can read it.
	pub grantee: RemoteProvider,
	/// The record's patient.
	pub patient: PatientId,
	/// The record's author.
	pub author: DeliveredAuthor,
	/// The record's name, sealed with the record key.
	pub sealed_name: SealedName,
	/// The blinded hash of the document.
	pub hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub size: u64,
	/// When the record was added.
	pub added_at: Moment,
	/// The blinded hash of the record that it corrects. The envelope has it too.
	pub amended_hash: Option<Hash256>,
	/// The record key, wrapped for the grantee. It names the version of the grantee's key.
	pub wrapped_key: Key,
	/// How the grant came about.
	pub via: Via,
	/// The purpose of the grant.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it expires. `None`: it lasts until it is revoked.
	pub expires_at: Option<Moment>,
	/// The sequence number of this record and grantee.
	pub sequence: u64,
}

impl<Key> DeliveredGrant<Key> {
	/// The same grant with another key in it, and the key that was in it.
	pub fn replace_key<Other>(self, key: Other) -> (DeliveredGrant<Other>, Key) {
		let grant = DeliveredGrant {
			record: self.record,
			grantee: self.grantee,
			patient: self.patient,
			author: self.author,
			sealed_name: self.sealed_name,
			hash: self.hash,
			cid: self.cid,
			size: self.size,
			added_at: self.added_at,
			amended_hash: self.amended_hash,
			wrapped_key: key,
			via: self.via,
			purpose: self.purpose,
			granted_at: self.granted_at,
			expires_at: self.expires_at,
			sequence: self.sequence,
		};
		(grant, self.wrapped_key)
	}
}

/// The end of an inter-regional grant: the consortium removes the wrapped key. It is done as well
/// where none was delivered, so that one that is still under way arrives too late.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GrantRevocation {
	/// The record, in the region that sends this.
	pub record: RecordId,
	/// The provider that could read it.
	pub grantee: RemoteProvider,
	/// The sequence number of this record and grantee.
	pub sequence: u64,
}

/// The consortium's four calls, as the consortium pallet numbers them.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ConsortiumCall {
	/// Enters a provider into the directory, or replaces its entry.
	#[codec(index = 0)]
	EnlistProvider {
		/// The entry.
		entry: DirectoryEntry,
	},
	/// Replaces the entry of a provider that was enlisted: a new key, another standing.
	#[codec(index = 1)]
	UpdateProvider {
		/// The entry.
		entry: DirectoryEntry,
	},
	/// Delivers a grant, or replaces the one of the same record and grantee.
	#[codec(index = 2)]
	DeliverGrant {
		/// The grant.
		grant: DeliveredGrant,
	},
	/// Revokes a grant.
	#[codec(index = 3)]
	RevokeGrant {
		/// Which.
		revocation: GrantRevocation,
	},
}

/// The consortium runtime's call, as far as regions make any.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ConsortiumRuntimeCall {
	/// A call of the consortium pallet, at [`CONSORTIUM_PALLET_INDEX`].
	#[codec(index = 50)]
	Consortium(ConsortiumCall),
}

/// The subject of a crossing call.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum About {
	/// A provider's entry in the directory.
	Provider(ProviderId),
	/// An inter-regional grant.
	Grant(InterregionalGrantId),
}

impl ConsortiumCall {
	/// The subject of the call.
	pub fn about(&self) -> About {
		match self {
			Self::EnlistProvider { entry } | Self::UpdateProvider { entry } => {
				About::Provider(entry.id)
			}
			Self::DeliverGrant { grant } => About::Grant(InterregionalGrantId {
				record: grant.record,
				grantee: grant.grantee.clone(),
			}),
			Self::RevokeGrant { revocation } => About::Grant(InterregionalGrantId {
				record: revocation.record,
				grantee: revocation.grantee.clone(),
			}),
		}
	}

	/// Its sequence number.
	pub fn sequence(&self) -> u64 {
		match self {
			Self::EnlistProvider { entry } | Self::UpdateProvider { entry } => entry.sequence,
			Self::DeliverGrant { grant } => grant.sequence,
			Self::RevokeGrant { revocation } => revocation.sequence,
		}
	}

	/// The bytes of the consortium runtime's call: what XCM's `Transact` carries.
	pub fn encode_call(&self) -> Vec<u8> {
		(CONSORTIUM_PALLET_INDEX, self).encode()
	}
}

impl From<ConsortiumCall> for ConsortiumRuntimeCall {
	fn from(call: ConsortiumCall) -> Self {
		Self::Consortium(call)
	}
}

#[cfg(test)]
mod tests;
