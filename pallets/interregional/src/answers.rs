//! The consortium's answers.

use frame_support::traits::Time;
use salus_primitives::{
	traits::OnAnswer, About, Answer, Cause, InterregionalGrantId, Moment, Reason,
};

use crate::{pallet::*, ConsortiumHolds, Grant, StoredState};

/// Takes the answer to the last message about a grant, however late, and ignores all others. Once
/// the consortium has done what the message says, further answers to it change nothing. So the
/// order of answers to a message that was sent twice does not matter.
impl<T: Config> OnAnswer for Pallet<T> {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		let About::Grant(id) = about else { return };
		let now = T::Time::now();
		let before = Grants::<T>::get(id.record, &id.grantee)
			.filter(|grant| grant.sequence == sequence && !grant.has_ended(now));
		let Some(before) = before else { return };
		let result = answer.clone().into_result();
		match before.state {
			StoredState::Forwarded | StoredState::Refused(_) => {
				Self::take_delivery_answer(id, before, result);
			}
			StoredState::Revoking => Self::take_revocation_answer(id, before, result, now),
			// These terms were not sent, or they were answered, or the grant is gone.
			StoredState::Granted
			| StoredState::Delivered
			| StoredState::Revoked
			| StoredState::Ended => {}
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		crate::benchmarking::awaiting::<T>()
	}
}

impl<T: Config> Pallet<T> {
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
		let deadline = before.deadline(id);
		if let Some(deadline) = deadline.filter(|it| Deadlines::<T>::contains_key(it)) {
			Self::remove_deadline(&deadline);
		}
		let after = Grant {
			state,
			..before.clone()
		};
		Self::store(id, Some(&before), after);
		Self::deposit_event(event);
	}

	fn take_revocation_answer(
		id: &InterregionalGrantId,
		before: Grant,
		result: Result<(), Cause>,
		now: Moment,
	) {
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
				after.message = after.message.map(|mut last| {
					last.deadline = last.deadline.min(now);
					last
				});
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
		if after == before {
			return;
		}
		Self::store(id, Some(&before), after);
		Self::deposit_event(event);
	}
}
