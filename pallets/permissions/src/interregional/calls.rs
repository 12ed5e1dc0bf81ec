//! What the calls check, send and write.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use salus_primitives::{
	keys::MAX_MODULUS_BITS,
	traits::{Members, RecordContents, Records, ToConsortium},
	ConsortiumCall, DeliveredGrant, GrantRevocation, InterregionalGrantId, MemberId, Moment,
	ProfessionalNumber, RemoteProvider, SendError, Sent, Standing, WrappedKey,
};

use super::{Held, InterregionalGrant, Message, OrderedGrantId, Stage};
use crate::{pallet::*, types::AccountIdOf, Grant};

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_elsewhere(grantee: &RemoteProvider) -> Result<(), Error<T>> {
		let elsewhere = grantee.region != T::Consortium::region();
		ensure!(elsewhere, Error::<T>::GranteeOfThisRegion);
		let formed = grantee.number.check().is_ok();
		ensure!(formed, Error::<T>::GranteeNumberMalformed);
		Ok(())
	}

	/// The region does not know the grantee's encryption key; no key is longer than this.
	pub(crate) fn ensure_plausible(wrapped: &WrappedKey) -> Result<(), Error<T>> {
		let length = u32::try_from(wrapped.ciphertext().len()).unwrap_or(u32::MAX);
		let plausible = length > 0 && length <= MAX_MODULUS_BITS.div_ceil(8);
		ensure!(plausible, Error::<T>::WrappedKeyMisfit);
		Ok(())
	}

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

	/// Writes an inter-regional grant that was checked, in the place of an earlier one if there is
	/// any, unless the consortium may hold one that ends later.
	pub(crate) fn do_grant_interregional(
		id: InterregionalGrantId,
		terms: Grant,
	) -> Result<(), Error<T>> {
		let before = InterregionalGrants::<T>::get(id.record, &id.grantee);
		let held = before.as_ref().map_or(Held::Nothing, |before| before.held);
		let revoking = before
			.as_ref()
			.is_some_and(|before| before.stage == Stage::Revoking);
		ensure!(!revoking, Error::<T>::RevocationPending);
		ensure!(
			Held::of(terms.expires_at) >= held,
			Error::<T>::EndsBeforeSentTerms
		);
		let last = before.as_ref().map_or(0, |before| before.sequence);
		let sequence = last.checked_add(1).ok_or(Error::<T>::SequencesUsedUp)?;
		let was_live = before.as_ref().is_some_and(InterregionalGrant::is_live);
		let room = InterregionalCount::<T>::get(id.record) < T::MaxGrantsPerRecord::get();
		ensure!(was_live || room, Error::<T>::MaxGrantsPerRecordExceeded);

		let after = InterregionalGrant {
			stage: Stage::Granted,
			sequence,
			key_version: terms.wrapped_key.key_version(),
			purpose: terms.purpose,
			granted_at: terms.granted_at,
			expires_at: terms.expires_at,
			message: before.as_ref().and_then(|before| before.message.clone()),
			held,
		};
		InterregionalKeys::<T>::insert(id.record, &id.grantee, terms.wrapped_key);
		Self::write(&id, before.as_ref(), after);
		Self::deposit_event(Event::InterregionalGrantAdded {
			record: id.record,
			grantee: id.grantee,
			sequence,
			purpose: terms.purpose,
			expires_at: terms.expires_at,
		});
		Ok(())
	}

	/// Sends an inter-regional grant to the consortium, for the first time or again.
	pub(crate) fn do_forward(
		id: InterregionalGrantId,
		by: ProfessionalNumber,
	) -> Result<(), Error<T>> {
		let now = T::Time::now();
		let before = Self::ensure_forwardable(&id, now)?;
		let grant = Self::delivered_grant(&id, &before)?;
		// The entry of a message of the same terms that is overdue and not swept yet.
		let overdue = (before.deadline(&id)).filter(|last| Deadlines::<T>::contains_key(last));
		let in_flight = InFlight::<T>::get().saturating_sub(overdue.is_some().into());
		ensure!(
			in_flight < T::MaxInFlight::get(),
			Error::<T>::NotSent(SendError::TooManyInFlight)
		);
		let sent = Self::send(ConsortiumCall::DeliverGrant { grant })?;

		if let Some(overdue) = overdue {
			Deadlines::<T>::remove(overdue);
		}
		let sequence = before.sequence;
		let after = InterregionalGrant {
			stage: Stage::Forwarded,
			message: Some(Self::message(sent, now)),
			held: Held::of(before.expires_at),
			..before.clone()
		};
		if let Some(deadline) = after.deadline(&id) {
			Deadlines::<T>::insert(deadline, ());
			InFlight::<T>::put(in_flight.saturating_add(1));
		}
		Self::write(&id, Some(&before), after);
		Self::deposit_event(Event::GrantForwarded {
			record: id.record,
			grantee: id.grantee,
			sequence,
			by,
			message: sent.message,
		});
		Ok(())
	}

	fn ensure_forwardable(
		id: &InterregionalGrantId,
		now: Moment,
	) -> Result<InterregionalGrant, Error<T>> {
		let grant = Self::standing_grant(id, now)?;
		match grant.stage {
			Stage::Granted | Stage::Refused(_) => Ok(grant),
			Stage::Forwarded if grant.awaits_answer(now) => Err(Error::<T>::AwaitingAnswer),
			Stage::Forwarded => Ok(grant),
			Stage::Delivered => Err(Error::<T>::AlreadyDelivered),
			Stage::Revoking | Stage::Revoked => Err(Error::<T>::AlreadyRevoked),
			Stage::Ended => Err(Error::<T>::NotFound),
		}
	}

	/// Takes an inter-regional grant back: at once if the consortium was never told of it, else by a
	/// message. Such messages are not counted among those in flight, so that nothing keeps a patient
	/// from revoking: there is one at a time for each grant that was forwarded.
	pub(crate) fn do_revoke_interregional(id: InterregionalGrantId) -> Result<(), Error<T>> {
		let now = T::Time::now();
		let before = Self::standing_grant(&id, now)?;
		let sequence = match before.stage {
			Stage::Revoked => return Err(Error::<T>::AlreadyRevoked),
			Stage::Revoking if before.awaits_answer(now) => {
				return Err(Error::<T>::AwaitingAnswer);
			}
			Stage::Revoking => before.sequence,
			_ if before.message.is_none() => before.sequence,
			_ => (before.sequence)
				.checked_add(1)
				.ok_or(Error::<T>::SequencesUsedUp)?,
		};
		if before.message.is_none() {
			Self::revoke_at_once(id, before);
			return Ok(());
		}
		let revocation = GrantRevocation {
			record: id.record,
			grantee: id.grantee.clone(),
			sequence,
		};
		let sent = Self::send(ConsortiumCall::RevokeGrant { revocation })?;

		let after = InterregionalGrant {
			stage: Stage::Revoking,
			sequence,
			message: Some(Self::message(sent, now)),
			..before.clone()
		};
		Self::write(&id, Some(&before), after);
		Self::deposit_event(Event::RevocationSent {
			record: id.record,
			grantee: id.grantee,
			sequence,
			message: sent.message,
		});
		Ok(())
	}

	fn revoke_at_once(id: InterregionalGrantId, before: InterregionalGrant) {
		let after = InterregionalGrant {
			stage: Stage::Revoked,
			..before.clone()
		};
		Self::write(&id, Some(&before), after);
		Self::deposit_event(Event::InterregionalGrantRevoked {
			record: id.record,
			grantee: id.grantee,
			sequence: before.sequence,
		});
	}

	/// A grant that has not ended by itself.
	fn standing_grant(
		id: &InterregionalGrantId,
		now: Moment,
	) -> Result<InterregionalGrant, Error<T>> {
		InterregionalGrants::<T>::get(id.record, &id.grantee)
			.filter(|grant| !grant.has_ended(now))
			.ok_or(Error::<T>::NotFound)
	}

	/// What the consortium is told of a grant: its terms, and of the record and its author what a
	/// reader in another region needs.
	fn delivered_grant(
		id: &InterregionalGrantId,
		grant: &InterregionalGrant,
	) -> Result<DeliveredGrant, Error<T>> {
		let wrapped_key =
			InterregionalKeys::<T>::get(id.record, &id.grantee).ok_or(Error::<T>::NotFound)?;
		let content = T::Records::content_of(id.record).ok_or(Error::<T>::RecordNotFound)?;
		match T::Members::standing(&content.author) {
			Some(Standing::Verified | Standing::Retired) => {}
			Some(Standing::Suspended) | None => return Err(Error::<T>::AuthorNotInGoodStanding),
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

	fn send(call: ConsortiumCall) -> Result<Sent, Error<T>> {
		T::Consortium::send(call).map_err(Error::<T>::NotSent)
	}

	fn message(sent: Sent, now: Moment) -> Message {
		Message {
			id: sent.message,
			sent_at: now,
			deadline: now.saturating_add(T::AnswerTime::get()),
		}
	}

	/// Writes what became of a grant, with its indices and its record's count. The wrapped key of one
	/// that does not live leaves the state; that of a new one is written before.
	pub(super) fn write(
		id: &InterregionalGrantId,
		before: Option<&InterregionalGrant>,
		after: InterregionalGrant,
	) {
		let key = OrderedGrantId::from(id);
		let was = |what: fn(&InterregionalGrant) -> bool| before.is_some_and(what);
		match (was(InterregionalGrant::is_live), after.is_live()) {
			(false, true) => InterregionalCount::<T>::mutate(id.record, |count| {
				*count = count.saturating_add(1);
			}),
			(true, false) => {
				InterregionalKeys::<T>::remove(id.record, &id.grantee);
				InterregionalCount::<T>::mutate_exists(id.record, |count| {
					let left = count.unwrap_or_default().saturating_sub(1);
					*count = (left > 0).then_some(left);
				});
			}
			_ => {}
		}
		if let Some(patient) = T::Records::patient_of(id.record) {
			match (was(InterregionalGrant::is_listed), after.is_listed()) {
				(false, true) => GivenBy::<T>::insert(patient, &key, ()),
				(true, false) => GivenBy::<T>::remove(patient, &key),
				_ => {}
			}
		}
		match (
			was(InterregionalGrant::is_unanswered),
			after.is_unanswered(),
		) {
			(false, true) => Unanswered::<T>::insert(&key, ()),
			(true, false) => Unanswered::<T>::remove(&key),
			_ => {}
		}
		let (old, new) = (before.and_then(|grant| grant.expiry(id)), after.expiry(id));
		if old != new {
			old.into_iter().for_each(InterregionalExpiries::<T>::remove);
			new.into_iter()
				.for_each(|expiry| InterregionalExpiries::<T>::insert(expiry, ()));
		}
		InterregionalGrants::<T>::insert(id.record, &id.grantee, after);
	}
}
