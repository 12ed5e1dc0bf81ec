//! The system, accounts, the quota of each account, and batches.

use cumulus_pallet_parachain_system::block_weight::{
	DynamicMaxBlockWeightHooks, MaxParachainBlockWeight,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU32, ConstU64, Get},
	weights::{constants::RocksDbWeight, Weight},
};
use frame_system::limits::{BlockLength, BlockWeights};
use salus_runtime_common::{
	constants::{
		block_length, block_weights, max_cost, AUTHORITY_QUOTA, AUTHORITY_STATE_QUOTA,
		BLOCK_HASHES, DAY, INVITED_QUOTA, INVITED_STATE_QUOTA, MAX_NONCE_GAP, MEMBER_QUOTA,
		MEMBER_STATE_QUOTA, POLL_WEIGHT, QUOTA_PERIOD,
	},
	transactions::TargetBlocks,
};
use sp_runtime::traits::AccountIdLookup;

use super::{admission::Classes, calls::Sendable, governance::AuthoritiesOfChain};
use crate::{
	AccountId, Balance, Block, Hash, Nonce, OriginCaller, PalletInfo, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, RuntimeOrigin, RuntimeTask,
	RuntimeVersion, System, Timestamp, VERSION,
};

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub Weights: BlockWeights =
		block_weights(MaxParachainBlockWeight::<Runtime, TargetBlocks>::get());
	pub Length: BlockLength = block_length();
	/// The generic prefix, so that an account has the same address on every chain.
	pub const SS58Prefix: u16 = 42;
}

#[derive_impl(frame_system::config_preludes::ParaChainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BaseCallFilter = Sendable;
	type Block = Block;
	type BlockHashCount = ConstU32<BLOCK_HASHES>;
	type BlockLength = Length;
	type BlockWeights = Weights;
	type DbWeight = RocksDbWeight;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type MaxConsumers = ConstU32<16>;
	type Nonce = Nonce;
	type OnSetCode = cumulus_pallet_parachain_system::ParachainSetCode<Self>;
	type PreInherents = DynamicMaxBlockWeightHooks<Runtime, TargetBlocks>;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type Version = Version;
}

// Other pallets need accounts with a balance. There is no currency: every balance is 0.
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

parameter_types! {
	pub const InvitedQuota: Weight = INVITED_QUOTA;
	pub const MemberQuota: Weight = MEMBER_QUOTA;
	pub const AuthorityQuota: Weight = AUTHORITY_QUOTA;
	pub MaxCost: Weight = max_cost();
	pub const PollWeight: Weight = POLL_WEIGHT;
}

impl pallet_quota::Config for Runtime {
	type Classes = Classes;
	type Authorities = AuthoritiesOfChain;
	type Time = Timestamp;
	type Period = ConstU64<QUOTA_PERIOD>;
	type InvitedQuota = InvitedQuota;
	type MemberQuota = MemberQuota;
	type AuthorityQuota = AuthorityQuota;
	type StatePeriod = ConstU64<DAY>;
	type InvitedStateQuota = ConstU64<INVITED_STATE_QUOTA>;
	type MemberStateQuota = ConstU64<MEMBER_STATE_QUOTA>;
	type AuthorityStateQuota = ConstU64<AUTHORITY_STATE_QUOTA>;
	type MaxCost = MaxCost;
	type MaxNonceGap = ConstU32<MAX_NONCE_GAP>;
	type WeightInfo = pallet_quota::weights::SubstrateWeight<Runtime>;
}
