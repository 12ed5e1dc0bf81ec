//! The invariants of the state.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Get};
use salus_primitives::{newest_first, ParaId, ProviderId, RemoteProvider};
use sp_runtime::TryRuntimeError;

use crate::{
	directory::is_signed, pallet::*, types::grant_key, Expiry, Grant, GrantKey, OrderedRegion,
	Provider, Region, Share, Update,
};

impl<T: Config> Pallet<T> {
	/// Checks the invariants:
	///
	/// 1. The consortium is not a region. Each region has a different genesis hash. There are not
	///    too many.
	/// 2. A provider is of a region, is the last holder of its number unless a later one is, has one
	///    key that its account signed for that region, and matches its last update. Account and
	///    provider refer to each other.
	/// 3. A grant is of a region, to a provider in the directory, and matches its last update. The
	///    indices have all grants and nothing else.
	/// 4. The counts of providers and grants are right and within their limits.
	/// 5. Every last update is a region's.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_regions()?;
		Self::try_providers()?;
		Self::try_grants()?;
		for (region, ..) in LastUpdates::<T>::iter_keys() {
			let known = Regions::<T>::contains_key(region);
			ensure!(known, "a last update belongs to no region");
		}
		Ok(())
	}

	fn try_regions() -> Result<(), TryRuntimeError> {
		for (id, region) in Regions::<T>::iter() {
			let id = ParaId::from_be_bytes(id);
			ensure!(id != T::OwnId::get(), "the consortium is a region");
			ensure!(
				GenesisHashes::<T>::get(region.genesis_hash) == Some(id),
				"a region's first block is not in the index"
			);
		}
		let count = Regions::<T>::iter_keys().count();
		ensure!(
			u32::try_from(count) == Ok(Regions::<T>::count()),
			"the regions are miscounted"
		);
		ensure!(
			count == GenesisHashes::<T>::iter_keys().count(),
			"a first block is of no region"
		);
		ensure!(
			Regions::<T>::count() <= T::MaxRegions::get(),
			"there are too many regions"
		);
		Ok(())
	}

	fn try_providers() -> Result<(), TryRuntimeError> {
		let mut of_region = BTreeMap::<OrderedRegion, u32>::new();
		let mut providers: usize = 0;
		for (at, key, provider) in Providers::<T>::iter() {
			let id = ProviderId(u32::from_be_bytes(key));
			let region = Regions::<T>::get(at).ok_or("a provider is of no region")?;
			Self::try_provider(at, &region, id, &provider)?;
			let count = of_region.entry(at).or_default();
			*count = count.saturating_add(1);
			providers = providers.saturating_add(1);
		}
		ensure!(
			ProviderKeys::<T>::iter_keys().count() == providers,
			"a key has no provider"
		);
		ensure!(
			ProvidersOf::<T>::iter_keys().count() == providers,
			"an account's entry has no provider"
		);
		for (at, number, id) in Holders::<T>::iter() {
			let holder = Providers::<T>::get(at, id.0.to_be_bytes())
				.filter(|provider| provider.number == number);
			ensure!(holder.is_some(), "a number's holder does not hold it");
		}
		for (at, region) in Regions::<T>::iter() {
			let count = of_region.get(&at).copied().unwrap_or_default();
			let right = region.providers == count;
			ensure!(right, "a region's providers are miscounted");
			let fits = count <= T::MaxProvidersPerRegion::get();
			ensure!(fits, "a region has too many providers");
		}
		Ok(())
	}

	fn try_provider(
		at: OrderedRegion,
		region: &Region,
		id: ProviderId,
		provider: &Provider,
	) -> Result<(), TryRuntimeError> {
		let indexed = Holders::<T>::get(at, &provider.number).is_some_and(|holder| holder >= id);
		ensure!(indexed, "a number's holder is not in the index");
		let holder = ProvidersOf::<T>::get(&provider.account, at);
		ensure!(
			holder == Some(id),
			"a provider's account does not act for it"
		);
		let key = ProviderKeys::<T>::get(at, id.0.to_be_bytes());
		let key = key.ok_or("a provider has no key")?;
		ensure!(
			is_signed(&region.genesis_hash, &key),
			"a provider's key is not signed"
		);
		ensure!(
			key.version == provider.key_version && key.key.check(0) == Ok(provider.bits),
			"a provider's key is not what it says"
		);
		let entry = provider.entry(id, key);
		ensure!(
			entry.number.check().is_ok() && entry.name.check().is_ok(),
			"a provider's number or name is not valid"
		);
		ensure!(
			Update::of_entry(&entry) == provider.last_update,
			"a provider differs from the last update"
		);
		Ok(())
	}

	fn try_grants() -> Result<(), TryRuntimeError> {
		let mut of_region = BTreeMap::<OrderedRegion, u32>::new();
		let mut of_share = BTreeMap::<(OrderedRegion, RemoteProvider, Share), u32>::new();
		let (mut grants, mut expiring): (usize, usize) = (0, 0);
		for (key, grant) in Grants::<T>::iter() {
			Self::try_grant(&key, &grant)?;
			let (at, _, grantee) = key;
			let count = of_region.entry(at).or_default();
			*count = count.saturating_add(1);
			for share in Share::of(&grant.delivered) {
				let count = of_share.entry((at, grantee.clone(), share)).or_default();
				*count = count.saturating_add(1);
			}
			grants = grants.saturating_add(1);
			expiring = expiring.saturating_add(grant.delivered.expires_at.is_some().into());
		}
		ensure!(
			GrantedTo::<T>::iter_keys().count() == grants,
			"an index entry has no grant"
		);
		ensure!(
			WrappedKeys::<T>::iter_keys().count() == grants,
			"a wrapped key has no grant"
		);
		ensure!(
			Expiries::<T>::iter_keys().count() == expiring,
			"an expiry has no grant"
		);
		for (at, region) in Regions::<T>::iter() {
			let count = of_region.get(&at).copied().unwrap_or_default();
			let right = region.live_grants == count;
			ensure!(right, "a region's grants are miscounted");
			let fits = count <= T::MaxGrantsPerRegion::get();
			ensure!(fits, "a region has too many grants");
		}
		let counts: BTreeMap<_, _> = GrantCounts::<T>::iter().collect();
		ensure!(
			counts == of_share,
			"a region's grants to a grantee are miscounted"
		);
		for ((_, _, share), count) in counts {
			ensure!(
				count <= Self::most(&share).0,
				"a region has too many grants to a grantee"
			);
		}
		Ok(())
	}

	fn try_grant(key: &GrantKey, grant: &Grant) -> Result<(), TryRuntimeError> {
		let (at, record, grantee) = key;
		let known = Regions::<T>::contains_key(at);
		ensure!(known, "a grant is of no region");
		ensure!(
			Self::provider(grantee).is_some(),
			"a grant is to no provider in the directory"
		);
		let delivered = &grant.delivered;
		let id = ParaId::from_be_bytes(*at);
		ensure!(
			grant_key(id, delivered.record, delivered.grantee.clone()) == *key,
			"a grant is stored under another key"
		);
		let wrapped_key = WrappedKeys::<T>::get(key).ok_or("a grant has no wrapped key")?;
		ensure!(
			wrapped_key.key_version() == grant.key_version,
			"a grant and its wrapped key do not match"
		);
		let (whole, ()) = delivered.clone().replace_key(wrapped_key);
		ensure!(
			LastUpdates::<T>::get(key) == Some(Update::of_grant(&whole)),
			"a grant differs from the last update"
		);
		ensure!(
			GrantedTo::<T>::get(grantee, newest_first(grant.delivery)) == Some((*at, *record)),
			"a grant is not in the index of its grantee"
		);
		ensure!(
			grant.delivery < NextDelivery::<T>::get(),
			"a delivery has a number that is not given yet"
		);
		if let Some(end) = delivered.expires_at {
			let ended = end <= grant.delivered_at;
			ensure!(!ended, "a grant expired before it was delivered");
			let indexed = Expiries::<T>::contains_key(Expiry::new(end, key.clone()));
			ensure!(indexed, "a grant's expiry is not in the index");
		}
		Ok(())
	}
}
