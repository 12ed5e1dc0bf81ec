//! What the `InterregionalApi` hands out of grants. Those that have ended by themselves count as
//! gone, swept or not.

use alloc::vec::Vec;

use frame_support::traits::Time;
use salus_primitives::{
	views::InterregionalGrantView, InterregionalGrantId, InterregionalState, Moment, PatientId,
	RecordId, RemoteProvider,
};

use super::{InterregionalGrant, OrderedGrantId};
use crate::{pallet::*, views::page, MAX_LOOKED_AT};

impl<T: Config> Pallet<T> {
	/// For the `InterregionalApi`: the grant of a record to a provider of another region.
	pub fn api_interregional_grant(
		record: RecordId,
		grantee: RemoteProvider,
	) -> Option<InterregionalGrantView> {
		let grant = InterregionalGrants::<T>::get(record, &grantee)?;
		let id = InterregionalGrantId { record, grantee };
		interregional_view(id, grant, T::Time::now())
	}

	/// For the `InterregionalApi`: the grants of a record to providers of other regions after the one
	/// to `after`, in no particular order. At most [`MAX_PAGE`](salus_primitives::views::MAX_PAGE) of
	/// them, however many are asked for.
	pub fn api_interregional_grants_of(
		record: RecordId,
		after: Option<RemoteProvider>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let now = T::Time::now();
		let entries = match after {
			None => InterregionalGrants::<T>::iter_prefix(record),
			Some(after) => {
				let last = InterregionalGrants::<T>::hashed_key_for(record, after);
				InterregionalGrants::<T>::iter_prefix_from(record, last)
			}
		};
		entries
			.take(MAX_LOOKED_AT)
			.filter_map(|(grantee, grant)| {
				interregional_view(InterregionalGrantId { record, grantee }, grant, now)
			})
			.take(page(limit))
			.collect()
	}

	/// For the `InterregionalApi`: the inter-regional grants that a patient gave, whatever their
	/// state, oldest record first, from the one after `after` on. At most
	/// [`MAX_PAGE`](salus_primitives::views::MAX_PAGE) of them, however many are asked for.
	pub fn api_interregional_grants_by(
		patient: PatientId,
		after: Option<InterregionalGrantId>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let keys = match after {
			None => GivenBy::<T>::iter_key_prefix(patient),
			Some(after) => {
				let last = GivenBy::<T>::hashed_key_for(patient, OrderedGrantId::from(&after));
				GivenBy::<T>::iter_key_prefix_from(patient, last)
			}
		};
		keys.take(MAX_LOOKED_AT)
			.filter_map(Self::view_of)
			.take(page(limit))
			.collect()
	}

	/// For the `InterregionalApi`: the grants that wait to be forwarded, for the first time or,
	/// overdue, again: oldest record first, from the one after `after` on. At most
	/// [`MAX_PAGE`](salus_primitives::views::MAX_PAGE) of them, however many are asked for.
	pub fn api_waiting(
		after: Option<InterregionalGrantId>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let keys = match after {
			None => Unanswered::<T>::iter_keys(),
			Some(after) => {
				let last = Unanswered::<T>::hashed_key_for(OrderedGrantId::from(&after));
				Unanswered::<T>::iter_keys_from(last)
			}
		};
		keys.take(MAX_LOOKED_AT)
			.filter_map(Self::view_of)
			.filter(|view| view.state != InterregionalState::Forwarded)
			.take(page(limit))
			.collect()
	}

	fn view_of(key: OrderedGrantId) -> Option<InterregionalGrantView> {
		let InterregionalGrantId { record, grantee } = key.into();
		Self::api_interregional_grant(record, grantee)
	}
}

fn interregional_view(
	id: InterregionalGrantId,
	grant: InterregionalGrant,
	now: Moment,
) -> Option<InterregionalGrantView> {
	let state = grant.state(now)?;
	let awaited = grant.awaits_answer(now);
	let last = grant.message.as_ref();
	Some(InterregionalGrantView {
		record: id.record,
		grantee: id.grantee,
		state,
		sequence: grant.sequence,
		message: last.map(|message| message.id),
		sent_at: last.map(|message| message.sent_at),
		deadline: last.filter(|_| awaited).map(|message| message.deadline),
		key_version: grant.key_version,
		purpose: grant.purpose,
		granted_at: grant.granted_at,
		expires_at: grant.expires_at,
	})
}
