//! The call `forward`: a provider sends a grant to the consortium.

use frame_support::traits::Time;
use salus_primitives::{
	traits::{Members, RecordContents},
	Author, ConsortiumCall, DeliveredAuthor, DeliveredGrant, GrantEvent, InterregionalGrantId,
	MemberId, Moment, ProviderId, Standing,
};

use crate::{pallet::*, AccountIdOf, ConsortiumHolds, Grant, StoredState};

impl<T: Config> Pallet<T> {
	/// The verified provider that an account acts for.
	pub(crate) fn ensure_provider(account: &AccountIdOf<T>) -> Result<ProviderId, Error<T>> {
		match T::Members::member_of(account) {
			Some(MemberId::Provider(id))
				if T::Members::standing(id) == Some(Standing::Verified) =>
			{
				Ok(id)
			}
			_ => Err(Error::<T>::NotAuthorized),
		}
	}

	/// Sends a grant to the consortium, for the first time or again.
	pub(crate) fn do_forward(
		account: &AccountIdOf<T>,
		id: InterregionalGrantId,
		by: ProviderId,
	) -> Result<(), Error<T>> {
		let now = T::Time::now();
		let before = Self::ensure_forwardable(&id, now)?;
		Self::ensure_may_wait(id.record, Some(&before))?;
		let grant = Self::delivered_grant(&id, &before)?;
		let message = Self::send(Some(by), ConsortiumCall::DeliverGrant { grant }, now)?;

		let (message_id, sequence) = (message.id, before.sequence);
		let after = Grant {
			state: StoredState::Forwarded,
			message: Some(message),
			consortium_holds: ConsortiumHolds::until(before.expires_at),
			..before.clone()
		};
		Self::store(&id, Some(&before), after);
		// Once for each grant: a provider can forward a refused one again and again.
		if before.state == StoredState::Granted {
			Self::add_history(&id, before.via, GrantEvent::Forwarded, Some(account));
		}
		Self::deposit_event(Event::GrantForwarded {
			record: id.record,
			grantee: id.grantee,
			sequence,
			by,
			message: message_id,
		});
		Ok(())
	}

	fn ensure_forwardable(id: &InterregionalGrantId, now: Moment) -> Result<Grant, Error<T>> {
		let grant = Self::unended_grant(id, now)?;
		match grant.state {
			StoredState::Granted | StoredState::Refused(_) => Ok(grant),
			StoredState::Forwarded if Self::awaits_answer(id, &grant) => {
				Err(Error::<T>::AwaitingAnswer)
			}
			StoredState::Forwarded => Ok(grant),
			StoredState::Delivered => Err(Error::<T>::AlreadyDelivered),
			StoredState::Revoking | StoredState::Revoked => Err(Error::<T>::AlreadyRevoked),
			StoredState::Ended => Err(Error::<T>::NotFound),
		}
	}

	/// The message's content: the terms of a grant, and what a reader in another region needs of the
	/// record and its author.
	fn delivered_grant(
		id: &InterregionalGrantId,
		grant: &Grant,
	) -> Result<DeliveredGrant, Error<T>> {
		let wrapped_key =
			WrappedKeys::<T>::get(id.record, &id.grantee).ok_or(Error::<T>::NotFound)?;
		let content = T::Records::content_of(id.record).ok_or(Error::<T>::RecordNotFound)?;
		let author = Self::delivered_author(content.author, content.account)?;
		Ok(DeliveredGrant {
			record: id.record,
			grantee: id.grantee.clone(),
			patient: content.patient,
			author,
			sealed_name: content.sealed_name,
			hash: content.hash,
			cid: content.cid,
			size: content.size,
			added_at: content.added_at,
			amended_hash: content.amended_hash,
			wrapped_key,
			via: grant.via,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
			sequence: grant.sequence,
		})
	}

	/// The author as the consortium gets it. Nothing that is written by a suspended provider leaves
	/// the region. What another provider wrote does, with its standing in the directory.
	fn delivered_author(
		author: Author,
		account: salus_primitives::AccountId,
	) -> Result<DeliveredAuthor, Error<T>> {
		let Author::Provider(id) = author else {
			return Ok(DeliveredAuthor::Patient);
		};
		let suspended = T::Members::standing(id).is_some_and(Standing::is_suspended);
		let (number, name) = T::Members::profile_of(id)
			.filter(|_| !suspended)
			.ok_or(Error::<T>::AuthorNotInGoodStanding)?;
		Ok(DeliveredAuthor::Provider {
			id,
			number,
			name,
			account,
		})
	}
}
