//! The authorities, and what they may decide together.

use frame_support::{
	instances::Instance1,
	parameter_types,
	traits::{ConstU32, ConstU64},
	weights::Weight,
};
use frame_system::EnsureNever;
use pallet_governance::EnsureAuthoritiesDecided;
use salus_runtime_common::{
	authorities::{AuthoritiesOf, NoByDefault, SessionKeysOf, SessionsOf, TwoThirds},
	constants::{
		DAY, MAX_AUTHORITIES, MAX_MOTIONS, MAX_MOTION_WEIGHT, MOTION_BLOCKS, SESSION_LENGTH,
	},
};

use crate::{AccountId, Council, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, Timestamp};

/// The authorities of this chain.
pub type AuthoritiesOfChain = AuthoritiesOf<Runtime>;

parameter_types! {
	pub const MaxProposalWeight: Weight = MAX_MOTION_WEIGHT;
}

impl pallet_membership::Config<Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = EnsureAuthoritiesDecided;
	type RemoveOrigin = EnsureAuthoritiesDecided;
	type SwapOrigin = EnsureNever<AccountId>;
	type ResetOrigin = EnsureNever<AccountId>;
	type PrimeOrigin = EnsureNever<AccountId>;
	type MembershipInitialized = Council;
	type MembershipChanged = Council;
	type MaxMembers = ConstU32<MAX_AUTHORITIES>;
	type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

impl pallet_collective::Config<Instance1> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = ConstU32<MOTION_BLOCKS>;
	type MaxProposals = ConstU32<MAX_MOTIONS>;
	type MaxMembers = ConstU32<MAX_AUTHORITIES>;
	type DefaultVote = NoByDefault;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureNever<()>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureNever<()>;
	type KillOrigin = EnsureNever<()>;
	type Consideration = ();
}

impl pallet_governance::Config for Runtime {
	type AuthoritiesOrigin = TwoThirds<AccountId>;
	type Membership = AuthoritiesOfChain;
	type SessionKeys = SessionKeysOf<Runtime>;
	type Sessions = SessionsOf<Runtime>;
	type DefaultSessionLength = ConstU64<SESSION_LENGTH>;
	type Channels = super::messages::Channels;
	type Time = Timestamp;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MinAuthorities = ConstU32<1>;
	type MinNoticePeriod = ConstU64<DAY>;
	type MaxNoticePeriod = ConstU64<{ 90 * DAY }>;
	type DefaultNoticePeriod = ConstU64<{ 7 * DAY }>;
	// The consortium has no records, so it does not use the replication target.
	type MaxReplicationTarget = ConstU32<MAX_AUTHORITIES>;
	type DefaultReplicationTarget = ConstU32<2>;
	type WeightInfo = pallet_governance::weights::SubstrateWeight<Runtime>;
}
