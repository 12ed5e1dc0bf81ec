//! The weights of `pallet_crossing`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-26; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
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
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Unanswered` (r:0 w:1)
	/// Proof: `Interregional::Unanswered` (`max_values`: None, `max_size`: Some(23), added: 2498, mode: `MaxEncodedLen`)
	fn answered() -> Weight {
		// Estimated, with one more entry of `InFlightOf`, read and written.
		// Shortest run: 96_939_000 ps.
		Weight::from_parts(135_000_000, 3807)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:0)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	fn deadlines_nothing() -> Weight {
		// Shortest run: 18_000_000 ps.
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:2 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:1 w:0)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(102), added: 2577, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	fn deadlines_one() -> Weight {
		// Estimated, with one more entry of `InFlightOf`, read and written.
		// Shortest run: 80_000_000 ps.
		Weight::from_parts(95_000_000, 6044)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn answered() -> Weight {
		Weight::from_parts(135_000_000, 3807)
	}
	fn deadlines_nothing() -> Weight {
		Weight::from_parts(20_000_000, 3500)
	}
	fn deadlines_one() -> Weight {
		Weight::from_parts(95_000_000, 6044)
	}
}
