//! A small relay chain. It carries messages between the chains, executes none, and keeps those that
//! were for itself.

use core::cell::RefCell;
use std::thread_local;

use cumulus_primitives_core::{InboundDownwardMessage, ParaId};
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, ProcessMessage, ProcessMessageError},
	weights::{Weight, WeightMeter},
};
use polkadot_runtime_parachains::inclusion::{AggregateMessageOrigin, UmpQueueId};
use sp_core::storage::Storage;
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage};

type Block = frame_system::mocking::MockBlockU32<Runtime>;

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
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type MessageQueue = pallet_message_queue;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = pallet_balances::AccountData<u128>;
	type AccountId = AccountId32;
	type Block = Block;
	type Lookup = IdentityLookup<AccountId32>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = frame_support::traits::ConstU128<1>;
}

parameter_types! {
	pub const ServiceWeight: Option<Weight> = Some(Weight::MAX);
}

impl pallet_message_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MessageProcessor = Kept;
	type Size = u32;
	type QueueChangeHandler = ();
	type QueuePausedQuery = ();
	type HeapSize = ConstU32<{ 103 * 1024 }>;
	type MaxStale = ConstU32<8>;
	type ServiceWeight = ServiceWeight;
	type IdleMaxServiceWeight = ();
}

thread_local! {
	static UPWARD: RefCell<Vec<(u32, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what parachains say to the relay chain.
pub struct Kept;

impl ProcessMessage for Kept {
	type Origin = AggregateMessageOrigin;

	fn process_message(
		message: &[u8],
		origin: Self::Origin,
		_meter: &mut WeightMeter,
		_id: &mut [u8; 32],
	) -> Result<bool, ProcessMessageError> {
		let AggregateMessageOrigin::Ump(UmpQueueId::Para(para)) = origin;
		UPWARD.with(|kept| kept.borrow_mut().push((para.into(), message.to_vec())));
		Ok(true)
	}
}

impl Runtime {
	/// What the relay chain itself has to say to a parachain: nothing. The emulator asks for it as
	/// the runtime API `ParachainHost` names it.
	pub fn dmq_contents(_para: ParaId) -> Vec<InboundDownwardMessage<u32>> {
		vec![]
	}
}

/// Takes what parachains said to the relay chain since it was last asked for.
pub fn take_upward() -> Vec<(u32, Vec<u8>)> {
	UPWARD.with(RefCell::take)
}

/// The state of the relay chain's genesis.
pub fn genesis() -> Storage {
	RuntimeGenesisConfig::default()
		.build_storage()
		.expect("the default configuration builds")
}
