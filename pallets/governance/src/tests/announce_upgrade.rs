use super::*;

#[test]
fn an_announcement_stores_hash_and_time() {
	run(|| {
		announce(CODE);
		assert_eq!(Governance::announced_upgrade(), Some((CODE, START + 100)));
		assert_eq!(
			last_event(),
			Event::UpgradeAnnounced {
				code_hash: CODE,
				enact_after: START + 100
			}
		);
		assert!(System::authorized_upgrade().is_none(), "not yet");
	});
}

#[test]
fn the_current_notice_period_applies() {
	run(|| {
		let longer = Parameter::NoticePeriod(500);
		assert_ok!(Governance::set_parameter(two_thirds(), longer));
		announce(CODE);
		assert_eq!(Governance::announced_upgrade(), Some((CODE, START + 500)));
	});
}

#[test]
fn refused_while_another_upgrade_is_announced() {
	run(|| {
		announce(CODE);
		let other = H256::repeat_byte(8);
		assert_noop!(
			Governance::announce_upgrade(two_thirds(), other),
			Error::<Test>::AlreadyExists
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(Governance::announce_upgrade(origin, CODE), BadOrigin);
		}
	});
}
