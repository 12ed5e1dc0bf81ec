//! What the `PermissionsApi` hands out. Expired grants count as gone, swept or not.

use alloc::vec::Vec;

use frame_support::traits::Time;
use salus_primitives::{
	views::{GrantView, MAX_PAGE},
	MemberId, RecordId,
};

use crate::{pallet::*, Grant};

/// The most entries that one page looks at. A page looks at more entries than it gives only where
/// there are grants that have ended, or, of those that wait to be forwarded, some that wait for an
/// answer.
pub const MAX_LOOKED_AT: usize = 4096;

impl<T: Config> Pallet<T> {
	/// For the `PermissionsApi`: the grant of a record to a member.
	pub fn api_grant(record: RecordId, grantee: MemberId) -> Option<GrantView> {
		let grant = Grants::<T>::get(record, &grantee)?;
		Self::view(record, grantee, grant)
	}

	/// For the `PermissionsApi`: the grants of a record after the one to `after`, in no particular
	/// order. At most [`MAX_PAGE`] of them, however many are asked for.
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
			.take(page(limit))
			.collect()
	}

	/// For the `PermissionsApi`: what is granted to a member, oldest record first, from the one
	/// after `after` on. At most [`MAX_PAGE`] grants, however many are asked for.
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
			.take(page(limit))
			.collect()
	}

	fn view(record: RecordId, grantee: MemberId, grant: Grant) -> Option<GrantView> {
		let stands = !grant.has_expired(T::Time::now());
		stands.then_some(GrantView {
			record,
			grantee,
			wrapped_key: grant.wrapped_key,
			purpose: grant.purpose,
			granted_at: grant.granted_at,
			expires_at: grant.expires_at,
		})
	}
}

pub(crate) fn page(limit: u32) -> usize {
	usize::try_from(limit.min(MAX_PAGE)).unwrap_or_default()
}
