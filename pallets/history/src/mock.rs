//! A runtime with a clock that a test sets.

use frame_support::{derive_impl, parameter_types, weights::Weight};
use salus_primitives::{testing, traits::History as _, Moment};
pub use salus_primitives::{
	testing::{Now, OTHER_PATIENT, PATIENT, START},
	GrantEvent, HistoryEvent, HistoryId, MemberId,
};
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(65)]
	pub type History = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub static PollWeight: Weight = Weight::MAX;
	pub const Lifetime: Moment = LIFETIME;
}

/// How long an entry stays.
pub const LIFETIME: Moment = 1_000;

impl crate::Config for Test {
	type Time = Now;
	type Lifetime = Lifetime;
	type PollWeight = PollWeight;
	type WeightInfo = ();
}

/// An empty history.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	testing::reset();
	PollWeight::set(Weight::MAX);
	storage.into()
}

/// Runs a test, then checks the invariants.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		History::do_try_state().unwrap();
	});
}

/// Adds an entry for a new key.
pub fn add(member: impl Into<MemberId>, version: u32) -> HistoryId {
	History::add(member.into(), HistoryEvent::Key { version }, Some(&7))
}

/// The versions of the keys in a member's history, page by page of this length.
pub fn versions(member: impl Into<MemberId>, limit: u32) -> Vec<u32> {
	let member = member.into();
	let (mut all, mut after) = (Vec::new(), None);
	loop {
		let page = History::api_history(member.clone(), after, limit);
		all.extend(page.items.into_iter().map(|entry| match entry.event {
			HistoryEvent::Key { version } => version,
			event => panic!("not a key: {event:?}"),
		}));
		after = page.next;
		if after.is_none() {
			return all;
		}
	}
}
