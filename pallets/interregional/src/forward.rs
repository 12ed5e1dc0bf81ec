//! The call `forward`: a provider sends a grant to the consortium.

use frame_support::traits::Time;
use salus_primitives::{
	traits::{Members, RecordContents},
	ConsortiumCall, DeliveredGrant, InterregionalGrantId, MemberId, Moment, ProfessionalNumber,
	Standing,
};

use crate::{pallet::*, AccountIdOf, ConsortiumHolds, Grant, StoredState};

impl<T: Config> Pallet<T> {
	/// The verified provider that an account acts for.
	pub(crate) fn ensure_provider(
		account: &AccountIdOf<T>,
	) -> Result<ProfessionalNumber, Error<T>> {
		match T::Members::member_of(account) {
			Some(MemberId::Provider(number))
				if T::Members::standing(&number) == Some(Standing::Verified) =>
			{
				Ok(number)
			}
			_ => Err(Error::<T>::NotAuthorized),
		}
	}

	/// Sends a grant to the consortium, for the first time or again.
	pub(crate) fn do_forward(
		id: InterregionalGrantId,
		by: ProfessionalNumber,
	) -> Result<(), Error<T>> {
		let now = T::Time::now();
		let before = Self::ensure_forwardable(&id, now)?;
		let grant = Self::delivered_grant(&id, &before)?;
		let message = Self::send(
			Some(by.clone()),
			ConsortiumCall::DeliverGrant { grant },
			now,
		)?;

		let (message_id, sequence) = (message.id, before.sequence);
		let after = Grant {
			state: StoredState::Forwarded,
			message: Some(message),
			consortium_holds: ConsortiumHolds::until(before.expires_at),
			..before.clone()
		};
		Self::store(&id, Some(&before), after);
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
		match T::Members::standing(&content.author) {
			Some(standing) if !standing.is_suspended() => {}
			_ => return Err(Error::<T>::AuthorNotInGoodStanding),
		}
		let author_name = T::Members::name_of(&content.author);
		let author_name = author_name.ok_or(Error::<T>::AuthorNotInGoodStanding)?;
		Ok(DeliveredGrant {
			record: id.record,
			grantee: id.grantee.clone(),
			patient: content.patient,
			author: content.author,
			author_name,
			account: content.account,
			sealed_name: content.sealed_name,
			hash: content.hash,
			cid: content.cid,
			size: content.size,
			added_at: content.added_at,
			wrapped_key,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
			sequence: grant.sequence,
		})
	}
}
