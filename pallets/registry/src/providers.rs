//! Providers: their standing and retirement.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use salus_primitives::{ProviderId, Standing};

use crate::{pallet::*, types::AccountIdOf};

impl<T: Config> Pallet<T> {
	/// Changes a provider's standing, and tells the consortium.
	pub(crate) fn set_standing(id: ProviderId, change: fn(Standing) -> Standing) {
		Providers::<T>::mutate_extant(id, |provider| {
			provider.standing = change(provider.standing);
		});
		Self::tell_consortium(id);
	}

	/// Withdraws a provider's verification: its number is free. The consortium is told even if the
	/// provider never enlisted, as records that it wrote may have left the region.
	pub(crate) fn unverify(id: ProviderId) {
		let Some(number) = Providers::<T>::get(id).map(|provider| provider.number) else {
			return;
		};
		Providers::<T>::mutate_extant(id, |provider| {
			provider.standing = provider.standing.unverified();
		});
		Holders::<T>::remove(&number);
		Self::queue(id, Enlistments::<T>::get(id).unwrap_or_default());
		Self::deposit_event(Event::ProviderUnverified { id, number });
	}

	pub(crate) fn do_retire(account: AccountIdOf<T>) -> DispatchResult {
		let (id, provider) = Self::provider_of(&account).ok_or(Error::<T>::NotAuthorized)?;
		let standing = provider.standing;
		ensure!(!standing.is_unverified(), Error::<T>::Unverified);
		ensure!(!standing.is_retired(), Error::<T>::AlreadyRetired);

		Self::set_standing(id, Standing::retired);
		Self::deposit_event(Event::ProviderRetired { id });
		Ok(())
	}
}
