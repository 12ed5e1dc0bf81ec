//! The weights of `pallet_consortium`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-26; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
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
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:1)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(194), added: 2669, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProvidersOf` (r:1 w:1)
	/// Proof: `Consortium::ProvidersOf` (`max_values`: None, `max_size`: Some(63), added: 2538, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProviderKeys` (r:0 w:1)
	/// Proof: `Consortium::ProviderKeys` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Holders` (r:1 w:1)
	fn enlist_provider() -> Weight {
		// Shortest run: 245_634_000 ps.
		Weight::from_parts(265_140_000, 3659)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:0)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:1)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(194), added: 2669, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProvidersOf` (r:1 w:2)
	/// Proof: `Consortium::ProvidersOf` (`max_values`: None, `max_size`: Some(63), added: 2538, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::ProviderKeys` (r:0 w:1)
	/// Proof: `Consortium::ProviderKeys` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Holders` (r:1 w:1)
	fn update_provider() -> Weight {
		// Shortest run: 253_431_000 ps.
		Weight::from_parts(278_992_000, 3659)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Consortium::Regions` (r:2 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::LastUpdates` (r:1 w:1)
	/// Proof: `Consortium::LastUpdates` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Providers` (r:1 w:0)
	/// Proof: `Consortium::Providers` (`max_values`: None, `max_size`: Some(194), added: 2669, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(2468), added: 4943, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:0 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	fn deliver_grant() -> Weight {
		// Estimated, with the wrapped key apart and the number of the delivery.
		// Shortest run: 105_942_000 ps.
		Weight::from_parts(175_000_000, 8607)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::LastUpdates` (r:1 w:1)
	/// Proof: `Consortium::LastUpdates` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(2468), added: 4943, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:0 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	fn revoke_grant() -> Weight {
		// Estimated, with the wrapped key apart and the number of the delivery.
		// Shortest run: 89_760_000 ps.
		Weight::from_parts(128_000_000, 8607)
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
		// Shortest run: 37_954_000 ps.
		Weight::from_parts(41_505_000, 3518)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn expel_region() -> Weight {
		// Shortest run: 27_962_000 ps.
		Weight::from_parts(32_040_000, 3518)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:1 w:0)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 15_891_000 ps.
		Weight::from_parts(18_043_000, 3500)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Expiries` (r:2 w:1)
	/// Proof: `Consortium::Expiries` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Grants` (r:1 w:1)
	/// Proof: `Consortium::Grants` (`max_values`: None, `max_size`: Some(2468), added: 4943, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantCounts` (r:3 w:3)
	/// Proof: `Consortium::GrantCounts` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::Regions` (r:1 w:1)
	/// Proof: `Consortium::Regions` (`max_values`: None, `max_size`: Some(53), added: 2528, mode: `MaxEncodedLen`)
	/// Storage: `Consortium::GrantedTo` (r:0 w:1)
	/// Proof: `Consortium::GrantedTo` (`max_values`: None, `max_size`: Some(35), added: 2510, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Estimated, with the wrapped key apart and the number of the delivery.
		// Shortest run: 83_166_000 ps.
		Weight::from_parts(122_000_000, 8607)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn enlist_provider() -> Weight {
		Weight::from_parts(265_140_000, 3659)
	}
	fn update_provider() -> Weight {
		Weight::from_parts(278_992_000, 3659)
	}
	fn deliver_grant() -> Weight {
		Weight::from_parts(175_000_000, 8607)
	}
	fn revoke_grant() -> Weight {
		Weight::from_parts(128_000_000, 8607)
	}
	fn admit_region() -> Weight {
		Weight::from_parts(41_505_000, 3518)
	}
	fn expel_region() -> Weight {
		Weight::from_parts(32_040_000, 3518)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(18_043_000, 3500)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(122_000_000, 8607)
	}
}
