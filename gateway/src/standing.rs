//! What an account is, in the newest final state.

use salus_client::{chain::State, Result};
use salus_primitives::{admission::Class, AccountId, MemberId, ParaId, PatientId, RemoteProvider};

/// An account's classes, and the member that it acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
	/// Its classes, as in the table of who may send which call.
	pub classes: Vec<Class>,
	/// The member that it acts for.
	pub member: Option<MemberId>,
	/// The number of the region.
	pub region: ParaId,
}

impl Standing {
	/// Looks an account up.
	///
	/// # Errors
	///
	/// The node does not answer.
	pub async fn look_up(
		state: &State,
		authorities: &[AccountId],
		region: ParaId,
		account: &AccountId,
	) -> Result<Self> {
		let (class, member) = state.class(account).await?;
		let authority = authorities.contains(account).then_some(Class::Authority);
		let others = Some(class).filter(|class| authority.is_none() || *class != Class::Uninvited);
		Ok(Self {
			classes: authority.into_iter().chain(others).collect(),
			member,
			region,
		})
	}

	/// Whether the account may sign in.
	pub fn is_admitted(&self) -> bool {
		self.classes.iter().any(|class| *class != Class::Uninvited)
	}

	/// Whether the account has one of these classes.
	pub fn is_one_of(&self, classes: &[Class]) -> bool {
		self.classes.iter().any(|class| classes.contains(class))
	}

	/// Whether a change to `next` takes something away. To register, or to be verified, does not.
	pub fn loses(&self, next: &Self) -> bool {
		let steps = [Class::Invited, Class::Applicant];
		let lost = |class: &&Class| !next.classes.contains(class) && !steps.contains(class);
		!next.is_admitted()
			|| self.member.is_some() && self.member != next.member
			|| self.classes.iter().any(|class| lost(&class))
	}

	/// The patient that the account acts for.
	pub fn patient(&self) -> Option<PatientId> {
		match self.member {
			Some(MemberId::Patient(id)) => Some(id),
			_ => None,
		}
	}

	/// The provider that the account acts for, as other regions know it.
	pub fn provider(&self) -> Option<RemoteProvider> {
		match self.member {
			Some(MemberId::Provider(id)) => Some(RemoteProvider {
				region: self.region,
				id,
			}),
			_ => None,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::ProviderId;

	fn standing(classes: &[Class], member: Option<MemberId>) -> Standing {
		Standing {
			classes: classes.to_vec(),
			member,
			region: 2000,
		}
	}

	#[test]
	fn only_a_change_that_takes_something_away_is_a_loss() {
		let provider = Some(ProviderId(1).into());
		let invited = standing(&[Class::Invited], None);
		let applicant = standing(&[Class::Applicant], None);
		let verified = standing(&[Class::Provider], provider.clone());
		let suspended = standing(&[Class::SuspendedProvider], provider.clone());
		let both = standing(&[Class::Authority, Class::Provider], provider);
		let uninvited = standing(&[Class::Uninvited], None);
		for (before, after) in [
			(&invited, &applicant),
			(&applicant, &invited),
			(&applicant, &verified),
			(&verified, &both),
			(&verified, &verified),
		] {
			assert!(!before.loses(after), "{before:?} to {after:?}");
		}
		for (before, after) in [
			(&verified, &suspended),
			(&both, &verified),
			(&invited, &uninvited),
			(&applicant, &uninvited),
			(
				&verified,
				&standing(&[Class::Provider], Some(ProviderId(2).into())),
			),
		] {
			assert!(before.loses(after), "{before:?} to {after:?}");
		}
	}
}
