//! The system: what may be sent at all, by whom, and how much.

use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU32, Contains},
	weights::constants::RocksDbWeight,
};
use frame_system::limits::{BlockLength, BlockWeights};
use salus_runtime_common::constants::{block_length, block_weights};
use sp_runtime::traits::AccountIdLookup;

use crate::{
	AccountId, Balance, Block, Hash, Nonce, OriginCaller, PalletInfo, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, RuntimeOrigin, RuntimeTask,
	RuntimeVersion, System, VERSION,
};

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub Weights: BlockWeights = block_weights();
	pub Length: BlockLength = block_length();
	/// Any: addresses look the same on every region.
	pub const SS58Prefix: u16 = 42;
}

/// What a block's author puts into it, and nobody sends.
pub struct Inherents;

impl Contains<RuntimeCall> for Inherents {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::Timestamp(_) | RuntimeCall::ParachainSystem(_)
		)
	}
}

/// The closed list of what anyone may send. What needs Root's origin is left out too, as nobody
/// has it.
pub struct Sendable;

impl Contains<RuntimeCall> for Sendable {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			call if Inherents::contains(call) => true,
			RuntimeCall::System(call) => {
				matches!(call, frame_system::Call::apply_authorized_upgrade { .. })
			}
			RuntimeCall::Utility(call) => matches!(
				call,
				pallet_utility::Call::batch { .. }
					| pallet_utility::Call::batch_all { .. }
					| pallet_utility::Call::force_batch { .. }
			),
			RuntimeCall::Session(_)
			| RuntimeCall::Council(_)
			| RuntimeCall::Governance(_)
			| RuntimeCall::Registry(_)
			| RuntimeCall::Emr(_)
			| RuntimeCall::Permissions(_)
			| RuntimeCall::Interregional(_)
			| RuntimeCall::Pinning(_) => true,
			// The consortium's answers, which nobody can send either.
			RuntimeCall::Crossing(_) => true,
			_ => false,
		}
	}
}

#[derive_impl(frame_system::config_preludes::ParaChainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BaseCallFilter = Sendable;
	type Block = Block;
	type BlockHashCount = ConstU32<4096>;
	type BlockLength = Length;
	type BlockWeights = Weights;
	type DbWeight = RocksDbWeight;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type MaxConsumers = ConstU32<16>;
	type Nonce = Nonce;
	type OnSetCode = cumulus_pallet_parachain_system::ParachainSetCode<Self>;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type Version = Version;
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = ();
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<1>;
	type AccountStore = System;
	type ReserveIdentifier = ();
	type FreezeIdentifier = ();
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<0>;
	type MaxFreezes = ConstU32<0>;
	type DoneSlashHandler = ();
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// Transactions that the chain makes itself: pins that a node's off-chain worker claims.
impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = crate::UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = crate::TxExtension;

	fn create_transaction(call: RuntimeCall, extension: Self::Extension) -> Self::Extrinsic {
		crate::UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> Self::Extension {
		salus_runtime_common::transactions::extension::<Runtime>(0)
	}
}
