//! Short enums that people choose from or read.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The purpose of a grant, after HL7's value set PurposeOfUse (terminology.hl7.org).
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
pub enum Purpose {
	/// TREAT: care of the patient.
	Treatment,
	/// ETREAT: care in an emergency.
	EmergencyTreatment,
	/// HPAYMT: payment for care.
	Payment,
	/// HOPERAT: running the organisation that gives care.
	Operations,
	/// HRESCH: research.
	Research,
	/// PUBHLTH: public health.
	PublicHealth,
	/// PATRQT: at the patient's own request.
	PatientRequest,
	/// FAMRQT: at the request of the patient's family.
	FamilyRequest,
}

/// How a provider stands in its region.
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
pub enum Standing {
	/// Verified by the authorities: it can add records and receive grants.
	Verified,
	/// Suspended by the authorities until they reinstate it.
	Suspended,
	/// Retired by its own call, for good.
	Retired,
}

/// Why a Salus chain refuses a transaction, beside the checks of every chain. A node answers with
/// the code as "Custom error". [`fmt::Display`] says what to do.
///
/// ```
/// use salus_primitives::Refusal;
///
/// assert_eq!(Refusal::from_code(103), Some(Refusal::OverQuota));
/// assert_eq!(Refusal::OverQuota.code(), 103);
/// assert_eq!(Refusal::from_code(7), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
	/// Code 101: the account is not invited.
	Uninvited,
	/// Code 102: the account was invited and has not registered, and this call is not a
	/// registration.
	NotRegistered,
	/// Code 103: the account has used up its quota.
	OverQuota,
	/// Code 104: the nonce is too far ahead of the account's.
	NonceTooFar,
}

impl Refusal {
	/// All of them.
	pub const ALL: [Self; 4] = [
		Self::Uninvited,
		Self::NotRegistered,
		Self::OverQuota,
		Self::NonceTooFar,
	];

	/// The code that a node answers with.
	pub const fn code(self) -> u8 {
		match self {
			Self::Uninvited => 101,
			Self::NotRegistered => 102,
			Self::OverQuota => 103,
			Self::NonceTooFar => 104,
		}
	}

	/// The refusal that a node's answer means, if it is one of these.
	pub fn from_code(code: u8) -> Option<Self> {
		Self::ALL.into_iter().find(|refusal| refusal.code() == code)
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Uninvited => {
				"this account is not invited: ask a verified provider or an authority of the \
				 region to invite it"
			}
			Self::NotRegistered => {
				"this account is invited and not registered yet: register as a patient or apply as \
				 a provider first"
			}
			Self::OverQuota => {
				"this account has used up its quota: it recovers with time, so try again later"
			}
			Self::NonceTooFar => {
				"too many transactions of this account are waiting: try again once they are in a \
				 block"
			}
		})
	}
}

impl core::error::Error for Refusal {}
