//! Votes on motions, and what follows when a motion is carried or falls.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
	BoundedVec,
};
use salus_primitives::{
	newest_first,
	traits::{Authorities, Term},
	MemberId, ProfessionalNumber, ProviderId, Standing,
};
use sp_runtime::DispatchError;

use crate::{
	pallet::*,
	types::{
		AccountIdOf, Application, KeyEntry, Motion, MotionOf, Outcome, Provider, Subject, Vote,
		VotesOf,
	},
	MAX_SUPERSEDED,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_vote(
		authority: AccountIdOf<T>,
		motion: MotionOf<T>,
		aye: bool,
	) -> DispatchResult {
		let terms = T::Authorities::terms();
		let term = *terms.get(&authority).ok_or(Error::<T>::NotAuthorized)?;
		let still_free = Self::check_motion(&motion)?;
		let reachable = still_free.is_ok();
		if aye {
			still_free?;
		}
		let mut votes = Self::votes_on(&motion, &terms);
		let vote = Vote {
			authority: authority.clone(),
			term,
			aye,
		};
		let changed = votes.put(vote).map_err(|_| Error::<T>::MaxVotesExceeded)?;
		let outcome = if reachable {
			votes.outcome(terms.len())
		} else {
			Outcome::Fell
		};
		// An authority that has voted may still settle a motion that a change of authorities
		// decided: nobody else may be left to do it.
		ensure!(
			changed || outcome != Outcome::Open,
			Error::<T>::AlreadyVoted
		);

		if changed {
			Self::deposit_event(Event::Voted {
				motion: motion.clone(),
				authority,
				aye,
			});
		}
		match outcome {
			Outcome::Open => Motions::<T>::insert(&motion, votes),
			Outcome::Carried => Self::carry(motion),
			Outcome::Fell => Self::fall(motion),
		}
		Ok(())
	}

	/// The votes on a motion that count now. A motion without votes, or one that has ended, begins
	/// now.
	pub(crate) fn votes_on(
		motion: &MotionOf<T>,
		terms: &BTreeMap<AccountIdOf<T>, Term>,
	) -> VotesOf<T> {
		let now = T::Time::now();
		let mut votes = Motions::<T>::get(motion)
			.filter(|votes| now < votes.ends)
			.unwrap_or_else(|| VotesOf::<T> {
				ends: now.saturating_add(T::MotionTime::get()),
				votes: BoundedVec::new(),
			});
		votes.retain_current(terms);
		votes
	}

	/// Checks that a motion is open for votes. The inner error is the reason why it cannot be
	/// carried.
	fn check_motion(motion: &MotionOf<T>) -> Result<Result<(), Error<T>>, DispatchError> {
		match motion {
			Motion::Verify {
				account,
				application,
			} => {
				let value = Applications::<T>::get(account).ok_or(Error::<T>::NotFound)?;
				ensure!(
					value.hash(account) == *application,
					Error::<T>::ApplicationChanged
				);
				Ok(Self::check_still_free(&value))
			}
			Motion::Suspend { id } => {
				let standing = Self::standing_to_change(*id, &Subject::Suspend { id: *id })?;
				ensure!(!standing.is_suspended(), Error::<T>::AlreadySuspended);
				Ok(Ok(()))
			}
			Motion::Reinstate { id } => {
				let standing = Self::standing_to_change(*id, &Subject::Reinstate { id: *id })?;
				ensure!(standing.is_suspended(), Error::<T>::NotSuspended);
				Ok(Ok(()))
			}
			Motion::Unverify { id } => {
				let standing = Self::standing_to_change(*id, &Subject::Unverify { id: *id })?;
				ensure!(!standing.is_unverified(), Error::<T>::Unverified);
				Ok(Ok(()))
			}
		}
	}

	/// The standing of a provider, if the authorities may change it so now.
	fn standing_to_change(
		id: ProviderId,
		subject: &Subject<AccountIdOf<T>>,
	) -> Result<Standing, DispatchError> {
		let provider = Providers::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		Self::ensure_no_cool_down(subject)?;
		Ok(provider.standing)
	}

	/// An application does not take its number: another may have got it first.
	fn check_still_free(application: &Application) -> Result<(), Error<T>> {
		ensure!(
			!Holders::<T>::contains_key(&application.number),
			Error::<T>::AlreadyVerified
		);
		Ok(())
	}

	fn carry(motion: MotionOf<T>) {
		Motions::<T>::remove(&motion);
		match motion {
			Motion::Verify { account, .. } => Self::verify(account),
			Motion::Suspend { id } => {
				Self::set_standing(id, Standing::suspended);
				Self::deposit_event(Event::ProviderSuspended { id });
			}
			Motion::Reinstate { id } => {
				Self::set_standing(id, Standing::reinstated);
				Self::deposit_event(Event::ProviderReinstated { id });
			}
			Motion::Unverify { id } => Self::unverify(id),
		}
	}

	fn fall(motion: MotionOf<T>) {
		Motions::<T>::remove(&motion);
		let subject = match &motion {
			Motion::Verify { account, .. } => {
				let Some(application) = Applications::<T>::get(account) else {
					return;
				};
				Self::remove_application(account, &application);
				Subject::Application {
					account: account.clone(),
					number: application.number,
				}
			}
			Motion::Suspend { id } => Subject::Suspend { id: *id },
			Motion::Reinstate { id } => Subject::Reinstate { id: *id },
			Motion::Unverify { id } => Subject::Unverify { id: *id },
		};
		Self::start_cool_down(subject);
		Self::deposit_event(Event::MotionFell { motion });
	}

	fn verify(account: AccountIdOf<T>) {
		let Some(application) = Applications::<T>::take(&account) else {
			return;
		};
		let Application {
			number,
			name,
			key,
			bits,
			signature,
			since,
			serial,
		} = application;
		Claims::<T>::remove(&number, &account);
		NewestApplications::<T>::remove(newest_first(serial));
		let id = Self::new_provider_id();
		let member = MemberId::Provider(id);
		Self::put_key(
			&member,
			0,
			KeyEntry {
				key,
				bits,
				account: account.clone(),
				signature,
				since,
			},
		);
		let since = T::Time::now();
		Self::found(member, account.clone(), since);
		let provider = Provider {
			number: number.clone(),
			account: account.clone(),
			name,
			standing: Standing::Verified,
			key_version: 0,
			since,
		};
		Holders::<T>::insert(&number, id);
		Providers::<T>::insert(id, provider);
		Self::deposit_event(Event::ProviderVerified {
			id,
			number: number.clone(),
			account,
		});
		Self::drop_other_claimants(number);
	}

	/// The id of the next provider. The authorities verify each one by vote, so there are enough.
	pub(crate) fn new_provider_id() -> ProviderId {
		NextProvider::<T>::mutate(|next| {
			let id = ProviderId(*next);
			*next = next.saturating_add(1);
			id
		})
	}

	/// Drops the applications of others for a number that is now verified, so many at most. Those
	/// beyond can't be carried any more, and fall at the first vote against them.
	fn drop_other_claimants(number: ProfessionalNumber) {
		let limit = usize::try_from(MAX_SUPERSEDED).unwrap_or_default();
		let others = Claims::<T>::iter_key_prefix(&number).take(limit);
		for account in others.collect::<Vec<_>>() {
			if let Some(application) = Applications::<T>::get(&account) {
				Self::remove_application(&account, &application);
			}
			Self::deposit_event(Event::ApplicationSuperseded {
				account,
				number: number.clone(),
			});
		}
	}
}
