//! The weights of `pallet_consortium`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-30; steps: 50, repeats: 20; CPU: `AMD EPYC`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn enlist_provider() -> Weight;
	fn update_provider() -> Weight;
	fn deliver_grant() -> Weight;
	fn revoke_grant() -> Weight;
	fn admit_region() -> Weight;
	fn expel_region() -> Weight;
	fn set_network_file() -> Weight;
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:1)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(374), added: 2849, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProvidersOf` (r:1 w:1)
	/// Proof: `Consortium::ProvidersOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Holders` (r:1 w:1)
	/// Proof: `Consortium::Holders` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProviderKeys` (r:0 w:1)
	/// Proof: `Consortium::ProviderKeys` (`max_values`: None, `max_size`: Some(2167), added: 4642, mode: `MaxEncodedLen`)
	fn enlist_provider() -> Weight {
		// Shortest run: 280_037_000 ps.
		Weight::from_parts(326_026_000, 3839)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:0)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:1)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(374), added: 2849, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProvidersOf` (r:1 w:2)
	/// Proof: `Consortium::ProvidersOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Holders` (r:1 w:0)
	/// Proof: `Consortium::Holders` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProviderKeys` (r:0 w:1)
	/// Proof: `Consortium::ProviderKeys` (`max_values`: None, `max_size`: Some(2167), added: 4642, mode: `MaxEncodedLen`)
	fn update_provider() -> Weight {
		// Shortest run: 283_112_000 ps.
		Weight::from_parts(350_221_000, 3839)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Consortium::Regions` (r:2 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::LastUpdates` (r:1 w:1)
	/// Proof: `Consortium::LastUpdates` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:0)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(374), added: 2849, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::NextDelivery` (r:1 w:1)
	/// Proof: `Consortium::NextDelivery` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(642), added: 3117, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::WrappedKeys` (r:0 w:1)
	/// Proof: `Consortium::WrappedKeys` (`max_values`: None, `max_size`: Some(2083), added: 4558, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:0 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn deliver_grant() -> Weight {
		// Shortest run: 170_113_000 ps.
		Weight::from_parts(186_188_000, 8586)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::LastUpdates` (r:1 w:1)
	/// Proof: `Consortium::LastUpdates` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(642), added: 3117, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::WrappedKeys` (r:0 w:1)
	/// Proof: `Consortium::WrappedKeys` (`max_values`: None, `max_size`: Some(2083), added: 4558, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:0 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn revoke_grant() -> Weight {
		// Shortest run: 126_087_000 ps.
		Weight::from_parts(158_025_000, 8586)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GenesisHashes` (r:1 w:1)
	/// Proof: `Consortium::GenesisHashes` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::CounterForRegions` (r:1 w:1)
	/// Proof: `Consortium::CounterForRegions` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn admit_region() -> Weight {
		// Shortest run: 48_332_000 ps.
		Weight::from_parts(51_217_000, 3518)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn expel_region() -> Weight {
		// Shortest run: 35_963_000 ps.
		Weight::from_parts(38_046_000, 3518)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Consortium::NetworkFile` (r:1 w:1)
	/// Proof: `Consortium::NetworkFile` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
	fn set_network_file() -> Weight {
		// Shortest run: 24_666_000 ps.
		Weight::from_parts(26_559_000, 1521)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:1 w:0)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 26_840_000 ps.
		Weight::from_parts(30_055_000, 3493)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:2 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(642), added: 3117, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::WrappedKeys` (r:0 w:1)
	/// Proof: `Consortium::WrappedKeys` (`max_values`: None, `max_size`: Some(2083), added: 4558, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Shortest run: 133_819_000 ps.
		Weight::from_parts(147_169_000, 8586)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn enlist_provider() -> Weight {
		Weight::from_parts(326_026_000, 3839)
	}
	fn update_provider() -> Weight {
		Weight::from_parts(350_221_000, 3839)
	}
	fn deliver_grant() -> Weight {
		Weight::from_parts(186_188_000, 8586)
	}
	fn revoke_grant() -> Weight {
		Weight::from_parts(158_025_000, 8586)
	}
	fn admit_region() -> Weight {
		Weight::from_parts(51_217_000, 3518)
	}
	fn expel_region() -> Weight {
		Weight::from_parts(38_046_000, 3518)
	}
	fn set_network_file() -> Weight {
		Weight::from_parts(26_559_000, 1521)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(30_055_000, 3493)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(147_169_000, 8586)
	}
}
