//! Grants to providers of other regions and the directory of providers: their ids and states.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

use crate::{Cause, ParaId, ProviderId, RecordId};

/// The number by which `pallet-xcm` knows the answer to a message.
pub type QueryId = u64;

/// The id of an XCM message, the same on both chains.
pub type MessageId = [u8; 32];

/// A provider of another region: the grantee of an inter-regional grant.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct RemoteProvider {
	/// Its region.
	pub region: ParaId,
	/// Its id there.
	pub id: ProviderId,
}

impl fmt::Display for RemoteProvider {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "provider id:{} of region {}", self.id, self.region)
	}
}

/// Which inter-regional grant of a region: there is one for each record and grantee.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct InterregionalGrantId {
	/// The record.
	pub record: RecordId,
	/// The provider that can read it.
	pub grantee: RemoteProvider,
}

/// The state of an inter-regional grant.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum InterregionalState {
	/// The patient granted it. No provider has forwarded it yet.
	Granted,
	/// It was sent. The consortium has not answered, and the deadline has not passed.
	Forwarded,
	/// It was sent, and no answer came by the deadline. It may have arrived or not. Forwarding it
	/// again is safe.
	Overdue,
	/// The consortium has it and hands it out to the grantee.
	Delivered,
	/// The consortium refused it, or failed to handle it.
	Refused(Cause),
	/// The patient revoked it. The consortium has not confirmed that it removed the wrapped key.
	Revoking,
	/// The patient revoked it, and the consortium does not hand it out.
	Revoked,
}

/// The state of a provider's entry in the consortium's directory.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum EnlistmentState {
	/// The last update waits to be sent. The region sends it by itself.
	Waiting,
	/// The last update was sent. The consortium has not answered.
	Sent,
	/// The consortium has the last update.
	Enlisted,
	/// The consortium refused the last update, or failed to handle it.
	Refused(Cause),
}

/// A message that was sent to the consortium.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Sent {
	/// The number by which its answer is known.
	pub query: QueryId,
	/// The message's id, by which a person finds it on both chains.
	pub message: MessageId,
}

/// Why a message could not be sent to the consortium. Nothing left the chain.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum SendError {
	/// There is no channel to the consortium.
	#[codec(index = 0)]
	NotConnected,
	/// Too many messages wait for their answers.
	#[codec(index = 1)]
	TooManyInFlight,
	/// The message cannot be sent: it is too long, or the consortium does not read its version.
	#[codec(index = 2)]
	Undeliverable,
	/// Too many messages that this provider sent wait for their answers.
	#[codec(index = 3)]
	TooManyOfProvider,
}

impl fmt::Display for SendError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotConnected => {
				"the region has no channel to the consortium: its operators have to open one"
			}
			Self::TooManyInFlight => {
				"too many messages to the consortium wait for an answer: try again in a minute"
			}
			Self::Undeliverable => {
				"the message is too long, or in a version that the consortium does not read"
			}
			Self::TooManyOfProvider => {
				"too many messages of this provider wait for an answer: try again in a minute"
			}
		})
	}
}

impl core::error::Error for SendError {}

/// How a region stands in the consortium.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum RegionStanding {
	/// It can enlist providers and deliver grants.
	Admitted,
	/// It was expelled: grants of its patients and to its providers are withheld, and it can only
	/// take access away.
	Expelled,
}

/// Why the consortium has a grant and does not hand it out.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
	/// The grantee is suspended.
	GranteeSuspended,
	/// The record's author is enlisted and suspended.
	AuthorSuspended,
	/// The grantee's region was expelled.
	GranteeRegionExpelled,
	/// The record's region was expelled.
	RecordRegionExpelled,
	/// The grantee has retired. This never ends.
	GranteeRetired,
	/// The authorities of the grantee's region withdrew its verification. This never ends.
	GranteeUnverified,
}

impl Withheld {
	/// Whether the reason can end, so that the grant is handed out again.
	pub fn may_end(&self) -> bool {
		!matches!(self, Self::GranteeRetired | Self::GranteeUnverified)
	}
}

impl fmt::Display for Withheld {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::GranteeSuspended => "withheld while the provider is suspended in its region",
			Self::AuthorSuspended => "withheld while the record's author is suspended",
			Self::GranteeRegionExpelled => "withheld while the provider's region is expelled",
			Self::RecordRegionExpelled => "withheld while the record's region is expelled",
			Self::GranteeRetired => "withheld for good: the provider has retired",
			Self::GranteeUnverified => {
				"withheld for good: the authorities withdrew the provider's verification"
			}
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::format;

	#[test]
	fn grant_ids_sort_by_record() {
		let id = |record, region, provider| InterregionalGrantId {
			record,
			grantee: RemoteProvider {
				region,
				id: ProviderId(provider),
			},
		};
		let (first, second) = (id(1, 2001, 8), id(2, 2000, 7));
		assert!(first < second);
		assert!(second < id(2, 2000, 8) && second < id(2, 2001, 7));
		assert_eq!(format!("{}", first.grantee), "provider id:8 of region 2001");
	}

	/// An event of the registry has them.
	#[test]
	fn send_errors_encode_to_fixed_bytes() {
		assert_eq!(SendError::NotConnected.encode(), [0]);
		assert_eq!(SendError::TooManyInFlight.encode(), [1]);
		assert_eq!(SendError::TooManyOfProvider.encode(), [3]);
		assert_eq!(SendError::Undeliverable.encode(), [2]);
	}
}
