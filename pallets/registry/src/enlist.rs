//! The providers' entries in the consortium's directory: the call `enlist`, and queueing an entry.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Time};
use salus_primitives::{
	DirectoryEntry, EnlistmentState, MemberId, ProviderId, SignedKey, Standing,
};

use crate::{
	pallet::*,
	types::{AccountIdOf, Enlistment, OutboxKey, Step},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_enlist(account: AccountIdOf<T>) -> DispatchResult {
		let (id, provider) = Self::provider_of(&account).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(
			provider.standing == Standing::Verified,
			Error::<T>::NotVerified
		);
		let enlistment = Enlistments::<T>::get(id);
		let may_ask = enlistment
			.as_ref()
			.is_none_or(|before| matches!(before.state, EnlistmentState::Refused(_)));
		ensure!(may_ask, Error::<T>::AlreadyEnlisted);

		Self::queue(id, enlistment.unwrap_or_default());
		Ok(())
	}

	/// Queues a provider's entry after a change, if the provider ever asked to be enlisted. Every
	/// change of a value in [`Self::entry`] must call this: a sequence number never stands for two
	/// contents.
	pub(crate) fn tell_consortium(id: ProviderId) {
		if let Some(enlistment) = Enlistments::<T>::get(id) {
			Self::queue(id, enlistment);
		}
	}

	/// Queues a new update. It replaces one that was not sent yet.
	pub(crate) fn queue(id: ProviderId, before: Enlistment) {
		let sequence = before.sequence.saturating_add(1);
		let after = Enlistment {
			sequence,
			state: EnlistmentState::Waiting,
			step: Step::Send(T::Time::now()),
			attempts: 0,
			..before.clone()
		};
		Self::replace_enlistment(id, &before, after);
		Self::deposit_event(Event::DirectoryEntryQueued { id, sequence });
	}

	/// A provider's directory entry as it is now.
	pub(crate) fn entry(id: ProviderId, sequence: u64) -> Option<DirectoryEntry> {
		let provider = Providers::<T>::get(id)?;
		let member = MemberId::Provider(id);
		let key = Keys::<T>::get(member, provider.key_version)?;
		Some(DirectoryEntry {
			id,
			number: provider.number,
			name: provider.name,
			account: provider.account,
			standing: provider.standing,
			since: provider.since,
			key: SignedKey {
				version: provider.key_version,
				key: key.key,
				account: key.account,
				signature: key.signature,
				since: key.since,
			},
			sequence,
		})
	}

	/// Replaces an enlistment, and its place in the outbox.
	pub(crate) fn replace_enlistment(id: ProviderId, before: &Enlistment, after: Enlistment) {
		if let Step::Send(at) = before.step {
			Outbox::<T>::remove(OutboxKey::new(at, id));
		}
		if let Step::Send(at) = after.step {
			Outbox::<T>::insert(OutboxKey::new(at, id), ());
		}
		Enlistments::<T>::insert(id, after);
	}
}
