//! The types of the storage.

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{
	AccountId, Author, DeliveredGrant, DirectoryEntry, GrantRevocation, Hash256, KeyVersion,
	Moment, ParaId, PatientId, ProfessionalName, ProfessionalNumber, ProviderId, Reason, RecordId,
	RegionStanding, RemoteProvider, SignedKey, Standing,
};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A region's parachain id as a storage key: big-endian, so that the order of keys is the order of
/// ids.
pub type OrderedRegion = [u8; 4];

/// A provider's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedProvider = [u8; 4];

/// A record's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedId = [u8; 8];

/// The storage key of a grant: the record's region, the record and the grantee.
pub type GrantKey = (OrderedRegion, OrderedId, RemoteProvider);

/// The storage key of a grant.
pub fn grant_key(region: ParaId, record: RecordId, grantee: RemoteProvider) -> GrantKey {
	(region.to_be_bytes(), record.to_be_bytes(), grantee)
}

/// The live grants of a region to one grantee that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Share {
	/// All of them.
	Region,
	/// Those of one patient's records.
	Patient(PatientId),
	/// Those of the records by one provider.
	Author(ProviderId),
	/// Those of the records that patients added about themselves, of all patients together: one
	/// provider can invite many.
	OwnRecords,
}

impl Share {
	/// The shares that a grant counts in.
	pub fn of<Key>(grant: &DeliveredGrant<Key>) -> [Self; 3] {
		[
			Self::Region,
			Self::Patient(grant.patient),
			match grant.author.author() {
				Author::Provider(id) => Self::Author(id),
				Author::Patient => Self::OwnRecords,
			},
		]
	}
}

/// A region that was admitted once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Region {
	/// The hash of its first block.
	pub genesis_hash: H256,
	/// Its standing: admitted or expelled.
	pub standing: RegionStanding,
	/// When it got this standing, in Unix milliseconds.
	pub since: Moment,
	/// How many providers it has in the directory.
	pub providers: u32,
	/// How many live grants of its records there are.
	pub live_grants: u32,
}

impl Region {
	/// Whether it is admitted and not expelled.
	pub fn is_admitted(&self) -> bool {
		self.standing == RegionStanding::Admitted
	}
}

/// The sequence number and the content of an update: what a region sends about one directory
/// entry, or about the grant of one record to one grantee.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Update {
	/// The sequence number.
	pub sequence: u64,
	/// The BLAKE2 hash of the content.
	pub content: Hash256,
}

impl Update {
	/// The update that adds or replaces a directory entry.
	pub fn of_entry(entry: &DirectoryEntry) -> Self {
		Self {
			sequence: entry.sequence,
			content: entry.using_encoded(blake2_256),
		}
	}

	/// The update that delivers a grant.
	pub fn of_grant(grant: &DeliveredGrant) -> Self {
		Self {
			sequence: grant.sequence,
			content: ("deliver", grant).using_encoded(blake2_256),
		}
	}

	/// The update that revokes a grant.
	pub fn of_revocation(revocation: &GrantRevocation) -> Self {
		Self {
			sequence: revocation.sequence,
			content: ("revoke", revocation).using_encoded(blake2_256),
		}
	}

	/// Whether this update is newer than the last one. `false`: it is the last one, sent again.
	///
	/// Fails with [`Reason::Superseded`] if its number is lower than that of the last one, and
	/// with [`Reason::Conflict`] if the number is the same and the content differs.
	pub fn is_new_after(&self, last: Option<&Self>) -> Result<bool, Reason> {
		match last {
			Some(last) if self.sequence < last.sequence => Err(Reason::Superseded),
			Some(last) if self.sequence == last.sequence && self.content != last.content => {
				Err(Reason::Conflict)
			}
			Some(last) => Ok(self.sequence > last.sequence),
			None => Ok(true),
		}
	}
}

/// A provider in the directory, without its encryption key. Its region and id are the storage key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Provider {
	/// Its professional number.
	pub number: ProfessionalNumber,
	/// Its professional name.
	pub name: ProfessionalName,
	/// The account that acts for it.
	pub account: AccountId,
	/// Its standing in its region.
	pub standing: Standing,
	/// When its region verified it.
	pub since: Moment,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// The bits of that key's modulus.
	pub bits: u32,
	/// The last update.
	pub last_update: Update,
	/// When the consortium accepted it.
	pub updated_at: Moment,
}

impl Provider {
	/// The entry as the last update brought it.
	pub fn entry(&self, id: ProviderId, key: SignedKey) -> DirectoryEntry {
		DirectoryEntry {
			id,
			number: self.number.clone(),
			name: self.name.clone(),
			account: self.account.clone(),
			standing: self.standing,
			since: self.since,
			key,
			sequence: self.last_update.sequence,
		}
	}
}

/// A live grant without its wrapped key: neither revoked nor swept after its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// The grant as the region delivered it. Its wrapped key is a value of its own.
	pub delivered: DeliveredGrant<()>,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// When it was delivered, in Unix milliseconds.
	pub delivered_at: Moment,
	/// The number of the delivery, which is its place in lists.
	pub delivery: u64,
}

impl Grant {
	/// Whether it has expired at this time.
	pub fn has_expired(&self, now: Moment) -> bool {
		self.delivered.expires_at.is_some_and(|at| at <= now)
	}
}

/// The storage key of a grant's expiry. Numbers are big-endian, so that the order of keys is the
/// order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Expiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The grant.
	pub grant: GrantKey,
}

impl Expiry {
	/// The key of one grant.
	pub fn new(at: Moment, grant: GrantKey) -> Self {
		Self {
			at: at.to_be_bytes(),
			grant,
		}
	}

	/// When the grant expires.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}
}
