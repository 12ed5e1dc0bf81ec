//! Tests, a file for each call and one for each of the other concerns.

mod answers;
mod apply_as_provider;
mod enlist;
mod genesis;
mod invariants;
mod invite;
mod keys;
mod members;
mod orders;
mod outbox;
mod register_patient;
mod retire;
mod rotate_key;
mod unverify;
mod views;
mod vote;
mod withdraw_application;

pub(crate) use frame_support::{
	assert_noop, assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
pub(crate) use salus_primitives::{
	traits::OnAnswer, About, Answer, Cause, ConsortiumCall, DirectoryEntry, EncryptionKey,
	EnlistmentState, Failure, KeySignature, MemberId, Minutes, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, Reason, SendError, SignedKey, Standing,
};
pub(crate) use sp_runtime::{DispatchError, DispatchResult};

pub(crate) use crate::{mock::*, pallet::*, types::*, WeightInfo};

/// The number that tests apply for.
pub const UPIN: &str = "A12345";
/// Another one.
pub const NPI: &str = "1234567893";

pub fn signed(who: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(who))
}

/// Origins without an account.
pub fn unsigned_origins() -> [RuntimeOrigin; 3] {
	let authorized = frame_system::RawOrigin::Authorized.into();
	[RuntimeOrigin::none(), RuntimeOrigin::root(), authorized]
}

pub fn name(text: &str) -> ProfessionalName {
	ProfessionalName::parse(text).unwrap()
}

/// Registers an account as a patient, with [`key`] `who`.
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
	Registry::apply_as_provider(signed(who), text.into(), "Dr. Ada".into(), key, signature)
}

/// Applies as a provider, and gives the motion to verify it.
pub fn apply(who: u8, text: &str) -> MotionOf<Test> {
	assert_ok!(try_apply(who, text));
	pending(who)
}

/// The motion to verify an account's application.
pub fn pending(who: u8) -> MotionOf<Test> {
	let account = account(who);
	let application = Applications::<Test>::get(&account).unwrap().hash(&account);
	Motion::Verify {
		account,
		application,
	}
}

/// The present holder of a number, or an id that no provider has.
pub fn id(text: &str) -> ProviderId {
	Holders::<Test>::get(number(text)).unwrap_or(ProviderId(u32::MAX))
}

pub fn suspend(text: &str) -> MotionOf<Test> {
	Motion::Suspend { id: id(text) }
}

pub fn reinstate(text: &str) -> MotionOf<Test> {
	Motion::Reinstate { id: id(text) }
}

pub fn unverify(text: &str) -> MotionOf<Test> {
	Motion::Unverify { id: id(text) }
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
	Providers::<Test>::get(id(text)).map(|provider| provider.standing)
}

/// Gives a member the next version of its key: [`key`] `seed`.
pub fn rotate(who: u8, version: u32, seed: u8) {
	let key = key(seed);
	let signature = sign(who, version, &key);
	assert_ok!(Registry::rotate_key(signed(who), version, key, signature));
}

/// What the registry uses of a block that has this weight left.
pub fn polled(left: Weight) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	Registry::on_poll(1, &mut block);
	block.consumed()
}

/// Begins a block: ends the wait for overdue answers, and sends. Returns what the registry uses.
pub fn poll() -> Weight {
	pass_deadlines::<Registry>();
	polled(Weight::MAX)
}

/// Makes an account's provider verified, and has it enlisted.
pub fn enlist(who: u8, text: &str) {
	verify(who, text);
	assert_ok!(Registry::enlist(signed(who)));
	poll();
	answer(text, 1, Answer::Done);
	assert_eq!(enlistment(text).state, EnlistmentState::Enlisted);
	take_sent();
	events();
}

/// The consortium answers.
pub fn answer(text: &str, sequence: u64, answer: Answer) {
	deliver_answer::<Registry>(&About::Provider(id(text)), sequence, &answer);
}

pub fn enlistment(text: &str) -> Enlistment {
	Enlistments::<Test>::get(id(text)).unwrap()
}

/// The standing and the sequence number of each sent entry, and whether it is a new one.
pub fn sent() -> Vec<(Standing, u64, bool)> {
	let all = take_sent().into_iter();
	all.map(|call| match call {
		ConsortiumCall::EnlistProvider { entry } => (entry.standing, entry.sequence, true),
		ConsortiumCall::UpdateProvider { entry } => (entry.standing, entry.sequence, false),
		other => panic!("{other:?} is not about a provider"),
	})
	.collect()
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
