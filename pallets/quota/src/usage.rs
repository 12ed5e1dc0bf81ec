//! The limit of an account, and its use.

use frame_support::{
	traits::{Get, Time},
	weights::Weight,
};
use salus_primitives::{admission::Class, traits::Classes};

use crate::{pallet::*, Usage};

impl<T: Config> Pallet<T> {
	/// The weight that an account has in use now, and its limit, which is 0 if it cannot send
	/// transactions.
	pub fn usage(account: &T::AccountId) -> (Weight, Weight) {
		let limit = Self::limit(&T::Classes::classes_of(account));
		(Self::in_use(account, limit), limit)
	}

	/// The limit of an account with these classes: that of the first.
	pub(crate) fn limit(classes: &[Class]) -> Weight {
		match classes.first() {
			None | Some(Class::Uninvited) => Weight::zero(),
			Some(Class::Invited | Class::Applicant) => T::InvitedQuota::get(),
			Some(Class::Authority | Class::ConsortiumAuthority) => T::AuthorityQuota::get(),
			Some(_) => T::MemberQuota::get(),
		}
	}

	/// Stores the weight that an account has in use now.
	pub(crate) fn set_use(account: &T::AccountId, used: Weight) {
		let at = T::Time::now();
		Usages::<T>::insert(account, Usage { used, at });
	}

	/// The part of an account's use that has not recovered, at the rate of its present limit.
	pub(crate) fn in_use(account: &T::AccountId, limit: Weight) -> Weight {
		let Usage { used, at } = Usages::<T>::get(account);
		let elapsed = T::Time::now().saturating_sub(at);
		let period = T::Period::get();
		used.saturating_sub(Weight::from_parts(
			part(limit.ref_time(), elapsed, period),
			part(limit.proof_size(), elapsed, period),
		))
	}
}

/// `whole * num / den`, rounded down. `u64::MAX` if the result is larger, or `den` is 0.
pub(crate) fn part(whole: u64, num: u64, den: u64) -> u64 {
	u128::from(whole)
		.saturating_mul(num.into())
		.checked_div(den.into())
		.and_then(|part| part.try_into().ok())
		.unwrap_or(u64::MAX)
}
