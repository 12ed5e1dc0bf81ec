//! The grants' part of the `InterregionalApi`. A grant that has ended by itself is not shown, swept
//! or not.

use alloc::vec::Vec;

use frame_support::traits::Time;
use salus_primitives::{
	views::{page_size, InterregionalGrantView, MAX_LOOKED_AT},
	InterregionalGrantId, InterregionalState, PatientId, RecordId, RemoteProvider,
};

use crate::{pallet::*, Grant, GrantKey};

impl<T: Config> Pallet<T> {
	/// For the `InterregionalApi`: the grant of a record to a provider of another region.
	pub fn api_grant(record: RecordId, grantee: RemoteProvider) -> Option<InterregionalGrantView> {
		let grant = Grants::<T>::get(record, &grantee)?;
		Self::grant_view(InterregionalGrantId { record, grantee }, grant)
	}

	/// For the `InterregionalApi`: the grants of a record after the one to `after`, in no particular
	/// order. At most [`MAX_PAGE`](salus_primitives::views::MAX_PAGE).
	pub fn api_grants_of(
		record: RecordId,
		after: Option<RemoteProvider>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let entries = match after {
			None => Grants::<T>::iter_prefix(record),
			Some(after) => {
				let last = Grants::<T>::hashed_key_for(record, after);
				Grants::<T>::iter_prefix_from(record, last)
			}
		};
		entries
			.take(MAX_LOOKED_AT)
			.filter_map(|(grantee, grant)| {
				Self::grant_view(InterregionalGrantId { record, grantee }, grant)
			})
			.take(page_size(limit))
			.collect()
	}

	/// For the `InterregionalApi`: the grants that a patient gave, in any state, after `after`, oldest
	/// record first. At most [`MAX_PAGE`](salus_primitives::views::MAX_PAGE).
	pub fn api_grants_by(
		patient: PatientId,
		after: Option<InterregionalGrantId>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let keys = match after {
			None => GivenBy::<T>::iter_key_prefix(patient),
			Some(after) => {
				let last = GivenBy::<T>::hashed_key_for(patient, GrantKey::from(&after));
				GivenBy::<T>::iter_key_prefix_from(patient, last)
			}
		};
		keys.take(MAX_LOOKED_AT)
			.filter_map(Self::view_of)
			.take(page_size(limit))
			.collect()
	}

	/// For the `InterregionalApi`: the grants that wait to be forwarded, for the first time or, if the
	/// answer is overdue, again; those after `after`, oldest record first. At most
	/// [`MAX_PAGE`](salus_primitives::views::MAX_PAGE).
	pub fn api_waiting(
		after: Option<InterregionalGrantId>,
		limit: u32,
	) -> Vec<InterregionalGrantView> {
		let keys = match after {
			None => Unanswered::<T>::iter_keys(),
			Some(after) => {
				let last = Unanswered::<T>::hashed_key_for(GrantKey::from(&after));
				Unanswered::<T>::iter_keys_from(last)
			}
		};
		keys.take(MAX_LOOKED_AT)
			.filter_map(Self::view_of)
			.filter(|view| view.state != InterregionalState::Forwarded)
			.take(page_size(limit))
			.collect()
	}

	fn view_of(key: GrantKey) -> Option<InterregionalGrantView> {
		let InterregionalGrantId { record, grantee } = key.into();
		Self::api_grant(record, grantee)
	}

	fn grant_view(id: InterregionalGrantId, grant: Grant) -> Option<InterregionalGrantView> {
		let deadline = Self::awaited_until(&id, &grant);
		let state = grant.state_at(T::Time::now(), deadline.is_some())?;
		let last = grant.message.as_ref();
		Some(InterregionalGrantView {
			record: id.record,
			grantee: id.grantee,
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
