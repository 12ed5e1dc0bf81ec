//! The weights of `pallet_permissions`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-29; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn grant() -> Weight;
	fn revoke() -> Weight;
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:1 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:2)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Proof: `Permissions::WrappedKeys` (`max_values`: None, `max_size`: Some(2088), added: 4563, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Lists` (r:0 w:6)
	/// Proof: `Permissions::Lists` (`max_values`: None, `max_size`: Some(59), added: 2534, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:0 w:2)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn grant() -> Weight {
		// Shortest run: 198_082_000 ps.
		Weight::from_parts(251_667_000, 5669)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Proof: `Permissions::WrappedKeys` (`max_values`: None, `max_size`: Some(2088), added: 4563, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Lists` (r:0 w:3)
	/// Proof: `Permissions::Lists` (`max_values`: None, `max_size`: Some(59), added: 2534, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:0 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// Shortest run: 137_172_000 ps.
		Weight::from_parts(215_754_000, 3732)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:1 w:0)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 31_653_000 ps.
		Weight::from_parts(46_955_000, 3498)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:2 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Proof: `Permissions::WrappedKeys` (`max_values`: None, `max_size`: Some(2088), added: 4563, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Lists` (r:0 w:3)
	/// Proof: `Permissions::Lists` (`max_values`: None, `max_size`: Some(59), added: 2534, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Shortest run: 156_748_000 ps.
		Weight::from_parts(199_211_000, 6006)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(251_667_000, 5669)
	}
	fn revoke() -> Weight {
		Weight::from_parts(215_754_000, 3732)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(46_955_000, 3498)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(199_211_000, 6006)
	}
}
