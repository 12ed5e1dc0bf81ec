//! The weights of `pallet_emr`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-29; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn add_record() -> Weight;
	fn add_own_record() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Patients` (r:1 w:0)
	/// Proof: `Registry::Patients` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Envelopes` (r:1 w:1)
	/// Proof: `Emr::Envelopes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:1)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:2 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Allowances` (r:1 w:1)
	/// Proof: `Emr::Allowances` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Emr::NextId` (r:1 w:1)
	/// Proof: `Emr::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Emr::WrappedKeys` (r:0 w:2)
	/// Proof: `Emr::WrappedKeys` (`max_values`: None, `max_size`: Some(2064), added: 4539, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Corrections` (r:0 w:1)
	/// Proof: `Emr::Corrections` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Emr::RecordsOf` (r:0 w:2)
	/// Proof: `Emr::RecordsOf` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn add_record() -> Weight {
		// Shortest run: 144_395_000 ps.
		Weight::from_parts(290_614_000, 10348)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Envelopes` (r:1 w:1)
	/// Proof: `Emr::Envelopes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:1)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Patients` (r:1 w:0)
	/// Proof: `Registry::Patients` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:1 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Allowances` (r:1 w:1)
	/// Proof: `Emr::Allowances` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Emr::NextId` (r:1 w:1)
	/// Proof: `Emr::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Emr::WrappedKeys` (r:0 w:1)
	/// Proof: `Emr::WrappedKeys` (`max_values`: None, `max_size`: Some(2064), added: 4539, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Corrections` (r:0 w:1)
	/// Proof: `Emr::Corrections` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Emr::RecordsOf` (r:0 w:1)
	/// Proof: `Emr::RecordsOf` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn add_own_record() -> Weight {
		// Shortest run: 118_724_000 ps.
		Weight::from_parts(162_108_000, 5669)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn add_record() -> Weight {
		Weight::from_parts(290_614_000, 10348)
	}
	fn add_own_record() -> Weight {
		Weight::from_parts(162_108_000, 5669)
	}
}
