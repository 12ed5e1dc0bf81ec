//! Members by their accounts, and the traits through which other pallets and the transaction
//! extensions use the registry.

use frame_support::traits::IsSubType;
use salus_primitives::{
	traits::{Admission, Authorities, Class, Members},
	Hash256, KeyVersion, MemberId, PatientId, ProfessionalName, ProfessionalNumber, Standing,
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
			MemberId::Provider(number) => Some(Providers::<T>::get(number)?.account),
		}
	}

	fn standing(number: &ProfessionalNumber) -> Option<Standing> {
		Some(Providers::<T>::get(number)?.standing)
	}

	fn is_patient(patient: &PatientId) -> bool {
		Patients::<T>::contains_key(patient)
	}

	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)> {
		let version = Self::key_version(member)?;
		Some((version, Keys::<T>::get(member, version)?.bits))
	}

	fn name_of(number: &ProfessionalNumber) -> Option<ProfessionalName> {
		Some(Providers::<T>::get(number)?.name)
	}

	fn commitment_of(patient: &PatientId) -> Option<Hash256> {
		Some(Patients::<T>::get(patient)?.commitment)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &AccountIdOf<T>) -> Option<PatientId> {
		Some(Self::put_benchmark_patient(account))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &AccountIdOf<T>, number: &ProfessionalNumber) {
		Self::put_benchmark_provider(account, number);
	}
}

impl<T: Config> Admission<AccountIdOf<T>, T::RuntimeCall> for Pallet<T>
where
	T::RuntimeCall: IsSubType<Call<T>>,
{
	fn class(account: &AccountIdOf<T>) -> Class {
		if T::Authorities::is_authority(account) {
			Class::Authority
		} else if MemberOf::<T>::contains_key(account) {
			Class::Member
		} else if Invited::<T>::contains_key(account) {
			Class::Invited
		} else {
			Class::Uninvited
		}
	}

	fn is_registration(call: &T::RuntimeCall) -> bool {
		matches!(
			call.is_sub_type(),
			Some(
				Call::register_patient { .. }
					| Call::apply_as_provider { .. }
					| Call::withdraw_application { .. }
			)
		)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(account: &AccountIdOf<T>) {
		Self::put_benchmark_patient(account);
	}
}

impl<T: Config> Pallet<T> {
	/// The provider that an account acts for.
	pub(crate) fn provider_of(
		account: &AccountIdOf<T>,
	) -> Option<(ProfessionalNumber, ProviderOf<T>)> {
		match MemberOf::<T>::get(account)? {
			MemberId::Provider(number) => {
				let provider = Providers::<T>::get(&number)?;
				Some((number, provider))
			}
			MemberId::Patient(_) => None,
		}
	}
}
