//! A runtime whose members, records and clock are tables that a test writes.

use std::collections::BTreeMap;

use frame_support::{derive_impl, parameter_types, traits::Time};
use salus_primitives::{
	traits::{Members, Records},
	Cid, Hash256, KeyVersion, MemberId, Moment, PatientId, ProfessionalName, ProfessionalNumber,
	Purpose, RecordId, Standing, WrappedKey,
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

/// What the mock registry knows of a member.
#[derive(Clone)]
pub struct Entry {
	pub account: AccountId,
	pub standing: Standing,
	pub key: (KeyVersion, u32),
}

parameter_types! {
	pub static Table: BTreeMap<MemberId, Entry> = BTreeMap::new();
	pub static RecordTable: BTreeMap<RecordId, (PatientId, ProfessionalNumber)> = BTreeMap::new();
	pub static Now: Moment = START;
	pub static MaxGrantsPerRecord: u32 = MAX_GRANTS;
}

/// The time at which each test begins.
pub const START: Moment = 1_700_000_000_000;
pub const MAX_GRANTS: u32 = 4;
pub const PATIENT: PatientId = PatientId([0xa1; 16]);
/// A patient that may be granted a record, such as a parent.
pub const RELATIVE: PatientId = PatientId([0xb2; 16]);
pub const PATIENT_ACCOUNT: AccountId = 11;
pub const RELATIVE_ACCOUNT: AccountId = 12;
pub const AUTHOR_ACCOUNT: AccountId = 1;
pub const PROVIDER_ACCOUNT: AccountId = 2;
/// Acts for nobody: a stranger's, an applicant's or an authority's.
pub const STRANGER: AccountId = 99;
/// A record of [`PATIENT`] by [`author`].
pub const RECORD: RecordId = 7;
/// A record of [`RELATIVE`] by [`author`].
pub const RELATIVES_RECORD: RecordId = 8;

pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).unwrap()
}
pub fn author() -> MemberId {
	number("A12345").into()
}
pub fn provider() -> MemberId {
	number("1234567893").into()
}
pub fn other_provider() -> MemberId {
	number("B00002").into()
}
pub fn suspended() -> MemberId {
	number("S00001").into()
}
pub fn retired() -> MemberId {
	number("R00001").into()
}

impl Time for Now {
	type Moment = Moment;
	fn now() -> Moment {
		Self::get()
	}
}

pub struct Registry;

impl Registry {
	pub fn put(member: impl Into<MemberId>, account: AccountId, standing: Standing) {
		let entry = Entry {
			account,
			standing,
			key: (0, 3072),
		};
		Table::mutate(|table| table.insert(member.into(), entry));
	}

	pub fn change(member: impl Into<MemberId>, with: impl FnOnce(&mut Entry)) {
		let member = member.into();
		Table::mutate(|table| with(table.get_mut(&member).unwrap()));
	}
}

impl Members<AccountId> for Registry {
	fn member_of(account: &AccountId) -> Option<MemberId> {
		let table = Table::get();
		let found = table.iter().find(|(_, entry)| entry.account == *account);
		found.map(|(member, _)| member.clone())
	}
	fn account_of(member: &MemberId) -> Option<AccountId> {
		Some(Table::get().get(member)?.account)
	}
	fn standing(number: &ProfessionalNumber) -> Option<Standing> {
		Some(Table::get().get(&number.clone().into())?.standing)
	}
	fn is_patient(patient: &PatientId) -> bool {
		Table::get().contains_key(&MemberId::Patient(*patient))
	}
	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)> {
		Some(Table::get().get(member)?.key)
	}
	fn name_of(_number: &ProfessionalNumber) -> Option<ProfessionalName> {
		unreachable!("grants have nothing to do with providers' names")
	}
	fn commitment_of(_patient: &PatientId) -> Option<Hash256> {
		unreachable!("grants have nothing to do with patients' names")
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &AccountId) -> Option<PatientId> {
		let patient = PatientId([0xcc; 16]);
		Self::put(patient, *account, Standing::Verified);
		Some(patient)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &AccountId, number: &ProfessionalNumber) {
		Self::put(number.clone(), *account, Standing::Verified);
	}
}

pub struct Emr;

impl Emr {
	pub fn put(record: RecordId, patient: PatientId) {
		RecordTable::mutate(|table| table.insert(record, (patient, number("A12345"))));
	}
}

impl Records for Emr {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		Some(RecordTable::get().get(&record)?.0)
	}
	fn author_of(record: RecordId) -> Option<ProfessionalNumber> {
		Some(RecordTable::get().get(&record)?.1.clone())
	}
	fn envelope_of(_record: RecordId) -> Option<(Cid, u64)> {
		unreachable!("grants have nothing to do with envelopes")
	}
	fn next_id() -> RecordId {
		unreachable!("grants have nothing to do with the next record")
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(patient: PatientId) -> Option<RecordId> {
		Self::put(99, patient);
		Some(99)
	}
}

impl crate::Config for Test {
	type Members = Registry;
	type Records = Emr;
	type Time = Now;
	type MaxGrantsPerRecord = MaxGrantsPerRecord;
	type WeightInfo = ();
}

/// A state with two patients, a record of each, the records' author and providers of each standing.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		System::set_block_number(1);
		Now::set(START);
		MaxGrantsPerRecord::set(MAX_GRANTS);
		Table::set(BTreeMap::new());
		RecordTable::set(BTreeMap::new());
		let verified = Standing::Verified;
		Registry::put(PATIENT, PATIENT_ACCOUNT, verified);
		Registry::put(RELATIVE, RELATIVE_ACCOUNT, verified);
		Registry::put(author(), AUTHOR_ACCOUNT, verified);
		Registry::put(provider(), PROVIDER_ACCOUNT, verified);
		Registry::put(other_provider(), 3, verified);
		Registry::put(suspended(), 4, Standing::Suspended);
		Registry::put(retired(), 5, Standing::Retired);
		Emr::put(RECORD, PATIENT);
		Emr::put(RELATIVES_RECORD, RELATIVE);
	});
	ext
}

/// Runs a test and checks what must hold at all times after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Permissions::do_try_state().unwrap();
	});
}

pub fn wrapped(key_version: KeyVersion, length: usize) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xe7; length].try_into().unwrap(),
	}
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

/// Arguments that nothing is wrong with.
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
	/// As by default, to this grantee.
	pub fn to(grantee: impl Into<MemberId>) -> Self {
		Self {
			grantee: grantee.into(),
			..Default::default()
		}
	}

	/// As by default, ending at this time.
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
