//! The authorities, and what they may decide together.

use alloc::vec::Vec;

use codec::DecodeAll;
use frame_support::{
	instances::Instance1,
	pallet_prelude::DispatchResult,
	parameter_types,
	traits::{ConstU32, ConstU64},
	weights::Weight,
};
use frame_system::EnsureNever;
use pallet_governance::{EnsureAuthoritiesDecided, Motions, OpenMotion};
use salus_runtime_common::{
	authorities::{AuthoritiesOf, NoByDefault, SessionsOf, TwoThirds},
	constants::{
		DAY, MAX_AUTHORITIES, MAX_MOTIONS, MAX_MOTIONS_OF_ONE, MAX_MOTION_WEIGHT, MOTION_BLOCKS,
		SESSION_LENGTH,
	},
};

use crate::{
	AccountId, Council, Hash, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, Session,
	SessionKeys, Timestamp,
};

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
	type Consideration = OpenMotion<Runtime>;
}

/// The motions of the collective.
pub struct OpenMotions;

impl Motions<AccountId> for OpenMotions {
	fn open() -> Vec<Hash> {
		pallet_collective::Proposals::<Runtime, Instance1>::get().into_inner()
	}

	fn drop(motion: Hash) {
		Council::do_disapprove_proposal(motion);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_open(count: u32, voters: &[AccountId]) {
		use codec::{Decode, Encode};
		use frame_support::BoundedVec;
		use salus_primitives::admission::MAX_MOTION_LEN;
		use sp_runtime::traits::{BlakeTwo256, Hash as _};
		let motions: Vec<_> = (0..count).map(|n| BlakeTwo256::hash_of(&n)).collect();
		let remark = alloc::vec![0; MAX_MOTION_LEN];
		let call = RuntimeCall::from(frame_system::Call::remark { remark });
		for (index, motion) in (0..count).zip(&motions) {
			// The fields are private.
			let votes = (index, count, voters.to_vec(), Vec::<AccountId>::new(), 0u32).encode();
			let votes = pallet_collective::Votes::decode(&mut &votes[..]).expect("their fields");
			pallet_collective::Voting::<Runtime, Instance1>::insert(motion, votes);
			pallet_collective::ProposalOf::<Runtime, Instance1>::insert(motion, &call);
		}
		pallet_collective::Proposals::<Runtime, Instance1>::put(BoundedVec::truncate_from(motions));
	}
}

/// The session keys in `pallet-session`.
pub struct NodeKeys;

impl pallet_governance::SessionKeys<AccountId> for NodeKeys {
	fn are_set(account: &AccountId) -> bool {
		pallet_session::NextKeys::<Runtime>::contains_key(account)
	}

	fn set(account: &AccountId, keys: &[u8], proof: Vec<u8>) -> DispatchResult {
		let keys = SessionKeys::decode_all(&mut &*keys)
			.map_err(|_| pallet_governance::Error::<Runtime>::SessionKeysInvalid)?;
		Session::set_keys(RuntimeOrigin::signed(account.clone()), keys, proof)
	}

	fn remove(account: &AccountId) {
		// Fails only without keys: an authority may have removed its own.
		let _ = Session::purge_keys(RuntimeOrigin::signed(account.clone()));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_keys(account: &AccountId) -> (Vec<u8>, Vec<u8>) {
		use codec::Encode;
		let generated = SessionKeys::generate(&account.encode(), None);
		(generated.keys.encode(), generated.proof.encode())
	}
}

impl pallet_governance::Config for Runtime {
	type AuthoritiesOrigin = TwoThirds<AccountId>;
	type Membership = AuthoritiesOfChain;
	type SessionKeys = NodeKeys;
	type Sessions = SessionsOf<Runtime>;
	type DefaultSessionLength = ConstU64<SESSION_LENGTH>;
	type Motions = OpenMotions;
	type MotionDuration = ConstU32<MOTION_BLOCKS>;
	type MaxMotions = ConstU32<MAX_MOTIONS>;
	type MaxMotionsOfOne = ConstU32<MAX_MOTIONS_OF_ONE>;
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
