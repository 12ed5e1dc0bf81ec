//! The outbox, from which the chain sends directory entries to the consortium.

use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	traits::ToConsortium, About, ConsortiumCall, EnlistmentState, MessageId, Moment, ProviderId,
	SendError,
};

use crate::{
	pallet::*,
	types::{Enlistment, OutboxKey, Step},
	WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Sends what is due, as far as the weight allows.
	pub(crate) fn do_outbox(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::outbox_nothing()).is_err() {
			return;
		}
		let now = T::Time::now();
		let one = T::WeightInfo::outbox_one();
		// An entry that goes back into the outbox goes behind those that are due, so the iterator
		// does not reach it again.
		let mut due = Outbox::<T>::iter_keys().take_while(|key| key.at() <= now);
		while meter.can_consume(one) {
			let Some(key) = due.next() else { return };
			meter.consume(one);
			if !Self::do_send(key, now) {
				return;
			}
		}
	}

	/// Sends one entry. After a refusal it gets a new sequence number, as the consortium may have
	/// refused the old one. Returns whether the next entry can be sent.
	fn do_send(key: OutboxKey, now: Moment) -> bool {
		let Some(before) = Enlistments::<T>::get(key.id) else {
			Outbox::<T>::remove(key);
			return true;
		};
		let id = key.id;
		let was_refused = matches!(before.state, EnlistmentState::Refused(_));
		let sequence = before.sequence.saturating_add(was_refused.into());
		let entry = Self::entry(id, sequence).ok_or(SendError::Undeliverable);
		let call = entry.map(|entry| match before.enlisted {
			Some(_) => ConsortiumCall::UpdateProvider { entry },
			None => ConsortiumCall::EnlistProvider { entry },
		});
		match call.and_then(T::Consortium::send) {
			Ok(sent) => {
				Self::sent(id, before, sequence, sent.message);
				true
			}
			// It stays first in the outbox: the next answer makes room.
			Err(SendError::TooManyInFlight) => false,
			Err(error) => {
				Self::not_sent(id, before, error, now);
				error != SendError::NotConnected
			}
		}
	}

	fn sent(id: ProviderId, before: Enlistment, sequence: u64, message: MessageId) {
		let after = Enlistment {
			sequence,
			state: EnlistmentState::Sent,
			step: Step::Await,
			message: Some(message),
			..before.clone()
		};
		Self::replace_enlistment(id, &before, after);
		Self::deposit_event(Event::DirectoryEntrySent {
			id,
			sequence,
			message,
		});
	}

	fn not_sent(id: ProviderId, before: Enlistment, error: SendError, now: Moment) {
		let retry_at = now.saturating_add(Self::retry_time(before.attempts));
		Self::queue_again(id, &before, retry_at);
		Self::deposit_event(Event::DirectoryEntryNotSent {
			id,
			sequence: before.sequence,
			error,
			retry_at,
		});
	}

	/// Puts an update back into the outbox after a failed attempt.
	pub(crate) fn queue_again(id: ProviderId, before: &Enlistment, retry_at: Moment) {
		let after = Enlistment {
			step: Step::Send(retry_at),
			attempts: before.attempts.saturating_add(1),
			..before.clone()
		};
		Self::replace_enlistment(id, before, after);
	}

	/// The time from one attempt to the next, after this many failed ones.
	fn retry_time(attempts: u32) -> Moment {
		let times = 1_u64.checked_shl(attempts).unwrap_or(u64::MAX);
		let time = T::AnswerTime::get().saturating_mul(times);
		time.min(T::MaxRetryTime::get())
	}

	/// The time from the deadline of an answer to the next attempt.
	pub(crate) fn pause(attempts: u32) -> Moment {
		Self::retry_time(attempts).saturating_sub(T::AnswerTime::get())
	}

	/// When an entry is sent again if its answer does not arrive.
	pub(crate) fn sent_again_at(id: ProviderId, enlistment: &Enlistment) -> Option<Moment> {
		match (&enlistment.state, enlistment.step) {
			(EnlistmentState::Sent, Step::Send(at)) => Some(at),
			(EnlistmentState::Sent, Step::Await) => {
				let about = About::Provider(id);
				let deadline = T::Consortium::awaited_until(&about, enlistment.sequence)?;
				Some(deadline.saturating_add(Self::pause(enlistment.attempts)))
			}
			_ => None,
		}
	}
}
