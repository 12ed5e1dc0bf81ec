//! A runtime with the registry alone.

use frame_support::{derive_impl, parameter_types, traits::Time};
use salus_primitives::{
	encryption_key_message,
	traits::{Authorities, ToConsortium},
	AccountId, ConsortiumCall, EncryptionKey, KeySignature, KeyVersion, MessageId, Moment, ParaId,
	ProfessionalNumber, SendError, Sent,
};
use sp_core::{sr25519, Pair, H256};
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
/// What the clock shows when a test begins: in the middle of a period.
pub const START: Moment = 20_000 * PERIOD + 700 * MINUTE;

/// The hash of the chain's genesis block.
pub const GENESIS: [u8; 32] = [0x5a; 32];

parameter_types! {
	pub storage Now: Moment = START;
	pub storage AuthorityList: Vec<AccountId> = vec![];
	pub static MinModulusBits: u32 = 2048;
	pub static MaxAuthorities: u32 = 6;
	pub static AuthorityInvitationsPerPeriod: u32 = 3;
	pub static InvitationPeriod: Moment = PERIOD;
	pub const InvitationsPerPeriod: u32 = 2;
	pub const CoolDown: Moment = 60 * MINUTE;
	pub static AnswerTime: Moment = 5 * MINUTE;
	pub static MaxRetryTime: Moment = 40 * MINUTE;
	pub static MaxInFlight: u32 = 2;
	/// What was sent to the consortium and not taken off the wire.
	pub static OnTheWire: Vec<ConsortiumCall> = vec![];
	/// Why nothing can be sent to the consortium.
	pub static NoWay: Option<SendError> = None;
}

/// The way to the consortium.
pub struct Wire;

impl ToConsortium for Wire {
	fn region() -> ParaId {
		2000
	}

	fn send(call: ConsortiumCall) -> Result<Sent, SendError> {
		if let Some(error) = NoWay::get() {
			return Err(error);
		}
		let message = message(call.sequence());
		OnTheWire::mutate(|all| all.push(call));
		Ok(Sent { query: 0, message })
	}
}

/// The id of the message that carries an entry with this sequence number.
pub fn message(sequence: u64) -> MessageId {
	let mut id = [0x3e; 32];
	id[..8].copy_from_slice(&sequence.to_le_bytes());
	id
}

/// Takes what was sent off the wire.
pub fn taken_off() -> Vec<ConsortiumCall> {
	OnTheWire::take()
}

/// A clock that tests set.
pub struct Clock;

impl Time for Clock {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
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

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[AccountId]) {
		AuthorityList::set(&authorities.to_vec());
	}
}

impl pallet_registry::Config for Test {
	type Authorities = MockAuthorities;
	type Time = Clock;
	type MinModulusBits = MinModulusBits;
	type MaxAuthorities = MaxAuthorities;
	type InvitationsPerPeriod = InvitationsPerPeriod;
	type AuthorityInvitationsPerPeriod = AuthorityInvitationsPerPeriod;
	type InvitationPeriod = InvitationPeriod;
	type CoolDown = CoolDown;
	type Consortium = Wire;
	type AnswerTime = AnswerTime;
	type MaxRetryTime = MaxRetryTime;
	type MaxInFlight = MaxInFlight;
	type WeightInfo = ();
}

/// A pair of its own for each number.
pub fn pair(who: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[who; 32])
}

/// The account of a [`pair`].
pub fn account(who: u8) -> AccountId {
	pair(who).public().into()
}

/// Authorities: more than half of three are two.
pub const AUTHORITIES: [u8; 3] = [101, 102, 103];
/// Accounts invited at genesis.
pub const INVITED: [u8; 6] = [1, 2, 3, 4, 5, 6];
/// An account that nobody invited.
pub const STRANGER: u8 = 99;

const RSA_2048: &[u8] = include_bytes!("fixtures/rsa2048.der");

/// A key from DER.
pub fn key_of(der: &[u8]) -> EncryptionKey {
	EncryptionKey::RsaOaep(der.to_vec().try_into().unwrap())
}

/// A key of its own for each number. Nobody could decrypt with it: no factors are known.
pub fn key(seed: u8) -> EncryptionKey {
	let mut der = RSA_2048.to_vec();
	der[100..116].fill(seed);
	key_of(&der)
}

/// An account's signature over a key.
pub fn sign(who: u8, version: KeyVersion, key: &EncryptionKey) -> KeySignature {
	let account: [u8; 32] = account(who).into();
	pair(who).sign(&encryption_key_message(&GENESIS, &account, version, key))
}

/// A professional number from text.
pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).unwrap()
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
	ext.execute_with(|| {
		System::initialize(&1, &H256(GENESIS), &Default::default());
		AuthorityList::set(&AUTHORITIES.map(account).to_vec());
	});
	ext
}

/// Runs a test, and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Registry::do_try_state().unwrap();
	});
}

/// Lets time pass.
pub fn advance(millis: Moment) {
	Now::set(&(Now::get() + millis));
}
