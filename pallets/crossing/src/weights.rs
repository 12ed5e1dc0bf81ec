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
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Crossing::Queries` (r:1 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Deadlines` (r:1 w:1)
	/// Proof: `Interregional::Deadlines` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::InFlight` (r:1 w:1)
	/// Proof: `Interregional::InFlight` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Unanswered` (r:0 w:1)
	/// Proof: `Interregional::Unanswered` (`max_values`: None, `max_size`: Some(23), added: 2498, mode: `MaxEncodedLen`)
	fn answered() -> Weight {
		// Shortest run: 96_939_000 ps.
		Weight::from_parts(110_516_000, 3737)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn answered() -> Weight {
		Weight::from_parts(110_516_000, 3737)
	}
}
