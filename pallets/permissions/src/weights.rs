//! Weights of `pallet_permissions`, estimated by hand until the harness measures them.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_permissions`.
pub trait WeightInfo {
	fn grant() -> Weight;
	fn revoke() -> Weight;
	fn grant_interregional() -> Weight;
	fn forward() -> Weight;
	fn revoke_interregional() -> Weight;
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
	fn sweep_one_deadline() -> Weight;
	fn sweep_one_interregional() -> Weight;
}

/// Weights for `pallet_permissions`.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn grant() -> Weight {
		Weight::from_parts(60_000_000, 22_000)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn revoke() -> Weight {
		Weight::from_parts(45_000_000, 14_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn grant_interregional() -> Weight {
		Weight::from_parts(70_000_000, 22_000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn forward() -> Weight {
		Weight::from_parts(180_000_000, 60_000)
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	fn revoke_interregional() -> Weight {
		Weight::from_parts(150_000_000, 50_000)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(20_000_000, 12_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(40_000_000, 12_000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn sweep_one_deadline() -> Weight {
		Weight::from_parts(25_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn sweep_one_interregional() -> Weight {
		Weight::from_parts(50_000_000, 16_000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(60_000_000, 22_000)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn revoke() -> Weight {
		Weight::from_parts(45_000_000, 14_000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn grant_interregional() -> Weight {
		Weight::from_parts(70_000_000, 22_000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn forward() -> Weight {
		Weight::from_parts(180_000_000, 60_000)
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	fn revoke_interregional() -> Weight {
		Weight::from_parts(150_000_000, 50_000)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(20_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(40_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn sweep_one_deadline() -> Weight {
		Weight::from_parts(25_000_000, 8_000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn sweep_one_interregional() -> Weight {
		Weight::from_parts(50_000_000, 16_000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
}
