//! The `PermissionsApi`. An expired grant is not shown, swept or not, and its wrapped key is not read.

use frame_support::traits::Time;
use salus_primitives::{
	newest_first, number_of_key,
	traits::{Members, RecordViews},
	views::{GrantView, GrantedRecord, RecordFilter},
	HistoryId, MemberId, Page, PatientId, RecordId,
};

use crate::{pallet::*, AccountIdOf, Grant, GrantId, List};

impl<T: Config> Pallet<T> {
	/// For the `PermissionsApi`: the grant of a record to a member, with its wrapped key.
	pub fn api_grant(record: RecordId, grantee: MemberId) -> Option<GrantView> {
		let id = GrantId { record, grantee };
		let grant = Self::standing_grant(&id)?;
		Some(Self::view(id, grant, true))
	}

	/// For the `PermissionsApi`: a page of the grants of a record, newest first.
	pub fn api_grants_of(
		record: RecordId,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<GrantView, HistoryId> {
		Self::page(&List::Of(record), after, limit)
	}

	/// For the `PermissionsApi`: a page of the grants that a patient gave, newest first.
	pub fn api_grants_by(
		patient: PatientId,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<GrantView, HistoryId> {
		Self::page(&List::By(patient), after, limit)
	}

	/// For the `PermissionsApi`: a page of the records that are granted to a member, newest grant
	/// first.
	pub fn api_granted_to(
		grantee: MemberId,
		filter: RecordFilter,
		keys: bool,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<GrantedRecord<AccountIdOf<T>>, HistoryId> {
		let list = List::To(grantee);
		// Newer grants have higher numbers, so the first that is too old ends the list.
		let places = Self::places(&list, after).take_while(|place| {
			filter.since.is_none()
				|| Self::in_list(&list, *place)
					.and_then(|id| Grants::<T>::get(id.record, &id.grantee))
					.is_some_and(|grant| filter.takes_time(grant.granted_at))
		});
		Page::read(places, limit, |place| {
			let id = Self::in_list(&list, *place)?;
			let grant = Self::standing_grant(&id)?;
			let record = T::Records::view_of(id.record)?;
			let takes = filter.takes(record.patient, record.author.author());
			takes.then(|| GrantedRecord {
				record,
				grant: Self::view(id, grant, keys),
			})
		})
	}

	fn page(list: &List, after: Option<HistoryId>, limit: u32) -> Page<GrantView, HistoryId> {
		Page::read(Self::places(list, after), limit, |place| {
			let id = Self::in_list(list, *place)?;
			let grant = Self::standing_grant(&id)?;
			Some(Self::view(id, grant, false))
		})
	}

	/// The places of a list after this one, newest first.
	fn places(list: &List, after: Option<HistoryId>) -> impl Iterator<Item = HistoryId> {
		let keys = match after {
			None => Lists::<T>::iter_key_prefix(list),
			Some(after) => {
				let last = Lists::<T>::hashed_key_for(list, newest_first(after));
				Lists::<T>::iter_key_prefix_from(list, last)
			}
		};
		keys.map(number_of_key)
	}

	fn in_list(list: &List, place: HistoryId) -> Option<GrantId> {
		Lists::<T>::get(list, newest_first(place))
	}

	/// A grant that has not ended.
	fn standing_grant(id: &GrantId) -> Option<Grant> {
		let grant = Grants::<T>::get(id.record, &id.grantee)?;
		(!grant.has_expired(T::Time::now())).then_some(grant)
	}

	/// The view of a grant that stands.
	fn view(id: GrantId, grant: Grant, keys: bool) -> GrantView {
		let GrantId { record, grantee } = id;
		let provider = match grantee {
			MemberId::Provider(provider) => Some(provider),
			MemberId::Patient(_) => None,
		};
		let (number, name) = provider.and_then(T::Members::profile_of).unzip();
		let wrapped_key = keys.then(|| WrappedKeys::<T>::get(record, &grantee));
		GrantView {
			record,
			grantee,
			number,
			name,
			standing: provider.and_then(T::Members::standing),
			history: grant.history,
			key_version: grant.key_version,
			wrapped_key: wrapped_key.flatten(),
			via: grant.via,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
		}
	}
}
