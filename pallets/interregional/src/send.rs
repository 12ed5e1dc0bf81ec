//! Sending a message to the consortium, and whether its answer is awaited.

use frame_support::traits::Time;
use salus_primitives::{
	traits::ToConsortium, About, ConsortiumCall, InterregionalGrantId, Moment, ProviderId,
};

use crate::{pallet::*, Grant, SentMessage};

impl<T: Config> Pallet<T> {
	/// Sends a call to the consortium, for a provider if one forwards a grant.
	pub(crate) fn send(
		by: Option<ProviderId>,
		call: ConsortiumCall,
		now: Moment,
	) -> Result<SentMessage, Error<T>> {
		let sent = match by {
			Some(by) => T::Consortium::send_for(by, call),
			None => T::Consortium::send(call),
		};
		let sent = sent.map_err(Error::<T>::from)?;
		Ok(SentMessage {
			id: sent.message,
			sent_at: now,
		})
	}

	/// Until when the answer to the last message about a grant is awaited, in Unix milliseconds.
	pub(crate) fn awaited_until(id: &InterregionalGrantId, grant: &Grant) -> Option<Moment> {
		if !grant.was_sent() {
			return None;
		}
		let until = T::Consortium::awaited_until(&About::Grant(id.clone()), grant.sequence)?;
		(until > T::Time::now()).then_some(until)
	}

	/// Whether the region waits for the answer to the last message about a grant.
	pub(crate) fn awaits_answer(id: &InterregionalGrantId, grant: &Grant) -> bool {
		Self::awaited_until(id, grant).is_some()
	}
}
