//! A consortium that keeps the calls that it receives.

use frame_support::parameter_types;

use super::clock::Now;
use crate::{
	traits::{OnAnswer, ToConsortium},
	About, Answer, ConsortiumCall, MessageId, Moment, ParaId, ProviderId, SendError, Sent,
};

/// The region that the mock runtime stands for.
pub const REGION: ParaId = 2_000;

parameter_types! {
	/// Why no call can be sent. `None`: calls can be sent.
	pub static SendFailure: Option<SendError> = None;
	/// The calls that were sent, in order.
	pub static SentCalls: Vec<ConsortiumCall> = Vec::new();
	/// The providers that calls were sent for, in order.
	pub static SentFor: Vec<ProviderId> = Vec::new();
	/// How long an answer is awaited, in milliseconds.
	pub static AnswerWithin: Moment = 1_000;
	/// The most calls that wait for an answer. Revocations do not count.
	pub static MaxInFlight: usize = usize::MAX;
	/// The calls that wait for an answer, oldest first: subject, sequence number, deadline, and
	/// whether it counts.
	pub static Waiting: Vec<(About, u64, Moment, bool)> = Vec::new();
}

/// Takes the calls that were sent since the last time.
pub fn take_sent() -> Vec<ConsortiumCall> {
	SentCalls::take()
}

/// The id of the message that carries the call with this sequence number.
pub fn message_id(sequence: u64) -> MessageId {
	[u8::try_from(sequence).unwrap_or(u8::MAX); 32]
}

/// What [`MockConsortium`] returns when it sends this call.
pub fn sent(call: &ConsortiumCall) -> Sent {
	let query = call.sequence();
	let message = message_id(query);
	Sent { query, message }
}

/// Keeps the calls that are sent, or fails with [`SendFailure`].
pub struct MockConsortium;

impl ToConsortium for MockConsortium {
	fn region() -> ParaId {
		REGION
	}

	fn send(call: ConsortiumCall) -> Result<Sent, SendError> {
		if let Some(error) = SendFailure::get() {
			return Err(error);
		}
		let counts = !matches!(call, ConsortiumCall::RevokeGrant { .. });
		if counts && in_flight() >= MaxInFlight::get() {
			return Err(SendError::TooManyInFlight);
		}
		let deadline = Now::get().saturating_add(AnswerWithin::get());
		let new = (call.about(), call.sequence(), deadline, counts);
		Waiting::mutate(|waiting| waiting.push(new));
		let sent = sent(&call);
		SentCalls::mutate(|calls| calls.push(call));
		Ok(sent)
	}

	fn send_for(by: ProviderId, call: ConsortiumCall) -> Result<Sent, SendError> {
		let sent = Self::send(call)?;
		SentFor::mutate(|providers| providers.push(by));
		Ok(sent)
	}

	fn awaited_until(about: &About, sequence: u64) -> Option<Moment> {
		let waiting = Waiting::get().into_iter().rev();
		let mut of_call = waiting.filter(|call| (&call.0, call.1) == (about, sequence));
		of_call.next().map(|(_, _, deadline, _)| deadline)
	}
}

/// How many calls that count wait for an answer.
pub fn in_flight() -> usize {
	Waiting::get().iter().filter(|call| call.3).count()
}

/// Delivers the answer to a call, which no longer waits then.
pub fn deliver_answer<R: OnAnswer>(about: &About, sequence: u64, answer: &Answer) {
	R::on_answer(about, sequence, answer);
	Waiting::mutate(|waiting| {
		let mut calls = waiting.iter();
		if let Some(place) = calls.position(|call| (&call.0, call.1) == (about, sequence)) {
			waiting.remove(place);
		}
	});
}

/// Ends the wait for the answers whose deadline has passed, the earliest first.
pub fn pass_deadlines<R: OnAnswer>() {
	let now = Now::get();
	let (overdue, waiting): (Vec<_>, Vec<_>) =
		(Waiting::take().into_iter()).partition(|call| call.2 <= now);
	Waiting::set(waiting);
	for (about, sequence, deadline, _) in overdue {
		R::on_overdue(&about, sequence, deadline);
	}
}
