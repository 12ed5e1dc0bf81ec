//! Encryption keys: their rotation, and the checks of a new one.

use alloc::string::String;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::{
	encryption_key_message, traits::History, EncryptionKey, HistoryEvent, KeySignature, KeyVersion,
	MemberId,
};
use sp_core::sr25519;
use sp_runtime::traits::Zero;

use crate::{
	pallet::*,
	types::{AccountIdOf, KeyEntry, KeyEntryOf},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_rotate_key(
		account: AccountIdOf<T>,
		version: KeyVersion,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		let member = MemberOf::<T>::get(&account).ok_or(Error::<T>::NotRegistered)?;
		let current = Self::key_version(&member).ok_or(Error::<T>::NotFound)?;
		if let MemberId::Provider(id) = &member {
			let standing = Providers::<T>::get(id)
				.ok_or(Error::<T>::NotFound)?
				.standing;
			ensure!(!standing.is_unverified(), Error::<T>::Unverified);
			ensure!(!standing.is_retired(), Error::<T>::AlreadyRetired);
		}
		ensure!(
			current.checked_add(1) == Some(version),
			Error::<T>::StaleKeyVersion
		);
		let bits = Self::check_key(&account, version, &key, &signature)?;

		let since = T::Time::now();
		let full_at = T::RotationRate::get().take(Rotations::<T>::get(&member), since);
		let full_at = full_at.map_err(Error::<T>::TooManyRotations)?;
		Rotations::<T>::insert(&member, full_at);
		Self::put_key(
			&member,
			version,
			KeyEntry {
				key,
				bits,
				account,
				signature,
				since,
			},
		);
		match &member {
			MemberId::Patient(patient) => Patients::<T>::mutate_extant(patient, |patient| {
				patient.key_version = version;
			}),
			MemberId::Provider(id) => {
				Providers::<T>::mutate_extant(id, |provider| provider.key_version = version);
				Self::tell_consortium(*id);
			}
		}
		Self::deposit_event(Event::KeyRotated { member, version });
		Ok(())
	}

	/// The version of a member's current encryption key.
	pub(crate) fn key_version(member: &MemberId) -> Option<KeyVersion> {
		match member {
			MemberId::Patient(patient) => Some(Patients::<T>::get(patient)?.key_version),
			MemberId::Provider(id) => Some(Providers::<T>::get(id)?.key_version),
		}
	}

	/// Stores a member's new key, and adds it to the member's history.
	pub(crate) fn put_key(member: &MemberId, version: KeyVersion, entry: KeyEntryOf<T>) {
		let event = HistoryEvent::Key { version };
		T::History::add(member.clone(), event, Some(&entry.account));
		Keys::<T>::insert(member, version, entry);
	}

	/// Checks a key that an account wants to register. Returns the bits of its modulus.
	pub(crate) fn check_key(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
		signature: &KeySignature,
	) -> Result<u32, Error<T>> {
		let bits = key.check(T::MinModulusBits::get())?;
		ensure!(
			Self::signed_key(account, version, key, signature),
			Error::<T>::KeySignatureInvalid
		);
		Ok(bits)
	}

	/// Whether a signature over a key is the account's.
	pub(crate) fn signed_key(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
		signature: &KeySignature,
	) -> bool {
		let message = Self::key_message(account, version, key);
		let public = sr25519::Public::from_raw(*AsRef::<[u8; 32]>::as_ref(account));
		sp_io::crypto::sr25519_verify(signature, message.as_bytes(), &public)
	}

	/// The message that an account signs to register a key on this chain.
	pub(crate) fn key_message(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
	) -> String {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		encryption_key_message(&genesis.0, account.as_ref(), version, key)
	}
}
