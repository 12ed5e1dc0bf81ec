//! The functions behind [`ConsortiumApi`](salus_primitives::api::ConsortiumApi). An expired grant
//! is not shown, swept or not. A withheld grant is not handed out.

use frame_support::traits::Time;
use salus_primitives::{
	newest_first, number_of_key,
	text::Text,
	views::{AuthorView, DirectoryView, IncomingGrantView, RecordFilter, RegionView},
	AccountId, DeliveredAuthor, NumberError, Page, ParaId, ProfessionalNumber, ProviderId,
	RecordId, RemoteProvider, Standing, Withheld,
};

use crate::{pallet::*, types::grant_key, Grant, GrantKey, OrderedRegion, Provider, Region};

/// Regions and their providers.
impl<T: Config> Pallet<T> {
	/// For the `ConsortiumApi`: a region by its parachain id.
	pub fn api_region(region: ParaId) -> Option<RegionView> {
		Some(region_view(region.to_be_bytes(), Self::region(region)?))
	}

	/// For the `ConsortiumApi`: a page of the regions that were admitted once, in the order of their
	/// ids.
	pub fn api_regions(after: Option<ParaId>, limit: u32) -> Page<RegionView, ParaId> {
		let regions = match after {
			None => Regions::<T>::iter(),
			Some(after) => {
				Regions::<T>::iter_from(Regions::<T>::hashed_key_for(after.to_be_bytes()))
			}
		};
		let ids = regions.map(|(id, _)| ParaId::from_be_bytes(id));
		Page::read(ids, limit, |id| Self::api_region(*id))
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
		number: Text,
	) -> Result<Option<DirectoryView<AccountId>>, NumberError> {
		let number = ProfessionalNumber::from_text(number)?;
		let holder = Holders::<T>::get(region.to_be_bytes(), number);
		let holder = holder.and_then(|id| Self::api_provider(RemoteProvider { region, id }));
		Ok(holder.filter(|holder| !holder.standing.is_unverified()))
	}

	/// For the `ConsortiumApi`: a page of a region's providers, in the order of their ids.
	pub fn api_providers(
		region: ParaId,
		after: Option<ProviderId>,
		limit: u32,
	) -> Page<DirectoryView<AccountId>, ProviderId> {
		let at = region.to_be_bytes();
		let keys = match after {
			None => Providers::<T>::iter_key_prefix(at),
			Some(after) => {
				let last = Providers::<T>::hashed_key_for(at, after.0.to_be_bytes());
				Providers::<T>::iter_key_prefix_from(at, last)
			}
		};
		let ids = keys.map(|key| ProviderId(u32::from_be_bytes(key)));
		Page::read(ids, limit, |id| {
			Self::api_provider(RemoteProvider { region, id: *id })
		})
	}

	/// For the `ConsortiumApi`: a page of the providers that an account acts for, at most one in each
	/// region, in the order of the regions' ids.
	pub fn api_providers_by_account(
		account: AccountId,
		after: Option<ParaId>,
		limit: u32,
	) -> Page<RemoteProvider, ParaId> {
		let keys = match after {
			None => ProvidersOf::<T>::iter_key_prefix(&account),
			Some(after) => {
				let last = ProvidersOf::<T>::hashed_key_for(&account, after.to_be_bytes());
				ProvidersOf::<T>::iter_key_prefix_from(&account, last)
			}
		};
		Page::read(keys.map(ParaId::from_be_bytes), limit, |region| {
			let id = ProvidersOf::<T>::get(&account, region.to_be_bytes())?;
			Some(RemoteProvider {
				region: *region,
				id,
			})
		})
	}

	fn directory_view(
		region: ParaId,
		of: &Region,
		id: ProviderId,
		provider: Provider,
	) -> Option<DirectoryView<AccountId>> {
		let key = ProviderKeys::<T>::get(region.to_be_bytes(), id.0.to_be_bytes())?;
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
	/// For the `ConsortiumApi`: the grant of a region's record to a provider with its wrapped key,
	/// unless it is withheld.
	pub fn api_grant(
		region: ParaId,
		record: RecordId,
		grantee: RemoteProvider,
	) -> Option<IncomingGrantView<AccountId>> {
		Self::may_be_handed(&grantee).ok()?;
		Self::handed_out(&grant_key(region, record, grantee), true, |_| true)
	}

	/// For the `ConsortiumApi`: a page of the grants handed out to a provider, newest delivery first.
	pub fn api_granted_to(
		grantee: RemoteProvider,
		region: Option<ParaId>,
		filter: RecordFilter,
		keys: bool,
		after: Option<u64>,
		limit: u32,
	) -> Page<IncomingGrantView<AccountId>, u64> {
		if Self::may_be_handed(&grantee).is_err() {
			return Page::default();
		}
		let places = match after {
			None => GrantedTo::<T>::iter_key_prefix(&grantee),
			Some(after) => {
				let last = GrantedTo::<T>::hashed_key_for(&grantee, newest_first(after));
				GrantedTo::<T>::iter_key_prefix_from(&grantee, last)
			}
		};
		let key_at = |place: u64| {
			let (region, record) = GrantedTo::<T>::get(&grantee, newest_first(place))?;
			Some((region, record, grantee.clone()))
		};
		// Newer deliveries have higher numbers, so the first that is too old ends the list.
		let places = places.map(number_of_key).take_while(|place| {
			filter.since.is_none()
				|| key_at(*place)
					.and_then(Grants::<T>::get)
					.is_some_and(|grant| filter.takes_time(grant.delivered_at))
		});
		Page::read(places, limit, |place| {
			let key = key_at(*place)?;
			let of_region = region.is_none_or(|region| region.to_be_bytes() == key.0);
			let takes = |grant: &Grant| {
				filter.takes(grant.delivered.patient, grant.delivered.author.author())
			};
			of_region
				.then(|| Self::handed_out(&key, keys, takes))
				.flatten()
		})
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

	/// A grant to a verified grantee that is asked for, unless it has expired, its region is expelled or
	/// its author is suspended. Only then, its wrapped key is read, if it is asked for.
	fn handed_out(
		key: &GrantKey,
		keys: bool,
		takes: impl FnOnce(&Grant) -> bool,
	) -> Option<IncomingGrantView<AccountId>> {
		let region = ParaId::from_be_bytes(key.0);
		let of = Self::region(region).filter(Region::is_admitted)?;
		let grant = Grants::<T>::get(key)?;
		if grant.has_expired(T::Time::now()) || !takes(&grant) {
			return None;
		}
		let author_standing = Self::author_standing(region, grant.delivered.author.author());
		if author_standing.is_some_and(Standing::is_suspended) {
			return None;
		}
		let mut view = grant_view(region, &of, grant, author_standing);
		view.wrapped_key = keys.then(|| WrappedKeys::<T>::get(key)).flatten();
		Some(view)
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

/// The view of a grant, without its wrapped key.
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
		delivery: grant.delivery,
		patient: delivered.patient,
		author,
		account,
		sealed_name: delivered.sealed_name,
		document_hash: delivered.hash,
		cid: delivered.cid,
		envelope_size: delivered.size,
		added_at: delivered.added_at,
		amended_hash: delivered.amended_hash,
		key_version: grant.key_version,
		wrapped_key: None,
		via: delivered.via,
		purpose: delivered.purpose,
		granted_at: delivered.granted_at,
		expires_at: delivered.expires_at,
		delivered_at: grant.delivered_at,
		sequence: delivered.sequence,
	}
}
