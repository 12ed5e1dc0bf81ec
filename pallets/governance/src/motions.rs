//! How many motions one authority may have open, and their end.

use core::marker::PhantomData;

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::{Consideration, Get, MaybeConsideration},
	weights::WeightMeter,
	CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::{traits::Zero, DispatchError, Saturating};

use crate::{pallet::*, Motions, WeightInfo};

/// For the runtime: the `Consideration` of `pallet-collective`. Refuses a motion of an authority
/// that has [`Config::MaxMotionsOfOne`] open.
///
/// The collective gives only the number of all motions, and would keep a ticket after the motion's
/// end. So it gets none, and this pallet keeps who proposed what.
#[derive(
	CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct OpenMotion<T>(PhantomData<T>);

impl<T: Config + Send + Sync> Consideration<T::AccountId, u32> for OpenMotion<T> {
	fn new(proposer: &T::AccountId, _: u32) -> Result<Self, DispatchError> {
		Pallet::<T>::note_proposer(proposer)?;
		Ok(Self(PhantomData))
	}

	fn update(self, _: &T::AccountId, _: u32) -> Result<Self, DispatchError> {
		Ok(self)
	}

	fn drop(self, _: &T::AccountId) -> Result<(), DispatchError> {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: &T::AccountId, _: u32) {}
}

impl<T: Config + Send + Sync> MaybeConsideration<T::AccountId, u32> for OpenMotion<T> {
	fn is_none(&self) -> bool {
		true
	}
}

impl<T: Config> Pallet<T> {
	/// Notes who proposed the newest motion.
	fn note_proposer(proposer: &T::AccountId) -> Result<(), Error<T>> {
		// The weights of the collective do not have this.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::keep_motions(),
			DispatchClass::Operational,
		);
		let open = T::Motions::open();
		let Some((newest, earlier)) = open.split_last() else {
			return Ok(());
		};
		let mut proposers = Proposers::<T>::get();
		proposers.retain(|(motion, ..)| earlier.contains(motion));
		let count = proposers.iter().filter(|(_, by, _)| by == proposer).count();
		let room = u32::try_from(count).is_ok_and(|count| count < T::MaxMotionsOfOne::get());
		ensure!(room, Error::<T>::TooManyMotions);
		let end =
			frame_system::Pallet::<T>::block_number().saturating_add(T::MotionDuration::get());
		proposers
			.try_push((*newest, proposer.clone(), end))
			.map_err(|_| Error::<T>::TooManyMotions)?;
		Proposers::<T>::put(proposers);
		Ok(())
	}

	/// Ends the motions of an authority that is removed: they would take the room of others.
	pub(crate) fn end_motions_of(account: &T::AccountId) {
		Proposers::<T>::mutate(|all| {
			let theirs = all.iter_mut().filter(|(_, by, _)| by == account);
			theirs.for_each(|(.., end)| *end = Zero::zero());
		});
	}

	/// Drops the oldest motion that has ended. Others that have ended are dropped in the next blocks,
	/// one in each.
	pub(crate) fn drop_ended(now: BlockNumberFor<T>, block: &mut WeightMeter) {
		let drop = T::WeightInfo::drop_motion();
		if !block.can_consume(drop) {
			return;
		}
		let ended = Proposers::<T>::get()
			.into_iter()
			.find(|(.., end)| *end <= now);
		let Some((motion, ..)) = ended else {
			block.consume(T::WeightInfo::keep_motions());
			return;
		};
		block.consume(drop);
		Proposers::<T>::mutate(|all| all.retain(|(one, ..)| *one != motion));
		if T::Motions::open().contains(&motion) {
			T::Motions::drop(motion);
		}
	}
}
