//! The weights of `pallet_history`, estimated. `scripts/weights` writes this file; don't edit it.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn add_one() -> Weight;
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `History::NextId` (r:1 w:1)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `History::Entries` (r:0 w:1)
	fn add_one() -> Weight {
		Weight::from_parts(25_000_000, 3515)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `History::FirstId` (r:1 w:0)
	/// Storage: `History::Entries` (r:1 w:0)
	fn sweep_nothing() -> Weight {
		Weight::from_parts(18_000_000, 3604)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `History::FirstId` (r:1 w:1)
	/// Storage: `History::Entries` (r:2 w:1)
	/// Storage: `History::Heads` (r:1 w:1)
	fn sweep_one() -> Weight {
		Weight::from_parts(45_000_000, 6188)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn add_one() -> Weight {
		Weight::from_parts(25_000_000, 3515)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(18_000_000, 3604)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(45_000_000, 6188)
	}
}
