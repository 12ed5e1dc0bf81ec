//! Providers: their standing and retirement.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use salus_primitives::{ProfessionalNumber, Standing};

use crate::{
	pallet::*,
	types::{AccountIdOf, MotionOf},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn set_standing(number: &ProfessionalNumber, standing: Standing) {
		Providers::<T>::mutate_extant(number, |provider| provider.standing = standing);
		Self::tell_consortium(number);
	}

	pub(crate) fn do_retire(account: AccountIdOf<T>) -> DispatchResult {
		let (number, provider) = Self::provider_of(&account).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(
			provider.standing != Standing::Retired,
			Error::<T>::AlreadyRetired
		);

		Motions::<T>::remove(MotionOf::<T>::Suspend {
			number: number.clone(),
		});
		Motions::<T>::remove(MotionOf::<T>::Reinstate {
			number: number.clone(),
		});
		Self::set_standing(&number, Standing::Retired);
		Self::deposit_event(Event::ProviderRetired { number });
		Ok(())
	}
}
