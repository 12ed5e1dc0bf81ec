//! Parameters that the authorities set within bounds.

use core::marker::PhantomData;

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};

use crate::{pallet::*, Parameter};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_parameter(parameter: Parameter) -> DispatchResult {
		ensure!(Self::in_bounds(&parameter), Error::<T>::OutOfBounds);
		match parameter {
			Parameter::NoticePeriod(period) => NoticePeriod::<T>::put(period),
			Parameter::ReplicationTarget(target) => ReplicationTarget::<T>::put(target),
		}
		Self::deposit_event(Event::ParameterSet { parameter });
		Ok(())
	}

	pub(crate) fn in_bounds(parameter: &Parameter) -> bool {
		match parameter {
			Parameter::NoticePeriod(period) => {
				(T::MinNoticePeriod::get()..=T::MaxNoticePeriod::get()).contains(period)
			}
			Parameter::ReplicationTarget(target) => {
				(1..=T::MaxReplicationTarget::get()).contains(target)
			}
		}
	}
}

/// For other pallets: how many pins each record's envelope should have.
pub struct ReplicationTargetOf<T>(PhantomData<T>);

impl<T: Config> Get<u32> for ReplicationTargetOf<T> {
	fn get() -> u32 {
		ReplicationTarget::<T>::get()
	}
}
