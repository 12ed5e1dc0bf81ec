//! The invariants of the state.

use alloc::collections::{BTreeMap, BTreeSet};

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use salus_primitives::traits::Authorities;
use sp_runtime::TryRuntimeError;

use crate::{pallet::*, Motions, Parameter};

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. The number of authorities is within its bounds. They are in order, each once, and can
	///    send transactions. Each has a term of its own, and no other
	///    account has one.
	/// 2. The parameters are within their bounds.
	/// 3. The announced upgrade waits no longer than the longest notice period.
	/// 4. The session did not begin in the future.
	/// 5. Each open motion has its proposer, once, and nobody has more than the most of one.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let authorities = T::Membership::all();
		let count = T::Membership::count();
		ensure!(count >= T::MinAuthorities::get(), "too few authorities");
		ensure!(count <= T::MaxAuthorities::get(), "too many authorities");
		ensure!(
			authorities
				.iter()
				.zip(authorities.iter().skip(1))
				.all(|(a, b)| a < b),
			"the authorities are not in order, each of them once"
		);
		ensure!(
			authorities
				.iter()
				.all(|who| frame_system::Pallet::<T>::providers(who) > 0),
			"an authority cannot send transactions"
		);
		let terms = Terms::<T>::get();
		ensure!(
			terms.keys().eq(&authorities),
			"an authority has no term, or somebody else has one"
		);
		let different: BTreeSet<_> = terms.values().collect();
		ensure!(
			different.len() == terms.len(),
			"two authorities have one term"
		);
		ensure!(
			terms.values().all(|term| *term < NextTerm::<T>::get()),
			"the next term was given already"
		);
		let notice = NoticePeriod::<T>::get();
		ensure!(
			(1..=T::MaxNoticePeriod::get()).contains(&notice),
			"the notice period is out of bounds"
		);
		ensure!(
			Self::in_bounds(&Parameter::ReplicationTarget(ReplicationTarget::<T>::get())),
			"the replication target is out of bounds"
		);
		if let Some(announced) = AnnouncedUpgrade::<T>::get() {
			let latest = T::Time::now().saturating_add(T::MaxNoticePeriod::get());
			ensure!(announced.enact_after <= latest, "an upgrade waits too long");
		}
		ensure!(
			SessionStart::<T>::get().is_none_or(|start| start <= T::Time::now()),
			"the session began in the future"
		);
		Self::try_proposers()
	}

	fn try_proposers() -> Result<(), TryRuntimeError> {
		let mut counts = BTreeMap::<_, u32>::new();
		let mut motions = BTreeSet::new();
		let open = T::Motions::open();
		for (motion, by, _) in Proposers::<T>::get() {
			ensure!(motions.insert(motion), "a motion has two proposers");
			// One that is decided stays until the next is proposed.
			if open.contains(&motion) {
				let count = counts.entry(by).or_default();
				*count = count.saturating_add(1);
			}
		}
		ensure!(
			open.iter().all(|motion| motions.contains(motion)),
			"an open motion has no proposer"
		);
		let most = T::MaxMotionsOfOne::get();
		ensure!(
			counts.values().all(|count| *count <= most),
			"an authority has too many open motions"
		);
		Ok(())
	}
}
