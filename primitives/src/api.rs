//! The runtime APIs for reading: bounded or paged, typed for every client.
//!
//! A paged call takes `after`, the last entry of the page before, and gives at most
//! [`MAX_PAGE`](crate::views::MAX_PAGE) entries, however many are asked for; an empty page ends
//! it.

// For the code that the macro generates.
#![allow(clippy::multiple_bound_locations)]

use alloc::{string::String, vec::Vec};
use codec::Codec;

use crate::{
	views::{
		AccountStatus, ApplicationView, DirectoryView, EnlistmentView, GrantView,
		IncomingGrantView, InterregionalGrantView, KeyView, PatientView, PinHealthView, PinView,
		ProviderView, RecordView, RegionView, VotesView,
	},
	EncryptionKey, InterregionalGrantId, KeyVersion, MemberId, Moment, NewestFile, ParaId,
	PatientId, ProfessionalNumber, ProviderId, RecordId, RemoteProvider, Withheld, WrappedKey,
};

sp_api::decl_runtime_apis! {
	/// Patients, providers and their encryption keys.
	pub trait RegistryApi<AccountId: Codec> {
		/// The status of an account in this region.
		fn account(account: AccountId) -> AccountStatus;
		/// A patient by id.
		fn patient(id: PatientId) -> Option<PatientView<AccountId>>;
		/// A provider by id.
		fn provider(id: ProviderId) -> Option<ProviderView<AccountId>>;
		/// The present holder of a professional number.
		fn holder(number: ProfessionalNumber) -> Option<ProviderView<AccountId>>;
		/// Providers that were verified once, in no particular order.
		fn providers(after: Option<ProviderId>, limit: u32) -> Vec<ProviderView<AccountId>>;
		/// A member's encryption key: its current one, or the version asked for.
		fn encryption_key(member: MemberId, version: Option<KeyVersion>) -> Option<KeyView<AccountId>>;
		/// The message to sign before this account registers this key as its first or next one.
		fn key_message(account: AccountId, key: EncryptionKey) -> String;
		/// Applications that the authorities have not decided, in no particular order.
		fn applications(after: Option<AccountId>, limit: u32) -> Vec<ApplicationView<AccountId>>;
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
		/// A record by id.
		fn record(id: RecordId) -> Option<RecordView<AccountId>>;
		/// Ids of the records of a patient, or by an author, oldest first.
		fn records_of(member: MemberId, after: Option<RecordId>, limit: u32) -> Vec<RecordId>;
		/// The record key, wrapped for the record's patient or author.
		fn wrapped_key(id: RecordId, member: MemberId) -> Option<WrappedKey>;
	}

	/// Grants. Expired ones count as gone.
	pub trait PermissionsApi {
		/// The grant of a record to a member.
		fn grant(record: RecordId, grantee: MemberId) -> Option<GrantView>;
		/// The grants of a record: who can read it beside its patient and author.
		fn grants_of(record: RecordId, after: Option<MemberId>, limit: u32) -> Vec<GrantView>;
		/// The grants to a member, oldest record first.
		fn granted_to(member: MemberId, after: Option<RecordId>, limit: u32) -> Vec<GrantView>;
	}

	/// Pins of envelopes on IPFS.
	pub trait PinningApi<AccountId: Codec> {
		/// The pins of a record's envelope.
		fn pins(record: RecordId) -> Vec<PinView<AccountId>>;
		/// Records with fewer pins than they should have, oldest first, looking at no more than
		/// [`MAX_PAGE`](crate::views::MAX_PAGE) records from `from` on; with the record to go on
		/// from, if any is left.
		fn under_replicated(from: RecordId, limit: u32) -> (Vec<PinHealthView>, Option<RecordId>);
	}

	/// The authorities and the upgrade that they announced.
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
		fn announced_upgrade() -> Option<(sp_core::H256, Moment)>;
	}

	/// A region's grants to providers of other regions, and its part in the consortium's
	/// directory. Expired grants count as gone.
	pub trait InterregionalApi {
		/// The grant of a record to a provider of another region.
		fn interregional_grant(record: RecordId, grantee: RemoteProvider) -> Option<InterregionalGrantView>;
		/// A record's grants to providers of other regions, in no particular order.
		fn interregional_grants_of(record: RecordId, after: Option<RemoteProvider>, limit: u32) -> Vec<InterregionalGrantView>;
		/// The inter-regional grants that a patient gave, whatever their state, oldest record
		/// first.
		fn interregional_grants_by(patient: PatientId, after: Option<InterregionalGrantId>, limit: u32) -> Vec<InterregionalGrantView>;
		/// Grants that wait to be forwarded, for the first time or, overdue, again: oldest record
		/// first.
		fn waiting(after: Option<InterregionalGrantId>, limit: u32) -> Vec<InterregionalGrantView>;
		/// The state of a provider's entry in the consortium's directory. `None` if the provider
		/// never enlisted.
		fn enlistment(id: ProviderId) -> Option<EnlistmentView>;
	}

	/// Regions, the directory of their providers, and the grants across regions. Revoked and
	/// expired grants are not shown. A withheld grant is not handed out: its author or grantee is
	/// suspended, a region is expelled, or the grantee has retired or lost its verification.
	pub trait ConsortiumApi<AccountId: Codec> {
		/// A region by its parachain id.
		fn region(region: ParaId) -> Option<RegionView>;
		/// Regions that were admitted once, in the order of their ids.
		fn regions(after: Option<ParaId>, limit: u32) -> Vec<RegionView>;
		/// A provider by region and id.
		fn provider(provider: RemoteProvider) -> Option<DirectoryView<AccountId>>;
		/// The present holder of a professional number in a region.
		fn holder(region: ParaId, number: ProfessionalNumber) -> Option<DirectoryView<AccountId>>;
		/// A region's providers, in no particular order.
		fn providers(region: ParaId, after: Option<ProviderId>, limit: u32) -> Vec<DirectoryView<AccountId>>;
		/// The providers that an account acts for: at most one in each region, in the order of the
		/// regions' ids.
		fn providers_by_account(account: AccountId, after: Option<ParaId>, limit: u32) -> Vec<RemoteProvider>;
		/// The grant of a region's record to a provider.
		fn grant(region: ParaId, record: RecordId, grantee: RemoteProvider) -> Option<IncomingGrantView<AccountId>>;
		/// The grants to a provider, by region and then oldest record first.
		fn granted_to(grantee: RemoteProvider, after: Option<(ParaId, RecordId)>, limit: u32) -> Vec<IncomingGrantView<AccountId>>;
		/// Why a grant is withheld.
		fn withheld(region: ParaId, record: RecordId, grantee: RemoteProvider) -> Option<Withheld>;
		/// The newest network file, if the authorities ever named one.
		fn network_file() -> Option<NewestFile>;
	}
}
