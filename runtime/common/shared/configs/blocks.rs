//! Blocks, their authors, and the parachain's place on the relay chain.

use cumulus_pallet_parachain_system::{
	block_weight::MaxParachainBlockWeight, RelayNumberMonotonicallyIncreases,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU32, ConstU64, Contains, EnqueueWithOrigin, Get},
	weights::Weight,
};
use pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
use salus_runtime_common::{
	constants::{
		BLOCKS_PER_RELAY_SLOT, BLOCK_WEIGHT, FIRST_RESERVED_WEIGHT, MAX_AUTHORITIES,
		RELAY_SLOT_MILLIS, RESERVED_WEIGHT, SLOT_DURATION, UNINCLUDED_SEGMENT_CAPACITY,
	},
	transactions::TargetBlocks,
	xcm::queues::{EqualShares, RelayOrigin},
};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

use crate::{
	AccountId, Aura, Balances, BlockNumber, MessageQueue, ParachainInfo, Runtime, RuntimeCall,
	RuntimeEvent, SessionKeys, XcmpQueue,
};

/// The calls that a block's author puts into it. Nobody else can send them.
pub struct Inherents;

impl Contains<RuntimeCall> for Inherents {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::Timestamp(_) | RuntimeCall::ParachainSystem(_)
		)
	}
}

/// Limits how far the chain runs ahead of the relay chain.
pub type ConsensusHook = cumulus_pallet_aura_ext::FixedVelocityConsensusHook<
	Runtime,
	RELAY_SLOT_MILLIS,
	BLOCKS_PER_RELAY_SLOT,
	UNINCLUDED_SEGMENT_CAPACITY,
>;

parameter_types! {
	pub const ReservedWeight: Weight = RESERVED_WEIGHT;
	/// More in the first block on a core, which may take all of it.
	pub ReservedXcmpWeight: Weight =
		match MaxParachainBlockWeight::<Runtime, TargetBlocks>::get().all_gt(BLOCK_WEIGHT) {
			true => FIRST_RESERVED_WEIGHT,
			false => RESERVED_WEIGHT,
		};
}

impl cumulus_pallet_parachain_system::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnSystemEvent = ();
	type SelfParaId = ParachainInfo;
	type OutboundXcmpMessageSource = XcmpQueue;
	type DmpQueue = EnqueueWithOrigin<MessageQueue, RelayOrigin>;
	type ReservedDmpWeight = ReservedWeight;
	type XcmpMessageHandler = EqualShares<XcmpQueue>;
	type ReservedXcmpWeight = ReservedXcmpWeight;
	type CheckAssociatedRelayNumber = RelayNumberMonotonicallyIncreases;
	type WeightInfo = cumulus_pallet_parachain_system::weights::SubstrateWeight<Runtime>;
	type ConsensusHook = ConsensusHook;
	type RelayParentOffset = ConstU32<0>;
	type SchedulingSignatureVerifier = ();
}

impl parachain_info::Config for Runtime {}

impl cumulus_pallet_weight_reclaim::Config for Runtime {
	type WeightInfo = ();
}

impl cumulus_pallet_aura_ext::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Aura;
	type MinimumPeriod = ConstU64<0>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_aura::Config for Runtime {
	type AuthorityId = AuraId;
	type DisabledValidators = ();
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type AllowMultipleBlocksPerSlot = ConstBool<true>;
	type SlotDuration = ConstU64<SLOT_DURATION>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Aura>;
	type EventHandler = ();
}

/// `pallet-session` ends no session by itself, as it would claim the weight of a whole block for it.
/// `pallet-governance` ends them.
pub struct Never;

impl pallet_session::ShouldEndSession<BlockNumber> for Never {
	fn should_end_session(_now: BlockNumber) -> bool {
		false
	}
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Never;
	type NextSessionRotation = ();
	type SessionManager = pallet_governance::AuthoritySessions<Runtime>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = ();
}
