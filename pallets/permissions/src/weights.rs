//! The weights of `pallet_permissions`, measured. `scripts/weights` writes this file; don't edit it.
//! These were measured while `pallet_permissions` and `pallet_interregional` were one pallet:
//! `sweep_nothing` is that of both.
//!
//! Date: 2026-11-26; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
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
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:1 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(70), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Storage: `Permissions::Lists` (r:0 w:6)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:4)
	/// Storage: `Permissions::Expiries` (r:0 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn grant() -> Weight {
		// Estimated, with the lists, the wrapped key and the history.
		// Shortest run: 106_234_000 ps.
		Weight::from_parts(160_000_000, 5669)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(70), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Storage: `Permissions::Lists` (r:0 w:6)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:3)
	/// Storage: `Permissions::Expiries` (r:0 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// Estimated, as above.
		// Shortest run: 73_390_000 ps.
		Weight::from_parts(125_000_000, 5571)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:1 w:0)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 41_725_000 ps.
		Weight::from_parts(48_482_000, 3504)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:2 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(70), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::WrappedKeys` (r:0 w:1)
	/// Storage: `Permissions::Lists` (r:0 w:6)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:3)
	fn sweep_one() -> Weight {
		// Estimated, as above.
		// Shortest run: 97_219_000 ps.
		Weight::from_parts(150_000_000, 6006)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(160_000_000, 5669)
	}
	fn revoke() -> Weight {
		Weight::from_parts(125_000_000, 5571)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(48_482_000, 3504)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(150_000_000, 6006)
	}
}
