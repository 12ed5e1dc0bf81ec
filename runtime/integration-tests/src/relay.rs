//! A small relay chain. It delivers messages between the chains, executes none, and collects those
//! to itself.

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
	type MessageProcessor = CollectUpward;
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

/// Collects the messages of parachains to the relay chain.
pub struct CollectUpward;

impl ProcessMessage for CollectUpward {
	type Origin = AggregateMessageOrigin;

	fn process_message(
		message: &[u8],
		origin: Self::Origin,
		_meter: &mut WeightMeter,
		_id: &mut [u8; 32],
	) -> Result<bool, ProcessMessageError> {
		let AggregateMessageOrigin::Ump(UmpQueueId::Para(para)) = origin;
		UPWARD.with(|messages| messages.borrow_mut().push((para.into(), message.to_vec())));
		Ok(true)
	}
}

impl Runtime {
	/// The messages of the relay chain itself to a parachain: none. The emulator calls it by the
	/// name in the runtime API `ParachainHost`.
	pub fn dmq_contents(_para: ParaId) -> Vec<InboundDownwardMessage<u32>> {
		vec![]
	}
}

/// Takes the messages of parachains to the relay chain since the last call.
pub fn take_upward_messages() -> Vec<(u32, Vec<u8>)> {
	UPWARD.with(RefCell::take)
}

/// The genesis state of the relay chain.
pub fn genesis() -> Storage {
	RuntimeGenesisConfig::default()
		.build_storage()
		.expect("the default configuration builds")
}
