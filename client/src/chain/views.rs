//! Views: typed reads of a chain's runtime APIs at one block.

use super::{connection::State, shape};
use crate::{Error, Result};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	views::{
		AccountStatus, ApplicationView, EnlistmentView, GrantView, InterregionalGrantView, KeyView,
		PatientView, PinHealthView, PinView, ProviderView, RecordView, VotesView, MAX_PAGE,
	},
	AccountId, InterregionalGrantId, KeyVersion, MemberId, Moment, PatientId, ProfessionalNumber,
	ProviderId, RecordId, RemoteProvider, WrappedKey,
};
use scale_info::{meta_type, MetaType, TypeInfo};
use std::future::Future;
use subxt::metadata::Metadata;

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
		view.check(self.metadata()).map_err(Error::Drift)?;
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

/// Reads page after page until one is empty.
pub(super) async fn pages<T, K, F>(
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

/// Defines methods that read views by the type's `view` method, and one function that checks all
/// these views against a chain's metadata. `method = Api.method(argument: Type) -> Output` reads
/// one view. Two additions change how it is read:
///
/// - `or "name of {argument}"`: the chain returns `Option<Output>`. `None` becomes
///   [`Error::NotFound`] with this name.
/// - `by Key: |entry| key`: the chain returns pages, as `Vec<Output>`. The method reads all pages;
///   the key of a page's last entry is where the next page begins.
macro_rules! views {
	(
		impl $target:ident, checked by $check:ident:
		$(
			$(#[$doc:meta])*
			$vis:vis fn $name:ident = $api:ident.$method:ident($($arg:ident: $ty:ty),*) -> $output:ty
			$(, or $missing:literal)? $(, by $key:ty: $next:expr)?;
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
					views!(@read self, ($($arg),*) -> $output $(, or $missing)? $(, by $key: $next)?)
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
		views!(@view $api.$method($($ty,)* Option<$key>, u32) -> Vec<$output>)
	};

	(@read $self:expr, ($($arg:ident),*) -> $output:ty) => {
		$self.view(&VIEW, ($($arg,)*)).await
	};
	(@read $self:expr, ($($arg:ident),*) -> $output:ty, or $missing:literal) => {{
		let found: Option<$output> = $self.view(&VIEW, ($($arg,)*)).await?;
		found.ok_or_else(|| Error::NotFound(format!($missing)))
	}};
	(@read $self:expr, ($($arg:ident),*) -> $output:ty, by $key:ty: $next:expr) => {
		pages::<$output, $key, _>(
			|after| $self.view(&VIEW, ($($arg,)* after, MAX_PAGE)),
			$next,
		)
		.await
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
	pub fn holder = RegistryApi.holder(number: &ProfessionalNumber) -> ProviderView<AccountId>,
		or "verified provider {number}";
	/// All providers that are or were verified.
	pub fn providers = RegistryApi.providers() -> ProviderView<AccountId>,
		by ProviderId: |provider| provider.id;
	/// A member's encryption key: the current one, or a given version.
	pub fn encryption_key = RegistryApi.encryption_key(
		member: &MemberId,
		version: Option<KeyVersion>
	) -> KeyView<AccountId>,
		or "encryption key of {member}";
	/// All applications that are not decided.
	pub fn applications = RegistryApi.applications() -> ApplicationView<AccountId>,
		by AccountId: |application| application.account.clone();
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
	/// The ids of all records of a patient or by an author, oldest first.
	pub fn records_of = EmrApi.records_of(member: &MemberId) -> RecordId,
		by RecordId: |record| *record;
	/// The record key, wrapped for the record's patient or author.
	pub fn wrapped_key = EmrApi.wrapped_key(record: RecordId, member: &MemberId)
		-> Option<WrappedKey>;

	/// The grant of a record to a member.
	pub fn grant = PermissionsApi.grant(record: RecordId, grantee: &MemberId) -> Option<GrantView>;
	/// All grants of a record.
	pub fn grants_of = PermissionsApi.grants_of(record: RecordId) -> GrantView,
		by MemberId: |grant| grant.grantee.clone();
	/// All grants to a member, oldest record first.
	pub fn granted_to = PermissionsApi.granted_to(member: &MemberId) -> GrantView,
		by RecordId: |grant| grant.record;

	/// The grant of a record to a provider of another region, in any state.
	fn find_interregional_grant = InterregionalApi.interregional_grant(
		record: RecordId,
		grantee: &RemoteProvider
	) -> InterregionalGrantView,
		or "grant of record {record} to {grantee}";
	/// All grants of a record to providers of other regions.
	pub fn interregional_grants_of = InterregionalApi.interregional_grants_of(record: RecordId)
		-> InterregionalGrantView,
		by RemoteProvider: |grant| grant.grantee.clone();
	/// All grants of a patient to providers of other regions, oldest record first.
	pub fn interregional_grants_by = InterregionalApi.interregional_grants_by(patient: PatientId)
		-> InterregionalGrantView,
		by InterregionalGrantId: grant_id;
	/// A page of the grants that wait to be forwarded, oldest record first.
	fn waiting_page = InterregionalApi.waiting(after: Option<InterregionalGrantId>, limit: u32)
		-> Vec<InterregionalGrantView>;
	/// The state of a provider's entry in the consortium's directory; `None` if the provider never
	/// enlisted.
	pub fn enlistment = InterregionalApi.enlistment(id: ProviderId)
		-> Option<EnlistmentView>;

	/// The pins of a record's envelope.
	pub fn pins = PinningApi.pins(record: RecordId) -> Vec<PinView<AccountId>>;
	/// A page of the records with too few pins, and where the next page begins.
	fn under_replicated_from = PinningApi.under_replicated(from: RecordId, limit: u32)
		-> (Vec<PinHealthView>, Option<RecordId>);
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

	/// A page of the grants that wait to be forwarded, oldest record first: those after this one.
	/// The page after the last is empty.
	pub async fn waiting_after(
		&self,
		after: Option<InterregionalGrantId>,
	) -> Result<Vec<InterregionalGrantView>> {
		self.waiting_page(after, MAX_PAGE).await
	}

	/// All grants that wait to be forwarded, oldest record first.
	pub async fn waiting(&self) -> Result<Vec<InterregionalGrantView>> {
		pages(|after| self.waiting_after(after), grant_id).await
	}

	/// All records with too few pins, oldest first.
	pub async fn under_replicated(&self) -> Result<Vec<PinHealthView>> {
		let mut all = Vec::new();
		let mut from = Some(0);
		while let Some(record) = from {
			let (some, next) = self.under_replicated_from(record, MAX_PAGE).await?;
			all.extend(some);
			from = next.filter(|next| *next > record);
		}
		Ok(all)
	}
}

/// The id of a grant to a provider of another region.
pub(crate) fn grant_id(grant: &InterregionalGrantView) -> InterregionalGrantId {
	InterregionalGrantId {
		record: grant.record,
		grantee: grant.grantee.clone(),
	}
}
