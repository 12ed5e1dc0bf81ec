//! Invitations: the call, and the limit for each inviter and period.

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
};
use salus_primitives::{traits::Authorities, Standing};

use crate::{
	pallet::*,
	types::{AccountIdOf, Invitations},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_invite(by: AccountIdOf<T>, account: AccountIdOf<T>) -> DispatchResult {
		let limit = Self::invitation_limit(&by).ok_or(Error::<T>::NotAuthorized)?;
		let invitations = Self::invitations_of(&by);
		ensure!(
			!Invited::<T>::contains_key(&account),
			Error::<T>::AlreadyInvited
		);
		ensure!(invitations.made < limit, Error::<T>::MaxInvitationsExceeded);

		let made = invitations.made.saturating_add(1);
		InvitationsMade::<T>::insert(
			&by,
			Invitations {
				made,
				..invitations
			},
		);
		Self::let_in(&account);
		Self::deposit_event(Event::AccountInvited { account, by });
		Ok(())
	}

	/// Marks an account as invited and gives it the reference that it needs to send transactions.
	/// The reference stays for good: taking it away would reset the account's nonce.
	pub(crate) fn let_in(account: &AccountIdOf<T>) {
		if !Invited::<T>::contains_key(account) {
			frame_system::Pallet::<T>::inc_providers(account);
			Invited::<T>::insert(account, ());
		}
	}

	/// How many invitations an account may make in a period; `None` if it may make none at all.
	pub(crate) fn invitation_limit(account: &AccountIdOf<T>) -> Option<u32> {
		if T::Authorities::is_authority(account) {
			return Some(T::AuthorityInvitationsPerPeriod::get());
		}
		let (_, provider) = Self::provider_of(account)?;
		(provider.standing == Standing::Verified).then(T::InvitationsPerPeriod::get)
	}

	/// The invitations of an account in the current period.
	pub(crate) fn invitations_of(account: &AccountIdOf<T>) -> Invitations {
		let period = T::Time::now()
			.checked_div(T::InvitationPeriod::get())
			.unwrap_or_default();
		match InvitationsMade::<T>::get(account) {
			Some(invitations) if invitations.period == period => invitations,
			_ => Invitations { period, made: 0 },
		}
	}
}
