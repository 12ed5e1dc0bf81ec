//! The authorities as the makers of blocks.

use alloc::vec::Vec;
use core::marker::PhantomData;

use pallet_session::SessionManager;
use salus_primitives::traits::Authorities;

use crate::{Config, SessionKeys};

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
