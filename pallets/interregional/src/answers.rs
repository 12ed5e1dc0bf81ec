//! The consortium's answers.

use frame_support::traits::Time;
use salus_primitives::{
	traits::OnAnswer, About, Answer, Cause, GrantEvent, InterregionalGrantId, Moment, Reason,
};

use crate::{pallet::*, ConsortiumHolds, Grant, StoredState};

/// Takes the answer to the last message about a grant, however late, and ignores all others. Once
/// the consortium has done what the message says, further answers to it change nothing. So the
/// order of answers to a message that was sent twice does not matter.
impl<T: Config> OnAnswer for Pallet<T> {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		let About::Grant(id) = about else { return };
		let Some(before) = Self::with_sequence(id, sequence) else {
			return;
		};
		let result = answer.clone().into_result();
		match before.state {
			StoredState::Forwarded | StoredState::Refused(_) => {
				Self::take_delivery_answer(id, before, result);
			}
			StoredState::Revoking => Self::take_revocation_answer(id, before, result),
			// These terms were not sent, or they were answered, or the grant is gone.
			StoredState::Granted
			| StoredState::Delivered
			| StoredState::Revoked
			| StoredState::Ended => {}
		}
	}

	/// Says that a delivery is overdue, unless it was sent again since. The view shows that by itself.
	fn on_overdue(about: &About, sequence: u64, _deadline: Moment) {
		let About::Grant(id) = about else { return };
		let Some(grant) = Self::with_sequence(id, sequence) else {
			return;
		};
		if grant.state == StoredState::Forwarded && !Self::awaits_answer(id, &grant) {
			Self::deposit_event(Event::AnswerOverdue {
				record: id.record,
				grantee: id.grantee.clone(),
				sequence,
			});
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		crate::benchmarking::awaiting::<T>()
	}
}

impl<T: Config> Pallet<T> {
	/// A grant that has not ended by itself, if this is its sequence number.
	fn with_sequence(id: &InterregionalGrantId, sequence: u64) -> Option<Grant> {
		let grant = Self::unended_grant(id, T::Time::now()).ok()?;
		(grant.sequence == sequence).then_some(grant)
	}

	fn take_delivery_answer(id: &InterregionalGrantId, before: Grant, result: Result<(), Cause>) {
		let (record, grantee) = (id.record, id.grantee.clone());
		let sequence = before.sequence;
		let (state, event) = match result {
			Ok(()) => (
				StoredState::Delivered,
				Event::GrantDelivered {
					record,
					grantee,
					sequence,
				},
			),
			Err(cause) => (
				StoredState::Refused(cause.clone()),
				Event::GrantRefused {
					record,
					grantee,
					sequence,
					cause,
				},
			),
		};
		if state == before.state {
			return;
		}
		let after = Grant {
			state,
			..before.clone()
		};
		if after.state == StoredState::Delivered {
			Self::add_history(id, before.via, GrantEvent::Delivered, None);
		}
		Self::store(id, Some(&before), after);
		Self::deposit_event(event);
	}

	fn take_revocation_answer(id: &InterregionalGrantId, before: Grant, result: Result<(), Cause>) {
		let (record, grantee) = (id.record, id.grantee.clone());
		let sequence = before.sequence;
		let mut after = before.clone();
		let event = match result {
			Ok(()) => {
				after.state = StoredState::Revoked;
				after.consortium_holds = ConsortiumHolds::Nothing;
				Event::GrantRevoked {
					record,
					grantee,
					sequence,
				}
			}
			Err(cause) => {
				// The patient may send it again at once. If the consortium has this sequence number
				// already, the next message takes a later one.
				let used = matches!(cause, Cause::Reason(Reason::Superseded | Reason::Conflict));
				after.sequence = sequence.saturating_add(used.into());
				Event::RevocationRefused {
					record,
					grantee,
					sequence,
					cause,
				}
			}
		};
		// A refusal that the region no longer waited for says nothing new.
		if after == before && !Self::awaits_answer(id, &before) {
			return;
		}
		if after.state == StoredState::Revoked {
			Self::add_history(id, before.via, GrantEvent::Revoked, None);
		}
		Self::store(id, Some(&before), after);
		Self::deposit_event(event);
	}
}
