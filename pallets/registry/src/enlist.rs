//! The providers' entries in the consortium's directory: the outbox through which they are sent,
//! and the answers.

use alloc::vec::Vec;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	traits::{OnAnswer, ToConsortium},
	About, Answer, Cause, ConsortiumCall, DirectoryEntry, EnlistmentState, MemberId, MessageId,
	Moment, ProfessionalNumber, Reason, SendError, SignedKey, Standing,
};

use crate::{
	pallet::*,
	types::{AccountIdOf, Enlistment, Flight, Step, Turn},
	WeightInfo,
};

/// What the region has to say.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_enlist(account: AccountIdOf<T>) -> DispatchResult {
		let (number, provider) = Self::provider_of(&account).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(
			provider.standing == Standing::Verified,
			Error::<T>::NotVerified
		);
		let enlistment = Enlistments::<T>::get(&number);
		let may_ask = enlistment
			.as_ref()
			.is_none_or(|before| matches!(before.state, EnlistmentState::Refused(_)));
		ensure!(may_ask, Error::<T>::AlreadyEnlisted);

		Self::queue(number, enlistment.unwrap_or_default());
		Ok(())
	}

	/// Has the consortium told what changed about a provider, if it ever asked to be enlisted.
	/// Every change of what [`Self::entry`] tells has to come here, so that no sequence number
	/// ever stands for two contents.
	pub(crate) fn tell_consortium(number: &ProfessionalNumber) {
		if let Some(enlistment) = Enlistments::<T>::get(number) {
			Self::queue(number.clone(), enlistment);
		}
	}

	/// Queues a new word. One that was not sent yet gives way.
	fn queue(number: ProfessionalNumber, before: Enlistment) {
		let sequence = before.sequence.saturating_add(1);
		let after = Enlistment {
			sequence,
			state: EnlistmentState::Waiting,
			step: Step::Send(T::Time::now()),
			attempts: 0,
			..before.clone()
		};
		Self::move_on(&number, &before, after);
		Self::deposit_event(Event::DirectoryEntryQueued { number, sequence });
	}

	/// A provider's directory entry as it stands now.
	pub(crate) fn entry(number: &ProfessionalNumber, sequence: u64) -> Option<DirectoryEntry> {
		let provider = Providers::<T>::get(number)?;
		let member = MemberId::Provider(number.clone());
		let key = Keys::<T>::get(member, provider.key_version)?;
		Some(DirectoryEntry {
			number: number.clone(),
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

	/// Puts an enlistment in the place of another, with its step in the outbox or in flight.
	fn move_on(number: &ProfessionalNumber, before: &Enlistment, after: Enlistment) {
		match before.step {
			Step::Rest => {}
			Step::Send(at) => Outbox::<T>::remove(Turn::new(at, number.clone())),
			Step::Await(_) => {
				InFlight::<T>::mutate(|all| all.retain(|flight| flight.number != *number));
			}
		}
		match after.step {
			Step::Rest => {}
			Step::Send(at) => Outbox::<T>::insert(Turn::new(at, number.clone()), ()),
			Step::Await(deadline) => {
				let number = number.clone();
				// Nothing is sent while there is no room.
				let _ = InFlight::<T>::try_append(Flight { number, deadline });
			}
		}
		Enlistments::<T>::insert(number, after);
	}
}

/// Sending.
impl<T: Config> Pallet<T> {
	/// Gives up waiting for answers that are overdue and sends what is due, as far as the weight
	/// goes.
	pub(crate) fn do_outbox(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::outbox_nothing()).is_err() {
			return;
		}
		let now = T::Time::now();
		let one = T::WeightInfo::outbox_one();
		let flights = InFlight::<T>::get().into_iter();
		let overdue = flights.filter(|flight| flight.deadline <= now);
		for flight in overdue.collect::<Vec<_>>() {
			if meter.try_consume(one).is_err() {
				return;
			}
			Self::do_overdue(flight);
		}
		// What is put back is put behind what is due, so the iterator does not come by it again.
		let mut due = Outbox::<T>::iter_keys().take_while(|turn| turn.at() <= now);
		while Self::has_room() && meter.can_consume(one) {
			let Some(turn) = due.next() else { return };
			meter.consume(one);
			if !Self::do_send(turn, now) {
				return;
			}
		}
	}

	fn has_room() -> bool {
		let most = usize::try_from(T::MaxInFlight::get()).unwrap_or(usize::MAX);
		InFlight::<T>::decode_len().unwrap_or_default() < most
	}

	fn do_overdue(Flight { number, deadline }: Flight) {
		let Some(before) = Enlistments::<T>::get(&number) else {
			return;
		};
		let retry_at = deadline.saturating_add(Self::pause(before.attempts));
		let sequence = before.sequence;
		let after = Enlistment {
			step: Step::Send(retry_at),
			attempts: before.attempts.saturating_add(1),
			..before.clone()
		};
		Self::move_on(&number, &before, after);
		Self::deposit_event(Event::AnswerOverdue {
			number,
			sequence,
			retry_at,
		});
	}

	/// Sends the entry whose turn it is. What was refused is a new word: the consortium may have
	/// refused the sequence number. Tells whether the next one has a chance.
	fn do_send(turn: Turn, now: Moment) -> bool {
		let Some(before) = Enlistments::<T>::get(&turn.number) else {
			Outbox::<T>::remove(turn);
			return true;
		};
		let number = turn.number;
		let was_refused = matches!(before.state, EnlistmentState::Refused(_));
		let sequence = before.sequence.saturating_add(was_refused.into());
		let entry = Self::entry(&number, sequence).ok_or(SendError::Undeliverable);
		let call = entry.map(|entry| match before.enlisted {
			Some(_) => ConsortiumCall::UpdateProvider { entry },
			None => ConsortiumCall::EnlistProvider { entry },
		});
		match call.and_then(T::Consortium::send) {
			Ok(sent) => {
				Self::sent(number, before, sequence, sent.message, now);
				true
			}
			// It keeps its turn: the next answer makes room.
			Err(SendError::TooManyInFlight) => false,
			Err(error) => {
				Self::not_sent(number, before, error, now);
				error != SendError::NotConnected
			}
		}
	}

	fn sent(
		number: ProfessionalNumber,
		before: Enlistment,
		sequence: u64,
		message: MessageId,
		now: Moment,
	) {
		let after = Enlistment {
			sequence,
			state: EnlistmentState::Sent,
			step: Step::Await(now.saturating_add(T::AnswerTime::get())),
			message: Some(message),
			..before.clone()
		};
		Self::move_on(&number, &before, after);
		Self::deposit_event(Event::DirectoryEntrySent {
			number,
			sequence,
			message,
		});
	}

	fn not_sent(number: ProfessionalNumber, before: Enlistment, error: SendError, now: Moment) {
		let retry_at = now.saturating_add(Self::retry_time(before.attempts));
		let sequence = before.sequence;
		let after = Enlistment {
			step: Step::Send(retry_at),
			attempts: before.attempts.saturating_add(1),
			..before.clone()
		};
		Self::move_on(&number, &before, after);
		Self::deposit_event(Event::DirectoryEntryNotSent {
			number,
			sequence,
			error,
			retry_at,
		});
	}

	/// From one sending, or trying, to the next, after so many in vain.
	fn retry_time(attempts: u32) -> Moment {
		let times = 1_u64.checked_shl(attempts).unwrap_or(u64::MAX);
		let time = T::AnswerTime::get().saturating_mul(times);
		time.min(T::MaxRetryTime::get())
	}

	/// From the time that an answer is overdue to sending again.
	fn pause(attempts: u32) -> Moment {
		Self::retry_time(attempts).saturating_sub(T::AnswerTime::get())
	}

	/// When an entry that waits for its answer is sent again.
	pub(crate) fn sent_again_at(enlistment: &Enlistment) -> Option<Moment> {
		match (&enlistment.state, enlistment.step) {
			(EnlistmentState::Sent, Step::Send(at)) => Some(at),
			(EnlistmentState::Sent, Step::Await(deadline)) => {
				Some(deadline.saturating_add(Self::pause(enlistment.attempts)))
			}
			_ => None,
		}
	}
}

/// Answers.
impl<T: Config> Pallet<T> {
	fn do_answer(number: &ProfessionalNumber, sequence: u64, answer: &Answer) {
		let Some(before) = Enlistments::<T>::get(number) else {
			return;
		};
		// There can be no answer to a word that was not sent.
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
			EnlistmentState::Refused(cause) => Self::refused(number, &before, cause),
			_ => Self::taken(number, &before),
		};
		Self::move_on(number, &before, after);
	}

	fn taken(number: &ProfessionalNumber, before: &Enlistment) -> Enlistment {
		let sequence = before.sequence;
		Self::deposit_event(Event::ProviderEnlisted {
			number: number.clone(),
			sequence,
		});
		Enlistment {
			state: EnlistmentState::Enlisted,
			step: Step::Rest,
			attempts: 0,
			enlisted: Some(sequence),
			..before.clone()
		}
	}

	/// Whether a provider can do something about it, and then ask again. That its region is in again, it
	/// is not told.
	fn can_mend(cause: &Cause) -> bool {
		matches!(cause, Cause::Reason(reason) if *reason != Reason::NotARegion)
	}

	fn refused(number: &ProfessionalNumber, before: &Enlistment, cause: Cause) -> Enlistment {
		Self::deposit_event(Event::EnlistmentRefused {
			number: number.clone(),
			sequence: before.sequence,
			cause: cause.clone(),
		});
		let unknown = cause == Cause::Reason(Reason::NotEnlisted);
		let enlisted = before.enlisted.filter(|_| !unknown);
		let now = T::Time::now();
		let step = if unknown && before.enlisted.is_some() {
			Step::Send(now)
		} else if Self::can_mend(&cause) && Self::can_ask(number) {
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

	/// Whether a provider that was refused may enlist again.
	fn can_ask(number: &ProfessionalNumber) -> bool {
		Providers::<T>::get(number).is_some_and(|of| of.standing == Standing::Verified)
	}
}

impl<T: Config> OnAnswer for Pallet<T> {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		if let About::Provider(number) = about {
			Self::do_answer(number, sequence, answer);
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		let (number, sequence) = Self::put_benchmark_flight();
		Some((About::Provider(number), sequence))
	}
}
