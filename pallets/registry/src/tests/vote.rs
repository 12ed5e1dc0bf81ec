use super::*;
use salus_primitives::Moment;

fn set_authorities(all: &[u8]) {
	AuthorityList::set(&all.iter().map(|who| account(*who)).collect());
}

fn votes(motion: &MotionOf<Test>) -> (usize, usize) {
	let votes = Motions::<Test>::get(motion);
	let count = |aye| votes.as_ref().map_or(0, |votes| votes.count(aye));
	(count(true), count(false))
}

#[test]
fn more_than_half_of_the_authorities_verify_a_provider() {
	run(|| {
		let motion = apply(1, UPIN);
		advance(MINUTE);
		events();
		assert_ok!(try_vote(101, &motion, true));
		assert_eq!(standing(UPIN), None);
		assert_eq!(
			events(),
			[Event::Voted {
				motion: motion.clone(),
				authority: account(101),
				aye: true
			}]
		);
		assert_ok!(try_vote(103, &motion, true));
		assert_eq!(
			events(),
			[
				Event::Voted {
					motion: motion.clone(),
					authority: account(103),
					aye: true
				},
				Event::ProviderVerified {
					id: ProviderId(0),
					number: number(UPIN),
					account: account(1)
				},
			]
		);
		assert_eq!(
			Providers::<Test>::get(id(UPIN)),
			Some(Provider {
				number: number(UPIN),
				account: account(1),
				name: name("Dr. Ada"),
				standing: Standing::Verified,
				key_version: 0,
				since: START + MINUTE
			})
		);
		let member = MemberId::Provider(id(UPIN));
		assert_eq!(MemberOf::<Test>::get(account(1)), Some(member.clone()));
		let entry = Keys::<Test>::get(&member, 0).unwrap();
		assert_eq!((entry.key, entry.bits, entry.since), (key(1), 2048, START));
		assert_eq!(Applications::<Test>::iter().count(), 0);
		assert_eq!(Motions::<Test>::iter().count(), 0);
		assert_noop!(try_vote(102, &motion, true), Error::<Test>::NotFound);
	});
}

#[test]
fn half_of_the_authorities_do_not_carry_a_motion() {
	run(|| {
		set_authorities(&[101, 102, 103, 104]);
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(votes(&motion), (2, 0));
		assert_ok!(try_vote(103, &motion, false));
		assert_eq!(votes(&motion), (2, 1));
		assert_ok!(try_vote(104, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn a_motion_falls_once_it_cannot_be_carried() {
	// The votes against that are needed, for each number of authorities.
	for (count, needed) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3)] {
		run(|| {
			let all: Vec<u8> = (101..).take(count).collect();
			set_authorities(&all);
			let motion = apply(1, UPIN);
			for (place, who) in all.iter().take(needed).enumerate() {
				assert_eq!(votes(&motion), (0, place), "of {count}");
				assert_ok!(try_vote(*who, &motion, false));
			}
			assert_eq!(
				events().last(),
				Some(&Event::MotionFell {
					motion: motion.clone()
				})
			);
			assert_eq!(Applications::<Test>::iter().count(), 0);
			assert_eq!(Claims::<Test>::iter().count(), 0);
			assert_eq!(Motions::<Test>::iter().count(), 0);
			let subject = Subject::Application {
				account: account(1),
				number: number(UPIN),
			};
			assert_eq!(
				CoolDowns::<Test>::get(subject),
				Some(START + CoolDown::get())
			);
		});
	}
}

#[test]
fn an_applicant_whose_application_fell_stays_invited() {
	run(|| {
		vote_down(&apply(1, UPIN));
		assert_eq!(
			Registry::api_account(account(1)),
			salus_primitives::views::AccountStatus::Invited
		);
		register(1);
	});
}

#[test]
fn only_authorities_can_vote() {
	run(|| {
		verify(2, NPI);
		register(3);
		let motion = apply(1, UPIN);
		for who in [1, 2, 3, 4, STRANGER] {
			assert_noop!(try_vote(who, &motion, true), Error::<Test>::NotAuthorized);
			assert_noop!(
				try_vote(who, &suspend(NPI), true),
				Error::<Test>::NotAuthorized
			);
		}
		for origin in unsigned_origins() {
			assert_noop!(
				Registry::vote(origin, motion.clone(), true),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn an_authority_has_one_vote() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		assert_noop!(try_vote(101, &motion, true), Error::<Test>::AlreadyVoted);
		assert_ok!(try_vote(102, &motion, false));
		assert_noop!(try_vote(102, &motion, false), Error::<Test>::AlreadyVoted);
		assert_eq!(votes(&motion), (1, 1));
	});
}

#[test]
fn an_authority_changes_its_vote_while_the_motion_is_open() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		events();
		assert_ok!(try_vote(101, &motion, false));
		assert_eq!(votes(&motion), (0, 1));
		assert_eq!(
			events(),
			[Event::Voted {
				motion: motion.clone(),
				authority: account(101),
				aye: false
			}]
		);
		assert_ok!(try_vote(102, &motion, true));
		// The changed vote decides.
		assert_ok!(try_vote(101, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn a_motion_ends() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		advance(MotionTime::get() - 1);
		let view = Registry::api_application(account(1)).unwrap().votes;
		assert_eq!((view.ayes, view.ends), (1, Some(START + MotionTime::get())));
		advance(1);
		let view = Registry::api_application(account(1)).unwrap().votes;
		assert_eq!((view.ayes, view.ends), (0, None));
		// A vote opens it anew, without the earlier votes.
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(standing(UPIN), None);
		assert_eq!(votes(&motion), (1, 0));
		assert_ok!(try_vote(101, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn votes_against_of_a_motion_that_ended_do_not_bind_the_applicant() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, false));
		assert_noop!(try_apply(1, NPI), Error::<Test>::VotesAgainst);
		advance(MotionTime::get());
		assert_ok!(try_apply(1, NPI));
		assert_eq!(Motions::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_vote_of_an_earlier_term_does_not_count() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		// Removed and added again, it begins a new term.
		LaterTerms::set(&[(account(101), 7)].into());
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(standing(UPIN), None);
		assert_eq!(votes(&motion), (1, 0));
		assert_ok!(try_vote(101, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn a_vote_on_a_changed_application_is_refused() {
	run(|| {
		let motion = apply(1, UPIN);
		let changed = Motion::Verify {
			account: account(1),
			application: [7; 32],
		};
		assert_noop!(
			try_vote(101, &changed, true),
			Error::<Test>::ApplicationChanged
		);
		// Each part of an application is bound, so is the account.
		let value = Applications::<Test>::get(account(1)).unwrap();
		let hash = value.hash(&account(1));
		assert_eq!(
			motion,
			Motion::Verify {
				account: account(1),
				application: hash
			}
		);
		let others = [
			Application {
				number: number(NPI),
				..value.clone()
			},
			Application {
				name: name("Dr. Eve"),
				..value.clone()
			},
			Application {
				key: key(2),
				..value.clone()
			},
			Application {
				bits: 2047,
				..value.clone()
			},
			Application {
				signature: sign(2, 0, &key(1)),
				..value.clone()
			},
			Application {
				since: value.since + 1,
				..value.clone()
			},
			Application {
				serial: value.serial + 1,
				..value.clone()
			},
		];
		assert!(others.iter().all(|other| other.hash(&account(1)) != hash));
		assert_ne!(value.hash(&account(2)), hash);
	});
}

#[test]
fn a_vote_without_an_application_is_refused() {
	run(|| {
		let motion = Motion::Verify {
			account: account(1),
			application: [0; 32],
		};
		assert_noop!(try_vote(101, &motion, true), Error::<Test>::NotFound);
		assert_noop!(try_vote(101, &motion, false), Error::<Test>::NotFound);
	});
}

#[test]
fn votes_of_former_authorities_do_not_count() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		set_authorities(&[102, 103, 104]);
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(standing(UPIN), None);
		assert_eq!(votes(&motion), (1, 0));
		// Back again, it may vote again.
		set_authorities(&[101, 102, 103]);
		assert_ok!(try_vote(101, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn more_authorities_need_more_votes() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		set_authorities(&[101, 102, 103, 104, 105]);
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(standing(UPIN), None);
		assert_ok!(try_vote(105, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn a_change_of_authorities_can_decide_a_motion() {
	run(|| {
		set_authorities(&[101, 102, 103, 104]);
		let (for_it, against_it) = (apply(1, UPIN), apply(2, NPI));
		for (who, aye) in [(101, true), (102, true), (103, false)] {
			assert_ok!(try_vote(who, &for_it, aye));
		}
		for (who, aye) in [(101, true), (102, false)] {
			assert_ok!(try_vote(who, &against_it, aye));
		}
		assert_noop!(try_vote(103, &for_it, false), Error::<Test>::AlreadyVoted);
		// All that are left have voted.
		set_authorities(&[101, 102, 103]);
		events();
		assert_ok!(try_vote(103, &for_it, false));
		assert_eq!(
			events(),
			[Event::ProviderVerified {
				id: id(UPIN),
				number: number(UPIN),
				account: account(1)
			}]
		);
		set_authorities(&[101, 102]);
		assert_ok!(try_vote(101, &against_it, true));
		assert_eq!(events(), [Event::MotionFell { motion: against_it }]);
	});
}

#[test]
fn votes_beyond_max_authorities_are_refused() {
	run(|| {
		let all: Vec<u8> = (101..120).collect();
		set_authorities(&all);
		let motion = apply(1, UPIN);
		for who in 101..107 {
			assert_ok!(try_vote(who, &motion, true));
		}
		for aye in [true, false] {
			assert_noop!(try_vote(107, &motion, aye), Error::<Test>::MaxVotesExceeded);
		}
	});
}

#[test]
fn verifying_an_applicant_drops_the_other_applications() {
	run(|| {
		let (first, other) = (apply(1, UPIN), apply(2, UPIN));
		let unrelated = apply(3, NPI);
		assert_ok!(try_vote(103, &other, true));
		carry(&first);
		assert!(events().contains(&Event::ApplicationSuperseded {
			account: account(2),
			number: number(UPIN)
		}));
		assert_noop!(try_vote(101, &other, true), Error::<Test>::NotFound);
		assert_noop!(try_apply(2, UPIN), Error::<Test>::AlreadyVerified);
		assert_eq!(Claims::<Test>::iter_key_prefix(number(UPIN)).count(), 0);
		carry(&unrelated);
	});
}

/// Invites many squatters of one number beyond those that are dropped at once.
fn squat(count: u8) {
	for who in 150..150 + count {
		Registry::let_in(&account(who));
		assert_ok!(try_apply(who, UPIN));
	}
}

#[test]
fn applications_beyond_the_drop_limit_fall_at_the_first_vote_against() {
	run(|| {
		let dropped = u8::try_from(crate::MAX_SUPERSEDED).unwrap();
		squat(dropped + 2);
		verify(1, UPIN);
		let left: Vec<_> = Applications::<Test>::iter_keys().collect();
		assert_eq!(left.len(), 2);
		let motion = (150..).find_map(pending_if).unwrap();
		assert_noop!(try_vote(101, &motion, true), Error::<Test>::AlreadyVerified);
		assert_ok!(try_vote(101, &motion, false));
		assert_eq!(events().last(), Some(&Event::MotionFell { motion }));
		assert_eq!(Applications::<Test>::iter().count(), 1);
	});
}

fn pending_if(who: u8) -> Option<MotionOf<Test>> {
	Applications::<Test>::contains_key(account(who)).then(|| pending(who))
}

/// Account 2 copies the key of a pending application in each way that there is.
#[test]
fn a_member_that_takes_an_applicants_key_does_not_stop_the_application() {
	run(|| {
		let motion = apply(1, UPIN);
		assert_ok!(try_vote(101, &motion, true));
		let signature = sign(2, 0, &key(1));
		assert_ok!(Registry::register_patient(
			signed(2),
			[0xc0; 32],
			key(1),
			signature
		));
		rotate(2, 1, 1);
		assert_ok!(try_vote(102, &motion, true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn authorities_suspend_and_reinstate_a_provider() {
	run(|| {
		verify(1, UPIN);
		events();
		carry(&suspend(UPIN));
		assert_eq!(standing(UPIN), Some(Standing::Suspended));
		assert_eq!(
			events().last(),
			Some(&Event::ProviderSuspended { id: id(UPIN) })
		);
		carry(&reinstate(UPIN));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
		assert_eq!(
			events().last(),
			Some(&Event::ProviderReinstated { id: id(UPIN) })
		);
		// Votes of the first time are gone.
		assert_ok!(try_vote(101, &suspend(UPIN), true));
		assert_eq!(standing(UPIN), Some(Standing::Verified));
	});
}

#[test]
fn a_provider_is_suspended_once_and_only_a_suspended_one_is_reinstated() {
	run(|| {
		for motion in [suspend(UPIN), reinstate(UPIN)] {
			assert_noop!(try_vote(101, &motion, true), Error::<Test>::NotFound);
		}
		apply(1, UPIN);
		assert_noop!(try_vote(101, &suspend(UPIN), true), Error::<Test>::NotFound);
		carry(&pending(1));
		assert_noop!(
			try_vote(101, &reinstate(UPIN), true),
			Error::<Test>::NotSuspended
		);
		carry(&suspend(UPIN));
		assert_noop!(
			try_vote(101, &suspend(UPIN), false),
			Error::<Test>::AlreadySuspended
		);
	});
}

fn cools_down(motion: MotionOf<Test>, after: Option<Standing>) {
	vote_down(&motion);
	assert_eq!(
		events().last(),
		Some(&Event::MotionFell {
			motion: motion.clone()
		})
	);
	assert_eq!(standing(UPIN), after);
	let until: Moment = CoolDown::get();
	advance(until - 1);
	assert_noop!(try_vote(103, &motion, true), Error::<Test>::CoolingDown);
	advance(1);
	assert_ok!(try_vote(103, &motion, true));
}

#[test]
fn a_fallen_motion_on_standing_starts_a_cool_down() {
	run(|| {
		verify(1, UPIN);
		cools_down(suspend(UPIN), Some(Standing::Verified));
		assert_ok!(try_vote(101, &suspend(UPIN), true));
		cools_down(reinstate(UPIN), Some(Standing::Suspended));
	});
}

#[test]
fn a_cool_down_holds_for_its_subject_only() {
	run(|| {
		verify(1, UPIN);
		verify(2, NPI);
		vote_down(&suspend(UPIN));
		carry(&suspend(NPI));
		assert_eq!(standing(NPI), Some(Standing::Suspended));
	});
}

/// An authority cannot protect a provider by a motion that it opens to fall.
#[test]
fn a_motion_that_falls_delays_no_motion_of_another_kind() {
	run(|| {
		verify(1, UPIN);
		let id = id(UPIN);
		let (suspend, reinstate, unverify) = (suspend(UPIN), reinstate(UPIN), unverify(UPIN));
		let standing = || Providers::<Test>::get(id).unwrap().standing;
		let cools_down = |motion| {
			let refused = Error::<Test>::CoolingDown;
			assert_noop!(try_vote(101, motion, true), refused);
		};
		vote_down(&unverify);
		carry(&suspend);
		assert_eq!(standing(), Standing::Suspended);
		vote_down(&reinstate);
		cools_down(&unverify);
		advance(CoolDown::get());
		vote_down(&reinstate);
		carry(&unverify);
		assert_eq!(standing(), Standing::UnverifiedSuspended);
		cools_down(&reinstate);
	});
}
