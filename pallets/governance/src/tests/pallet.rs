use frame_support::{
	dispatch::DispatchResultWithPostInfo,
	traits::{Hooks, OriginTrait},
	weights::Weight,
	BoundedVec,
};
use pallet_collective::RawOrigin;
use sp_runtime::traits::Hash;

use super::*;

/// Makes a call by a motion of the collective, with this number of ayes from three authorities.
fn decide(call: impl Into<RuntimeCall>, ayes: u8) -> DispatchResultWithPostInfo {
	let call = Box::new(call.into());
	let hash = <Test as frame_system::Config>::Hashing::hash_of(&call);
	Council::propose(signed(1), 2, call, 1_000)?;
	for who in 1..=3 {
		Council::vote(signed(who), hash, 0, who <= ayes)?;
	}
	Council::close(signed(1), hash, 0, Weight::MAX, 1_000)
}

#[test]
fn two_of_three_decide_by_a_motion() {
	run(|| {
		assert_ok!(decide(Call::announce_upgrade { code_hash: CODE }, 2));
		assert_eq!(Governance::announced_upgrade(), Some((CODE, START + 100)));
	});
}

#[test]
fn one_of_three_decides_nothing() {
	run(|| {
		assert_ok!(decide(Call::announce_upgrade { code_hash: CODE }, 1));
		assert_eq!(Governance::announced_upgrade(), None);
		// A motion that needs one vote only is carried out at once, and refused here.
		let call = RuntimeCall::from(Call::announce_upgrade { code_hash: CODE });
		assert_ok!(Council::propose(signed(1), 1, Box::new(call), 1_000));
		assert_eq!(Governance::announced_upgrade(), None);
	});
}

#[test]
fn two_thirds_are_needed_of_a_collective_of_any_size() {
	run(|| {
		for seats in 1..=20 {
			for ayes in 0..=seats {
				let origin =
					RawOrigin::<salus_primitives::AccountId, CouncilInstance>::Members(ayes, seats);
				let passes =
					<Test as Config>::AuthoritiesOrigin::try_origin(RuntimeOrigin::from(origin))
						.is_ok();
				assert_eq!(passes, 3 * ayes >= 2 * seats, "{ayes} of {seats}");
			}
		}
	});
}

#[test]
fn other_pallets_can_require_the_same_two_thirds() {
	run(|| {
		type TwoThirds = EnsureAuthorities<Test>;
		assert!(TwoThirds::try_origin(two_thirds()).is_ok());
		for origin in too_little() {
			assert!(
				TwoThirds::try_origin(origin.clone()).is_err(),
				"{:?}",
				origin.caller()
			);
		}
	});
}

#[test]
fn a_runtime_without_channels_refuses_channel_calls() {
	let unsupported = Err(ChannelError::Unsupported);
	assert_eq!(<()>::open(OTHER_CHAIN, 1, 1), unsupported);
	assert_eq!(<()>::accept(OTHER_CHAIN), unsupported);
	assert_eq!(<()>::close(THIS_CHAIN, OTHER_CHAIN), unsupported);
}

#[test]
fn two_of_three_open_a_channel_by_a_motion() {
	run(|| {
		let call = Call::open_channel {
			recipient: OTHER_CHAIN,
			max_capacity: 8,
			max_message_size: 1_024,
		};
		assert_ok!(decide(call, 2));
		assert_eq!(Requests::get(), [Request::Open(OTHER_CHAIN, 8, 1_024)]);
	});
}

#[test]
fn only_this_pallet_can_change_the_membership() {
	run(|| {
		let outside = too_little()
			.into_iter()
			.filter(|origin| EnsureAuthoritiesDecided::try_origin(origin.clone()).is_err());
		let outside: Vec<_> = outside.chain([two_thirds()]).collect();
		assert_eq!(
			outside.len(),
			too_little().len(),
			"all but the pallet's own"
		);
		for origin in outside {
			let (one, nine) = (account(1), account(9));
			assert_noop!(
				Authorities::add_member(origin.clone(), nine.clone()),
				BadOrigin
			);
			assert_noop!(
				Authorities::remove_member(origin.clone(), one.clone()),
				BadOrigin
			);
			assert_noop!(
				Authorities::swap_member(origin.clone(), one, nine.clone()),
				BadOrigin
			);
			assert_noop!(Authorities::reset_members(origin, vec![nine]), BadOrigin);
		}
		let own = RuntimeOrigin::from(Origin::Authorities);
		assert_ok!(Authorities::add_member(own, account(4)));
		Authorities::remove_member(Origin::Authorities.into(), account(4)).unwrap();
	});
}

#[test]
fn no_call_dispatches_as_root() {
	run(|| {
		// The collective never dispatches as root, however many voted.
		for seats in 1..=20 {
			let origin =
				RawOrigin::<salus_primitives::AccountId, CouncilInstance>::Members(seats, seats);
			let origin = RuntimeOrigin::from(origin);
			assert!(frame_system::ensure_root(origin.clone()).is_err());
			assert!(origin.as_system_ref().is_none());
			assert_noop!(System::set_code(origin.clone(), vec![1]), BadOrigin);
			assert_noop!(System::authorize_upgrade(origin, CODE), BadOrigin);
		}
	});
}

#[test]
fn authorities_of_the_genesis_can_send_transactions() {
	run(|| {
		for who in 1..=3 {
			assert_eq!(System::providers(&account(who)), 1);
		}
	});
}

#[test]
#[should_panic(expected = "the notice period is out of bounds")]
fn a_genesis_outside_the_bounds_is_refused() {
	use frame_support::traits::BuildGenesisConfig;
	run(|| {
		GenesisConfig::<Test> {
			notice_period: Some(1_001),
			..Default::default()
		}
		.build();
	});
}

#[test]
fn a_genesis_can_set_a_shorter_notice_period() {
	use frame_support::traits::BuildGenesisConfig;
	run(|| {
		GenesisConfig::<Test> {
			notice_period: Some(1),
			..Default::default()
		}
		.build();
		assert_eq!(NoticePeriod::<Test>::get(), 1);
		assert_noop!(
			Governance::set_parameter(two_thirds(), Parameter::NoticePeriod(1)),
			Error::<Test>::OutOfBounds
		);
	});
}

#[test]
#[should_panic(expected = "MinNoticePeriod must not be 0")]
fn a_notice_period_of_zero_is_an_invalid_configuration() {
	run(|| {
		MinNoticePeriod::set(0);
		<Governance as Hooks<_>>::integrity_test();
	});
}

const NO_TERM: &str = "an authority has no term, or somebody else has one";

fn set_term(who: u8, term: u32) {
	Terms::<Test>::mutate(|terms| terms.try_insert(account(who), term)).unwrap();
}

/// Sets the open motions, and those that authority 1 proposed.
fn set_open(open: &[u8], proposed: &[u8]) {
	let open = open.iter().copied().map(H256::repeat_byte).collect();
	pallet_collective::Proposals::<Test, CouncilInstance>::put(BoundedVec::truncate_from(open));
	let by_one = |motion| (H256::repeat_byte(motion), account(1), MOTION);
	let proposed = proposed.iter().copied().map(by_one).collect();
	Proposers::<Test>::put(BoundedVec::truncate_from(proposed));
}

#[test]
fn a_broken_state_is_detected() {
	type Members = pallet_membership::Members<Test, CouncilInstance>;
	let breaks: [(&str, fn()); 15] = [
		("too few authorities", || {
			Members::put(BoundedVec::truncate_from(accounts([1])))
		}),
		(
			"the authorities are not in order, each of them once",
			|| Members::put(BoundedVec::truncate_from(accounts([1, 1]))),
		),
		(
			"the authorities are not in order, each of them once",
			|| {
				Members::put(BoundedVec::truncate_from(
					accounts([1, 2]).into_iter().rev().collect(),
				))
			},
		),
		("an authority cannot send transactions", || {
			Members::put(BoundedVec::truncate_from(accounts([1, 9])))
		}),
		(NO_TERM, || {
			Terms::<Test>::mutate(|terms| terms.remove(&account(1)));
		}),
		(NO_TERM, || set_term(9, 9)),
		("two authorities have one term", || {
			set_term(1, 2);
			set_term(3, 2);
		}),
		("the next term was given already", || {
			NextTerm::<Test>::put(2)
		}),
		("the notice period is out of bounds", || {
			NoticePeriod::<Test>::put(0)
		}),
		("the replication target is out of bounds", || {
			ReplicationTarget::<Test>::put(8)
		}),
		("an upgrade waits too long", || {
			let enact_after = START + 1_001;
			AnnouncedUpgrade::<Test>::put(Announcement {
				code_hash: CODE,
				enact_after,
			})
		}),
		("the session began in the future", || {
			SessionStart::<Test>::put(START + 1)
		}),
		("an open motion has no proposer", || set_open(&[1, 2], &[1])),
		("a motion has two proposers", || set_open(&[1], &[1, 1])),
		("an authority has too many open motions", || {
			set_open(&[1, 2, 3], &[1, 2, 3])
		}),
	];
	for (expected, break_it) in breaks {
		new_test_ext().execute_with(|| {
			assert_storage_noop!(Governance::do_try_state().unwrap());
			break_it();
			assert_eq!(Governance::do_try_state(), Err(expected.into()));
		});
	}
}
