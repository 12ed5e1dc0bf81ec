//! Weights of `pallet_pinning`. A placeholder in the harness' form, until `scripts/weights` runs.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_pinning`.
pub trait WeightInfo {
	fn claim_pins(c: u32, l: u32, ) -> Weight;
	fn authorize_claim_pins(c: u32, l: u32, ) -> Weight;
}

/// Weights for `pallet_pinning` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn claim_pins(c: u32, l: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 8_000)
			.saturating_add(Weight::from_parts(12_000_000, 7_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(10_000_000, 7_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 1))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(l.into()))
	}
	fn authorize_claim_pins(c: u32, l: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 8_000)
			.saturating_add(Weight::from_parts(8_000_000, 7_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(7_000_000, 7_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(l.into()))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn claim_pins(c: u32, l: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 8_000)
			.saturating_add(Weight::from_parts(12_000_000, 7_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(10_000_000, 7_000).saturating_mul(l.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(4, 1))
	}
	fn authorize_claim_pins(c: u32, l: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 8_000)
			.saturating_add(Weight::from_parts(8_000_000, 7_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(7_000_000, 7_000).saturating_mul(l.into()))
			.saturating_add(RocksDbWeight::get().reads(6))
	}
}
