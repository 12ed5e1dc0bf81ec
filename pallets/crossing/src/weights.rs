//! The weights of `pallet_crossing`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-30; steps: 50, repeats: 20; CPU: `AMD EPYC`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn answered() -> Weight;
	fn deadlines_nothing() -> Weight;
	fn deadlines_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Crossing::Queries` (r:1 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WaitingCount` (r:1 w:1)
	/// Proof: `Interregional::WaitingCount` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlightOf` (r:1 w:1)
	/// Proof: `Crossing::InFlightOf` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(98), added: 2573, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:1)
	/// Proof: `Interregional::Lists` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	fn answered() -> Weight {
		// Shortest run: 120_890_000 ps.
		Weight::from_parts(125_958_000, 3732)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:0)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	fn deadlines_nothing() -> Weight {
		// Shortest run: 24_306_000 ps.
		Weight::from_parts(25_979_000, 3487)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:2 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlightOf` (r:1 w:1)
	/// Proof: `Crossing::InFlightOf` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:1 w:0)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(87), added: 2562, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn deadlines_one() -> Weight {
		// Shortest run: 89_784_000 ps.
		Weight::from_parts(93_639_000, 5984)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn answered() -> Weight {
		Weight::from_parts(125_958_000, 3732)
	}
	fn deadlines_nothing() -> Weight {
		Weight::from_parts(25_979_000, 3487)
	}
	fn deadlines_one() -> Weight {
		Weight::from_parts(93_639_000, 5984)
	}
}
