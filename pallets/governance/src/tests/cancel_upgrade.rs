use super::*;

#[test]
fn calls_off_the_announced_one() {
	run(|| {
		announce(CODE);
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(Governance::announced_upgrade(), None);
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: CODE });
		Now::set(START + 1_000);
		assert_noop!(
			Governance::authorize_announced_upgrade(RuntimeOrigin::signed(1)),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn calls_off_the_authorized_one() {
	run(|| {
		let code = vec![1, 2, 3];
		announce(sp_io::hashing::blake2_256(&code).into());
		Now::set(START + 100);
		assert_ok!(Governance::authorize_announced_upgrade(
			RuntimeOrigin::signed(1)
		));
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(
			last_event(),
			Event::UpgradeCancelled {
				code_hash: sp_io::hashing::blake2_256(&code).into()
			}
		);
		assert_noop!(
			System::apply_authorized_upgrade(RuntimeOrigin::signed(1), code),
			frame_system::Error::<Test>::Unauthorized
		);
		assert_noop!(
			Governance::cancel_upgrade(two_thirds()),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn calls_off_the_announced_one_before_the_authorized_one() {
	run(|| {
		let later = H256::repeat_byte(8);
		announce(CODE);
		Now::set(START + 100);
		assert_ok!(Governance::authorize_announced_upgrade(
			RuntimeOrigin::signed(1)
		));
		announce(later);
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: later });
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: CODE });
	});
}

#[test]
fn refused_when_there_is_none() {
	run(|| {
		assert_noop!(
			Governance::cancel_upgrade(two_thirds()),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn refused_to_other_origins() {
	run(|| {
		announce(CODE);
		for origin in too_little() {
			assert_noop!(Governance::cancel_upgrade(origin), BadOrigin);
		}
	});
}
