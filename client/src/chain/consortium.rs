//! The consortium's chain: the regions, the directory of their providers, and the grants for
//! providers of other regions.

use super::{
	connection::{Chain, ChainKind, State, Wait},
	views::{pages, views, Holder, View},
};
use crate::{network::Network, Error, ProviderRef, RecordRef, Result};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	views::{DirectoryView, IncomingGrantView, RecordFilter, RegionView},
	AccountId, Moment, NewestFile, Page, ParaId, ProfessionalNumber, ProviderId, RecordId,
	RemoteProvider, Withheld, MAX_PAGE,
};
use subxt::metadata::Metadata;

type Entry = DirectoryView<AccountId>;
type IncomingGrant = IncomingGrantView<AccountId>;

/// A connection to a node of the consortium's chain.
#[derive(Clone)]
pub struct Consortium {
	chain: Chain,
	network: Option<Network>,
}

/// The consortium's chain at one block. Its methods read what the chain holds there.
#[derive(Clone)]
pub struct Directory {
	state: State,
	network: Option<Network>,
}

impl Consortium {
	/// Connects to a node: `wss://…`, or `ws://…` on this machine. Fails if the node is of
	/// another chain.
	pub async fn connect(url: &str) -> Result<Self> {
		Self::of(Chain::connect(url).await?).await
	}

	/// The consortium's chain behind a connection. Fails if it is another chain.
	pub async fn of(chain: Chain) -> Result<Self> {
		let consortium = Self {
			chain,
			network: None,
		};
		consortium.finalized().await?;
		Ok(consortium)
	}

	/// The same, as that of a network: see [`Directory::check_named`].
	pub fn of_network(self, network: Network) -> Self {
		Self {
			network: Some(network),
			..self
		}
	}

	/// The chain.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// The state at the final block.
	pub async fn finalized(&self) -> Result<Directory> {
		self.state_for(Wait::Finalized).await
	}

	/// The state at the block that `wait` names.
	pub async fn state_for(&self, wait: Wait) -> Result<Directory> {
		let state = self.chain.state_for(wait).await?;
		let mut directory = Directory::of(state).ok_or_else(|| {
			Error::Input(format!(
				"the node at {} is not one of the consortium's chain: correct --consortium or the \
					network's configuration",
				self.chain.url()
			))
		})?;
		directory.network.clone_from(&self.network);
		Ok(directory)
	}
}

impl Directory {
	/// The consortium's chain in this state. `None`: it is a region's.
	pub fn of(state: State) -> Option<Self> {
		(state.kind() == ChainKind::Consortium).then_some(Self {
			state,
			network: None,
		})
	}

	/// The same, as that of a network.
	#[cfg(test)]
	pub(crate) fn for_test(state: State, network: Network) -> Self {
		let network = Some(network);
		Self { state, network }
	}

	/// Refuses a region that the network file does not name: see [`Network::check_named`]. Without a
	/// network file nothing is proven, and this refuses nothing.
	pub fn check_named(&self, region: ParaId) -> Result<()> {
		match &self.network {
			Some(network) => network.check_named(region),
			None => Ok(()),
		}
	}

	async fn view<R: DecodeAll>(&self, view: &View, args: impl Encode) -> Result<R> {
		self.state.view(view, args).await
	}

	/// The chain's state.
	pub fn state(&self) -> &State {
		&self.state
	}

	/// The chain's time.
	pub async fn now(&self) -> Result<Moment> {
		self.state.now().await
	}

	/// A region that is or was admitted.
	pub async fn region(&self, region: ParaId) -> Result<RegionView> {
		let view = self.region_view(region).await?.ok_or_else(|| {
			Error::NotFound(format!(
				"region {region} in the consortium: salus chain regions lists the regions"
			))
		})?;
		ensure_answers(view.region == region, "region")?;
		Ok(view)
	}

	/// A provider's entry, if the provider is enlisted.
	pub async fn find(&self, provider: &RemoteProvider) -> Result<Option<Entry>> {
		let entry = self.provider_view(provider).await?;
		if let Some(entry) = &entry {
			let right = entry.region == provider.region && entry.id == provider.id;
			ensure_answers(right, "provider")?;
		}
		Ok(entry)
	}

	/// The entry of a region's provider that a person names.
	pub async fn find_provider(&self, region: ParaId, provider: &ProviderRef) -> Result<Entry> {
		let number = match provider {
			ProviderRef::Number(number) => number,
			ProviderRef::Id(id) => return self.provider(&RemoteProvider { region, id: *id }).await,
		};
		let entry = self.holder_view(region, number).await?;
		let entry = entry
			.map_err(|error| Error::Input(error.to_string()))?
			.ok_or_else(|| Error::NotEnlisted(format!("provider {number} of region {region}")))?;
		let right = entry.region == region && entry.number == *number;
		ensure_answers(right, "provider")?;
		Ok(entry)
	}

	/// An enlisted provider's entry.
	pub async fn provider(&self, provider: &RemoteProvider) -> Result<Entry> {
		let entry = self.find(provider).await?;
		entry.ok_or_else(|| Error::NotEnlisted(provider.to_string()))
	}

	/// The grant of a region's record to a provider. `None` means that the consortium does not hand
	/// it out; [`Self::withheld`] may say why.
	pub async fn grant(
		&self,
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Result<Option<IncomingGrant>> {
		let grant = self.grant_view(region, record, grantee).await?;
		if let Some(grant) = &grant {
			let right =
				grant.region == region && grant.record == record && grant.grantee == *grantee;
			ensure_answers(right, "grant")?;
		}
		Ok(grant)
	}

	/// The grant of a region's record to a provider. The error says why there is none.
	pub async fn granted(
		&self,
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Result<IncomingGrant> {
		if let Some(grant) = self.grant(region, record, grantee).await? {
			return Ok(grant);
		}
		let record_ref = RecordRef {
			region: Some(region),
			record,
		};
		match self.withheld(region, record, grantee).await? {
			Some(withheld) => Err(Error::NotAllowed {
				reason: format!("record {record_ref} is {withheld}"),
				next: withheld
					.may_end()
					.then(|| "try again when that ends".into()),
			}),
			None => {
				// An unknown region or grantee has a more useful error of its own.
				self.region(region).await?;
				self.provider(grantee).await?;
				Err(Error::NotGranted {
					record: record_ref,
					member: grantee.to_string(),
				})
			}
		}
	}
}

views! {
	impl Directory, checked by check:

	fn region_view = ConsortiumApi.region(region: ParaId) -> Option<RegionView>;
	/// All regions that are or were admitted, by their ids.
	pub fn regions = ConsortiumApi.regions() -> RegionView, by ParaId;
	fn provider_view = ConsortiumApi.provider(provider: &RemoteProvider) -> Option<Entry>;
	fn holder_view = ConsortiumApi.holder(region: ParaId, number: &ProfessionalNumber)
		-> Holder<Entry>;
	/// All enlisted providers of a region, in the order of their ids.
	pub fn providers = ConsortiumApi.providers(region: ParaId) -> Entry, by ProviderId;
	/// The enlisted providers that an account acts for: at most one in each region.
	pub fn providers_by_account = ConsortiumApi.providers_by_account(account: &AccountId)
		-> RemoteProvider,
		by ParaId;
	fn grant_view = ConsortiumApi.grant(
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider
	) -> Option<IncomingGrant>;
	/// All grants of other regions' records to a provider, newest delivery first; those of one region,
	/// if it is named. With `keys`, with the record keys that are wrapped for the provider.
	pub fn granted_to = ConsortiumApi.granted_to(
		grantee: &RemoteProvider,
		region: Option<ParaId>,
		filter: &RecordFilter,
		keys: bool
	) -> IncomingGrant,
		by u64;
	/// Why the consortium withholds a grant that it holds.
	pub fn withheld = ConsortiumApi.withheld(
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider
	) -> Option<Withheld>;
	/// The newest network file, if the consortium's authorities ever named one.
	pub fn network_file = ConsortiumApi.network_file() -> Option<NewestFile>;
}

/// Refuses an answer that is about something else than the question.
fn ensure_answers(right: bool, what: &str) -> Result<()> {
	if right {
		return Ok(());
	}
	Err(Error::Verification(format!(
		"the consortium's node returned another {what} than the one asked for: do not trust this \
			node"
	)))
}
