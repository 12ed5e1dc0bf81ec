//! The pinners of a session.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use frame_support::{
	traits::{Get, OneSessionHandler},
	BoundedVec,
};
use sp_runtime::BoundToRuntimeAppPublic;

use crate::{crypto::PinnerId, pallet::*, LOG_TARGET};

impl<T: Config> Pallet<T> {
	pub(crate) fn current_pinners() -> BTreeSet<T::AccountId> {
		Pinners::<T>::get()
			.into_iter()
			.map(|(account, _)| account)
			.collect()
	}

	fn set_pinners<'a>(validators: impl Iterator<Item = (&'a T::AccountId, PinnerId)>)
	where
		T::AccountId: 'a,
	{
		let all: Vec<_> = validators
			.map(|(account, key)| (account.clone(), key))
			.collect();
		if u32::try_from(all.len()).is_ok_and(|len| len > T::MaxPinners::get()) {
			log::error!(
				target: LOG_TARGET,
				"This session has {} authorities, but there can be only {} pinners: the last ones \
				 cannot pin. Raise MaxPinners in the next runtime upgrade.",
				all.len(),
				T::MaxPinners::get(),
			);
		}
		Reports::<T>::put(BoundedVec::truncate_from(vec![0; all.len()]));
		Pinners::<T>::put(BoundedVec::truncate_from(all));
	}
}

impl<T: Config> BoundToRuntimeAppPublic for Pallet<T> {
	type Public = PinnerId;
}

// The trait's own signatures.
#[allow(clippy::multiple_bound_locations)]
impl<T: Config> OneSessionHandler<T::AccountId> for Pallet<T> {
	type Key = PinnerId;

	fn on_genesis_session<'a, I: 'a>(validators: I)
	where
		I: Iterator<Item = (&'a T::AccountId, PinnerId)>,
	{
		Self::set_pinners(validators);
	}

	fn on_new_session<'a, I: 'a>(_changed: bool, validators: I, _queued: I)
	where
		I: Iterator<Item = (&'a T::AccountId, PinnerId)>,
	{
		Self::set_pinners(validators);
	}

	fn on_disabled(_validator: u32) {}
}
