use super::*;

fn close(sender: ParaId, recipient: ParaId) -> DispatchResult {
	Governance::close_channel(two_thirds(), sender, recipient)
}

#[test]
fn asks_the_relay_chain_from_either_end() {
	run(|| {
		for (sender, recipient) in [(HERE, THERE), (THERE, HERE)] {
			assert_ok!(close(sender, recipient));
			assert_eq!(Asked::take(), [Ask::Close(sender, recipient)]);
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
fn refused_for_channels_of_others() {
	run(|| {
		assert_noop!(close(THERE, 2001), Error::<Test>::NotOurChannel);
		assert_noop!(close(HERE, HERE), Error::<Test>::ChannelToSelf);
		assert_noop!(close(THERE, THERE), Error::<Test>::ChannelToSelf);
		assert!(Asked::get().is_empty());
	});
}

#[test]
fn says_that_it_could_not_be_sent() {
	run(|| {
		for (error, refusal) in NO_WAY {
			NoWay::set(Some(error));
			assert_noop!(close(HERE, THERE), refusal);
		}
	});
}

#[test]
fn refused_to_other_origins() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::close_channel(origin, HERE, THERE), BadOrigin);
		}
		assert!(Asked::get().is_empty());
	});
}
