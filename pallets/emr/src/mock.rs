//! A runtime whose members and clock are tables that a test writes.

use std::collections::BTreeMap;

use frame_support::{derive_impl, parameter_types, traits::Time};
use salus_primitives::{
	traits::Members, Cid, CidBytes, Hash256, KeyVersion, MemberId, Moment, PatientId,
	ProfessionalName, ProfessionalNumber, RecordId, SealedName, Standing, WrappedKey,
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

/// What the mock registry knows of a member.
#[derive(Clone)]
pub struct Entry {
	pub account: AccountId,
	pub standing: Standing,
	pub key: (KeyVersion, u32),
}

parameter_types! {
	pub static Table: BTreeMap<MemberId, Entry> = BTreeMap::new();
	pub static Now: Moment = START;
	pub static MaxEnvelopeSize: u64 = MAX_SIZE;
}

/// The time at which each test begins.
pub const START: Moment = 1_700_000_000_000;
pub const MAX_SIZE: u64 = 1 << 40;
pub const PATIENT: PatientId = PatientId([0xa1; 16]);
pub const OTHER_PATIENT: PatientId = PatientId([0xb2; 16]);
pub const AUTHOR_ACCOUNT: AccountId = 1;
pub const OTHER_AUTHOR_ACCOUNT: AccountId = 2;
pub const SUSPENDED_ACCOUNT: AccountId = 3;
pub const RETIRED_ACCOUNT: AccountId = 4;
pub const PATIENT_ACCOUNT: AccountId = 11;
/// Acts for nobody: a stranger's, an applicant's or an authority's.
pub const STRANGER: AccountId = 99;

pub fn author() -> ProfessionalNumber {
	ProfessionalNumber::parse("A12345").unwrap()
}
pub fn other_author() -> ProfessionalNumber {
	ProfessionalNumber::parse("1234567893").unwrap()
}
pub fn suspended() -> ProfessionalNumber {
	ProfessionalNumber::parse("S00001").unwrap()
}
pub fn retired() -> ProfessionalNumber {
	ProfessionalNumber::parse("R00001").unwrap()
}

impl Time for Now {
	type Moment = Moment;
	fn now() -> Moment {
		Self::get()
	}
}

pub struct Registry;

impl Registry {
	pub fn put(member: MemberId, account: AccountId, standing: Standing) {
		let entry = Entry {
			account,
			standing,
			key: (0, 3072),
		};
		Table::mutate(|table| table.insert(member, entry));
	}

	pub fn set_key(member: impl Into<MemberId>, version: KeyVersion, bits: u32) {
		let member = member.into();
		Table::mutate(|table| table.get_mut(&member).unwrap().key = (version, bits));
	}

	pub fn set_standing(number: ProfessionalNumber, standing: Standing) {
		Table::mutate(|table| table.get_mut(&number.into()).unwrap().standing = standing);
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
	fn name_of(number: &ProfessionalNumber) -> Option<ProfessionalName> {
		Self::standing(number)?;
		ProfessionalName::parse(&format!("Dr {number}")).ok()
	}
	fn commitment_of(patient: &PatientId) -> Option<Hash256> {
		Self::is_patient(patient).then_some([patient.0[0]; 32])
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &AccountId) -> Option<PatientId> {
		let patient = PatientId([0xcc; 16]);
		Self::put(patient.into(), *account, Standing::Verified);
		Some(patient)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &AccountId, number: &ProfessionalNumber) {
		Self::put(number.clone().into(), *account, Standing::Verified);
	}
}

impl crate::Config for Test {
	type Members = Registry;
	type Time = Now;
	type MaxEnvelopeSize = MaxEnvelopeSize;
	type WeightInfo = ();
}

/// A state with two patients, two verified providers, a suspended one and a retired one.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		System::set_block_number(1);
		Now::set(START);
		MaxEnvelopeSize::set(MAX_SIZE);
		Table::set(BTreeMap::new());
		let verified = Standing::Verified;
		Registry::put(PATIENT.into(), PATIENT_ACCOUNT, verified);
		Registry::put(OTHER_PATIENT.into(), 12, verified);
		Registry::put(author().into(), AUTHOR_ACCOUNT, verified);
		Registry::put(other_author().into(), OTHER_AUTHOR_ACCOUNT, verified);
		Registry::put(suspended().into(), SUSPENDED_ACCOUNT, Standing::Suspended);
		Registry::put(retired().into(), RETIRED_ACCOUNT, Standing::Retired);
	});
	ext
}

/// Runs a test and checks what must hold at all times after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Emr::do_try_state().unwrap();
	});
}

pub fn wrapped(key_version: KeyVersion, length: usize) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xe7; length].try_into().unwrap(),
	}
}

pub fn cid() -> Cid {
	Cid::from_digest(true, [0xc1; 32])
}

pub fn cid_bytes(bytes: &[u8]) -> CidBytes {
	bytes.to_vec().try_into().unwrap()
}

/// The arguments of `add_record`.
pub struct NewRecord {
	pub patient: PatientId,
	pub author: ProfessionalNumber,
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
			author: author(),
			sealed_name: [0x5e; SEALED_NAME_LEN],
			hash: [0x4a; 32],
			cid: cid_bytes(cid().as_bytes()),
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
			self.author,
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
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}
