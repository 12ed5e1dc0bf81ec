//! The weights of `pallet_pinning`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-29; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn claim_pins(c: u32, l: u32, ) -> Weight;
	fn authorize_claim_pins(c: u32, l: u32, ) -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Pinners` (r:1 w:0)
	/// Proof: `Pinning::Pinners` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Reports` (r:1 w:1)
	/// Proof: `Pinning::Reports` (`max_values`: Some(1), `max_size`: Some(258), added: 753, mode: `MaxEncodedLen`)
	/// Storage: `Emr::NextId` (r:1 w:0)
	/// Proof: `Emr::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Pins` (r:64 w:64)
	/// Proof: `Pinning::Pins` (`max_values`: None, `max_size`: Some(2578), added: 5053, mode: `MaxEncodedLen`)
	/// The range of `c` is 1 to 32.
	/// The range of `l` is 0 to 32.
	fn claim_pins(c: u32, l: u32, ) -> Weight {
		// Shortest run: 644_638_000 ps.
		Weight::from_parts(697_395_000, 11124)
			// Standard error: 444_517
			.saturating_add(Weight::from_parts(10_041_046, 0).saturating_mul(c.into()))
			// Standard error: 446_119
			.saturating_add(Weight::from_parts(8_952_489, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(l.into())))
			.saturating_add(Weight::from_parts(0, 5053).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 5053).saturating_mul(l.into()))
	}
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Pinners` (r:1 w:0)
	/// Proof: `Pinning::Pinners` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Reports` (r:1 w:0)
	/// Proof: `Pinning::Reports` (`max_values`: Some(1), `max_size`: Some(258), added: 753, mode: `MaxEncodedLen`)
	/// Storage: `Emr::NextId` (r:1 w:0)
	/// Proof: `Emr::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Pins` (r:64 w:0)
	/// Proof: `Pinning::Pins` (`max_values`: None, `max_size`: Some(2578), added: 5053, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of `c` is 1 to 32.
	/// The range of `l` is 0 to 32.
	fn authorize_claim_pins(c: u32, l: u32, ) -> Weight {
		// Shortest run: 452_435_000 ps.
		Weight::from_parts(587_187_901, 11178)
			// Standard error: 584_510
			.saturating_add(Weight::from_parts(3_949_459, 0).saturating_mul(c.into()))
			// Standard error: 565_919
			.saturating_add(Weight::from_parts(3_434_285, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(l.into())))
			.saturating_add(Weight::from_parts(0, 5053).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 5053).saturating_mul(l.into()))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn claim_pins(_c: u32, _l: u32, ) -> Weight {
		Weight::from_parts(697_395_000, 11124)
	}
	fn authorize_claim_pins(_c: u32, _l: u32, ) -> Weight {
		Weight::from_parts(587_187_901, 11178)
	}
}
