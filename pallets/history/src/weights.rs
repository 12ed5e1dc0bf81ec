//! The weights of `pallet_history`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-29; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

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
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	fn add_one() -> Weight {
		// Shortest run: 23_092_000 ps.
		Weight::from_parts(28_996_000, 3498)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::FirstId` (r:1 w:0)
	/// Proof: `History::FirstId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:1 w:0)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 16_727_000 ps.
		Weight::from_parts(19_882_000, 3579)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `History::FirstId` (r:1 w:1)
	/// Proof: `History::FirstId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:2 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Shortest run: 26_851_000 ps.
		Weight::from_parts(35_230_000, 6168)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn add_one() -> Weight {
		Weight::from_parts(28_996_000, 3498)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(19_882_000, 3579)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(35_230_000, 6168)
	}
}
