//! The consortium's answers about directory entries.

use frame_support::traits::{Get, Time};
use salus_primitives::{
	traits::OnAnswer, About, Answer, Cause, EnlistmentState, Moment, ProviderId, Reason, Standing,
};

use crate::{
	pallet::*,
	types::{Enlistment, Step},
};

impl<T: Config> Pallet<T> {
	fn do_answer(id: ProviderId, sequence: u64, answer: &Answer) {
		let Some(before) = Enlistments::<T>::get(id) else {
			return;
		};
		// An update that was not sent cannot be answered.
		if before.sequence != sequence || before.state == EnlistmentState::Waiting {
			return;
		}
		let state = match answer.clone().into_result() {
			Ok(()) => EnlistmentState::Enlisted,
			Err(cause) => EnlistmentState::Refused(cause),
		};
		if before.state == state {
			return;
		}
		let after = match state {
			EnlistmentState::Refused(cause) => Self::refused(id, &before, cause),
			_ => Self::accepted(id, &before),
		};
		Self::replace_enlistment(id, &before, after);
	}

	fn accepted(id: ProviderId, before: &Enlistment) -> Enlistment {
		let sequence = before.sequence;
		Self::deposit_event(Event::ProviderEnlisted { id, sequence });
		Enlistment {
			state: EnlistmentState::Enlisted,
			step: Step::Rest,
			attempts: 0,
			enlisted: Some(sequence),
			..before.clone()
		}
	}

	/// Whether the provider can remove the cause and enlist again. It cannot when its region is
	/// expelled: the consortium does not tell the region when it admits it again.
	fn provider_can_fix(cause: &Cause) -> bool {
		matches!(cause, Cause::Reason(reason) if *reason != Reason::NotARegion)
	}

	fn refused(id: ProviderId, before: &Enlistment, cause: Cause) -> Enlistment {
		Self::deposit_event(Event::EnlistmentRefused {
			id,
			sequence: before.sequence,
			cause: cause.clone(),
		});
		let unknown = cause == Cause::Reason(Reason::NotEnlisted);
		let enlisted = before.enlisted.filter(|_| !unknown);
		let now = T::Time::now();
		let step = if unknown && before.enlisted.is_some() {
			Step::Send(now)
		} else if Self::provider_can_fix(&cause) && Self::may_enlist_again(id) {
			Step::Rest
		} else {
			Step::Send(now.saturating_add(T::MaxRetryTime::get()))
		};
		Enlistment {
			state: EnlistmentState::Refused(cause),
			step,
			enlisted,
			..before.clone()
		}
	}

	/// Whether a refused provider may call `enlist` again.
	fn may_enlist_again(id: ProviderId) -> bool {
		Providers::<T>::get(id).is_some_and(|of| of.standing == Standing::Verified)
	}
}

impl<T: Config> OnAnswer for Pallet<T> {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		if let About::Provider(id) = about {
			Self::do_answer(*id, sequence, answer);
		}
	}

	/// Queues the last update again.
	fn on_overdue(about: &About, sequence: u64, deadline: Moment) {
		let About::Provider(id) = about else {
			return;
		};
		let last = Enlistments::<T>::get(id)
			.filter(|last| last.sequence == sequence && last.step == Step::Await);
		let Some(last) = last else { return };
		let retry_at = deadline.saturating_add(Self::pause(last.attempts));
		Self::queue_again(*id, &last, retry_at);
		Self::deposit_event(Event::AnswerOverdue {
			id: *id,
			sequence,
			retry_at,
		});
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		let (id, sequence) = Self::put_benchmark_sent();
		Some((About::Provider(id), sequence))
	}
}
