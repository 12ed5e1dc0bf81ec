//! The weights of `pallet_registry`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-29; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn invite() -> Weight;
	fn register_patient() -> Weight;
	fn apply_as_provider() -> Weight;
	fn withdraw_application() -> Weight;
	fn vote() -> Weight;
	fn retire() -> Weight;
	fn rotate_key() -> Weight;
	fn enlist() -> Weight;
	fn outbox_nothing() -> Weight;
	fn outbox_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Authorities::Members` (r:1 w:0)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::InvitationsMade` (r:1 w:1)
	/// Proof: `Registry::InvitationsMade` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Invited` (r:1 w:1)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn invite() -> Weight {
		// Shortest run: 99_693_000 ps.
		Weight::from_parts(145_623_000, 3783)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Registry::Invited` (r:1 w:0)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:1)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:1 w:0)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2452), added: 4927, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Patients` (r:1 w:1)
	/// Proof: `Registry::Patients` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Accounts` (r:0 w:1)
	/// Proof: `Registry::Accounts` (`max_values`: None, `max_size`: Some(3426), added: 5901, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	fn register_patient() -> Weight {
		// Shortest run: 350_662_000 ps.
		Weight::from_parts(645_346_000, 5917)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Registry::Invited` (r:1 w:0)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Holders` (r:1 w:0)
	/// Proof: `Registry::Holders` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Registry::CoolDowns` (r:1 w:1)
	/// Proof: `Registry::CoolDowns` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:1 w:1)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2452), added: 4927, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:1)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(2459), added: 4934, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Registry::NextApplication` (r:1 w:1)
	/// Proof: `Registry::NextApplication` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:0 w:2)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Registry::NewestApplications` (r:0 w:2)
	/// Proof: `Registry::NewestApplications` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn apply_as_provider() -> Weight {
		// Shortest run: 433_055_000 ps.
		Weight::from_parts(514_283_000, 5924)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Registry::Applications` (r:1 w:1)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2452), added: 4927, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:1)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(2459), added: 4934, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:0 w:1)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Registry::NewestApplications` (r:0 w:1)
	/// Proof: `Registry::NewestApplications` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Registry::CoolDowns` (r:0 w:1)
	/// Proof: `Registry::CoolDowns` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn withdraw_application() -> Weight {
		// Shortest run: 91_418_000 ps.
		Weight::from_parts(112_963_000, 5924)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:17 w:17)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2452), added: 4927, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Holders` (r:1 w:1)
	/// Proof: `Registry::Holders` (`max_values`: None, `max_size`: Some(31), added: 2506, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:17)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(2459), added: 4934, mode: `MaxEncodedLen`)
	/// Storage: `Registry::NextProvider` (r:1 w:1)
	/// Proof: `Registry::NextProvider` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:17 w:17)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:0 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Accounts` (r:0 w:1)
	/// Proof: `Registry::Accounts` (`max_values`: None, `max_size`: Some(3426), added: 5901, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:0 w:1)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Registry::NewestApplications` (r:0 w:17)
	/// Proof: `Registry::NewestApplications` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn vote() -> Weight {
		// Shortest run: 1_438_135_000 ps.
		Weight::from_parts(1_716_084_000, 84749)
			.saturating_add(T::DbWeight::get().reads(41_u64))
			.saturating_add(T::DbWeight::get().writes(77_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(87), added: 2562, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:2)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// Shortest run: 66_679_000 ps.
		Weight::from_parts(154_131_000, 3783)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Rotations` (r:1 w:1)
	/// Proof: `Registry::Rotations` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	/// Storage: `History::NextId` (r:1 w:1)
	/// Proof: `History::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `History::Heads` (r:1 w:1)
	/// Proof: `History::Heads` (`max_values`: None, `max_size`: Some(33), added: 2508, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(87), added: 2562, mode: `MaxEncodedLen`)
	/// Storage: `History::Entries` (r:0 w:1)
	/// Proof: `History::Entries` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:2)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	fn rotate_key() -> Weight {
		// Shortest run: 365_701_000 ps.
		Weight::from_parts(491_114_000, 3783)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(87), added: 2562, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:2)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn enlist() -> Weight {
		// Shortest run: 55_925_000 ps.
		Weight::from_parts(96_343_000, 3783)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:1 w:0)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn outbox_nothing() -> Weight {
		// Shortest run: 20_359_000 ps.
		Weight::from_parts(55_612_000, 3477)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:2 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(87), added: 2562, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(318), added: 2793, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:1 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
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
	/// Storage: `Crossing::Deadlines` (r:0 w:1)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(22), added: 2497, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn outbox_one() -> Weight {
		// Shortest run: 229_627_000 ps.
		Weight::from_parts(295_154_000, 19883)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn invite() -> Weight {
		Weight::from_parts(145_623_000, 3783)
	}
	fn register_patient() -> Weight {
		Weight::from_parts(645_346_000, 5917)
	}
	fn apply_as_provider() -> Weight {
		Weight::from_parts(514_283_000, 5924)
	}
	fn withdraw_application() -> Weight {
		Weight::from_parts(112_963_000, 5924)
	}
	fn vote() -> Weight {
		Weight::from_parts(1_716_084_000, 84749)
	}
	fn retire() -> Weight {
		Weight::from_parts(154_131_000, 3783)
	}
	fn rotate_key() -> Weight {
		Weight::from_parts(491_114_000, 3783)
	}
	fn enlist() -> Weight {
		Weight::from_parts(96_343_000, 3783)
	}
	fn outbox_nothing() -> Weight {
		Weight::from_parts(55_612_000, 3477)
	}
	fn outbox_one() -> Weight {
		Weight::from_parts(295_154_000, 19883)
	}
}
