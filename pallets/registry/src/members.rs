//! Members by their accounts, and the traits through which other pallets use the registry.

use alloc::vec::Vec;
use salus_primitives::{
	admission::Class,
	traits::{Authorities, Classes, Members},
	AccountHistory, Hash256, KeyVersion, MemberId, Moment, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, Standing,
};

use crate::{
	pallet::*,
	types::{AccountIdOf, ProviderOf},
};

impl<T: Config> Members<AccountIdOf<T>> for Pallet<T> {
	fn member_of(account: &AccountIdOf<T>) -> Option<MemberId> {
		MemberOf::<T>::get(account)
	}

	fn account_of(member: &MemberId) -> Option<AccountIdOf<T>> {
		match member {
			MemberId::Patient(patient) => Some(Patients::<T>::get(patient)?.account),
			MemberId::Provider(id) => Some(Providers::<T>::get(id)?.account),
		}
	}

	fn standing(provider: ProviderId) -> Option<Standing> {
		Some(Providers::<T>::get(provider)?.standing)
	}

	fn is_patient(patient: &PatientId) -> bool {
		Patients::<T>::contains_key(patient)
	}

	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)> {
		let version = Self::key_version(member)?;
		Some((version, Keys::<T>::get(member, version)?.bits))
	}

	fn profile_of(provider: ProviderId) -> Option<(ProfessionalNumber, ProfessionalName)> {
		let provider = Providers::<T>::get(provider)?;
		Some((provider.number, provider.name))
	}

	fn commitment_of(patient: &PatientId) -> Option<Hash256> {
		Some(Patients::<T>::get(patient)?.commitment)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &AccountIdOf<T>) -> Option<PatientId> {
		Some(Self::put_benchmark_patient(account))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &AccountIdOf<T>) -> Option<ProviderId> {
		Some(Self::put_benchmark_provider(account))
	}
}

impl<T: Config> Classes<AccountIdOf<T>> for Pallet<T> {
	fn classes_of(account: &AccountIdOf<T>) -> Vec<Class> {
		let authority = T::Authorities::is_authority(account).then_some(Class::Authority);
		let other = match MemberOf::<T>::get(account) {
			Some(MemberId::Patient(_)) => Class::Patient,
			Some(MemberId::Provider(id)) => match Self::standing(id) {
				Some(Standing::Verified) => Class::Provider,
				Some(Standing::Suspended) => Class::SuspendedProvider,
				Some(Standing::Retired | Standing::RetiredSuspended) => Class::RetiredProvider,
				Some(Standing::Unverified | Standing::UnverifiedSuspended) | None => {
					Class::FormerHolder
				}
			},
			None if Applications::<T>::contains_key(account) => Class::Applicant,
			None if Invited::<T>::contains_key(account) => Class::Invited,
			None => Class::Uninvited,
		};
		authority.into_iter().chain([other]).collect()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(account: &AccountIdOf<T>) {
		Self::let_in(account);
	}
}

impl<T: Config> Pallet<T> {
	/// The provider that an account acts for.
	pub(crate) fn provider_of(account: &AccountIdOf<T>) -> Option<(ProviderId, ProviderOf<T>)> {
		match MemberOf::<T>::get(account)? {
			MemberId::Provider(id) => Some((id, Providers::<T>::get(id)?)),
			MemberId::Patient(_) => None,
		}
	}

	/// Makes an account the first one that acts for a member.
	pub(crate) fn found(member: MemberId, account: AccountIdOf<T>, since: Moment) {
		MemberOf::<T>::insert(&account, &member);
		Accounts::<T>::insert(member, AccountHistory::founded(account, since));
	}
}
