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
