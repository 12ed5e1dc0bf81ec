//! The standing of members: who may act, and who may be granted a record.

use crate::{chain::State, Error, Result};
use salus_primitives::{views::ApplicationView, AccountId, MemberId, Standing};

/// A provider's standing as text.
pub fn standing_text(standing: Standing) -> &'static str {
	match standing {
		Standing::Verified => "verified",
		Standing::Suspended => "suspended",
		Standing::Retired => "retired",
		Standing::RetiredSuspended => "retired, suspended",
	}
}

/// Refuses a member that is neither a patient nor a verified provider.
pub(crate) async fn ensure_good_standing(state: &State, member: &MemberId) -> Result<()> {
	let number = match member {
		MemberId::Patient(id) => return state.patient(*id).await.map(drop),
		MemberId::Provider(number) => number,
	};
	let standing = match state.provider(number).await {
		Err(Error::NotFound(what)) => {
			let mut open = state.applications().await?;
			open.retain(|application| application.number == *number);
			// Several accounts can apply for one number: the one with the most ayes is shown.
			let first = open.iter().max_by_key(|application| application.votes.ayes);
			return Err(match first {
				Some(application) => not_verified(Some(application)),
				None => Error::NotFound(what),
			});
		}
		provider => provider?.standing,
	};
	let next = match standing {
		Standing::Verified => return Ok(()),
		Standing::Suspended => Some("ask the authorities to reinstate it".into()),
		Standing::Retired | Standing::RetiredSuspended => None,
	};
	Err(Error::NotAllowed {
		reason: format!("provider {number} is {}", standing_text(standing)),
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
