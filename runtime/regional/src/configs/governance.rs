//! Who the authorities are, and what they may do together.

use alloc::vec::Vec;
use frame_support::{
	instances::Instance1,
	parameter_types,
	traits::{ConstU32, ConstU64, SortedMembers},
	weights::Weight,
};
use frame_system::EnsureNever;
use pallet_governance::EnsureAuthoritiesDecided;
use salus_runtime_common::constants::{DAY, MAXIMUM_BLOCK_WEIGHT, SLOT_DURATION};
use sp_runtime::DispatchResult;

use super::blocks::MAX_AUTHORITIES;
use crate::{
	AccountId, Authorities, Council, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, Timestamp,
};

/// Two thirds of the authorities, by a motion of the council.
pub type TwoThirds = pallet_collective::EnsureProportionAtLeast<AccountId, Instance1, 2, 3>;

parameter_types! {
	/// How long a motion stays open, in blocks: three days.
	pub const MotionDuration: u32 = (3 * DAY / SLOT_DURATION) as u32;
	/// What a motion's call may weigh at most.
	pub const MaxProposalWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(2);
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
	type MotionDuration = MotionDuration;
	type MaxProposals = ConstU32<32>;
	type MaxMembers = ConstU32<MAX_AUTHORITIES>;
	// Who does not vote does not agree.
	type DefaultVote = NoByDefault;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureNever<()>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureNever<()>;
	type KillOrigin = EnsureNever<()>;
	type Consideration = ();
}

/// An authority that did not vote in time has voted no.
pub struct NoByDefault;

impl pallet_collective::DefaultVote for NoByDefault {
	fn default_vote(_prime: Option<bool>, _ayes: u32, _nays: u32, _members: u32) -> bool {
		false
	}
}

/// The members of `pallet-membership`.
pub struct AuthoritiesOfChain;

impl salus_primitives::traits::Authorities<AccountId> for AuthoritiesOfChain {
	fn is_authority(account: &AccountId) -> bool {
		Authorities::contains(account)
	}

	fn all() -> Vec<AccountId> {
		Authorities::members().into_inner()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[AccountId]) {
		let mut members = authorities.to_vec();
		members.sort();
		pallet_membership::Members::<Runtime, Instance1>::put(
			frame_support::BoundedVec::truncate_from(members),
		);
	}
}

impl pallet_governance::Membership<AccountId> for AuthoritiesOfChain {
	fn add(account: &AccountId) -> DispatchResult {
		Authorities::add_member(
			pallet_governance::Origin::Authorities.into(),
			account.clone().into(),
		)
		.map(drop)
		.map_err(|error| error.error)
	}

	fn remove(account: &AccountId) -> DispatchResult {
		Authorities::remove_member(
			pallet_governance::Origin::Authorities.into(),
			account.clone().into(),
		)
		.map(drop)
		.map_err(|error| error.error)
	}
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
		let key = sp_core::sr25519::Public::unchecked_from(account.clone().into());
		let keys = crate::SessionKeys {
			aura: key.into(),
			pinning: key.into(),
		};
		pallet_session::NextKeys::<Runtime>::insert(account, keys);
	}
}

impl pallet_governance::Config for Runtime {
	type AuthoritiesOrigin = TwoThirds;
	type Membership = AuthoritiesOfChain;
	type SessionKeys = KeysOfSession;
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
