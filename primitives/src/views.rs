//! The values that the runtime APIs return. People read them in polkadot-js Apps as they are. All times
//! are Unix milliseconds by the chain's clock, and their type says so.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{
	AccountEntry, Author, Cid, EncryptionKey, EnlistmentState, Hash256, HistoryEvent, HistoryId,
	InterregionalState, KeySignature, KeyVersion, MemberId, MessageId, ParaId, PatientId,
	ProfessionalName, ProfessionalNumber, ProviderId, Purpose, RecordId, RegionStanding,
	RemoteProvider, SealedName, SignedKey, Standing, UnixMilliseconds, Via, WrappedKey,
};

/// The status of an account in a region.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum AccountStatus {
	/// Not invited.
	Uninvited,
	/// Invited, and free to register.
	Invited,
	/// It applied as a provider; the authorities have not decided.
	Applicant,
	/// It acts for a member.
	Member(MemberId),
}

/// A member's encryption key in one version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct KeyView<AccountId> {
	/// Its version.
	pub version: KeyVersion,
	/// The key.
	pub key: EncryptionKey,
	/// The account that signed it.
	pub account: AccountId,
	/// That account's signature over [`crate::encryption_key_message`].
	pub signature: KeySignature,
	/// When it was registered, in Unix milliseconds.
	pub since: UnixMilliseconds,
}

impl From<SignedKey> for KeyView<crate::AccountId> {
	fn from(key: SignedKey) -> Self {
		Self {
			version: key.version,
			key: key.key,
			account: key.account,
			signature: key.signature,
			since: key.since,
		}
	}
}

/// A patient as the chain knows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PatientView<AccountId> {
	/// Its id, which follows from its founding account and its commitment.
	pub id: PatientId,
	/// The accounts that have acted for it, oldest first: the founding account, and at the end the
	/// one that acts for it now.
	pub accounts: Vec<AccountEntry<AccountId>>,
	/// The commitment to its name.
	pub commitment: Hash256,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// When it registered, in Unix milliseconds.
	pub since: UnixMilliseconds,
}

/// A provider as the chain knows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProviderView<AccountId> {
	/// Its id.
	pub id: ProviderId,
	/// Its professional number. Only one provider holds a number at a time; the standing of its
	/// former holders is unverified.
	pub number: ProfessionalNumber,
	/// Its professional name.
	pub name: ProfessionalName,
	/// The accounts that have acted for it, oldest first: the last one acts for it now.
	pub accounts: Vec<AccountEntry<AccountId>>,
	/// How it stands.
	pub standing: Standing,
	/// The version of its current encryption key.
	pub key_version: KeyVersion,
	/// When it was verified, in Unix milliseconds.
	pub since: UnixMilliseconds,
}

/// An application that the authorities have not decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ApplicationView<AccountId> {
	/// The account that applied.
	pub account: AccountId,
	/// The number that it claims.
	pub number: ProfessionalNumber,
	/// The professional name that it gave.
	pub name: ProfessionalName,
	/// The hash of the application. Votes are bound to it.
	pub application_hash: Hash256,
	/// The application's number: later ones have higher ones.
	pub serial: u64,
	/// When it applied, in Unix milliseconds.
	pub since: UnixMilliseconds,
	/// How the votes on it stand.
	pub votes: VotesView,
}

/// How the votes on a motion stand, counted against the authorities of the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct VotesView {
	/// Votes for it.
	pub ayes: u32,
	/// Votes against it.
	pub nays: u32,
	/// Votes for it that carry it.
	pub needed: u32,
	/// When the motion ends, in Unix milliseconds. `None`: there is no vote on it.
	pub ends: Option<UnixMilliseconds>,
}

/// The author of a record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum AuthorView {
	/// The record's patient, who added a document about themselves.
	Patient,
	/// A provider, which was verified when it added the record.
	Provider {
		/// Its id in the record's region.
		id: ProviderId,
		/// Its professional number, as its region states.
		number: ProfessionalNumber,
		/// Its professional name, as its region states.
		name: ProfessionalName,
		/// Its standing now. `None`: the consortium does not know it, as it is not in the directory.
		standing: Option<Standing>,
	},
}

impl AuthorView {
	/// The author without its particulars.
	pub fn author(&self) -> Author {
		match self {
			Self::Patient => Author::Patient,
			Self::Provider { id, .. } => Author::Provider(*id),
		}
	}
}

/// A record with all the fields of process 1 but the wrapped keys.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RecordView<AccountId> {
	/// Its id.
	pub id: RecordId,
	/// Its patient.
	pub patient: PatientId,
	/// The patient's name, as the commitment that the registry holds.
	pub patient_commitment: Hash256,
	/// Its author.
	pub author: AuthorView,
	/// The account that added it and signed the envelope.
	pub account: AccountId,
	/// Its name, sealed with the record key.
	pub sealed_name: SealedName,
	/// The blinded hash of the document.
	pub document_hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub envelope_size: u64,
	/// When it was added, in Unix milliseconds.
	pub added_at: UnixMilliseconds,
	/// The record that it corrects.
	pub amends: Option<RecordId>,
	/// That record's blinded hash. The envelope has it too.
	pub amended_hash: Option<Hash256>,
	/// The records that correct it, newest first: at most [`MAX_CORRECTIONS`].
	pub corrected_by: Vec<RecordId>,
}

/// The most corrections that a view of a record names.
pub const MAX_CORRECTIONS: usize = 8;

/// Which entries of a list of records are asked for. Without a condition: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RecordFilter {
	/// Only records of this patient.
	pub patient: Option<PatientId>,
	/// Only records by this provider. With the record's patient as the author: none.
	pub author: Option<ProviderId>,
	/// Only entries from this time on, in Unix milliseconds: when the record was added; in a list of
	/// grants, when the record was granted or, across regions, when the consortium took the grant.
	pub since: Option<UnixMilliseconds>,
}

impl RecordFilter {
	/// Whether a record of this patient by this author is asked for.
	pub fn takes(&self, patient: PatientId, author: Author) -> bool {
		let by = self.author.map(Author::Provider);
		self.patient.is_none_or(|only| only == patient) && by.is_none_or(|only| only == author)
	}

	/// Whether entries of this time are asked for.
	pub fn takes_time(&self, at: UnixMilliseconds) -> bool {
		self.since.is_none_or(|since| at >= since)
	}
}

/// A record in the list of its patient or author.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ListedRecord<AccountId> {
	/// The record.
	pub record: RecordView<AccountId>,
	/// The record key, wrapped for the member whose list it is. `None`: it was not asked for.
	pub wrapped_key: Option<WrappedKey>,
}

/// A record that was granted, in the list of its grantee.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GrantedRecord<AccountId> {
	/// The record.
	pub record: RecordView<AccountId>,
	/// Its grant.
	pub grant: GrantView,
}

/// A grant in force.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GrantView {
	/// The record.
	pub record: RecordId,
	/// The member that can read it.
	pub grantee: MemberId,
	/// The professional number of the grantee, if it is a provider.
	pub number: Option<ProfessionalNumber>,
	/// The professional name of the grantee, if it is a provider.
	pub name: Option<ProfessionalName>,
	/// How the grantee stands, if it is a provider.
	pub standing: Option<Standing>,
	/// The grant's place in lists: the number of its entry in the patient's history.
	pub history: HistoryId,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// The record key, wrapped for the grantee. `None`: it was not asked for.
	pub wrapped_key: Option<WrappedKey>,
	/// How it came about.
	pub via: Via,
	/// Its purpose.
	pub purpose: Purpose,
	/// When it was given, in Unix milliseconds.
	pub granted_at: UnixMilliseconds,
	/// When it expires, in Unix milliseconds. `None`: it lasts until it is revoked.
	pub expires_at: Option<UnixMilliseconds>,
}

/// A pinner's claim to keep an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PinView<AccountId> {
	/// The authority whose node is the pinner.
	pub pinner: AccountId,
	/// When it last claimed, or found again, the pin, in Unix milliseconds.
	pub checked_at: UnixMilliseconds,
}

/// How well a record's envelope is kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PinHealthView {
	/// The record.
	pub record: RecordId,
	/// Pins of it.
	pub pins: u32,
	/// Pins that it should have.
	pub target: u32,
}

/// A grant to a provider of another region, as the record's region knows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct InterregionalGrantView {
	/// The record.
	pub record: RecordId,
	/// The provider that can read it.
	pub grantee: RemoteProvider,
	/// The grant's place in lists: the number of its entry in the patient's history.
	pub history: HistoryId,
	/// How far it came.
	pub state: InterregionalState,
	/// Its sequence number.
	pub sequence: u64,
	/// The id of the last message about it, if any was sent.
	pub message: Option<MessageId>,
	/// When that message was sent, in Unix milliseconds.
	pub sent_at: Option<UnixMilliseconds>,
	/// When its answer is overdue, while one is waited for, in Unix milliseconds.
	pub deadline: Option<UnixMilliseconds>,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// How it came about.
	pub via: Via,
	/// Its purpose.
	pub purpose: Purpose,
	/// When it was given, in Unix milliseconds.
	pub granted_at: UnixMilliseconds,
	/// When it expires, in Unix milliseconds. `None`: it lasts until it is revoked.
	pub expires_at: Option<UnixMilliseconds>,
}

/// A provider's entry in the consortium's directory, as its region knows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EnlistmentView {
	/// The provider.
	pub id: ProviderId,
	/// The state of the last update.
	pub state: EnlistmentState,
	/// The sequence number of the last update.
	pub sequence: u64,
	/// The last sequence number that the consortium accepted. `None`: it has no entry, as far as
	/// the region knows.
	pub enlisted: Option<u64>,
	/// The id of the last message about it, if any was sent.
	pub message: Option<MessageId>,
	/// When it is sent again if no answer arrives, while it waits for one, in Unix milliseconds.
	pub deadline: Option<UnixMilliseconds>,
}

/// A region as the consortium knows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RegionView {
	/// Its parachain id.
	pub region: ParaId,
	/// The hash of its first block. Its members' signatures and wrapped keys are bound to it.
	pub genesis_hash: sp_core::H256,
	/// How it stands.
	pub standing: RegionStanding,
	/// Since when it stands so, in Unix milliseconds.
	pub since: UnixMilliseconds,
	/// Its providers in the directory.
	pub providers: u32,
	/// The grants of its records that the consortium holds.
	pub live_grants: u32,
}

/// A provider in the consortium's directory.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DirectoryView<AccountId> {
	/// Its region.
	pub region: ParaId,
	/// Its id in its region.
	pub id: ProviderId,
	/// Its professional number.
	pub number: ProfessionalNumber,
	/// Its professional name.
	pub name: ProfessionalName,
	/// The account that acts for it.
	pub account: AccountId,
	/// How it stands in its region.
	pub standing: Standing,
	/// How its region stands.
	pub region_standing: RegionStanding,
	/// When its region verified it, in Unix milliseconds.
	pub since: UnixMilliseconds,
	/// Its current encryption key.
	pub key: KeyView<AccountId>,
	/// The entry's sequence number.
	pub sequence: u64,
	/// When the consortium took this entry, in Unix milliseconds.
	pub updated_at: UnixMilliseconds,
}

/// A grant of a record in another region: all that its grantee needs to read the record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct IncomingGrantView<AccountId> {
	/// The record's region.
	pub region: ParaId,
	/// The hash of that region's first block.
	pub genesis_hash: sp_core::H256,
	/// The record, in its region.
	pub record: RecordId,
	/// The provider that can read it.
	pub grantee: RemoteProvider,
	/// The grant's place in lists: later deliveries have higher numbers.
	pub delivery: u64,
	/// Its patient.
	pub patient: PatientId,
	/// Its author.
	pub author: AuthorView,
	/// The provider's account that added the record and signed the envelope. `None`: the patient
	/// added it, and the envelope's manifest proves the account.
	pub account: Option<AccountId>,
	/// The record's name, sealed with the record key.
	pub sealed_name: SealedName,
	/// The blinded hash of the document.
	pub document_hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub envelope_size: u64,
	/// When the record was added, in Unix milliseconds.
	pub added_at: UnixMilliseconds,
	/// The blinded hash of the record that it corrects. The envelope has it too.
	pub amended_hash: Option<Hash256>,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// The record key, wrapped for the grantee. `None`: it was not asked for.
	pub wrapped_key: Option<WrappedKey>,
	/// How the grant came about.
	pub via: Via,
	/// The purpose of the grant.
	pub purpose: Purpose,
	/// When it was given, in Unix milliseconds.
	pub granted_at: UnixMilliseconds,
	/// When it expires, in Unix milliseconds. `None`: it lasts until it is revoked.
	pub expires_at: Option<UnixMilliseconds>,
	/// When the consortium took it, in Unix milliseconds.
	pub delivered_at: UnixMilliseconds,
	/// Its sequence number.
	pub sequence: u64,
}

/// An entry of a member's history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct HistoryView<AccountId> {
	/// Its number. A later entry has a higher one.
	pub id: HistoryId,
	/// What happened.
	pub event: HistoryEvent,
	/// When, in Unix milliseconds.
	pub at: UnixMilliseconds,
	/// The account that did it. `None`: the chain did, or the consortium.
	pub by: Option<AccountId>,
}
