use super::*;

fn close(sender: ParaId, recipient: ParaId) -> DispatchResult {
	Governance::close_channel(two_thirds(), sender, recipient)
}

#[test]
fn either_end_can_close_a_channel() {
	run(|| {
		for (sender, recipient) in [(THIS_CHAIN, OTHER_CHAIN), (OTHER_CHAIN, THIS_CHAIN)] {
			assert_ok!(close(sender, recipient));
			assert_eq!(Requests::take(), [Request::Close(sender, recipient)]);
			assert_eq!(
				last_event(),
				Event::ChannelClosing {
					sender,
					recipient,
					message: MESSAGE,
				}
			);
		}
	});
}

#[test]
fn channels_of_other_chains_are_refused() {
	run(|| {
		assert_noop!(close(OTHER_CHAIN, 2001), Error::<Test>::NotOurChannel);
		assert_noop!(close(THIS_CHAIN, THIS_CHAIN), Error::<Test>::ChannelToSelf);
		assert_noop!(
			close(OTHER_CHAIN, OTHER_CHAIN),
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
			assert_noop!(close(THIS_CHAIN, OTHER_CHAIN), refusal);
		}
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(
				Governance::close_channel(origin, THIS_CHAIN, OTHER_CHAIN),
				BadOrigin
			);
		}
		assert!(Requests::get().is_empty());
	});
}
