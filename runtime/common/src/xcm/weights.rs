//! Estimates until they are measured.

#![allow(missing_docs)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the instructions weigh.
pub trait WeightInfo {
	fn query_response() -> Weight;
	fn transact() -> Weight;
	fn set_error_handler() -> Weight;
	fn report_error() -> Weight;
	fn subscribe_version() -> Weight;
	fn unsubscribe_version() -> Weight;
	fn report_transact_status() -> Weight;
	fn set_topic() -> Weight;
	fn unpaid_execution() -> Weight;
}

/// The estimates.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn query_response() -> Weight {
		Weight::from_parts(40000000, 8192).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn transact() -> Weight {
		Weight::from_parts(15000000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 0))
	}
	fn set_error_handler() -> Weight {
		Weight::from_parts(1000000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 0))
	}
	fn report_error() -> Weight {
		Weight::from_parts(60000000, 32768).saturating_add(T::DbWeight::get().reads_writes(6, 4))
	}
	fn subscribe_version() -> Weight {
		Weight::from_parts(60000000, 32768).saturating_add(T::DbWeight::get().reads_writes(7, 5))
	}
	fn unsubscribe_version() -> Weight {
		Weight::from_parts(10000000, 8192).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn report_transact_status() -> Weight {
		Weight::from_parts(60000000, 32768).saturating_add(T::DbWeight::get().reads_writes(6, 4))
	}
	fn set_topic() -> Weight {
		Weight::from_parts(1000000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 0))
	}
	fn unpaid_execution() -> Weight {
		Weight::from_parts(1000000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 0))
	}
}
