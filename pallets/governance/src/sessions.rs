//! The authorities as collators: sessions, and who makes blocks in them.

use alloc::vec::Vec;
use core::marker::PhantomData;

use frame_support::{traits::Time, weights::Weight};
use pallet_session::SessionManager;
use salus_primitives::{traits::Authorities, Moment};

use crate::{pallet::*, SessionKeys, Sessions, WeightInfo};

/// Gives `pallet-session` the authorities whose session keys are set as the next collators.
///
/// When there are none, it gives nothing, so that those of the session before go on: an empty set
/// would halt the chain for good.
pub struct AuthoritySessions<T>(PhantomData<T>);

impl<T: Config> SessionManager<T::AccountId> for AuthoritySessions<T> {
	fn new_session(_new_index: u32) -> Option<Vec<T::AccountId>> {
		let mut collators = T::Membership::all();
		collators.retain(T::SessionKeys::are_set);
		(!collators.is_empty()).then_some(collators)
	}

	fn start_session(_start_index: u32) {}

	fn end_session(_end_index: u32) {}
}

impl<T: Config> Pallet<T> {
	/// Ends a session that has lasted [`SessionLength`], in the first block that may end one.
	///
	/// `pallet-session` would do it by itself, and then claim the weight of a whole block.
	pub(crate) fn do_end_session() -> Weight {
		let now = T::Time::now();
		let Some(start) = SessionStart::<T>::get() else {
			// The first block has no time before it: the first session begins with the second.
			if now > 0 {
				SessionStart::<T>::put(now);
			}
			return T::WeightInfo::keep_session();
		};
		let end = start.saturating_add(SessionLength::<T>::get());
		if now < end || !T::Sessions::may_end() {
			return T::WeightInfo::keep_session();
		}
		Self::begin_session(now);
		T::WeightInfo::keep_session().saturating_add(T::WeightInfo::end_session())
	}

	/// Ends the session and begins the next one now.
	pub(crate) fn begin_session(now: Moment) {
		T::Sessions::rotate();
		SessionStart::<T>::put(now);
	}
}
