//! A runtime with the registry alone.

use std::collections::BTreeMap;

use frame_support::{derive_impl, parameter_types, weights::Weight};
pub use salus_primitives::testing::{
	account, deliver_answer, in_flight, key, key_of, message_id, number, pair, pass_deadlines,
	take_sent, AnswerWithin, MaxInFlight, Now, SendFailure, Waiting, RSA_1024, RSA_2048,
	RSA_2048_EXPONENT_3, RSA_4096, RSA_4104,
};
use salus_primitives::{
	testing::{reset, sign_key, HistoryList, MockConsortium},
	traits::{Authorities, Term},
	AccountId, EncryptionKey, KeySignature, KeyVersion, Moment, Rate,
};
use sp_core::H256;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

use crate as pallet_registry;

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

	#[runtime::pallet_index(60)]
	pub type Registry = pallet_registry;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = frame_system::mocking::MockBlock<Test>;
}

/// One minute in milliseconds.
pub const MINUTE: Moment = 60_000;
/// The length of a period of invitations.
pub const PERIOD: Moment = 1_440 * MINUTE;
/// The time at which each test begins: in the middle of a period.
pub const START: Moment = 20_000 * PERIOD + 700 * MINUTE;

/// Three rotations at once, and one in ten minutes.
pub const RATE: Rate = Rate {
	burst: 3,
	interval: 10 * MINUTE,
};

/// The hash of the chain's genesis block.
pub const GENESIS: [u8; 32] = [0x5a; 32];

parameter_types! {
	pub storage AuthorityList: Vec<AccountId> = vec![];
	/// The terms of authorities that were removed and added again.
	pub storage LaterTerms: BTreeMap<AccountId, Term> = BTreeMap::new();
	pub static MinModulusBits: u32 = 2048;
	pub static MaxAuthorities: u32 = 6;
	pub static AuthorityInvitationsPerPeriod: u32 = 3;
	pub static InvitationPeriod: Moment = PERIOD;
	pub const InvitationsPerPeriod: u32 = 2;
	pub static RotationRate: Rate = RATE;
	pub const MotionTime: Moment = 600 * MINUTE;
	pub const CoolDown: Moment = 60 * MINUTE;
	pub static AnswerTime: Moment = 5 * MINUTE;
	pub static MaxRetryTime: Moment = 40 * MINUTE;
	pub static PollWeight: Weight = Weight::MAX;
}

/// Authorities that tests set.
pub struct MockAuthorities;

impl Authorities<AccountId> for MockAuthorities {
	fn is_authority(account: &AccountId) -> bool {
		AuthorityList::get().contains(account)
	}

	fn all() -> Vec<AccountId> {
		AuthorityList::get()
	}

	fn terms() -> BTreeMap<AccountId, Term> {
		let later = LaterTerms::get();
		let term = |account: &AccountId| later.get(account).copied().unwrap_or_default();
		let all = AuthorityList::get().into_iter();
		all.map(|account| (account.clone(), term(&account)))
			.collect()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[AccountId]) {
		AuthorityList::set(&authorities.to_vec());
	}
}

impl pallet_registry::Config for Test {
	type Authorities = MockAuthorities;
	type Time = Now;
	type MinModulusBits = MinModulusBits;
	type MaxAuthorities = MaxAuthorities;
	type InvitationsPerPeriod = InvitationsPerPeriod;
	type AuthorityInvitationsPerPeriod = AuthorityInvitationsPerPeriod;
	type InvitationPeriod = InvitationPeriod;
	type RotationRate = RotationRate;
	type MotionTime = MotionTime;
	type CoolDown = CoolDown;
	type History = HistoryList;
	type Consortium = MockConsortium;
	type AnswerTime = AnswerTime;
	type MaxRetryTime = MaxRetryTime;
	type PollWeight = PollWeight;
	type WeightInfo = ();
}

/// Authorities: more than half of three are two.
pub const AUTHORITIES: [u8; 3] = [101, 102, 103];
/// Accounts invited at genesis.
pub const INVITED: [u8; 6] = [1, 2, 3, 4, 5, 6];
/// An account that is not invited.
pub const STRANGER: u8 = 99;

/// An account's signature over a key.
pub fn sign(who: u8, version: KeyVersion, key: &EncryptionKey) -> KeySignature {
	sign_key(&GENESIS, who, version, key)
}

/// The state at genesis, and block 1 begun.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let config = RuntimeGenesisConfig {
		registry: crate::GenesisConfig {
			invited: INVITED.map(account).to_vec(),
		},
		..Default::default()
	};
	let mut ext = sp_io::TestExternalities::new(config.build_storage().unwrap());
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(
		sp_keystore::testing::MemoryKeystore::new(),
	));
	reset();
	Now::set(START);
	AnswerWithin::set(5 * MINUTE);
	MaxInFlight::set(2);
	ext.execute_with(|| {
		System::initialize(&1, &H256(GENESIS), &Default::default());
		AuthorityList::set(&AUTHORITIES.map(account).to_vec());
	});
	ext
}

/// Runs a test, then checks the invariants.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Registry::do_try_state().unwrap();
	});
}

/// Moves the clock forward.
pub fn advance(millis: Moment) {
	Now::mutate(|now| *now += millis);
}
