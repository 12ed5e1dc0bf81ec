//! The weights of `pallet_interregional`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-30; steps: 50, repeats: 20; CPU: `AMD EPYC`;
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
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:0)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WaitingCount` (r:1 w:0)
	/// Proof: `Interregional::WaitingCount` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:2)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2079), added: 4554, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:6)
	/// Proof: `Interregional::Lists` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:0 w:2)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	fn grant() -> Weight {
		// Shortest run: 149_553_000 ps.
		Weight::from_parts(154_019_000, 3732)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:2 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:2 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WaitingCount` (r:1 w:0)
	/// Proof: `Interregional::WaitingCount` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:1 w:0)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2079), added: 4554, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlightOf` (r:1 w:1)
	/// Proof: `Crossing::InFlightOf` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
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
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(98), added: 2573, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:0 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn forward() -> Weight {
		// Shortest run: 249_011_000 ps.
		Weight::from_parts(263_632_000, 19883)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
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
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(98), added: 2573, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:1)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WaitingCount` (r:1 w:1)
	/// Proof: `Interregional::WaitingCount` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:0 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2079), added: 4554, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:1)
	/// Proof: `Interregional::Lists` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:0 w:1)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn revoke() -> Weight {
		// Shortest run: 221_941_000 ps.
		Weight::from_parts(234_960_000, 19883)
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:1 w:0)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 26_820_000 ps.
		Weight::from_parts(29_033_000, 3489)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Expiries` (r:2 w:1)
	/// Proof: `Interregional::Expiries` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Grants` (r:1 w:1)
	/// Proof: `Interregional::Grants` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::GrantCount` (r:1 w:1)
	/// Proof: `Interregional::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(267), added: 2742, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WaitingCount` (r:1 w:1)
	/// Proof: `Interregional::WaitingCount` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::WrappedKeys` (r:0 w:1)
	/// Proof: `Interregional::WrappedKeys` (`max_values`: None, `max_size`: Some(2079), added: 4554, mode: `MaxEncodedLen`)
	/// Storage: `Interregional::Lists` (r:0 w:3)
	/// Proof: `Interregional::Lists` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Shortest run: 126_548_000 ps.
		Weight::from_parts(132_076_000, 5988)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(154_019_000, 3732)
	}
	fn forward() -> Weight {
		Weight::from_parts(263_632_000, 19883)
	}
	fn revoke() -> Weight {
		Weight::from_parts(234_960_000, 19883)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(29_033_000, 3489)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(132_076_000, 5988)
	}
}
