//! Sending a message to the consortium.

use frame_support::traits::Get;
use salus_primitives::{traits::ToConsortium, ConsortiumCall, Moment};

use crate::{pallet::*, SentMessage};

impl<T: Config> Pallet<T> {
	/// Sends a call to the consortium. The region waits for its answer until the deadline.
	pub(crate) fn send(call: ConsortiumCall, now: Moment) -> Result<SentMessage, Error<T>> {
		let sent = T::Consortium::send(call).map_err(Error::<T>::NotSent)?;
		Ok(SentMessage {
			id: sent.message,
			sent_at: now,
			deadline: now.saturating_add(T::AnswerTime::get()),
		})
	}
}
