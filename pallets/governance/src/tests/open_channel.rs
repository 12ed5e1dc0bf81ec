use super::*;

fn open(recipient: ParaId, capacity: u32, size: u32) -> DispatchResult {
	Governance::open_channel(two_thirds(), recipient, capacity, size)
}

#[test]
fn asks_the_relay_chain() {
	run(|| {
		assert_ok!(open(THERE, 1_000, 65_536));
		assert_eq!(Asked::get(), [Ask::Open(THERE, 1_000, 65_536)]);
		assert_eq!(
			last_event(),
			Event::ChannelRequested {
				recipient: THERE,
				max_capacity: 1_000,
				max_message_size: 65_536,
				message: MESSAGE,
			}
		);
	});
}

#[test]
fn refused_without_room_or_to_itself() {
	run(|| {
		assert_noop!(open(THERE, 0, 1), Error::<Test>::OutOfBounds);
		assert_noop!(open(THERE, 1, 0), Error::<Test>::OutOfBounds);
		assert_noop!(open(HERE, 1, 1), Error::<Test>::ChannelToSelf);
		assert_ok!(open(THERE, 1, 1));
		assert_eq!(Asked::get().len(), 1);
	});
}

#[test]
fn says_that_it_could_not_be_sent() {
	run(|| {
		for (error, refusal) in NO_WAY {
			NoWay::set(Some(error));
			assert_noop!(open(THERE, 1, 1), refusal);
		}
		assert!(Asked::get().is_empty());
	});
}

#[test]
fn refused_to_other_origins() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::open_channel(origin, THERE, 1, 1), BadOrigin);
		}
		assert!(Asked::get().is_empty());
	});
}
