//! Views: typed reads of a chain's runtime APIs at one block.

use super::{connection::State, shape};
use crate::{Error, Result};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	views::{
		AccountStatus, ApplicationView, EnlistmentView, GrantView, GrantedRecord, HistoryView,
		InterregionalGrantView, KeyView, ListedRecord, PatientView, PinHealthView, PinView,
		ProviderView, RecordFilter, RecordView, VotesView,
	},
	AccountId, HistoryId, InterregionalGrantId, KeyVersion, MemberId, Moment, NumberError, Page,
	PatientId, ProfessionalNumber, ProviderId, RecordId, RemoteProvider, WrappedKey, MAX_PAGE,
};
use scale_info::{meta_type, MetaType, TypeInfo};
use std::future::Future;
use subxt::metadata::Metadata;

/// The present holder of a number, unless the number is malformed.
pub(super) type Holder<View> = std::result::Result<Option<View>, NumberError>;

/// A method of a runtime API.
pub(super) struct View {
	api: &'static str,
	method: &'static str,
	/// The tuple of its arguments.
	args: fn() -> MetaType,
	output: fn() -> MetaType,
}

impl View {
	pub(super) const fn new<A: TypeInfo + 'static, R: TypeInfo + 'static>(
		api: &'static str,
		method: &'static str,
	) -> Self {
		Self {
			api,
			method,
			args: meta_type::<A>,
			output: meta_type::<R>,
		}
	}

	/// Checks that the chain has this method with these types; the error says what differs.
	pub(super) fn check(&self, metadata: &Metadata) -> std::result::Result<(), String> {
		self.compare(metadata)
			.map_err(|error| format!("{}.{}: {error}", self.api, self.method))
	}

	fn compare(&self, metadata: &Metadata) -> std::result::Result<(), String> {
		let method = metadata
			.runtime_api_trait_by_name(self.api)
			.ok_or("the chain does not have this runtime API")?
			.method_by_name(self.method)
			.ok_or("the chain's runtime API does not have this method")?;
		let inputs: Vec<_> = method.inputs().map(|input| input.id).collect();
		shape::compare_fields((self.args)(), metadata.types(), &inputs)?;
		shape::compare((self.output)(), metadata.types(), method.output_ty())
	}
}

impl State {
	/// Calls a method of a runtime API.
	pub(super) async fn view<R: DecodeAll>(&self, view: &View, args: impl Encode) -> Result<R> {
		view.check(self.metadata())
			.map_err(|what| self.drift(what))?;
		let function = format!("{}_{}", view.api, view.method);
		let args = args.encode();
		let answer = self
			.client
			.runtime_apis()
			.call_raw(&function, Some(&args))
			.await
			.map_err(|error| self.failed(error))?;
		R::decode_all(&mut answer.as_slice())
			.map_err(|error| Error::Node(format!("{function}: {error}")))
	}
}

/// Reads page after page to the last one.
pub(super) async fn pages<T, K, F>(mut page: impl FnMut(Option<K>) -> F) -> Result<Vec<T>>
where
	K: Clone + PartialEq,
	F: Future<Output = Result<Page<T, K>>>,
{
	let (mut all, mut after) = (Vec::new(), None);
	loop {
		let Page { items, next } = page(after.clone()).await?;
		all.extend(items);
		if next.is_none() {
			return Ok(all);
		}
		if next == after {
			return Err(Error::Node(
				"a list does not go on: its pages repeat".into(),
			));
		}
		after = next;
	}
}

/// Defines methods that read views by the type's `view` method, and one function that checks all
/// these views against a chain's metadata. `method = Api.method(argument: Type) -> Output` reads
/// one view. Two additions change how it is read:
///
/// - `or "name of {argument}"`: the chain returns `Option<Output>`. `None` becomes
///   [`Error::NotFound`] with this name.
/// - `by Key`: the chain returns pages, as `Page<Output, Key>`. The method reads all pages.
macro_rules! views {
	(
		impl $target:ident, checked by $check:ident:
		$(
			$(#[$doc:meta])*
			$vis:vis fn $name:ident = $api:ident.$method:ident($($arg:ident: $ty:ty),*) -> $output:ty
			$(, or $missing:literal)? $(, by $key:ty)?;
		)*
	) => {
		impl $target {
			$(
				$(#[$doc])*
				$vis async fn $name(
					&self,
					$($arg: $ty),*
				) -> Result<views!(@result $output $(, by $key)?)> {
					const VIEW: View = views!(
						@view $api.$method($($ty),*) -> $output $(, or $missing)? $(, by $key)?
					);
					views!(@read self, ($($arg),*) -> $output $(, or $missing)? $(, by $key)?)
				}
			)*
		}

		/// Checks these views against a chain's metadata.
		pub(super) fn $check(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
			vec![$(
				views!(@view $api.$method($($ty),*) -> $output $(, or $missing)? $(, by $key)?)
					.check(metadata)
			),*]
		}
	};

	(@result $output:ty) => { $output };
	(@result $output:ty, by $key:ty) => { Vec<$output> };

	(@view $api:ident.$method:ident($($ty:ty),*) -> $output:ty) => {
		View::new::<($($ty,)*), $output>(stringify!($api), stringify!($method))
	};
	(@view $api:ident.$method:ident($($ty:ty),*) -> $output:ty, or $missing:literal) => {
		views!(@view $api.$method($($ty),*) -> Option<$output>)
	};
	(@view $api:ident.$method:ident($($ty:ty),*) -> $output:ty, by $key:ty) => {
		views!(@view $api.$method($($ty,)* Option<$key>, u32) -> Page<$output, $key>)
	};

	(@read $self:expr, ($($arg:ident),*) -> $output:ty) => {
		$self.view(&VIEW, ($($arg,)*)).await
	};
	(@read $self:expr, ($($arg:ident),*) -> $output:ty, or $missing:literal) => {{
		let found: Option<$output> = $self.view(&VIEW, ($($arg,)*)).await?;
		found.ok_or_else(|| Error::NotFound(format!($missing)))
	}};
	(@read $self:expr, ($($arg:ident),*) -> $output:ty, by $key:ty) => {
		pages::<$output, $key, _>(|after| $self.view(&VIEW, ($($arg,)* after, MAX_PAGE))).await
	};
}
pub(super) use views;

views! {
	impl State, checked by check_regional:

	/// An account's status in this region.
	pub fn account = RegistryApi.account(account: &AccountId) -> AccountStatus;
	/// A patient.
	pub fn patient = RegistryApi.patient(id: PatientId) -> PatientView<AccountId>,
		or "patient {id}";
	/// A provider that is or was verified, by its id.
	pub fn provider = RegistryApi.provider(id: ProviderId) -> ProviderView<AccountId>,
		or "provider id:{id}";
	/// The present holder of a professional number.
	fn find_holder = RegistryApi.holder(number: &ProfessionalNumber)
		-> Holder<ProviderView<AccountId>>;
	/// All providers that are or were verified, in the order of their ids.
	pub fn providers = RegistryApi.providers() -> ProviderView<AccountId>, by ProviderId;
	/// A member's encryption key: the current one, or a given version.
	pub fn encryption_key = RegistryApi.encryption_key(
		member: &MemberId,
		version: Option<KeyVersion>
	) -> KeyView<AccountId>,
		or "encryption key of {member}";
	/// All applications that are not decided, newest first.
	pub fn applications = RegistryApi.applications() -> ApplicationView<AccountId>, by u64;
	/// The application of an account.
	pub fn application = RegistryApi.application(account: &AccountId)
		-> Option<ApplicationView<AccountId>>;
	/// The votes on a provider's suspension or reinstatement.
	pub fn standing_votes = RegistryApi.standing_votes(id: ProviderId) -> VotesView;
	/// The votes on withdrawing a provider's verification.
	pub fn unverify_votes = RegistryApi.unverify_votes(id: ProviderId) -> VotesView;
	/// The invitations that an account has left in the current period.
	pub fn invitations_left = RegistryApi.invitations_left(account: &AccountId) -> u32;

	/// A record.
	pub fn record = EmrApi.record(id: RecordId) -> RecordView<AccountId>, or "record {id}";
	/// All records of a patient or by an author, newest first; with `keys`, with the record keys that
	/// are wrapped for this member.
	pub fn records = EmrApi.records(of: &MemberId, filter: &RecordFilter, keys: bool)
		-> ListedRecord<AccountId>,
		by RecordId;
	/// A page of them: those after this record, so many at most.
	pub fn records_page = EmrApi.records(
		of: &MemberId,
		filter: &RecordFilter,
		keys: bool,
		after: Option<RecordId>,
		limit: u32
	) -> Page<ListedRecord<AccountId>, RecordId>;
	/// The record key, wrapped for the record's patient or author.
	pub fn wrapped_key = EmrApi.wrapped_key(record: RecordId, member: &MemberId)
		-> Option<WrappedKey>;

	/// The grant of a record to a member, with the wrapped key.
	pub fn grant = PermissionsApi.grant(record: RecordId, grantee: &MemberId) -> Option<GrantView>;
	/// All grants of a record, newest first.
	pub fn grants_of = PermissionsApi.grants_of(record: RecordId) -> GrantView, by HistoryId;
	/// All grants that a patient gave, newest first.
	pub fn grants_by = PermissionsApi.grants_by(patient: PatientId) -> GrantView, by HistoryId;
	/// All records that are granted to a member, newest grant first; with `keys`, with the record
	/// keys that are wrapped for this member.
	pub fn granted_to = PermissionsApi.granted_to(
		grantee: &MemberId,
		filter: &RecordFilter,
		keys: bool
	) -> GrantedRecord<AccountId>,
		by HistoryId;
	/// A page of them: those after this grant, so many at most.
	pub fn granted_page = PermissionsApi.granted_to(
		grantee: &MemberId,
		filter: &RecordFilter,
		keys: bool,
		after: Option<HistoryId>,
		limit: u32
	) -> Page<GrantedRecord<AccountId>, HistoryId>;

	/// A page of a member's history, newest first: the entries after this one, so many at most.
	pub fn history_page = HistoryApi.history(
		member: &MemberId,
		after: Option<HistoryId>,
		limit: u32
	) -> Page<HistoryView<AccountId>, HistoryId>;

	/// The grant of a record to a provider of another region, in any state.
	fn find_interregional_grant = InterregionalApi.interregional_grant(
		record: RecordId,
		grantee: &RemoteProvider
	) -> InterregionalGrantView,
		or "grant of record {record} to {grantee}";
	/// All grants of a record to providers of other regions, newest first.
	pub fn interregional_grants_of = InterregionalApi.interregional_grants_of(record: RecordId)
		-> InterregionalGrantView,
		by HistoryId;
	/// All grants of a patient to providers of other regions, newest first.
	pub fn interregional_grants_by = InterregionalApi.interregional_grants_by(patient: PatientId)
		-> InterregionalGrantView,
		by HistoryId;
	/// All grants that wait to be forwarded, newest first.
	pub fn waiting = InterregionalApi.waiting() -> InterregionalGrantView, by HistoryId;
	/// The state of a provider's entry in the consortium's directory; `None` if the provider never
	/// enlisted.
	pub fn enlistment = InterregionalApi.enlistment(id: ProviderId)
		-> Option<EnlistmentView>;

	/// The pins of a record's envelope.
	pub fn pins = PinningApi.pins(record: RecordId) -> Vec<PinView<AccountId>>;
	/// All records with too few pins, newest first.
	pub fn under_replicated = PinningApi.under_replicated() -> PinHealthView, by RecordId;
}

views! {
	impl State, checked by check_common:

	/// The authorities.
	pub fn authorities = GovernanceApi.authorities() -> Vec<AccountId>;
	/// The authorities whose nodes make blocks in this session.
	pub fn collators = GovernanceApi.collators() -> Vec<AccountId>;
	/// The session keys of an account.
	pub fn session_keys = GovernanceApi.session_keys(account: &AccountId) -> Option<Vec<u8>>;
	/// The hash of the announced runtime, and the time from which it can be enacted.
	pub fn announced_upgrade = GovernanceApi.announced_upgrade() -> Option<(sp_core::H256, Moment)>;
}

impl State {
	/// The grant of a record to a provider of another region, in any state.
	pub async fn interregional_grant(
		&self,
		id: &InterregionalGrantId,
	) -> Result<InterregionalGrantView> {
		self.find_interregional_grant(id.record, &id.grantee).await
	}

	/// The present holder of a professional number.
	pub async fn holder(&self, number: &ProfessionalNumber) -> Result<ProviderView<AccountId>> {
		let holder = self.find_holder(number).await?;
		let holder = holder.map_err(|error| Error::Input(error.to_string()))?;
		holder.ok_or_else(|| Error::NotFound(format!("verified provider {number}")))
	}
}

/// The id of a grant to a provider of another region.
pub(crate) fn grant_id(grant: &InterregionalGrantView) -> InterregionalGrantId {
	InterregionalGrantId {
		record: grant.record,
		grantee: grant.grantee.clone(),
	}
}
