//! Short enums that people choose from or read.

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

/// How a grant came about.
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
pub enum Via {
	/// The record's patient gave it.
	Patient,
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
	/// Retired by its own call, and suspended by the authorities, before that or since.
	RetiredSuspended,
	/// The authorities withdrew its verification, for good: its professional number had been
	/// verified for the wrong person, and is free again.
	Unverified,
	/// Its verification was withdrawn, and it was suspended, before that or since.
	UnverifiedSuspended,
}

/// Neither retirement nor a withdrawn verification changes a suspension: what the provider wrote
/// stays withheld until the authorities reinstate it. A verification is withdrawn for good.
impl Standing {
	/// Whether the authorities have suspended the provider.
	pub fn is_suspended(self) -> bool {
		matches!(
			self,
			Self::Suspended | Self::RetiredSuspended | Self::UnverifiedSuspended
		)
	}

	/// Whether the provider has retired.
	pub fn is_retired(self) -> bool {
		matches!(self, Self::Retired | Self::RetiredSuspended)
	}

	/// Whether the authorities have withdrawn the provider's verification.
	pub fn is_unverified(self) -> bool {
		matches!(self, Self::Unverified | Self::UnverifiedSuspended)
	}

	/// The standing after a suspension.
	pub fn suspended(self) -> Self {
		match self {
			Self::Verified | Self::Suspended => Self::Suspended,
			Self::Retired | Self::RetiredSuspended => Self::RetiredSuspended,
			Self::Unverified | Self::UnverifiedSuspended => Self::UnverifiedSuspended,
		}
	}

	/// The standing after a suspension has ended.
	pub fn reinstated(self) -> Self {
		match self {
			Self::Verified | Self::Suspended => Self::Verified,
			Self::Retired | Self::RetiredSuspended => Self::Retired,
			Self::Unverified | Self::UnverifiedSuspended => Self::Unverified,
		}
	}

	/// The standing after the provider has retired.
	pub fn retired(self) -> Self {
		match self {
			Self::Verified | Self::Retired => Self::Retired,
			Self::Suspended | Self::RetiredSuspended => Self::RetiredSuspended,
			Self::Unverified | Self::UnverifiedSuspended => self,
		}
	}

	/// The standing after the provider's verification was withdrawn.
	pub fn unverified(self) -> Self {
		match self.is_suspended() {
			true => Self::UnverifiedSuspended,
			false => Self::Unverified,
		}
	}
}
