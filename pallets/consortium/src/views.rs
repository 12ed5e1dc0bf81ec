//! The functions behind [`ConsortiumApi`](salus_primitives::api::ConsortiumApi). An expired grant
//! is not shown, swept or not. A withheld grant is not handed out.

use alloc::vec::Vec;

use frame_support::traits::Time;
use salus_primitives::{
	views::{page_size, AuthorView, DirectoryView, IncomingGrantView, RegionView, MAX_LOOKED_AT},
	AccountId, DeliveredAuthor, Moment, ParaId, ProfessionalNumber, ProviderId, RecordId,
	RemoteProvider, Standing, Withheld,
};

use crate::{pallet::*, types::grant_key, Grant, OrderedRegion, Provider, Region};

/// Regions and their providers.
impl<T: Config> Pallet<T> {
	/// For the `ConsortiumApi`: a region by its parachain id.
	pub fn api_region(region: ParaId) -> Option<RegionView> {
		Some(region_view(region.to_be_bytes(), Self::region(region)?))
	}

	/// For the `ConsortiumApi`: regions that were admitted once, in the order of their ids, from
	/// the one after `after` on. At most [`page_size`] of them.
	pub fn api_regions(after: Option<ParaId>, limit: u32) -> Vec<RegionView> {
		Self::regions_after(after)
			.map(|(id, region)| region_view(id, region))
			.take(page_size(limit))
			.collect()
	}

	/// For the `ConsortiumApi`: a provider by region and id.
	pub fn api_provider(provider: RemoteProvider) -> Option<DirectoryView<AccountId>> {
		let RemoteProvider { region, id } = provider;
		let provider = Self::provider(&provider)?;
		Self::directory_view(region, &Self::region(region)?, id, provider)
	}

	/// For the `ConsortiumApi`: the present holder of a professional number in a region.
	pub fn api_holder(
		region: ParaId,
		number: ProfessionalNumber,
	) -> Option<DirectoryView<AccountId>> {
		let id = Holders::<T>::get(region.to_be_bytes(), number)?;
		let holder = Self::api_provider(RemoteProvider { region, id })?;
		(!holder.standing.is_unverified()).then_some(holder)
	}

	/// For the `ConsortiumApi`: a region's providers after the one with the id `after`, in no
	/// particular order. At most [`page_size`] of them.
	pub fn api_providers(
		region: ParaId,
		after: Option<ProviderId>,
		limit: u32,
	) -> Vec<DirectoryView<AccountId>> {
		let Some(of) = Self::region(region) else {
			return Vec::new();
		};
		let at = region.to_be_bytes();
		let providers = match after {
			None => Providers::<T>::iter_prefix(at),
			Some(after) => {
				Providers::<T>::iter_prefix_from(at, Providers::<T>::hashed_key_for(at, after))
			}
		};
		providers
			.filter_map(|(id, provider)| Self::directory_view(region, &of, id, provider))
			.take(page_size(limit))
			.collect()
	}

	/// For the `ConsortiumApi`: the providers that an account acts for, at most one in each
	/// region, in the order of the regions' ids from the one after `after` on. At most
	/// [`page_size`] of them.
	pub fn api_providers_by_account(
		account: AccountId,
		after: Option<ParaId>,
		limit: u32,
	) -> Vec<RemoteProvider> {
		let providers = match after {
			None => ProvidersOf::<T>::iter_prefix(&account),
			Some(after) => {
				let last = ProvidersOf::<T>::hashed_key_for(&account, after.to_be_bytes());
				ProvidersOf::<T>::iter_prefix_from(&account, last)
			}
		};
		providers
			.map(|(region, id)| RemoteProvider {
				region: ParaId::from_be_bytes(region),
				id,
			})
			.take(page_size(limit))
			.collect()
	}

	fn regions_after(after: Option<ParaId>) -> impl Iterator<Item = (OrderedRegion, Region)> {
		match after {
			None => Regions::<T>::iter(),
			Some(after) => {
				Regions::<T>::iter_from(Regions::<T>::hashed_key_for(after.to_be_bytes()))
			}
		}
	}

	fn directory_view(
		region: ParaId,
		of: &Region,
		id: ProviderId,
		provider: Provider,
	) -> Option<DirectoryView<AccountId>> {
		let key = ProviderKeys::<T>::get(region.to_be_bytes(), id)?;
		Some(DirectoryView {
			region,
			id,
			number: provider.number,
			name: provider.name,
			account: provider.account,
			standing: provider.standing,
			region_standing: of.standing,
			since: provider.since,
			key: key.into(),
			sequence: provider.last_update.sequence,
			updated_at: provider.updated_at,
		})
	}
}

/// Grants.
impl<T: Config> Pallet<T> {
	/// For the `ConsortiumApi`: the grant of a region's record to a provider, unless it is
	/// withheld.
	pub fn api_grant(
		region: ParaId,
		record: RecordId,
		grantee: RemoteProvider,
	) -> Option<IncomingGrantView<AccountId>> {
		let of = Self::region(region).filter(Region::is_admitted)?;
		Self::may_be_handed(&grantee).ok()?;
		Self::handed_out(region, &of, record, &grantee, T::Time::now())
	}

	/// For the `ConsortiumApi`: the grants handed out to a provider, by region and then oldest
	/// record first, from the one after `after` on. At most [`page_size`] grants.
	pub fn api_granted_to(
		grantee: RemoteProvider,
		after: Option<(ParaId, RecordId)>,
		limit: u32,
	) -> Vec<IncomingGrantView<AccountId>> {
		if Self::may_be_handed(&grantee).is_err() {
			return Vec::new();
		}
		let now = T::Time::now();
		let last = after.map(|(region, _)| region);
		let first = last.and_then(|id| Some((id.to_be_bytes(), Self::region(id)?)));
		first
			.into_iter()
			.chain(Self::regions_after(last))
			.filter(|(_, of)| of.is_admitted())
			.flat_map(|(at, of)| {
				let id = ParaId::from_be_bytes(at);
				let after = after.filter(|(region, _)| *region == id);
				let after = after.map(|(_, record)| record);
				let grantee = grantee.clone();
				// The limit is for each region, so that the grants of one cannot hide those of
				// another.
				Self::records_granted(&grantee, id, after)
					.take(MAX_LOOKED_AT)
					.filter_map(move |record| Self::handed_out(id, &of, record, &grantee, now))
			})
			.take(page_size(limit))
			.collect()
	}

	/// For the `ConsortiumApi`: why a stored grant is not handed out. Of several reasons, the one
	/// that never ends comes first: the grantee has retired or lost its verification. Then follow
	/// the region of the record, the grantee, and the author.
	pub fn api_withheld(
		region: ParaId,
		record: RecordId,
		grantee: RemoteProvider,
	) -> Option<Withheld> {
		let (of, grant) = Self::standing_grant(region, record, &grantee)?;
		let grantees = Self::may_be_handed(&grantee).err().flatten();
		if !of.is_admitted() && grantees.is_none_or(|why| why.may_end()) {
			return Some(Withheld::RecordRegionExpelled);
		}
		let author = Self::author_standing(region, grant.delivered.author.author());
		let suspended = author.is_some_and(Standing::is_suspended);
		grantees.or(suspended.then_some(Withheld::AuthorSuspended))
	}

	/// A region's records that are granted to a provider, oldest first.
	fn records_granted(
		grantee: &RemoteProvider,
		region: ParaId,
		after: Option<RecordId>,
	) -> impl Iterator<Item = RecordId> {
		let prefix = (grantee.clone(), region.to_be_bytes());
		let keys = match after {
			None => GrantedTo::<T>::iter_key_prefix(prefix),
			Some(after) => {
				let key = (grantee, region.to_be_bytes(), after.to_be_bytes());
				let last = GrantedTo::<T>::hashed_key_for(key);
				GrantedTo::<T>::iter_key_prefix_from(prefix, last)
			}
		};
		keys.map(RecordId::from_be_bytes)
	}

	/// A grant of an admitted region to a verified grantee, unless it has expired or its author is
	/// suspended.
	fn handed_out(
		region: ParaId,
		of: &Region,
		record: RecordId,
		grantee: &RemoteProvider,
		now: Moment,
	) -> Option<IncomingGrantView<AccountId>> {
		let grant = Grants::<T>::get(grant_key(region, record, grantee.clone()))?;
		if grant.has_expired(now) {
			return None;
		}
		let author_standing = Self::author_standing(region, grant.delivered.author.author());
		let withheld = author_standing.is_some_and(Standing::is_suspended);
		(!withheld).then(|| grant_view(region, of, grant, author_standing))
	}
}

fn region_view(id: OrderedRegion, region: Region) -> RegionView {
	RegionView {
		region: ParaId::from_be_bytes(id),
		genesis_hash: region.genesis_hash,
		standing: region.standing,
		since: region.since,
		providers: region.providers,
		live_grants: region.live_grants,
	}
}

fn grant_view(
	region: ParaId,
	of: &Region,
	grant: Grant,
	author_standing: Option<Standing>,
) -> IncomingGrantView<AccountId> {
	let delivered = grant.delivered;
	let (author, account) = match delivered.author {
		DeliveredAuthor::Patient => (AuthorView::Patient, None),
		DeliveredAuthor::Provider {
			id,
			number,
			name,
			account,
		} => {
			let standing = author_standing;
			let author = AuthorView::Provider {
				id,
				number,
				name,
				standing,
			};
			(author, Some(account))
		}
	};
	IncomingGrantView {
		region,
		genesis_hash: of.genesis_hash,
		record: delivered.record,
		grantee: delivered.grantee,
		patient: delivered.patient,
		author,
		account,
		sealed_name: delivered.sealed_name,
		hash: delivered.hash,
		cid: delivered.cid,
		size: delivered.size,
		added_at: delivered.added_at,
		amended_hash: delivered.amended_hash,
		wrapped_key: delivered.wrapped_key,
		via: delivered.via,
		purpose: delivered.purpose,
		granted_at: delivered.granted_at,
		expires_at: delivered.expires_at,
		delivered_at: grant.delivered_at,
		sequence: delivered.sequence,
	}
}
