//! The standing of members: who may act, and who may be granted a record.

use crate::{chain::State, Error, MemberRef, ProviderRef, Result};
use salus_primitives::{
	admission::Class,
	views::{AccountStatus, ApplicationView, ProviderView},
	AccountId, MemberId, ProfessionalNumber, ProviderId, Standing,
};

/// A provider's standing as text.
pub fn standing_text(standing: Standing) -> &'static str {
	match standing {
		Standing::Verified => "verified",
		Standing::Suspended => "suspended",
		Standing::Retired => "retired",
		Standing::RetiredSuspended => "retired, suspended",
		Standing::Unverified => "unverified",
		Standing::UnverifiedSuspended => "unverified, suspended",
	}
}

/// A provider's number, and its id if its verification was withdrawn: the number alone means the
/// present holder.
pub fn provider_text(
	number: &ProfessionalNumber,
	id: ProviderId,
	standing: Option<Standing>,
) -> String {
	match standing {
		Some(standing) if standing.is_unverified() => {
			format!("{number} (id:{id}, verification withdrawn)")
		}
		_ => number.to_string(),
	}
}

impl State {
	/// The class of an account of this region, and the member that it acts for. It can be an authority
	/// too.
	pub async fn class(&self, account: &AccountId) -> Result<(Class, Option<MemberId>)> {
		let id = match self.account(account).await? {
			AccountStatus::Uninvited => return Ok((Class::Uninvited, None)),
			AccountStatus::Invited => return Ok((Class::Invited, None)),
			AccountStatus::Applicant => return Ok((Class::Applicant, None)),
			AccountStatus::Member(member @ MemberId::Patient(_)) => {
				return Ok((Class::Patient, Some(member)));
			}
			AccountStatus::Member(MemberId::Provider(id)) => id,
		};
		let class = match self.provider(id).await?.standing {
			Standing::Verified => Class::Provider,
			Standing::Suspended => Class::SuspendedProvider,
			Standing::Retired | Standing::RetiredSuspended => Class::RetiredProvider,
			Standing::Unverified | Standing::UnverifiedSuspended => Class::FormerHolder,
		};
		Ok((class, Some(id.into())))
	}

	/// The provider that a person names.
	pub async fn find_provider(&self, provider: &ProviderRef) -> Result<ProviderView<AccountId>> {
		let number = match provider {
			ProviderRef::Number(number) => number,
			ProviderRef::Id(id) => return self.provider(*id).await,
		};
		match self.holder(number).await {
			Err(Error::NotFound(what)) => {
				let mut open = self.applications().await?;
				open.retain(|application| application.number == *number);
				// Several accounts can apply for one number: the one with the most ayes is shown.
				let first = open.iter().max_by_key(|application| application.votes.ayes);
				Err(match first {
					Some(application) => not_verified(Some(application)),
					None => Error::NotFound(what),
				})
			}
			provider => provider,
		}
	}

	/// The member that a person names.
	pub async fn find_member(&self, member: &MemberRef) -> Result<MemberId> {
		Ok(match member {
			MemberRef::Patient(id) => MemberId::Patient(*id),
			MemberRef::Provider(provider) => self.find_provider(provider).await?.id.into(),
		})
	}

	/// A member as people read it: a patient's id, or a provider's number.
	pub async fn member_text(&self, member: &MemberId) -> Result<String> {
		let MemberId::Provider(id) = member else {
			return Ok(member.to_string());
		};
		let view = self.provider(*id).await?;
		let text = provider_text(&view.number, *id, Some(view.standing));
		Ok(format!("provider {text}"))
	}
}

/// Refuses a member that is neither a patient nor a verified provider.
pub(crate) async fn ensure_good_standing(state: &State, member: &MemberId) -> Result<()> {
	let id = match member {
		MemberId::Patient(id) => return state.patient(*id).await.map(drop),
		MemberId::Provider(id) => *id,
	};
	let view = state.provider(id).await?;
	let next = match view.standing {
		Standing::Verified => return Ok(()),
		Standing::Suspended => Some("ask the authorities to reinstate it".into()),
		Standing::Retired | Standing::RetiredSuspended => None,
		Standing::Unverified | Standing::UnverifiedSuspended => Some(format!(
			"the number {} may have another holder by now: salus provider show {}",
			view.number, view.number
		)),
	};
	Err(Error::NotAllowed {
		reason: format!(
			"provider {} is {}",
			view.number,
			standing_text(view.standing)
		),
		next,
	})
}

/// The error for a provider whose application is open.
pub(crate) fn not_verified(application: Option<&ApplicationView<AccountId>>) -> Error {
	let reason = match application {
		Some(ApplicationView { number, votes, .. }) => format!(
			"provider {number} is not verified yet: {} of {} votes",
			votes.ayes, votes.needed
		),
		None => "the provider is not verified yet".into(),
	};
	Error::NotAllowed {
		reason,
		next: Some("wait for the authorities' votes: salus provider list --pending".into()),
	}
}
