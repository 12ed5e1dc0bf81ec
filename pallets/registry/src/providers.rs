//! Providers: their standing and retirement.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use salus_primitives::{ProfessionalNumber, Standing};

use crate::{pallet::*, types::AccountIdOf};

impl<T: Config> Pallet<T> {
	/// Changes a provider's standing, and tells the consortium.
	pub(crate) fn set_standing(number: &ProfessionalNumber, change: fn(Standing) -> Standing) {
		Providers::<T>::mutate_extant(number, |provider| {
			provider.standing = change(provider.standing);
		});
		Self::tell_consortium(number);
	}

	pub(crate) fn do_retire(account: AccountIdOf<T>) -> DispatchResult {
		let (number, provider) = Self::provider_of(&account).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(!provider.standing.is_retired(), Error::<T>::AlreadyRetired);

		Self::set_standing(&number, Standing::retired);
		Self::deposit_event(Event::ProviderRetired { number });
		Ok(())
	}
}
