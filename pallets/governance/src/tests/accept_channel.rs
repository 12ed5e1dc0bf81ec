use super::*;

#[test]
fn tells_the_relay_chain() {
	run(|| {
		assert_ok!(Governance::accept_channel(two_thirds(), THERE));
		assert_eq!(Asked::get(), [Ask::Accept(THERE)]);
		assert_eq!(
			last_event(),
			Event::ChannelAccepted {
				sender: THERE,
				message: MESSAGE,
			}
		);
	});
}

#[test]
fn refused_from_itself() {
	run(|| {
		assert_noop!(
			Governance::accept_channel(two_thirds(), HERE),
			Error::<Test>::ChannelToSelf
		);
		assert!(Asked::get().is_empty());
	});
}

#[test]
fn says_that_it_could_not_be_sent() {
	run(|| {
		for (error, refusal) in NO_WAY {
			NoWay::set(Some(error));
			assert_noop!(Governance::accept_channel(two_thirds(), THERE), refusal);
		}
	});
}

#[test]
fn refused_to_other_origins() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::accept_channel(origin, THERE), BadOrigin);
		}
		assert!(Asked::get().is_empty());
	});
}
