//! A runtime whose members and clock are tables that a test writes.

use frame_support::{derive_impl, parameter_types};
pub use salus_primitives::testing::{
	author, cid, number_of, provider, suspended, wrapped, MemberTable, Now, AUTHOR_ACCOUNT,
	OTHER_PATIENT, OTHER_PATIENT_ACCOUNT, PATIENT, PATIENT_ACCOUNT, PROVIDER_ACCOUNT,
	RETIRED_ACCOUNT, START, STRANGER, SUSPENDED_ACCOUNT, UNVERIFIED_ACCOUNT,
};
use salus_primitives::{
	testing, Cid, CidBytes, Hash256, PatientId, Rate, RecordId, SealedName, WrappedKey,
	SEALED_NAME_LEN,
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
	#[runtime::pallet_index(61)]
	pub type Emr = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub static MaxEnvelopeSize: u64 = MAX_SIZE;
	pub static RecordRate: Rate = ANY_RATE;
}

pub const MAX_SIZE: u64 = 1 << 40;
/// No limit that a test reaches by accident.
const ANY_RATE: Rate = Rate {
	burst: u32::MAX,
	interval: 1,
};
/// Ten records at once, and one a minute.
pub const RATE: Rate = Rate {
	burst: 10,
	interval: 60_000,
};

impl crate::Config for Test {
	type Members = MemberTable;
	type Time = Now;
	type MaxEnvelopeSize = MaxEnvelopeSize;
	type RecordRate = RecordRate;
	type WeightInfo = ();
}

/// A state with two patients, and providers of each standing.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	testing::reset();
	MaxEnvelopeSize::set(MAX_SIZE);
	RecordRate::set(ANY_RATE);
	ext.execute_with(|| {
		System::set_block_number(1);
		MemberTable::insert_all();
	});
	ext
}

/// Runs a test, then checks the invariants.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Emr::do_try_state().unwrap();
	});
}

/// The CID that [`NewRecord`] has by default: no record has it yet. That of record 0 is [`cid`].
pub fn next_cid() -> Cid {
	cid_of(crate::NextId::<Test>::get())
}

/// The CID of the record of this id, if it was added with the default.
pub fn cid_of(record: RecordId) -> Cid {
	let mut digest = cid().digest();
	digest[0] ^= record as u8;
	digest[1] ^= (record >> 8) as u8;
	Cid::from_digest(cid().is_dag_pb(), digest)
}

pub fn cid_bytes(bytes: &[u8]) -> CidBytes {
	bytes.to_vec()
}

/// The arguments of `add_record`, of which `add_own_record` takes all but the patient and the
/// author's wrapped key.
pub struct NewRecord {
	pub patient: PatientId,
	pub sealed_name: SealedName,
	pub hash: Hash256,
	pub cid: CidBytes,
	pub size: u64,
	pub wrapped_for_patient: WrappedKey,
	pub wrapped_for_author: WrappedKey,
	pub amends: Option<RecordId>,
}

/// Arguments that nothing is wrong with.
impl Default for NewRecord {
	fn default() -> Self {
		Self {
			patient: PATIENT,
			sealed_name: [0xde; SEALED_NAME_LEN],
			hash: [0xca; 32],
			cid: cid_bytes(next_cid().as_bytes()),
			size: 1_048_576,
			wrapped_for_patient: wrapped(0, 384),
			wrapped_for_author: wrapped(0, 384),
			amends: None,
		}
	}
}

impl NewRecord {
	/// Calls `add_record`.
	pub fn add(self, origin: impl Into<RuntimeOrigin>) -> DispatchResult {
		Emr::add_record(
			origin.into(),
			self.patient,
			self.sealed_name,
			self.hash,
			self.cid,
			self.size,
			self.wrapped_for_patient,
			self.wrapped_for_author,
			self.amends,
		)
	}

	/// Calls `add_record` as the author of [`author`].
	pub fn by_author(self) -> DispatchResult {
		self.add(signed(AUTHOR_ACCOUNT))
	}

	/// Calls `add_own_record`.
	pub fn add_own(self, origin: impl Into<RuntimeOrigin>) -> DispatchResult {
		Emr::add_own_record(
			origin.into(),
			self.sealed_name,
			self.hash,
			self.cid,
			self.size,
			self.wrapped_for_patient,
			self.amends,
		)
	}

	/// Calls `add_own_record` as [`PATIENT`].
	pub fn by_patient(self) -> DispatchResult {
		self.add_own(signed(PATIENT_ACCOUNT))
	}
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}
