//! Queues of messages, one for each chain that sends any.
//!
//! `pallet-message-queue` serves the queues by turns, with no more than
//! [`MessageWeight`](super::MessageWeight) in a block: a sibling that floods its own fills no other.
//! When it holds more than XCMP's thresholds, its channel is suspended.

use core::marker::PhantomData;

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
	parameter_types,
	traits::{QueueFootprint, QueuePausedQuery},
};
use pallet_message_queue::OnQueueChanged;
use sp_runtime::traits::Convert;

parameter_types! {
	/// The origin under which the relay chain's messages are queued.
	pub RelayOrigin: AggregateMessageOrigin = AggregateMessageOrigin::Parent;
}

/// Siblings whose channels can be suspended at a time, and those to which messages can be queued.
pub const MAX_CHANNELS: u32 = 128;

/// The largest page of outbound messages, in bytes: several of the largest that there are. The
/// page is part of the proof whenever a message is added to it, so it is not larger.
pub const MAX_PAGE_SIZE: u32 = 16 * 1024;

/// The bytes of a page of queued messages: one of the relay chain's largest fits.
pub const HEAP_SIZE: u32 = 103 * 1024;

/// Pages with messages that cannot be served that are kept.
pub const MAX_STALE: u32 = 8;

/// A sibling's messages are queued under its own origin.
pub struct ParaIdToSibling;

impl Convert<ParaId, AggregateMessageOrigin> for ParaIdToSibling {
	fn convert(para: ParaId) -> AggregateMessageOrigin {
		AggregateMessageOrigin::Sibling(para)
	}
}

/// Pauses a sibling's queue when XCMP suspended its channel.
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

/// Tells XCMP how full a sibling's queue is.
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
