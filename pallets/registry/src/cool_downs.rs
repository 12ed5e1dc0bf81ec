//! Cool-downs after a motion fell.

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
};
use salus_primitives::Moment;

use crate::{
	pallet::*,
	types::{AccountIdOf, Subject},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_no_cool_down(subject: &Subject<AccountIdOf<T>>) -> DispatchResult {
		let ended = CoolDowns::<T>::get(subject).is_none_or(|until| until <= T::Time::now());
		ensure!(ended, Error::<T>::CoolingDown);
		Ok(())
	}

	pub(crate) fn start_cool_down(subject: Subject<AccountIdOf<T>>) {
		let until: Moment = T::Time::now().saturating_add(T::CoolDown::get());
		CoolDowns::<T>::insert(subject, until);
	}
}
