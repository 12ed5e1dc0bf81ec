//! The registration of patients.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Time};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::{
	content::is_typed, EncryptionKey, Hash256, KeySignature, MemberId, PatientId,
};
use sp_runtime::traits::Zero;

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
		ensure!(!is_typed(&commitment), Error::<T>::NotComputed);
		let bits = Self::check_key(&account, 0, &key, &signature)?;
		let patient = Self::new_patient_id(&account, &commitment);
		// The id has the account in it: only a collision of hashes, or a bug, gets here.
		ensure!(
			!Patients::<T>::contains_key(patient),
			Error::<T>::AlreadyRegistered
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
		Self::found(member, account.clone(), since);
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

	/// The id of the patient who registers with this account and commitment.
	pub(crate) fn new_patient_id(account: &AccountIdOf<T>, commitment: &Hash256) -> PatientId {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		PatientId::new(&genesis.0, account, commitment)
	}
}
