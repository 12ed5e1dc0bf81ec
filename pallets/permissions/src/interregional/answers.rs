//! What the consortium answers.

use frame_support::traits::Time;
use salus_primitives::{
	traits::OnAnswer, About, Answer, Cause, InterregionalGrantId, Moment, Reason,
};

use super::{Held, InterregionalGrant, Stage};
use crate::pallet::*;

/// Told of any answer, it takes the one to the last word on a grant, however late, and ignores all
/// others. Once the consortium has done what it was told, a further answer to the same changes
/// nothing, so the order of answers to a message that was sent twice does not matter.
impl<T: Config> OnAnswer for Pallet<T> {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		let About::Grant(id) = about else { return };
		let now = T::Time::now();
		let before = InterregionalGrants::<T>::get(id.record, &id.grantee)
			.filter(|grant| grant.sequence == sequence && !grant.has_ended(now));
		let Some(before) = before else { return };
		let result = answer.clone().into_result();
		match before.stage {
			Stage::Forwarded | Stage::Refused(_) => Self::delivery_answered(id, before, result),
			Stage::Revoking => Self::revocation_answered(id, before, result, now),
			// On these terms nothing was sent, or it was answered, or nobody asks any more.
			Stage::Granted | Stage::Delivered | Stage::Revoked | Stage::Ended => {}
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		crate::benchmarking::awaiting::<T>()
	}
}

impl<T: Config> Pallet<T> {
	fn delivery_answered(
		id: &InterregionalGrantId,
		before: InterregionalGrant,
		result: Result<(), Cause>,
	) {
		let (record, grantee) = (id.record, id.grantee.clone());
		let sequence = before.sequence;
		let (stage, event) = match result {
			Ok(()) => (
				Stage::Delivered,
				Event::GrantDelivered {
					record,
					grantee,
					sequence,
				},
			),
			Err(cause) => (
				Stage::Refused(cause.clone()),
				Event::GrantRefused {
					record,
					grantee,
					sequence,
					cause,
				},
			),
		};
		if stage == before.stage {
			return;
		}
		Self::land(id, &before);
		let after = InterregionalGrant {
			stage,
			..before.clone()
		};
		Self::write(id, Some(&before), after);
		Self::deposit_event(event);
	}

	fn revocation_answered(
		id: &InterregionalGrantId,
		before: InterregionalGrant,
		result: Result<(), Cause>,
		now: Moment,
	) {
		let (record, grantee) = (id.record, id.grantee.clone());
		let sequence = before.sequence;
		let mut after = before.clone();
		let event = match result {
			Ok(()) => {
				after.stage = Stage::Revoked;
				after.held = Held::Nothing;
				Event::InterregionalGrantRevoked {
					record,
					grantee,
					sequence,
				}
			}
			Err(cause) => {
				// It may be sent again at once: by a later number where this one is taken.
				after.message = after.message.map(|mut last| {
					last.deadline = last.deadline.min(now);
					last
				});
				let taken = matches!(cause, Cause::Reason(Reason::Superseded | Reason::Conflict));
				after.sequence = sequence.saturating_add(taken.into());
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
		Self::write(id, Some(&before), after);
		Self::deposit_event(event);
	}

	/// The last message about a grant is not in flight any more.
	fn land(id: &InterregionalGrantId, grant: &InterregionalGrant) {
		let last = grant.deadline(id);
		if let Some(deadline) = last.filter(|last| Deadlines::<T>::contains_key(last)) {
			Self::forget_deadline(&deadline);
		}
	}

	pub(super) fn forget_deadline(deadline: &super::Deadline) {
		Deadlines::<T>::remove(deadline);
		InFlight::<T>::mutate(|count| *count = count.saturating_sub(1));
	}
}
