//! What the pallet stores.

use codec::{Decode, Encode, MaxEncodedLen};
use salus_primitives::{MemberId, Moment, Purpose, RecordId, Via, WrappedKey};
use scale_info::TypeInfo;

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// A wrapped key that a patient gave to a third party, and its terms.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// The record key, wrapped for the grantee.
	pub wrapped_key: WrappedKey,
	/// How it came about.
	pub via: Via,
	/// What it is for.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it ends by itself; `None`: when it is revoked.
	pub expires_at: Option<Moment>,
}

impl Grant {
	/// Whether it has ended by itself at a time.
	pub fn has_expired(&self, now: Moment) -> bool {
		self.expires_at.is_some_and(|at| at <= now)
	}
}

/// A record's id as a storage key: big-endian, so that the order of keys is the order of ids.
pub type OrderedId = [u8; 8];

/// When which grant expires, as a storage key: numbers are big-endian, so that the order of keys
/// is the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Expiry {
	/// The time, in Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The record, big-endian.
	pub record: OrderedId,
	/// The grantee.
	pub grantee: MemberId,
}

impl Expiry {
	/// The entry of one grant.
	pub fn new(at: Moment, record: RecordId, grantee: MemberId) -> Self {
		Self {
			at: at.to_be_bytes(),
			record: record.to_be_bytes(),
			grantee,
		}
	}

	/// When the grant expires.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}

	/// The record that was granted.
	pub fn record(&self) -> RecordId {
		RecordId::from_be_bytes(self.record)
	}
}
