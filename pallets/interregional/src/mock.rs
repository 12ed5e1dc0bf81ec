//! A runtime whose members, records, clock and way to the consortium are tables that a test writes.

use frame_support::{
	derive_impl, parameter_types,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
pub use salus_primitives::testing::{
	author, cid, deliver_answer, in_flight, number_of, pass_deadlines, provider, provider_of,
	wrapped, AnswerWithin, HistoryList, MaxInFlight, MemberTable, MockConsortium, Now, RecordTable,
	SendFailure, SentCalls, SentFor, AUTHOR_ACCOUNT, OTHER_PATIENT, OTHER_PATIENT_ACCOUNT,
	OTHER_PROVIDER_ACCOUNT, PATIENT, PATIENT_ACCOUNT, PROVIDER_ACCOUNT, RECORD_ACCOUNT, REGION,
	RETIRED_ACCOUNT, START, STRANGER, SUSPENDED_ACCOUNT,
};
use salus_primitives::{
	testing, traits::ToConsortium, About, Answer, InterregionalGrantId, Moment, ParaId, PatientId,
	Purpose, RecordId, RemoteProvider, WrappedKey,
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
	#[runtime::pallet_index(64)]
	pub type Interregional = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub static MaxGrantsPerRecord: u32 = MAX_GRANTS;
	pub static MaxWaitingPerPatient: u32 = MAX_WAITING;
	pub static PollWeight: Weight = Weight::MAX;
}

pub const MAX_GRANTS: u32 = 4;
pub const MAX_WAITING: u32 = 60;
pub const ANSWER_WITHIN: Moment = 1_000;
pub const MAX_DELIVERIES: usize = 3;
/// The region of the grantees.
pub const OTHER_REGION: ParaId = 2_001;
/// A record of [`PATIENT`] by [`author`].
pub const RECORD: RecordId = 7;
/// A record of [`OTHER_PATIENT`] by [`author`].
pub const OTHER_RECORD: RecordId = 8;

impl crate::Config for Test {
	type Members = MemberTable;
	type Records = RecordTable;
	type History = HistoryList;
	type Consortium = MockConsortium;
	type Time = Now;
	type MaxGrantsPerRecord = MaxGrantsPerRecord;
	type MaxWaitingPerPatient = MaxWaitingPerPatient;
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
	MaxWaitingPerPatient::set(MAX_WAITING);
	PollWeight::set(Weight::MAX);
	AnswerWithin::set(ANSWER_WITHIN);
	MaxInFlight::set(MAX_DELIVERIES);
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
		Interregional::do_try_state().unwrap();
	});
}

/// Adds a record of a patient by [`author`].
pub fn add_record(id: RecordId, patient: PatientId) {
	RecordTable::insert(id, testing::record(patient));
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// The pallet's events so far.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet()
}

/// A provider of the other region.
pub fn remote() -> RemoteProvider {
	provider_of(OTHER_REGION, 7)
}

/// The grant of [`RECORD`] to [`remote`].
pub fn grant_id() -> InterregionalGrantId {
	InterregionalGrantId {
		record: RECORD,
		grantee: remote(),
	}
}

/// The arguments of `grant`.
#[derive(Clone)]
pub struct NewGrant {
	pub record: RecordId,
	pub grantee: RemoteProvider,
	pub wrapped_key: WrappedKey,
	pub expires_at: Option<Moment>,
	pub purpose: Purpose,
}

/// Valid arguments.
impl Default for NewGrant {
	fn default() -> Self {
		Self {
			record: RECORD,
			grantee: remote(),
			wrapped_key: wrapped(2, 384),
			expires_at: None,
			purpose: Purpose::Treatment,
		}
	}
}

impl NewGrant {
	/// The default, to this grantee.
	pub fn to(grantee: RemoteProvider) -> Self {
		Self {
			grantee,
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

	/// Calls `grant`.
	pub fn give(self, origin: impl Into<RuntimeOrigin>) -> DispatchResult {
		Interregional::grant(
			origin.into(),
			self.record,
			self.grantee,
			self.wrapped_key,
			self.expires_at,
			self.purpose,
		)
	}

	/// Calls `grant` as [`PATIENT`].
	pub fn by_patient(self) -> DispatchResult {
		self.give(signed(PATIENT_ACCOUNT))
	}
}

/// Calls `forward` as a verified provider, for the grant of [`RECORD`] to [`remote`].
pub fn forward() -> DispatchResult {
	Interregional::forward(signed(PROVIDER_ACCOUNT), RECORD, remote())
}

/// Calls `revoke` as [`PATIENT`], for the grant of [`RECORD`] to [`remote`].
pub fn revoke() -> DispatchResult {
	Interregional::revoke(signed(PATIENT_ACCOUNT), RECORD, remote())
}

/// Delivers the answer to the last message about the grant of [`RECORD`] to [`remote`].
pub fn answer(answer: Answer) {
	let sequence = grant_of(&grant_id()).sequence;
	answer_to(sequence, answer);
}

/// Delivers the answer to the message about that grant with this sequence number.
pub fn answer_to(sequence: u64, answer: Answer) {
	deliver_answer::<Interregional>(&About::Grant(grant_id()), sequence, &answer);
}

/// The stored grant.
pub fn grant_of(id: &InterregionalGrantId) -> crate::Grant {
	crate::Grants::<Test>::get(id.record, &id.grantee).unwrap()
}

/// Sets the clock to the deadline of the last message.
pub fn pass_deadline() {
	let deadline = deadline().unwrap();
	Now::mutate(|now| *now = deadline.max(*now));
}

/// Until when the answer to the last message about the grant of [`RECORD`] to [`remote`] is awaited.
pub fn deadline() -> Option<Moment> {
	let sequence = crate::Grants::<Test>::get(RECORD, remote())?.sequence;
	MockConsortium::awaited_until(&About::Grant(grant_id()), sequence)
}

/// Begins a block: ends the wait for overdue answers, and sweeps.
pub fn poll() {
	pass_deadlines::<Interregional>();
	Interregional::on_poll(1, &mut WeightMeter::new());
}
