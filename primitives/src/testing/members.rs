//! The members of a region as a table.

use std::{cell::RefCell, collections::BTreeMap};

use super::values::number;
use crate::{
	traits::Members, Hash256, KeyVersion, MemberId, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, Standing,
};

pub const PATIENT: PatientId = PatientId([0xa1; 16]);
pub const PATIENT_ACCOUNT: u64 = 11;
/// Another patient, such as a relative of the first.
pub const OTHER_PATIENT: PatientId = PatientId([0xb2; 16]);
pub const OTHER_PATIENT_ACCOUNT: u64 = 12;
pub const AUTHOR_ACCOUNT: u64 = 1;
pub const PROVIDER_ACCOUNT: u64 = 2;
pub const OTHER_PROVIDER_ACCOUNT: u64 = 3;
pub const SUSPENDED_ACCOUNT: u64 = 4;
pub const RETIRED_ACCOUNT: u64 = 5;
pub const UNVERIFIED_ACCOUNT: u64 = 6;
/// An account that acts for no member.
pub const STRANGER: u64 = 99;

/// The author of the mock records: a verified provider.
pub fn author() -> ProviderId {
	ProviderId(1)
}

/// Another verified provider.
pub fn provider() -> ProviderId {
	ProviderId(2)
}

/// A third verified provider.
pub fn other_provider() -> ProviderId {
	ProviderId(3)
}

/// A suspended provider.
pub fn suspended() -> ProviderId {
	ProviderId(4)
}

/// A retired provider.
pub fn retired() -> ProviderId {
	ProviderId(5)
}

/// A provider whose verification was withdrawn.
pub fn unverified() -> ProviderId {
	ProviderId(6)
}

/// The professional number of a provider in the table.
pub fn number_of(provider: ProviderId) -> ProfessionalNumber {
	number(&format!("A{:05}", provider.0))
}

struct Member {
	account: u64,
	standing: Standing,
	/// The version of the current encryption key, and the bits of its modulus.
	key: (KeyVersion, u32),
}

thread_local! {
	static TABLE: RefCell<BTreeMap<MemberId, Member>> = RefCell::default();
}

fn get<R>(member: &MemberId, read: impl FnOnce(&Member) -> R) -> Option<R> {
	TABLE.with_borrow(|table| table.get(member).map(read))
}

fn update(member: MemberId, change: impl FnOnce(&mut Member)) {
	TABLE.with_borrow_mut(|table| change(table.get_mut(&member).unwrap()));
}

/// Stands for the registry.
pub struct MemberTable;

impl MemberTable {
	/// Adds a member with a key of version 0 and 3072 bits.
	pub fn insert(member: impl Into<MemberId>, account: u64, standing: Standing) {
		let value = Member {
			account,
			standing,
			key: (0, 3072),
		};
		TABLE.with_borrow_mut(|table| table.insert(member.into(), value));
	}

	/// Empties the table.
	pub fn clear() {
		TABLE.take();
	}

	/// Changes the version of a member's current key and the bits of its modulus.
	pub fn set_key(member: impl Into<MemberId>, version: KeyVersion, bits: u32) {
		update(member.into(), |member| member.key = (version, bits));
	}

	pub fn set_standing(provider: ProviderId, standing: Standing) {
		update(provider.into(), |member| member.standing = standing);
	}

	/// Adds the two patients, the three verified providers, the suspended one, the retired one and
	/// the one whose verification was withdrawn.
	pub fn insert_all() {
		let verified = Standing::Verified;
		Self::insert(PATIENT, PATIENT_ACCOUNT, verified);
		Self::insert(OTHER_PATIENT, OTHER_PATIENT_ACCOUNT, verified);
		Self::insert(author(), AUTHOR_ACCOUNT, verified);
		Self::insert(provider(), PROVIDER_ACCOUNT, verified);
		Self::insert(other_provider(), OTHER_PROVIDER_ACCOUNT, verified);
		Self::insert(suspended(), SUSPENDED_ACCOUNT, Standing::Suspended);
		Self::insert(retired(), RETIRED_ACCOUNT, Standing::Retired);
		Self::insert(unverified(), UNVERIFIED_ACCOUNT, Standing::Unverified);
	}
}

impl Members<u64> for MemberTable {
	fn member_of(account: &u64) -> Option<MemberId> {
		TABLE.with_borrow(|table| {
			let mut members = table.iter();
			let (id, _) = members.find(|(_, member)| member.account == *account)?;
			Some(id.clone())
		})
	}

	fn account_of(member: &MemberId) -> Option<u64> {
		get(member, |member| member.account)
	}

	fn standing(provider: ProviderId) -> Option<Standing> {
		get(&provider.into(), |member| member.standing)
	}

	fn is_patient(patient: &PatientId) -> bool {
		get(&MemberId::Patient(*patient), |_| ()).is_some()
	}

	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)> {
		get(member, |member| member.key)
	}

	fn profile_of(provider: ProviderId) -> Option<(ProfessionalNumber, ProfessionalName)> {
		Self::standing(provider)?;
		let number = number_of(provider);
		let name = ProfessionalName::parse(&format!("Dr {number}")).ok()?;
		Some((number, name))
	}

	fn commitment_of(patient: &PatientId) -> Option<Hash256> {
		Self::is_patient(patient).then_some([patient.0[0]; 32])
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &u64) -> Option<PatientId> {
		let patient = PatientId([0xcc; 16]);
		Self::insert(patient, *account, Standing::Verified);
		Some(patient)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &u64) -> Option<ProviderId> {
		let provider = ProviderId(99);
		Self::insert(provider, *account, Standing::Verified);
		Some(provider)
	}
}
