use frame_support::traits::Hooks;
use pallet_session::SessionManager;

use super::*;

fn with_keys<const N: usize>(all: [u8; N]) {
	NodeKeys::set(all.map(|who| (account(who), who)).into());
}

#[test]
fn collators_are_the_authorities_with_session_keys() {
	run(|| {
		with_keys([1, 3, 9]);
		assert_eq!(
			AuthoritySessions::<Test>::new_session(5),
			Some(accounts([1, 3]))
		);
	});
}

#[test]
fn without_session_keys_the_old_collators_continue() {
	run(|| {
		with_keys([9]);
		assert_eq!(AuthoritySessions::<Test>::new_session(5), None);
	});
}

/// A block that begins when the clock says this.
fn block_at(now: Moment) -> u32 {
	Now::set(now);
	Governance::on_initialize(System::block_number());
	Ended::get()
}

#[test]
fn a_session_ends_when_its_time_is_over() {
	run(|| {
		assert_eq!(block_at(START), 0);
		assert_eq!(block_at(START + SESSION - 1), 0);
		assert_eq!(block_at(START + SESSION), 1);
		assert_eq!(block_at(START + SESSION), 1);
		// The next one lasts as long, also when this one ended late.
		assert_eq!(block_at(START + 3 * SESSION), 2);
		assert_eq!(block_at(START + 4 * SESSION - 1), 2);
		assert_eq!(block_at(START + 4 * SESSION), 3);
	});
}

#[test]
fn the_genesis_can_set_the_length_of_a_session() {
	run(|| {
		let genesis = crate::GenesisConfig::<Test> {
			session_length: Some(2 * SESSION),
			..Default::default()
		};
		frame_support::traits::BuildGenesisConfig::build(&genesis);
		block_at(START);
		assert_eq!(block_at(START + SESSION), 0);
		assert_eq!(block_at(START + 2 * SESSION), 1);
	});
}

#[test]
fn a_session_ends_only_with_a_bundle() {
	run(|| {
		block_at(START);
		MayEnd::set(false);
		assert_eq!(block_at(START + 5 * SESSION), 0);
		MayEnd::set(true);
		assert_eq!(block_at(START + 5 * SESSION), 1);
	});
}

#[test]
fn the_first_session_begins_when_the_chain_has_a_clock() {
	run(|| {
		assert_eq!(block_at(0), 0);
		assert_eq!(SessionStart::<Test>::get(), None);
		assert_eq!(block_at(START), 0);
		assert_eq!(SessionStart::<Test>::get(), Some(START));
	});
}

#[test]
fn ending_a_session_weighs_more_than_keeping_it() {
	run(|| {
		block_at(START);
		let kept = Governance::on_initialize(System::block_number());
		Now::set(START + SESSION);
		let ended = Governance::on_initialize(System::block_number());
		assert_eq!(kept, <() as WeightInfo>::keep_session());
		assert_eq!(ended, kept + <() as WeightInfo>::end_session());
	});
}
