//! The authorities of a chain. They are the members of `pallet-membership`, which passes them to
//! the collective. `pallet-session` gets the collators from them.

use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::marker::PhantomData;

use cumulus_primitives_core::CumulusDigestItem;
use frame_support::{
	dispatch::PostDispatchInfo, instances::Instance1, pallet_prelude::DispatchResult,
	traits::SortedMembers,
};
use salus_primitives::{
	admission::Class,
	traits::{Authorities, Classes, Term},
};
use sp_runtime::{traits::StaticLookup, DispatchErrorWithPostInfo};

/// A motion of the collective that two thirds of the authorities carry.
pub type TwoThirds<AccountId> =
	pallet_collective::EnsureProportionAtLeast<AccountId, Instance1, 2, 3>;

/// An authority that does not vote in time votes no.
pub struct NoByDefault;

impl pallet_collective::DefaultVote for NoByDefault {
	fn default_vote(_prime: Option<bool>, _ayes: u32, _nays: u32, _members: u32) -> bool {
		false
	}
}

/// The members of `pallet-membership`.
pub struct AuthoritiesOf<T>(PhantomData<T>);

type Membership<T> = pallet_membership::Pallet<T, Instance1>;

impl<T> Authorities<T::AccountId> for AuthoritiesOf<T>
where
	T: pallet_membership::Config<Instance1> + pallet_governance::Config,
{
	fn is_authority(account: &T::AccountId) -> bool {
		Membership::<T>::contains(account)
	}

	fn all() -> Vec<T::AccountId> {
		Membership::<T>::members().into_inner()
	}

	fn terms() -> BTreeMap<T::AccountId, Term> {
		pallet_governance::Terms::<T>::get().into_inner()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[T::AccountId]) {
		let mut members = authorities.to_vec();
		members.sort();
		let terms: BTreeMap<_, _> = members.iter().cloned().zip(0..).collect();
		pallet_governance::Terms::<T>::put(
			frame_support::BoundedBTreeMap::try_from(terms).expect("no more than there may be"),
		);
		pallet_membership::Members::<T, Instance1>::put(frame_support::BoundedVec::truncate_from(
			members,
		));
	}
}

impl<T> pallet_governance::Membership<T::AccountId> for AuthoritiesOf<T>
where
	T: pallet_membership::Config<Instance1> + pallet_governance::Config,
	T::RuntimeOrigin: From<pallet_governance::Origin>,
{
	fn add(account: &T::AccountId) -> DispatchResult {
		without_post_info(Membership::<T>::add_member(
			pallet_governance::Origin::Authorities.into(),
			T::Lookup::unlookup(account.clone()),
		))
	}

	fn remove(account: &T::AccountId) -> DispatchResult {
		without_post_info(Membership::<T>::remove_member(
			pallet_governance::Origin::Authorities.into(),
			T::Lookup::unlookup(account.clone()),
		))
	}
}

/// The sessions of `pallet-session`.
pub struct SessionsOf<T>(PhantomData<T>);

impl<T: pallet_session::Config> pallet_governance::Sessions for SessionsOf<T> {
	fn may_end() -> bool {
		// A chain for development has no bundles. An author begins with its cores in order, and ends
		// each with the last block of a bundle.
		let digest = frame_system::Pallet::<T>::digest();
		CumulusDigestItem::find_block_bundle_info(&digest).is_none_or(|bundle| bundle.is_last)
			&& CumulusDigestItem::find_core_info(&digest).is_none_or(|core| {
				u16::from(core.selector.0).saturating_add(1) == core.number_of_cores.0
			})
	}

	fn rotate() {
		pallet_session::Pallet::<T>::rotate_session();
	}
}

fn without_post_info(
	result: Result<PostDispatchInfo, DispatchErrorWithPostInfo<PostDispatchInfo>>,
) -> DispatchResult {
	result.map(drop).map_err(|error| error.error)
}

/// The classes of accounts on the consortium, which has no members: authorities and others.
pub struct AuthoritiesOnly<A>(PhantomData<A>);

impl<AccountId, A: Authorities<AccountId>> Classes<AccountId> for AuthoritiesOnly<A> {
	fn classes_of(account: &AccountId) -> Vec<Class> {
		vec![match A::is_authority(account) {
			true => Class::ConsortiumAuthority,
			false => Class::Uninvited,
		}]
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
		fn terms() -> BTreeMap<u64, Term> {
			[(7, 0)].into()
		}
	}

	#[test]
	fn an_account_of_the_consortium_is_an_authority_or_uninvited() {
		let classes = AuthoritiesOnly::<Seven>::classes_of;
		assert_eq!(classes(&7), [Class::ConsortiumAuthority]);
		assert_eq!(classes(&8), [Class::Uninvited]);
	}

	#[test]
	fn an_authority_that_does_not_vote_votes_no() {
		use pallet_collective::DefaultVote;
		assert!(!NoByDefault::default_vote(Some(true), 99, 0, 100));
	}
}
