//! The types of the storage and of the calls.

// The derived codec of an enum converts its index with `as`.
#![allow(clippy::as_conversions)]

use alloc::collections::BTreeMap;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::Get, BoundedVec};
use salus_primitives::{
	traits::Term, EncryptionKey, EnlistmentState, Hash256, KeySignature, KeyVersion, MessageId,
	Moment, ProfessionalName, ProfessionalNumber, ProviderId, Standing,
};
use scale_info::TypeInfo;

use crate::Config;

/// The account id of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// A [`Patient`] in a runtime.
pub type PatientOf<T> = Patient<AccountIdOf<T>>;
/// A [`Provider`] in a runtime.
pub type ProviderOf<T> = Provider<AccountIdOf<T>>;
/// A [`KeyEntry`] in a runtime.
pub type KeyEntryOf<T> = KeyEntry<AccountIdOf<T>>;
/// A [`Motion`] in a runtime.
pub type MotionOf<T> = Motion<AccountIdOf<T>>;
/// The [`Votes`] on a motion in a runtime.
pub type VotesOf<T> = Votes<AccountIdOf<T>, <T as Config>::MaxAuthorities>;
/// A [`Subject`] in a runtime.
pub type SubjectOf<T> = Subject<AccountIdOf<T>>;

/// A registered patient.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Patient<AccountId> {
	/// The account that acts for it.
	pub account: AccountId,
	/// SHA-256 over a random salt and its name; the patient keeps both.
	pub commitment: Hash256,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// When it registered.
	pub since: Moment,
}

/// A provider that was verified once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Provider<AccountId> {
	/// Its professional number.
	pub number: ProfessionalNumber,
	/// The account that acts for it.
	pub account: AccountId,
	/// Its professional name.
	pub name: ProfessionalName,
	/// Its standing.
	pub standing: Standing,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// When it was verified.
	pub since: Moment,
}

/// One version of a member's encryption key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyEntry<AccountId> {
	/// The key.
	pub key: EncryptionKey,
	/// The bits of its modulus.
	pub bits: u32,
	/// The account that signed it.
	pub account: AccountId,
	/// That account's signature over
	/// [`encryption_key_message`](salus_primitives::encryption_key_message).
	pub signature: KeySignature,
	/// When it came to the chain: with an application, at a registration or at a rotation.
	pub since: Moment,
}

/// The open application of an account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Application {
	/// The professional number that it claims.
	pub number: ProfessionalNumber,
	/// Its professional name.
	pub name: ProfessionalName,
	/// Its encryption key.
	pub key: EncryptionKey,
	/// The bits of the key's modulus.
	pub bits: u32,
	/// The account's signature over the key in version 0.
	pub signature: KeySignature,
	/// When it applied, in Unix milliseconds.
	pub since: Moment,
	/// Its number, which is its place in lists: later ones have higher ones.
	pub serial: u64,
}

impl Application {
	/// SHA-256 over the SCALE of ("salus/application/v1", account, application). Votes are bound
	/// to it.
	pub fn hash<AccountId: Encode>(&self, account: &AccountId) -> Hash256 {
		("salus/application/v1", account, self).using_encoded(sp_io::hashing::sha2_256)
	}

	/// The motion to verify an account's application.
	pub fn motion<AccountId: Clone + Encode>(&self, account: &AccountId) -> Motion<AccountId> {
		Motion::Verify {
			account: account.clone(),
			application: self.hash(account),
		}
	}
}

/// The subject of a vote.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Motion<AccountId> {
	/// To verify the applicant as a provider.
	Verify {
		/// The account that applied.
		account: AccountId,
		/// The hash of its application, so that no vote counts for a changed one.
		application: Hash256,
	},
	/// To suspend a provider.
	Suspend {
		/// Its id.
		id: ProviderId,
	},
	/// To reinstate a suspended provider.
	Reinstate {
		/// Its id.
		id: ProviderId,
	},
	/// To withdraw a provider's verification, for good: its number was verified for the wrong
	/// person, and gets free.
	Unverify {
		/// Its id.
		id: ProviderId,
	},
}

/// The subject of a cool-down. It does not contain an application's hash, so that a new
/// application for the same number does not avoid the cool-down. Each kind of motion on a provider
/// has its own: else an authority could open one, for it to fall, and so delay another.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Subject<AccountId> {
	/// Another application of an account for a number.
	Application {
		/// The account.
		account: AccountId,
		/// The number.
		number: ProfessionalNumber,
	},
	/// Another motion to suspend a provider.
	Suspend {
		/// Its id.
		id: ProviderId,
	},
	/// Another motion to reinstate a provider.
	Reinstate {
		/// Its id.
		id: ProviderId,
	},
	/// Another motion to withdraw a provider's verification.
	Unverify {
		/// Its id.
		id: ProviderId,
	},
}

/// Invitations that an account made in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Invitations {
	/// The period's number, counted from the Unix epoch.
	pub period: u64,
	/// How many it made.
	pub made: u32,
}

/// An authority's vote. It counts while the term lasts in which it was given.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Vote<AccountId> {
	/// The authority.
	pub authority: AccountId,
	/// Its term.
	pub term: Term,
	/// Whether it is for the motion.
	pub aye: bool,
}

/// The votes on a motion.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(skip_type_params(Max))]
#[codec(mel_bound(AccountId: MaxEncodedLen))]
pub struct Votes<AccountId, Max: Get<u32>> {
	/// When the motion ends, without a result. A vote from then on opens it anew.
	pub ends: Moment,
	/// The votes, one of each authority at most.
	pub votes: BoundedVec<Vote<AccountId>, Max>,
}

/// The outcome of the votes on a motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// The missing votes decide.
	Open,
	/// More than half of the authorities are for it.
	Carried,
	/// So many are against it that it cannot be carried.
	Fell,
}

impl<AccountId: Ord, Max: Get<u32>> Votes<AccountId, Max> {
	/// Drops the votes of terms that are over.
	pub fn retain_current(&mut self, terms: &BTreeMap<AccountId, Term>) {
		self.votes
			.retain(|vote| terms.get(&vote.authority) == Some(&vote.term));
	}

	/// Adds a vote, or changes the authority's earlier one. Returns whether that changed anything.
	/// Fails if there is no room.
	pub fn put(&mut self, vote: Vote<AccountId>) -> Result<bool, Vote<AccountId>> {
		let earlier = self
			.votes
			.iter_mut()
			.find(|earlier| earlier.authority == vote.authority);
		match earlier {
			Some(earlier) if *earlier == vote => Ok(false),
			Some(earlier) => {
				*earlier = vote;
				Ok(true)
			}
			None => self.votes.try_push(vote).map(|()| true),
		}
	}

	/// How many votes are for the motion, or against it.
	pub fn count(&self, aye: bool) -> usize {
		self.votes.iter().filter(|vote| vote.aye == aye).count()
	}

	/// The outcome among this number of authorities.
	pub fn outcome(&self, authorities: usize) -> Outcome {
		let needed = votes_needed(authorities);
		if self.count(true) >= needed {
			Outcome::Carried
		} else if authorities.saturating_sub(self.count(false)) < needed {
			Outcome::Fell
		} else {
			Outcome::Open
		}
	}
}

/// The votes that carry a motion: more than half of the authorities.
pub fn votes_needed(authorities: usize) -> usize {
	(authorities / 2).saturating_add(1)
}

/// The state of a provider's entry in the consortium's directory.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Enlistment {
	/// The sequence number of the last update.
	pub sequence: u64,
	/// The state of that update.
	pub state: EnlistmentState,
	/// The next step of the chain.
	pub step: Step,
	/// The number of failed attempts to send that update.
	pub attempts: u32,
	/// The last sequence number that the consortium accepted. `None`: it has no entry, as far as
	/// the region knows.
	pub enlisted: Option<u64>,
	/// The id of the last message, for this update or an earlier one.
	pub message: Option<MessageId>,
}

/// The value of a provider that never enlisted.
impl Default for Enlistment {
	fn default() -> Self {
		Self {
			sequence: 0,
			state: EnlistmentState::Waiting,
			step: Step::Rest,
			attempts: 0,
			enlisted: None,
			message: None,
		}
	}
}

/// The next step of the chain for a directory entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Step {
	/// Nothing.
	Rest,
	/// It is sent at this time: the outbox has its [`OutboxKey`].
	Send(Moment),
	/// Its answer is awaited.
	Await,
}

/// The storage key of a provider's entry in the outbox. The time is big-endian, so that the order
/// of keys is the order of times.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OutboxKey {
	/// When the entry is sent: Unix milliseconds, big-endian.
	pub at: [u8; 8],
	/// The provider.
	pub id: ProviderId,
}

impl OutboxKey {
	/// The key of a provider's entry that is sent at this time.
	pub fn new(at: Moment, id: ProviderId) -> Self {
		Self {
			at: at.to_be_bytes(),
			id,
		}
	}

	/// When the entry is sent.
	pub fn at(&self) -> Moment {
		Moment::from_be_bytes(self.at)
	}
}
