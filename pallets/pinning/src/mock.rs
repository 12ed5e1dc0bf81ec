//! A runtime with this pallet alone, for the tests here and the one with a real Kubo.

use frame_support::{derive_impl, parameter_types, traits::OneSessionHandler};
use pallet_pinning::{
	crypto::{PinnerId, PinnerSignature},
	ReportOf, KEY_TYPE,
};
use salus_primitives::{
	testing::{pair, record, reset, PATIENT},
	traits::RecordContent,
	Cid, RecordId,
};
pub use salus_primitives::{
	testing::{Now, RecordTable},
	AccountId,
};
use sp_core::Pair;
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt, KeystorePtr};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, ConvertInto, IdentityLookup},
	BuildStorage,
};
use std::sync::Arc;

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
	pub static SessionIndex: u32 = 7;
	pub static RecheckPeriod: u64 = 24 * HOUR;
	pub const EnvelopeMagic: &'static [u8] = MAGIC;
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
	type Records = RecordTable;
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

/// The session key of the authority with this number.
pub fn key(number: u8) -> PinnerId {
	pair(number).public().into()
}

/// A keystore with the keys of some authorities.
pub fn keystore(numbers: &[u8]) -> KeystorePtr {
	let store = MemoryKeystore::new();
	for number in numbers {
		let seed = sp_core::bytes::to_hex(&[*number; 32], false);
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
	reset();
	SessionIndex::set(7);
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

/// A record whose envelope has this CID and size.
pub fn record_with(cid: Cid, size: u64) -> RecordContent<AccountId> {
	RecordContent {
		cid,
		size,
		..record(PATIENT)
	}
}

pub fn add_record(cid: Cid, size: u64) -> RecordId {
	RecordTable::push(record_with(cid, size))
}

/// Adds records whose envelopes no test reads.
pub fn add_records(count: u8) {
	for number in 0..count {
		add_record(Cid::from_digest(false, [number; 32]), 4096);
	}
}

/// The next report of the pinner in this place, at the chain's time.
pub fn report(place: u32, claimed: &[RecordId], lost: &[RecordId]) -> ReportOf<Test> {
	ReportOf::<Test> {
		pinner: place,
		session: SessionIndex::get(),
		number: (pallet_pinning::Reports::<Test>::get().get(place as usize))
			.map_or(0, |next| *next),
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
