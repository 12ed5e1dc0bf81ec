//! The limit of an account, and its use.

use frame_support::{
	traits::{Get, Time},
	weights::Weight,
};
use salus_primitives::{admission::Class, traits::Classes};

use crate::{pallet::*, Amount, Usage};

impl<T: Config> Pallet<T> {
	/// What an account has in use now, and its limit, which is 0 if it cannot send transactions.
	pub fn usage(account: &T::AccountId) -> (Amount, Amount) {
		let limit = Self::limit(&T::Classes::classes_of(account));
		(Self::in_use(account, limit), limit)
	}

	/// The limit of an account with these classes: that of the first.
	pub(crate) fn limit(classes: &[Class]) -> Amount {
		let (weight, bytes) = match classes.first() {
			None | Some(Class::Uninvited) => (Weight::zero(), 0),
			Some(Class::Invited | Class::Applicant) => {
				(T::InvitedQuota::get(), T::InvitedStateQuota::get())
			}
			Some(Class::Authority | Class::ConsortiumAuthority) => {
				(T::AuthorityQuota::get(), T::AuthorityStateQuota::get())
			}
			Some(_) => (T::MemberQuota::get(), T::MemberStateQuota::get()),
		};
		Amount { weight, bytes }
	}

	/// Stores what an account has in use now.
	pub(crate) fn set_use(account: &T::AccountId, used: Amount) {
		let usage = Usage {
			used: used.weight,
			bytes: used.bytes,
			at: T::Time::now(),
		};
		Usages::<T>::insert(account, usage);
	}

	/// The part of an account's use that has not recovered, at the rate of its present limit.
	pub(crate) fn in_use(account: &T::AccountId, limit: Amount) -> Amount {
		let Usage { used, bytes, at } = Usages::<T>::get(account);
		let elapsed = T::Time::now().saturating_sub(at);
		let period = T::Period::get();
		let weight = used.saturating_sub(Weight::from_parts(
			part(limit.weight.ref_time(), elapsed, period),
			part(limit.weight.proof_size(), elapsed, period),
		));
		let recovered = part(limit.bytes, elapsed, T::StatePeriod::get());
		Amount {
			weight,
			bytes: bytes.saturating_sub(recovered),
		}
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
