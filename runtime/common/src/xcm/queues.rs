//! Queues of messages, one for each sending chain.
//!
//! `pallet-message-queue` serves the queues in turn, with at most
//! [`MessageWeight`](super::MessageWeight) in a block, so a sibling that floods its queue does not
//! block the others. XCMP suspends the channel of a queue that exceeds its thresholds.

use core::marker::PhantomData;

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
	parameter_types,
	traits::{QueueFootprint, QueuePausedQuery},
};
use pallet_message_queue::OnQueueChanged;
use sp_runtime::traits::Convert;

parameter_types! {
	/// The queue of the relay chain's messages.
	pub RelayOrigin: AggregateMessageOrigin = AggregateMessageOrigin::Parent;
}

/// The most suspended inbound channels, and the most active outbound channels.
pub const MAX_CHANNELS: u32 = 128;

/// The size of a page of outbound messages, in bytes. Several of our largest messages fit. It is
/// not larger because the whole page is in the proof whenever a message is added to it.
pub const MAX_PAGE_SIZE: u32 = 16 * 1024;

/// The size of a page of inbound messages, in bytes. Four pages of our chains' messages fit, and the
/// weights of `pallet-message-queue` are measured with it.
pub const HEAP_SIZE: u32 = 64 * 1024;

/// The most pages that are kept with messages that cannot be served.
pub const MAX_STALE: u32 = 8;

/// Each sibling has its own queue.
pub struct ParaIdToSibling;

impl Convert<ParaId, AggregateMessageOrigin> for ParaIdToSibling {
	fn convert(para: ParaId) -> AggregateMessageOrigin {
		AggregateMessageOrigin::Sibling(para)
	}
}

/// Pauses a sibling's queue while XCMP suspends its channel.
pub struct PausedSibling<XcmpQueue>(PhantomData<XcmpQueue>);

impl<XcmpQueue: QueuePausedQuery<ParaId>> QueuePausedQuery<AggregateMessageOrigin>
	for PausedSibling<XcmpQueue>
{
	fn is_paused(origin: &AggregateMessageOrigin) -> bool {
		match origin {
			AggregateMessageOrigin::Sibling(para) => XcmpQueue::is_paused(para),
			_ => false,
		}
	}
}

/// Reports the fill level of a sibling's queue to XCMP.
pub struct SiblingFootprint<XcmpQueue>(PhantomData<XcmpQueue>);

impl<XcmpQueue: OnQueueChanged<ParaId>> OnQueueChanged<AggregateMessageOrigin>
	for SiblingFootprint<XcmpQueue>
{
	fn on_queue_changed(origin: AggregateMessageOrigin, footprint: QueueFootprint) {
		if let AggregateMessageOrigin::Sibling(para) = origin {
			XcmpQueue::on_queue_changed(para, footprint);
		}
	}
}
