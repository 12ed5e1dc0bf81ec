//! The authorities: adding and removing one.

use alloc::vec::Vec;

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use salus_primitives::traits::Authorities;

use crate::{pallet::*, Membership, SessionKeys};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_add_authority(account: T::AccountId) -> DispatchResult {
		ensure!(
			!T::Membership::is_authority(&account),
			Error::<T>::AlreadyExists
		);
		let room = T::Membership::count() < T::MaxAuthorities::get();
		ensure!(room, Error::<T>::MaxAuthoritiesExceeded);
		ensure!(
			T::SessionKeys::are_set(&account),
			Error::<T>::SessionKeysNotSet
		);
		T::Membership::add(&account)?;
		Self::add_provider_reference(&account);
		Self::deposit_event(Event::AuthorityAdded { account });
		Ok(())
	}

	pub(crate) fn do_remove_authority(account: T::AccountId) -> DispatchResult {
		ensure!(T::Membership::is_authority(&account), Error::<T>::NotFound);
		let spare = T::Membership::count() > T::MinAuthorities::get();
		ensure!(spare, Error::<T>::MinAuthoritiesReached);
		T::Membership::remove(&account)?;
		Self::deposit_event(Event::AuthorityRemoved { account });
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
