use super::*;

#[test]
fn only_the_announced_code_can_be_applied() {
	run(|| {
		let code = vec![1, 2, 3];
		let code_hash = sp_io::hashing::blake2_256(&code).into();
		announce(code_hash);
		Now::set(START + 100);
		assert_noop!(
			System::apply_authorized_upgrade(signed(1), code.clone()),
			frame_system::Error::<Test>::NothingAuthorized
		);
		assert_ok!(Governance::authorize_announced_upgrade(signed(1)));
		assert_eq!(
			last_event(),
			Event::AnnouncedUpgradeAuthorized { code_hash }
		);
		assert_eq!(Governance::announced_upgrade(), None);

		assert_noop!(
			System::apply_authorized_upgrade(signed(1), vec![1, 2, 4]),
			frame_system::Error::<Test>::Unauthorized
		);
		assert_ok!(System::apply_authorized_upgrade(signed(9), code.clone()));
		let enacted = sp_io::storage::get(sp_core::storage::well_known_keys::CODE);
		assert_eq!(enacted.map(Vec::from), Some(code.clone()));
		assert_noop!(
			System::apply_authorized_upgrade(signed(9), code),
			frame_system::Error::<Test>::NothingAuthorized
		);
	});
}

#[test]
fn refused_before_the_end_of_the_notice_period() {
	run(|| {
		announce(CODE);
		for early in [START, START + 99] {
			Now::set(early);
			assert_noop!(
				Governance::authorize_announced_upgrade(signed(1)),
				Error::<Test>::NoticePeriodNotOver
			);
		}
		Now::set(START + 100);
		assert_ok!(Governance::authorize_announced_upgrade(signed(1)));
	});
}

#[test]
fn a_notice_period_set_later_does_not_change_the_time() {
	run(|| {
		announce(CODE);
		let shorter = Parameter::NoticePeriod(10);
		assert_ok!(Governance::set_parameter(two_thirds(), shorter));
		Now::set(START + 99);
		assert_noop!(
			Governance::authorize_announced_upgrade(signed(1)),
			Error::<Test>::NoticePeriodNotOver
		);
	});
}

#[test]
fn refused_without_an_announced_upgrade() {
	run(|| {
		assert_noop!(
			Governance::authorize_announced_upgrade(signed(1)),
			Error::<Test>::NotFound
		);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		announce(CODE);
		Now::set(START + 100);
		assert_noop!(
			Governance::authorize_announced_upgrade(signed(9)),
			Error::<Test>::NotAuthorized
		);
		for origin in too_little().into_iter().chain([two_thirds()]) {
			if frame_system::ensure_signed(origin.clone()).is_err() {
				assert_noop!(Governance::authorize_announced_upgrade(origin), BadOrigin);
			}
		}
	});
}
