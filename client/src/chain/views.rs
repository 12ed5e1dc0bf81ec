//! Reading the chain: its runtime APIs, typed, at one block.

use super::{shape, ChainKind, State};
use crate::{Error, Result};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	views::{
		AccountStatus, ApplicationView, EnlistmentView, GrantView, InterregionalGrantView, KeyView,
		PatientView, PinHealthView, PinView, ProviderView, RecordView, VotesView, MAX_PAGE,
	},
	AccountId, InterregionalGrantId, KeyVersion, MemberId, Moment, PatientId, ProfessionalNumber,
	RecordId, RemoteProvider, WrappedKey,
};
use scale_info::{meta_type, MetaType, TypeDef, TypeInfo};
use std::{future::Future, marker::PhantomData};
use subxt::metadata::Metadata;

/// A method of a runtime API, which takes the tuple `A` and gives an `R`.
pub struct ViewDef<A, R> {
	api: &'static str,
	method: &'static str,
	types: PhantomData<fn(A) -> R>,
}

impl<A, R> ViewDef<A, R>
where
	A: Encode + TypeInfo + 'static,
	R: DecodeAll + TypeInfo + 'static,
{
	pub(crate) const fn new(api: &'static str, method: &'static str) -> Self {
		Self {
			api,
			method,
			types: PhantomData,
		}
	}

	/// Whether the chain has this method in this form.
	pub fn check(&self, metadata: &Metadata) -> std::result::Result<(), String> {
		self.compare(metadata)
			.map_err(|error| format!("{}.{}: {error}", self.api, self.method))
	}

	fn compare(&self, metadata: &Metadata) -> std::result::Result<(), String> {
		let api = metadata
			.runtime_api_trait_by_name(self.api)
			.ok_or("the chain has no such runtime API")?;
		let method = api
			.method_by_name(self.method)
			.ok_or("the chain's runtime API has no such method")?;
		let ours: Vec<MetaType> = match meta_type::<A>().type_info().type_def {
			TypeDef::Tuple(tuple) => tuple.fields,
			_ => return Err("arguments are a tuple".into()),
		};
		let inputs: Vec<_> = method.inputs().map(|input| input.id).collect();
		if ours.len() != inputs.len() {
			return Err(format!("takes {} arguments", inputs.len()));
		}
		for (ours, theirs) in ours.into_iter().zip(inputs) {
			shape::compare(ours, metadata.types(), theirs)?;
		}
		shape::compare(meta_type::<R>(), metadata.types(), method.output_ty())
	}

	/// Asks the chain.
	pub async fn at(&self, state: &State, args: A) -> Result<R> {
		self.check(state.client.metadata_ref())
			.map_err(Error::Drift)?;
		let function = format!("{}_{}", self.api, self.method);
		let args = args.encode();
		let answer = state
			.client
			.runtime_apis()
			.call_raw(&function, Some(&args))
			.await
			.map_err(|error| state.failed(error))?;
		R::decode_all(&mut answer.as_slice())
			.map_err(|error| Error::Node(format!("{function}: {error}")))
	}
}

type Account = (AccountId,);
pub(crate) type Paged<K> = (Option<K>, u32);
pub(crate) type PagedIn<T, K> = (T, Option<K>, u32);

const ACCOUNT: ViewDef<Account, AccountStatus> = ViewDef::new("RegistryApi", "account");
const PATIENT: ViewDef<(PatientId,), Option<PatientView<AccountId>>> =
	ViewDef::new("RegistryApi", "patient");
const PROVIDER: ViewDef<(ProfessionalNumber,), Option<ProviderView<AccountId>>> =
	ViewDef::new("RegistryApi", "provider");
const PROVIDERS: ViewDef<Paged<ProfessionalNumber>, Vec<ProviderView<AccountId>>> =
	ViewDef::new("RegistryApi", "providers");
const ENCRYPTION_KEY: ViewDef<(MemberId, Option<KeyVersion>), Option<KeyView<AccountId>>> =
	ViewDef::new("RegistryApi", "encryption_key");
const APPLICATIONS: ViewDef<Paged<AccountId>, Vec<ApplicationView<AccountId>>> =
	ViewDef::new("RegistryApi", "applications");
const APPLICATION: ViewDef<Account, Option<ApplicationView<AccountId>>> =
	ViewDef::new("RegistryApi", "application");
const STANDING_VOTES: ViewDef<(ProfessionalNumber,), VotesView> =
	ViewDef::new("RegistryApi", "standing_votes");
const INVITATIONS_LEFT: ViewDef<Account, u32> = ViewDef::new("RegistryApi", "invitations_left");
const RECORD: ViewDef<(RecordId,), Option<RecordView<AccountId>>> =
	ViewDef::new("EmrApi", "record");
const RECORDS_OF: ViewDef<PagedIn<MemberId, RecordId>, Vec<RecordId>> =
	ViewDef::new("EmrApi", "records_of");
const WRAPPED_KEY: ViewDef<(RecordId, MemberId), Option<WrappedKey>> =
	ViewDef::new("EmrApi", "wrapped_key");
const GRANT: ViewDef<(RecordId, MemberId), Option<GrantView>> =
	ViewDef::new("PermissionsApi", "grant");
const GRANTS_OF: ViewDef<PagedIn<RecordId, MemberId>, Vec<GrantView>> =
	ViewDef::new("PermissionsApi", "grants_of");
const GRANTED_TO: ViewDef<PagedIn<MemberId, RecordId>, Vec<GrantView>> =
	ViewDef::new("PermissionsApi", "granted_to");
const PINS: ViewDef<(RecordId,), Vec<PinView<AccountId>>> = ViewDef::new("PinningApi", "pins");
const UNDER_REPLICATED: ViewDef<(RecordId, u32), (Vec<PinHealthView>, Option<RecordId>)> =
	ViewDef::new("PinningApi", "under_replicated");
const AUTHORITIES: ViewDef<(), Vec<AccountId>> = ViewDef::new("GovernanceApi", "authorities");
const ANNOUNCED_UPGRADE: ViewDef<(), Option<(sp_core::H256, Moment)>> =
	ViewDef::new("GovernanceApi", "announced_upgrade");

type MaybeInterregional = Option<InterregionalGrantView>;
type Interregionals = Vec<InterregionalGrantView>;

const INTERREGIONAL_GRANT: ViewDef<(RecordId, RemoteProvider), MaybeInterregional> =
	ViewDef::new("InterregionalApi", "interregional_grant");
const INTERREGIONAL_GRANTS_OF: ViewDef<PagedIn<RecordId, RemoteProvider>, Interregionals> =
	ViewDef::new("InterregionalApi", "interregional_grants_of");
const INTERREGIONAL_GRANTS_BY: ViewDef<PagedIn<PatientId, InterregionalGrantId>, Interregionals> =
	ViewDef::new("InterregionalApi", "interregional_grants_by");
const WAITING: ViewDef<Paged<InterregionalGrantId>, Interregionals> =
	ViewDef::new("InterregionalApi", "waiting");
const ENLISTMENT: ViewDef<(ProfessionalNumber,), Option<EnlistmentView>> =
	ViewDef::new("InterregionalApi", "enlistment");

/// What differs between the views here and those of a chain of this kind, one line each.
pub fn drift(metadata: &Metadata, kind: ChainKind) -> Vec<String> {
	let mut all = match kind {
		ChainKind::Region => region(metadata),
		ChainKind::Consortium => crate::consortium::check_views(metadata),
	};
	all.extend([
		AUTHORITIES.check(metadata),
		ANNOUNCED_UPGRADE.check(metadata),
	]);
	all.into_iter()
		.filter_map(std::result::Result::err)
		.collect()
}

fn region(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		ACCOUNT.check(metadata),
		PATIENT.check(metadata),
		PROVIDER.check(metadata),
		PROVIDERS.check(metadata),
		ENCRYPTION_KEY.check(metadata),
		APPLICATIONS.check(metadata),
		APPLICATION.check(metadata),
		STANDING_VOTES.check(metadata),
		INVITATIONS_LEFT.check(metadata),
		RECORD.check(metadata),
		RECORDS_OF.check(metadata),
		WRAPPED_KEY.check(metadata),
		GRANT.check(metadata),
		GRANTS_OF.check(metadata),
		GRANTED_TO.check(metadata),
		PINS.check(metadata),
		UNDER_REPLICATED.check(metadata),
		INTERREGIONAL_GRANT.check(metadata),
		INTERREGIONAL_GRANTS_OF.check(metadata),
		INTERREGIONAL_GRANTS_BY.check(metadata),
		WAITING.check(metadata),
		ENLISTMENT.check(metadata),
	]
}

/// Asks for page after page until one is empty.
pub(crate) async fn pages<T, K, F>(
	mut page: impl FnMut(Option<K>) -> F,
	key: impl Fn(&T) -> K,
) -> Result<Vec<T>>
where
	F: Future<Output = Result<Vec<T>>>,
{
	let mut all = Vec::new();
	loop {
		let more = page(all.last().map(&key)).await?;
		if more.is_empty() {
			return Ok(all);
		}
		all.extend(more);
	}
}

/// What the chain knows, at this block.
impl State {
	/// What an account is to this region.
	pub async fn account(&self, account: &AccountId) -> Result<AccountStatus> {
		ACCOUNT.at(self, (account.clone(),)).await
	}

	/// A patient.
	pub async fn patient(&self, id: PatientId) -> Result<PatientView<AccountId>> {
		let view = PATIENT.at(self, (id,)).await?;
		view.ok_or_else(|| Error::NotFound(format!("patient {id}")))
	}

	/// A provider that was verified once.
	pub async fn provider(&self, number: &ProfessionalNumber) -> Result<ProviderView<AccountId>> {
		let view = PROVIDER.at(self, (number.clone(),)).await?;
		view.ok_or_else(|| Error::NotFound(format!("verified provider {number}")))
	}

	/// All providers that were verified once.
	pub async fn providers(&self) -> Result<Vec<ProviderView<AccountId>>> {
		pages(
			|after| PROVIDERS.at(self, (after, MAX_PAGE)),
			|provider: &ProviderView<_>| provider.number.clone(),
		)
		.await
	}

	/// A member's encryption key: its current one, or the version asked for.
	pub async fn encryption_key(
		&self,
		member: &MemberId,
		version: Option<KeyVersion>,
	) -> Result<KeyView<AccountId>> {
		let view = ENCRYPTION_KEY.at(self, (member.clone(), version)).await?;
		view.ok_or_else(|| Error::NotFound(format!("encryption key of {member}")))
	}

	/// All applications that the authorities have not decided.
	pub async fn applications(&self) -> Result<Vec<ApplicationView<AccountId>>> {
		pages(
			|after| APPLICATIONS.at(self, (after, MAX_PAGE)),
			|application: &ApplicationView<_>| application.account.clone(),
		)
		.await
	}

	/// The application of one account.
	pub async fn application(
		&self,
		account: &AccountId,
	) -> Result<Option<ApplicationView<AccountId>>> {
		APPLICATION.at(self, (account.clone(),)).await
	}

	/// How the votes stand on a provider's suspension or reinstatement.
	pub async fn standing_votes(&self, number: &ProfessionalNumber) -> Result<VotesView> {
		STANDING_VOTES.at(self, (number.clone(),)).await
	}

	/// Invitations that an account may still make in the period that runs.
	pub async fn invitations_left(&self, account: &AccountId) -> Result<u32> {
		INVITATIONS_LEFT.at(self, (account.clone(),)).await
	}

	/// A record.
	pub async fn record(&self, id: RecordId) -> Result<RecordView<AccountId>> {
		let view = RECORD.at(self, (id,)).await?;
		view.ok_or_else(|| Error::NotFound(format!("record {id}")))
	}

	/// Ids of all records of a patient, or by an author, oldest first.
	pub async fn records_of(&self, member: &MemberId) -> Result<Vec<RecordId>> {
		pages(
			|after| RECORDS_OF.at(self, (member.clone(), after, MAX_PAGE)),
			|record| *record,
		)
		.await
	}

	/// The record key, wrapped for the record's patient or author.
	pub async fn wrapped_key(
		&self,
		record: RecordId,
		member: &MemberId,
	) -> Result<Option<WrappedKey>> {
		WRAPPED_KEY.at(self, (record, member.clone())).await
	}

	/// The grant of a record to a member.
	pub async fn grant(&self, record: RecordId, grantee: &MemberId) -> Result<Option<GrantView>> {
		GRANT.at(self, (record, grantee.clone())).await
	}

	/// All grants of a record.
	pub async fn grants_of(&self, record: RecordId) -> Result<Vec<GrantView>> {
		pages(
			|after| GRANTS_OF.at(self, (record, after, MAX_PAGE)),
			|grant: &GrantView| grant.grantee.clone(),
		)
		.await
	}

	/// All grants to a member, oldest record first.
	pub async fn granted_to(&self, member: &MemberId) -> Result<Vec<GrantView>> {
		pages(
			|after| GRANTED_TO.at(self, (member.clone(), after, MAX_PAGE)),
			|grant: &GrantView| grant.record,
		)
		.await
	}

	/// A record's grant to a provider of another region, whatever its state.
	pub async fn interregional_grant(
		&self,
		id: &InterregionalGrantId,
	) -> Result<InterregionalGrantView> {
		let InterregionalGrantId { record, grantee } = id;
		let view = INTERREGIONAL_GRANT.at(self, (*record, grantee.clone()));
		view.await?
			.ok_or_else(|| Error::NotFound(format!("grant of record {record} to {grantee}")))
	}

	/// All grants of a record to providers of other regions.
	pub async fn interregional_grants_of(
		&self,
		record: RecordId,
	) -> Result<Vec<InterregionalGrantView>> {
		pages(
			|after| INTERREGIONAL_GRANTS_OF.at(self, (record, after, MAX_PAGE)),
			|grant: &InterregionalGrantView| grant.grantee.clone(),
		)
		.await
	}

	/// All grants to providers of other regions that a patient gave, oldest record first.
	pub async fn interregional_grants_by(
		&self,
		patient: PatientId,
	) -> Result<Vec<InterregionalGrantView>> {
		pages(
			|after| INTERREGIONAL_GRANTS_BY.at(self, (patient, after, MAX_PAGE)),
			grant_id,
		)
		.await
	}

	/// A page of the grants that wait to be forwarded, oldest record first, after this one; an
	/// empty page ends it.
	pub async fn waiting_after(
		&self,
		after: Option<InterregionalGrantId>,
	) -> Result<Vec<InterregionalGrantView>> {
		WAITING.at(self, (after, MAX_PAGE)).await
	}

	/// All grants that wait to be forwarded, oldest record first.
	pub async fn waiting(&self) -> Result<Vec<InterregionalGrantView>> {
		pages(|after| self.waiting_after(after), grant_id).await
	}

	/// How far a provider's entry in the consortium's directory came; `None`: it never asked to be
	/// enlisted.
	pub async fn enlistment(&self, number: &ProfessionalNumber) -> Result<Option<EnlistmentView>> {
		ENLISTMENT.at(self, (number.clone(),)).await
	}

	/// Who claims to keep a record's envelope.
	pub async fn pins(&self, record: RecordId) -> Result<Vec<PinView<AccountId>>> {
		PINS.at(self, (record,)).await
	}

	/// All records with fewer pins than they should have, oldest first.
	pub async fn under_replicated(&self) -> Result<Vec<PinHealthView>> {
		let mut all = Vec::new();
		let mut from = Some(0);
		while let Some(record) = from {
			let (some, next) = UNDER_REPLICATED.at(self, (record, MAX_PAGE)).await?;
			all.extend(some);
			from = next.filter(|next| *next > record);
		}
		Ok(all)
	}

	/// The authorities.
	pub async fn authorities(&self) -> Result<Vec<AccountId>> {
		AUTHORITIES.at(self, ()).await
	}

	/// The hash of the runtime that was announced, and from when it may be enacted.
	pub async fn announced_upgrade(&self) -> Result<Option<(sp_core::H256, Moment)>> {
		ANNOUNCED_UPGRADE.at(self, ()).await
	}
}

/// Which grant a view is of.
pub fn grant_id(grant: &InterregionalGrantView) -> InterregionalGrantId {
	InterregionalGrantId {
		record: grant.record,
		grantee: grant.grantee.clone(),
	}
}
