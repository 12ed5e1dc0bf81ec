//! The values that the runtime APIs return. People read them in polkadot-js Apps as they are.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{
	AccountEntry, Author, Cid, EncryptionKey, EnlistmentState, Hash256, InterregionalState,
	KeySignature, KeyVersion, MemberId, MessageId, Moment, ParaId, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, Purpose, RecordId, RegionStanding, RemoteProvider, SealedName,
	SignedKey, Standing, Via, WrappedKey,
};

/// The most entries that one call of a paged runtime API gives.
pub const MAX_PAGE: u32 = 256;

/// The most entries that a page looks at. A page looks at more entries than it gives where it
/// leaves some out, such as grants that have ended.
pub const MAX_LOOKED_AT: usize = 4096;

/// How many entries a page gives if a client asks for `limit`.
pub fn page_size(limit: u32) -> usize {
	usize::try_from(limit.min(MAX_PAGE)).unwrap_or_default()
}

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
	/// When it was registered.
	pub since: Moment,
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
	/// When it registered.
	pub since: Moment,
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
	/// When it was verified.
	pub since: Moment,
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
	pub hash: Hash256,
	/// When it applied.
	pub since: Moment,
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
	/// When the motion ends. `None`: there is no vote on it.
	pub ends: Option<Moment>,
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
	pub hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub size: u64,
	/// When it was added.
	pub added_at: Moment,
	/// The record that it corrects.
	pub amends: Option<RecordId>,
	/// That record's blinded hash. The envelope has it too.
	pub amended_hash: Option<Hash256>,
}

/// A grant in force.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GrantView {
	/// The record.
	pub record: RecordId,
	/// The member or provider that can read it.
	pub grantee: MemberId,
	/// The record key, wrapped for the grantee.
	pub wrapped_key: WrappedKey,
	/// How it came about.
	pub via: Via,
	/// Its purpose.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it expires. `None`: it lasts until it is revoked.
	pub expires_at: Option<Moment>,
}

/// A pinner's claim to keep an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PinView<AccountId> {
	/// The authority whose node is the pinner.
	pub pinner: AccountId,
	/// When it last claimed, or found again, the pin.
	pub checked_at: Moment,
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
	/// The member or provider that can read it.
	pub grantee: RemoteProvider,
	/// How far it came.
	pub state: InterregionalState,
	/// Its sequence number.
	pub sequence: u64,
	/// The id of the last message about it, if any was sent.
	pub message: Option<MessageId>,
	/// When that message was sent.
	pub sent_at: Option<Moment>,
	/// When its answer is overdue, while one is waited for.
	pub deadline: Option<Moment>,
	/// The version of the grantee's encryption key for which the record key was wrapped.
	pub key_version: KeyVersion,
	/// How it came about.
	pub via: Via,
	/// Its purpose.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it expires. `None`: it lasts until it is revoked.
	pub expires_at: Option<Moment>,
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
	/// When it is sent again if no answer arrives, while it waits for one.
	pub deadline: Option<Moment>,
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
	/// Since when it stands so.
	pub since: Moment,
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
	/// When its region verified it.
	pub since: Moment,
	/// Its current encryption key.
	pub key: KeyView<AccountId>,
	/// The entry's sequence number.
	pub sequence: u64,
	/// When the consortium took this entry.
	pub updated_at: Moment,
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
	/// The member or provider that can read it.
	pub grantee: RemoteProvider,
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
	pub hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub size: u64,
	/// When the record was added.
	pub added_at: Moment,
	/// The blinded hash of the record that it corrects. The envelope has it too.
	pub amended_hash: Option<Hash256>,
	/// The record key, wrapped for the grantee.
	pub wrapped_key: WrappedKey,
	/// How the grant came about.
	pub via: Via,
	/// The purpose of the grant.
	pub purpose: Purpose,
	/// When it was given.
	pub granted_at: Moment,
	/// When it expires. `None`: it lasts until it is revoked.
	pub expires_at: Option<Moment>,
	/// When the consortium took it.
	pub delivered_at: Moment,
	/// Its sequence number.
	pub sequence: u64,
}
