//! The invariants of the state.

use alloc::collections::BTreeSet;
use frame_support::ensure;
use salus_primitives::{
	newest_first, traits::ToConsortium, About, EnlistmentState, MemberId, ProviderId, Standing,
};
use sp_runtime::{traits::Zero, TryRuntimeError};

use crate::{
	pallet::*,
	types::{AccountIdOf, Enlistment, Motion, MotionOf, OutboxKey, Step, VotesOf},
};

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. An invited account has a provider reference; applicants and members are invited.
	/// 2. Account and member refer to each other. No account is a member twice, or member and
	///    applicant.
	/// 3. A patient's id follows from its founding account and its commitment. A professional number
	///    has one holder, unless the verification of all was withdrawn.
	/// 4. A member has a signed key with the right number of bits for each version up to the
	///    current one.
	/// 5. Applications, claims and the list of applications match.
	/// 6. A motion fits the current state, and no authority voted twice.
	/// 7. An enlistment is of a provider whose entry can be sent. Its state, its next step, the
	///    outbox and the entries in flight agree.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_accounts()?;
		Self::try_state_members()?;
		Self::try_state_ids()?;
		Self::try_state_keys()?;
		Self::try_state_applications()?;
		Self::try_state_motions()?;
		Self::try_state_enlistments()
	}

	fn try_state_accounts() -> Result<(), TryRuntimeError> {
		for account in Invited::<T>::iter_keys() {
			let providers = frame_system::Pallet::<T>::providers(&account);
			ensure!(
				!providers.is_zero(),
				"an invited account has no provider reference"
			);
		}
		for (account, member) in MemberOf::<T>::iter() {
			ensure!(
				Invited::<T>::contains_key(&account),
				"a member's account was not invited"
			);
			ensure!(
				!Applications::<T>::contains_key(&account),
				"a member's account has an application"
			);
			ensure!(
				Self::acting_account(&member) == Some(account),
				"an account acts for a member that does not know it"
			);
		}
		Ok(())
	}

	fn acting_account(member: &MemberId) -> Option<AccountIdOf<T>> {
		use salus_primitives::traits::Members;
		Self::account_of(member)
	}

	fn try_state_members() -> Result<(), TryRuntimeError> {
		let mut members: usize = 0;
		let patients = Patients::<T>::iter()
			.map(|(id, patient)| (MemberId::Patient(id), patient.account, patient.key_version));
		let providers = Providers::<T>::iter().map(|(id, provider)| {
			(
				MemberId::Provider(id),
				provider.account,
				provider.key_version,
			)
		});
		let mut keys: usize = 0;
		for (member, account, key_version) in patients.chain(providers) {
			members = members.saturating_add(1);
			ensure!(
				MemberOf::<T>::get(&account).as_ref() == Some(&member),
				"a member's account does not act for it"
			);
			let history = Accounts::<T>::get(&member).ok_or("a member has no founding account")?;
			ensure!(
				history.acting() == Some(&account),
				"a member's history does not end with its account"
			);
			for version in 0..=key_version {
				keys = keys.saturating_add(1);
				ensure!(
					Keys::<T>::contains_key(&member, version),
					"a version of a key is missing"
				);
			}
		}
		ensure!(
			members == MemberOf::<T>::iter_keys().count()
				&& members == Accounts::<T>::iter_keys().count(),
			"members and accounts differ"
		);
		ensure!(
			keys == Keys::<T>::iter_keys().count(),
			"a key belongs to no version of a member"
		);
		Ok(())
	}

	/// A patient's id follows from its founding account, and a number is its one holder's.
	fn try_state_ids() -> Result<(), TryRuntimeError> {
		for (id, patient) in Patients::<T>::iter() {
			let history = Accounts::<T>::get(MemberId::Patient(id));
			let founding = history.as_ref().and_then(|history| history.founding());
			let proven = founding
				.is_some_and(|account| Self::new_patient_id(account, &patient.commitment) == id);
			ensure!(proven, "a patient's id is not of its founding account");
		}
		let mut held: usize = 0;
		for (id, provider) in Providers::<T>::iter() {
			ensure!(
				id.0 < NextProvider::<T>::get(),
				"a provider's id is not given yet"
			);
			ensure!(
				provider.number.check().is_ok(),
				"a provider's number is malformed"
			);
			let holds = !provider.standing.is_unverified();
			held = held.saturating_add(holds.into());
			ensure!(
				!holds || Holders::<T>::get(&provider.number) == Some(id),
				"a provider does not hold its number"
			);
		}
		ensure!(
			held == Holders::<T>::iter_keys().count(),
			"a number has a holder too many"
		);
		Ok(())
	}

	fn try_state_keys() -> Result<(), TryRuntimeError> {
		for (_, version, entry) in Keys::<T>::iter() {
			// The least that the runtime asks for may have been raised since.
			ensure!(
				entry.key.check(0) == Ok(entry.bits),
				"a key is malformed or its bits are wrong"
			);
			ensure!(
				Self::signed_key(&entry.account, version, &entry.key, &entry.signature),
				"a key's signature is wrong"
			);
		}
		Ok(())
	}

	fn try_state_applications() -> Result<(), TryRuntimeError> {
		let mut applications: usize = 0;
		for (account, application) in Applications::<T>::iter() {
			applications = applications.saturating_add(1);
			ensure!(
				Invited::<T>::contains_key(&account),
				"an applicant was not invited"
			);
			ensure!(
				application.number.check().is_ok(),
				"an application's number is malformed"
			);
			ensure!(
				Claims::<T>::contains_key(&application.number, &account),
				"an application has no claim"
			);
			ensure!(
				NewestApplications::<T>::get(newest_first(application.serial)) == Some(account),
				"an application is not in the list"
			);
		}
		ensure!(
			applications == NewestApplications::<T>::iter_keys().count(),
			"an entry in the list has no application"
		);
		ensure!(
			applications == Claims::<T>::iter_keys().count(),
			"a claim has no application"
		);
		Ok(())
	}

	fn try_state_motions() -> Result<(), TryRuntimeError> {
		for (motion, votes) in Motions::<T>::iter() {
			ensure!(Self::stands(&motion), "a motion is on what does not stand");
			ensure!(!voted_twice::<T>(&votes), "an authority voted twice");
		}
		Ok(())
	}

	pub(crate) fn try_state_enlistments() -> Result<(), TryRuntimeError> {
		let mut turns: usize = 0;
		for (id, enlistment) in Enlistments::<T>::iter() {
			ensure!(
				Self::entry(id, enlistment.sequence).is_some(),
				"an enlistment belongs to no provider"
			);
			ensure!(
				Self::is_coherent(id, &enlistment),
				"an enlistment's state and next step do not agree"
			);
			match enlistment.step {
				Step::Rest => {}
				Step::Send(at) => {
					turns = turns.saturating_add(1);
					ensure!(
						Outbox::<T>::contains_key(OutboxKey::new(at, id)),
						"an entry that is to be sent is not in the outbox"
					);
				}
				Step::Await => {
					let about = About::Provider(id);
					ensure!(
						T::Consortium::awaited_until(&about, enlistment.sequence).is_some(),
						"an entry waits for an answer that nobody awaits"
					);
				}
			}
		}
		ensure!(
			turns == Outbox::<T>::iter_keys().count(),
			"the outbox has an entry too many"
		);
		Ok(())
	}

	fn is_coherent(id: ProviderId, enlistment: &Enlistment) -> bool {
		let taken = enlistment.enlisted == Some(enlistment.sequence);
		let verified =
			|| Providers::<T>::get(id).is_some_and(|of| of.standing == Standing::Verified);
		let agree = match (&enlistment.state, enlistment.step) {
			(EnlistmentState::Waiting, Step::Send(_)) => !taken,
			(EnlistmentState::Sent, Step::Send(_) | Step::Await) => enlistment.message.is_some(),
			(EnlistmentState::Enlisted, Step::Rest) => taken,
			// Nothing else would send it again.
			(EnlistmentState::Refused(_), Step::Rest) => verified(),
			(EnlistmentState::Refused(_), Step::Send(_)) => true,
			_ => false,
		};
		let counts = enlistment.sequence > 0 && enlistment.enlisted <= Some(enlistment.sequence);
		agree && counts
	}

	fn stands(motion: &MotionOf<T>) -> bool {
		let standing = |id| Providers::<T>::get(id).map(|provider| provider.standing);
		match motion {
			Motion::Verify {
				account,
				application,
			} => Applications::<T>::get(account)
				.is_some_and(|value| value.hash(account) == *application),
			Motion::Suspend { id } => standing(id).is_some_and(|of| !of.is_suspended()),
			Motion::Reinstate { id } => standing(id).is_some_and(Standing::is_suspended),
			Motion::Unverify { id } => standing(id).is_some_and(|of| !of.is_unverified()),
		}
	}
}

fn voted_twice<T: Config>(votes: &VotesOf<T>) -> bool {
	let voters: BTreeSet<_> = votes.votes.iter().map(|vote| &vote.authority).collect();
	voters.len() != votes.votes.len()
}
