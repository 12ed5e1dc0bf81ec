use super::*;

fn open(recipient: ParaId, capacity: u32, size: u32) -> DispatchResult {
	Governance::open_channel(two_thirds(), recipient, capacity, size)
}

#[test]
fn the_request_goes_to_the_relay_chain() {
	run(|| {
		assert_ok!(open(OTHER_CHAIN, 1_000, 65_536));
		assert_eq!(Requests::get(), [Request::Open(OTHER_CHAIN, 1_000, 65_536)]);
		assert_eq!(
			last_event(),
			Event::ChannelRequested {
				recipient: OTHER_CHAIN,
				max_capacity: 1_000,
				max_message_size: 65_536,
				message: MESSAGE,
			}
		);
	});
}

#[test]
fn a_channel_without_room_or_to_itself_is_refused() {
	run(|| {
		assert_noop!(open(OTHER_CHAIN, 0, 1), Error::<Test>::OutOfBounds);
		assert_noop!(open(OTHER_CHAIN, 1, 0), Error::<Test>::OutOfBounds);
		assert_noop!(open(THIS_CHAIN, 1, 1), Error::<Test>::ChannelToSelf);
		assert_ok!(open(OTHER_CHAIN, 1, 1));
		assert_eq!(Requests::get().len(), 1);
	});
}

#[test]
fn a_message_that_cannot_be_sent_is_an_error() {
	run(|| {
		for (error, refusal) in FAILURES {
			ChannelFailure::set(Some(error));
			assert_noop!(open(OTHER_CHAIN, 1, 1), refusal);
		}
		assert!(Requests::get().is_empty());
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(
				Governance::open_channel(origin, OTHER_CHAIN, 1, 1),
				BadOrigin
			);
		}
		assert!(Requests::get().is_empty());
	});
}
