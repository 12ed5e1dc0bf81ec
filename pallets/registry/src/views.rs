//! The functions behind [`RegistryApi`](salus_primitives::api::RegistryApi), one each, and the one
//! behind `enlistment` of [`InterregionalApi`](salus_primitives::api::InterregionalApi).

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use salus_primitives::{
	newest_first, number_of_key,
	text::Text,
	traits::{Authorities, Term},
	views::{
		AccountStatus, ApplicationView, EnlistmentView, KeyView, PatientView, ProviderView,
		VotesView,
	},
	AccountEntry, EncryptionKey, KeyVersion, MemberId, NumberError, Page, PatientId,
	ProfessionalNumber, ProviderId,
};

use crate::{
	pallet::*,
	types::{votes_needed, AccountIdOf, Application, Motion, MotionOf, ProviderOf},
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
			accounts: Self::account_entries(&id.into()),
			commitment: patient.commitment,
			key_version: patient.key_version,
			since: patient.since,
		})
	}

	/// A provider by id.
	pub fn api_provider(id: ProviderId) -> Option<ProviderView<AccountIdOf<T>>> {
		Some(provider_view::<T>(id, Providers::<T>::get(id)?))
	}

	/// The present holder of a professional number.
	pub fn api_holder(number: Text) -> Result<Option<ProviderView<AccountIdOf<T>>>, NumberError> {
		let number = ProfessionalNumber::from_text(number)?;
		Ok(Holders::<T>::get(number).and_then(Self::api_provider))
	}

	/// A page of providers, in the order of their ids: all below the next id exist.
	pub fn api_providers(
		after: Option<ProviderId>,
		limit: u32,
	) -> Page<ProviderView<AccountIdOf<T>>, ProviderId> {
		let first = after.map_or(0, |after| after.0.saturating_add(1));
		let ids = (first..NextProvider::<T>::get()).map(ProviderId);
		Page::read(ids, limit, |id| Self::api_provider(*id))
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

	/// The message that an account signs to register a key, as its first or next one.
	pub fn api_key_message(account: AccountIdOf<T>, key: EncryptionKey) -> String {
		let current = MemberOf::<T>::get(&account).and_then(|member| Self::key_version(&member));
		let version = current.map_or(0, |current| current.saturating_add(1));
		Self::key_message(&account, version, &key)
	}

	/// A page of applications, newest first.
	pub fn api_applications(
		after: Option<u64>,
		limit: u32,
	) -> Page<ApplicationView<AccountIdOf<T>>, u64> {
		let terms = T::Authorities::terms();
		let keys = match after {
			None => NewestApplications::<T>::iter_keys(),
			Some(after) => {
				let last = NewestApplications::<T>::hashed_key_for(newest_first(after));
				NewestApplications::<T>::iter_keys_from(last)
			}
		};
		Page::read(keys.map(number_of_key), limit, |serial| {
			let account = NewestApplications::<T>::get(newest_first(*serial))?;
			let application = Applications::<T>::get(&account)?;
			Some(application_view::<T>(account, application, &terms))
		})
	}

	/// The application of one account.
	pub fn api_application(account: AccountIdOf<T>) -> Option<ApplicationView<AccountIdOf<T>>> {
		let application = Applications::<T>::get(&account)?;
		Some(application_view::<T>(
			account,
			application,
			&T::Authorities::terms(),
		))
	}

	/// How the votes stand on a motion to suspend a provider, or to reinstate a suspended one.
	pub fn api_standing_votes(id: ProviderId) -> VotesView {
		let standing = Providers::<T>::get(id).map(|provider| provider.standing);
		let motion = standing.map(|standing| match standing.is_suspended() {
			false => Motion::Suspend { id },
			true => Motion::Reinstate { id },
		});
		votes_view::<T>(motion, &T::Authorities::terms())
	}

	/// How the votes stand on a motion to withdraw a provider's verification.
	pub fn api_unverify_votes(id: ProviderId) -> VotesView {
		votes_view::<T>(Some(Motion::Unverify { id }), &T::Authorities::terms())
	}

	/// Invitations that an account may still make in the period that runs.
	pub fn api_invitations_left(account: AccountIdOf<T>) -> u32 {
		let limit = Self::invitation_limit(&account).unwrap_or_default();
		limit.saturating_sub(Self::invitations_of(&account).made)
	}

	/// How far a provider's entry in the consortium's directory came; nothing if it never asked to
	/// be enlisted.
	pub fn api_enlistment(id: ProviderId) -> Option<EnlistmentView> {
		let enlistment = Enlistments::<T>::get(id)?;
		let deadline = Self::sent_again_at(id, &enlistment);
		Some(EnlistmentView {
			id,
			state: enlistment.state,
			sequence: enlistment.sequence,
			enlisted: enlistment.enlisted,
			message: enlistment.message,
			deadline,
		})
	}

	/// The accounts that have acted for a member, oldest first.
	fn account_entries(member: &MemberId) -> Vec<AccountEntry<AccountIdOf<T>>> {
		let history = Accounts::<T>::get(member);
		history.map_or_else(Vec::new, |history| history.entries().to_vec())
	}
}

fn provider_view<T: Config>(
	id: ProviderId,
	provider: ProviderOf<T>,
) -> ProviderView<AccountIdOf<T>> {
	ProviderView {
		id,
		number: provider.number,
		name: provider.name,
		accounts: Pallet::<T>::account_entries(&id.into()),
		standing: provider.standing,
		key_version: provider.key_version,
		since: provider.since,
	}
}

fn application_view<T: Config>(
	account: AccountIdOf<T>,
	application: Application,
	terms: &BTreeMap<AccountIdOf<T>, Term>,
) -> ApplicationView<AccountIdOf<T>> {
	let motion = application.motion(&account);
	ApplicationView {
		application_hash: application.hash(&account),
		serial: application.serial,
		account,
		number: application.number,
		name: application.name,
		since: application.since,
		votes: votes_view::<T>(Some(motion), terms),
	}
}

fn votes_view<T: Config>(
	motion: Option<MotionOf<T>>,
	terms: &BTreeMap<AccountIdOf<T>, Term>,
) -> VotesView {
	let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
	let votes = motion.map(|motion| Pallet::<T>::votes_on(&motion, terms));
	let cast = votes.filter(|votes| !votes.votes.is_empty());
	let of = |aye| cast.as_ref().map_or(0, |votes| count(votes.count(aye)));
	VotesView {
		ayes: of(true),
		nays: of(false),
		needed: count(votes_needed(terms.len())),
		ends: cast.as_ref().map(|votes| votes.ends),
	}
}
