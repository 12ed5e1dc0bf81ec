//! The functions behind [`RegistryApi`](salus_primitives::api::RegistryApi), one each, and the one
//! behind `enlistment` of [`InterregionalApi`](salus_primitives::api::InterregionalApi).

use alloc::vec::Vec;
use salus_primitives::{
	traits::Authorities,
	views::{
		page_size, AccountStatus, ApplicationView, EnlistmentView, KeyView, PatientView,
		ProviderView, VotesView,
	},
	KeyVersion, MemberId, PatientId, ProfessionalNumber, Standing,
};

use crate::{
	pallet::*,
	types::{votes_needed, AccountIdOf, Application, Motion, MotionOf, ProviderOf, VotesOf},
};

/// The functions behind the runtime API.
impl<T: Config> Pallet<T> {
	/// The status of an account in this region.
	pub fn api_account(account: AccountIdOf<T>) -> AccountStatus {
		if let Some(member) = MemberOf::<T>::get(&account) {
			AccountStatus::Member(member)
		} else if Applications::<T>::contains_key(&account) {
			AccountStatus::Applicant
		} else if Invited::<T>::contains_key(&account) {
			AccountStatus::Invited
		} else {
			AccountStatus::Uninvited
		}
	}

	/// A patient by id.
	pub fn api_patient(id: PatientId) -> Option<PatientView<AccountIdOf<T>>> {
		let patient = Patients::<T>::get(id)?;
		Some(PatientView {
			id,
			account: patient.account,
			commitment: patient.commitment,
			key_version: patient.key_version,
			since: patient.since,
		})
	}

	/// A provider by professional number.
	pub fn api_provider(number: ProfessionalNumber) -> Option<ProviderView<AccountIdOf<T>>> {
		let provider = Providers::<T>::get(&number)?;
		Some(provider_view::<T>(number, provider))
	}

	/// A page of providers.
	pub fn api_providers(
		after: Option<ProfessionalNumber>,
		limit: u32,
	) -> Vec<ProviderView<AccountIdOf<T>>> {
		let providers = match after {
			Some(number) => Providers::<T>::iter_from(Providers::<T>::hashed_key_for(number)),
			None => Providers::<T>::iter(),
		};
		providers
			.take(page_size(limit))
			.map(|(number, provider)| provider_view::<T>(number, provider))
			.collect()
	}

	/// A member's encryption key: its current one, or the version asked for.
	pub fn api_encryption_key(
		member: MemberId,
		version: Option<KeyVersion>,
	) -> Option<KeyView<AccountIdOf<T>>> {
		let version = version.or_else(|| Self::key_version(&member))?;
		let entry = Keys::<T>::get(&member, version)?;
		Some(KeyView {
			version,
			key: entry.key,
			account: entry.account,
			signature: entry.signature,
			since: entry.since,
		})
	}

	/// A page of applications.
	pub fn api_applications(
		after: Option<AccountIdOf<T>>,
		limit: u32,
	) -> Vec<ApplicationView<AccountIdOf<T>>> {
		let authorities = T::Authorities::all();
		let applications = match after {
			Some(account) => {
				Applications::<T>::iter_from(Applications::<T>::hashed_key_for(account))
			}
			None => Applications::<T>::iter(),
		};
		applications
			.take(page_size(limit))
			.map(|(account, application)| application_view::<T>(account, application, &authorities))
			.collect()
	}

	/// The application of one account.
	pub fn api_application(account: AccountIdOf<T>) -> Option<ApplicationView<AccountIdOf<T>>> {
		let application = Applications::<T>::get(&account)?;
		Some(application_view::<T>(
			account,
			application,
			&T::Authorities::all(),
		))
	}

	/// How the votes stand on a motion to suspend a verified provider, or to reinstate a
	/// suspended one.
	pub fn api_standing_votes(number: ProfessionalNumber) -> VotesView {
		let motion = match Providers::<T>::get(&number).map(|provider| provider.standing) {
			Some(Standing::Verified) => Some(Motion::Suspend { number }),
			Some(Standing::Suspended) => Some(Motion::Reinstate { number }),
			Some(Standing::Retired) | None => None,
		};
		let votes = motion.map(|motion: MotionOf<T>| Motions::<T>::get(motion));
		votes_view::<T>(votes.unwrap_or_default(), &T::Authorities::all())
	}

	/// Invitations that an account may still make in the period that runs.
	pub fn api_invitations_left(account: AccountIdOf<T>) -> u32 {
		let limit = Self::invitation_limit(&account).unwrap_or_default();
		limit.saturating_sub(Self::invitations_of(&account).made)
	}

	/// How far a provider's entry in the consortium's directory came; nothing if it never asked to
	/// be enlisted.
	pub fn api_enlistment(number: ProfessionalNumber) -> Option<EnlistmentView> {
		let enlistment = Enlistments::<T>::get(&number)?;
		let deadline = Self::sent_again_at(&number, &enlistment);
		Some(EnlistmentView {
			number,
			state: enlistment.state,
			sequence: enlistment.sequence,
			enlisted: enlistment.enlisted,
			message: enlistment.message,
			deadline,
		})
	}
}

fn provider_view<T: Config>(
	number: ProfessionalNumber,
	provider: ProviderOf<T>,
) -> ProviderView<AccountIdOf<T>> {
	ProviderView {
		number,
		name: provider.name,
		account: provider.account,
		standing: provider.standing,
		key_version: provider.key_version,
		since: provider.since,
	}
}

fn application_view<T: Config>(
	account: AccountIdOf<T>,
	application: Application,
	authorities: &[AccountIdOf<T>],
) -> ApplicationView<AccountIdOf<T>> {
	let votes = Motions::<T>::get(application.motion(&account));
	ApplicationView {
		hash: application.hash(&account),
		account,
		number: application.number,
		name: application.name,
		since: application.since,
		votes: votes_view::<T>(votes, authorities),
	}
}

fn votes_view<T: Config>(mut votes: VotesOf<T>, authorities: &[AccountIdOf<T>]) -> VotesView {
	let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
	votes.retain_of(authorities);
	VotesView {
		ayes: count(votes.ayes.len()),
		nays: count(votes.nays.len()),
		needed: count(votes_needed(authorities.len())),
	}
}
