//! The registration of patients.

use codec::Encode;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Time};
use salus_primitives::{EncryptionKey, Hash256, KeySignature, MemberId, PatientId};
use sp_io::hashing::blake2_256;

use crate::{
	pallet::*,
	types::{AccountIdOf, KeyEntry, Patient},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register_patient(
		account: AccountIdOf<T>,
		commitment: Hash256,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		Self::ensure_may_register(&account)?;
		ensure!(
			!Applications::<T>::contains_key(&account),
			Error::<T>::ApplicationPending
		);
		let bits = Self::check_key(&account, 0, &key, &signature)?;
		let patient = Self::new_patient_id(&account);
		ensure!(
			!Patients::<T>::contains_key(patient),
			Error::<T>::AlreadyExists
		);

		let since = T::Time::now();
		let member = MemberId::Patient(patient);
		let entry = KeyEntry {
			key,
			bits,
			account: account.clone(),
			signature,
			since,
		};
		Self::put_key(&member, 0, entry);
		MemberOf::<T>::insert(&account, member);
		let value = Patient {
			account: account.clone(),
			commitment,
			key_version: 0,
			since,
		};
		Patients::<T>::insert(patient, value);
		Self::deposit_event(Event::PatientRegistered { patient, account });
		Ok(())
	}

	/// Checks that an account is invited and acts for no member yet.
	pub(crate) fn ensure_may_register(account: &AccountIdOf<T>) -> DispatchResult {
		ensure!(Invited::<T>::contains_key(account), Error::<T>::NotInvited);
		ensure!(
			!MemberOf::<T>::contains_key(account),
			Error::<T>::AlreadyRegistered
		);
		Ok(())
	}

	/// An id that says nothing about the patient. It is unique, as an account registers once.
	/// Nobody can compute it in advance, as it depends on the parent block's hash.
	pub(crate) fn new_patient_id(account: &AccountIdOf<T>) -> PatientId {
		let seed = (
			"salus/patient/v1",
			frame_system::Pallet::<T>::parent_hash(),
			frame_system::Pallet::<T>::extrinsic_index(),
			account,
		);
		let hash = seed.using_encoded(blake2_256);
		PatientId(hash.first_chunk().copied().unwrap_or_default())
	}
}
