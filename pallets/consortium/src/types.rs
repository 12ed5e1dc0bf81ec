//! What the pallet stores.

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{
	AccountId, DeliveredGrant, DirectoryEntry, GrantRevocation, Hash256, KeyVersion, Moment,
	ParaId, ProfessionalName, ProfessionalNumber, Reason, RecordId, RegionStanding, RemoteProvider,
	SignedKey, Standing,
};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A region's parachain id as a storage key: big-endian, so that the order of keys is the order of
/// ids.
pub type OrderedRegion = [u8; 4];

/// A record's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedId = [u8; 8];

/// Which grant, as a storage key: the record's region, the record and the grantee.
pub type GrantKey = (OrderedRegion, OrderedId, RemoteProvider);

/// The key of a grant.
pub fn grant_key(region: ParaId, record: RecordId, grantee: RemoteProvider) -> GrantKey {
	(region.to_be_bytes(), record.to_be_bytes(), grantee)
}

/// A region that was admitted once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Region {
	/// The hash of its first block.
	pub genesis_hash: H256,
	/// How it stands.
	pub standing: RegionStanding,
	/// Since when it stands so.
	pub since: Moment,
	/// How many providers it has in the directory.
	pub providers: u32,
	/// How many grants of its records live.
	pub live_grants: u32,
}

impl Region {
	/// Whether it is admitted and not expelled.
	pub fn is_admitted(&self) -> bool {
		self.standing == RegionStanding::Admitted
	}
}

/// The number and the content of what a region said last of something.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Word {
	/// The sequence number.
	pub sequence: u64,
	/// The BLAKE2 hash of what was said.
	pub content: Hash256,
}

impl Word {
	/// The word that enters or replaces a directory entry.
	pub fn of_entry(entry: &DirectoryEntry) -> Self {
		Self {
			sequence: entry.sequence,
			content: entry.using_encoded(blake2_256),
		}
	}

	/// The word that delivers a grant.
	pub fn of_grant(grant: &DeliveredGrant) -> Self {
		Self {
			sequence: grant.sequence,
			content: ("deliver", grant).using_encoded(blake2_256),
		}
	}

	/// The word that revokes a grant.
	pub fn of_revocation(revocation: &GrantRevocation) -> Self {
		Self {
			sequence: revocation.sequence,
			content: ("revoke", revocation).using_encoded(blake2_256),
		}
	}

	/// Whether this is new after the last word; `false` if it came before.
	///
	/// It is [`Reason::Superseded`] if its number is lower than that of the last one, and a
	/// [`Reason::Conflict`] if the last one said something else by the same number.
	pub fn is_news(&self, last: Option<&Self>) -> Result<bool, Reason> {
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

/// A provider in the directory, without its encryption key. Its region and number are the storage
/// key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Provider {
	/// Its professional name.
	pub name: ProfessionalName,
	/// The account that acts for it.
	pub account: AccountId,
	/// How it stands in its region.
	pub standing: Standing,
	/// When its region verified it.
	pub since: Moment,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// The bits of that key's modulus.
	pub bits: u32,
	/// The last word on it.
	pub last: Word,
	/// When that was taken.
	pub updated_at: Moment,
}

impl Provider {
	/// The entry that the last word brought.
	pub fn entry(&self, number: ProfessionalNumber, key: SignedKey) -> DirectoryEntry {
		DirectoryEntry {
			number,
			name: self.name.clone(),
			account: self.account.clone(),
			standing: self.standing,
			since: self.since,
			key,
			sequence: self.last.sequence,
		}
	}
}

/// A grant that lives.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// What was delivered.
	pub delivered: DeliveredGrant,
	/// When it was.
	pub delivered_at: Moment,
}

impl Grant {
	/// Whether it has ended by itself at a time.
	pub fn has_expired(&self, now: Moment) -> bool {
		self.delivered.expires_at.is_some_and(|at| at <= now)
	}
}

/// When which grant expires, as a storage key: numbers are big-endian, so that the order of keys is
/// the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Expiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The grant.
	pub grant: GrantKey,
}

impl Expiry {
	/// The entry of one grant.
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
