//! A runtime with this pallet alone, for the tests here and the one with a real Kubo.

use frame_support::{derive_impl, parameter_types, traits::OneSessionHandler};
use pallet_pinning::{
	crypto::{PinnerId, PinnerSignature},
	ReportOf, KEY_TYPE,
};
use salus_primitives::{traits::Records, Cid, PatientId, RecordId};
use sp_core::{sr25519, Pair};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt, KeystorePtr};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, ConvertInto, IdentityLookup},
	AccountId32, BuildStorage,
};
use std::{cell::RefCell, sync::Arc};

pub type AccountId = AccountId32;
pub type Extension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, sp_runtime::MultiSignature, Extension>;
pub type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

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
	pub type System = frame_system::Pallet<Test>;

	#[runtime::pallet_index(63)]
	pub type Pinning = pallet_pinning::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

pub const HOUR: u64 = 3_600_000;
pub const MAGIC: &[u8] = b"SALUS";

parameter_types! {
	pub static Now: u64 = 1_800_000_000_000;
	pub static SessionIndex: u32 = 7;
	pub static RecheckPeriod: u64 = 24 * HOUR;
	pub const EnvelopeMagic: &'static [u8] = MAGIC;
}

thread_local! {
	/// The CID and size of each record.
	pub static ENVELOPES: RefCell<Vec<(Cid, u64)>> = const { RefCell::new(Vec::new()) };
}

impl frame_support::traits::Time for Now {
	type Moment = u64;
	fn now() -> u64 {
		Now::get()
	}
}

pub struct MockRecords;
impl Records for MockRecords {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		(record < Self::next_id()).then_some(PatientId([1; 16]))
	}
	fn envelope_of(record: RecordId) -> Option<(Cid, u64)> {
		ENVELOPES.with_borrow(|all| all.get(record as usize).copied())
	}
	fn next_id() -> RecordId {
		ENVELOPES.with_borrow(|all| all.len() as u64)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(_patient: PatientId) -> Option<RecordId> {
		Some(add_record(Cid::from_digest(false, [7; 32]), 4096))
	}
}

pub struct MockSession;
impl frame_support::traits::ValidatorSet<AccountId> for MockSession {
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	fn session_index() -> u32 {
		SessionIndex::get()
	}
	fn validators() -> Vec<AccountId> {
		Vec::new()
	}
}

impl pallet_pinning::Config for Test {
	type Records = MockRecords;
	type Session = MockSession;
	type Time = Now;
	type MaxPinners = frame_support::traits::ConstU32<4>;
	type ReplicationTarget = frame_support::traits::ConstU32<2>;
	type MaxBatch = frame_support::traits::ConstU32<8>;
	type RecheckPeriod = RecheckPeriod;
	type PinLifetime = frame_support::traits::ConstU64<{ 72 * HOUR }>;
	type ReportLifetime = frame_support::traits::ConstU64<300_000>;
	type EnvelopeMagic = EnvelopeMagic;
	type ReportPriority = frame_support::traits::ConstU64<1000>;
	type WeightInfo = ();
}

type Local = pallet_pinning::Call<Test>;

impl frame_system::offchain::CreateTransactionBase<Local> for Test {
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl frame_system::offchain::CreateTransaction<Local> for Test {
	type Extension = Extension;
	fn create_transaction(call: RuntimeCall, extension: Extension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl frame_system::offchain::CreateAuthorizedTransaction<Local> for Test {
	fn create_extension() -> Extension {
		(frame_system::AuthorizeCall::new(),)
	}
}

/// The account of the authority with this number.
pub fn account(number: u8) -> AccountId {
	AccountId::new([number; 32])
}

/// A raw seed: a phrase would be stretched, slowly.
fn seed(number: u8) -> String {
	sp_core::hexdisplay::HexDisplay::from(&[number; 32]).to_string()
}

fn pair(number: u8) -> sr25519::Pair {
	sr25519::Pair::from_string(&format!("0x{}", seed(number)), None).unwrap()
}

/// The session key of the authority with this number.
pub fn key(number: u8) -> PinnerId {
	pair(number).public().into()
}

/// A keystore with the keys of some authorities.
pub fn keystore(numbers: &[u8]) -> KeystorePtr {
	let store = MemoryKeystore::new();
	for number in numbers {
		let seed = format!("0x{}", seed(*number));
		store.sr25519_generate_new(KEY_TYPE, Some(&seed)).unwrap();
	}
	Arc::new(store)
}

/// A chain at its first block, with authorities 0, 1 and 2 as pinners and no record.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.register_extension(KeystoreExt(keystore(&[0, 1, 2])));
	Now::set(1_800_000_000_000);
	SessionIndex::set(7);
	ENVELOPES.set(Vec::new());
	ext.execute_with(|| {
		System::set_block_number(1);
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(0xaa));
		set_pinners(&[0, 1, 2]);
	});
	ext
}

/// A session begins with the keys of these authorities.
pub fn set_pinners(numbers: &[u8]) {
	let validators: Vec<_> = numbers.iter().map(|n| (account(*n), key(*n))).collect();
	let list = || {
		validators
			.iter()
			.map(|(account, key)| (account, key.clone()))
			.collect::<Vec<_>>()
	};
	Pinning::on_new_session(true, list().into_iter(), list().into_iter());
}

pub fn add_record(cid: Cid, size: u64) -> RecordId {
	let id = MockRecords::next_id();
	ENVELOPES.with_borrow_mut(|all| all.push((cid, size)));
	id
}

/// As many records as asked for, that nobody will look up on IPFS.
pub fn add_records(count: u8) {
	for number in 0..count {
		add_record(Cid::from_digest(false, [number; 32]), 4096);
	}
}

/// A report of the pinner in this place, at the chain's time.
pub fn report(place: u32, claimed: &[RecordId], lost: &[RecordId]) -> ReportOf<Test> {
	ReportOf::<Test> {
		pinner: place,
		session: SessionIndex::get(),
		at: Now::get(),
		claimed: claimed.to_vec().try_into().unwrap(),
		lost: lost.to_vec().try_into().unwrap(),
	}
}

pub fn sign(number: u8, report: &ReportOf<Test>) -> PinnerSignature {
	pair(number).sign(&Pinning::payload(report)).into()
}

pub fn claim(report: ReportOf<Test>, signature: PinnerSignature) -> RuntimeCall {
	Local::claim_pins { report, signature }.into()
}
