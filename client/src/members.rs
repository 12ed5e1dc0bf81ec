//! Process 0: members, their accounts and keys, and the authorities' votes.

use crate::{
	chain::{
		calls::{self, Motion},
		to_address, Call, Chain, Included, Progress, State, Wait,
	},
	keystore::Unlocked,
	Error, Result,
};
use salus_envelope::{encryption_key_message, patient_commitment, PrivateKey, Signer};
use salus_primitives::{
	views::{AccountStatus, ApplicationView, VotesView},
	AccountId, EncryptionKey, KeySignature, KeyVersion, MemberId, PatientId, ProfessionalName,
	ProfessionalNumber, Standing,
};

/// Someone who acts on a chain.
pub struct Acting<'a> {
	/// The chain.
	pub chain: &'a Chain,
	/// Whose account signs.
	pub me: &'a Unlocked,
	/// What to wait for after each transaction.
	pub wait: Wait,
	/// Who is told how far things are.
	pub progress: &'a dyn Progress,
}

/// Whom a vote is on.
#[derive(Clone, Debug)]
pub enum Candidate {
	/// Who applied with this account.
	Account(AccountId),
	/// Who applied for this number: the only one who did.
	Number(ProfessionalNumber),
}

/// How things stand after a vote.
#[derive(Clone, Debug)]
pub enum Standings {
	/// The motion is open.
	Open(VotesView),
	/// It is decided, and the provider stands so; `None`: it is no provider.
	Decided(Option<Standing>),
}

impl Acting<'_> {
	/// Signs and sends a call.
	pub async fn submit(&self, call: Call) -> Result<Included> {
		self.chain
			.submit(&call, &self.me.secrets.seed, self.wait, self.progress)
			.await
	}

	/// One call, or several of which all or none take effect.
	pub async fn submit_all(&self, mut calls: Vec<Call>) -> Result<Included> {
		match calls.len() {
			1 => self.submit(calls.remove(0)).await,
			_ => self.submit(Call::batch_all(calls)).await,
		}
	}

	/// What the chain holds, at the block that is waited for.
	pub async fn state(&self) -> Result<State> {
		self.chain.state_for(self.wait).await
	}

	/// The member that the account acts for.
	pub async fn member(&self, state: &State) -> Result<MemberId> {
		let account = self.me.account();
		match state.account(&account).await? {
			AccountStatus::Member(member) => Ok(member),
			AccountStatus::Applicant => {
				Err(not_verified(state.application(&account).await?.as_ref()))
			}
			AccountStatus::Invited => Err(Error::NotAllowed {
				reason: format!("{} is invited, and not registered", self.me.name),
				next: Some("register: salus patient register, or salus provider apply".into()),
			}),
			AccountStatus::Uninvited => Err(Error::NotAllowed {
				reason: format!("{} is not let in on this chain", self.me.name),
				next: Some(format!(
					"ask a verified provider or an authority to invite {}",
					to_address(&account)
				)),
			}),
		}
	}

	/// The patient that the account acts for.
	pub async fn patient(&self, state: &State) -> Result<PatientId> {
		match self.member(state).await? {
			MemberId::Patient(id) => Ok(id),
			member => Err(Error::NotAllowed {
				reason: format!(
					"{} acts for {member}, and this is a patient's to do",
					self.me.name
				),
				next: Some("choose a patient's key with --as".into()),
			}),
		}
	}

	/// The verified provider that the account acts for.
	pub async fn verified_provider(&self, state: &State) -> Result<ProfessionalNumber> {
		match self.member(state).await? {
			MemberId::Provider(number) => {
				in_good_standing(state, &MemberId::Provider(number.clone())).await?;
				Ok(number)
			}
			member => Err(Error::NotAllowed {
				reason: format!(
					"{} acts for {member}, and this is a provider's to do",
					self.me.name
				),
				next: Some("choose a provider's key with --as".into()),
			}),
		}
	}

	/// Lets an account in.
	pub async fn invite(&self, account: AccountId) -> Result<Included> {
		let state = self.state().await?;
		let own = self.me.account();
		if state.account(&own).await? == AccountStatus::Applicant {
			return Err(not_verified(state.application(&own).await?.as_ref()));
		}
		self.submit(calls::INVITE.with((account,))).await
	}

	/// Refuses if the account acts for a member already: its name in the key file must stay then.
	pub async fn ensure_no_member(&self) -> Result<()> {
		let state = self.state().await?;
		match state.account(&self.me.account()).await? {
			AccountStatus::Member(member) => Err(Error::NotAllowed {
				reason: format!("{} acts for {member} already", self.me.name),
				next: Some("make another key for another member: salus key new".into()),
			}),
			_ => Ok(()),
		}
	}

	/// Registers as a patient under the name and salt in the key file.
	pub async fn register_patient(&self) -> Result<PatientId> {
		let secrets = &self.me.secrets;
		let salt = secrets.salt.ok_or_else(|| {
			Error::KeyFile(format!(
				"{} is an authority's key: make another one",
				self.me.name
			))
		})?;
		let commitment = patient_commitment(&secrets.name, &salt);
		let (key, signature) = self.signed_key(0)?;
		self.submit(calls::REGISTER_PATIENT.with((commitment, key, signature)))
			.await?;
		self.patient(&self.state().await?).await
	}

	/// Applies as a provider; gives the application.
	pub async fn apply(
		&self,
		number: ProfessionalNumber,
		name: ProfessionalName,
	) -> Result<ApplicationView<AccountId>> {
		let (key, signature) = self.signed_key(0)?;
		let args = (number, name, key, signature);
		self.submit(calls::APPLY_AS_PROVIDER.with(args)).await?;
		let application = self.state().await?.application(&self.me.account()).await?;
		application.ok_or_else(|| Error::NotFound("application of this account".into()))
	}

	/// Takes one's application back.
	pub async fn withdraw(&self) -> Result<Included> {
		self.submit(calls::WITHDRAW_APPLICATION.with(())).await
	}

	/// Votes as an authority on an application.
	pub async fn vote_verify(&self, candidate: &Candidate, aye: bool) -> Result<Standings> {
		let application = self.find(candidate).await?;
		let motion = Motion::Verify {
			account: application.account.clone(),
			application: application.hash,
		};
		self.submit(calls::VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		match state.application(&application.account).await? {
			Some(open) => Ok(Standings::Open(open.votes)),
			None => Ok(Standings::Decided(
				match state.account(&application.account).await? {
					AccountStatus::Member(_) => {
						Some(state.provider(&application.number).await?.standing)
					}
					_ => None,
				},
			)),
		}
	}

	/// Votes as an authority on suspending a provider, or on reinstating it.
	pub async fn vote_standing(
		&self,
		number: ProfessionalNumber,
		reinstate: bool,
		aye: bool,
	) -> Result<Standings> {
		let before = self.state().await?.provider(&number).await?.standing;
		let motion = if reinstate {
			Motion::Reinstate {
				number: number.clone(),
			}
		} else {
			Motion::Suspend {
				number: number.clone(),
			}
		};
		self.submit(calls::VOTE.with((motion, aye))).await?;
		let state = self.state().await?;
		let now = state.provider(&number).await?.standing;
		let votes = state.standing_votes(&number).await?;
		if now == before && votes.ayes + votes.nays > 0 {
			return Ok(Standings::Open(votes));
		}
		Ok(Standings::Decided(Some(now)))
	}

	async fn find(&self, candidate: &Candidate) -> Result<ApplicationView<AccountId>> {
		let state = self.state().await?;
		let number = match candidate {
			Candidate::Account(account) => {
				let application = state.application(account).await?;
				return application.ok_or_else(|| {
					Error::NotFound(format!("open application of {}", to_address(account)))
				});
			}
			Candidate::Number(number) => number,
		};
		let mut all = state.applications().await?;
		all.retain(|application| application.number == *number);
		match all.len() {
			0 => Err(Error::NotFound(format!("open application for {number}"))),
			1 => Ok(all.remove(0)),
			_ => {
				let accounts: Vec<_> = all
					.iter()
					.map(|application| to_address(&application.account))
					.collect();
				Err(Error::Input(format!(
					"several applied for {number}: name the account instead, one of {}",
					accounts.join(", ")
				)))
			}
		}
	}

	/// Retires, for good.
	pub async fn retire(&self) -> Result<Included> {
		self.submit(calls::RETIRE.with(())).await
	}

	/// Registers the version of the encryption key that the key file holds beyond the chain's.
	pub async fn rotate(&self, version: KeyVersion) -> Result<Included> {
		let (key, signature) = self.signed_key(version)?;
		self.submit(calls::ROTATE_KEY.with((version, key, signature)))
			.await
	}

	/// A version of the encryption key, and the account's signature over it.
	fn signed_key(&self, version: KeyVersion) -> Result<(EncryptionKey, KeySignature)> {
		let spki = private_key(self.me, version)?.public_spki_der();
		let seed = &self.me.secrets.seed;
		let genesis = self.chain.genesis();
		let message = encryption_key_message(&genesis, &seed.account(), version, &spki);
		let key = spki
			.try_into()
			.map_err(|_| Error::KeyFile("the encryption key is too long".into()))?;
		Ok((
			EncryptionKey::RsaOaep(key),
			KeySignature::from_raw(seed.sign(&message)),
		))
	}
}

/// A version of one's private encryption key.
pub(crate) fn private_key(me: &Unlocked, version: KeyVersion) -> Result<&PrivateKey> {
	let key = me.secrets.keys.iter().find(|(own, _)| *own == version);
	key.map(|(_, key)| key).ok_or_else(|| {
		Error::KeyFile(format!(
			"{} holds no encryption key of version {version}: restore it from a backup",
			me.name
		))
	})
}

/// Says how far an application is.
fn not_verified(application: Option<&ApplicationView<AccountId>>) -> Error {
	let reason = match application {
		Some(ApplicationView { number, votes, .. }) => format!(
			"provider {number} is not verified yet: {} of {} votes",
			votes.ayes, votes.needed
		),
		None => "the provider is not verified yet".into(),
	};
	Error::NotAllowed {
		reason,
		next: Some("wait until the authorities have voted: salus provider list --pending".into()),
	}
}

/// Refuses who is no patient and no verified provider.
pub(crate) async fn in_good_standing(state: &State, member: &MemberId) -> Result<()> {
	let number = match member {
		MemberId::Patient(id) => return state.patient(*id).await.map(drop),
		MemberId::Provider(number) => number,
	};
	let standing = match state.provider(number).await {
		Err(Error::NotFound(what)) => {
			let mut open = state.applications().await?;
			open.retain(|application| application.number == *number);
			// Several may have applied for one number: the one that is furthest.
			let furthest = open.iter().max_by_key(|application| application.votes.ayes);
			return Err(match furthest {
				Some(application) => not_verified(Some(application)),
				None => Error::NotFound(what),
			});
		}
		provider => provider?.standing,
	};
	let next = match standing {
		Standing::Verified => return Ok(()),
		Standing::Suspended => Some("the authorities may reinstate it".into()),
		Standing::Retired => None,
	};
	Err(Error::NotAllowed {
		reason: format!("provider {number} is {}", standing_text(standing)),
		next,
	})
}

/// A standing, for people.
pub fn standing_text(standing: Standing) -> &'static str {
	match standing {
		Standing::Verified => "verified",
		Standing::Suspended => "suspended",
		Standing::Retired => "retired",
	}
}
