//! Votes on motions, and what follows when a motion is carried or falls.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
	BoundedVec,
};
use salus_primitives::{
	traits::{Authorities, Term},
	MemberId, ProfessionalNumber, Standing,
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
			Motion::Suspend { number } => {
				let provider = Providers::<T>::get(number).ok_or(Error::<T>::NotFound)?;
				ensure!(
					!provider.standing.is_suspended(),
					Error::<T>::AlreadySuspended
				);
				Self::ensure_no_cool_down(&Subject::Standing {
					number: number.clone(),
				})?;
				Ok(Ok(()))
			}
			Motion::Reinstate { number } => {
				let provider = Providers::<T>::get(number).ok_or(Error::<T>::NotFound)?;
				ensure!(provider.standing.is_suspended(), Error::<T>::NotSuspended);
				Self::ensure_no_cool_down(&Subject::Standing {
					number: number.clone(),
				})?;
				Ok(Ok(()))
			}
		}
	}

	/// An application does not take its number: another may have got it first.
	fn check_still_free(application: &Application) -> Result<(), Error<T>> {
		ensure!(
			!Providers::<T>::contains_key(&application.number),
			Error::<T>::AlreadyVerified
		);
		Ok(())
	}

	fn carry(motion: MotionOf<T>) {
		Motions::<T>::remove(&motion);
		match motion {
			Motion::Verify { account, .. } => Self::verify(account),
			Motion::Suspend { number } => {
				Self::set_standing(&number, Standing::suspended);
				Self::deposit_event(Event::ProviderSuspended { number });
			}
			Motion::Reinstate { number } => {
				Self::set_standing(&number, Standing::reinstated);
				Self::deposit_event(Event::ProviderReinstated { number });
			}
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
			Motion::Suspend { number } | Motion::Reinstate { number } => Subject::Standing {
				number: number.clone(),
			},
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
		} = application;
		Claims::<T>::remove(&number, &account);
		let member = MemberId::Provider(number.clone());
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
		MemberOf::<T>::insert(&account, member);
		let provider = Provider {
			account: account.clone(),
			name,
			standing: Standing::Verified,
			key_version: 0,
			since: T::Time::now(),
		};
		Providers::<T>::insert(&number, provider);
		Self::deposit_event(Event::ProviderVerified {
			number: number.clone(),
			account,
		});
		Self::drop_other_claimants(number);
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
