//! The call `revoke`: a patient revokes a grant.

use frame_support::traits::Time;
use salus_primitives::{ConsortiumCall, GrantEvent, GrantRevocation, InterregionalGrantId};

use crate::{pallet::*, AccountIdOf, Grant, StoredState};

impl<T: Config> Pallet<T> {
	/// Revokes a grant: at once if the region never forwarded it, else by a message. Each grant that was
	/// forwarded has at most one revocation in flight.
	pub(crate) fn do_revoke(
		account: &AccountIdOf<T>,
		id: InterregionalGrantId,
	) -> Result<(), Error<T>> {
		let now = T::Time::now();
		let before = Self::unended_grant(&id, now)?;
		let sequence = match before.state {
			StoredState::Revoked => return Err(Error::<T>::AlreadyRevoked),
			StoredState::Revoking if Self::awaits_answer(&id, &before) => {
				return Err(Error::<T>::AwaitingAnswer);
			}
			StoredState::Revoking => before.sequence,
			_ if before.message.is_none() => {
				Self::revoke_at_once(account, id, before);
				return Ok(());
			}
			_ => (before.sequence)
				.checked_add(1)
				.ok_or(Error::<T>::SequencesUsedUp)?,
		};
		let revocation = GrantRevocation {
			record: id.record,
			grantee: id.grantee.clone(),
			sequence,
		};
		let message = Self::send(None, ConsortiumCall::RevokeGrant { revocation }, now)?;

		let message_id = message.id;
		let after = Grant {
			state: StoredState::Revoking,
			sequence,
			message: Some(message),
			..before.clone()
		};
		Self::store(&id, Some(&before), after);
		// Not for a message that is sent again.
		if before.state != StoredState::Revoking {
			Self::add_history(&id, before.via, GrantEvent::Revoking, Some(account));
		}
		Self::deposit_event(Event::RevocationSent {
			record: id.record,
			grantee: id.grantee,
			sequence,
			message: message_id,
		});
		Ok(())
	}

	fn revoke_at_once(account: &AccountIdOf<T>, id: InterregionalGrantId, before: Grant) {
		let after = Grant {
			state: StoredState::Revoked,
			..before.clone()
		};
		Self::store(&id, Some(&before), after);
		Self::add_history(&id, before.via, GrantEvent::Revoked, Some(account));
		Self::deposit_event(Event::GrantRevoked {
			record: id.record,
			grantee: id.grantee,
			sequence: before.sequence,
		});
	}
}
