//! The weights of `pallet_interregional`, measured. `scripts/weights` writes this file; don't edit it.
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
	fn forward() -> Weight;
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
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:1)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:0 w:1)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:6)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:4)
	fn grant() -> Weight {
		// Estimated, with the lists and the history.
		// Shortest run: 95_471_000 ps.
		Weight::from_parts(160_000_000, 3737)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:2 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:1 w:0)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:2)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::QueryCounter` (r:1 w:1)
	/// Proof: `PolkadotXcm::QueryCounter` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpStatus` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpStatus` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::RelevantMessagingState` (r:1 w:0)
	/// Proof: `ParachainSystem::RelevantMessagingState` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpMessages` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpMessages` (`max_values`: None, `max_size`: Some(16418), added: 18893, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn forward() -> Weight {
		// Estimated, with the lists and the history, one more entry of `InFlightOf`, read and written,
		// and the amended record, read.
		// Shortest run: 243_286_000 ps.
		Weight::from_parts(354_000_000, 19883)
			.saturating_add(T::DbWeight::get().reads(21_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::QueryCounter` (r:1 w:1)
	/// Proof: `PolkadotXcm::QueryCounter` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpStatus` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpStatus` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::RelevantMessagingState` (r:1 w:0)
	/// Proof: `ParachainSystem::RelevantMessagingState` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpMessages` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpMessages` (`max_values`: None, `max_size`: Some(16418), added: 18893, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:2)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:1)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:0 w:1)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:3)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn revoke() -> Weight {
		// Estimated, with the lists and the history.
		// Shortest run: 203_137_000 ps.
		Weight::from_parts(300_000_000, 19883)
			.saturating_add(T::DbWeight::get().reads(17_u64))
			.saturating_add(T::DbWeight::get().writes(19_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:1 w:0)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 16_000_000 ps.
		Weight::from_parts(18_000_000, 3504)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:2 w:1)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:1)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:6)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId`, `History::Heads`, `History::Entries` (r:2 w:3)
	fn sweep_one() -> Weight {
		// Estimated, with the lists and the history.
		// Shortest run: 86_313_000 ps.
		Weight::from_parts(140_000_000, 6002)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(160_000_000, 3737)
	}
	fn forward() -> Weight {
		Weight::from_parts(354_000_000, 19883)
	}
	fn revoke() -> Weight {
		Weight::from_parts(300_000_000, 19883)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(18_000_000, 3504)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(140_000_000, 6002)
	}
}
