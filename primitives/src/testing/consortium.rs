//! A consortium that keeps the calls that it receives.

use frame_support::parameter_types;

use crate::{traits::ToConsortium, ConsortiumCall, MessageId, ParaId, SendError, Sent};

/// The region that the mock runtime stands for.
pub const REGION: ParaId = 2_000;

parameter_types! {
	/// Why no call can be sent. `None`: calls can be sent.
	pub static SendFailure: Option<SendError> = None;
	/// The calls that were sent, in order.
	pub static SentCalls: Vec<ConsortiumCall> = Vec::new();
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
		let sent = sent(&call);
		SentCalls::mutate(|calls| calls.push(call));
		Ok(sent)
	}
}
