//! The authorities of a chain, as its runtime keeps them: in `pallet-membership`, from which the
//! collective and the collators follow.

use alloc::vec::Vec;
use core::marker::PhantomData;

use frame_support::{
	dispatch::PostDispatchInfo, instances::Instance1, pallet_prelude::DispatchResult,
	traits::SortedMembers,
};
use salus_primitives::traits::{Admission, Authorities, Class};
use sp_runtime::{traits::StaticLookup, DispatchErrorWithPostInfo};

/// Two thirds of the authorities, by a motion of the collective.
pub type TwoThirds<AccountId> =
	pallet_collective::EnsureProportionAtLeast<AccountId, Instance1, 2, 3>;

/// An authority that did not vote in time has voted no: who does not vote does not agree.
pub struct NoByDefault;

impl pallet_collective::DefaultVote for NoByDefault {
	fn default_vote(_prime: Option<bool>, _ayes: u32, _nays: u32, _members: u32) -> bool {
		false
	}
}

/// The members of `pallet-membership`.
pub struct AuthoritiesOf<T>(PhantomData<T>);

type Membership<T> = pallet_membership::Pallet<T, Instance1>;

impl<T: pallet_membership::Config<Instance1>> Authorities<T::AccountId> for AuthoritiesOf<T> {
	fn is_authority(account: &T::AccountId) -> bool {
		Membership::<T>::contains(account)
	}

	fn all() -> Vec<T::AccountId> {
		Membership::<T>::members().into_inner()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[T::AccountId]) {
		let mut members = authorities.to_vec();
		members.sort();
		pallet_membership::Members::<T, Instance1>::put(frame_support::BoundedVec::truncate_from(
			members,
		));
	}
}

impl<T> pallet_governance::Membership<T::AccountId> for AuthoritiesOf<T>
where
	T: pallet_membership::Config<Instance1>,
	T::RuntimeOrigin: From<pallet_governance::Origin>,
{
	fn add(account: &T::AccountId) -> DispatchResult {
		done(Membership::<T>::add_member(
			pallet_governance::Origin::Authorities.into(),
			T::Lookup::unlookup(account.clone()),
		))
	}

	fn remove(account: &T::AccountId) -> DispatchResult {
		done(Membership::<T>::remove_member(
			pallet_governance::Origin::Authorities.into(),
			T::Lookup::unlookup(account.clone()),
		))
	}
}

fn done(
	result: Result<PostDispatchInfo, DispatchErrorWithPostInfo<PostDispatchInfo>>,
) -> DispatchResult {
	result.map(drop).map_err(|error| error.error)
}

/// Lets authorities send transactions and nobody else: a chain without members.
pub struct AuthoritiesOnly<A>(PhantomData<A>);

impl<AccountId, Call, A: Authorities<AccountId>> Admission<AccountId, Call> for AuthoritiesOnly<A> {
	fn class(account: &AccountId) -> Class {
		if A::is_authority(account) {
			Class::Authority
		} else {
			Class::Uninvited
		}
	}

	fn is_registration(_call: &Call) -> bool {
		false
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(account: &AccountId) {
		A::benchmark_set(core::slice::from_ref(account));
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	struct Seven;
	impl Authorities<u64> for Seven {
		fn is_authority(account: &u64) -> bool {
			*account == 7
		}
		fn all() -> Vec<u64> {
			vec![7]
		}
	}

	#[test]
	fn a_chain_without_members_lets_authorities_in_alone() {
		let class = <AuthoritiesOnly<Seven> as Admission<u64, ()>>::class;
		assert_eq!((class(&7), class(&8)), (Class::Authority, Class::Uninvited));
		assert!(!<AuthoritiesOnly<Seven> as Admission<u64, ()>>::is_registration(&()));
	}

	#[test]
	fn who_does_not_vote_does_not_agree() {
		use pallet_collective::DefaultVote;
		assert!(!NoByDefault::default_vote(Some(true), 99, 0, 100));
	}
}
