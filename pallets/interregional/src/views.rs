//! The grants' part of the `InterregionalApi`. A grant that has ended by itself is not shown, swept
//! or not.

use frame_support::traits::Time;
use salus_primitives::{
	newest_first, number_of_key, views::InterregionalGrantView, HistoryId, InterregionalGrantId,
	InterregionalState, Page, PatientId, RecordId, RemoteProvider,
};

use crate::{pallet::*, Grant, List};

impl<T: Config> Pallet<T> {
	/// For the `InterregionalApi`: the grant of a record to a provider of another region.
	pub fn api_grant(record: RecordId, grantee: RemoteProvider) -> Option<InterregionalGrantView> {
		let grant = Grants::<T>::get(record, &grantee)?;
		Self::grant_view(InterregionalGrantId { record, grantee }, grant)
	}

	/// For the `InterregionalApi`: a page of the grants of a record, newest first.
	pub fn api_grants_of(
		record: RecordId,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<InterregionalGrantView, HistoryId> {
		Self::page(&List::Of(record), after, limit)
	}

	/// For the `InterregionalApi`: a page of the grants that a patient gave, in any state, newest
	/// first.
	pub fn api_grants_by(
		patient: PatientId,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<InterregionalGrantView, HistoryId> {
		Self::page(&List::By(patient), after, limit)
	}

	/// For the `InterregionalApi`: a page of the grants that wait to be forwarded, for the first time
	/// or, if the answer is overdue, again; newest first.
	pub fn api_waiting(
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<InterregionalGrantView, HistoryId> {
		Self::page(&List::Unanswered, after, limit)
			.map(|view| (view.state != InterregionalState::Forwarded).then_some(view))
	}

	fn page(
		list: &List,
		after: Option<HistoryId>,
		limit: u32,
	) -> Page<InterregionalGrantView, HistoryId> {
		let keys = match after {
			None => Lists::<T>::iter_key_prefix(list),
			Some(after) => {
				let last = Lists::<T>::hashed_key_for(list, newest_first(after));
				Lists::<T>::iter_key_prefix_from(list, last)
			}
		};
		Page::read(keys.map(number_of_key), limit, |place| {
			let id = Lists::<T>::get(list, newest_first(*place))?;
			Self::api_grant(id.record, id.grantee)
		})
	}

	fn grant_view(id: InterregionalGrantId, grant: Grant) -> Option<InterregionalGrantView> {
		let deadline = Self::awaited_until(&id, &grant);
		let state = grant.state_at(T::Time::now(), deadline.is_some())?;
		let last = grant.message.as_ref();
		Some(InterregionalGrantView {
			record: id.record,
			grantee: id.grantee,
			history: grant.history,
			state,
			sequence: grant.sequence,
			message: last.map(|message| message.id),
			sent_at: last.map(|message| message.sent_at),
			deadline,
			key_version: grant.key_version,
			via: grant.via,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
		})
	}
}
