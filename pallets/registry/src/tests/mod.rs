//! Tests, a file for each call and one for each of the other concerns.

mod apply_as_provider;
mod genesis;
mod invite;
mod keys;
mod members;
mod register_patient;
mod retire;
mod rotate_key;
mod try_state;
mod views;
mod vote;
mod withdraw_application;

pub(crate) use frame_support::{assert_noop, assert_ok};
pub(crate) use salus_primitives::{
	EncryptionKey, KeySignature, MemberId, PatientId, ProfessionalNumber, Standing,
};
pub(crate) use sp_runtime::{DispatchError, DispatchResult};

pub(crate) use crate::{mock::*, pallet::*, types::*};

/// The number that tests apply for.
pub const UPIN: &str = "A12345";
/// Another one.
pub const NPI: &str = "1234567893";

pub fn signed(who: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(who))
}

/// Origins that are nobody's account.
pub fn unsigned_origins() -> [RuntimeOrigin; 3] {
	let authorized = frame_system::RawOrigin::Authorized.into();
	[RuntimeOrigin::none(), RuntimeOrigin::root(), authorized]
}

pub fn name(text: &str) -> NameOf<Test> {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// Registers an account as a patient's, with [`key`] `who`.
pub fn register(who: u8) -> PatientId {
	let key = key(who);
	let signature = sign(who, 0, &key);
	assert_ok!(Registry::register_patient(
		signed(who),
		[who; 32],
		key,
		signature
	));
	match MemberOf::<Test>::get(account(who)) {
		Some(MemberId::Patient(patient)) => patient,
		other => panic!("{other:?} is no patient"),
	}
}

/// Applies as a provider, with [`key`] `who`.
pub fn try_apply(who: u8, text: &str) -> DispatchResult {
	let key = key(who);
	let signature = sign(who, 0, &key);
	Registry::apply_as_provider(signed(who), number(text), name("Dr. Ada"), key, signature)
}

/// Applies as a provider, and gives the motion to verify it.
pub fn apply(who: u8, text: &str) -> MotionOf<Test> {
	assert_ok!(try_apply(who, text));
	pending(who)
}

/// The motion to verify what an account applied for.
pub fn pending(who: u8) -> MotionOf<Test> {
	let account = account(who);
	let application = Applications::<Test>::get(&account).unwrap().hash(&account);
	Motion::Verify {
		account,
		application,
	}
}

pub fn suspend(text: &str) -> MotionOf<Test> {
	Motion::Suspend {
		number: number(text),
	}
}

pub fn reinstate(text: &str) -> MotionOf<Test> {
	Motion::Reinstate {
		number: number(text),
	}
}

pub fn try_vote(who: u8, motion: &MotionOf<Test>, aye: bool) -> DispatchResult {
	Registry::vote(signed(who), motion.clone(), aye)
}

/// Two of three authorities vote for a motion, which carries it.
pub fn carry(motion: &MotionOf<Test>) {
	assert_ok!(try_vote(101, motion, true));
	assert_ok!(try_vote(102, motion, true));
}

/// Two of three authorities vote against a motion, so that it falls.
pub fn vote_down(motion: &MotionOf<Test>) {
	assert_ok!(try_vote(101, motion, false));
	assert_ok!(try_vote(102, motion, false));
}

/// Makes an account's provider verified.
pub fn verify(who: u8, text: &str) {
	carry(&apply(who, text));
	assert_eq!(standing(text), Some(Standing::Verified));
}

pub fn standing(text: &str) -> Option<Standing> {
	Providers::<Test>::get(number(text)).map(|provider| provider.standing)
}

/// The registry's events since the last look.
pub fn events() -> Vec<Event<Test>> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Registry(event) => Some(event),
			_ => None,
		})
		.collect()
}
