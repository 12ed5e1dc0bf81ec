//! Process 0, register: invitations, patients, providers and their encryption keys.

use crate::{
	chain::{calls, Included},
	session::Session,
	standing::not_verified,
	Error, Result,
};
use salus_envelope::{encryption_key_message, CommittedName, Signer};
use salus_primitives::{
	views::{AccountStatus, ApplicationView, EnlistmentView},
	AccountId, EncryptionKey, KeySignature, KeyVersion, PatientId, ProfessionalName,
	ProfessionalNumber,
};

impl Session<'_> {
	/// Invites an account.
	pub async fn invite(&self, account: AccountId) -> Result<Included> {
		let state = self.state().await?;
		let own = self.key.account();
		if state.account(&own).await? == AccountStatus::Applicant {
			return Err(not_verified(state.application(&own).await?.as_ref()));
		}
		self.submit(calls::INVITE.with((account,))).await
	}

	/// Fails if the account already acts for a member. The name in that member's key file must
	/// stay.
	pub async fn ensure_not_registered(&self) -> Result<()> {
		let state = self.state().await?;
		match state.account(&self.key.account()).await? {
			AccountStatus::Member(member) => Err(Error::NotAllowed {
				reason: format!("{} already acts for {member}", self.key.name),
				next: Some("make another key for another member: salus key new".into()),
			}),
			_ => Ok(()),
		}
	}

	/// Registers a patient with a name. The key file must hold it.
	pub async fn register_patient(&self, name: &CommittedName) -> Result<PatientId> {
		let commitment = name.commitment();
		let (key, signature) = self.signed_key(0)?;
		self.submit(calls::REGISTER_PATIENT.with((commitment, key, signature)))
			.await?;
		let id = self.patient(&self.state().await?).await?;
		let own = PatientId::new(&self.chain.genesis(), &self.key.account(), &commitment);
		if id != own {
			return Err(Error::Verification(format!(
				"the chain gave the id {id}, but this account and name have the id {own}: do not \
				 trust this node"
			)));
		}
		Ok(id)
	}

	/// Applies as a provider. Returns the application.
	pub async fn apply(
		&self,
		number: ProfessionalNumber,
		name: ProfessionalName,
	) -> Result<ApplicationView<AccountId>> {
		let (key, signature) = self.signed_key(0)?;
		let args = (number, name, key, signature);
		self.submit(calls::APPLY_AS_PROVIDER.with(args)).await?;
		let application = self.state().await?.application(&self.key.account()).await?;
		application.ok_or_else(|| Error::NotFound("application of this account".into()))
	}

	/// Withdraws one's own application.
	pub async fn withdraw(&self) -> Result<Included> {
		self.submit(calls::WITHDRAW_APPLICATION.with(())).await
	}

	/// Retires as a provider; this is final.
	pub async fn retire(&self) -> Result<Included> {
		self.submit(calls::RETIRE.with(())).await
	}

	/// Registers a new version of the encryption key. The key file must hold it.
	pub async fn rotate(&self, version: KeyVersion) -> Result<Included> {
		let (key, signature) = self.signed_key(version)?;
		self.submit(calls::ROTATE_KEY.with((version, key, signature)))
			.await
	}

	/// Enlists the provider that this account acts for in the consortium's directory. The region
	/// sends the entry by itself; [`State::enlistment`](crate::chain::State::enlistment) returns
	/// its state.
	pub async fn enlist(&self) -> Result<(Included, EnlistmentView)> {
		let state = self.state().await?;
		let id = self.verified_provider(&state).await?;
		let included = self.submit(calls::ENLIST.with(())).await?;
		let view = self.state().await?.enlistment(id).await?;
		self.progress.done();
		let view = view.ok_or_else(|| Error::NotFound("entry of this provider".into()))?;
		Ok((included, view))
	}

	/// A version of the encryption key, and the account's signature over it.
	fn signed_key(&self, version: KeyVersion) -> Result<(EncryptionKey, KeySignature)> {
		let spki = self.key.private_key(version)?.public_spki_der();
		let seed = &self.key.secrets.seed;
		let genesis = self.chain.genesis();
		let message = encryption_key_message(&genesis, &seed.account(), version, &spki);
		let key = spki
			.try_into()
			.map_err(|_| Error::KeyFile("the encryption key is too long".into()))?;
		Ok((
			EncryptionKey::RsaOaep(key),
			KeySignature::from_raw(seed.sign(message.as_bytes())),
		))
	}
}
