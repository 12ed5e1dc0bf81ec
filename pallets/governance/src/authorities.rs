//! The authorities: adding and removing one.

use alloc::{string::String, vec::Vec};

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::{signing, traits::Authorities};
use sp_core::sr25519;
use sp_runtime::traits::Zero;

use crate::{pallet::*, Membership, SessionKeys};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_add_authority(
		account: T::AccountId,
		keys: &[u8],
		proof: Vec<u8>,
		signature: sr25519::Signature,
	) -> DispatchResult {
		ensure!(
			!T::Membership::is_authority(&account),
			Error::<T>::AlreadyExists
		);
		let room = T::Membership::count() < T::MaxAuthorities::get();
		ensure!(room, Error::<T>::MaxAuthoritiesExceeded);
		let message = Self::authority_message(&account, keys);
		let public = sr25519::Public::from_raw(*AsRef::<[u8; 32]>::as_ref(&account));
		ensure!(
			sp_io::crypto::sr25519_verify(&signature, message.as_bytes(), &public),
			Error::<T>::SignatureInvalid
		);
		Self::add_provider_reference(&account);
		T::SessionKeys::set(&account, keys, proof)?;
		T::Membership::add(&account)?;
		Self::begin_term(&account)?;
		Self::deposit_event(Event::AuthorityAdded { account });
		Ok(())
	}

	pub(crate) fn do_remove_authority(account: T::AccountId) -> DispatchResult {
		ensure!(T::Membership::is_authority(&account), Error::<T>::NotFound);
		let spare = T::Membership::count() > T::MinAuthorities::get();
		ensure!(spare, Error::<T>::MinAuthoritiesReached);
		T::Membership::remove(&account)?;
		T::SessionKeys::remove(&account);
		Terms::<T>::mutate(|terms| terms.remove(&account));
		Self::end_motions_of(&account);
		Self::deposit_event(Event::AuthorityRemoved { account });
		Ok(())
	}

	/// For the `GovernanceApi`: the message that an account signs to offer to be an authority, with
	/// the session keys of its node, as the node returns them.
	pub fn authority_message(account: &T::AccountId, keys: &[u8]) -> String {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		signing::authority_message(&genesis.0, account.as_ref(), keys)
	}

	/// Gives an authority a new term.
	pub(crate) fn begin_term(account: &T::AccountId) -> Result<(), Error<T>> {
		let term = NextTerm::<T>::get();
		Terms::<T>::try_mutate(|terms| terms.try_insert(account.clone(), term))
			.map_err(|_| Error::<T>::MaxAuthoritiesExceeded)?;
		NextTerm::<T>::put(term.saturating_add(1));
		Ok(())
	}

	/// For the `GovernanceApi`: the authorities, in order.
	pub fn authorities() -> Vec<T::AccountId> {
		T::Membership::all()
	}

	/// Gives an account the provider reference that it needs to send transactions. The reference
	/// stays for good: without it the nonce would start again at 0, and old transactions would be
	/// valid again.
	pub(crate) fn add_provider_reference(account: &T::AccountId) {
		if frame_system::Pallet::<T>::providers(account) == 0 {
			frame_system::Pallet::<T>::inc_providers(account);
		}
	}
}
