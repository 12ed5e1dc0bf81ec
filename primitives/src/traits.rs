//! How pallets know each other. The runtime joins the pallet that offers a trait to the pallets
//! that ask for it.

use alloc::vec::Vec;

use crate::{
	Cid, Hash256, KeyVersion, MemberId, PatientId, ProfessionalNumber, RecordId, Standing,
};

/// The members of a region: what the registry tells the other pallets.
pub trait Members<AccountId> {
	/// The member that an account acts for: a registered patient, or a provider that was verified
	/// once, whatever its standing now.
	fn member_of(account: &AccountId) -> Option<MemberId>;

	/// The account that acts for a member.
	fn account_of(member: &MemberId) -> Option<AccountId>;

	/// The standing of a provider that was verified once.
	fn standing(number: &ProfessionalNumber) -> Option<Standing>;

	/// Whether a patient is registered.
	fn is_patient(patient: &PatientId) -> bool;

	/// The version of a member's current encryption key and the bits of its modulus.
	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)>;

	/// The professional name, UTF-8, of a provider that was verified once.
	fn name_of(number: &ProfessionalNumber) -> Option<Vec<u8>>;

	/// The commitment to a patient's name.
	fn commitment_of(patient: &PatientId) -> Option<Hash256>;

	/// Whether a member is one that a record or grant may be given to: a patient, or a provider
	/// whose standing is [`Standing::Verified`].
	fn in_good_standing(member: &MemberId) -> bool {
		match member {
			MemberId::Patient(patient) => Self::is_patient(patient),
			MemberId::Provider(number) => Self::standing(number) == Some(Standing::Verified),
		}
	}

	/// Makes an account act for a registered patient. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(_account: &AccountId) -> Option<PatientId> {
		None
	}

	/// Makes an account act for a verified provider. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(_account: &AccountId, _number: &ProfessionalNumber) {}
}

/// The authorities of a chain.
pub trait Authorities<AccountId> {
	/// Whether the account is an authority's.
	fn is_authority(account: &AccountId) -> bool;

	/// All of them, in one order that every node agrees on; bounded by the membership pallet.
	fn all() -> Vec<AccountId>;

	/// How many there are.
	fn count() -> u32 {
		u32::try_from(Self::all().len()).unwrap_or(u32::MAX)
	}

	/// Makes these the authorities. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(_authorities: &[AccountId]) {}
}

/// The records of a region: what the emr pallet tells the other pallets.
pub trait Records {
	/// The patient of a record.
	fn patient_of(record: RecordId) -> Option<PatientId>;

	/// The author of a record.
	fn author_of(_record: RecordId) -> Option<ProfessionalNumber> {
		None
	}

	/// The CID and the size in bytes of a record's envelope.
	fn envelope_of(record: RecordId) -> Option<(Cid, u64)>;

	/// The id that the next record will have: all below it exist.
	fn next_id() -> RecordId;

	/// Adds a record of this patient. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(_patient: PatientId) -> Option<RecordId> {
		None
	}
}

/// What an account may send at all, beyond what each call checks.
pub trait Admission<AccountId, Call> {
	/// The class that decides an account's quota.
	fn class(account: &AccountId) -> Class;

	/// Whether an account that was invited and has not registered may send this call.
	fn is_registration(call: &Call) -> bool;

	/// Makes an account a member. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(_account: &AccountId) {}
}

/// The classes of accounts that [`Admission`] tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
	/// Nobody let it in: it can send nothing.
	Uninvited,
	/// Let in, not registered: it can register and do nothing else.
	Invited,
	/// A patient, or a provider whatever its standing.
	Member,
	/// An authority.
	Authority,
}
