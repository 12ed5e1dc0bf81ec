//! A runtime whose members, records and clock are tables that a test writes.

use frame_support::{derive_impl, parameter_types, weights::Weight};
pub use salus_primitives::testing::{
	wrapped, HistoryList, MemberTable, Now, RecordTable, AUTHOR_ACCOUNT, OTHER_PATIENT,
	OTHER_PATIENT_ACCOUNT, PATIENT, PATIENT_ACCOUNT, PROVIDER_ACCOUNT, START, STRANGER,
};
use salus_primitives::{
	testing, GrantEvent, Grantee, HistoryEvent, MemberId, Moment, PatientId, Purpose, RecordId,
	WrappedKey,
};
use sp_runtime::{BuildStorage, DispatchResult};

pub type AccountId = u64;
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
	#[runtime::pallet_index(50)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(62)]
	pub type Permissions = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

impl pallet_utility::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = ();
}

parameter_types! {
	pub static MaxGrantsPerRecord: u32 = MAX_GRANTS;
	pub static PollWeight: Weight = Weight::MAX;
}

pub const MAX_GRANTS: u32 = 4;
/// A record of [`PATIENT`] by [`author`].
pub const RECORD: RecordId = 7;
/// A record of [`OTHER_PATIENT`] by [`author`].
pub const OTHER_RECORD: RecordId = 8;

pub fn author() -> MemberId {
	testing::author().into()
}
pub fn provider() -> MemberId {
	testing::provider().into()
}
pub fn other_provider() -> MemberId {
	testing::other_provider().into()
}
pub fn suspended() -> MemberId {
	testing::suspended().into()
}
pub fn retired() -> MemberId {
	testing::retired().into()
}

impl crate::Config for Test {
	type Members = MemberTable;
	type Records = RecordTable;
	type History = HistoryList;
	type Time = Now;
	type MaxGrantsPerRecord = MaxGrantsPerRecord;
	type PollWeight = PollWeight;
	type WeightInfo = ();
}

/// A state with two patients, a record of each, and providers of each standing.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	testing::reset();
	MaxGrantsPerRecord::set(MAX_GRANTS);
	PollWeight::set(Weight::MAX);
	ext.execute_with(|| {
		System::set_block_number(1);
		MemberTable::insert_all();
		add_record(RECORD, PATIENT);
		add_record(OTHER_RECORD, OTHER_PATIENT);
	});
	ext
}

/// Runs a test, and then checks the invariants.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Permissions::do_try_state().unwrap();
	});
}

/// Adds a record of a patient by [`author`].
pub fn add_record(id: RecordId, patient: PatientId) {
	RecordTable::insert(id, testing::record(patient));
}

/// The arguments of `grant`.
#[derive(Clone)]
pub struct NewGrant {
	pub record: RecordId,
	pub grantee: MemberId,
	pub wrapped_key: WrappedKey,
	pub expires_at: Option<Moment>,
	pub purpose: Purpose,
}

/// Valid arguments.
impl Default for NewGrant {
	fn default() -> Self {
		Self {
			record: RECORD,
			grantee: provider(),
			wrapped_key: wrapped(0, 384),
			expires_at: None,
			purpose: Purpose::Treatment,
		}
	}
}

impl NewGrant {
	/// The default, to this grantee.
	pub fn to(grantee: impl Into<MemberId>) -> Self {
		Self {
			grantee: grantee.into(),
			..Default::default()
		}
	}

	/// The default, with this end.
	pub fn until(at: Moment) -> Self {
		Self {
			expires_at: Some(at),
			..Default::default()
		}
	}

	pub fn call(self) -> RuntimeCall {
		let Self {
			record,
			grantee,
			wrapped_key,
			expires_at,
			purpose,
		} = self;
		crate::Call::grant {
			record,
			grantee,
			wrapped_key,
			expires_at,
			purpose,
		}
		.into()
	}

	/// Calls `grant`.
	pub fn give(self, origin: impl Into<RuntimeOrigin>) -> DispatchResult {
		let Self {
			record,
			grantee,
			wrapped_key,
			expires_at,
			purpose,
		} = self;
		Permissions::grant(
			origin.into(),
			record,
			grantee,
			wrapped_key,
			expires_at,
			purpose,
		)
	}

	/// Calls `grant` as [`PATIENT`].
	pub fn by_patient(self) -> DispatchResult {
		self.give(signed(PATIENT_ACCOUNT))
	}
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// The pallet's events so far.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet()
}

/// What happened to the default grant so far, as the patient's history has it.
pub fn history() -> Vec<GrantEvent> {
	let entries = HistoryList::entries().into_iter();
	entries
		.filter_map(|(member, event, _)| match event {
			HistoryEvent::Grant { grantee, event, .. }
				if grantee == Grantee::Member(provider()) =>
			{
				assert_eq!(member, PATIENT.into());
				Some(event)
			}
			_ => None,
		})
		.collect()
}
