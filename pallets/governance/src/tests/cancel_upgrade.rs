use super::*;

#[test]
fn an_announced_upgrade_can_be_cancelled() {
	run(|| {
		announce(CODE);
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(Governance::announced_upgrade(), None);
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: CODE });
		Now::set(START + 1_000);
		assert_noop!(
			Governance::authorize_announced_upgrade(signed(1)),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn an_authorized_upgrade_can_be_cancelled() {
	run(|| {
		let code = vec![1, 2, 3];
		announce(sp_io::hashing::blake2_256(&code).into());
		Now::set(START + 100);
		assert_ok!(Governance::authorize_announced_upgrade(signed(1)));
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(
			last_event(),
			Event::UpgradeCancelled {
				code_hash: sp_io::hashing::blake2_256(&code).into()
			}
		);
		assert_noop!(
			System::apply_authorized_upgrade(signed(1), code),
			frame_system::Error::<Test>::Unauthorized
		);
		assert_noop!(
			Governance::cancel_upgrade(two_thirds()),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn the_announced_upgrade_is_cancelled_before_the_authorized_one() {
	run(|| {
		let later = H256::repeat_byte(8);
		announce(CODE);
		Now::set(START + 100);
		assert_ok!(Governance::authorize_announced_upgrade(signed(1)));
		announce(later);
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: later });
		assert_ok!(Governance::cancel_upgrade(two_thirds()));
		assert_eq!(last_event(), Event::UpgradeCancelled { code_hash: CODE });
	});
}

#[test]
fn refused_without_an_upgrade() {
	run(|| {
		assert_noop!(
			Governance::cancel_upgrade(two_thirds()),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		announce(CODE);
		for origin in too_little() {
			assert_noop!(Governance::cancel_upgrade(origin), BadOrigin);
		}
	});
}
