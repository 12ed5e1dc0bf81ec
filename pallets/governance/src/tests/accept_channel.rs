use super::*;

#[test]
fn the_request_goes_to_the_relay_chain() {
	run(|| {
		assert_ok!(Governance::accept_channel(two_thirds(), OTHER_CHAIN));
		assert_eq!(Requests::get(), [Request::Accept(OTHER_CHAIN)]);
		assert_eq!(
			last_event(),
			Event::ChannelAccepted {
				sender: OTHER_CHAIN,
				message: MESSAGE,
			}
		);
	});
}

#[test]
fn a_channel_from_the_chain_to_itself_is_refused() {
	run(|| {
		assert_noop!(
			Governance::accept_channel(two_thirds(), THIS_CHAIN),
			Error::<Test>::ChannelToSelf
		);
		assert!(Requests::get().is_empty());
	});
}

#[test]
fn a_message_that_cannot_be_sent_is_an_error() {
	run(|| {
		for (error, refusal) in FAILURES {
			ChannelFailure::set(Some(error));
			assert_noop!(
				Governance::accept_channel(two_thirds(), OTHER_CHAIN),
				refusal
			);
		}
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::accept_channel(origin, OTHER_CHAIN), BadOrigin);
		}
		assert!(Requests::get().is_empty());
	});
}
