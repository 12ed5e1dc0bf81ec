//! Who the authorities are, and what they may do together.

use frame_support::{
	instances::Instance1,
	parameter_types,
	traits::{ConstU32, ConstU64},
	weights::Weight,
};
use frame_system::EnsureNever;
use pallet_governance::EnsureAuthoritiesDecided;
use salus_runtime_common::{
	authorities::{AuthoritiesOf, NoByDefault, TwoThirds},
	constants::{DAY, MAX_AUTHORITIES, MAX_MOTIONS, MAX_MOTION_WEIGHT, MOTION_BLOCKS},
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

/// The session keys that `pallet-session` holds.
pub struct KeysOfSession;

impl pallet_governance::SessionKeys<AccountId> for KeysOfSession {
	fn are_set(account: &AccountId) -> bool {
		pallet_session::NextKeys::<Runtime>::contains_key(account)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(account: &AccountId) {
		use sp_core::crypto::UncheckedFrom;
		let key = sp_core::sr25519::Public::unchecked_from(<[u8; 32]>::from(account.clone()));
		let keys = crate::SessionKeys {
			aura: key.into(),
			pinning: key.into(),
		};
		pallet_session::NextKeys::<Runtime>::insert(account, keys);
	}
}

impl pallet_governance::Config for Runtime {
	type AuthoritiesOrigin = TwoThirds<AccountId>;
	type Membership = AuthoritiesOfChain;
	type SessionKeys = KeysOfSession;
	type Channels = super::xcm::Channels;
	type Time = Timestamp;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MinAuthorities = ConstU32<1>;
	type MinNoticePeriod = ConstU64<DAY>;
	type MaxNoticePeriod = ConstU64<{ 90 * DAY }>;
	type DefaultNoticePeriod = ConstU64<{ 7 * DAY }>;
	type MaxReplicationTarget = ConstU32<MAX_AUTHORITIES>;
	type DefaultReplicationTarget = ConstU32<2>;
	type WeightInfo = pallet_governance::weights::SubstrateWeight<Runtime>;
}
