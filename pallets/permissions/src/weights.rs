//! The weights of `pallet_permissions`, measured. `scripts/weights` wrote this file; don't edit it.
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
	fn grant_interregional() -> Weight;
	fn forward() -> Weight;
	fn revoke_interregional() -> Weight;
	fn sweep_nothing() -> Weight;
	fn sweep_one() -> Weight;
	fn sweep_one_deadline() -> Weight;
	fn sweep_one_interregional() -> Weight;
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
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(2106), added: 4581, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantedTo` (r:0 w:1)
	/// Proof: `Permissions::GrantedTo` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:0 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn grant() -> Weight {
		// Shortest run: 106_234_000 ps.
		Weight::from_parts(124_209_000, 5669)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(2106), added: 4581, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantedTo` (r:0 w:1)
	/// Proof: `Permissions::GrantedTo` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:0 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// Shortest run: 73_390_000 ps.
		Weight::from_parts(85_994_000, 5571)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalGrants` (r:1 w:1)
	/// Proof: `Permissions::InterregionalGrants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalCount` (r:1 w:1)
	/// Proof: `Permissions::InterregionalCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalExpiries` (r:0 w:1)
	/// Proof: `Permissions::InterregionalExpiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GivenBy` (r:0 w:1)
	/// Proof: `Permissions::GivenBy` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalKeys` (r:0 w:1)
	/// Proof: `Permissions::InterregionalKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Unanswered` (r:0 w:1)
	/// Proof: `Permissions::Unanswered` (`max_values`: None, `max_size`: Some(23), added: 2498, mode: `MaxEncodedLen`)
	fn grant_interregional() -> Weight {
		// Shortest run: 95_471_000 ps.
		Weight::from_parts(117_190_000, 3737)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:2 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalGrants` (r:1 w:1)
	/// Proof: `Permissions::InterregionalGrants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalKeys` (r:1 w:0)
	/// Proof: `Permissions::InterregionalKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Deadlines` (r:1 w:2)
	/// Proof: `Permissions::Deadlines` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InFlight` (r:1 w:1)
	/// Proof: `Permissions::InFlight` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
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
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn forward() -> Weight {
		// Shortest run: 243_286_000 ps.
		Weight::from_parts(324_919_000, 19883)
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalGrants` (r:1 w:1)
	/// Proof: `Permissions::InterregionalGrants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
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
	/// Storage: `Permissions::InterregionalCount` (r:1 w:1)
	/// Proof: `Permissions::InterregionalCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalExpiries` (r:0 w:1)
	/// Proof: `Permissions::InterregionalExpiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalKeys` (r:0 w:1)
	/// Proof: `Permissions::InterregionalKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Unanswered` (r:0 w:1)
	/// Proof: `Permissions::Unanswered` (`max_values`: None, `max_size`: Some(23), added: 2498, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn revoke_interregional() -> Weight {
		// Shortest run: 203_137_000 ps.
		Weight::from_parts(237_022_000, 19883)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Deadlines` (r:1 w:0)
	/// Proof: `Permissions::Deadlines` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:1 w:0)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalExpiries` (r:1 w:0)
	/// Proof: `Permissions::InterregionalExpiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	fn sweep_nothing() -> Weight {
		// Shortest run: 41_725_000 ps.
		Weight::from_parts(48_482_000, 3504)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Deadlines` (r:1 w:0)
	/// Proof: `Permissions::Deadlines` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Expiries` (r:2 w:1)
	/// Proof: `Permissions::Expiries` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Grants` (r:1 w:1)
	/// Proof: `Permissions::Grants` (`max_values`: None, `max_size`: Some(2106), added: 4581, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantCount` (r:1 w:1)
	/// Proof: `Permissions::GrantCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalExpiries` (r:1 w:0)
	/// Proof: `Permissions::InterregionalExpiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GrantedTo` (r:1 w:1)
	/// Proof: `Permissions::GrantedTo` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	fn sweep_one() -> Weight {
		// Shortest run: 97_219_000 ps.
		Weight::from_parts(111_384_000, 6006)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Deadlines` (r:2 w:1)
	/// Proof: `Permissions::Deadlines` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InFlight` (r:1 w:1)
	/// Proof: `Permissions::InFlight` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalGrants` (r:1 w:0)
	/// Proof: `Permissions::InterregionalGrants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	fn sweep_one_deadline() -> Weight {
		// Shortest run: 51_284_000 ps.
		Weight::from_parts(62_198_000, 6018)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalExpiries` (r:2 w:1)
	/// Proof: `Permissions::InterregionalExpiries` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalGrants` (r:1 w:1)
	/// Proof: `Permissions::InterregionalGrants` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalCount` (r:1 w:1)
	/// Proof: `Permissions::InterregionalCount` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Emr::Records` (r:1 w:0)
	/// Proof: `Emr::Records` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::GivenBy` (r:1 w:1)
	/// Proof: `Permissions::GivenBy` (`max_values`: None, `max_size`: Some(39), added: 2514, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::InterregionalKeys` (r:0 w:1)
	/// Proof: `Permissions::InterregionalKeys` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Permissions::Unanswered` (r:0 w:1)
	/// Proof: `Permissions::Unanswered` (`max_values`: None, `max_size`: Some(23), added: 2498, mode: `MaxEncodedLen`)
	fn sweep_one_interregional() -> Weight {
		// Shortest run: 86_313_000 ps.
		Weight::from_parts(101_102_000, 6002)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(124_209_000, 5669)
	}
	fn revoke() -> Weight {
		Weight::from_parts(85_994_000, 5571)
	}
	fn grant_interregional() -> Weight {
		Weight::from_parts(117_190_000, 3737)
	}
	fn forward() -> Weight {
		Weight::from_parts(324_919_000, 19883)
	}
	fn revoke_interregional() -> Weight {
		Weight::from_parts(237_022_000, 19883)
	}
	fn sweep_nothing() -> Weight {
		Weight::from_parts(48_482_000, 3504)
	}
	fn sweep_one() -> Weight {
		Weight::from_parts(111_384_000, 6006)
	}
	fn sweep_one_deadline() -> Weight {
		Weight::from_parts(62_198_000, 6018)
	}
	fn sweep_one_interregional() -> Weight {
		Weight::from_parts(101_102_000, 6002)
	}
}
