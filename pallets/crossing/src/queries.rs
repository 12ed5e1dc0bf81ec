//! The queries of `pallet-xcm` that this pallet uses.

use core::marker::PhantomData;

use frame_support::{storage_alias, Blake2_128Concat};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::QueryId;
use sp_runtime::traits::Bounded;
use xcm::latest::{Junctions::Here, Location};

/// Queries whose answers make a call.
pub trait NotifyQueries<Call> {
	/// Creates a query of this chain itself to `responder`. The answer makes the call `notify`,
	/// with the query and the response as its arguments.
	fn create(responder: Location, notify: Call) -> QueryId;

	/// Removes a query. An answer to it is refused from then on.
	fn remove(query: QueryId);
}

/// The queries of `pallet-xcm`.
pub struct PalletXcmQueries<T>(PhantomData<T>);

impl<T: pallet_xcm::Config> NotifyQueries<<T as pallet_xcm::Config>::RuntimeCall>
	for PalletXcmQueries<T>
{
	fn create(responder: Location, notify: <T as pallet_xcm::Config>::RuntimeCall) -> QueryId {
		// `pallet-xcm` stores a time-out and never uses it.
		let timeout = BlockNumberFor::<T>::max_value();
		pallet_xcm::Pallet::<T>::new_notify_query(responder, notify, timeout, Here)
	}

	fn remove(query: QueryId) {
		Queries::<T>::remove(query);
	}
}

// `pallet-xcm` has no function that removes an unanswered query. This alias only removes, so the
// type of the value does not matter.
#[storage_alias]
type Queries<T: pallet_xcm::Config> =
	StorageMap<pallet_xcm::Pallet<T>, Blake2_128Concat, QueryId, ()>;
