//! `pallet-xcm`'s queries, as far as this pallet needs them.

use core::marker::PhantomData;

use frame_support::{storage_alias, Blake2_128Concat};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::QueryId;
use sp_runtime::traits::Bounded;
use xcm::latest::{Junctions::Here, Location};

/// The notes of expected answers.
pub trait Notes<Call> {
	/// Notes that an answer from there is expected to a question that this chain itself asks, which
	/// then makes this call with the query and the response in the place of its arguments.
	fn note(responder: Location, notify: Call) -> QueryId;

	/// Forgets a query: its answer would not be let in any more.
	fn forget(query: QueryId);
}

/// The queries of `pallet-xcm`.
pub struct QueriesOf<T>(PhantomData<T>);

impl<T: pallet_xcm::Config> Notes<<T as pallet_xcm::Config>::RuntimeCall> for QueriesOf<T> {
	fn note(responder: Location, notify: <T as pallet_xcm::Config>::RuntimeCall) -> QueryId {
		// `pallet-xcm` looks at no time-out.
		let timeout = BlockNumberFor::<T>::max_value();
		pallet_xcm::Pallet::<T>::new_notify_query(responder, notify, timeout, Here)
	}

	fn forget(query: QueryId) {
		Queries::<T>::remove(query);
	}
}

// `pallet-xcm` has no way to drop a query that is not answered. It is only removed by this name, so
// that its value does not matter.
#[storage_alias]
type Queries<T: pallet_xcm::Config> =
	StorageMap<pallet_xcm::Pallet<T>, Blake2_128Concat, QueryId, ()>;
