//! Queues of messages, one for each sending chain.
//!
//! `pallet-message-queue` serves the queues in turn, with at most
//! [`MessageWeight`](super::MessageWeight) in a block, so a sibling that floods its queue does not
//! block the others. XCMP suspends the channel of a queue that exceeds its thresholds.

use alloc::{collections::BTreeMap, vec::Vec};
use core::marker::PhantomData;

use cumulus_primitives_core::{
	relay_chain::BlockNumber, AggregateMessageOrigin, ParaId, XcmpMessageHandler,
};
use frame_support::{
	parameter_types,
	traits::{QueueFootprint, QueuePausedQuery},
	weights::Weight,
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

/// The most inbound channels: what `relay-config` allows.
pub const MAX_INBOUND_CHANNELS: u32 = 64;

/// The size of a page of inbound messages, in bytes. Two pages of our chains' messages fit. It is not
/// larger because the whole page is in the proof whenever a message is added to it: one page of each
/// sender has to fit into [`FIRST_RESERVED_WEIGHT`](crate::constants::FIRST_RESERVED_WEIGHT).
pub const HEAP_SIZE: u32 = 32 * 1024;

/// The most pages that are kept with messages that cannot be served.
pub const MAX_STALE: u32 = 8;

/// Each sibling has its own queue.
pub struct ParaIdToSibling;

impl Convert<ParaId, AggregateMessageOrigin> for ParaIdToSibling {
	fn convert(para: ParaId) -> AggregateMessageOrigin {
		AggregateMessageOrigin::Sibling(para)
	}
}

/// Queues the messages of each sibling with a share of the weight of its own. XCMP drops what does
/// not fit, so a sibling that sends too much would otherwise make it drop the messages of others.
pub struct EqualShares<Queue>(PhantomData<Queue>);

impl<Queue: XcmpMessageHandler> XcmpMessageHandler for EqualShares<Queue> {
	fn handle_xcmp_messages<'a, I: Iterator<Item = (ParaId, BlockNumber, &'a [u8])>>(
		messages: I,
		max_weight: Weight,
	) -> Weight {
		let mut senders = BTreeMap::<ParaId, Vec<_>>::new();
		for message in messages {
			senders.entry(message.0).or_default().push(message);
		}
		// Who sends least comes first, and leaves to the others what it does not need.
		let mut senders: Vec<_> = senders.into_values().collect();
		senders.sort_by_key(|sent| sent.iter().map(|(_, _, page)| page.len()).sum::<usize>());
		let places = (1..=u64::try_from(senders.len()).unwrap_or(u64::MAX)).rev();
		let mut used = Weight::zero();
		for (sent, left) in senders.into_iter().zip(places) {
			let share = max_weight.saturating_sub(used).saturating_div(left);
			used = used.saturating_add(Queue::handle_xcmp_messages(sent.into_iter(), share));
		}
		used
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

#[cfg(test)]
mod tests {
	use frame_support::weights::WeightMeter;

	use super::*;

	parameter_types! {
		static Queued: Vec<(ParaId, u8)> = Vec::new();
	}

	/// Queues bytes. Each weighs one, and what does not fit is dropped.
	struct Bytes;

	impl XcmpMessageHandler for Bytes {
		fn handle_xcmp_messages<'a, I: Iterator<Item = (ParaId, BlockNumber, &'a [u8])>>(
			messages: I,
			max_weight: Weight,
		) -> Weight {
			let mut meter = WeightMeter::with_limit(max_weight);
			for (sender, _, page) in messages {
				for byte in page {
					if meter.try_consume(Weight::from_parts(1, 1)).is_ok() {
						Queued::mutate(|queued| queued.push((sender, *byte)));
					}
				}
			}
			meter.consumed()
		}
	}

	/// The bytes of each sender that are queued with a weight of 30.
	fn queued(pages: &[(u32, &[u8])]) -> BTreeMap<u32, Vec<u8>> {
		Queued::take();
		let messages = pages
			.iter()
			.map(|(sender, page)| (ParaId::from(*sender), 7, *page));
		let limit = Weight::from_parts(30, 30);
		let used = EqualShares::<Bytes>::handle_xcmp_messages(messages, limit);
		let mut all = BTreeMap::<u32, Vec<u8>>::new();
		for (sender, byte) in Queued::take() {
			all.entry(sender.into()).or_default().push(byte);
		}
		assert_eq!(
			used.ref_time(),
			all.values().map(Vec::len).sum::<usize>() as u64
		);
		all
	}

	#[test]
	fn a_flood_leaves_other_senders_their_share() {
		let all = queued(&[(1, &[1; 90]), (2, &[2; 10]), (3, &[3; 4]), (1, &[1; 90])]);
		assert_eq!(all[&2].len(), 10);
		assert_eq!(all[&3].len(), 4);
		// The flood gets what they leave.
		assert_eq!(all[&1].len(), 16);
	}

	#[test]
	fn the_messages_of_a_sender_keep_their_order() {
		let all = queued(&[(1, &[1, 2]), (2, &[9]), (1, &[3]), (1, &[4, 5])]);
		assert_eq!(all[&1], [1, 2, 3, 4, 5]);
	}
}
