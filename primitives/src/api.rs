//! The runtime APIs for reading: bounded or paged, typed for every client.
//!
//! [`pages`](crate::pages) has the one convention of all lists. Lists of records, grants, history and
//! applications are newest first; directories are in the order of ids.
//!
//! A node cannot know who asks, so a function takes the ids of those whose data it gives, never a
//! caller's account. The docs of each function say whose data it gives:
//!
//! - **Public**: what every member may know.
//! - **Of a member**: `of`, `member`, `patient` or `grantee` names the member.
//! - **Of a record**: its readers may know it, and its patient more than they. A function says which.
//!
//! Reading a wrapped key comes last: after all that may withhold it.

// For the code that the macro generates.
#![allow(clippy::multiple_bound_locations, clippy::too_many_arguments)]

use alloc::{string::String, vec::Vec};
use codec::Codec;

use crate::{
	text::Text,
	views::{
		AccountStatus, ApplicationView, DirectoryView, EnlistmentView, GrantView, GrantedRecord,
		HistoryView, IncomingGrantView, InterregionalGrantView, KeyView, ListedRecord, PatientView,
		PinHealthView, PinView, ProviderView, RecordFilter, RecordView, RegionView, VotesView,
	},
	EncryptionKey, HistoryId, KeyVersion, MemberId, NewestFile, NumberError, Page, ParaId,
	PatientId, ProviderId, RecordId, RemoteProvider, UnixMilliseconds, Withheld, WrappedKey,
};

sp_api::decl_runtime_apis! {
	/// Patients, providers and their encryption keys. All of it is public, but for a patient's
	/// accounts and commitment: only the patient, and the readers of its records, need them.
	pub trait RegistryApi<AccountId: Codec> {
		/// The status of an account in this region.
		fn account(account: AccountId) -> AccountStatus;
		/// A patient by id.
		fn patient(id: PatientId) -> Option<PatientView<AccountId>>;
		/// A provider by id.
		fn provider(id: ProviderId) -> Option<ProviderView<AccountId>>;
		/// The present holder of a professional number.
		fn holder(number: Text) -> Result<Option<ProviderView<AccountId>>, NumberError>;
		/// Providers that were verified once, in the order of their ids.
		fn providers(after: Option<ProviderId>, limit: u32) -> Page<ProviderView<AccountId>, ProviderId>;
		/// A member's encryption key: its current one, or the version asked for.
		fn encryption_key(member: MemberId, version: Option<KeyVersion>) -> Option<KeyView<AccountId>>;
		/// The message to sign before this account registers this key as its first or next one.
		fn key_message(account: AccountId, key: EncryptionKey) -> String;
		/// Applications that the authorities have not decided, newest first. The cursor is an
		/// application's number.
		fn applications(after: Option<u64>, limit: u32) -> Page<ApplicationView<AccountId>, u64>;
		/// The application of one account.
		fn application(account: AccountId) -> Option<ApplicationView<AccountId>>;
		/// How the votes stand on a motion to suspend a provider, or to reinstate a suspended one.
		fn standing_votes(id: ProviderId) -> VotesView;
		/// How the votes stand on a motion to withdraw a provider's verification.
		fn unverify_votes(id: ProviderId) -> VotesView;
		/// Invitations that an account may still make in the period that runs.
		fn invitations_left(account: AccountId) -> u32;
	}

	/// Records.
	pub trait EmrApi<AccountId: Codec> {
		/// A record by id. For its readers.
		fn record(id: RecordId) -> Option<RecordView<AccountId>>;
		/// The records of a patient, or by a provider as their author, newest first. For the member
		/// `of`. With `keys`, each with its record key, wrapped for this member. The cursor is a
		/// record's id.
		fn records(of: MemberId, filter: RecordFilter, keys: bool, after: Option<RecordId>, limit: u32) -> Page<ListedRecord<AccountId>, RecordId>;
		/// The record key, wrapped for the record's patient or author: for the `member`.
		fn wrapped_key(id: RecordId, member: MemberId) -> Option<WrappedKey>;
	}

	/// Grants to members of the region. Grants that have ended are not shown: only the
	/// [`HistoryApi`] tells an expired one from a revoked one. The cursor of a list is a grant's
	/// place, its `history`.
	pub trait PermissionsApi<AccountId: Codec> {
		/// The grant of a record to a member, with the wrapped key. For the `grantee`.
		fn grant(record: RecordId, grantee: MemberId) -> Option<GrantView>;
		/// The grants of a record, newest first: who can read it beside its patient and author.
		/// Without wrapped keys. For the record's patient.
		fn grants_of(record: RecordId, after: Option<HistoryId>, limit: u32) -> Page<GrantView, HistoryId>;
		/// The grants that a patient gave, newest first, without wrapped keys. For the `patient`.
		fn grants_by(patient: PatientId, after: Option<HistoryId>, limit: u32) -> Page<GrantView, HistoryId>;
		/// The records that are granted to a member, newest grant first. For the `grantee`. With
		/// `keys`, each with its record key, wrapped for the grantee.
		fn granted_to(grantee: MemberId, filter: RecordFilter, keys: bool, after: Option<HistoryId>, limit: u32) -> Page<GrantedRecord<AccountId>, HistoryId>;
	}

	/// What happened to the grants of a patient's records, and when a member's encryption key
	/// changed, in the last three years.
	pub trait HistoryApi<AccountId: Codec> {
		/// The history of a member, newest first. For the `member`. The cursor is an entry's number. The
		/// page reads that entry, whoever's it is, and a proof shows it. So whoever hands out proofs
		/// takes only cursors from pages of this member.
		fn history(member: MemberId, after: Option<HistoryId>, limit: u32) -> Page<HistoryView<AccountId>, HistoryId>;
	}

	/// Pins of envelopes on IPFS. For the authorities, and for the readers of a record.
	pub trait PinningApi<AccountId: Codec> {
		/// The pins of a record's envelope.
		fn pins(record: RecordId) -> Vec<PinView<AccountId>>;
		/// Records with fewer pins than they should have, newest first. The cursor is a record's id.
		fn under_replicated(after: Option<RecordId>, limit: u32) -> Page<PinHealthView, RecordId>;
	}

	/// The authorities and the upgrade that they announced. All of it is public.
	pub trait GovernanceApi<AccountId: Codec> {
		/// The authorities.
		fn authorities() -> Vec<AccountId>;
		/// The authorities whose nodes make blocks in this session.
		fn collators() -> Vec<AccountId>;
		/// The session keys of an account, as its node returned them.
		fn session_keys(account: AccountId) -> Option<Vec<u8>>;
		/// The message that an account signs to offer to be an authority, with the session keys of
		/// its node, as the node returns them.
		fn authority_message(account: AccountId, keys: Vec<u8>) -> String;
		/// The hash of the runtime that was announced, and the time from which it may be enacted.
		fn announced_upgrade() -> Option<(sp_core::H256, UnixMilliseconds)>;
	}

	/// A region's grants to providers of other regions, and its part in the consortium's
	/// directory. Expired grants are not shown. The cursor of a list is a grant's place, its
	/// `history`. There are no wrapped keys in it: the grantee reads its own at the consortium.
	pub trait InterregionalApi {
		/// The grant of a record to a provider of another region. For the record's patient.
		fn interregional_grant(record: RecordId, grantee: RemoteProvider) -> Option<InterregionalGrantView>;
		/// A record's grants to providers of other regions, newest first. For the record's patient.
		fn interregional_grants_of(record: RecordId, after: Option<HistoryId>, limit: u32) -> Page<InterregionalGrantView, HistoryId>;
		/// The inter-regional grants that a patient gave, whatever their state, newest first. For the
		/// `patient`.
		fn interregional_grants_by(patient: PatientId, after: Option<HistoryId>, limit: u32) -> Page<InterregionalGrantView, HistoryId>;
		/// Grants that wait to be forwarded, for the first time or, overdue, again: newest first.
		/// For the region's verified providers.
		fn waiting(after: Option<HistoryId>, limit: u32) -> Page<InterregionalGrantView, HistoryId>;
		/// The state of a provider's entry in the consortium's directory. `None` if the provider
		/// never enlisted. Public.
		fn enlistment(id: ProviderId) -> Option<EnlistmentView>;
	}

	/// Regions, the directory of their providers, and the grants across regions. Revoked and
	/// expired grants are not shown. A withheld grant is not handed out: its author or grantee is
	/// suspended, a region is expelled, or the grantee has retired or lost its verification. The
	/// directory is public; grants are for their grantee.
	pub trait ConsortiumApi<AccountId: Codec> {
		/// A region by its parachain id.
		fn region(region: ParaId) -> Option<RegionView>;
		/// Regions that were admitted once, in the order of their ids.
		fn regions(after: Option<ParaId>, limit: u32) -> Page<RegionView, ParaId>;
		/// A provider by region and id.
		fn provider(provider: RemoteProvider) -> Option<DirectoryView<AccountId>>;
		/// The present holder of a professional number in a region.
		fn holder(region: ParaId, number: Text) -> Result<Option<DirectoryView<AccountId>>, NumberError>;
		/// A region's providers, in the order of their ids.
		fn providers(region: ParaId, after: Option<ProviderId>, limit: u32) -> Page<DirectoryView<AccountId>, ProviderId>;
		/// The providers that an account acts for: at most one in each region, in the order of the
		/// regions' ids.
		fn providers_by_account(account: AccountId, after: Option<ParaId>, limit: u32) -> Page<RemoteProvider, ParaId>;
		/// The grant of a region's record to a provider, with the wrapped key. For the `grantee`.
		fn grant(region: ParaId, record: RecordId, grantee: RemoteProvider) -> Option<IncomingGrantView<AccountId>>;
		/// The grants to a provider, newest delivery first; only those of one region's records, if
		/// `region` names it. For the `grantee`. With `keys`, each with its record key, wrapped for
		/// the grantee. The cursor is a grant's place, its `delivery`.
		fn granted_to(grantee: RemoteProvider, region: Option<ParaId>, filter: RecordFilter, keys: bool, after: Option<u64>, limit: u32) -> Page<IncomingGrantView<AccountId>, u64>;
		/// Why a grant is withheld. For the `grantee`.
		fn withheld(region: ParaId, record: RecordId, grantee: RemoteProvider) -> Option<Withheld>;
		/// The newest network file, if the authorities ever named one.
		fn network_file() -> Option<NewestFile>;
	}
}
