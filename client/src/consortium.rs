//! The consortium's chain: the regions, the directory of their providers, and the grants that it
//! hands to those.

use crate::{
	chain::{
		views::{pages, Paged, PagedIn, ViewDef},
		Chain, ChainKind, State, Wait,
	},
	known::verify_key,
	members::standing_text,
	Error, RecordRef, Result,
};
use salus_primitives::{
	views::{DirectoryView, IncomingGrantView, RegionView, MAX_PAGE},
	AccountId, Moment, ParaId, ProfessionalNumber, RecordId, RegionStanding, RemoteProvider,
	Standing, Withheld,
};
use subxt::metadata::Metadata;

type Entry = DirectoryView<AccountId>;
type Incoming = IncomingGrantView<AccountId>;
type OfGrant = (ParaId, RecordId, RemoteProvider);

const REGION: ViewDef<(ParaId,), Option<RegionView>> = ViewDef::new("ConsortiumApi", "region");
const REGIONS: ViewDef<Paged<ParaId>, Vec<RegionView>> = ViewDef::new("ConsortiumApi", "regions");
const PROVIDER: ViewDef<(ParaId, ProfessionalNumber), Option<Entry>> =
	ViewDef::new("ConsortiumApi", "provider");
const PROVIDERS: ViewDef<PagedIn<ParaId, ProfessionalNumber>, Vec<Entry>> =
	ViewDef::new("ConsortiumApi", "providers");
const PROVIDERS_BY_ACCOUNT: ViewDef<PagedIn<AccountId, ParaId>, Vec<RemoteProvider>> =
	ViewDef::new("ConsortiumApi", "providers_by_account");
const GRANT: ViewDef<OfGrant, Option<Incoming>> = ViewDef::new("ConsortiumApi", "grant");
const GRANTED_TO: ViewDef<PagedIn<RemoteProvider, (ParaId, RecordId)>, Vec<Incoming>> =
	ViewDef::new("ConsortiumApi", "granted_to");
const WITHHELD: ViewDef<OfGrant, Option<Withheld>> = ViewDef::new("ConsortiumApi", "withheld");

/// Whether the chain has the views that are read here.
pub(crate) fn check_views(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		REGION.check(metadata),
		REGIONS.check(metadata),
		PROVIDER.check(metadata),
		PROVIDERS.check(metadata),
		PROVIDERS_BY_ACCOUNT.check(metadata),
		GRANT.check(metadata),
		GRANTED_TO.check(metadata),
		WITHHELD.check(metadata),
	]
}

/// A connection to a node of the consortium's chain.
#[derive(Clone)]
pub struct Consortium {
	chain: Chain,
}

/// What the consortium holds at one block. Its methods read it.
#[derive(Clone)]
pub struct Directory {
	state: State,
}

impl Consortium {
	/// Connects to a node: `wss://…`, or `ws://…` on this machine. A node of another chain is
	/// refused.
	pub async fn connect(url: &str) -> Result<Self> {
		let consortium = Self {
			chain: Chain::connect(url).await?,
		};
		consortium.finalized().await?;
		Ok(consortium)
	}

	/// The chain.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// What is finalized: what decides where a record key goes.
	pub async fn finalized(&self) -> Result<Directory> {
		self.state_for(Wait::Finalized).await
	}

	/// What the consortium holds at the block that `wait` would wait for.
	pub async fn state_for(&self, wait: Wait) -> Result<Directory> {
		let state = self.chain.state_for(wait).await?;
		match state.kind() {
			ChainKind::Consortium => Ok(Directory { state }),
			ChainKind::Region => Err(Error::Input(format!(
				"the node at {} is not one of the consortium's chain: correct --consortium, or the network",
				self.chain.url()
			))),
		}
	}
}

impl Directory {
	/// The block that is read.
	pub fn state(&self) -> &State {
		&self.state
	}

	/// The chain's own time.
	pub async fn now(&self) -> Result<Moment> {
		self.state.now().await
	}

	/// A region that was admitted once.
	pub async fn region(&self, region: ParaId) -> Result<RegionView> {
		let view = REGION.at(&self.state, (region,)).await?;
		let view = view.ok_or_else(|| {
			Error::NotFound(format!(
				"region {region} in the consortium: salus chain regions shows those there are"
			))
		})?;
		answers(view.region == region, "region")?;
		Ok(view)
	}

	/// All regions that were admitted once, in the order of their ids.
	pub async fn regions(&self) -> Result<Vec<RegionView>> {
		pages(
			|after| REGIONS.at(&self.state, (after, MAX_PAGE)),
			|region: &RegionView| region.region,
		)
		.await
	}

	/// A provider, if it is enlisted.
	pub async fn find(&self, provider: &RemoteProvider) -> Result<Option<Entry>> {
		let RemoteProvider { region, number } = provider.clone();
		let entry = PROVIDER.at(&self.state, (region, number)).await?;
		if let Some(entry) = &entry {
			let right = entry.region == provider.region && entry.number == provider.number;
			answers(right, "provider")?;
		}
		Ok(entry)
	}

	/// A provider that is enlisted.
	pub async fn provider(&self, provider: &RemoteProvider) -> Result<Entry> {
		let entry = self.find(provider).await?;
		entry.ok_or_else(|| Error::NotEnlisted(provider.clone()))
	}

	/// All enlisted providers of a region.
	pub async fn providers(&self, region: ParaId) -> Result<Vec<Entry>> {
		pages(
			|after| PROVIDERS.at(&self.state, (region, after, MAX_PAGE)),
			|entry: &Entry| entry.number.clone(),
		)
		.await
	}

	/// The enlisted providers that an account acts for: at most one in each region.
	pub async fn providers_by_account(&self, account: &AccountId) -> Result<Vec<RemoteProvider>> {
		pages(
			|after| PROVIDERS_BY_ACCOUNT.at(&self.state, (account.clone(), after, MAX_PAGE)),
			|provider: &RemoteProvider| provider.region,
		)
		.await
	}

	/// The grant of a region's record to a provider; `None`: it is not handed out, and
	/// [`Self::withheld`] may say why.
	pub async fn grant(
		&self,
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Result<Option<Incoming>> {
		let args = (region, record, grantee.clone());
		let grant = GRANT.at(&self.state, args).await?;
		if let Some(grant) = &grant {
			let right =
				grant.region == region && grant.record == record && grant.grantee == *grantee;
			answers(right, "grant")?;
		}
		Ok(grant)
	}

	/// The same; the error says why there is none.
	pub async fn granted(
		&self,
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Result<Incoming> {
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
					.then(|| "it is handed out again once that ends: try again then".into()),
			}),
			None => {
				// What can be said of a region or a grantee that the consortium does not know.
				self.region(region).await?;
				self.provider(grantee).await?;
				Err(Error::NotGranted {
					record: record_ref,
					member: grantee.to_string(),
				})
			}
		}
	}

	/// All grants of other regions' records to a provider, by region and then oldest record first.
	pub async fn granted_to(&self, grantee: &RemoteProvider) -> Result<Vec<Incoming>> {
		pages(
			|after| GRANTED_TO.at(&self.state, (grantee.clone(), after, MAX_PAGE)),
			|grant: &Incoming| (grant.region, grant.record),
		)
		.await
	}

	/// Why a grant that the consortium holds is not handed out.
	pub async fn withheld(
		&self,
		region: ParaId,
		record: RecordId,
		grantee: &RemoteProvider,
	) -> Result<Option<Withheld>> {
		WITHHELD
			.at(&self.state, (region, record, grantee.clone()))
			.await
	}
}

/// Refuses an answer to another question.
fn answers(right: bool, what: &str) -> Result<()> {
	if right {
		return Ok(());
	}
	Err(Error::Verification(format!(
		"the consortium's node gave another {what} than it was asked for: it may be lying"
	)))
}

/// Refuses a provider that records may not be granted to, and a key that it did not sign.
pub(crate) fn check_grantee(entry: &Entry, region: &RegionView) -> Result<()> {
	let provider = RemoteProvider {
		region: entry.region,
		number: entry.number.clone(),
	};
	if region.standing != RegionStanding::Admitted
		|| entry.region_standing != RegionStanding::Admitted
	{
		return Err(Error::NotAllowed {
			reason: format!("region {} is expelled from the consortium", entry.region),
			next: Some("the consortium's authorities may admit it again".into()),
		});
	}
	let next = match entry.standing {
		Standing::Verified => {
			return verify_key(&region.genesis_hash.0, &provider, &entry.key);
		}
		Standing::Suspended => Some("its region's authorities may reinstate it".into()),
		Standing::Retired => None,
	};
	Err(Error::NotAllowed {
		reason: format!("{provider} is {}", standing_text(entry.standing)),
		next,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::test::{entry, region_view};

	const GENESIS: [u8; 32] = [2; 32];

	#[test]
	fn only_who_stands_well_is_granted_records() {
		let (good, region) = (entry(&GENESIS, 0), region_view(&GENESIS));
		check_grantee(&good, &region).unwrap();
		let mut suspended = good.clone();
		suspended.standing = Standing::Suspended;
		let mut retired = good.clone();
		retired.standing = Standing::Retired;
		let mut expelled = good.clone();
		expelled.region_standing = RegionStanding::Expelled;
		for (entry, word) in [
			(&suspended, "suspended"),
			(&retired, "retired"),
			(&expelled, "expelled"),
		] {
			let error = check_grantee(entry, &region).unwrap_err();
			assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
			assert!(error.to_string().contains(word), "{error}");
		}
		let mut gone = region.clone();
		gone.standing = RegionStanding::Expelled;
		let error = check_grantee(&good, &gone).unwrap_err();
		assert!(error.to_string().contains("expelled"), "{error}");
	}

	#[test]
	fn a_key_of_another_account_or_region_is_refused() {
		let (good, region) = (entry(&GENESIS, 0), region_view(&GENESIS));
		let elsewhere = region_view(&[3; 32]);
		let mut other = good.clone();
		other.key.account = [9; 32].into();
		for (entry, region) in [(&good, &elsewhere), (&other, &region)] {
			let error = check_grantee(entry, region).unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
	}
}
