//! The `PermissionsApi`. An expired grant is not shown, swept or not.

use alloc::vec::Vec;

use frame_support::traits::Time;
use salus_primitives::{
	views::{page_size, GrantView, MAX_LOOKED_AT},
	MemberId, RecordId,
};

use crate::{pallet::*, Grant};

impl<T: Config> Pallet<T> {
	/// For the `PermissionsApi`: the grant of a record to a member.
	pub fn api_grant(record: RecordId, grantee: MemberId) -> Option<GrantView> {
		let grant = Grants::<T>::get(record, &grantee)?;
		Self::view(record, grantee, grant)
	}

	/// For the `PermissionsApi`: the grants of a record after the one to `after`, in no particular
	/// order. At most [`MAX_PAGE`](salus_primitives::views::MAX_PAGE).
	pub fn api_grants_of(record: RecordId, after: Option<MemberId>, limit: u32) -> Vec<GrantView> {
		let entries = match after {
			None => Grants::<T>::iter_prefix(record),
			Some(after) => {
				let last = Grants::<T>::hashed_key_for(record, after);
				Grants::<T>::iter_prefix_from(record, last)
			}
		};
		entries
			.take(MAX_LOOKED_AT)
			.filter_map(|(grantee, grant)| Self::view(record, grantee, grant))
			.take(page_size(limit))
			.collect()
	}

	/// For the `PermissionsApi`: the grants to a member of records after `after`, oldest record first.
	/// At most [`MAX_PAGE`](salus_primitives::views::MAX_PAGE).
	pub fn api_granted_to(member: MemberId, after: Option<RecordId>, limit: u32) -> Vec<GrantView> {
		let keys = match after {
			None => GrantedTo::<T>::iter_key_prefix(&member),
			Some(after) => {
				let last = GrantedTo::<T>::hashed_key_for(&member, after.to_be_bytes());
				GrantedTo::<T>::iter_key_prefix_from(&member, last)
			}
		};
		keys.take(MAX_LOOKED_AT)
			.filter_map(|key| Self::api_grant(RecordId::from_be_bytes(key), member.clone()))
			.take(page_size(limit))
			.collect()
	}

	fn view(record: RecordId, grantee: MemberId, grant: Grant) -> Option<GrantView> {
		let stands = !grant.has_expired(T::Time::now());
		stands.then_some(GrantView {
			record,
			grantee,
			wrapped_key: grant.wrapped_key,
			via: grant.via,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
		})
	}
}
