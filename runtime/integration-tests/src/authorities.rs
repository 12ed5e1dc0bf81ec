//! The decisions of the authorities. Each authority acts by its own account, through the calls of
//! the runtimes.

use codec::Encode;
use frame_support::{assert_ok, instances::Instance1};
use frame_system::RawOrigin;
use pallet_collective::{Event, Pallet as Council, ProposalCount};
use pallet_registry::types::{Motion, MotionOf};
use salus_consortium_runtime as consortium;
use salus_primitives::{
	api::runtime_decl_for_governance_api::GovernanceApiV1, AccountId, ParaId, RemoteProvider,
};
use salus_regional_runtime as regional;
use salus_runtime_common::constants::MAX_MOTION_WEIGHT;
use sp_runtime::{
	traits::{Dispatchable, Hash},
	DispatchResult,
};

use crate::network::{first_block_of, Chain, Consortium, Regional, OTHER_REGION, REGION};

/// Sends a call of an account, in the current block of a region.
pub fn send(account: &AccountId, call: impl Into<regional::RuntimeCall>) -> DispatchResult {
	let origin = regional::RuntimeOrigin::signed(account.clone());
	let result = call.into().dispatch(origin);
	result.map(drop).map_err(|failed| failed.error)
}

/// The authorities of the region in whose block or state this runs.
pub fn region_authorities() -> Vec<AccountId> {
	<regional::Runtime as GovernanceApiV1<regional::Block, AccountId>>::authorities()
}

/// The authorities of the consortium, in its block or state.
pub fn consortium_authorities() -> Vec<AccountId> {
	<consortium::Runtime as GovernanceApiV1<consortium::Block, AccountId>>::authorities()
}

/// All authorities of a region vote for a motion about a provider. The region's next block sends
/// what the consortium should know of it.
pub fn vote<R: Regional>(motion: MotionOf<regional::Runtime>) {
	R::block(|| {
		for authority in region_authorities() {
			let motion = motion.clone();
			let call = pallet_registry::Call::vote { motion, aye: true };
			assert_ok!(send(&authority, call));
		}
	});
	R::empty_block();
}

/// The authorities of a provider's region suspend it.
pub fn suspend<R: Regional>(provider: &RemoteProvider) {
	vote::<R>(Motion::Suspend { id: provider.id });
}

/// The authorities of a provider's region reinstate it.
pub fn reinstate<R: Regional>(provider: &RemoteProvider) {
	vote::<R>(Motion::Reinstate { id: provider.id });
}

/// The authorities of a provider's region withdraw its verification.
pub fn unverify<R: Regional>(provider: &RemoteProvider) {
	vote::<R>(Motion::Unverify { id: provider.id });
}

/// All authorities of a chain vote for a motion, and it is executed.
fn carry_motion<T>(
	authorities: &[AccountId],
	proposal: <T as pallet_collective::Config<Instance1>>::Proposal,
) where
	T: pallet_collective::Config<Instance1> + frame_system::Config<AccountId = AccountId>,
	<T as frame_system::Config>::RuntimeEvent: TryInto<Event<T, Instance1>>,
{
	let signed = |who: &AccountId| RawOrigin::Signed(who.clone()).into();
	let first = &authorities[0];
	let length = proposal.encoded_size() as u32;
	let hash = <T as frame_system::Config>::Hashing::hash_of(&proposal);
	let index = ProposalCount::<T, Instance1>::get();
	let threshold = (2 * authorities.len() as u32).div_ceil(3);
	assert_ok!(Council::<T, Instance1>::propose(
		signed(first),
		threshold,
		Box::new(proposal),
		length
	));
	for who in authorities {
		assert_ok!(Council::<T, Instance1>::vote(
			signed(who),
			hash,
			index,
			true
		));
	}
	let closed =
		Council::<T, Instance1>::close(signed(first), hash, index, MAX_MOTION_WEIGHT, length);
	assert!(closed.is_ok(), "the motion was not closed");
	let executed = frame_system::Pallet::<T>::read_events_for_pallet::<Event<T, Instance1>>()
		.into_iter()
		.any(|event| matches!(event, Event::Executed { result: Ok(()), .. }));
	assert!(executed, "the motion was not executed");
}

/// The authorities of a region carry a motion.
pub fn carry_in_region<R: Regional>(call: impl Into<regional::RuntimeCall>) {
	let call = call.into();
	R::block(|| carry_motion::<regional::Runtime>(&region_authorities(), call));
}

/// The authorities of the consortium carry a motion.
pub fn carry_in_consortium(call: impl Into<consortium::RuntimeCall>) {
	let call = call.into();
	Consortium::block(|| carry_motion::<consortium::Runtime>(&consortium_authorities(), call));
}

/// The authorities of the consortium admit a region.
pub fn admit(region: ParaId) {
	carry_in_consortium(pallet_consortium::Call::admit_region {
		region,
		genesis_hash: first_block_of(region),
	});
}

/// The authorities of the consortium admit both regions.
pub fn admit_both_regions() {
	admit(REGION);
	admit(OTHER_REGION);
}

/// The authorities of the consortium expel a region.
pub fn expel(region: ParaId) {
	carry_in_consortium(pallet_consortium::Call::expel_region { region });
}
